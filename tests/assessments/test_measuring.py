"""Entry, exit and the repeats as learners meet them: once, at their own time, without pass or key."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assessments.models import Attempt
from assessments.rules.measuring import Standing, due_on, may_measure
from courses.rules import MEASURING_KINDS
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.assessments.measuring import begin, fill_in, learn, no_sitting
from tests.assessments.people import learner, post, put
from tests.assessments.tablet import VERSION
from tests.cast import Cast

ALL = frozenset(MEASURING_KINDS)
DAY = date(2026, 11, 20)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("kind", "standing", "code"),
    [
        ("entry", Standing(DAY, ALL), "ok"),
        ("entry", Standing(DAY, frozenset()), "no_form"),
        ("entry", Standing(DAY, ALL, begun=frozenset({"entry"})), "open"),
        ("entry", Standing(DAY, ALL, handed_in={"entry": DAY}), "done"),
        ("entry", Standing(DAY, ALL, lessons_done=1), "too_late"),
        ("entry", Standing(DAY, ALL, begun=frozenset({"entry"}), lessons_done=1), "too_late"),
        ("exit", Standing(DAY, ALL), "lesson_first"),
        ("exit", Standing(DAY, ALL, lessons_done=1), "ok"),
        ("after30", Standing(DAY, ALL, lessons_done=3), "exit_first"),
        ("after30", Standing(DAY, ALL, handed_in={"exit": DAY - timedelta(29)}), "not_yet"),
        ("after30", Standing(DAY, ALL, handed_in={"exit": DAY - timedelta(30)}), "ok"),
        ("after30", Standing(DAY, ALL, handed_in={"exit": DAY - timedelta(89)}), "ok"),
        ("after30", Standing(DAY, ALL, handed_in={"exit": DAY - timedelta(90)}), "too_late"),
        ("after90", Standing(DAY, ALL, handed_in={"exit": DAY - timedelta(89)}), "not_yet"),
        ("after90", Standing(DAY, ALL, handed_in={"exit": DAY - timedelta(90)}), "ok"),
    ],
)
def test_each_form_has_its_own_time(kind: str, standing: Standing, code: str) -> None:
    assert may_measure(kind, standing) == code


@pytest.mark.pure
def test_a_repeat_is_due_30_days_after_the_exit_form() -> None:
    standing = Standing(DAY, ALL, handed_in={"exit": date(2026, 11, 1)})
    assert due_on("after30", standing) == date(2026, 12, 1)
    assert due_on("exit", standing) is None


@pytest.fixture
def lan(app: Flask, database: Database, cast: Cast) -> FlaskClient:
    """Bà Lan at a tablet of a class that only learns today."""
    no_sitting(database, cast)
    return learner(app, cast, "lan")


@pytest.mark.db
def test_the_entry_form_comes_first_and_may_be_put_off(lan: FlaskClient) -> None:
    home = lan.get("/hoc").text
    assert "Vài câu đầu vào" in home
    assert "12 câu để biết mình cần học gì. Không chấm điểm, không ai trượt." in home
    assert "Để sau, vào học luôn" in home
    post(lan, "/hoc/bai/b1/1")
    learning = lan.get("/hoc").text
    assert "Để sau, vào học luôn" not in learning
    assert "Học tiếp" in learning
    assert "Vài câu đầu vào" in learning
    assert "Làm 12 câu này" in lan.get("/hoc/kiem-tra").text


@pytest.mark.db
def test_after_the_first_lesson_the_entry_form_is_closed_and_says_so(
    app: Flask, cast: Cast, lan: FlaskClient
) -> None:
    opened = begin(lan, "entry").json
    learn(lan)
    page = lan.get("/hoc/kiem-tra").text
    assert "Đã học xong bài đầu tiên nên phần đầu vào không cần làm nữa" in page
    assert "Vài câu đầu vào" not in lan.get("/hoc").text
    late = put(lan, f"/api/v1/attempts/{opened['id']}", {"kind": "entry", "submit": True})
    assert late.status_code == 409
    hung = learner(app, cast, "hung")
    learn(hung)
    refused = begin(hung, "entry")
    assert refused.status_code == 409
    assert "Đã học xong bài đầu tiên" in refused.text


@pytest.mark.db
def test_a_form_is_filled_in_once_and_an_open_one_is_gone_on_with(
    database: Database, lan: FlaskClient
) -> None:
    opened = begin(lan, "entry").json
    home = lan.get("/hoc").text
    assert "Làm tiếp" in home
    assert opened["id"] in home
    second = begin(lan, "entry")
    assert second.status_code == 409
    assert "Đang làm dở phần này" in second.text
    tapped = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="entry")
    assert tapped.location == f"/hoc/kiem-tra/{opened['id']}"
    again = put(lan, f"/api/v1/attempts/{opened['id']}", {"kind": "entry", "submit": True})
    assert again.status_code == 200
    third = begin(lan, "entry")
    assert third.status_code == 409
    assert "Mỗi người chỉ làm một lần" in third.text
    with database.read() as session:
        assert len(session.scalars(select(Attempt)).all()) == 1


@pytest.mark.db
def test_two_taps_on_begin_are_one_form(lan: FlaskClient) -> None:
    key = str(uuid7())
    for _ in range(2):
        answer = post(lan, "/hoc/kiem-tra", attempt=key, kind="entry")
        assert (answer.status_code, answer.location) == (303, f"/hoc/kiem-tra/{key}")


@pytest.mark.db
def test_the_service_alone_draws_the_form(app: Flask, cast: Cast) -> None:
    lan = learner(app, cast, "lan")
    for kind in MEASURING_KINDS:
        body = {"kind": kind, "seed": "hat-giong"}
        refused = put(lan, f"/api/v1/attempts/{uuid7()}", body)
        assert refused.status_code == 422, kind
        assert "Đề này do máy chủ chọn" in refused.text


@pytest.mark.db
def test_the_exit_form_waits_for_a_lesson_and_asks_other_questions(app: Flask, cast: Cast) -> None:
    lan = learner(app, cast, "lan")
    entry = begin(lan, "entry").json
    put(lan, f"/api/v1/attempts/{entry['id']}", {"kind": "entry", "submit": True})
    early = begin(lan, "exit")
    assert early.status_code == 409
    assert "Hãy học xong ít nhất một bài" in early.text
    learn(lan)
    exit_form = begin(lan, "exit").json
    first, second = ({one["id"] for one in form["questions"]} for form in (entry, exit_form))
    # Six questions of each skill, four a form: two are new, the others cannot be helped.
    assert len(second - first) == 6
    assert len(second) == 12


@pytest.mark.db
def test_no_key_and_no_verdict_after_a_measuring_form(database: Database, lan: FlaskClient) -> None:
    entry = fill_in(lan, "entry", mistakes=12)
    page = lan.get(entry).text
    assert "Cảm ơn" in page
    assert "Kỹ năng này nên học kỹ" in page
    assert "Bài 1: Bài b1" in page
    for lesson in ("b1", "b2", "b3"):
        learn(lan, lesson)
    assert "Vài câu cuối khóa" in lan.get("/hoc").text
    exit_form = fill_in(lan, "exit")
    after = lan.get(exit_form).text
    assert "Đầu khóa đúng 0/12, cuối khóa 12/12." in after
    assert "Tiến bộ rồi đó" in after
    explanations = {item.explanation for item in VERSION.items}
    for shown in (page, after, lan.get("/hoc").text, lan.get("/hoc/kiem-tra").text):
        assert "đạt bài" not in shown.split("<main")[1].split("Bài kiểm tra")[0]
        assert not any(text in shown for text in explanations)
    with database.read() as session:
        assert {row.passed for row in session.scalars(select(Attempt))} == {None}


@pytest.mark.db
def test_the_repeat_comes_when_it_is_due(app: Flask, database: Database, cast: Cast) -> None:
    no_sitting(database, cast)
    morning = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    with clock.frozen(morning) as now:
        lan = learner(app, cast, "lan")
        for lesson in ("b1", "b2", "b3"):
            learn(lan, lesson)
        fill_in(lan, "exit", mistakes=2)
        assert "Làm được từ ngày 20/12/2026" in begin(lan, "after30").text
        # 23:30 of the day before in Vietnam is still a day too early.
        now.move(datetime(2026, 12, 19, 16, 30, tzinfo=UTC))
        assert begin(lan, "after30").status_code == 409
        now.move(datetime(2026, 12, 19, 17, 30, tzinfo=UTC))
        assert "Nhắc lại sau 30 ngày" in lan.get("/hoc").text
        page = lan.get(fill_in(lan, "after30", mistakes=4)).text
        assert "Cuối khóa đúng 10/12, lần này 8/12." in page
        assert "Làm được từ ngày 18/02/2027" in begin(lan, "after90").text


@pytest.mark.db
def test_measuring_forms_are_no_tests_on_the_board(
    app: Flask, database: Database, cast: Cast
) -> None:
    from tests.assessments.people import staff

    lan = learner(app, cast, "lan")
    fill_in(lan, "entry")
    results = staff(app, cast, "trang").get(f"/api/v1/cohorts/{cast['k1']}/results").json
    own = next(one for one in results if one["enrolment"] == str(cast["hv_lan"]))
    assert (own["tries"], own["best_points"], own["proofs"]) == (0, None, {})
    assert "Bắt đầu kiểm tra" in lan.get("/hoc/kiem-tra").text
