"""Another system sends completions of its course: kept once, told apart from nobody, counted when confirmed."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core import audit
from lms.core.db import Database
from lms.core.guard import system
from lms.core.keys import Keys
from lms.indicators import sent_intake, sent_review
from lms.indicators.actions import import_plan
from lms.indicators.models import FactImport, OutsideFact
from lms.indicators.sent_api import read_one
from lms.indicators.sent_intake import Unread
from lms.indicators.sent_models import SentCompletion
from lms.people import actions as people
from lms.people import machines
from lms.people.privacy_erasing import erase
from tests.cast import Cast
from tests.factories.feed import attainment
from tests.factories.machines import Machine, made
from tests.indicators.test_pages_plans import signed_in

pytestmark = pytest.mark.db
ONE_IS_ENOUGH = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/api/v1/machine/completions"
SCOPES = ("events:write", "records:read")
COUNTED = "/api/v1/plans/gui-thu/report/1/people?as_of=2026-11-20"
PLAN = """code: gui-thu
title: Kế hoạch để thử
place: {kind: xã, name: Tân Bình Thượng, province: Vĩnh An}
letterhead: ubnd
years: [2026]
lead: Phòng Văn hóa - Xã hội
indicators:
  - no: 1
    title: Người dân có kỹ năng số
    where: "II.1"
    population: adults
    measure: attained
    programmes: [nguoi-dan]
    accepts: [external_certificate]
    targets:
      2026: {operator: ">=", value: 80}
"""


@pytest.fixture
def machine(app: Flask, database: Database, keys: Keys, cast: Cast) -> Machine:
    """A client that may send; Lan, Hùng and the foreign Lan stand in the feeds of their communes."""
    with database.write() as session:
        import_plan(session, system(cast["TBT"]), PLAN)
        for p, code, person in (("", "TBT", "lan"), ("", "TBT", "hung"), ("xa_", "KHA", "lan")):
            session.add(attainment(cast, p, cast[code], person, "basic"))
    return made(app, database, keys, cast["TBT"], *SCOPES)


def one(person: object, **more: Any) -> dict[str, Any]:
    """A completion as it is sent."""
    return {
        "id": str(uuid4()), "person": str(person), "course": "AT-01", "title": "An toàn mạng",
        "completed_on": "2026-10-01", **more,
    }  # fmt: skip


def send(machine: Machine, token: str, *items: Any) -> Any:
    head = {"Authorization": f"Bearer {token}"}
    body = {"completions": list(items)}
    return machine.app.test_client().post(PATH, json=body, headers=head)


def told(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    return [(item["state"], item["code"]) for item in answer.json["completions"]]


def form_of(officer: FlaskClient, page: str, **more: str) -> dict[str, str]:
    """What the page's form would send with every row chosen."""
    text = officer.get(page).text
    row = text.split('name="dong" value="')[1].split('"')[0]
    return {"dong": row, **more}


def course_page(database: Database) -> str:
    with database.read() as session:
        key = session.scalars(select(SentCompletion.course_id)).first()
    return f"/danh-sach-ngoai/gui-den/{key}"


def test_what_is_sent_counts_when_an_officer_confirms_it_and_stops_when_taken_back(
    app: Flask, database: Database, cast: Cast, machine: Machine
) -> None:
    officer = signed_in(app, cast, "oanh")
    officer.environ_base["HTTP_ORIGIN"] = "http://localhost"
    item, token = one(cast["lan"], result="passed"), machine.token()
    assert told(send(machine, token, item)) == [("stored", "")]
    assert told(send(machine, token, item)) == [("duplicate", "")]
    assert officer.get(COUNTED).json == []
    assert "An toàn mạng" in officer.get("/danh-sach-ngoai").text
    page = course_page(database)
    form = form_of(officer, page, viec="ghi", kind="external_certificate")
    assert officer.post(page, data=form).status_code == 422
    form["programme"] = "nguoi-dan"
    other = f"{form['dong'].partition(':')[0]}:{cast['hung']}"
    assert officer.post(page, data={**form, "dong": other}).status_code == 409
    assert officer.get(COUNTED).json == []
    answer = officer.post(page, data=form)
    assert answer.status_code == 303
    assert officer.post(page, data=form).location == answer.location
    assert officer.post(page, data={**form, "programme": "can-bo"}).status_code == 409
    counted = officer.get(COUNTED).json
    assert [row["id"] for row in counted] == [str(cast["lan"])]
    assert "hệ thống Cổng của tỉnh" in counted[0]["evidence"][0]
    recorded = officer.get(answer.location).text
    assert item["id"] in recorded
    assert machine.row.client_id in recorded
    officer.post(answer.location + "/rut", data={"reason": "Bên kia báo nhầm"})
    assert officer.get(COUNTED).json == []
    assert form_of(officer, page)["dong"] == form["dong"]
    assert officer.post(page, data=form).location == answer.location
    assert len(officer.get(COUNTED).json) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(FactImport)) == 1
        assert session.scalar(select(func.count()).select_from(OutsideFact)) == 1
        verbs = list(session.scalars(select(audit.AuditEntry.body)))
    assert sum('"send"' in body for body in verbs) == 1


def test_one_bad_item_refuses_itself_alone_and_nobody_is_told_who_is_there(
    database: Database, keys: Keys, cast: Cast, machine: Machine
) -> None:
    token, who = machine.token(), system(cast["TBT"])
    first = one(cast["hung"])
    with database.write() as session:
        people.link(session, who, cast["hung"], cast["minh"], "Trùng")
    answer = send(
        machine, token, first, {**first, "title": "Khóa khác"}, one(cast["xa_lan"]), one(uuid4()),
        one(cast["mai"]), {"id": "x"}, None, one(cast["lan"], completed_on="2999-01-01"),
        one(cast["lan"], title="Nguyễn 079158000123"), one(cast["lan"], name="Lan"),
    )  # fmt: skip
    person, unread = ("refused", "person"), ("refused", "unreadable")
    assert told(answer) == [
        ("stored", ""), ("refused", "other"), person, person, person, *[unread] * 5,
    ]  # fmt: skip
    assert len({item["reason"] for item in answer.json["completions"][2:5]}) == 1
    with database.write() as session:
        course = sent_review.courses(session, cast["TBT"])[0]
        seen = sent_review.lines(session, who, course.id)
        assert [(line.row.person_id, line.person_id) for line in seen] == [
            (cast["hung"], cast["minh"])
        ]
        erase(session, who, keys, cast["lan"])
        erase(session, who, keys, cast["minh"])
        assert session.scalar(select(func.count()).select_from(SentCompletion)) == 0
    assert told(send(machine, token, first, one(cast["lan"]))) == [person, person]
    assert send(machine, token).status_code == 422
    assert send(machine, token, *[None] * 101).status_code == 422


@ONE_IS_ENOUGH
def test_only_the_scope_opens_it_and_an_end_holds_at_once(
    app: Flask, database: Database, keys: Keys, cast: Cast, machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    item, token = one(cast["lan"]), machine.token()
    reading = made(app, database, keys, cast["TBT"], "records:read")
    assert send(machine, reading.token(), item).status_code == 403
    assert send(machine, machine.token(scope="records:read"), item).status_code == 403
    monkeypatch.setattr(sent_intake, "WAITING", 1)
    assert told(send(machine, token, item, one(cast["lan"]))) == [
        ("stored", ""),
        ("refused", "full"),
    ]
    other = made(app, database, keys, cast["TBT"], *SCOPES)
    assert told(send(other, other.token(), item)) == [("stored", "")]
    with database.write() as session:
        machines.disable(session, system(cast["TBT"]), machine.row.id)
    assert send(machine, token, item).status_code == 401


@ONE_IS_ENOUGH
def test_what_is_left_out_can_be_brought_back(
    app: Flask, database: Database, cast: Cast, machine: Machine
) -> None:
    officer = signed_in(app, cast, "oanh")
    officer.environ_base["HTTP_ORIGIN"] = "http://localhost"
    send(machine, machine.token(), one(cast["lan"]))
    page = course_page(database)
    assert officer.post(page, data=form_of(officer, page, viec="bo")).status_code == 303
    assert "Đã bỏ qua 1 dòng" in officer.get(page).text
    officer.post(page, data={"viec": "lai"})
    assert 'name="dong"' in officer.get(page).text


@pytest.mark.pure
def test_an_item_is_read_by_itself() -> None:
    key = UUID(int=1)
    for raw in ([], "x", 7, {}, {"id": str(key)}, {**one(key), "course": "có dấu"}):
        assert isinstance(read_one(raw), Unread)
