"""What a trainer must not learn or do by way of lists, visits and odd fields of forms."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assessments.paper_entry import MOST_COPIES
from assessments.paper_forms import form_of
from assessments.paper_models import PaperForm
from lms.board import turn_list
from lms.cohorts import queries, substitutes
from lms.cohorts.models import ClassSession, Cohort
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.ledger.actions import NewEvent, append, paper_device
from lms.people import visiting
from lms.people.models import Person
from lms.people.visiting import NewVisit
from tests.cast import Cast

pytestmark = pytest.mark.db
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
PHONE = "0987654321"
LIST = "1. Nguyễn Thị Lan 1958"


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def staff(app: Flask, cast: Cast, name: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    client.set_cookie("lms_staff", cast.staff_tokens[name])
    return client


def with_phone(database: Database, cast: Cast, name: str) -> None:
    with database.write() as session:
        session.get_one(Person, (cast["TBT"], cast[name])).phone = PHONE


def pasted(client: FlaskClient, cast: Cast, text: str = LIST) -> str:
    """The address of the preview of a list for class K2, which Tuấn teaches."""
    return client.post(f"/lop-hoc/{cast['k2']}/nhap", data={"text": text}).headers["Location"]


def test_a_trainer_sees_the_visits_to_that_person_only(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        officer = Actor(Role.OFFICER, cast["TBT"], cast["oanh"], name="Oanh")
        for name, note in (("mai", "chuyện riêng của Mai"), ("lan", "hẹn thứ Bảy")):
            visiting.record(session, officer, NewVisit(
                uuid7(), clock.today(), "invite", "agreed", person_id=cast[name], note=note,
            ))  # fmt: skip
    page = staff(app, cast, "trang").get(f"/tham-nguoi/{cast['lan']}").text
    assert "hẹn thứ Bảy" in page
    assert "chuyện riêng của Mai" not in page


def test_a_list_of_a_class_tells_a_trainer_nobodys_telephone(
    app: Flask, database: Database, cast: Cast
) -> None:
    with_phone(database, cast, "lan")
    client = staff(app, cast, "tuan")
    page = client.get(pasted(client, cast)).text
    assert "Đã có trong sổ dân cư" in page
    assert PHONE not in page
    assert "321" in page, "the end of it helps to ask whether it is the same person"
    officer = staff(app, cast, "oanh")
    assert PHONE in officer.get(pasted(officer, cast)).text


@pytest.mark.parametrize("how", ["same", "other"])
def test_a_row_is_only_ever_who_was_shown_beside_it(
    app: Flask, database: Database, cast: Cast, how: str
) -> None:
    client = staff(app, cast, "tuan")
    check = pasted(client, cast, f"{LIST} nam {PHONE}\n2. Đỗ Văn Mới 1970 thôn Đông {PHONE[:-1]}9")
    choose = check.replace("/xem?", "/chon?")
    for row in range(1, 4):
        told = {"dong": f"0-{row}", "la": how, "nguoi": str(cast["hung"])}
        client.post(choose, data=told)
    client.post(check)
    with database.read() as session:
        hung = session.get_one(Person, (cast["TBT"], cast["hung"]))
        assert (hung.phone, hung.full_name) == (None, "Trần Văn Hùng")


def test_who_teaches_for_a_day_takes_no_list_of_the_class_trainer_back(
    app: Flask, database: Database, cast: Cast
) -> None:
    own = staff(app, cast, "tuan")
    done = _confirmed(own, cast, "1. Phạm Văn Cát 1961 Thôn Tây")
    with database.write() as session:
        substitutes.appoint(session, system(cast["TBT"]), cast["k2_buoi"], cast["trang"])
    other = staff(app, cast, "trang")
    assert _undo(other, cast, done).status_code == 403
    mine = _confirmed(other, cast, "1. Lê Thị Doan 1970 Thôn Tây")
    assert _undo(other, cast, mine).status_code == 303, "a slip of the own hand is taken back"
    assert _undo(own, cast, done).status_code == 303


def _confirmed(client: FlaskClient, cast: Cast, text: str) -> UUID:
    done = client.post(pasted(client, cast, text)).headers["Location"]
    return UUID(done.rpartition("=")[2])


def _undo(client: FlaskClient, cast: Cast, key: UUID) -> Any:
    return client.post(f"/lop-hoc/{cast['k2']}/hoan-tac-danh-sach", data={"ds": str(key)})


def test_odd_digits_in_the_address_of_attendance_are_no_fault(app: Flask, cast: Cast) -> None:
    client = staff(app, cast, "trang")
    assert client.get(f"/lop-hoc/{cast['k1']}/diem-danh?vua=²&so=²").status_code == 200
    undo = f"/buoi-hoc/{cast['k1_buoi']}/hoan-tac-diem-danh"
    assert client.post(undo, data={"stamp": "²"}).status_code == 303


def test_what_paper_says_is_nobodys_turn_at_a_machine(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        told = NewEvent(
            "activity.finished", {"lesson": "b1", "screen": 4}, paper_device(cast["TBT"]),
            class_id=cast["k1_buoi"], learner_id=cast["hv_lan"], segment="paper-1", at=NOW,
        )  # fmt: skip
        append(session, cast["TBT"], told)
    with database.read() as session:
        cohort = session.get_one(Cohort, (cast["TBT"], cast["k1"]))
        meeting = session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"]))
        assert turn_list.sheet(session, cohort, meeting).turns == []


def test_who_was_erased_cannot_be_put_into_a_class(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        minh = session.get_one(Person, (cast["TBT"], cast["minh"]))
        minh.erased_on = clock.today()
    form = {"person_id": str(cast["minh"])}
    added = staff(app, cast, "tuan").post(f"/lop-hoc/{cast['k2']}/hoc-vien", data=form)
    assert added.status_code == 404


def test_a_class_with_somebody_who_was_erased_can_be_copied(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        session.get_one(Person, (cast["TBT"], cast["hung"])).erased_on = clock.today()
    key = uuid7()
    form = {"id": str(key), "starts_on": "2026-12-01", "people": "all"}
    copied = staff(app, cast, "trang").post(f"/lop-hoc/{cast['k1']}/chep", data=form)
    assert copied.status_code == 303
    with database.read() as session:
        rows = queries.learners(session, cast["TBT"], key)
        assert [person.id for _row, person in rows] == [cast["lan"]]


def test_a_test_on_paper_is_not_tried_out_answer_by_answer(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang, oanh = staff(app, cast, "trang"), staff(app, cast, "oanh")
    trang.post(f"/lop-hoc/{cast['k1']}/giay-in", data={"plan": "certifying."})
    with database.read() as session:
        sheet = session.scalars(
            select(PaperForm).where(PaperForm.enrolment_id == cast["hv_lan"])
        ).one()
        kinds = [one.item.kind for one in form_of(session, sheet).items]
    number = 1 + next(n for n, kind in enumerate(kinds) if kind in ("single", "multiple"))
    told = [_typed_in(trang, cast, sheet.id, number, "AB"[n % 2]) for n in range(MOST_COPIES)]
    assert {one.status_code for one in told} == {303}
    refused = _typed_in(trang, cast, sheet.id, number, "AB"[MOST_COPIES % 2])
    assert (refused.status_code, "cán bộ xã" in refused.text) == (422, True)
    assert _typed_in(oanh, cast, sheet.id, number, "AB"[MOST_COPIES % 2]).status_code == 303


def _typed_in(client: FlaskClient, cast: Cast, sheet: UUID, number: int, letter: str) -> Any:
    form = {"id": str(uuid7()), "place": f"{cast['k1_buoi']}.{cast['k1_thi']}", "reason": "Gõ nhầm.",
            f"a.{number}": letter}  # fmt: skip
    return client.post(f"/bai-giay/{sheet}", data=form)


def test_the_list_of_a_whole_village_tells_the_day_of_birth_only_of_namesakes(
    app: Flask, database: Database, cast: Cast
) -> None:
    address = f"/lop-hoc/{cast['k2']}/ca-lop-truong?don-vi={cast['thon_dong']}"
    page = staff(app, cast, "tuan").get(address).text
    assert "1958" in page
    assert "02/03/1958" not in page
    with database.write() as session:
        hung, lan = (session.get_one(Person, (cast["TBT"], cast[n])) for n in ("hung", "lan"))
        hung.full_name, hung.sort_key, hung.search_key = lan.full_name, lan.sort_key, lan.search_key
    page = staff(app, cast, "tuan").get(address).text
    assert "02/03/1958" in page
    assert "15/07/1990" in page
