"""The change of a class over stored events: who counts, once, in any order, and who may see it."""

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assessments import change, change_facts, change_words
from assessments.models import Attempt
from assessments.moments import seen_tasks
from assessments.rules.gain import Score
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.ledger.rebuild import rebuild
from lms.people import actions as people
from tests.assessments.measuring import crowd, form
from tests.assessments.people import learner, post, put, staff
from tests.assessments.tablet import MINUTE, Tablet, confirm, deliver
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db

SOMEBODY = uuid7()
LATER = OPENED + timedelta(days=1)


def texts_of(cast: Cast, names: list[str]) -> list[str]:
    """Everybody hands in both forms: six of twelve right before, nine or ten after."""
    return [
        text
        for n, name in enumerate(names)
        for tablet in (form(cast, name, "entry", 6), form(cast, name, "exit", 9 + n % 2))
        for text in tablet.texts
    ]


def class_change(database: Database, cast: Cast) -> change.Detail:
    """What the page of class K1 shows."""
    with clock.frozen(LATER), database.read() as session:
        found = change.of_class(session, system(cast["TBT"]), cast["k1"])
    assert found is not None
    return found


def test_a_class_of_twenty_two_is_told_with_its_interval(
    app: Flask, database: Database, cast: Cast
) -> None:
    names = crowd(database, cast, 22)
    deliver(database, cast, texts_of(cast, names))
    found = class_change(database, cast)
    told = found.row.change
    assert (told.code, told.n) == ("ok", 22)
    # Half gain 3 of 12 points and half gain 4; the other two of the class were never measured.
    assert told.before == pytest.approx(50)
    assert told.gain == pytest.approx(100 * 3.5 / 12)
    assert told.low < told.gain < told.high
    lost = found.row.lost
    assert (lost.both, lost.first_only, lost.second_only, lost.neither) == (22, 0, 0, 2)
    assert {title for title, one in found.skills if one.code == "ok"} == {
        "tim-kiem", "an-toan", "thanh-toan",
    }  # fmt: skip


@pytest.mark.long_on_postgresql
def test_the_figures_do_not_depend_on_the_order_of_arrival_and_survive_a_rebuild(
    app: Flask, database: Database, cast: Cast
) -> None:
    texts = texts_of(cast, crowd(database, cast, 21))
    random.Random(7).shuffle(texts)
    for start in range(0, len(texts), 100):
        deliver(database, cast, texts[start : start + 100])
    first = class_change(database, cast)
    assert first.row.change.n == 21
    rebuild(database, cast["TBT"])
    assert class_change(database, cast) == first


def test_of_two_tablets_the_form_handed_in_first_counts_and_both_are_kept(
    app: Flask, database: Database, cast: Cast
) -> None:
    names = crowd(database, cast, 20)
    texts = texts_of(cast, names)
    again = form(cast, names[0], "entry", 12, at=OPENED + 30 * MINUTE, seed="may-hai")
    deliver(database, cast, [*again.texts, *texts])
    assert class_change(database, cast).row.change.before == pytest.approx(50)
    with database.read() as session:
        kept = select(Attempt).where(Attempt.enrolment_id == cast[f"hv_{names[0]}"])
        assert len(session.scalars(kept).all()) == 3


def test_an_entry_form_after_a_lesson_or_after_the_exit_form_is_no_beginning(
    app: Flask, database: Database, cast: Cast
) -> None:
    one, two, three = crowd(database, cast, 3)
    learned = Tablet(cast, learner=one, at=OPENED + 2 * MINUTE)
    learned.write("activity.finished", {"lesson": "b1", "screen": 3}, attempt=None)
    late = form(cast, two, "entry", 6, at=OPENED + 200 * MINUTE)
    begun = form(cast, three, "entry", 6)
    deliver(database, cast, [*learned.texts, *form(cast, one, "entry", 6).texts,
            *form(cast, one, "exit", 9).texts, *late.texts, *form(cast, two, "exit", 9).texts,
            *begun.texts])  # fmt: skip
    lost = class_change(database, cast).row.lost
    assert (lost.both, lost.first_only, lost.second_only) == (0, 1, 2)
    assert lost.still_learning == 1


def test_two_records_of_one_person_are_one_pair(app: Flask, database: Database, cast: Cast) -> None:
    one, two = crowd(database, cast, 2)
    deliver(database, cast, [*form(cast, one, "entry", 6).texts, *form(cast, two, "exit", 9).texts])
    before = class_change(database, cast).row.lost
    assert (before.both, before.first_only, before.second_only, before.people) == (0, 1, 1, 4)
    with database.write() as session:
        people.link(session, system(cast["TBT"]), cast[one], cast[two], "cùng một người")
    after = class_change(database, cast).row.lost
    assert (after.both, after.first_only, after.second_only, after.people) == (1, 0, 0, 3)


def test_the_commune_counts_each_unit_and_class_and_adds_up(
    app: Flask, database: Database, cast: Cast
) -> None:
    names = crowd(database, cast, 21)
    crowd(database, cast, 3, "xa_")
    deliver(database, cast, texts_of(cast, names))
    with clock.frozen(LATER), database.read() as session:
        found = change.report(session, Actor(Role.OFFICER, cast["TBT"]))
    assert found.whole.row.change.n == 21
    assert {(row.label, row.lost.people) for row in found.classes} == {
        ("Lớp K1 (K1)", 23), ("Lớp K2 (K2)", 1),
    }  # fmt: skip
    homes = {row.label: (row.change.n, row.lost.people) for row in found.homes}
    assert homes == {"Thôn Đông": (0, 2), "Thôn Tây": (21, 22)}
    assert {row.label: row.lost.people for row in found.hosts} == {"Thôn Đông": 24}
    assert [row.key for row in found.groups] == ["residents"]


def test_what_is_left_after_thirty_days_is_held_beside_the_exit_form(
    app: Flask, database: Database, cast: Cast
) -> None:
    names = crowd(database, cast, 21)
    month = OPENED + timedelta(days=31)
    late = [t for name in names[:20] for t in form(cast, name, "after30", 8, at=month).texts]
    deliver(database, cast, [*texts_of(cast, names), *late], now=month + timedelta(days=1))
    (repeat,) = class_change(database, cast).repeats
    assert (repeat.kind, repeat.change.n, repeat.change.direction) == ("after30", 20, "down")
    assert repeat.change.after == pytest.approx(100 * 8 / 12)
    assert (repeat.lost.both, repeat.lost.first_only) == (20, 1)


def course(programme: str, *kinds: str, day: int = 1) -> change_facts.Course:
    """One person's way through a programme with these forms handed in on a day of December."""
    at, score = datetime(2026, 12, day, tzinfo=UTC), Score(6, 12, {})
    forms = {kind: change_facts.Form(kind, at, "", uuid7(), score) for kind in kinds}
    return change_facts.Course(SOMEBODY, programme, "basic", SOMEBODY, forms, {}, False)


@pytest.mark.parametrize(
    "courses",
    [
        [course("b", "entry", "exit", day=2), course("a", "entry", "exit", day=9)],
        [course("b", "entry", "exit", day=9), course("a", "exit", day=2)],
        [course("b", "exit"), course("a", "entry")],
        [course("b", "entry"), course("a")],
    ],
)
def test_a_person_of_two_programmes_is_counted_once(courses: list[change_facts.Course]) -> None:
    for held in (courses, courses[::-1]):
        assert [one.programme for one in change.once(held)] == ["b"]


def observe(client: Any, enrolment: object, result: str, moment: str) -> Any:
    path = f"/api/v1/enrolments/{enrolment}/tasks/goi-video"
    return put(client, path, {"result": result, "moment": moment})


def test_a_task_is_only_looked_at_when_a_form_names_it(app: Flask, cast: Cast) -> None:
    refused = observe(staff(app, cast, "trang"), cast["hv_lan"], "can_do", "entry")
    assert refused.status_code == 422
    assert "không xem vào lúc đó" in refused.text
    assert observe(staff(app, cast, "trang"), cast["hv_lan"], "can_do", "course").status_code == 200
    strange = observe(staff(app, cast, "trang"), cast["hv_lan"], "can_do", "luc-nao-do")
    assert strange.status_code == 422


def test_the_moment_is_read_from_the_stored_event(
    app: Flask, database: Database, cast: Cast
) -> None:
    tablet = Tablet(cast)
    for minute, moment, result in ((1, "entry", "not_yet"), (80, "exit", "can_do")):
        tablet.at = OPENED + minute * MINUTE
        payload = {"task": "goi-video", "result": result, "observer": str(cast["trang"])}
        tablet.write("task.observed", payload | {"moment": moment}, attempt=None)
    deliver(database, cast, tablet.texts)
    confirm(database, cast)
    post(staff(app, cast, "trang"), f"/ghi-danh/{cast['hv_lan']}/bai-thuc-hanh",
         task="goi-video", result="can_do")  # fmt: skip
    with database.read() as session:
        seen = list(seen_tasks(session, cast["TBT"], ["goi-video"]))
    assert [(one.moment, one.result) for one in seen] == [
        ("entry", "not_yet"), ("exit", "can_do"), ("course", "can_do"),
    ]  # fmt: skip


# The pages, and who may not


def test_officers_see_the_commune_and_trainers_their_own_classes(
    app: Flask, database: Database, cast: Cast
) -> None:
    deliver(database, cast, texts_of(cast, crowd(database, cast, 20)))
    with clock.frozen(LATER):
        officer = staff(app, cast, "oanh").get("/thay-doi")
        trainer = staff(app, cast, "trang").get("/thay-doi").text
        other = staff(app, cast, "tuan").get("/thay-doi").text
    assert officer.status_code == 200
    assert "Theo nơi ở của học viên" in officer.text
    assert "tăng 29,2 điểm phần trăm" in officer.text
    assert "Lớp K2 (K2)" in officer.text
    assert "Các lớp của thầy cô" in trainer
    assert "tăng 29,2 điểm phần trăm" in trainer
    assert "Lớp K2 (K2)" not in trainer
    assert "Lớp K1 (K1)" not in other
    assert "Chưa đủ dữ liệu: mới có 0 người" in other


def test_few_people_are_counted_and_no_figure_is_told(
    app: Flask, database: Database, cast: Cast
) -> None:
    deliver(database, cast, texts_of(cast, crowd(database, cast, 19)))
    with clock.frozen(LATER):
        page = staff(app, cast, "oanh").get("/thay-doi").text
        told = staff(app, cast, "oanh").get(f"/api/v1/cohorts/{cast['k1']}/change").json
    assert "Chưa đủ dữ liệu: mới có 19 người làm đủ cả hai lần, cần ít nhất 20." in page
    assert told["change"] == {"code": "not_enough", "n": 19}
    assert told["people"]["both"] == 19


def test_the_results_of_a_class_show_the_change(app: Flask, database: Database, cast: Cast) -> None:
    deliver(database, cast, texts_of(cast, crowd(database, cast, 20)))
    with clock.frozen(LATER):
        page = staff(app, cast, "trang").get(f"/lop-hoc/{cast['k1']}/ket-qua").text
        told = staff(app, cast, "trang").get(f"/api/v1/cohorts/{cast['k1']}/change").json
    assert "Thay đổi năng lực" in page
    assert "tăng 29,2 điểm phần trăm" in page
    assert told["measured"] is True
    assert told["change"]["gain"] == 29.17
    assert {row["title"] for row in told["skills"]} == {"tim-kiem", "an-toan", "thanh-toan"}


def test_the_table_is_a_csv_whose_cells_begin_no_formula(
    app: Flask, database: Database, cast: Cast
) -> None:
    deliver(database, cast, texts_of(cast, crowd(database, cast, 20)))
    with clock.frozen(LATER):
        answer = staff(app, cast, "an").get("/thay-doi.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    whole = dict(zip(rows[0], rows[1], strict=True))
    assert whole["Tên"] == "Toàn xã"
    assert (whole["Số người có cả hai lần"], whole["Thay đổi (điểm phần trăm)"]) == ("20", "29.2")
    k2 = next(row for row in rows if row[1] == "Lớp K2 (K2)")
    assert k2[-1] == "chưa đủ dữ liệu"


@pytest.mark.parametrize("path", ["/thay-doi", "/thay-doi.csv", "/api/v1/cohorts/{}/change"])
def test_who_may_not_see_the_change(app: Flask, cast: Cast, path: str) -> None:
    address = path.format(cast["k1"])
    assert app.test_client().get(address).status_code == 401
    for name in ("bao", "tinh"):
        assert staff(app, cast, name).get(address).status_code == 403
    assert learner(app, cast, "lan").get(address).status_code == 403


def test_another_class_and_another_commune_stay_shut(app: Flask, cast: Cast) -> None:
    trang = staff(app, cast, "trang")
    assert trang.get(f"/api/v1/cohorts/{cast['k2']}/change").status_code == 403
    assert trang.get(f"/api/v1/cohorts/{cast['xa_k1']}/change").status_code == 404
    assert (
        staff(app, cast, "oanh").get(f"/api/v1/cohorts/{cast['xa_k1']}/change").status_code == 404
    )


def test_the_words_of_a_figure() -> None:
    assert change_words.decimal(30.24) == "30,2"
    assert change_words.signed(-0.04) == "0,0"
    assert change_words.signed(-1.5) == "−1,5"
    assert change_words.signed(2.0) == "+2,0"
    assert change_words.place(-40) == "0.00"
    assert change_words.place(250) == "100.00"
