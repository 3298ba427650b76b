"""The pages, the csv and the API of the item statistics, and who may not see them."""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from courses import actions as courses_actions
from courses.rules import freeze
from lms.core.db import Database
from tests.assessments.figures import FIRST, FORM, changed, figures
from tests.assessments.people import staff
from tests.assessments.tablet import VERSION
from tests.cast import Cast
from tests.factories.attempts import Hall

pytestmark = pytest.mark.db


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def crowded(database: Database, cast: Cast, people: int = 120) -> None:
    """A commune where so many were tested."""
    with database.write() as session:
        hall = Hall(session, cast["TBT"], cast["thon_dong"], VERSION)
        hall.crowd(people, random.Random(757))
        hall.save()


def address(cast: Cast, end: str = "") -> str:
    return f"/chuong-trinh/{cast['version']}/thong-ke{end}"


def test_an_officer_sees_figures_in_words(app: Flask, database: Database, cast: Cast) -> None:
    crowded(database, cast)
    page = staff(app, cast, "oanh").get(address(cast))
    assert page.status_code == 200
    for text in ("120", "độ tin cậy", "phần nghìn", "Tỷ lệ đúng", "<svg", "Xem bảng số của hình"):
        assert text in page.text
    assert "style=" not in page.text
    item = staff(app, cast, "an").get(address(cast, f"/{FIRST}"))
    assert item.status_code == 200
    for text in ("Mọi người đã chọn gì", "Đáp án:", "Điểm các câu khác"):
        assert text in item.text


def test_a_page_without_enough_people_says_so_and_shows_no_figure(
    app: Flask, database: Database, cast: Cast
) -> None:
    crowded(database, cast, 12)
    client = staff(app, cast, "oanh")
    page, item = client.get(address(cast)), client.get(address(cast, f"/{FIRST}"))
    assert "hưa đủ dữ liệu (n = 12, cần 30)" in page.text
    assert "points__bar" not in page.text
    assert "hưa đủ dữ liệu (n = " in item.text
    rows = list(csv.reader(io.StringIO(client.get(address(cast, ".csv")).text[1:])))
    assert {tuple(row[5:10]) for row in rows[1:]} == {("",) * 5}
    told = client.get(f"/api/v1/programmes/{cast['version']}/item-statistics").json
    assert told is not None
    assert (told["people"], told["totals"], told["reliability"]) == (12, None, None)
    assert {(x["facility"], x["item_rest"], len(x["choices"])) for x in told["items"]} == {
        (None, None, 0)
    }


def test_every_form_of_the_version_has_its_page(app: Flask, cast: Cast) -> None:
    client = staff(app, cast, "oanh")
    for kind in ("practice", "certifying", "entry", "exit", "after30", "after90"):
        assert client.get(address(cast, f"?de={kind}")).status_code == 200
    assert client.get(address(cast, "?de=khong-co")).status_code == 404
    assert client.get(address(cast, "?muc=proficient")).status_code == 404
    assert client.get(address(cast, "/khong-co")).status_code == 404


def test_the_api_tells_what_the_page_tells(app: Flask, database: Database, cast: Cast) -> None:
    crowded(database, cast)
    client = staff(app, cast, "oanh")
    path = f"/api/v1/programmes/{cast['version']}/item-statistics"
    told = client.get(path).json
    assert told is not None
    with database.read() as session:
        found = figures(session, cast)
    assert found.reliability is not None
    assert told["reliability"]["alpha"] == pytest.approx(found.reliability.alpha)
    assert told["guessing"]["all_tries"] <= 0.01
    assert [x["n"] for x in told["items"]] == [line.n for line in found.lines]
    assert sum(told["totals"]) == 120
    assert client.get(f"{path}?form=nothing").status_code == 422


def test_the_csv_holds_numbers_and_no_formula(
    app: Flask, session: Session, database: Database, cast: Cast
) -> None:
    evil = replace(VERSION.item(FIRST), prompt="=HYPERLINK(1)")
    v = VERSION
    version = freeze(
        programme=v.programme, modules=v.modules, observed_tasks=v.observed_tasks,
        items=[evil if x.id == FIRST else x for x in v.items], blueprints=v.blueprints,
        pass_rules=v.pass_rules, media=v.media,
    )  # fmt: skip
    courses_actions.publish(session, version, {})
    hall = Hall(session, cast["TBT"], cast["thon_dong"], version)
    hall.crowd(60, random.Random(7))
    hall.save()
    session.commit()
    answer = staff(app, cast, "oanh").get(f"/chuong-trinh/{version.id}/thong-ke.csv")
    assert answer.mimetype == "text/csv"
    rows = {row[0]: row for row in csv.reader(io.StringIO(answer.text[1:]))}
    assert rows[FIRST][1] == "'=HYPERLINK(1)"
    assert 0 < float(rows[FORM[1]][5]) <= 1


@pytest.mark.parametrize("name", ["trang", "bao", "tinh"])
def test_trainers_and_reporters_may_not_see_keys_or_figures(
    app: Flask, database: Database, cast: Cast, name: str
) -> None:
    crowded(database, cast, 40)
    client = staff(app, cast, name)
    api = f"/api/v1/programmes/{cast['version']}/item-statistics"
    for path in (address(cast), address(cast, ".csv"), address(cast, f"/{FIRST}"), api):
        answer = client.get(path)
        assert answer.status_code in (401, 403)
        assert "Tỷ lệ đúng" not in answer.text


def test_a_learner_and_a_stranger_may_not(app: Flask, cast: Cast) -> None:
    learner = app.test_client()
    learner.set_cookie("lms_learner", cast.learner_tokens["lan"])
    for client in (learner, app.test_client()):
        assert client.get(address(cast)).status_code in (302, 401, 403)
        assert client.get(address(cast, f"/{FIRST}")).status_code in (302, 401, 403)


def test_the_foreign_officer_sees_none_of_our_figures(
    app: Flask, database: Database, cast: Cast
) -> None:
    crowded(database, cast)
    client = staff(app, cast, "xa_oanh")
    page, item = client.get(address(cast)), client.get(address(cast, f"/{FIRST}"))
    assert "hưa đủ dữ liệu (n = 0, cần 30)" in page.text
    assert "hưa đủ dữ liệu (n = 0, cần 30)" in item.text
    assert "120" not in page.text
    told = client.get(f"/api/v1/programmes/{cast['version']}/item-statistics").json
    assert told is not None
    assert (told["people"], {x["n"] for x in told["items"]}) == (0, {0})


def test_a_programme_that_only_another_commune_published_is_not_there(
    app: Flask, session: Session, cast: Cast
) -> None:
    own = changed(FIRST)
    courses_actions.publish(session, own, {})
    row = session.get_one(courses_actions.ProgrammeVersionRow, own.id)
    row.shipped = False
    session.commit()
    path = f"/chuong-trinh/{own.id}/thong-ke"
    assert staff(app, cast, "oanh").get(path).status_code == 404


def test_an_unknown_programme_is_not_there(app: Flask, cast: Cast) -> None:
    path = f"/chuong-trinh/{UUID(int=1)}/thong-ke"
    assert staff(app, cast, "oanh").get(path).status_code == 404
