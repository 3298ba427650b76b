"""Closing a period and restating it, in a real database: what stays, what is refused, what is served."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.audit import canonical
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, Unavailable
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.indicators import actions, comparing_periods, restating, restating_two, snapshots
from lms.indicators import snapshot_queries as held
from lms.indicators.closing_period import Wanted, closable, free_day
from lms.indicators.queries import adopted
from lms.indicators.snapshot_body import sha256
from lms.indicators.snapshot_cli import faults_of
from lms.indicators.snapshot_models import ReportSnapshot, SnapshotFile
from lms.indicators.snapshot_people import named
from lms.people.models import Person, PersonLink
from tests.cast import Cast
from tests.indicators.commune import Village

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PLAN, DAY = "viet-tri", date(2026, 11, 15)
WHY = "Số liệu để thử, chốt cho kịp hạn."
ADULTS = "2"
"""The indicator of Việt Trì that counts adults."""


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Lê Kim Oanh")


@pytest.fixture
def administrator(cast: Cast) -> Actor:
    return Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"], "Đỗ Bình An")


@pytest.fixture
def village(session: Session, cast: Cast, officer: Actor) -> Village:
    """Ten more adults of whom five have passed, in a commune that works with the plan."""
    actions.adopt_shipped(session, officer, PLAN)
    made = Village(session, cast)
    for n in range(10):
        made.home(made.person(f"p{n}", date(1980, 1, 1 + n)))
    for n in range(5):
        made.ids[f"bài {n}"] = passed(made, made.ids[f"p{n}"], date(2026, 9, 1))
    return made


def passed(village: Village, who: UUID, on: date) -> UUID:
    return village.attained(who, on, proof="task_observed", level="proficient")


def wanted(as_of: date = DAY) -> Wanted:
    return free_day(as_of)


def closed(session: Session, who: Actor, **more: Any) -> ReportSnapshot:
    closing = snapshots.Closing(wanted(more.pop("as_of", DAY)), in_spite=WHY, **more)
    return snapshots.close(session, who, PLAN, closing)


def causes(found: restating.Compared, code: str) -> dict[str, tuple[int, int]]:
    change = next(one for one in found.restated.changes if one.code == code)
    return {p.cause.value: (p.numerator, p.denominator) for p in change.parts}


def adult_code(session: Session, village: Village) -> str:
    """The first indicator that shares out the adults by what they have proved."""
    plan = adopted(session, village.commune, PLAN).plan
    for one in plan.indicators:
        rule = one.years[2026]
        if rule.counted.population.key == "adults" and rule.counted.measure.kind == "attained":
            return one.code
    raise AssertionError("The plan names no such indicator.")


# --- closing ------------------------------------------------------------------------------------


def test_gaps_ask_for_a_sentence_and_it_is_kept(
    session: Session, officer: Actor, village: Village
) -> None:
    with pytest.raises(Invalid) as refused:
        snapshots.close(session, officer, PLAN, snapshots.Closing(wanted()))
    assert "in_spite" in refused.value.fields
    actions.declare_measure(session, officer, "digital-identity", 9, 10, DAY, "Trưởng thôn Đông",
                            unit_id=village.cast["thon_dong"])  # fmt: skip
    body = held.body_of(closed(session, officer, remark="  Quý này mở thêm 2 lớp. "))
    assert (body["in_spite"], body["remark"]) == (WHY, "Quý này mở thêm 2 lớp.")
    checks = {one["code"]: one["text"] for one in body["checklist"]}
    assert {"no_data", "declared", "duplicates"} <= checks.keys()
    assert checks["lacks"] == "1 chỉ tiêu mới cộng một phần đơn vị: VI.4"
    assert any("còn thiếu 1 đơn vị" in one for line in body["lines"] for one in line["remarks"])
    assert body["closed"]["by"] == "Lê Kim Oanh"


def test_the_same_store_closed_again_gives_the_same_bytes(
    session: Session, officer: Actor, village: Village
) -> None:
    first = closed(session, officer)
    again = closed(session, officer, replaces=first.id)
    assert first.state == "replaced"
    one, two = held.body_of(first), held.body_of(again)
    for name in ("report", "lines", "checklist", "definition", "headline", "notes"):
        assert canonical(one[name]) == canonical(two[name])
    assert first.figures_sha256 == again.figures_sha256
    inside = [held.kept(session, row, "sets").content for row in (first, again)]
    assert inside[0] == inside[1]
    assert (two["replaces"], again.number) == (1, 2)
    assert snapshots.frozen(session, again).as_of == DAY


def test_pressing_twice_is_one_closing_and_another_one_must_name_the_old(
    session: Session, officer: Actor, administrator: Actor, village: Village
) -> None:
    key = uuid7()
    first = closed(session, officer, key=key)
    assert closed(session, officer, key=key) is first
    with pytest.raises(Conflict, match="bản số 1"):
        closed(session, administrator)
    with pytest.raises(Conflict):
        closed(session, administrator, replaces=uuid7())
    assert closed(session, officer, as_of=DAY - timedelta(days=1)).number == 2


def test_the_database_itself_holds_one_standing_closing(
    session: Session, officer: Actor, village: Village
) -> None:
    row = closed(session, officer)
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO report_snapshot (commune_id, id, plan_code, number, definition_id,"
                " report_code, report_title, starts, ends, as_of, state, remark, in_spite,"
                " figures_sha256, sha256, body, proposed_at, decision) SELECT commune_id, :id,"
                " plan_code, 99, definition_id, report_code, report_title, starts, ends, as_of,"
                " state, remark, in_spite, figures_sha256, sha256, body, proposed_at, decision"
                " FROM report_snapshot WHERE number = :n"
            ).bindparams(id=uuid7().hex, n=row.number)
        )


def test_reports_of_the_calendar_are_offered_with_their_cut_off(
    session: Session, officer: Actor, village: Village
) -> None:
    plan = adopted(session, officer.commune, PLAN).plan
    offered = closable(plan, date(2026, 11, 22))
    assert offered
    assert all(one.starts <= one.as_of <= one.ends for one in offered)
    assert offered[0].ends == date(2026, 12, 31)
    assert offered[0].title.endswith("2026")


# --- two persons --------------------------------------------------------------------------------


def test_a_second_person_approves_and_never_the_first(
    session: Session, officer: Actor, administrator: Actor, village: Village
) -> None:
    with pytest.raises(Forbidden):
        snapshots.set_two_persons(session, officer, two=True)
    snapshots.set_two_persons(session, administrator, two=True)
    row = closed(session, officer)
    assert (row.state, held.kept_files(session, row)) == ("proposed", [])
    with pytest.raises(Conflict, match="chờ duyệt"):
        closed(session, administrator)
    with pytest.raises(Forbidden):
        snapshots.approve(session, officer, row.id)
    assert snapshots.approve(session, administrator, row.id).state == "standing"
    assert snapshots.approve(session, administrator, row.id).state == "standing"
    body = held.body_of(row)
    assert body["closed"]["approved_by"] == "Đỗ Bình An"
    assert [file.kind for file in held.kept_files(session, row)] == ["xlsx", "csv", "json"]
    with pytest.raises(Conflict):
        snapshots.send_back(session, administrator, row.id, "quá muộn rồi")


def test_a_proposal_whose_figures_changed_says_so(
    session: Session, officer: Actor, administrator: Actor, village: Village
) -> None:
    snapshots.set_two_persons(session, administrator, two=True)
    row = closed(session, officer)
    passed(village, village.ids["p7"], date(2026, 9, 2))
    session.flush()
    with pytest.raises(Conflict, match="đã đổi"):
        snapshots.approve(session, administrator, row.id)
    snapshots.approve(session, administrator, row.id, although_changed=True)
    code = adult_code(session, village)
    line = next(one for one in held.body_of(row)["lines"] if one["code"] == code)
    assert line["numerator"] == 5


def test_a_returned_or_withdrawn_proposal_makes_room_for_the_next(
    session: Session, officer: Actor, administrator: Actor, village: Village
) -> None:
    snapshots.set_two_persons(session, administrator, two=True)
    row = closed(session, officer)
    with pytest.raises(Invalid):
        snapshots.send_back(session, administrator, row.id, " ")
    snapshots.send_back(session, administrator, row.id, "Thiếu lớp ở Thôn Tây.")
    assert (row.state, row.decision) == ("returned", "Thiếu lớp ở Thôn Tây.")
    again = closed(session, officer)
    assert snapshots.withdraw(session, officer, again.id).state == "withdrawn"
    assert closed(session, officer).number == 3


# --- files --------------------------------------------------------------------------------------


def test_kept_files_leave_only_as_they_were_made(
    session: Session, officer: Actor, village: Village
) -> None:
    row = closed(session, officer)
    for kind in ("xlsx", "csv", "json"):
        file = held.kept(session, row, kind)
        assert sha256(file.content) == file.sha256
        assert file.name == f"viet-tri-2026-11-15-chot-so-1.{kind}"
    whole = json.loads(held.kept(session, row, "json").content)
    assert sha256(canonical(whole["content"]).encode()) == whole["sha256"] == row.sha256
    assert row.figures_sha256 in held.kept(session, row, "csv").content.decode("utf-8-sig")
    assert faults_of(session, row) == []
    kinds = [kind for (kind,) in session.query(SnapshotFile.kind).filter_by(snapshot_id=row.id)]
    assert sorted(kinds) == ["csv", "facts", "json", "sets", "xlsx"]
    file = held.kept(session, row, "csv")
    file.content = file.content + b"x"
    session.flush()
    with pytest.raises(Unavailable):
        held.kept(session, row, "csv")
    assert len(faults_of(session, row)) == 1


def test_the_workbook_tells_of_its_closing(
    session: Session, officer: Actor, village: Village
) -> None:
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    row = closed(session, officer, remark="Mở thêm 2 lớp.")
    book = CalamineWorkbook.from_filelike(BytesIO(held.kept(session, row, "xlsx").content))
    notes = " ".join(str(cell[0]) for cell in book.get_sheet_by_name("Ghi chú").to_python() if cell)
    assert row.sha256 in notes
    assert all(words in notes for words in (WHY, "Mở thêm 2 lớp.", "Lê Kim Oanh", "Bản chốt số 1"))


# --- restatements -------------------------------------------------------------------------------


def test_every_cause_is_told_with_its_people_and_nothing_is_left_over(
    session: Session, officer: Actor, village: Village
) -> None:
    row, code, ids = closed(session, officer), adult_code(session, village), village.ids
    assert not restating.compared(session, row).is_changed
    passed(village, ids["p6"], date(2026, 9, 9))
    passed(village, ids["p7"], DAY + timedelta(days=1))
    village.revoked(ids["bài 0"], date(2026, 10, 1))
    village.same(ids["p9"], ids["p1"])
    session.get_one(Person, (village.commune, ids["p8"])).died_on = date(2026, 5, 1)
    session.flush()
    found = restating.compared(session, row)
    assert causes(found, code) == {
        "ve-muon": (1, 0), "thu-hoi": (-1, 0), "gop": (0, -1), "sua-ho-so": (0, -1),
    }  # fmt: skip
    behind = restating.people_behind(found.restated, code, "thu-hoi")
    assert behind["left"] == [ids["p0"].hex]
    for change in found.restated.changes:
        assert "khac" not in {part.cause.value for part in change.parts}
    said = next(one for one in restating.changes_of(found) if one["code"] == code)
    assert "1 gộp" in restating.change_text(said)
    assert "1 thu hồi" in restating.change_text(said)


def test_a_restatement_is_numbered_kept_and_what_the_next_one_starts_from(
    session: Session, officer: Actor, village: Village
) -> None:
    row, code = closed(session, officer), adult_code(session, village)
    passed(village, village.ids["p6"], date(2026, 9, 9))
    seen = restating.compared(session, row).paper.sha256
    with pytest.raises(Invalid):
        restating.publish(session, officer, row.id, "", seen)
    with pytest.raises(Conflict, match="đổi thêm"):
        restating.publish(session, officer, row.id, "Bài về muộn.", "0" * 64)
    made = restating.publish(session, officer, row.id, "Bài về muộn.", seen)
    assert restating.publish(session, officer, row.id, "Bài về muộn.", seen) is made
    assert made.number == 1
    assert held.kept(session, row, "xlsx", 1).name.endswith("dieu-chinh-1.xlsx")
    assert restating.published_behind(session, row, 1, code, "ve-muon")["joined"] == [
        village.ids["p6"].hex
    ]
    after = restating.compared(session, row)
    assert (after.base.number, after.is_changed) == (1, False)
    with pytest.raises(Conflict, match="không khác"):
        restating.publish(session, officer, row.id, "Một lần nữa.", after.paper.sha256)
    passed(village, village.ids["p7"], date(2026, 9, 9))
    assert causes(restating.compared(session, row), code) == {"ve-muon": (1, 0)}
    assert held.body_of(row)["number"] == 1


def test_a_restatement_needs_the_second_person_too(
    session: Session, officer: Actor, administrator: Actor, village: Village
) -> None:
    row = closed(session, officer)
    snapshots.set_two_persons(session, administrator, two=True)
    passed(village, village.ids["p6"], date(2026, 9, 9))
    seen = restating.compared(session, row).paper.sha256
    with pytest.raises(Forbidden, match="hai người"):
        restating.publish(session, officer, row.id, "Bài về muộn.", seen)
    for _twice in range(2):
        assert restating_two.submit(session, officer, row.id, "Bài về muộn.", seen) is None
    with pytest.raises(Forbidden, match="không tự công bố"):
        restating_two.submit(session, officer, row.id, "Lý do khác hẳn.", seen)
    assert held.restatements(session, row) == []
    passed(village, village.ids["p7"], date(2026, 9, 9))
    moved = restating.compared(session, row).paper.sha256
    with pytest.raises(Conflict, match="đã đổi từ khi đề nghị"):
        restating_two.submit(session, administrator, row.id, "", moved)
    restating_two.take_back(session, administrator, row.id)
    restating_two.take_back(session, administrator, row.id)
    restating_two.submit(session, officer, row.id, "Hai bài về muộn.", moved)
    made = restating_two.submit(session, administrator, row.id, "", moved)
    assert made is not None
    told = held.body_of(made)["made"]
    assert (told["by"], told["approved_by"]) == ("Oanh", "Đỗ Bình An")
    assert made.reason == "Hai bài về muộn."
    assert restating_two.waiting(session, row) is None
    assert restating_two.submit(session, officer, row.id, "Hai bài về muộn.", moved) is made


def test_a_choice_made_after_the_closing_is_a_change_of_definition(
    session: Session, officer: Actor, village: Village
) -> None:
    actions.declare_population(session, officer, "adults", 40, date(2026, 10, 1), "Công an xã")
    row, code = closed(session, officer), adult_code(session, village)
    actions.choose(session, officer, PLAN, "denominators", "adults", "register")
    change = causes(restating.compared(session, row), code)
    assert set(change) == {"doi-dinh-nghia"}
    assert change["doi-dinh-nghia"][1] < 0
    actions.declare_population(session, officer, "adults", 50, date(2026, 10, 2), "Công an xã")
    actions.choose(session, officer, PLAN, "denominators", "adults", None)
    assert causes(restating.compared(session, row), code) == {"nguon-ngoai": (0, 10)}


def test_a_split_gives_both_records_back(
    session: Session, officer: Actor, village: Village
) -> None:
    village.same(village.ids["p9"], village.ids["p1"])
    row, code = closed(session, officer), adult_code(session, village)
    link = session.query(PersonLink).filter_by(duplicate_id=village.ids["p9"]).one()
    link.undone_at = clock.now()
    session.flush()
    assert causes(restating.compared(session, row), code) == {"tach": (0, 1)}


def test_people_of_a_closed_figure_bear_todays_names_and_the_erased_none(
    session: Session, officer: Actor, village: Village
) -> None:
    row, code = closed(session, officer), adult_code(session, village)
    one, two = (session.get_one(Person, (village.commune, village.ids[x])) for x in ("p1", "p2"))
    one.full_name = "Nguyễn Thị Mới"
    two.full_name, two.erased_on = "", date(2026, 11, 20)
    session.flush()
    before = {line["code"]: line for line in held.body_of(row)["lines"]}[code]["numerator"]
    people = held.sets_of(session, row)[code]["people"] | {UUID(int=5).hex}
    names = [it.name for it in named(session, village.commune, "person", people)]
    assert "Nguyễn Thị Mới" in names
    assert "đã xóa theo yêu cầu ngày 20/11/2026" in names
    assert names[-1] == "hồ sơ không còn trong danh sách"
    assert restating.forget_person(session, village.commune, two.id) == 1
    assert faults_of(session, row) == []
    assert causes(restating.compared(session, row), code) == {}
    assert before == 5


def test_two_periods_are_told_apart_by_numbers_points_and_people(
    session: Session, officer: Actor, village: Village
) -> None:
    first, code = closed(session, officer, as_of=date(2026, 8, 31)), adult_code(session, village)
    second = closed(session, officer)
    sides = [comparing_periods.side_of_snapshot(session, row) for row in (first, second)]
    pairs = {one.code: one for one in comparing_periods.side_by_side(*sides)}
    assert pairs[code].numbers == 5
    assert len(pairs[code].joined or ()) == 5
    assert pairs[code].points_text.startswith("+")
