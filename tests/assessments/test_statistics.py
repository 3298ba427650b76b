"""Item statistics on first attempts: who counts, which question it was, who may look."""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from assessments import item_statistics, statistics_words
from assessments.item_statistics import FormFigures
from courses import actions as courses_actions
from courses.rules import ProgrammeVersion, freeze
from lms.core.db import Database
from lms.core.guard import system
from lms.people import actions as people
from tests.assessments.people import staff
from tests.assessments.tablet import VERSION, deliver, right, whole, wrong
from tests.cast import Cast
from tests.factories.activities import every_kind
from tests.factories.attempts import Hall

pytestmark = pytest.mark.db

FORM = [item.id for item in VERSION.items if item.certifying][:12]
FIRST = FORM[0]
KEY = {name: right(name) for name in [item.id for item in VERSION.items]}
MISS = {name: wrong(name) for name in KEY}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    return Hall(session, cast["TBT"], cast["thon_dong"], VERSION)


def given(mistakes: set[int] | None = None) -> dict[str, list[str]]:
    """Answers to the form, wrong at these places."""
    return {name: (MISS if n in (mistakes or set()) else KEY)[name] for n, name in enumerate(FORM)}


def figures(
    session: Session, cast: Cast, kind: str = "certifying", commune: str = "TBT",
    version: ProgrammeVersion = VERSION,
) -> FormFigures:  # fmt: skip
    """The figures of a form, as a page would ask for them."""
    forms = [version.blueprint(kind)]
    return item_statistics.of_forms(session, cast[commune], version, forms)[0]


def asked(found: FormFigures, item: str = FIRST) -> int:
    """How many people the question is known of."""
    return next(line.n for line in found.lines if line.item.id == item)


def facility(found: FormFigures, item: str = FIRST) -> float | None:
    """The share who were right, None under thirty people."""
    line = next(line for line in found.lines if line.item.id == item)
    return line.figures.facility if line.figures else None


@pytest.mark.usefixtures("app")
def test_what_the_projection_writes_is_what_the_statistics_read(
    database: Database, cast: Cast
) -> None:
    tablet = whole(cast, mistakes=3)
    deliver(database, cast, tablet.texts)
    with database.read() as session:
        found = figures(session, cast)
    assert found.people == 1
    assert {line.item.id for line in found.lines if line.n == 1} == set(tablet.items)
    assert found.totals is None


def test_only_the_first_attempt_counts_whatever_came_later(
    session: Session, cast: Cast, hall: Hall
) -> None:
    for n in range(40):
        learner = hall.enrol(hall.newcomer())
        hall.attempt(learner, given(), day=9)
        hall.attempt(learner, given({0} if n < 30 else set()), day=1)
        hall.attempt(learner, given(), day=5)
    hall.save()
    found = figures(session, cast)
    assert (found.people, facility(found)) == (40, 0.25)
    assert found.totals is not None
    assert found.totals[11:] == (30, 10)


def test_what_was_not_handed_in_or_not_allowed_is_no_attempt(
    session: Session, cast: Cast, hall: Hall
) -> None:
    learner = hall.enrol(hall.newcomer())
    for day, state in enumerate(("open", "provisional", "refused")):
        hall.attempt(learner, given({0}), day=day, state=state)
    hall.attempt(learner, given(), day=8)
    hall.save()
    assert figures(session, cast).people == 1


def test_joined_records_are_one_person_with_one_first_attempt(
    session: Session, cast: Cast, hall: Hall
) -> None:
    for _ in range(29):
        hall.attempt(hall.enrol(hall.newcomer()), given())
    one, other = hall.newcomer(), hall.newcomer()
    hall.attempt(hall.enrol(one), given({0}), day=1)
    hall.attempt(hall.enrol(other), given(), day=2)
    hall.save()
    assert figures(session, cast).people == 31
    link = people.link(session, system(cast["TBT"]), one, other, "cùng một người")
    found = figures(session, cast)
    assert (found.people, asked(found), facility(found)) == (30, 30, 29 / 30)
    people.undo_link(session, system(cast["TBT"]), link.id)
    assert figures(session, cast).people == 31


def test_the_same_person_in_two_classes_counts_once(
    session: Session, cast: Cast, hall: Hall
) -> None:
    second = Hall(session, cast["TBT"], cast["thon_tay"], VERSION)
    person = hall.newcomer()
    hall.attempt(hall.enrol(person), given(), day=1)
    hall.save()
    second.attempt(second.enrol(person), given({0}), day=2)
    second.save()
    assert figures(session, cast).people == 1


def test_nothing_is_shown_under_thirty_people(session: Session, cast: Cast, hall: Hall) -> None:
    for n in range(29):
        hall.attempt(hall.enrol(hall.newcomer()), given({n % 12}))
    hall.save()
    found = figures(session, cast)
    assert (found.people, asked(found)) == (29, 29)
    assert (found.totals, found.reliability) == (None, None)
    assert [line.figures for line in found.lines if line.figures] == []
    hall.attempt(hall.enrol(hall.newcomer()), given())
    hall.save()
    found = figures(session, cast)
    assert found.totals is not None
    assert found.reliability is not None
    assert facility(found) is not None


def changed(item: str) -> ProgrammeVersion:
    """The next version, in which one question is worded anew."""
    v = VERSION
    items = [replace(x, prompt="Câu viết lại?") if x.id == item else x for x in v.items]
    return freeze(
        programme=v.programme, modules=v.modules, items=items, observed_tasks=v.observed_tasks,
        blueprints=v.blueprints, pass_rules=v.pass_rules, media=v.media,
    )  # fmt: skip


def test_a_changed_question_starts_anew_and_the_others_keep_their_figures(
    session: Session, cast: Cast, hall: Hall
) -> None:
    new = changed(FIRST)
    courses_actions.publish(session, new, {})
    later = Hall(session, cast["TBT"], cast["thon_dong"], new)
    for _ in range(30):
        hall.attempt(hall.enrol(hall.newcomer()), given())
    hall.save()
    for n in range(31):
        later.attempt(later.enrol(later.newcomer()), given({0, 1} if n < 10 else set()))
    later.save()
    found = figures(session, cast, version=new)
    assert found.people == 61
    assert (asked(found), facility(found)) == (31, 21 / 31)
    assert (asked(found, FORM[1]), facility(found, FORM[1])) == (61, 51 / 61)
    before = figures(session, cast)
    assert (asked(before), facility(before)) == (30, 1.0)


def test_entry_and_exit_stand_apart_and_a_question_met_before_is_left_out(
    session: Session, cast: Cast, hall: Hall
) -> None:
    bank = [item.id for item in VERSION.items if item.measuring]
    for _ in range(30):
        learner = hall.enrol(hall.newcomer())
        hall.attempt(learner, {name: MISS[name] for name in bank[:12]}, "entry", day=1)
        hall.attempt(learner, {name: KEY[name] for name in bank[6:18]}, "exit", day=20)
    hall.save()
    entry, out = figures(session, cast, "entry"), figures(session, cast, "exit")
    assert (entry.people, out.people) == (30, 30)
    assert [facility(entry, name) for name in bank[:12]] == [0.0] * 12
    assert [asked(out, name) for name in bank[6:12]] == [0] * 6
    assert [facility(out, name) for name in bank[12:18]] == [1.0] * 6
    assert out.totals is None


def test_practice_counts_the_first_try_before_any_hint(
    session: Session, cast: Cast, hall: Hall
) -> None:
    bank = [item.id for item in VERSION.items if item.bank == "practice"][:12]
    for _ in range(30):
        learner = hall.enrol(hall.newcomer())
        hall.attempt(
            learner, {name: KEY[name] for name in bank[:11]}, "practice", asked=bank, tries=2,
            first_correct={name: name != bank[0] for name in bank[:11]},
        )  # fmt: skip
    hall.save()
    found = figures(session, cast, "practice")
    assert (facility(found, bank[0]), facility(found, bank[1])) == (0.0, 1.0)
    assert asked(found, bank[11]) == 0
    line = next(line for line in found.lines if line.item.id == bank[0])
    assert line.figures is not None
    assert line.figures.choices == ()


def test_a_question_left_out_in_the_test_is_wrong_and_has_its_line(
    session: Session, cast: Cast, hall: Hall
) -> None:
    for n in range(40):
        told = given()
        if n < 10:
            del told[FIRST]
        hall.attempt(hall.enrol(hall.newcomer()), told, asked=FORM)
    hall.save()
    line = next(line for line in figures(session, cast).lines if line.item.id == FIRST)
    assert line.figures is not None
    assert line.figures.facility == 0.75
    assert [(row.choice.key, row.count) for row in line.figures.choices if row.count] == [
        (right(FIRST)[0], 30),
        ("", 10),
    ]


def test_another_communes_attempts_never_count(session: Session, cast: Cast, hall: Hall) -> None:
    foreign = Hall(session, cast["KHA"], cast["xa_thon_dong"], VERSION)
    for _ in range(35):
        foreign.attempt(foreign.enrol(foreign.newcomer()), given())
    foreign.save()
    hall.attempt(hall.enrol(hall.newcomer()), given())
    hall.save()
    assert figures(session, cast).people == 1
    assert figures(session, cast, commune="KHA").people == 35


def test_every_kind_of_question_has_its_table_of_answers(session: Session, cast: Cast) -> None:
    loaded = every_kind()
    courses_actions.publish(session, loaded.version, loaded.media)
    hall = Hall(session, cast["TBT"], cast["thon_dong"], loaded.version)
    hall.crowd(150, random.Random(757))
    hall.save()
    found = figures(session, cast, version=loaded.version)
    for line in found.lines:
        assert line.figures is not None, line.item.id
        rows = line.figures.choices
        assert rows[0].choice.right
        assert sum(row.choice.right for row in rows) >= 1
        assert any(not row.choice.right and row.count for row in rows), line.item.id
        words = [statistics_words.choice_text(line.item, row) for row in rows]
        assert all(words)
        assert not any("=" in text for text in words)
    phone = next(x for x in found.lines if x.item.id == "simulation-certifying-1").figures
    assert phone is not None
    assert {row.choice.key for row in phone.choices} >= {"goal", "open"}


# --- pages --------------------------------------------------------------------------------------


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
