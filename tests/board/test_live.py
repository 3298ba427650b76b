"""The live board: who is here, where each is, who needs somebody; cheap to ask again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as happening
from sqlalchemy import select

from lms.cohorts.models import Device, Enrolment, LearnerSession
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.assessments.people import learner, post, put, staff
from tests.assessments.tablet import MINUTE, Tablet, deliver, wrong
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db
LATER = OPENED + 20 * MINUTE


def sit_down(database: Database, at: datetime) -> None:
    """Everybody of the cast came in at this instant."""
    with database.write() as session:
        for row in session.scalars(select(LearnerSession)):
            row.started_at = at


def learned(cast: Cast, lesson: str = "b1", screen: int = 2) -> Tablet:
    """Lan looked at a screen ten minutes after the class was opened."""
    tablet = Tablet(cast)
    tablet.write("activity.opened", {"lesson": lesson, "screen": screen}, attempt=None)
    return tablet


def part(client: Any, cast: Cast, tag: str = "", label: str = "k1") -> Any:
    headers = {"If-None-Match": tag} if tag else {}
    return client.get(f"/lop-hoc/{cast[label]}/bang?phan=1", headers=headers)


def test_the_board_says_where_each_is_and_whom_to_go_and_see(
    app: Flask, database: Database, cast: Cast
) -> None:
    sit_down(database, OPENED + 9 * MINUTE)
    deliver(database, cast, learned(cast).texts, now=OPENED + 11 * MINUTE)
    with clock.frozen(OPENED + 12 * MINUTE):
        page = part(staff(app, cast, "trang"), cast).text
    assert "bài 1: Bài b1, màn 2/" in page
    assert "Nên ghé xem</h2>" not in page
    with clock.frozen(LATER):
        page = part(staff(app, cast, "trang"), cast).text
    assert "10 phút chưa bấm gì" in page
    assert "vào máy 11 phút, chưa làm gì" in page


def test_a_test_shows_how_far_it_is_and_never_what_is_right(
    app: Flask, database: Database, cast: Cast
) -> None:
    sit_down(database, OPENED)
    tablet = Tablet(cast).start()
    for item in tablet.items[:3]:
        tablet.answer(item, wrong(item))
    deliver(database, cast, tablet.texts, now=LATER)
    with clock.frozen(LATER):
        page = part(staff(app, cast, "trang"), cast).text
    assert "bài kiểm tra, câu 4/12" in page
    assert "sai" not in page
    whole = tablet.answer_all().submit()
    deliver(database, cast, whole.texts[4:], now=LATER + MINUTE)
    with clock.frozen(LATER + MINUTE):
        page = part(staff(app, cast, "trang"), cast).text
    assert "Đã nộp bài kiểm tra" in page
    assert "<dt>Đã nộp bài</dt><dd>1</dd>" in page


def test_nothing_new_is_answered_with_304_and_few_statements(
    app: Flask, database: Database, cast: Cast
) -> None:
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append(statement)

    trang = staff(app, cast, "trang")
    with clock.frozen(LATER):
        first = part(trang, cast)
        happening.listen(database.engine, "before_cursor_execute", note)
        again = part(trang, cast, first.headers["ETag"])
        unchanged = len(asked)
        post(learner(app, cast, "hung"), "/goi-thay")
        asked.clear()
        third = part(trang, cast, first.headers["ETag"])
        happening.remove(database.engine, "before_cursor_execute", note)
    assert (first.status_code, again.status_code, third.status_code) == (200, 304, 200)
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"] != third.headers["ETag"]
    assert unchanged <= 8
    assert len(asked) <= 30
    assert "Cần thầy cô ngay" in third.text
    with clock.frozen(LATER + 2 * MINUTE):
        assert part(trang, cast, third.headers["ETag"]).status_code == 200


def test_a_learner_of_two_classes_is_found_where_he_sits(
    app: Flask, database: Database, cast: Cast
) -> None:
    """Hùng joins class K2 as well; he sits in K1."""
    with database.write() as session:
        session.add(
            Enrolment(
                commune_id=cast["TBT"], id=uuid7(), cohort_id=cast["k2"], person_id=cast["hung"],
                picture="cai-o", colour="blue", pin_hmac="x", pin_sealed="x",
                enrolled_on=OPENED.date(),
            )
        )  # fmt: skip
    with clock.frozen(LATER):
        there = part(staff(app, cast, "tuan"), cast, label="k2").text
        here = part(staff(app, cast, "trang"), cast).text
    assert "Trần Văn Hùng" in there
    assert "đang ở lớp Lớp K1" in there
    assert "đang ở lớp" not in here


def test_the_board_names_the_tablets_that_still_hold_work(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        row = session.get_one(Device, (cast["TBT"], cast["k1_may"]))
        row.report, row.reported_at = {"made": {}, "unsent": 7}, LATER
    with clock.frozen(LATER):
        page = part(staff(app, cast, "trang"), cast).text
    assert "Còn việc trên máy chưa về xã" in page
    assert "k1_may: 7 việc" in page


def test_a_class_that_is_over_asks_for_nobody(app: Flask, database: Database, cast: Cast) -> None:
    trang = staff(app, cast, "trang")
    post(trang, f"/lop-hoc/{cast['k1']}/ket-thuc")
    page = trang.get(f"/lop-hoc/{cast['k1']}").text
    for words in ("chưa thấy", "Mở lớp bây giờ"):
        assert words not in page
    assert "Kết quả của lớp" in page
    assert "Không có lớp nào đang học" in trang.get("/hom-nay").text


def test_the_board_of_another_trainer_is_closed(app: Flask, cast: Cast) -> None:
    assert part(staff(app, cast, "tuan"), cast).status_code == 403
    assert part(learner(app, cast, "lan"), cast).status_code == 403
    assert part(staff(app, cast, "oanh"), cast).status_code == 200


def test_a_pin_typed_a_hundred_times_locks_once_and_the_board_says_so(
    app: Flask, cast: Cast
) -> None:
    """The learner is locked after five, the tablet pauses after twenty; nobody else is kept out."""
    tablet, at_once = app.test_client(), {"class_code": "K1ABCD", "pin": "0000"}
    tablet.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {cast.device_credentials['k1_may']}"
    body = at_once | {"enrolment_id": str(cast["hv_lan"])}
    with clock.frozen(OPENED + timedelta(minutes=1)):
        tries = range(100)
        answers = [tablet.post("/api/v1/learner-sessions", json=body).status_code for _ in tries]
        trang = staff(app, cast, "trang")
        board = part(trang, cast).text
        assert set(answers) <= {422, 429}
        assert board.count("Bị khóa mã số") == 2  # First among those who wait, then in the class.
        post(trang, f"/ghi-danh/{cast['hv_lan']}/mo-khoa")
        assert "Bị khóa mã số" not in part(trang, cast).text
        assert put(learner(app, cast, "hung"), f"/api/v1/attempts/{uuid7()}",
                   {"kind": "certifying"}).status_code in (200, 201)  # fmt: skip
