"""A class as a whole: its state, two trainers who change it at once, its end."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assessments import results
from lms.cohorts import actions
from lms.cohorts.managing import state_of
from lms.cohorts.models import ClassSession, Cohort, Enrolment, LearnerSession
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from tests.cast import PIN, Cast
from tests.cohorts.conftest import Browser

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 12, 7)


@dataclass(frozen=True)
class Class:
    """A class as the rule sees it."""

    starts_on: date = date(2026, 12, 1)
    ends_on: date | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True)
class Meeting:
    """A meeting as the rule sees it."""

    planned_on: date = date(2026, 12, 1)
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None


@pytest.mark.pure
def test_a_class_is_in_one_state_at_a_time() -> None:
    later, past = date(2026, 12, 9), date(2026, 12, 5)
    held, opened = Meeting(opened_at=AT, closed_at=AT), Meeting(opened_at=AT)
    cases = [
        (Class(), [], "running"),
        (Class(starts_on=later), [], "planned"),
        (Class(starts_on=later), [held], "running"),
        (Class(), [held, opened], "open"),
        (Class(closed_at=AT), [opened], "open"),
        (Class(closed_at=AT), [held], "ended"),
        (Class(ends_on=past), [held], "ended"),
        (Class(ends_on=TODAY), [held], "running"),
        (Class(ends_on=past), [held, Meeting(later)], "running"),
        (Class(ends_on=past), [held, Meeting(later, cancelled_at=AT)], "ended"),
        (Class(cancelled_at=AT, closed_at=AT), [opened], "cancelled"),
    ]  # fmt: skip
    for cohort, meetings, state in cases:
        assert state_of(cohort, meetings, TODAY) == state, (cohort, meetings)


NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def _class_form(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "revision": "1", "name": "Lớp K1", "place": "Nhà văn hóa thôn Đông",
        "unit_id": str(cast["thon_dong"]), "starts_on": "2026-11-02", "ends_on": "",
        "trainer_ids": [str(cast["trang"])],
    } | changes  # fmt: skip


@pytest.mark.db
def test_two_trainers_who_change_one_class_see_both_and_nothing_is_lost(
    browser: Browser, cast: Cast, database: Database
) -> None:
    trang, oanh, path = browser(staff="trang"), browser(staff="oanh"), f"/lop-hoc/{cast['k1']}/sua"
    with clock.frozen(NOW):
        first = _class_form(
            cast, name="Lớp tối", trainer_ids=[str(cast["trang"]), str(cast["tuan"])]
        )
        for _ in range(2):
            assert oanh.post(path, data=first).status_code == 303
        second = _class_form(cast, place="Trường tiểu học")
        shown = trang.post(path, data=second)
        assert shown.status_code == 409
        for words in ("Lớp tối", "Lớp K1", "Trường tiểu học", "Trang, Tuan", 'value="2"'):
            assert words in shown.text, words
        assert _cohort(database, cast).place == "Nhà văn hóa thôn Đông"
        assert trang.post(path, data=second | {"revision": "2"}).status_code == 303
        saved = _cohort(database, cast)
        assert (saved.name, saved.place, saved.revision) == ("Lớp K1", "Trường tiểu học", 3)
        assert browser(staff="tuan").get(path).status_code == 403
        for wrong, words in (({"name": ""}, "Hãy ghi tên lớp"), ({"ends_on": "2026-10-01"}, "phải sau"),
                             ({"trainer_ids": [str(cast["oanh"])]}, "vai trò giảng viên")):  # fmt: skip
            refused = trang.post(path, data=_class_form(cast, revision="3", **wrong))
            assert (refused.status_code, words in refused.text) == (422, True), wrong


def _cohort(database: Database, cast: Cast) -> Cohort:
    with database.read() as session:
        return session.get_one(Cohort, (cast["TBT"], cast["k1"]))


@pytest.mark.db
def test_a_cancelled_class_opens_nowhere_and_stays_in_the_list_with_its_reason(
    browser: Browser, cast: Cast, database: Database
) -> None:
    trang, k1 = browser(staff="trang"), f"/lop-hoc/{cast['k1']}"
    with clock.frozen(NOW):
        assert trang.post(f"{k1}/huy", data={"reason": "Ít người"}).status_code == 409
        trang.post(f"/buoi/{cast['k1_buoi']}/dong")
        assert trang.post(f"{k1}/huy", data={"reason": ""}).status_code == 422
        for _ in range(2):
            assert trang.post(f"{k1}/huy", data={"reason": "Ít người"}).status_code == 303
        assert "Ít người" in trang.get("/lop-hoc?trang-thai=cancelled").text
        assert "0 trong 1 lớp" in trang.get("/lop-hoc?trang-thai=running").text
        for path in (f"/buoi/{cast['k1_buoi']}/mo", f"{k1}/mo-hom-nay"):
            assert trang.post(path).status_code == 409, path
        assert "Mở lớp bây giờ" not in trang.get("/hom-nay").text
        assert trang.post(f"{k1}/bo-huy").status_code == 303
        assert trang.post(f"/buoi/{cast['k1_buoi']}/mo").status_code == 303


@pytest.mark.db
def test_an_ended_class_opens_nothing_until_it_is_opened_again(
    browser: Browser, cast: Cast, database: Database
) -> None:
    trang, k1 = browser(staff="trang"), f"/lop-hoc/{cast['k1']}"
    with clock.frozen(NOW):
        assert trang.post(f"{k1}/da-xong").status_code == 409
        trang.post(f"/buoi/{cast['k1_buoi']}/dong")
        for _ in range(2):
            assert trang.post(f"{k1}/da-xong").status_code == 303
        refused = trang.post(f"{k1}/mo-hom-nay")
        assert (refused.status_code, "mở lại lớp" in refused.text) == (409, True)
        assert "1 trong 1 lớp" in trang.get("/lop-hoc?trang-thai=ended").text
        for _ in range(2):
            assert trang.post(f"{k1}/mo-lai").status_code == 303
        assert trang.post(f"{k1}/mo-hom-nay").status_code == 303


@pytest.mark.db
def test_a_class_is_made_with_one_press_when_it_is_like_the_last(
    browser: Browser, cast: Cast, database: Database
) -> None:
    trang = browser(staff="trang")
    with clock.frozen(NOW):
        page = trang.get("/lop-hoc/moi").text
        assert 'value="Nhà văn hóa thôn Đông"' in page
        assert 'name="weekdays" value="5" checked' in page
        assert f'<option value="{cast["thon_dong"]}" selected' in page
        key = uuid7()
        form = {"id": str(key), "version": str(cast["version"]), "unit_id": str(cast["thon_dong"]),
                "place": "Nhà văn hóa thôn Đông", "starts_on": "2026-12-01", "count": "4",
                "weekdays": ["2", "4"], "starts_at": "18:30", "ends_at": "20:30"}  # fmt: skip
        for _ in range(2):
            assert trang.post("/lop-hoc/moi", data=form).status_code == 303
    with database.read() as session:
        made = session.get_one(Cohort, (cast["TBT"], key))
        meetings = select(ClassSession).where(ClassSession.cohort_id == made.id)
        days = session.scalars(meetings.order_by(ClassSession.number)).all()
    assert made.code == "L01"
    assert made.name.endswith(" – Thôn Đông – 12/2026")
    assert [f"{row.planned_on:%d/%m} {row.starts_at:%H:%M}" for row in days] == [
        "01/12 18:30", "03/12 18:30", "08/12 18:30", "10/12 18:30",
    ]  # fmt: skip


@pytest.mark.db
def test_a_learner_leaves_for_a_reason_and_comes_back(
    browser: Browser, cast: Cast, database: Database
) -> None:
    trang, way = browser(staff="trang"), f"/ghi-danh/{cast['hv_lan']}"
    lan = browser(learner="lan")
    assert trang.post(f"{way}/thoi-hoc", data={"reason": "\u200b "}).status_code == 422
    for reason in ("Bận việc nhà", "Lý do khác"):
        answer = trang.post(f"{way}/thoi-hoc", data={"reason": reason})
        assert answer.status_code == 303
    assert "Bận việc nhà" in trang.get(answer.location).text
    assert lan.post("/goi-thay").status_code == 401
    for _ in range(2):
        assert trang.post(f"{way}/hoc-lai").status_code == 303
    with database.read() as session:
        row = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        assert (row.withdrawn_on, row.withdraw_reason) == (None, None)


@pytest.mark.db
def test_a_learner_goes_on_in_another_class_with_a_new_picture_and_pin(
    browser: Browser, cast: Cast, database: Database
) -> None:
    trang, oanh = browser(staff="trang"), browser(staff="oanh")
    way, to = f"/ghi-danh/{cast['hv_lan']}/chuyen-lop", {"cohort_id": str(cast["k2"])}
    # Trang does not teach the other class: an officer moves between classes of two trainers.
    assert trang.post(way, data=to).status_code == 403
    assert "Lớp K2" in oanh.get(way).text
    for _ in range(2):
        assert oanh.post(way, data=to).status_code == 303
    with database.read() as session:
        old = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        new = session.get_one(Enrolment, (cast["TBT"], old.moved_to))
        assert (new.cohort_id, new.person_id, new.withdrawn_on) == (cast["k2"], cast["lan"], None)
        assert new.pin_hmac != old.pin_hmac
    assert old.withdrawn_on is not None
    assert "Chuyển sang Lớp K2" in oanh.get(f"/lop-hoc/{cast['k1']}/da-thoi-hoc").text
    assert oanh.post(way, data={"cohort_id": str(cast["k1"])}).status_code == 422


@pytest.mark.db
def test_a_learner_of_two_classes_enters_each_with_its_own_pin(
    app: Flask, browser: Browser, cast: Cast, database: Database
) -> None:
    keys = app.extensions["lms.keys"]
    with database.write() as session:
        second = actions.enrol(session, system(cast["TBT"]), keys, cast["k2"], cast["lan"])
        pin = actions.printed_pin(keys, second)

    def enter(device: str, code: str, who: UUID, typed: str) -> int:
        body = {"class_code": code, "enrolment_id": str(who), "pin": typed}
        headers = {"Authorization": f"Bearer {cast.device_credentials[device]}"}
        client = app.test_client()
        return client.post("/api/v1/learner-sessions", json=body, headers=headers).status_code

    assert enter("k1_may", "K1ABCD", cast["hv_lan"], PIN) == 201
    assert enter("k2_may", "K2ABCD", second.id, pin) == 201
    assert enter("k2_may", "K2ABCD", cast["hv_lan"], PIN) == 404
    with database.read() as session:
        for cohort, enrolment in (("k1", cast["hv_lan"]), ("k2", second.id)):
            row = session.get_one(Cohort, (cast["TBT"], cast[cohort]))
            people = [session.get_one(Enrolment, (cast["TBT"], enrolment))]
            assert list(results.of_enrolments(session, row, people)) == [enrolment]
        signed_in = session.scalars(
            select(LearnerSession.enrolment_id).where(LearnerSession.ended_at.is_(None))
        ).all()
    assert {cast["hv_lan"], second.id} <= set(signed_in)
