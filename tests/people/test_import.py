"""A register on its way in: nothing before it is confirmed, all or nothing after, and never twice."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.guard import Actor, system
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people import actions
from lms.people.models import Household, Membership, Person, RegisterImport, Residence
from lms.people.planning import Plan
from tests.cast import Cast
from tests.people import lists

pytestmark = pytest.mark.db
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
CITIZEN_ID = "001158012347"


@pytest.fixture(autouse=True)
def _held_clock() -> Any:
    with clock.frozen(NOW):
        yield


def preview(
    database: Database, keys: Keys, cast: Cast, rows: Sequence[Sequence[Any]], **options: Any
) -> tuple[UUID, Plan]:
    content = lists.xlsx(rows, options.get("merged", ()), options.get("formulas", ()))
    with database.write() as session:
        row, plan = actions.preview_register(
            session, system(cast["TBT"]), keys, "dan-cu.xlsx", content, options.get("home")
        )
        return row.id, plan


def apply(
    database: Database, keys: Keys, cast: Cast, import_id: UUID, *, skip: bool = False
) -> dict[str, int]:
    with database.write() as session:
        row = actions.apply_register(
            session, system(cast["TBT"]), keys, import_id, skip_errors=skip
        )
        return dict(row.summary["counts"])  # type: ignore[call-overload, no-any-return]


def import_rows(
    database: Database, keys: Keys, cast: Cast, rows: Sequence[Sequence[Any]], **options: Any
) -> dict[str, int]:
    import_id, _plan = preview(database, keys, cast, rows, **options)
    return apply(database, keys, cast, import_id, skip=options.get("skip", False))


def census(session: Session) -> dict[str, int]:
    tables = (Person, Residence, Membership, Household)
    return {
        t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables
    }


def named(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.full_name == name)).one()


def line(name: str, born: Any = "", sex: str = "", **more: Any) -> tuple[Any, ...]:
    cells = {"Họ và tên": name, "Ngày sinh": born, "Giới tính": sex} | more
    return tuple(cells.get(heading, "") for heading in lists.HEADING)


TITLED = [("UBND XÃ TÂN BÌNH THƯỢNG",), ("DANH SÁCH DÂN CƯ",), lists.HEADING]
TWO = [
    *TITLED,
    line("Đỗ Thị Hà", "05/06/1961", "Nữ", Thôn="Thôn Đông", **{"Số hộ": 7, "Số CCCD": CITIZEN_ID}),
    line("Vũ Minh Khôi", "2013", "Nam", Thôn="Đông", **{
        "Số hộ": 7, "Nhóm đối tượng": "Học sinh", "Cấp học": "Lớp 7",
        "Trường/cơ quan/doanh nghiệp": "Trường THCS Tân Bình"}),
]  # fmt: skip


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


def test_what_the_list_adds_is_filled_in_and_what_it_lacks_stays(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [lists.HEADING, line("Nguyễn Thị Lan", "02/03/1958", Thôn="Thôn Đông", **{
        "Điện thoại": "0912 345 678", "Nhóm đối tượng": "tiểu thương", "Từ ngày": "01/03/2026"})]  # fmt: skip
    assert import_rows(database, keys, cast, rows)["updated"] == 1
    with database.read() as session:
        lan = session.get_one(Person, (cast["TBT"], cast["lan"]))
        group = session.scalars(select(Membership).where(Membership.person_id == lan.id)).one()
        home = session.scalars(select(Residence).where(Residence.person_id == lan.id)).one()
        assert (lan.phone, lan.sex) == ("0912345678", "nu")
        assert (group.kind, group.from_date) == ("trader", date(2026, 3, 1))
        assert home.household_id == cast["nha_lan"], "the list says nothing of the household"


def test_moving_ends_the_old_home_on_the_first_day_of_the_new(
    database: Database, keys: Keys, cast: Cast
) -> None:
    known = {"Số CCCD": "001090000001"}
    seed = [lists.HEADING, line("Trần Văn Hùng", "15/07/1990", Thôn="Thôn Đông", **known)]
    import_rows(database, keys, cast, seed)
    heading = (*lists.HEADING, "Ngày chuyển đến")
    moved = line("Trần Văn Hùng", "15/07/1990", Thôn="Thôn Tây", **known)
    move = [heading, (*moved, "01/11/2026")]
    assert import_rows(database, keys, cast, move)["updated"] == 1
    with database.read() as session:
        query = select(Residence).where(Residence.person_id == cast["hung"]).order_by(Residence.id)
        old, new = session.scalars(query).all()
        assert (old.unit_id, old.to_date) == (cast["thon_dong"], date(2026, 11, 1))
        assert (new.unit_id, new.from_date, new.to_date) == (
            cast["thon_tay"],
            date(2026, 11, 1),
            None,
        )
    assert preview(database, keys, cast, [*move, ()])[1].counts()["unchanged"] == 1


def test_a_temporary_home_leaves_the_permanent_one(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [lists.HEADING, line("Trần Văn Hùng", "15/07/1990", **{
        "Thôn": "Thôn Tây", "Thường trú/tạm trú": "tạm trú", "Điện thoại": "0900000001"})]  # fmt: skip
    with database.write() as session:
        session.get_one(Person, (cast["TBT"], cast["hung"])).phone = "0900000001"
    assert import_rows(database, keys, cast, rows)["updated"] == 1
    with database.read() as session:
        query = select(Residence).where(Residence.person_id == cast["hung"])
        homes = {home.unit_id: home for home in session.scalars(query)}
        assert homes[cast["thon_dong"]].to_date is None
        assert homes[cast["thon_tay"]].kind == "tam_tru"


def test_a_pupil_who_goes_up_a_level_ends_the_old_membership(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [lists.HEADING, line("Phạm Quang Minh", "05/09/2012", **{
        "Nhóm đối tượng": "Học sinh", "Cấp học": "THPT", "Từ ngày": "01/09/2026"})]  # fmt: skip
    import_rows(database, keys, cast, rows)
    with database.read() as session:
        query = (
            select(Membership).where(Membership.person_id == cast["minh"]).order_by(Membership.id)
        )
        old, new = session.scalars(query).all()
        assert (old.level, old.to_date) == ("lower_secondary", date(2026, 9, 1))
        assert (new.level, new.from_date) == ("upper_secondary", date(2026, 9, 1))


def test_somebody_who_may_be_known_is_added_and_shown_as_doubtful(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [lists.HEADING, line("Nguyễn Lan", "02/03/1958", "Nữ", Thôn="Thôn Đông")]
    import_id, plan = preview(database, keys, cast, rows)
    (row,) = plan.rows
    assert row.alike is not None
    assert (row.fate, row.alike.person_id) == ("doubtful", cast["lan"])
    apply(database, keys, cast, import_id)
    assert preview(database, keys, cast, [*rows, ()])[1].counts()["unchanged"] == 1


def test_a_citizen_id_of_somebody_else_is_a_fault_that_does_not_repeat_it(
    database: Database, keys: Keys, cast: Cast
) -> None:
    import_rows(database, keys, cast, TWO)
    rows = [lists.HEADING, line("Hồ Văn Nam", "1980", **{"Số CCCD": CITIZEN_ID})]
    _id, plan = preview(database, keys, cast, rows)
    fault = plan.rows[0].faults[0]
    assert (fault.column, fault.problem.code) == (4, "citizen_id_taken")
    assert CITIZEN_ID not in fault.problem.value


def test_one_person_on_two_rows_is_one_person_with_two_groups(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [lists.HEADING,
            line("Hồ Thị Sáu", "06/06/1966", Thôn="Thôn Đông", **{"Nhóm đối tượng": "tiểu thương"}),
            line("Hồ Thị Sáu", "06/06/1966", Thôn="Thôn Đông", **{"Nhóm đối tượng": "hộ nghèo"})]  # fmt: skip
    counts = import_rows(database, keys, cast, rows)
    assert (counts["new"], counts["updated"]) == (1, 1)
    with database.read() as session:
        sau = named(session, "Hồ Thị Sáu")
        kinds = session.scalars(select(Membership.kind).where(Membership.person_id == sau.id)).all()
        assert sorted(kinds) == ["poor", "trader"]


def test_two_people_of_one_name_and_year_stay_two_on_every_import(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [lists.HEADING, *[line("Hồ Văn Bảy", "1970", Thôn="Thôn Đông")] * 2]
    counts = import_rows(database, keys, cast, rows)
    assert counts["new"] + counts["doubtful"] == 2
    assert preview(database, keys, cast, [*rows, ()])[1].counts()["unchanged"] == 2


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


def test_ten_thousand_rows_with_300_faults_take_seconds(
    database: Database, keys: Keys, cast: Cast
) -> None:
    families, middles = ("Nguyễn", "Trần", "Lê", "Phạm"), ("Văn", "Thị", "Đức")
    names = ("An", "Bình", "Chi", "Dũng", "Hà", "Hoa", "Lan", "Mai", "Nga", "Sơn", "Tú", "Yến")
    rows: list[tuple[Any, ...]] = [lists.HEADING]
    for n in range(10_000):
        name = f"{families[n % 4]} {middles[n % 3]} {names[n // 7 % 12]}"
        born = (
            "31/02/1980" if n < 300 else f"{n % 28 + 1:02}/{n // 28 % 12 + 1:02}/{1940 + n // 336}"
        )
        rows.append(line(name, born, "Nam", Thôn="Thôn Đông", **{"Số hộ": n // 4}))
    began = time.process_time()
    import_id, plan = preview(database, keys, cast, rows)
    counts = plan.counts()
    assert (counts["error"], counts["new"] + counts["doubtful"]) == (300, 9_700)
    apply(database, keys, cast, import_id, skip=True)
    assert time.process_time() - began < 20
    with database.read() as session:
        assert census(session)["person"] >= 9_700
