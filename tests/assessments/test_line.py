"""The whole line over HTTP: a learner learns and is tested, a trainer observes, proofs are reached."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assessments.models import Attainment, Attempt, LessonProgress
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.assessments.people import answers_to, learner, post, put, staff
from tests.assessments.tablet import right
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db

LATE = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
"""23:30 on 31/12 in Vietnam."""


def _attainments(database: Database) -> dict[str, Attainment]:
    with database.read() as session:
        return {row.proof: row for row in session.scalars(select(Attainment))}


def test_a_learner_takes_a_lesson_screen_by_screen(
    app: Flask, database: Database, cast: Cast
) -> None:
    lan = learner(app, cast, "lan")
    home = lan.get("/hoc").text
    assert "Bài b1" in home
    assert "Chưa học" in home
    for screen in (1, 2, 3, 4):
        page = lan.get(f"/hoc/bai/b1/{screen}")
        assert page.status_code == 200
        answer = post(lan, f"/hoc/bai/b1/{screen}")
        assert answer.status_code == 303
    assert answer.location == "/hoc/bai/b1/xong"
    assert "Đã học xong" in lan.get("/hoc").text
    with database.read() as session:
        row = session.scalars(select(LessonProgress)).one()
    assert (row.screens_seen, row.lesson, row.enrolment_id) == (3, "b1", cast["hv_lan"])
    assert row.finished_at is not None


def test_an_opened_lesson_is_not_learned(app: Flask, database: Database, cast: Cast) -> None:
    lan = learner(app, cast, "lan")
    post(lan, "/hoc/bai/b2/1")
    post(lan, "/hoc/bai/b2/1")
    home = lan.get("/hoc").text
    assert "Đang học" in home
    assert 'href="/hoc/bai/b2/2"' in home
    with database.read() as session:
        assert session.scalars(select(LessonProgress)).one().finished_at is None


def _test_by_pages(lan: Any, mistakes: int = 0) -> str:
    """Take the certifying test as forms; returns the attempt's path."""
    begun = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="certifying")
    assert begun.status_code == 303, begun.text
    path = begun.location
    questions = lan.get(f"/api/v1{path.replace('/hoc/kiem-tra', '/attempts')}").json["questions"]
    for n, one in enumerate(answers_to(questions, mistakes), 1):
        answer = post(lan, f"{path}/{n}", choice=one["response"], go="next")
    assert answer.location == f"{path}/nop"
    assert "Đã trả lời hết 12 câu" in lan.get(f"{path}/nop").text
    assert post(lan, f"{path}/nop").location == path
    return str(path)


def test_from_the_first_lesson_to_the_last_proof(
    app: Flask, database: Database, cast: Cast
) -> None:
    with clock.frozen(LATE):
        lan = learner(app, cast, "lan")
        path = _test_by_pages(lan, mistakes=2)
        result = lan.get(path).text
        assert "Chúc mừng! Đã đạt bài kiểm tra" in result
        assert "Đúng 10 trong 12 câu" in result
        trang = staff(app, cast, "trang")
        seen = put(
            trang, f"/api/v1/enrolments/{cast['hv_lan']}/tasks/goi-video", {"result": "can_do"}
        )
        assert seen.status_code == 200, seen.text
        assert "Làm được" in lan.get("/hoc").text
    found = _attainments(database)
    assert {proof: row.occurred_on for proof, row in found.items()} == dict.fromkeys(
        ("test_passed", "test_supervised", "task_observed"), date(2026, 12, 31)
    )
    assert {row.person_id for row in found.values()} == {cast["lan"]}
    assert found["test_supervised"].sitting_id == cast["k1_thi"]
    assert found["task_observed"].evidence["attempts"] == [path.rsplit("/", 1)[1]]


def test_a_fourth_try_is_refused_in_words(app: Flask, cast: Cast) -> None:
    with clock.frozen(OPENED + timedelta(hours=1)) as held:
        lan = learner(app, cast, "lan")
        for n in range(3):
            held.move(OPENED + timedelta(hours=1 + 25 * n))
            assert "Lần này chưa đạt" in lan.get(_test_by_pages(lan, mistakes=12)).text
        held.move(OPENED + timedelta(days=9))
        refused = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="certifying")
        assert refused.status_code == 409
        assert "Đã hết lượt" in refused.text
        assert "Đã hết lượt" in lan.get("/hoc").text


def test_a_try_before_a_day_has_passed_is_refused_and_says_when(app: Flask, cast: Cast) -> None:
    with clock.frozen(OPENED + timedelta(hours=1)) as held:
        lan = learner(app, cast, "lan")
        _test_by_pages(lan, mistakes=12)
        held.move(OPENED + timedelta(hours=24))
        refused = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="certifying")
        assert refused.status_code == 409
        assert "Được làm lại từ 09:00 ngày 21/11/2026" in refused.text
        held.move(OPENED + timedelta(hours=25))
        assert "Bắt đầu kiểm tra" in lan.get("/hoc/kiem-tra").text


def test_without_an_open_sitting_there_is_practice_only(
    app: Flask, database: Database, cast: Cast
) -> None:
    from lms.cohorts.models import Sitting

    with database.write() as session:
        sitting = session.get(Sitting, (cast["TBT"], cast["k1_thi"]))
        assert sitting is not None
        sitting.closed_at = OPENED + timedelta(minutes=5)
    lan = learner(app, cast, "lan")
    page = lan.get("/hoc/kiem-tra").text
    assert "Bắt đầu làm thử" in page
    assert "Bắt đầu kiểm tra" not in page
    refused = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="certifying")
    assert refused.status_code == 409
    begun = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="practice")
    assert begun.status_code == 303


def test_each_try_asks_another_form(app: Flask, database: Database, cast: Cast) -> None:
    with clock.frozen(OPENED + timedelta(hours=1)) as held:
        lan = learner(app, cast, "lan")
        _test_by_pages(lan, mistakes=12)
        held.move(OPENED + timedelta(hours=30))
        _test_by_pages(lan)
    with database.read() as session:
        rows = session.scalars(select(Attempt).order_by(Attempt.started_at)).all()
    first, second = ({item for item, _ in row.form["items"]} for row in rows)  # type: ignore[attr-defined]  # The form is JSON.
    # The bank holds six items a skill and a form asks four: two new ones of each must come.
    assert len(first & second) == 6


def test_going_back_keeps_every_answer(app: Flask, cast: Cast) -> None:
    lan = learner(app, cast, "lan")
    path = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="certifying").location
    shown = lan.get(f"{path}/1").text
    option = shown.split('name="choice" value="')[1].split('"')[0]
    assert post(lan, f"{path}/1", choice=option, go="next").location == f"{path}/2"
    assert post(lan, f"{path}/2", go="back").location == f"{path}/1"
    assert f'value="{option}" checked' in lan.get(f"{path}/1").text
    assert lan.get(path).location == f"{path}/2"


def test_two_taps_on_begin_and_on_hand_in_are_one(
    app: Flask, database: Database, cast: Cast
) -> None:
    lan = learner(app, cast, "lan")
    attempt = str(uuid7())
    for _ in range(2):
        path = post(lan, "/hoc/kiem-tra", attempt=attempt, kind="certifying").location
    for _ in range(2):
        assert post(lan, f"{path}/nop").status_code == 303
    late = post(lan, f"{path}/1", choice=_any_option(database), go="next")
    assert late.status_code == 409
    assert "đã nộp" in late.text
    with database.read() as session:
        assert session.scalars(select(Attempt)).one().state == "final"


def _any_option(database: Database) -> str:
    with database.read() as session:
        form: Any = session.scalars(select(Attempt)).one().form
    return str(form["items"][0][1][0])


def test_practice_hints_once_then_explains_and_the_second_answer_stands(
    app: Flask, database: Database, cast: Cast
) -> None:
    lan = learner(app, cast, "lan")
    path = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="practice").location
    with database.read() as session:
        form: Any = session.scalars(select(Attempt)).one().form
    item, options = form["items"][0]
    bad, worse = [option for option in options if option not in right(item)][:2]
    assert post(lan, f"{path}/1", choice=bad, go="next").location == f"{path}/1"
    page = lan.get(f"{path}/1").text
    assert "Chưa đúng, không sao cả. Mời cô chú chọn lại." in page
    assert "Vì cách này an toàn." not in page
    assert post(lan, f"{path}/1", choice=worse, go="next").location == f"{path}/1"
    page = lan.get(f"{path}/1").text
    assert "Chưa đúng, không sao cả." in page
    assert "Vì cách này an toàn." in page
    assert post(lan, f"{path}/1", choice=right(item), go="next").location == f"{path}/2"
    post(lan, f"{path}/nop")
    assert "đúng 0 trong 12" in lan.get(path).text
    assert _attainments(database) == {}


def test_the_same_put_twice_is_once(app: Flask, database: Database, cast: Cast) -> None:
    from lms.ledger.models import Event

    lan = learner(app, cast, "lan")
    path = f"/api/v1/attempts/{uuid7()}"
    questions = put(lan, path, {"kind": "certifying"}).json["questions"]
    assert len(questions) == 12
    body = {"kind": "certifying", "answers": answers_to(questions), "submit": True}
    first, second = put(lan, path, body), put(lan, path, body)
    assert first.json == second.json == lan.get(path).json
    assert (first.json["state"], first.json["points"], first.json["passed"]) == ("final", 12, True)
    assert first.json["supervised"] is True
    with database.read() as session:
        assert len(session.scalars(select(Event)).all()) == 14


def test_a_put_that_changes_what_was_handed_in_is_refused(app: Flask, cast: Cast) -> None:
    lan = learner(app, cast, "lan")
    path = f"/api/v1/attempts/{uuid7()}"
    questions = put(lan, path, {"kind": "practice", "seed": "abc"}).json["questions"]
    put(lan, path, {"kind": "practice", "submit": True})
    changed = put(lan, path, {"kind": "practice", "answers": answers_to(questions)})
    assert changed.status_code == 409
    assert put(lan, path, {"kind": "certifying"}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "exam"}, "kind"),
        ({"kind": "certifying", "seed": "mine"}, "seed"),
        ({"kind": "practice", "points": 12}, "points"),
        ({"kind": "practice", "answers": [{"item": "x", "response": ["y"]}] * 2}, "answers"),
        ({"kind": "practice", "answers": [{"item": "x", "response": ["y"]}]}, "answers"),
        ({"kind": "practice", "level": "proficient"}, "level"),
    ],
)
def test_a_wrong_attempt_is_refused_by_field(
    app: Flask, cast: Cast, body: dict[str, Any], field: str
) -> None:
    answer = put(learner(app, cast, "lan"), f"/api/v1/attempts/{uuid7()}", body)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert field in str(answer.json["errors"])


def test_a_class_sees_its_results_by_pseudonym(app: Flask, cast: Cast) -> None:
    lan = learner(app, cast, "lan")
    _test_by_pages(lan)
    rows = staff(app, cast, "trang").get(f"/api/v1/cohorts/{cast['k1']}/results").json
    by_learner = {row["enrolment"]: row for row in rows}
    assert by_learner.keys() == {str(cast["hv_lan"]), str(cast["hv_hung"])}
    own = by_learner[str(cast["hv_lan"])]
    assert (own["tries"], own["best_points"], own["lessons"]) == (1, 12, 3)
    assert own["proofs"].keys() == {"test_passed", "test_supervised"}
    assert "Lan" not in str(rows)


def test_the_same_observation_twice_is_one_event(
    app: Flask, database: Database, cast: Cast
) -> None:
    from assessments.models import TaskObservation

    trang = staff(app, cast, "trang")
    path = f"/api/v1/enrolments/{cast['hv_lan']}/tasks/goi-video"
    for result in ("not_yet", "can_do", "can_do"):
        assert put(trang, path, {"result": result}).json["result"] == result
    with database.read() as session:
        assert len(session.scalars(select(TaskObservation)).all()) == 2
