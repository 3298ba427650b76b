"""Requests, retention and registers as the office sees them; who may not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lms.cohorts.models import Device, LearnerSession
from lms.core import audit, clock
from lms.core.daily import Diary
from lms.core.db import Database
from lms.core.errors import Forbidden
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.limits import TryCount
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.people import actions as people
from lms.people import privacy_register, privacy_retention
from lms.people.account_models import StaffSession
from lms.people.models import Person, RegisterImport
from lms.people.privacy_marks import LEFT_ALONE
from lms.tables import METADATA
from tests.cast import Cast

CITIZEN = "079158000123"
LISTED = "Họ và tên,Ngày sinh,Giới tính,Thôn\nVõ Thị Nhập,01/02/1970,Nữ,Thôn Đông\n"
DAY = date(2026, 11, 20)
PATHS = (
    "/yeu-cau-du-lieu",
    "/bao-ve-du-lieu",
    "/bao-ve-du-lieu/thoi-han-luu",
    "/bao-ve-du-lieu/su-co",
)


def _admin(cast: Cast) -> Actor:
    return Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"])


def _officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"])


# --- registers and retention --------------------------------------------------------------------


@pytest.mark.pure
def test_every_table_is_in_the_register_of_processing_once_or_named_as_without_people() -> None:
    told = [table for one in privacy_register.activities() for table in one.tables]
    every = [*told, *privacy_register.without()]
    assert sorted(every) == sorted(METADATA.tables)
    of_people = {
        table.name
        for table in METADATA.sorted_tables
        if any(key.column.table.name in ("person", "enrolment") for key in table.foreign_keys)
    }
    assert of_people <= set(told)


@pytest.mark.pure
def test_the_texts_that_are_left_alone_and_the_rules_of_retention_name_real_tables() -> None:
    assert set(LEFT_ALONE) <= set(METADATA.tables)
    for rule in privacy_register.rules():
        table = METADATA.tables[rule.table]
        assert {rule.column, *rule.clear, *rule.set} <= set(table.c.keys())
        assert rule.deed in ("delete", "clear")


@pytest.mark.db
def test_traces_older_than_their_rule_go_and_at_once_again_nothing(
    database: Database, keys: Keys, cast: Cast
) -> None:
    admin, old = _admin(cast), clock.now() - timedelta(days=400)
    with database.write() as session:
        people.preview_register(session, _officer(cast), keys, "c.csv", LISTED.encode())
        here = {"commune_id": cast["TBT"]}
        session.execute(update(RegisterImport).values(made_at=old))
        session.execute(update(Device).values(reported_at=old, report={"battery": 40}))
        session.execute(update(StaffSession).values(expires_at=old))
        session.execute(update(LearnerSession).values(expires_at=old))
        session.add(TryCount(subject="pin:x", window_from=old, **here))
        session.flush()
        counts = privacy_retention.due(session, admin)
        assert counts | {} == privacy_retention.clean(session, admin).counts
        assert {code for code, count in counts.items() if count} == {
            "staff_sessions", "learner_sessions", "tries", "device_reports", "previews",
        }  # fmt: skip
        assert sum(privacy_retention.due(session, admin).values()) == 0
        session.expire_all()
        assert session.scalar(select(func.count()).select_from(LearnerSession)) == 3
        assert session.scalars(select(RegisterImport.content)).all() == [None]
        with pytest.raises(Forbidden):
            privacy_retention.clean(session, _officer(cast))


@pytest.mark.db
def test_the_service_cleans_once_a_day_however_many_processes_try(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        old = clock.now() - timedelta(days=400)
        session.add(TryCount(subject="pin:x", window_from=old, commune_id=cast["TBT"]))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: privacy_retention.clean_everywhere(database), range(4)))
    with database.read() as session:
        assert len(privacy_retention.runs(session, cast["TBT"])) == 1
        assert privacy_retention.runs(session, cast["KHA"]) == [], "nothing was due there"
        assert audit.verify(session, cast["TBT"]) == []


@pytest.mark.pure
def test_a_daily_job_that_fails_is_tried_again_and_stops_no_other() -> None:
    calls: list[str] = []

    def breaks(_database: Database) -> None:
        calls.append("breaks")
        if len(calls) < 3:
            raise OSError("the disk is full")

    def works(_database: Database) -> None:
        calls.append("works")

    diary = Diary(Database(Settings(database_url="sqlite://")), [breaks, works])
    with clock.frozen(datetime(2026, 11, 21, 5, tzinfo=UTC)):
        for _look in range(3):
            diary.look()
    assert calls == ["breaks", "works", "breaks"]
    with clock.frozen(datetime(2026, 11, 22, 5, tzinfo=UTC)):
        diary.look()
    assert calls[3:] == ["breaks", "works"]


# --- pages --------------------------------------------------------------------------------------


def _as(app: Flask, cast: Cast, who: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    client.set_cookie("lms_staff", cast.staff_tokens[who])
    return client


@pytest.mark.db
def test_an_officer_takes_a_request_in_and_an_administrator_erases(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    officer, admin, lan = _as(app, cast, "oanh"), _as(app, cast, "an"), cast["lan"]
    with database.write() as session:
        row = session.get_one(Person, (cast["TBT"], lan))
        row.citizen_id_sealed = keys.seal(CITIZEN, str(lan))
    sent = {"key": str(uuid7()), "kind": "copy", "received_on": DAY.isoformat(), "asked_by": "self"}
    refused = officer.post(f"/dan-cu/{lan}/yeu-cau", data=sent)
    assert refused.status_code == 422
    assert "Hãy chọn một trong các mục." in refused.text
    there = officer.post(f"/dan-cu/{lan}/yeu-cau", data=sent | {"recognised": "paper"})
    here = there.headers["Location"]
    assert "trước hết ngày 24/11/2026" in officer.get(here).text
    copied = officer.post(f"{here}/ban-sao")
    assert "Nguyễn Thị Lan" in copied.text
    assert "•••••••••123" in copied.text
    told = officer.post(f"{here}/ban-sao", data={"kieu": "json"}).get_json()
    assert len(told["tables"]["enrolment"]) == 1
    assert not {"pin_sealed", "pin_hmac", "citizen_id_sealed"} & set(str(told).split("'"))
    assert CITIZEN not in str(told)
    sent |= {"key": str(uuid7()), "kind": "delete", "recognised": "known"}
    here = officer.post(f"/dan-cu/{lan}/yeu-cau", data=sent).headers["Location"]
    assert officer.post(f"{here}/ban-sao").status_code == 409
    assert officer.post(f"{here}/thuc-hien", data={"revision": 1, "sure": "1"}).status_code == 403
    assert admin.post(f"{here}/thuc-hien", data={"revision": 1}).status_code == 422
    assert admin.post(f"{here}/thuc-hien", data={"revision": 1, "sure": "1"}).status_code == 303
    assert admin.post(f"{here}/thuc-hien", data={"revision": 1, "sure": "1"}).status_code == 303
    assert "đã xóa theo yêu cầu ngày" in admin.get(f"{here}/phieu").text
    assert admin.get(f"/dan-cu/{lan}").status_code == 404
    assert "Nguyễn Thị Lan" not in officer.get("/yeu-cau-du-lieu").text


@pytest.mark.db
def test_only_the_office_reaches_these_pages(app: Flask, cast: Cast) -> None:
    for path in (
        "/yeu-cau-du-lieu",
        "/bao-ve-du-lieu",
        "/bao-ve-du-lieu/thoi-han-luu",
        "/bao-ve-du-lieu/su-co",
    ):
        assert _as(app, cast, "oanh").get(path).status_code == 200
        for who in ("trang", "bao", "tinh"):
            assert _as(app, cast, who).get(path).status_code == 403
    assert _as(app, cast, "oanh").post("/bao-ve-du-lieu/thoi-han-luu").status_code == 403
    notice = _as(app, cast, "oanh").post(
        "/bao-ve-du-lieu/su-co", data={"happened": "<b>Mất máy</b>"}
    )
    assert "&lt;b&gt;Mất máy&lt;/b&gt;" in notice.text
    assert "72 giờ" in notice.text
