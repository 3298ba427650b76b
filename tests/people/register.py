"""Importing a list in a test: preview, confirm, count."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.db import Database
from lms.core.guard import system
from lms.core.keys import Keys
from lms.people import actions
from lms.people.models import Household, Membership, Person, Residence
from lms.people.plan import Plan
from tests.cast import Cast
from tests.people import lists

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
CITIZEN_ID = "001158012347"


FILES: dict[str, bytes] = {}


def preview(
    database: Database, keys: Keys, cast: Cast, rows: Sequence[Sequence[Any]], **options: Any
) -> tuple[UUID, Plan]:
    """Preview rows as a file of TBT; options: merged, formulas, home.

    The same rows are the same file: a workbook made anew carries the second in which it was made.
    """
    made = repr((rows, options.get("merged", ()), options.get("formulas", ())))
    if made not in FILES:
        FILES[made] = lists.xlsx(rows, options.get("merged", ()), options.get("formulas", ()))
    content = FILES[made]
    with database.write() as session:
        row, plan = actions.preview_register(
            session, system(cast["TBT"]), keys, "dan-cu.xlsx", content, options.get("home")
        )
        return row.id, plan


def apply(
    database: Database, keys: Keys, cast: Cast, import_id: UUID, *, skip: bool = False
) -> dict[str, int]:
    """Confirm a preview and return its counts."""
    with database.write() as session:
        row = actions.apply_register(
            session, system(cast["TBT"]), keys, import_id, skip_errors=skip
        )
        return dict(row.summary["counts"])  # type: ignore[call-overload, no-any-return]


def import_rows(
    database: Database, keys: Keys, cast: Cast, rows: Sequence[Sequence[Any]], **options: Any
) -> dict[str, int]:
    """Preview and confirm at once."""
    import_id, _plan = preview(database, keys, cast, rows, **options)
    return apply(database, keys, cast, import_id, skip=options.get("skip", False))


def census(session: Session) -> dict[str, int]:
    """How many rows each table of the register has."""
    tables = (Person, Residence, Membership, Household)
    return {
        t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables
    }


def named(session: Session, name: str) -> Person:
    """The one person of this name."""
    return session.scalars(select(Person).where(Person.full_name == name)).one()


def line(name: str, born: Any = "", sex: str = "", **more: Any) -> tuple[Any, ...]:
    """One row under lists.HEADING."""
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
