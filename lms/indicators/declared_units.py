"""What declared figures keep under a unit, said when somebody merges it or takes a merger back."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.i18n import _
from lms.core.text import day, number
from lms.indicators.models import CountedThing, DeclaredMeasure, DeclaredPopulation
from lms.people.events import UnitsAsked

DECLARED = (DeclaredPopulation, DeclaredMeasure)


def tell(session: Session, asked: UnitsAsked) -> None:
    """How many figures name these units; those of the larger unit bind a merger that is to be undone."""
    figures = sum(_declared(session, table, asked) for table in DECLARED)
    things = session.scalar(
        select(func.count()).where(
            CountedThing.commune_id == asked.commune_id,
            CountedThing.unit_id.in_(asked.unit_ids),
            CountedThing.undone_at.is_(None),
        )
    )
    if figures:
        asked.told.append(_("%(count)s số liệu khai báo", count=number(figures)))
    if things:
        asked.told.append(_("%(count)s việc đã đếm", count=number(things)))
    if asked.since is not None:
        _bind(session, asked, asked.since)


def _bind(session: Session, asked: UnitsAsked, since: date) -> None:
    count = sum(_declared(session, table, asked, since) for table in DECLARED)
    if count:
        asked.bound.append(
            _(
                "Đơn vị tiếp nhận đã có %(count)s số khai báo từ ngày %(day)s, tính cả phần sáp nhập. Hãy "
                "hoàn tác các số ấy trước.",
                count=number(count), day=day(since),
            )
        )  # fmt: skip


def _declared(
    session: Session, table: type[DeclaredPopulation] | type[DeclaredMeasure], asked: UnitsAsked,
    since: date | None = None,
) -> int:  # fmt: skip
    units: frozenset[UUID] = asked.unit_ids
    query = select(func.count()).where(
        table.commune_id == asked.commune_id, table.unit_id.in_(units), table.undone_at.is_(None)
    )
    if since is not None:
        query = query.where(table.as_of >= since)
    return session.scalar(query) or 0
