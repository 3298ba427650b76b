"""A class with no tablet at all: from its first sheet of paper to the certificate."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assessments.models import Attainment, Attempt, LessonProgress, TaskObservation
from assessments.paper_forms import form_of
from assessments.paper_letters import written
from assessments.paper_models import PaperEntry, PaperForm
from certificates.models import Certificate
from courses.activities import KINDS
from lms.cohorts.models import Attendance, ClassSession, Enrolment, Sitting
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.ledger.actions import paper_device
from lms.ledger.models import Event
from lms.ledger.rebuild import rebuild, state_hash
from lms.people.models import Person
from tests.assessments.people import post, staff
from tests.cast import Cast

pytestmark = pytest.mark.db

MEETING = {"day": "2026-11-18", "starts_at": "18:00", "ends_at": "20:30", "reference": "BB 12"}
EXAM = {**MEETING, "starts_at": "19:00", "ends_at": "20:15"}
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def _rows(database: Database, model: Any, **where: Any) -> list[Any]:
    with database.read() as session:
        query = select(model).filter_by(**where)
        return list(session.scalars(query.order_by(model.id)))


def _new_class(database: Database, cast: Cast, trang: FlaskClient) -> tuple[str, str]:
    """(class, meeting) of a class of Lan and Minh that Trang makes on the pages."""
    cohort = str(uuid7())
    form = {"id": cohort, "version": str(cast["version"]), "name": "Lớp giấy", "code": "G1",
            "unit_id": str(cast["thon_tay"]), "place": "Đình làng", "level": "basic",
            "starts_on": "2026-11-18"}  # fmt: skip
    made = post(trang, "/lop-hoc/moi", **form)
    assert made.status_code == 303, made.text
    for person in ("lan", "minh"):
        post(trang, f"/lop-hoc/{cohort}/hoc-vien", person_id=str(cast[person]))
    post(trang, f"/lop-hoc/{cohort}/buoi", planned_on="2026-11-18")
    meeting = _rows(database, ClassSession, cohort_id=UUID(cohort))[0]
    return cohort, str(meeting.id)


def _letters(database: Database, row: PaperForm, mistakes: int = 0) -> dict[str, str]:
    """The fields of the grid: right answers in the letters of this sheet, the first ones wrong."""
    with database.read() as session:
        form = form_of(session, row)
    found = {}
    for number, asked in enumerate(form.items, 1):
        right = KINDS[asked.item.kind].key(asked.item)
        wrong = [name for name in asked.options if name not in right][:1]
        found[f"a.{number}"] = written(asked, wrong if number <= mistakes else right)
    return found


@pytest.fixture
def paper(app: Flask, database: Database, cast: Cast) -> tuple[FlaskClient, str, str]:
    """Trang, her class without tablets, and its meeting."""
    with clock.frozen(NOW):
        trang = staff(app, cast, "trang")
        cohort, meeting = _new_class(database, cast, trang)
    return trang, cohort, meeting


def test_a_class_without_any_tablet_comes_to_its_certificates(
    app: Flask, database: Database, cast: Cast, paper: tuple[FlaskClient, str, str]
) -> None:
    trang, cohort, meeting = paper
    here = f"/lop-hoc/{cohort}"
    with clock.frozen(NOW):
        _before_the_class(trang, here)
        _teach(trang, here, meeting)
        _test(database, trang, here, meeting)
        _observe(database, trang, cast, meeting)
        issued = post(trang, f"{here}/giay-chung-nhan")
    assert issued.status_code in (200, 303), issued.text
    lan = _rows(database, Enrolment, cohort_id=UUID(cohort), person_id=cast["lan"])[0]
    proofs = {one.proof: one for one in _rows(database, Attainment, enrolment_id=lan.id)}
    assert set(proofs) == {"test_passed", "test_supervised", "task_observed"}
    assert {one.occurred_on for one in proofs.values()} == {date(2026, 11, 18)}
    assert [one.person_id for one in _rows(database, Certificate, cohort_id=UUID(cohort))] == [
        cast["lan"]
    ]
    _only_paper_spoke(database, cast, UUID(meeting))
    _stands_after_a_rebuild(database, cast["TBT"])


def _stands_after_a_rebuild(database: Database, commune: UUID) -> None:
    with database.read() as session:
        before = state_hash(session, commune)
    rebuild(database, commune)
    with database.read() as session:
        assert state_hash(session, commune) == before


def _before_the_class(trang: FlaskClient, here: str) -> None:
    assert post(trang, f"{here}/the").status_code == 303
    for name in ("the.pdf", "diem-danh.pdf", "quan-sat.pdf"):
        answer = trang.get(f"{here}/giay-in/{name}")
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-"), name
    drawn = post(trang, f"{here}/giay-in", plan="certifying.")
    assert drawn.location == f"{here}/giay-in/bai?de=certifying."
    again = post(trang, f"{here}/giay-in", plan="certifying.")
    assert again.location == drawn.location
    answer = trang.get(f"{here}/giay-in/bai.pdf?de=certifying.")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")


def _teach(trang: FlaskClient, here: str, meeting: str) -> None:
    """The lessons on the wall, the sheet signed, its hours and names copied, the lesson told as taught."""
    assert trang.get(f"{here}/trinh-chieu/b1/1").status_code == 200
    paper = f"/buoi/{meeting}/tu-giay"
    assert post(trang, f"{paper}/gio", **MEETING).status_code == 303
    assert post(trang, f"{paper}/gio", **MEETING).status_code == 303
    page = trang.get(f"{paper}?phan=diem-danh").text
    fields = [part.split('"')[0] for part in page.split('name="hv-')[1:]]
    assert len(fields) == 2
    for _again in range(2):
        marked = post(trang, f"{paper}/diem-danh", **{f"hv-{one}": "x" for one in fields})
        assert marked.status_code == 303
    told = post(trang, f"{here}/trinh-chieu/b1/da-day", meeting=meeting)
    assert told.location.endswith("xong=2")


def _test(database: Database, trang: FlaskClient, here: str, meeting: str) -> None:
    paper, proctor = f"/buoi/{meeting}/tu-giay", _rows(database, Sitting)[0].proctor_id
    watched = post(trang, f"{paper}/giam-sat", **EXAM, proctor_id=str(proctor))
    assert watched.status_code == 303, watched.text
    sitting = next(one for one in _rows(database, Sitting) if str(one.class_session_id) == meeting)
    place = f"{meeting}.{sitting.id}"
    for row in _rows(database, PaperForm):
        with database.read() as session:
            enrolment = session.get_one(Enrolment, (row.commune_id, row.enrolment_id))
            name = session.get_one(Person, (row.commune_id, enrolment.person_id)).full_name
        opened = post(trang, "/bai-giay", code=f"{row.code[:4]} {row.code[4:]}")
        assert opened.location == f"/bai-giay/{row.id}"
        typed = _letters(database, row, mistakes=0 if name == "Nguyễn Thị Lan" else 9)
        sent = {"id": str(uuid7()), "place": place, "written_at": "19h50", "scan": "T-7", **typed}
        for _again in range(2):
            saved = post(trang, f"/bai-giay/{row.id}", **sent)
            assert saved.status_code == 303, saved.text


def _observe(database: Database, trang: FlaskClient, cast: Cast, meeting: str) -> None:
    address = f"/buoi/{meeting}/tu-giay/quan-sat"
    page = trang.get(address).text
    fields = [part.split('"')[0] for part in page.split('name="t.')[1:]]
    assert fields
    for _again in range(2):
        ticked = {f"t.{one}": "đ" for one in fields}
        done = post(trang, address, observer=str(cast["trang"]), **ticked)
        assert done.status_code == 303, done.text
    assert done.location.endswith("xong=0")


def _only_paper_spoke(database: Database, cast: Cast, meeting: UUID) -> None:
    """Every event of the class comes from paper, once, on the day it was written."""
    events = _rows(database, Event, class_id=meeting)
    assert {one.device_id for one in events} == {paper_device(cast["TBT"])}
    kinds = sorted(one.type for one in events if not one.type.startswith("answer"))
    assert kinds == sorted(
        ["session.opened", "session.closed", *["attendance.marked"] * 2, *["activity.finished"] * 2,
         *["attempt.started"] * 2, *["attempt.submitted"] * 2, *["task.observed"] * 2]
    )  # fmt: skip
    assert {
        clock.day_of(one.occurred_at)
        for one in _rows(database, Attendance, class_session_id=meeting)
    } == {date(2026, 11, 18)}
    assert len(_rows(database, PaperEntry)) == 2
    assert len(_rows(database, TaskObservation, observer_id=cast["trang"])) >= 2


def _another_meeting(database: Database, trang: FlaskClient, cast: Cast, cohort: str) -> str:
    """A meeting a day later with a test in it, as the field `place` names it."""
    post(trang, f"/lop-hoc/{cohort}/buoi", planned_on="2026-11-19")
    meeting = _rows(database, ClassSession, cohort_id=UUID(cohort), number=2)[0].id
    post(trang, f"/buoi/{meeting}/tu-giay/gio", **{**MEETING, "day": "2026-11-19"})
    watched = {**EXAM, "day": "2026-11-19", "proctor_id": str(cast["trang"])}
    post(trang, f"/buoi/{meeting}/tu-giay/giam-sat", **watched)
    return f"{meeting}.{_rows(database, Sitting, class_session_id=meeting)[0].id}"


def test_typing_a_sheet_again_with_other_answers_asks_why_and_loses_nothing(
    app: Flask, database: Database, cast: Cast, paper: tuple[FlaskClient, str, str]
) -> None:
    trang, cohort, meeting = paper
    with clock.frozen(NOW):
        post(trang, f"/lop-hoc/{cohort}/giay-in", plan="certifying.")
        post(trang, f"/buoi/{meeting}/tu-giay/gio", **MEETING)
        post(trang, f"/buoi/{meeting}/tu-giay/giam-sat", **EXAM, proctor_id=str(cast["trang"]))
        sitting = next(
            one for one in _rows(database, Sitting) if str(one.class_session_id) == meeting
        )
        row = _rows(database, PaperForm)[0]
        address, place = f"/bai-giay/{row.id}", f"{meeting}.{sitting.id}"
        wrong, right = _letters(database, row, mistakes=9), _letters(database, row)
        post(trang, address, id=str(uuid7()), place=place, **wrong)
        same = post(trang, address, id=str(uuid7()), place=place, **wrong)
        assert same.status_code == 303
        assert len(_rows(database, PaperEntry)) == 1
        asked = post(trang, address, id=str(uuid7()), place=place, **right)
        assert asked.status_code == 422
        assert "lần trước" in asked.text
        assert "Hãy ghi vì sao" in asked.text
        told = post(trang, address, id=str(uuid7()), place=place, reason="Gõ nhầm dòng.", **right)
        assert told.status_code == 303, told.text
        other = _another_meeting(database, trang, cast, cohort)
        moved = post(trang, address, id=str(uuid7()), place=other, reason="Nhầm buổi.", **right)
        assert moved.status_code == 303, moved.text
        before = _rows(database, Attempt, id=row.id)[0]
        assert (clock.day_of(before.submitted_at), before.passed) == (date(2026, 11, 19), True)
        assert str(before.sitting_id) == other.partition(".")[2]
        back = post(trang, address, id=str(uuid7()), place=place, reason="Đúng ra buổi 1.", **right)
        assert back.status_code == 303
    attempt = _rows(database, Attempt, id=row.id)[0]
    assert attempt.passed
    assert attempt.sitting_id == sitting.id
    assert clock.day_of(attempt.submitted_at) == date(2026, 11, 18)
    assert attempt.trail["forked"]
    assert [one.reason for one in _rows(database, PaperEntry)] == [
        None, "Gõ nhầm dòng.", "Nhầm buổi.", "Đúng ra buổi 1.",
    ]  # fmt: skip
    assert (
        sum(one.type == "attempt.submitted" for one in _rows(database, Event, attempt_id=row.id))
        == 4
    )
    _stands_after_a_rebuild(database, cast["TBT"])


def test_a_sheet_typed_in_days_later_bears_the_day_of_the_class_that_nobody_closed(
    app: Flask, database: Database, cast: Cast
) -> None:
    """Trang forgot to end the meeting of 20/11; the sheet is typed in on 23/11, with and without an hour."""
    trang = staff(app, cast, "trang")
    place = f"{cast['k1_buoi']}.{cast['k1_thi']}"
    post(trang, f"/lop-hoc/{cast['k1']}/giay-in", plan="certifying.")
    with clock.frozen(datetime(2026, 11, 23, 2, 0, tzinfo=UTC)):
        for row, hour in zip(_rows(database, PaperForm), ("", "8:40"), strict=True):
            sent = {"id": str(uuid7()), "place": place, "written_at": hour}
            saved = post(trang, f"/bai-giay/{row.id}", **sent, **_letters(database, row))
            assert saved.status_code == 303, saved.text
    proofs = _rows(database, Attainment)
    assert {one.occurred_on for one in proofs} == {date(2026, 11, 20)}
    assert {one.proof for one in proofs} == {"test_passed", "test_supervised"}


def test_the_same_sheet_typed_in_twice_while_the_class_meets_is_one(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang = staff(app, cast, "trang")
    place = f"{cast['k1_buoi']}.{cast['k1_thi']}"
    post(trang, f"/lop-hoc/{cast['k1']}/giay-in", plan="certifying.")
    row = _rows(database, PaperForm)[0]
    for minute in (0, 5):
        with clock.frozen(datetime(2026, 11, 20, 3, minute, tzinfo=UTC)):
            letters = _letters(database, row)
            again = post(trang, f"/bai-giay/{row.id}", id=str(uuid7()), place=place, **letters)
            assert again.status_code == 303, again.text
    assert len(_rows(database, PaperEntry)) == 1


@pytest.mark.parametrize("first", ["2026-11-17", "2026-11-19"])
def test_hours_that_are_mended_take_along_what_was_copied_before(
    app: Flask, database: Database, cast: Cast, paper: tuple[FlaskClient, str, str], first: str
) -> None:
    """The wrong day was copied from the sheet first."""
    trang, cohort, meeting = paper
    here, hours = f"/lop-hoc/{cohort}", f"/buoi/{meeting}/tu-giay"
    with clock.frozen(NOW):
        post(trang, f"{here}/giay-in", plan="certifying.")
        post(trang, f"{hours}/gio", **{**MEETING, "day": first})
        page = trang.get(f"{hours}?phan=diem-danh").text
        fields = [part.split('"')[0] for part in page.split('name="hv-')[1:]]
        post(trang, f"{hours}/diem-danh", **{f"hv-{one}": "x" for one in fields})
        post(trang, f"{here}/trinh-chieu/b1/da-day", meeting=meeting)
        _observe(database, trang, cast, meeting)
        watched = {**EXAM, "proctor_id": str(cast["trang"])}
        post(trang, f"{hours}/giam-sat", **{**watched, "day": first})
        sitting = _rows(database, Sitting, class_session_id=UUID(meeting))[0]
        for row in _rows(database, PaperForm):
            sent = {"id": str(uuid7()), "place": f"{meeting}.{sitting.id}"}
            post(trang, f"/bai-giay/{row.id}", **sent, **_letters(database, row))
        mended = post(trang, f"{hours}/gio", **MEETING)
        assert mended.status_code == 303, mended.text
        _stands_after_a_rebuild(database, cast["TBT"])
        post(trang, f"{hours}/giam-sat", **watched)
    proofs = _rows(database, Attainment)
    assert {one.proof for one in proofs} == {"test_passed", "test_supervised", "task_observed"}
    assert {one.occurred_on for one in proofs} == {date(2026, 11, 18)}
    seen = {clock.day_of(one.occurred_at) for one in _rows(database, TaskObservation)}
    learned = {clock.day_of(one.finished_at) for one in _rows(database, LessonProgress)}
    assert seen == learned == {date(2026, 11, 18)}
    _stands_after_a_rebuild(database, cast["TBT"])
