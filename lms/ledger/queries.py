"""Reads of the event store."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.ledger import rules
from lms.ledger.models import Batch, Event, ProjectionFault, Quarantined
from lms.ledger.reading import stored_events
from lms.ledger.registry import StoredEvent, admitted, names_of
from lms.ledger.rules import Reason


def single_events(
    session: Session, commune_id: UUID, kind: str, class_id: UUID, learner_id: UUID
) -> Sequence[StoredEvent]:
    """All events of one type about a learner in a class session that count, in the order of arrival."""
    names = names_of(session, commune_id, [learner_id])
    rows = session.scalars(
        select(Event)
        .join(Batch, (Batch.commune_id == Event.commune_id) & (Batch.id == Event.batch_id))
        .where(
            Event.commune_id == commune_id,
            Event.learner_id.in_(names),
            Event.class_id == class_id,
            Event.attempt_id.is_(None),
            Event.type == kind,
        )
        .order_by(Batch.number, Batch.id, Event.position)
    )
    held = stored_events(session, commune_id, rows)
    return admitted(session, commune_id, [one for one in held if one.learner_id == learner_id])


def attempt_events(session: Session, commune_id: UUID, attempt_id: UUID) -> Sequence[StoredEvent]:
    """All events of an attempt that count, projected or not, in the order of arrival."""
    rows = session.scalars(
        select(Event)
        .join(Batch, (Batch.commune_id == Event.commune_id) & (Batch.id == Event.batch_id))
        .where(Event.commune_id == commune_id, Event.attempt_id == attempt_id)
        .order_by(Batch.number, Batch.id, Event.position)
    )
    return admitted(session, commune_id, stored_events(session, commune_id, rows))


def have(session: Session, commune_id: UUID, device_id: UUID) -> dict[str, list[tuple[int, int]]]:
    """What the store holds of a device: epoch → runs of sequence numbers without a gap."""
    query = select(Event.epoch, Event.seq).where(
        Event.commune_id == commune_id, Event.device_id == device_id
    )
    held: dict[str, list[int]] = {}
    for epoch, seq in session.execute(query):
        held.setdefault(epoch, []).append(seq)
    return {epoch: rules.ranges(held[epoch]) for epoch in sorted(held)}


def held_by_device(
    session: Session, commune_id: UUID, devices: Collection[UUID]
) -> dict[UUID, dict[str, tuple[int, int]]]:
    """Device → epoch → (how many different sequence numbers the store holds, the highest)."""
    query = (
        select(Event.device_id, Event.epoch, func.count(Event.seq.distinct()), func.max(Event.seq))
        .where(Event.commune_id == commune_id, Event.device_id.in_(devices))
        .group_by(Event.device_id, Event.epoch)
    )
    held: dict[UUID, dict[str, tuple[int, int]]] = {}
    for device, epoch, count, highest in session.execute(query):
        held.setdefault(device, {})[epoch] = (count, highest)
    return held


def last_by_device(
    session: Session, commune_id: UUID, devices: Collection[UUID]
) -> dict[UUID, datetime]:
    """Device → when its last delivery came."""
    query = (
        select(Batch.device_id, func.max(Batch.received_at))
        .where(Batch.commune_id == commune_id, Batch.device_id.in_(devices))
        .group_by(Batch.device_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


@dataclass(frozen=True)
class Status:
    """The store at a glance; `waiting_since` is the oldest unprojected batch's arrival."""

    events: int
    batches: int
    waiting: int
    waiting_since: datetime | None
    faults: int
    quarantined: dict[str, int]


def status(session: Session, commune_id: UUID) -> Status:
    """How much the commune's store holds and what waits."""
    waiting = (Batch.commune_id == commune_id) & Batch.projected_at.is_(None)
    return Status(
        events=_count(session, Event, Event.commune_id == commune_id),
        batches=_count(session, Batch, Batch.commune_id == commune_id),
        waiting=_count(session, Batch, waiting),
        waiting_since=session.scalar(select(func.min(Batch.received_at)).where(waiting)),
        faults=_count(session, ProjectionFault, ProjectionFault.commune_id == commune_id),
        quarantined=_quarantined(session, commune_id),
    )


def _count(session: Session, table: type, where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(where)) or 0


def _quarantined(session: Session, commune_id: UUID) -> dict[str, int]:
    query = (
        select(Quarantined.reason, func.count())
        .where(Quarantined.commune_id == commune_id, Quarantined.released_at.is_(None))
        .group_by(Quarantined.reason)
        .order_by(Quarantined.reason)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def conflicts(session: Session, commune_id: UUID) -> Sequence[Quarantined]:
    """Events whose id came with two bodies: an alarm that somebody must look into."""
    return session.scalars(
        select(Quarantined)
        .where(Quarantined.commune_id == commune_id, Quarantined.reason == Reason.CONFLICT.value)
        .order_by(Quarantined.received_at, Quarantined.id)
    ).all()


def faults(session: Session, commune_id: UUID) -> Sequence[ProjectionFault]:
    """Events that wait for something before they can be applied, oldest first."""
    return session.scalars(
        select(ProjectionFault)
        .where(ProjectionFault.commune_id == commune_id)
        .order_by(ProjectionFault.at, ProjectionFault.id)
    ).all()


def waiting_since(session: Session) -> datetime | None:
    """When the oldest unprojected batch of any commune arrived."""
    return session.scalar(select(func.min(Batch.received_at)).where(Batch.projected_at.is_(None)))
