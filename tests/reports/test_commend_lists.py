"""Commendation in the office: forms, single decisions with a reason, the list that is decided, who may."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.models import Attainment
from lms.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.indicators import actions as plans
from lms.indicators import snapshots
from lms.indicators.closing_period import free_day
from lms.people.models import Household, Person
from lms.reports import commend_actions as actions
from lms.reports.commend_kept import body_of, forget, is_sealed, keep, lines, seen_sha256, since
from lms.reports.commend_models import CommendCriteria, CommendList
from lms.reports.commend_preview import Preview, preview
from lms.reports.commend_reading import criteria_of
from lms.reports.commend_ready import ready_made
from lms.reports.commend_xlsx import xlsx_bytes
from tests.assessments.measuring import crowd
from tests.assessments.measuring import form as form_of
from tests.assessments.tablet import deliver
from tests.cast import OPENED, Cast
from tests.indicators.commune import Village

pytestmark = pytest.mark.db


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Oanh")


def data(*conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = ready_made(clock.today())["hoc-vien"] | {"name": "Người học tiêu biểu"}
    return base | {"conditions": list(conditions) or [{"kind": "attained"}]} | more


def written(
    session: Session, cast: Cast, *conditions: dict[str, Any], **more: Any
) -> CommendCriteria:
    criteria = criteria_of(data(*conditions, **more), clock.today())
    return actions.write(session, officer(cast), uuid7(), criteria)


def shown(session: Session, cast: Cast, row: CommendCriteria) -> Preview:
    return preview(session, officer(cast), actions.read(row), actions.decisions(session, row))


def decided(session: Session, cast: Cast, row: CommendCriteria) -> CommendList:
    seen = seen_sha256(shown(session, cast, row))
    return keep(session, officer(cast), row.id, uuid7(), seen)


def names(found: Preview) -> list[str]:
    return [row.name for row in found.rows]


def villagers(session: Session, cast: Cast) -> Village:
    """Two with a result, a child with one, one with a lower one, one who died, one recorded twice."""
    village, today = Village(session, cast), clock.today()
    for name, born in (("An", 1950), ("Bình", 1960), ("Chi", today.year - 10), ("Dũng", 1970),
                       ("Em", 1940), ("An Hai", 1950)):  # fmt: skip
        village.home(village.person(name, date(born, 1, 1)), "thon_dong")
    for name in ("An", "Bình", "Chi", "Em", "An Hai"):
        proof = "task_observed" if name == "An Hai" else "test_passed"
        village.ids[f"{name} đạt"] = village.attained(village.ids[name], today, proof=proof)
    village.attained(village.ids["Dũng"], today, proof="self_declared")
    session.get_one(Person, (village.commune, village.ids["Em"])).died_on = today
    village.same(village.ids["An Hai"], village.ids["An"])
    session.flush()
    return village


# --- the preview --------------------------------------------------------------------------------


def test_a_list_names_each_living_person_once_with_what_counted_and_marks_children(
    session: Session, cast: Cast
) -> None:
    villagers(session, cast)
    found = shown(session, cast, written(session, cast))
    assert names(found) == ["An", "Bình", "Chi"]
    assert "Làm được việc thật" in found.told()[0].proofs[0].text
    assert [row.is_child for row in found.rows] == [False, False, True]
    assert found.children == 1
    assert [(one.name, one.why[:6]) for one in found.aside] == [("Em", "đã mất")]
    assert [one.name for one in found.near] == ["Dũng"]
    assert "tự khai" in found.near[0].why.lower()


def test_of_two_conditions_both_must_be_met_and_who_is_near_is_told_what_lacks(
    session: Session, cast: Cast
) -> None:
    village, today = villagers(session, cast), clock.today()
    village.guides(village.ids["An"], village.ids["Bình"], today)
    village.guides(village.ids["Bình"], village.ids["Chi"], today)
    village.guides(village.ids["Bình"], village.ids["An Hai"], today)
    row = written(session, cast, {"kind": "attained"}, {"kind": "mentees", "least": 2})
    found = shown(session, cast, row)
    assert names(found) == ["Bình"]
    assert found.told()[0].proofs[1].text.startswith("2 người được kèm đã đạt")
    assert [(one.name, one.why) for one in found.near] == [
        ("An", "Mới có 1, cần thêm 1 người được kèm đạt.")
    ]


def test_a_condition_about_a_plan_that_is_not_there_is_told_and_nothing_is_decided(
    session: Session, cast: Cast
) -> None:
    asked = {"kind": "indicator_rate", "least": 80, "plan": "viet-tri", "indicator": "3-c"}
    row = written(session, cast, asked, subject="unit", group="residential")
    found = shown(session, cast, row)
    assert "viet-tri" in found.problem
    with pytest.raises(Conflict):
        decided(session, cast, row)


def test_every_proposal_gives_a_list(session: Session, cast: Cast) -> None:
    for data in ready_made(clock.today()).values():
        criteria = criteria_of(data, clock.today())
        row = actions.write(session, officer(cast), uuid7(), criteria)
        assert shown(session, cast, row).problem == "", data["name"]


# --- single decisions ---------------------------------------------------------------------------


def test_who_is_left_out_or_added_is_written_with_a_reason_and_may_be_taken_back(
    session: Session, cast: Cast
) -> None:
    village, who = villagers(session, cast), officer(cast)
    row = written(session, cast)
    with pytest.raises(Invalid):
        actions.decide(session, who, row.id, "leave_out", village.ids["An"], "vì")
    out = actions.decide(
        session, who, row.id, "leave_out", village.ids["An Hai"], "Đã khen năm ngoái"
    )
    assert (
        actions.decide(
            session, who, row.id, "leave_out", village.ids["An Hai"], "Đã khen năm ngoái"
        )
        is out
    )
    actions.decide(session, who, row.id, "add", village.ids["Dũng"], "Dạy cả xóm dùng điện thoại")
    found = shown(session, cast, row)
    assert names(found) == ["Bình", "Chi", "Dũng"]
    assert found.rows[-1].marks == ("bổ sung, lý do: Dạy cả xóm dùng điện thoại",)
    assert [(one.name, one.why) for one in found.left_out] == [("An", "Đã khen năm ngoái")]
    actions.undo(session, who, row.id, out.id)
    assert names(shown(session, cast, row)) == ["An", "Bình", "Chi", "Dũng"]
    with pytest.raises(NotFound):
        actions.decide(session, who, row.id, "add", cast["xa_lan"], "Người xã khác")


# --- the list that is decided -------------------------------------------------------------------


def test_a_decided_list_stays_and_tells_beside_it_what_changed_since(
    session: Session, cast: Cast
) -> None:
    village, today = villagers(session, cast), clock.today()
    row = written(session, cast, award="Giấy khen của xã (xã tự ghi)")
    kept = decided(session, cast, row)
    assert (kept.number, kept.size, is_sealed(kept)) == (1, 3, True)
    assert not since(session, officer(cast), kept).any
    text = kept.body
    assert '"Bình"' not in text
    village.revoked(village.ids["Bình đạt"], today)
    village.attained(village.ids["Dũng"], today)
    session.get_one(Person, (village.commune, village.ids["An"])).died_on = today
    found = since(session, officer(cast), kept)
    assert sorted((name, why) for _key, name, why in found.warnings) == [
        ("An", f"đã mất ngày {today:%d/%m/%Y}"),
        ("Bình", f"một kết quả bị thu hồi từ ngày {today:%d/%m/%Y}"),
    ]
    assert found.gained == 1
    assert (kept.body, [line.name for line in lines(kept)]) == (text, ["An", "Bình", "Chi"])
    again = decided(session, cast, row)
    assert (again.number, again.replaces_id, kept.state) == (2, kept.id, "replaced")
    assert [line.name for line in lines(again)] == ["Chi", "Dũng"]


def test_a_list_is_decided_once_and_only_as_it_was_seen(session: Session, cast: Cast) -> None:
    village, who = villagers(session, cast), officer(cast)
    row, key = written(session, cast), uuid7()
    seen = seen_sha256(shown(session, cast, row))
    first = keep(session, who, row.id, key, seen)
    assert keep(session, who, row.id, key, seen) is first
    village.attained(village.ids["Dũng"], clock.today())
    with pytest.raises(Conflict):
        keep(session, who, row.id, uuid7(), seen)
    assert len(session.scalars(select(CommendList)).all()) == 1


def test_erasure_takes_the_name_and_the_reason_and_leaves_the_seal(
    session: Session, cast: Cast
) -> None:
    village, who = villagers(session, cast), officer(cast)
    row = written(session, cast)
    made = actions.decide(session, who, row.id, "add", village.ids["Dũng"], "Dạy cả xóm")
    kept = decided(session, cast, row)
    assert forget(session, village.commune, village.ids["Dũng"]) == 2
    assert [line.name for line in lines(kept)][-1] == "(đã xóa theo yêu cầu)"
    assert (made.reason, is_sealed(kept)) == ("", True)
    assert "Dạy cả xóm" not in str(kept.names) + kept.body


def test_a_household_is_called_by_its_grown_members_and_erasure_leaves_its_number(
    session: Session, cast: Cast
) -> None:
    village, today = Village(session, cast), clock.today()
    home = village._add(
        Household(commune_id=village.commune, code="H77", unit_id=cast["thon_dong"])
    )
    for name, year in (("An", 1950), ("Bình", 1960), ("Chi", today.year - 5)):
        village.home(village.person(name, date(year, 1, 1)), "thon_dong", household=home)
    for name in ("An", "Bình"):
        village.attained(village.ids[name], today)
    row = written(session, cast, {"kind": "home_adults"}, subject="household", group="")
    kept = decided(session, cast, row)
    assert [line.name for line in lines(kept)] == ["An, Bình (hộ H77)"]
    assert lines(kept)[0].texts == (f"2 người lớn trong hộ đều đạt, ngày {today:%d/%m/%Y}",)
    assert forget(session, village.commune, village.ids["An"]) == 1
    assert [line.name for line in lines(kept)] == ["hộ H77"]


# --- what the register alone does not know ------------------------------------------------------


def test_a_class_counts_for_its_trainer_once_a_learner_reached_a_proof_in_it(
    session: Session, cast: Cast
) -> None:
    village, today = Village(session, cast), clock.today()
    enrolment = session.get_one(Enrolment, (village.commune, cast["hv_lan"]))
    asked = {"subject": "trainer", "group": ""}
    row = written(session, cast, {"kind": "taught", "least": 1}, **asked)
    assert names(shown(session, cast, row)) == []
    proof = village.attained(cast["lan"], today)
    session.get_one(Attainment, (village.commune, proof)).enrolment_id = enrolment.id
    session.flush()
    found = shown(session, cast, row)
    assert [one.id for one in found.rows] == [cast["trang"]]
    assert "1 lớp có người đạt" in found.told()[0].proofs[0].text
    share = written(session, cast, {"kind": "class_share", "least": 1}, **asked)
    assert names(shown(session, cast, share)) == []
    session.get_one(Cohort, (village.commune, cast["k1"])).closed_at = clock.now()
    session.flush()
    (line,) = shown(session, cast, share).told()
    assert line.proofs[0].text.startswith("50% (1 trên 2) học viên đạt")


def test_progress_is_the_exit_form_less_the_entry_form_in_points(
    app: Flask, database: Database, cast: Cast
) -> None:
    people = crowd(database, cast, 2)
    forms = [(people[n], kind, right) for n, last in enumerate((9, 10))
             for kind, right in (("entry", 6), ("exit", last))]  # fmt: skip
    deliver(database, cast, [text for one in forms for text in form_of(cast, *one).texts])
    with clock.frozen(OPENED + timedelta(days=1)), database.write() as session:
        (line,) = shown(
            session, cast, written(session, cast, {"kind": "gain", "least": "33,3"})
        ).told()
        assert line.id == cast[people[1]]
        assert line.proofs[0].text.startswith("Tiến bộ 33,3 điểm phần trăm: đầu khóa 6/12 điểm")
        found = shown(session, cast, written(session, cast, {"kind": "gain", "least": "33,4"}))
        assert [one.why for one in found.near] == [
            "Mới tăng 25, còn thiếu 8,4 điểm phần trăm.", "Mới tăng 33,3, còn thiếu 0,1 điểm phần trăm."
        ]  # fmt: skip


def test_a_unit_is_held_by_its_own_row_of_a_plan_and_by_its_gain_since_a_closing(
    session: Session, cast: Cast
) -> None:
    village, who, today = Village(session, cast), officer(cast), clock.today()
    plans.adopt_shipped(session, who, "hung-chau")
    for name in ("An", "Bình"):
        village.home(village.person(name, date(1960, 1, 1)), "thon_dong")
    village.attained(village.ids["Bình"], today - timedelta(days=9), proof="self_declared")
    before = free_day(today - timedelta(days=3))
    snapshots.close(session, who, "hung-chau", snapshots.Closing(before, in_spite="Để thử."))
    asked = {"plan": "hung-chau", "indicator": "c"}
    unit = {"subject": "unit", "group": "residential"}
    rate = {"kind": "indicator_rate", "least": 1, **asked}
    gain = {"kind": "indicator_gain", "least": 1, "since": 1, **asked}
    row = written(session, cast, rate, gain, **unit)
    assert names(shown(session, cast, row)) == []
    village.attained(village.ids["An"], today, level="proficient")
    found = shown(session, cast, row)
    assert (found.problem, [one.id for one in found.rows]) == ("", [cast["thon_dong"]])
    (line,) = found.told()
    assert "Tăng" in line.proofs[1].text
    late = written(session, cast, gain | {"since": 9}, **unit)
    assert "bản chốt số 9" in shown(session, cast, late).problem


def test_the_workbook_says_the_same_and_starts_no_formula(session: Session, cast: Cast) -> None:
    village = villagers(session, cast)
    person = session.get_one(Person, (village.commune, village.ids["Bình"]))
    person.full_name = "=HYPERLINK(1)"
    kept = decided(session, cast, written(session, cast))
    said = {"body": body_of(kept), "lines": lines(kept), "heading": "Họ và tên", "by": "Oanh",
            "with_units": True}  # fmt: skip
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx_bytes(kept, said)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][0] == "DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG"
    table = [row for row in rows if isinstance(row[0], float)]
    assert [row[0] for row in table] == [1, 2, 3]
    assert not any(str(cell).startswith("=") for row in rows for cell in row)
