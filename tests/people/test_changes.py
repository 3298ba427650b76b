"""What a list changes in the register: filling in, moving, going up a level, doubting."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from lms.core import clock
from lms.core.db import Database
from lms.core.keys import Keys
from lms.people.models import Membership, Person, Residence
from tests.cast import Cast
from tests.people import lists
from tests.people.register import (
    CITIZEN_ID,
    NOW,
    TWO,
    apply,
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
