"""A register on its way in: nothing before it is confirmed, all or nothing after, and never twice."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.guard import Actor, system
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people import actions
from lms.people.models import Membership, RegisterImport, Residence
from tests.cast import Cast
from tests.people import lists
from tests.people.register import (
    CITIZEN_ID,
    NOW,
    TITLED,
    TWO,
    apply,
    census,
    import_rows,
    line,
    named,
    preview,
)  # fmt: skip

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _held_clock() -> Any:
    with clock.frozen(NOW):
        yield


def test_nothing_is_saved_until_it_is_confirmed(database: Database, keys: Keys, cast: Cast) -> None:
    with database.read() as session:
        before = census(session)
    import_id, plan = preview(database, keys, cast, TWO)
    assert plan.counts()["new"] == 2
    with database.read() as session:
        assert census(session) == before
        assert session.get_one(RegisterImport, (cast["TBT"], import_id)).status == "previewed"


def test_a_confirmed_list_becomes_people_homes_households_and_groups(
    database: Database, keys: Keys, cast: Cast
) -> None:
    assert import_rows(database, keys, cast, TWO)["new"] == 2
    with database.read() as session:
        ha, khoi = named(session, "Đỗ Thị Hà"), named(session, "Vũ Minh Khôi")
        homes = session.scalars(
            select(Residence).where(Residence.person_id.in_((ha.id, khoi.id)))
        ).all()
        group = session.scalars(select(Membership).where(Membership.person_id == khoi.id)).one()
        assert (ha.birth_date, ha.birth_year, ha.sex) == (date(1961, 6, 5), 1961, "nu")
        assert (khoi.birth_date, khoi.birth_year) == (None, 2013)
        assert len({home.household_id for home in homes}) == 1
        assert {home.unit_id for home in homes} == {cast["thon_dong"]}
        assert (group.kind, group.level, group.unit_id) == (
            "student",
            "lower_secondary",
            cast["truong"],
        )
        assert (ha.search_key, ha.sort_key < khoi.sort_key) == ("do thi ha", True)


def test_a_citizen_id_is_kept_as_a_keyed_hash_and_sealed_and_nowhere_else(
    database: Database, keys: Keys, cast: Cast
) -> None:
    import_id, _plan = preview(database, keys, cast, TWO)
    with database.read() as session:
        kept = session.get_one(RegisterImport, (cast["TBT"], import_id))
        assert kept.content is not None
        assert CITIZEN_ID.encode() not in kept.content
        assert b"PK" not in kept.content[:40]
    apply(database, keys, cast, import_id)
    with database.read() as session:
        ha = named(session, "Đỗ Thị Hà")
        assert ha.citizen_id_hmac == keys.digest("citizen-id", CITIZEN_ID)
        assert keys.open(ha.citizen_id_sealed or "", str(ha.id)) == CITIZEN_ID
        bodies = session.scalars(select(AuditEntry.body)).all()
        kept = session.get_one(RegisterImport, (cast["TBT"], import_id))
        assert bodies
        assert CITIZEN_ID not in "".join(bodies) + json.dumps(kept.summary)
        assert "Đỗ Thị Hà" not in "".join(bodies) + json.dumps(kept.summary, ensure_ascii=False)
        assert kept.content is None, "the file is let go once it is applied"


def test_the_same_file_twice_changes_nothing(database: Database, keys: Keys, cast: Cast) -> None:
    import_rows(database, keys, cast, TWO)
    with database.read() as session:
        before = census(session)
    again, plan = preview(database, keys, cast, TWO)
    assert (plan.counts()["unchanged"], plan.records) == (2, [])
    with database.write() as session:
        row = actions.apply_register(session, system(cast["TBT"]), keys, again)
        assert row.status == "previewed", "nothing was left to do"
    with database.read() as session:
        assert census(session) == before


def test_the_same_import_confirmed_twice_is_one(database: Database, keys: Keys, cast: Cast) -> None:
    import_id, _plan = preview(database, keys, cast, TWO)
    assert apply(database, keys, cast, import_id) == apply(database, keys, cast, import_id)
    with database.read() as session:
        assert named(session, "Đỗ Thị Hà")
        entries = session.scalars(select(AuditEntry.body)).all()
        assert sum('"imported"' in body for body in entries) == 1


def test_the_same_people_in_another_file_in_another_order_are_found(
    database: Database, keys: Keys, cast: Cast
) -> None:
    import_rows(database, keys, cast, TWO)
    other = [("Năm sinh", "Ho ten", "Thon", "Số hộ"), (2013, "VŨ MINH KHÔI", "Thôn Đông", 7)]
    counts = import_rows(database, keys, cast, other)
    assert (counts["unchanged"], counts["new"], counts["doubtful"]) == (1, 0, 0)


def test_one_fault_keeps_every_row_out_until_the_reader_chooses(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [*TWO, line("Hồ Văn Nam", "31/02/1980", "Nam", Thôn="Thôn Đông")]
    import_id, plan = preview(database, keys, cast, rows)
    fault = next(row for row in plan.rows if row.fate == "error").faults[0]
    assert (fault.row, fault.column, fault.problem.code) == (6, 2, "birth_impossible")
    with database.read() as session:
        before = census(session)
    with pytest.raises(Invalid, match="1 dòng lỗi"):
        apply(database, keys, cast, import_id)
    with database.read() as session:
        assert census(session) == before
    counts = apply(database, keys, cast, import_id, skip=True)
    assert (counts["new"], counts["error"]) == (2, 1)


def test_a_failure_in_the_middle_saves_nothing(
    database: Database, keys: Keys, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.people import importing

    import_id, _plan = preview(database, keys, cast, TWO)

    def broken(*_: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(importing, "finish", broken)
    with database.read() as session:
        before = census(session)
    with pytest.raises(RuntimeError):
        apply(database, keys, cast, import_id)
    with database.read() as session:
        assert census(session) == before


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (line("Hồ Văn Tám", Thôn="Thôn Bắc"), 6, "unit_unknown"),
        (line("Hồ Văn Tám", Thôn="Trường THCS Tân Bình"), 6, "unit_not_home"),
        (line("Hồ Văn Tám", **{"Số hộ": 3}), 7, "household_without_unit"),
        (line("Hồ Văn Tám", **{"Nhóm đối tượng": "phi công"}), 8, "group_unknown"),
        (line("Hồ Văn Tám", **{"Trường/cơ quan/doanh nghiệp": "Trường THCS Tân Bình"}), 9, "workplace_unclear"),
        (line("Hồ Văn Tám", **{"Trường/cơ quan/doanh nghiệp": "Đại học X"}), 9, "unit_unknown"),
        (line("Hồ Văn Tám", **{"Cấp học": "mẫu giáo lớn"}), 10, "level_unknown"),
        (line("Hồ Văn Tám", **{"Thường trú/tạm trú": "vãng lai"}), 11, "residence_unknown"),
        (line("Hồ Văn Tám, Hồ Văn Chín"), 1, "name_two_people"),
        (line("", "1960"), 1, "name_missing"),
    ],
)  # fmt: skip
def test_a_row_with_a_fault_names_row_and_column(
    database: Database, keys: Keys, cast: Cast, row: tuple[Any, ...], column: int, code: str
) -> None:
    _id, plan = preview(database, keys, cast, [*TITLED, row])
    (fault,) = plan.rows[0].faults
    assert (fault.row, fault.column, fault.problem.code) == (4, column, code)


def test_merged_cells_formulas_totals_and_blank_rows_of_one_messy_file(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [
        *TITLED,
        line("Hồ Văn Một", 1970),
        line("", ""),
        line("Hồ Văn Hai", 1971),
        (),
        line("Tổng cộng: 3"),
    ]
    _id, plan = preview(database, keys, cast, rows, merged=["B4:B5"], formulas=["C6"])
    fates = [(row.row, row.fate) for row in plan.rows]
    assert fates == [(4, "error"), (5, "error"), (6, "error"), (7, "skipped"), (8, "skipped")]
    codes = [row.faults[0].problem.code for row in plan.rows[:3]]
    assert codes == ["cell_merged", "cell_merged", "cell_formula"]


def test_the_village_of_a_whole_list_can_be_chosen(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [("Họ và tên", "Năm sinh"), ("Hồ Văn Mười", 1950)]
    import_rows(database, keys, cast, rows, home=cast["thon_tay"])
    with database.read() as session:
        person = named(session, "Hồ Văn Mười")
        home = session.scalars(select(Residence).where(Residence.person_id == person.id)).one()
        assert home.unit_id == cast["thon_tay"]


@pytest.mark.parametrize("place", ["truong", "xa_thon_dong"])
def test_only_a_village_of_the_own_commune_can_be_chosen(
    database: Database, keys: Keys, cast: Cast, place: str
) -> None:
    with pytest.raises(Invalid):
        preview(database, keys, cast, [("Họ và tên",), ("Hồ Văn Mười",)], home=cast[place])


@pytest.mark.parametrize(
    "rows", [[("a", "b")], [lists.HEADING], [lists.HEADING, (), ("", "Tổng cộng: 0")]]
)
def test_a_file_without_people_is_refused(
    database: Database, keys: Keys, cast: Cast, rows: list[tuple[Any, ...]]
) -> None:
    with pytest.raises(Invalid):
        preview(database, keys, cast, rows)


def test_a_preview_nobody_confirms_is_dropped_after_a_day(
    database: Database, keys: Keys, cast: Cast
) -> None:
    old, _plan = preview(database, keys, cast, TWO)
    with clock.frozen(datetime(2026, 11, 22, tzinfo=UTC)):
        preview(database, keys, cast, [*TWO, ()])
    with database.read() as session:
        assert session.get(RegisterImport, (cast["TBT"], old)) is None


def test_the_other_commune_is_neither_matched_nor_reachable(
    database: Database, keys: Keys, cast: Cast
) -> None:
    import_id, _plan = preview(database, keys, cast, TWO)
    stranger = Actor(Role.OFFICER, cast["KHA"], cast["xa_oanh"])
    with database.write() as session, pytest.raises(NotFound):
        actions.apply_register(session, stranger, keys, import_id)
    with database.write() as session:
        content = lists.xlsx(
            [lists.HEADING, line("Nguyễn Thị Lan", "02/03/1958", Thôn="Thôn Đông")]
        )
        _row, plan = actions.preview_register(session, stranger, keys, "a.xlsx", content)
        assert plan.rows[0].person_id == cast["xa_lan"]


@pytest.mark.parametrize(
    "role", [Role.TRAINER, Role.UNIT_REPORTER, Role.PROVINCE_READER, Role.LEARNER]
)
def test_only_officers_and_administrators_import(
    database: Database, keys: Keys, cast: Cast, role: Role
) -> None:
    who = Actor(role, cast["TBT"], cast["trang"])
    with database.write() as session, pytest.raises(Forbidden):
        actions.preview_register(session, who, keys, "a.xlsx", lists.xlsx(TWO))


def test_two_thousand_rows_with_sixty_faults_come_in_without_them(
    database: Database, keys: Keys, cast: Cast
) -> None:
    families, middles = ("Nguyễn", "Trần", "Lê", "Phạm"), ("Văn", "Thị", "Đức")
    names = ("An", "Bình", "Chi", "Dũng", "Hà", "Hoa", "Lan", "Mai", "Nga", "Sơn", "Tú", "Yến")
    rows: list[tuple[Any, ...]] = [lists.HEADING]
    for n in range(2_000):
        name = f"{families[n % 4]} {middles[n % 3]} {names[n // 7 % 12]}"
        born = (
            "31/02/1980" if n < 60 else f"{n % 28 + 1:02}/{n // 28 % 12 + 1:02}/{1940 + n // 336}"
        )
        rows.append(line(name, born, "Nam", Thôn="Thôn Đông", **{"Số hộ": n // 4}))
    import_id, plan = preview(database, keys, cast, rows)
    counts = plan.counts()
    assert (counts["error"], counts["new"] + counts["doubtful"]) == (60, 1_940)
    apply(database, keys, cast, import_id, skip=True)
    with database.read() as session:
        assert census(session)["person"] >= 1_940
