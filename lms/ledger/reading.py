"""A stored row read back as the event that packages project."""

import json
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from lms.ledger import rules
from lms.ledger.envelope import decode
from lms.ledger.models import Event
from lms.ledger.registry import StoredEvent, owned


def stored_event(row: Event) -> StoredEvent:
    """The event of a row; everything is read from its verbatim text."""
    event = decode(row.text)
    return StoredEvent(
        id=row.id,
        type=event.type,
        version=event.v,
        device_id=row.device_id,
        epoch=event.epoch,
        seq=event.seq,
        class_id=row.class_id,
        learner_id=row.learner_id,
        attempt_id=row.attempt_id,
        segment=event.segment,
        parent=UUID(event.parent) if event.parent else None,
        content=event.content,
        payload=json.loads(bytes(event.payload)),
        device_at=rules.device_time(event.at, event.offset),
        received_at=row.received_at,
    )


def stored_events(session: Session, commune_id: UUID, rows: Iterable[Event]) -> list[StoredEvent]:
    """The events of rows as those of the learners who made them, in the same order.

    Whatever projects or counts events reads them here, and so sees what a trainer said of a turn.
    """
    return owned(session, commune_id, [stored_event(row) for row in rows])
