"""What a learner's own phone may tell: of its own learner only, and beyond practice only from a class.

A phone may carry a credential for years of tries at home; nobody watches what it sends. So the rule is
the server's: practice always counts; the rest of a learner's doings counts in a meeting which that
learner joined on that very phone; what trainers write never counts from it. Refused events stay stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.models import Device, LearnerSession
from lms.ledger.actions import paper_device, web_device
from lms.ledger.registry import StoredEvent, register_gate

PRACTICE = frozenset({"activity.opened", "activity.finished", "turn.began", "turn.ended"})
IN_CLASS = frozenset({"help.asked"})
ATTEMPTS = frozenset({"attempt.started", "answer.given", "attempt.submitted"})

OTHER = "Điện thoại riêng gửi việc của người khác nên không tính."
NOT_PRACTICE = "Điện thoại riêng chỉ ghi được việc luyện tập, nên việc này không tính."

_owners: dict[tuple[UUID, UUID], UUID | None] = {}
_OWNERS_AT_MOST = 50_000


def listen() -> None:
    """Let the ledger ask here."""
    register_gate(gate)


def gate(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> Mapping[UUID, str]:
    """Event id → why it counts for nothing, for events of phones that are one learner's own."""
    owners = _bound(session, commune_id, {event.device_id for event in events})
    if not owners:
        return {}
    told = [event for event in events if event.device_id in owners]
    out = {e.id: OTHER for e in told if e.learner_id != owners[e.device_id]}
    own = [event for event in told if event.id not in out]
    joined = _joined(session, commune_id, own)
    is_practice = _practises(events, own, out, joined)
    return out | {
        event.id: NOT_PRACTICE
        for event in own
        if not (_is_practice(event, is_practice) or _is_in_class(event, joined))
    }


def _is_practice(event: StoredEvent, is_practice: bool) -> bool:
    return event.type in PRACTICE or (event.type in ATTEMPTS and is_practice)


Joined = set[tuple[UUID, UUID]]
"""(device, class session) in which its learner came in on it."""


def _is_in_class(event: StoredEvent, joined: Joined) -> bool:
    came_in = event.class_id is not None and (event.device_id, event.class_id) in joined
    return came_in and event.type in IN_CLASS | ATTEMPTS


def _practises(
    events: Sequence[StoredEvent], own: Sequence[StoredEvent], out: Mapping[UUID, str], joined: Joined
) -> bool:  # fmt: skip
    """Whether the attempt is practice: its first start says so that somebody may make.

    Before any start has come nothing is projected, so nothing needs to be refused.
    """
    phones = {event.id for event in own}
    starts = [
        event for event in events
        if event.type == "attempt.started" and event.id not in out
        and (event.id not in phones or _says_practice(event) or _is_in_class(event, joined))
    ]  # fmt: skip
    if not starts:
        return not any(event.type == "attempt.started" for event in events)
    return _says_practice(min(starts, key=lambda event: event.id))


def _says_practice(start: StoredEvent) -> bool:
    return bool(start.payload.get("kind") == "practice")


def _joined(session: Session, commune_id: UUID, own: Sequence[StoredEvent]) -> Joined:
    """Learner sessions are records: a rebuild finds the same."""
    beyond = [event for event in own if event.type not in PRACTICE and event.class_id]
    if not beyond:
        return set()
    query = select(
        LearnerSession.device_id, LearnerSession.class_session_id, LearnerSession.enrolment_id
    ).where(
        LearnerSession.commune_id == commune_id,
        LearnerSession.device_id.in_({event.device_id for event in beyond}),
        LearnerSession.class_session_id.in_({event.class_id for event in beyond}),
    )
    return {(row[0], row[1]) for row in session.execute(query)}


def _bound(session: Session, commune_id: UUID, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Those of the devices that are one learner's own → that learner. It never changes, so it is kept."""
    servers = (web_device(commune_id), paper_device(commune_id))
    asked = [key for key in ids if key not in servers]
    unknown = [key for key in asked if (commune_id, key) not in _owners]
    if unknown:
        _learn(session, commune_id, unknown)
    found = ((key, _owners.get((commune_id, key))) for key in asked)
    return {key: owner for key, owner in found if owner is not None}


def _learn(session: Session, commune_id: UUID, ids: Sequence[UUID]) -> None:
    if len(_owners) > _OWNERS_AT_MOST:
        _owners.clear()
    query = select(Device.id, Device.enrolment_id).where(
        Device.commune_id == commune_id, Device.id.in_(ids)
    )
    _owners.update({(commune_id, row[0]): row[1] for row in session.execute(query)})
