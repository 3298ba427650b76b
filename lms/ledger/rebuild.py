"""Dropping every projection and making it again from the events: same ids, same state hash."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from lms.core.audit import canonical
from lms.core.db import Database
from lms.ledger import projector, registry
from lms.ledger.models import Batch, ProjectionFault
from lms.ledger.projector import Counts
from lms.ledger.turn import turn

Progress = Callable[[int, int], None]
"""progress(done, total), in batches."""


def rebuild(
    database: Database, commune_id: UUID, progress: Progress = lambda _done, _total: None
) -> Counts:
    """Empty the commune's projections and fill them again from the store.

    Every batch is first marked as waiting in the same transaction, so that a rebuild that is killed is
    finished by the next start. An attempt is projected once, with all of its events.
    """
    with turn(database, commune_id) as sessions:
        with sessions() as session, session.begin():
            _empty(session, commune_id)
        return projector.drain(sessions, commune_id, progress, seen=set())


def _empty(session: Session, commune_id: UUID) -> None:
    for projection in registry.projections():
        for table in projection.tables:
            session.execute(delete(table).where(table.c.commune_id == commune_id))
    session.execute(delete(ProjectionFault).where(ProjectionFault.commune_id == commune_id))
    session.execute(update(Batch).where(Batch.commune_id == commune_id).values(projected_at=None))


def waiting(session: Session, commune_id: UUID) -> int:
    """How many batches of the commune are not projected."""
    query = select(func.count()).select_from(Batch)
    where = (Batch.commune_id == commune_id) & Batch.projected_at.is_(None)
    return session.scalar(query.where(where)) or 0


def state_hash(session: Session, commune_id: UUID) -> str:
    """SHA-256 over all projections of a commune, sorted by owner, table and key, without write times."""
    digest = hashlib.sha256()
    for projection in sorted(registry.projections(), key=lambda one: one.owner):
        for table in sorted(projection.tables, key=lambda one: one.name):
            for line in _lines(session, table, commune_id, projection.leave_out):
                digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _lines(
    session: Session, table: Table, commune_id: UUID, leave_out: frozenset[str]
) -> Iterator[str]:
    columns = [column for column in table.c if column.name not in leave_out]
    query = select(*columns).where(table.c.commune_id == commune_id).order_by(table.c.id)
    for row in session.execute(query.execution_options(yield_per=1000)).mappings():
        values = {column.name: _plain(row[column]) for column in columns}
        yield canonical([table.name, values])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID | date) else value
