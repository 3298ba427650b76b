"""Attendance by touch, by card and all at once; undo; two trainers at once; cards that are guessed."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms.cohorts import cards, marking
from lms.cohorts.models import Attendance, Enrolment
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.limits import TryCount
from lms.ledger.rebuild import rebuild, state_hash
from tests.assessments.people import post, staff
from tests.cast import Cast

pytestmark = pytest.mark.db


def here(database: Database) -> dict[str, int]:
    """State → how many are marked so."""
    with database.read() as session:
        states = session.scalars(select(Attendance.state)).all()
    return {one: states.count(one) for one in set(states)}


def test_a_tap_marks_another_turns_it_and_all_at_once_keeps_an_absence(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang, at = staff(app, cast, "trang"), f"/buoi-hoc/{cast['k1_buoi']}"
    lan = {"enrolment_id": str(cast["hv_lan"])}
    assert post(trang, f"{at}/cham-ten", **lan, state="present").status_code == 303
    assert here(database) == {"present": 1}
    answer = post(trang, f"{at}/cham-ten", **lan, state="absent")
    assert answer.location.endswith(f"#hv-{cast['hv_lan']}")
    answer = post(trang, f"{at}/du-ca-lop")
    assert here(database) == {"present": 1, "absent": 1}
    page = trang.get(answer.location).text
    assert "Đã ghi 1 người" in page
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    for _ in range(2):
        post(trang, f"{at}/hoan-tac-diem-danh", stamp=stamp)
    assert here(database) == {"absent": 1}
    with database.read() as session:
        before = state_hash(session, cast["TBT"])
    rebuild(database, cast["TBT"])
    with database.read() as session:
        assert state_hash(session, cast["TBT"]) == before
    post(trang, f"{at}/du-ca-lop")
    assert here(database) == {"present": 1, "absent": 1}


def test_undo_gives_back_what_was_marked_before(app: Flask, database: Database, cast: Cast) -> None:
    trang, at = staff(app, cast, "trang"), f"/buoi-hoc/{cast['k1_buoi']}"
    lan = {"enrolment_id": str(cast["hv_lan"])}
    post(trang, f"{at}/cham-ten", **lan, state="excused")
    answer = post(trang, f"{at}/cham-ten", **lan, state="present")
    stamp = answer.location.split("vua=")[1].split("&")[0]
    post(trang, f"{at}/hoan-tac-diem-danh", stamp=stamp)
    assert here(database) == {"excused": 1}
    post(trang, f"{at}/hoan-tac-diem-danh", stamp="khong-phai-so")
    assert here(database) == {"excused": 1}


def test_two_trainers_who_tap_the_same_name_make_one_mark(
    app: Flask, database: Database, cast: Cast
) -> None:
    at = f"/buoi-hoc/{cast['k1_buoi']}/cham-ten"
    for who in ("trang", "oanh"):
        client = staff(app, cast, who)
        assert post(
            client, at, enrolment_id=str(cast["hv_lan"]), state="present"
        ).status_code == 303  # fmt: skip
    assert here(database) == {"present": 1}


def test_a_card_before_the_scanner_marks_its_holder_and_the_field_keeps_the_focus(
    app: Flask, database: Database, cast: Cast, keys: Keys
) -> None:
    with database.write() as session:
        row = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        number = cards.card_of(session, keys, row)
        foreign = cards.card_of(
            session, keys, session.get_one(Enrolment, (cast["TBT"], cast["hv_mai"]))
        )
    trang, at = staff(app, cast, "trang"), f"/buoi-hoc/{cast['k1_buoi']}/quet-the"
    for typed in (f"http://lop.example/the#{number}", f" {number[:4]} {number[4:]} "):
        page = trang.get(post(trang, at, card=typed).location).text
        assert "Nguyễn Thị Lan: có mặt" in page
        assert "autofocus" in page.split('name="card"')[1].split(">")[0]
    assert here(database) == {"present": 1}
    for typed, words in ((foreign, "không phải của lớp này"), ("123", "xem lại từng số")):
        answer = post(trang, at, card=typed)
        assert answer.status_code == 422
        assert words in answer.text
    assert post(staff(app, cast, "tuan"), at, card=number).status_code == 403
    # Whoever tries number after number is asked to pause; whose card exists is never told.
    with database.write() as session:
        session.scalars(select(TryCount)).one().failures = marking.CARDS_PER_TRAINER.tries - 1
    tried = [post(trang, at, card=foreign).status_code for _ in range(2)]
    assert tried == [422, 429]
    assert here(database) == {"present": 1}
