"""Reading the units' history: what stands today, what became of each, and what a change would move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.core.errors import NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.signals import send
from lms.core.text import day as day_text
from lms.people.account_models import Account, RoleGrant
from lms.people.events import UnitsAsked
from lms.people.models import Household, Membership, Residence, Unit, UnitChange
from lms.people.queries import stands
from lms.people.rules.unit_history import Change, Known, UnitHistory

History = UnitHistory[UUID]


def unit(session: Session, commune_id: UUID, unit_id: UUID) -> Unit:
    """The unit, or NotFound when it is missing or foreign."""
    found = session.get(Unit, (commune_id, unit_id))
    if found is None:
        raise NotFound(_("Không có đơn vị này trong xã. Hãy mở lại danh sách đơn vị."))
    return found


def history(session: Session, commune_id: UUID) -> History:
    """The changes that stand, those of days to come too."""
    rows = session.scalars(_changes(commune_id).where(UnitChange.undone_at.is_(None)))
    return UnitHistory(
        Change(row.unit_id, row.happened_on, row.old_name, row.new_name, row.into_id)
        for row in rows
    )


def _changes(commune_id: UUID) -> Select[UnitChange]:
    return select(UnitChange).where(UnitChange.commune_id == commune_id)


def all_units(session: Session, commune_id: UUID) -> dict[UUID, Unit]:
    """Every unit, the merged and closed ones too."""
    rows = session.scalars(select(Unit).where(Unit.commune_id == commune_id))
    return {row.id: row for row in rows}


def known(row: Unit) -> Known[UUID]:
    """What the rules of units ask of one."""
    return Known(row.id, row.name, row.kind, row.opened_on, row.closed_on)


def reach(session: Session, commune_id: UUID, ids: Iterable[UUID]) -> frozenset[UUID]:
    """The units a reporter of these answers for today: what took them over, and all that is part of it."""
    own = frozenset(ids)
    parts = select(Unit.id, Unit.part_of_id).where(Unit.commune_id == commune_id)
    stand = {row[1] or row[0] for row in session.execute(parts.where(Unit.id.in_(own)))}
    joined = session.scalars(
        select(Unit.id).where(Unit.commune_id == commune_id, Unit.part_of_id.in_(stand))
    )
    return own | stand | frozenset(joined)


# What a list shows beside a unit


def notes(session: Session, commune_id: UUID, on: date) -> dict[UUID, str]:
    """Unit → "gồm thôn A, thôn B (sáp nhập 01/07/2025)", "trước 01/07/2025 là thôn C"; nothing for most."""
    found = history(session, commune_id)
    names = {key: row.name for key, row in all_units(session, commune_id).items()}
    told = {key: note(found, key, names[key], on) for key in names}
    return {key: text for key, text in told.items() if text}


def note(found: History, unit_id: UUID, name: str, on: date) -> str:
    """What became part of the unit by a day and what it was called before, in one line; empty for most."""
    parts = [
        _("gồm %(units)s (sáp nhập %(day)s)", units=", ".join(one.names), day=day_text(one.day))
        for one in found.joined(unit_id, on)
    ]
    renames = [
        one
        for one in found.changes_of(unit_id)
        if one.into is None and one.unit == unit_id and one.happened_on <= on
    ]
    before = [
        _("trước %(day)s là %(name)s", day=day_text(one.happened_on), name=one.old_name)
        for one in renames
    ]
    return "; ".join([*parts, *before])


@dataclass(frozen=True)
class ChangeLine:
    """A change as a list shows it."""

    row: UnitChange
    into: str
    by: str
    waits: bool
    """Its day has not come yet."""


def change_lines(
    session: Session, commune_id: UUID, today: date, unit_id: UUID | None = None
) -> list[ChangeLine]:
    """The changes of a commune or of one unit, the newest first; those taken back too."""
    into = aliased(Unit)
    query = (
        select(UnitChange, into.name, Account.display_name)
        .outerjoin(into, (into.commune_id == commune_id) & (into.id == UnitChange.into_id))
        .outerjoin(Account, Account.id == UnitChange.made_by)
        .where(UnitChange.commune_id == commune_id)
        .order_by(UnitChange.happened_on.desc(), UnitChange.made_at.desc())
    )
    if unit_id is not None:
        query = query.where(or_(UnitChange.unit_id == unit_id, UnitChange.into_id == unit_id))
    return [
        ChangeLine(row, name or "", by or "", row.happened_on > today)
        for row, name, by in session.execute(query)
    ]


# What a change would move


@dataclass(frozen=True)
class Moving:
    """What is kept under a unit on a day; `told` are lines of higher packages (classes, figures)."""

    living: int
    members: int
    households: int
    reporters: int
    told: tuple[str, ...]


def moving(session: Session, who: Actor, unit_id: UUID, day: date) -> Moving:
    """What goes over with the unit, and all that had become part of it by then."""
    ids = history(session, who.commune).territory(unit_id, day)
    asked = UnitsAsked(who.commune, ids)
    send(session, asked)
    return Moving(
        _people(session, who.commune, Residence, ids, day),
        _people(session, who.commune, Membership, ids, day),
        _count(session, Household, who.commune, Household.unit_id.in_(ids)),
        _count(
            session, RoleGrant, who.commune, RoleGrant.unit_id.in_(ids),
            RoleGrant.revoked_at.is_(None),
        ),
        tuple(asked.told),
    )  # fmt: skip


def _people(
    session: Session, commune_id: UUID, table: type[Residence] | type[Membership],
    ids: frozenset[UUID], day: date,
) -> int:  # fmt: skip
    query = select(func.count(func.distinct(table.person_id))).where(
        table.commune_id == commune_id, table.unit_id.in_(ids), stands(table, day)
    )
    return session.scalar(query) or 0


def _count(
    session: Session, table: type[Household] | type[RoleGrant], commune_id: UUID,
    *where: ColumnElement[bool],
) -> int:  # fmt: skip
    query = select(func.count()).select_from(table).where(table.commune_id == commune_id, *where)
    return session.scalar(query) or 0


def since_then(session: Session, commune_id: UUID, unit_id: UUID, day: date) -> Mapping[str, int]:
    """Homes and memberships in a unit that began on or after a day: they stay there if a merger is undone."""
    return {
        name: session.scalar(
            select(func.count())
            .select_from(table)
            .where(table.commune_id == commune_id, table.unit_id == unit_id, table.from_date >= day)
        )
        or 0
        for name, table in (("living", Residence), ("members", Membership))
    }
