"""Making the projections of a few learners again, when a record changed whose their events are.

It gives what a rebuild would give: what was added up event by event is dropped and added up again, an
attempt is read as a whole.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.ledger import registry
from lms.ledger.models import Batch, Event
from lms.ledger.projector import apply
from lms.ledger.turn import hold

__all__ = ["hold", "redo"]


def redo(session: Session, commune_id: UUID, learners: Collection[UUID]) -> int:
    """Project anew, in the caller's transaction, every event of these learners; returns how many.

    `learners`: everybody who gained or lost events. Call `hold` before anything is read or locked. What
    cannot be applied is listed as a fault, as the projector lists it.
    """
    attempts: set[UUID] = set()
    for projection in registry.projections():
        attempts.update(projection.forget(session, commune_id, learners))
    session.flush()
    names = registry.names_of(session, commune_id, learners)
    events = [*_singles(session, commune_id, names), *_first_of(session, commune_id, attempts)]
    return apply(session, commune_id, events)


def _singles(session: Session, commune_id: UUID, names: Collection[UUID]) -> Sequence[Event]:
    return session.scalars(
        select(Event)
        .join(Batch, (Batch.commune_id == Event.commune_id) & (Batch.id == Event.batch_id))
        .where(
            Event.commune_id == commune_id,
            Event.learner_id.in_(names),
            Event.attempt_id.is_(None),
            Batch.projected_at.is_not(None),
        )
        .order_by(Batch.number, Batch.id, Event.position)
    ).all()


def _first_of(session: Session, commune_id: UUID, attempts: Collection[UUID]) -> Sequence[Event]:
    """All events of the attempts: the projector reads an attempt by any of them."""
    return session.scalars(
        select(Event)
        .where(Event.commune_id == commune_id, Event.attempt_id.in_(attempts))
        .order_by(Event.attempt_id, Event.id)
    ).all()
