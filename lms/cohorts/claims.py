"""What tablets claim of a class without network, and what stands once a trainer has confirmed it.

Everything made here is a function of the stored events and of the trainers' decisions, so that neither
the order in which work arrives nor when it is confirmed changes what follows (docs/adr/0011-claimed-work.md).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import queries, rules
from lms.cohorts.actions import teach_session
from lms.cohorts.carried_models import CarriedMeeting, ClaimDecision, ClassPack
from lms.cohorts.carried_rules import Told, span
from lms.cohorts.models import ClassSession, Cohort, Enrolment, Sitting
from lms.cohorts.senders import kind_of
from lms.cohorts.signals import ClaimsDecided, SittingChanged
from lms.core import audit, clock
from lms.core.errors import Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.signals import send
from lms.ledger.actions import web_device
from lms.ledger.models import Event
from lms.ledger.reading import stored_event
from lms.ledger.registry import StoredEvent

CONFIRMED, REFUSED = "confirmed", "refused"
HOURS = ("session.opened", "session.closed", "sitting.opened", "sitting.closed")
_CARRIED_SINCE = "cohorts.carried_since"


@dataclass(frozen=True)
class Carried:
    """A meeting that a pack carried away; `sitting` is the id of the test that may be held in it."""

    sitting: UUID
    session: UUID
    since: datetime
    """When its first pack was made: nothing of it happened before."""
    made_by: UUID | None


def carried_meeting(session: Session, commune_id: UUID, session_id: UUID) -> Carried | None:
    """What a pack carried of this class session, or None."""
    return _carried(session, commune_id, session_id=session_id)


def carried_sitting(session: Session, commune_id: UUID, sitting_id: UUID) -> Carried | None:
    """The carried meeting of a sitting's id, or None."""
    return _carried(session, commune_id, sitting_id=sitting_id)


def _carried(
    session: Session, commune_id: UUID, *,
    session_id: UUID | None = None, sitting_id: UUID | None = None,
) -> Carried | None:  # fmt: skip
    own = (
        CarriedMeeting.id == sitting_id
        if sitting_id
        else CarriedMeeting.class_session_id == session_id
    )
    query = (
        select(CarriedMeeting, ClassPack.made_at, ClassPack.made_by)
        .join(ClassPack, (ClassPack.commune_id == CarriedMeeting.commune_id)
              & (ClassPack.id == CarriedMeeting.pack_id))
        .where(CarriedMeeting.commune_id == commune_id, own)
    )  # fmt: skip
    found = session.execute(query).one_or_none()
    return Carried(found[0].id, found[0].class_session_id, found[1], found[2]) if found else None


def not_before(session: Session, meeting: ClassSession) -> datetime | None:
    """Before when nothing of a meeting happened: its opening, or the pack that carried it before that.

    It must not change when the work is confirmed, for everything that names the meeting is bounded by it.
    """
    since = _since(session, meeting)
    held = [at for at in (meeting.opened_at, since) if at is not None]
    return min(held, default=None)


def _since(session: Session, meeting: ClassSession) -> datetime | None:
    """When a meeting was first carried away; asked once a transaction, as each answer asks for it."""
    known: dict[UUID, datetime | None] = session.info.setdefault(_CARRIED_SINCE, {})
    if meeting.id not in known:
        found = carried_meeting(session, meeting.commune_id, meeting.id)
        known[meeting.id] = found.since if found else None
    return known[meeting.id]


def is_confirmed(
    session: Session, commune_id: UUID, session_id: UUID | None, learner_id: UUID
) -> bool:
    """Whether a trainer said that the learner's claimed work in this meeting was the learner's."""
    return session.scalar(
        select(ClaimDecision.verdict).where(
            ClaimDecision.commune_id == commune_id,
            ClaimDecision.class_session_id == session_id,
            ClaimDecision.learner_id == learner_id,
        )
    ) == CONFIRMED  # fmt: skip


def decisions(session: Session, commune_id: UUID, session_id: UUID) -> dict[UUID, ClaimDecision]:
    """Learner → what was decided of the work in a meeting."""
    rows = session.scalars(
        select(ClaimDecision).where(
            ClaimDecision.commune_id == commune_id, ClaimDecision.class_session_id == session_id
        )
    )
    return {row.learner_id: row for row in rows}


def decide(
    session: Session, who: Actor, session_id: UUID, learners: Collection[UUID], verdict: str
) -> int:
    """Confirm or refuse what tablets claim of these learners in a meeting; the newest decision stands.

    Returns how many decisions changed; the same decision again changes nothing.
    """
    meeting = teach_session(session, who, session_id)
    if verdict not in (CONFIRMED, REFUSED):
        words = _("Hãy bấm “Xác nhận” hoặc “Không phải”.")
        raise Invalid(words, fields={"verdict": [words]})
    _lock_people(session, meeting, learners)
    held = decisions(session, who.commune, meeting.id)
    changed = [one for one in learners if one not in held or held[one].verdict != verdict]
    for learner in changed:
        _keep(session, who, meeting, held.get(learner), learner, verdict)
    session.flush()
    if changed:
        _tell(session, meeting, changed)
    return len(changed)


def _lock_people(session: Session, meeting: ClassSession, learners: Collection[UUID]) -> None:
    """Whatever the projector reads of these people now is settled after this decision, or before it."""
    own = select(Enrolment.person_id).where(
        Enrolment.commune_id == meeting.commune_id,
        Enrolment.cohort_id == meeting.cohort_id,
        Enrolment.id.in_(learners),
    )
    rows = session.scalars(
        select(Enrolment)
        .where(Enrolment.commune_id == meeting.commune_id, Enrolment.person_id.in_(own))
        .order_by(Enrolment.person_id, Enrolment.id)
        .with_for_update()
    ).all()
    if strangers := set(learners) - {row.id for row in rows if row.cohort_id == meeting.cohort_id}:
        words = _("Có người không thuộc lớp này. Hãy tải lại trang rồi chọn lại.")
        raise Invalid(words, fields={"learner": [str(one) for one in sorted(strangers, key=str)]})


def _keep(
    session: Session, who: Actor, meeting: ClassSession, held: ClaimDecision | None,
    learner: UUID, verdict: str,
) -> None:  # fmt: skip
    row = held or ClaimDecision(
        commune_id=meeting.commune_id, class_session_id=meeting.id, learner_id=learner
    )
    row.verdict, row.decided_by, row.decided_at = verdict, who.id, clock.now()
    session.add(row)
    audit.record(session, who, verdict, "claim", learner, meeting=meeting.number)


def _tell(session: Session, meeting: ClassSession, learners: Collection[UUID]) -> None:
    told = refresh(session, meeting.commune_id, meeting.id)
    carried = carried_meeting(session, meeting.commune_id, meeting.id)
    # Who was tested in a sitting that is new has been read again already.
    sitting = carried.sitting if carried and not told else None
    signal = ClaimsDecided(
        meeting.commune_id, meeting.id, meeting.cohort_id, tuple(learners), sitting
    )
    send(session, signal)


def refresh(session: Session, commune_id: UUID, session_id: UUID) -> bool:
    """Bring the sitting and the hours of a carried meeting to what the stored events say.

    They exist from the first confirmed learner on. Returns whether the sitting changed; whoever was
    tested in it is then read again.
    """
    found = carried_meeting(session, commune_id, session_id)
    if found is None:
        return False
    meeting = session.get_one(ClassSession, (commune_id, session_id))
    # A decision and an event that arrives at the same moment come here one after the other.
    cohort = queries.cohort(session, commune_id, meeting.cohort_id, lock=True)
    confirmed = _confirmed(session, commune_id, session_id)
    if not confirmed:
        return False
    hours = _hours(session, commune_id, found)
    _hold(session, meeting, hours)
    return _sit(session, cohort, found, hours, confirmed)


def _confirmed(session: Session, commune_id: UUID, session_id: UUID) -> list[ClaimDecision]:
    rows = decisions(session, commune_id, session_id).values()
    return sorted((r for r in rows if r.verdict == CONFIRMED), key=lambda r: (r.decided_at, r.id))


@dataclass(frozen=True)
class _Hours:
    """What tablets told of a carried meeting's hours, each within [pack made, received]."""

    events: Sequence[StoredEvent]
    since: datetime
    is_online: bool
    """The commune's own pages opened it too: then its hours are theirs."""

    def told(self, kind: str) -> list[Told]:
        """The openings or closings of one kind."""
        return [Told(str(e.device_id), self.at(e)) for e in self.events if e.type == kind]

    def at(self, event: StoredEvent) -> datetime:
        """When it happened."""
        return rules.clamped(event.device_at, self.since, event.received_at)


def _hours(session: Session, commune_id: UUID, found: Carried) -> _Hours:
    stored, web = _stored_hours(session, commune_id, found.session), web_device(commune_id)
    told = [
        event
        for event in stored
        if kind_of(session, commune_id, event.device_id) in ("tablet", "box")
        and event.payload.get("sitting", str(found.sitting)) == str(found.sitting)
    ]
    is_online = any(e.device_id == web and e.type == "session.opened" for e in stored)
    return _Hours(told, found.since, is_online)


def _stored_hours(session: Session, commune_id: UUID, session_id: UUID) -> list[StoredEvent]:
    """What is stored of the hours of a class session, projected or not."""
    rows = session.scalars(
        select(Event).where(
            Event.commune_id == commune_id,
            Event.learner_id.is_(None),
            Event.class_id == session_id,
            Event.attempt_id.is_(None),
            Event.type.in_(HOURS),
        )
    )
    return [stored_event(row) for row in rows]


def has_hours(session: Session, found: Carried, commune_id: UUID) -> bool:
    """Whether any tablet told that the test of a carried meeting was opened."""
    return bool(_hours(session, commune_id, found).told("sitting.opened"))


def _hold(session: Session, meeting: ClassSession, hours: _Hours) -> None:
    """A meeting that no page opened was held when the tablets say so."""
    if hours.is_online:
        return
    held = span(hours.told("session.opened"), hours.told("session.closed")) or span(
        hours.told("sitting.opened"), hours.told("sitting.closed")
    )
    if held is not None:
        meeting.opened_at, meeting.closed_at = held
        # Whoever confirmed the work says that it was held after all.
        meeting.cancelled_at, meeting.cancel_reason = None, None
        session.flush()


def _sit(
    session: Session, cohort: Cohort, found: Carried, hours: _Hours,
    confirmed: Sequence[ClaimDecision],
) -> bool:  # fmt: skip
    held = span(hours.told("sitting.opened"), hours.told("sitting.closed"))
    proctor = _proctor(session, cohort, found, hours, confirmed)
    if held is None or proctor is None:
        return False
    row = session.get(Sitting, (cohort.commune_id, found.sitting)) or Sitting(
        commune_id=cohort.commune_id, id=found.sitting, cohort_id=cohort.id,
        class_session_id=found.session, place=cohort.place, accommodations={}, carried=True,
    )  # fmt: skip
    if (row.opened_at, row.closed_at) == held:
        return False
    row.opened_at, row.closed_at = held
    row.proctor_id = row.proctor_id or proctor
    session.add(row)
    session.flush()
    send(session, SittingChanged(cohort.commune_id, row.id, cohort.id))
    return True


def _proctor(
    session: Session, cohort: Cohort, found: Carried, hours: _Hours,
    confirmed: Sequence[ClaimDecision],
) -> UUID | None:  # fmt: skip
    """Who the tablets say watched, if that is a trainer of the class; else who confirmed."""
    trainers = {t.id for t in queries.trainers_of(session, cohort.commune_id, cohort.id)}
    trainers |= queries.substitute_ids(session, cohort.commune_id, found.session)
    opened = [e for e in hours.events if e.type == "sitting.opened"]
    named = [UUID(e.payload["proctor"]) for e in sorted(opened, key=lambda e: (hours.at(e), e.id))]
    own = (one for one in named if one in trainers)
    return next(own, None) or confirmed[0].decided_by or found.made_by
