"""Reading other systems' access: the administrator's list, and names for the audit log."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.people.machine_models import MachineClient, MachineUse
from lms.people.machines import standing

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Use:
    """How often a client did one kind of thing in the last thirty days, and when last."""

    what: str
    calls: int
    rows: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class MachineLine:
    """A client as the administrator sees it. `old_ends` is when a second, older secret ends."""

    row: MachineClient
    scopes: tuple[str, ...]
    uses: tuple[Use, ...]
    old_ends: datetime | None

    @property
    def last_at(self) -> datetime | None:
        """When it did anything last."""
        return max((use.last_at for use in self.uses), default=None)


def clients(session: Session, commune_id: UUID) -> list[MachineClient]:
    """Every client of the commune, those that are open first, by name."""
    table = MachineClient
    query = select(table).where(table.commune_id == commune_id)
    return sorted(session.scalars(query), key=lambda row: (row.disabled_at is not None, row.name))


def lines(session: Session, commune_id: UUID) -> list[MachineLine]:
    """Every client with what it did lately."""
    uses = _uses(session, commune_id)
    return [
        MachineLine(row, tuple(row.scopes.split()), tuple(uses[row.id]), _old_ends(session, row))
        for row in clients(session, commune_id)
    ]


def _old_ends(session: Session, row: MachineClient) -> datetime | None:
    old = standing(session, row)[1:]
    return old[0].ends_at if old else None


def _uses(session: Session, commune_id: UUID) -> defaultdict[UUID, list[Use]]:
    table = MachineUse
    query = (
        select(
            table.machine_id, table.what, func.sum(table.calls), func.sum(table.rows),
            func.max(table.last_at),
        )
        .where(table.commune_id == commune_id, table.hour > clock.now() - LOOKED_BACK)
        .group_by(table.machine_id, table.what)
        .order_by(table.what)
    )  # fmt: skip
    found: defaultdict[UUID, list[Use]] = defaultdict(list)
    for machine, what, calls, rows, last in session.execute(query):
        found[machine].append(Use(what, int(calls), int(rows), last))
    return found


def names(session: Session, commune_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """Client → name, of those among the ids that are clients of the commune."""
    table = MachineClient
    query = select(table.id, table.name).where(table.commune_id == commune_id, table.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}
