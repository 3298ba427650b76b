"""The events of a class and what they become: session.*, sitting.*, turn.*, attendance.marked, help.asked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import marshmallow as ma
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.cohorts import claims, rules
from lms.cohorts.models import Attendance, ClassSession, Enrolment, HelpCall
from lms.core.db import Base
from lms.core.ids import derived
from lms.ledger.queries import single_events
from lms.ledger.registry import (
    EventType,
    MissingParent,
    Projection,
    StoredEvent,
    know_classes,
    register,
    register_projection,
)

OWNER = "cohorts"
MARKED, CLEARED = "attendance.marked", "attendance.cleared"
"""`attendance.cleared` takes a marking back that should not have been made; its parent is that marking."""


class Payload(ma.Schema):
    """Base of payloads: a field nobody named is refused, so that no name slips into an event."""

    class Meta:
        unknown = ma.RAISE


class AttendanceIn(Payload):
    """attendance.marked: who was there, as the trainer ticked it."""

    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf([state.value for state in rules.Presence])
    )


class TurnPayload(Payload):
    """turn.began: a learner sat down, with a PIN, a card, or let in by the trainer."""

    how = ma.fields.String(required=True, validate=ma.validate.OneOf(["pin", "card", "trainer"]))


class SittingClosedPayload(Payload):
    """sitting.closed: the test held on carried tablets ended on this one."""

    sitting = ma.fields.UUID(required=True)


class SittingOpenedPayload(SittingClosedPayload):
    """sitting.opened: `proctor` is the account whose card opened it."""

    proctor = ma.fields.UUID(required=True)


def listen() -> None:
    """Make the types, the projections and the known classes of this package known."""
    both = frozenset({"class", "learner"})
    for name, payload in HOURS.items():
        register(EventType(name, OWNER, payload, project_hours, needs=frozenset({"class"})))
    learner = frozenset({"learner"})
    register(EventType("turn.began", OWNER, TurnPayload, nothing, needs=learner))
    register(EventType("turn.ended", OWNER, Payload, nothing, needs=learner))
    register(EventType(MARKED, OWNER, AttendanceIn, project_attendance, needs=both))
    register(EventType(CLEARED, OWNER, Payload, project_attendance, needs=both))
    register(EventType("help.asked", OWNER, Payload, project_help, needs=both))
    register(EventType("help.answered", OWNER, Payload, project_answer, needs=both))
    tables = [Base.metadata.tables[name] for name in ("attendance", "help_call")]
    register_projection(Projection(OWNER, tables, forget=_forget))
    know_classes(classes_of_commune)


def classes_of_commune(
    session: Session, commune_id: UUID, ids: Collection[UUID]
) -> Collection[UUID]:
    """Those of the class sessions that belong to the commune."""
    query = select(ClassSession.id).where(
        ClassSession.commune_id == commune_id, ClassSession.id.in_(ids)
    )
    return session.scalars(query).all()


HOURS: dict[str, type[Payload]] = {
    "session.opened": Payload,
    "session.closed": Payload,
    "sitting.opened": SittingOpenedPayload,
    "sitting.closed": SittingClosedPayload,
}


def nothing(_session: Session, _commune_id: UUID, _events: Sequence[StoredEvent]) -> None:
    """Who sat when at which tablet is for the timeline only."""


def project_hours(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> None:
    """A class session is a record; of a carried one the hours follow what tablets tell."""
    for event in events:
        if event.class_id is not None:
            claims.refresh(session, commune_id, event.class_id)


def _forget(session: Session, commune_id: UUID, learners: Collection[UUID]) -> Collection[UUID]:
    """A learner may have been marked in a turn that was another's; calls for help are rows of their own."""
    own = (Attendance.commune_id == commune_id) & Attendance.enrolment_id.in_(learners)
    session.execute(delete(Attendance).where(own))
    return ()


def project_attendance(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> None:
    """One row per learner and class session: the marking that no other one corrects; none if that clears."""
    class_id, learner_id = _named(events[0])
    opened = _opened_at(session, commune_id, class_id)
    _require_learner(session, commune_id, learner_id)
    standing = _standing_mark(session, commune_id, class_id, learner_id)
    row_id = derived("attendance", commune_id, class_id, learner_id)
    held = session.get(Attendance, (commune_id, row_id))
    if standing.type == CLEARED:
        if held is not None:
            session.delete(held)
            session.flush()
        return
    row = held or Attendance(
        commune_id=commune_id, id=row_id, class_session_id=class_id, enrolment_id=learner_id
    )
    row.state, row.event_id = standing.payload["state"], standing.id
    row.occurred_at = rules.clamped(standing.device_at, opened, standing.received_at)
    session.add(row)
    session.flush()


def _standing_mark(
    session: Session, commune_id: UUID, class_id: UUID, learner_id: UUID
) -> StoredEvent:
    marks = [
        event
        for kind in (MARKED, CLEARED)
        for event in single_events(session, commune_id, kind, class_id, learner_id)
    ]
    by_id = {str(event.id): event for event in marks}
    links = {key: str(event.parent) if event.parent else None for key, event in by_id.items()}
    return by_id[rules.standing(links)]


def project_help(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> None:
    """One row per call; it stands until somebody answered it."""
    event = events[0]
    class_id, learner_id = _named(event)
    opened = _opened_at(session, commune_id, class_id)
    _require_learner(session, commune_id, learner_id)
    held = session.get(HelpCall, (commune_id, event.id))
    if held is not None:
        held.enrolment_id = learner_id
        session.flush()
    else:
        session.add(
            HelpCall(
                commune_id=commune_id, id=event.id, class_session_id=class_id,
                enrolment_id=learner_id, answered_at=None,
                asked_at=rules.clamped(event.device_at, opened, event.received_at),
            )
        )  # fmt: skip
        session.flush()


def project_answer(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> None:
    """The call that the event names as its parent is answered, by the first answer by id."""
    event = events[0]
    call = session.get(HelpCall, (commune_id, event.parent)) if event.parent else None
    if call is None:
        raise MissingParent("Chưa thấy lời gọi giúp mà sự kiện này trả lời.")
    at = rules.clamped(event.device_at, call.asked_at, event.received_at)
    call.answered_at = min(call.answered_at or at, at)
    session.flush()


def _named(event: StoredEvent) -> tuple[UUID, UUID]:
    if event.class_id is None or event.learner_id is None:
        raise MissingParent("Sự kiện không ghi buổi học hoặc học viên.")
    return event.class_id, event.learner_id


def _opened_at(session: Session, commune_id: UUID, class_id: UUID) -> datetime | None:
    found = session.get(ClassSession, (commune_id, class_id))
    if found is None:
        raise MissingParent("Chưa có buổi học của sự kiện này.")
    return claims.not_before(session, found)


def _require_learner(session: Session, commune_id: UUID, learner_id: UUID) -> None:
    if session.get(Enrolment, (commune_id, learner_id)) is None:
        raise MissingParent("Chưa có ghi danh của học viên này.")
