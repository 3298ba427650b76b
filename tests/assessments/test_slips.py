"""What a learner takes home on paper: what is mastered now, what to practise, no mark and nothing secret."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from assessments.rules.slip import ALL_LINES, Slip, slip_of
from lms.cohorts.models import Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.assessments.people import learner, post, put, staff
from tests.assessments.tablet import VERSION, Tablet, deliver, whole
from tests.cast import OPENED, PIN, Cast

LATER = OPENED + timedelta(days=31)


def slip(**told: object) -> Slip:
    values: dict[str, object] = {"done": set(), "seen": {}, "attempts": []} | told
    return slip_of(VERSION, "basic", **values)  # type: ignore[arg-type]  # Each test names what it is about.


def titles(found: Slip) -> tuple[list[str], list[str], list[str]]:
    parts = (found.tasks, found.skills, found.following)
    return tuple([one.title for one in part] for part in parts)  # type: ignore[return-value]  # All have titles.


@pytest.mark.pure
def test_who_has_just_come_is_told_what_comes_first() -> None:
    found = slip()
    assert titles(found) == ([], [], ["Bài b1", "Bài b2", "Bài b3"])
    assert found.is_beginning
    assert found.is_large


@pytest.mark.pure
@pytest.mark.parametrize(
    ("verdict", "told"), [("can_do", ["Gọi video"]), ("needs_help", []), ("not_yet", [])]
)
def test_only_what_was_done_alone_is_a_task_done(verdict: str, told: list[str]) -> None:
    assert titles(slip(seen={"goi-video": verdict}))[0] == told


@pytest.mark.pure
def test_the_newest_attempt_that_asked_for_a_skill_decides() -> None:
    before, after = {"tim-kiem": False, "an-toan": True}, {"tim-kiem": True}
    assert titles(slip(attempts=[before, after]))[1] == ["tim-kiem", "an-toan"]
    assert titles(slip(attempts=[after, before]))[1] == ["an-toan"]


@pytest.mark.pure
def test_what_was_learned_and_is_not_mastered_comes_before_what_is_new() -> None:
    attempts = [{"tim-kiem": True, "an-toan": False, "thanh-toan": False}]
    found = slip(done={"b1", "b2"}, attempts=attempts)
    assert titles(found)[2] == ["Bài b2", "Bài b3"]
    everything = slip(done={"b1", "b2", "b3"}, attempts=[{"tim-kiem": True}])
    assert titles(everything)[2] == []
    assert everything.lessons_done == 3


@pytest.mark.pure
def test_a_slip_never_holds_more_lines_than_it_has_room_for() -> None:
    long = "Một tên rất dài của một kỹ năng mà cô chú đã học được ở lớp này và dùng hằng ngày"
    skills = tuple(replace(one, title=long) for one in VERSION.programme.skills) * 5
    many = replace(VERSION, programme=replace(VERSION.programme, skills=skills))
    mastered = {skill.code: True for skill in skills}
    found = slip_of(many, "basic", set(), {"goi-video": "can_do"}, [mastered])
    assert len(found.tasks) == 1
    assert 2 * len(found.skills) + 1 + 3 <= ALL_LINES
    assert len(found.skills) == 4
    assert not found.is_large


def of_class(app: Flask, cast: Cast) -> str:
    with clock.frozen(LATER):
        answer = staff(app, cast, "trang").get(f"/lop-hoc/{cast['k1']}/phieu")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.db
def test_a_slip_tells_what_a_learner_can_do_in_warm_words_and_without_a_mark(
    app: Flask, database: Database, cast: Cast
) -> None:
    deliver(database, cast, whole(cast, mistakes=2).texts)
    seen = f"/api/v1/enrolments/{cast['hv_lan']}/tasks/goi-video"
    put(staff(app, cast, "trang"), seen, {"result": "can_do"})
    with clock.frozen(LATER):
        page = staff(app, cast, "trang").get(f"/ghi-danh/{cast['hv_lan']}/phieu").text
    for words in ("Nguyễn Thị Lan", "Cô chú đã làm được", "Gọi video", "Lớp K1", "ngày 21/12/2026",
                  "Nhà văn hóa thôn Đông", "Thầy cô của lớp: Trang", "Đã nắm được"):  # fmt: skip
        assert words in page, words
    slip_only = page.partition('<article class="slip')[2].partition("</article>")[0]
    assert "Hùng" not in page
    for secret in ("10", "12/12", "%", PIN, "điểm", str(cast["hv_lan"]), str(cast["lan"])):
        assert secret not in slip_only, secret
    for item in VERSION.items:
        assert item.id not in page
        assert item.prompt not in page


@pytest.mark.db
def test_the_slips_of_a_class_stand_two_by_two_in_the_order_of_names(
    app: Flask, database: Database, cast: Cast
) -> None:
    page = of_class(app, cast)
    assert page.count('class="slips"') == 1
    assert page.index("Trần Văn Hùng") < page.index("Nguyễn Thị Lan")
    with database.write() as session:
        left = session.get_one(Enrolment, (cast["TBT"], cast["hv_hung"]))
        left.withdrawn_on = OPENED.date()
    page = of_class(app, cast)
    assert (page.count("<article"), page.count('class="slips"')) == (1, 1)
    assert "Hùng" not in page


@pytest.mark.db
def test_an_empty_class_says_what_to_do(app: Flask, database: Database, cast: Cast) -> None:
    with database.write() as session:
        for name in ("hv_lan", "hv_hung"):
            session.get_one(Enrolment, (cast["TBT"], cast[name])).withdrawn_on = OPENED.date()
    assert "Hãy ghi danh học viên" in of_class(app, cast)


@pytest.mark.db
def test_forms_that_measure_and_unfinished_work_prove_nothing(
    app: Flask, database: Database, cast: Cast
) -> None:
    entry = Tablet(cast, kind="entry", sitting=None).start().answer_all().submit()
    begun = Tablet(cast, kind="practice", sitting=None, learner="hung").start().answer_all()
    deliver(database, cast, entry.texts)
    deliver(database, cast, begun.texts)
    assert "Đã nắm được" not in of_class(app, cast)


@pytest.mark.db
def test_a_finished_lesson_is_honoured_before_anything_is_proved(app: Flask, cast: Cast) -> None:
    lan = learner(app, cast, "lan")
    for screen in range(1, 5):
        post(lan, f"/hoc/bai/b1/{screen}")
    page = of_class(app, cast)
    assert "Đã học xong 1 bài." in page
    assert "Bước đầu tiên là bước khó nhất" in page


@pytest.mark.db
@pytest.mark.parametrize(
    ("name", "status"),
    [("trang", 200), ("oanh", 200), ("an", 200), ("tuan", 403), ("bao", 403), ("tinh", 403),
     ("xa_trang", 404), ("xa_oanh", 404)],
)  # fmt: skip
def test_slips_are_for_who_works_with_the_class(
    app: Flask, cast: Cast, name: str, status: int
) -> None:
    for path in (f"/lop-hoc/{cast['k1']}/phieu", f"/ghi-danh/{cast['hv_lan']}/phieu"):
        answer = staff(app, cast, name).get(path)
        assert answer.status_code == status, path
        assert ("Nguyễn Thị Lan" in answer.text) == (status == 200)
        assert learner(app, cast, "lan").get(path).status_code == 403
        assert app.test_client().get(path).status_code == 401
        assert staff(app, cast, "trang").get(f"/ghi-danh/{uuid7()}/phieu").status_code == 404
