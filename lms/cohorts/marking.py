"""Attendance as a trainer takes it in the hall: a tap on a name, a card, everybody at once, and undo.

Each mark is the event `attendance.marked`; all marks of one tap bear one instant, so that undo finds them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import limits, queries, rules, sign_in
from lms.cohorts.actions import teach_session
from lms.cohorts.events import CLEARED, MARKED
from lms.cohorts.models import Attendance, ClassSession
from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.limits import Limit
from lms.ledger.actions import NewEvent, append
from lms.ledger.queries import single_events
from lms.ledger.rules import device_time, millis

CARDS_PER_TRAINER = Limit(60, limits.PER_CLASS.window, limits.PER_CLASS.lock)
"""Nobody may find out which card numbers exist by trying them here."""


@dataclass(frozen=True)
class Tap:
    """What one tap did. `stamp` (milliseconds) is what undo asks for; None: nothing had to be changed."""

    changed: int
    stamp: int | None = None


def mark(session: Session, who: Actor, session_id: UUID, states: Mapping[UUID, str]) -> Tap:
    """Mark learners of an open or held meeting: enrolment id → present, absent or excused.

    Only a changed state makes an event, which names the one it corrects. Both taps of two trainers are
    kept, and every place decides the same which of them stands.
    """
    meeting = teach_session(session, who, session_id)
    _require_held(meeting)
    _check(session, meeting, states)
    marks = queries.attendance(session, who.commune, meeting.id)
    changed = {
        learner: state
        for learner, state in states.items()
        if learner not in marks or marks[learner].state != state
    }
    now = _whole_millis()
    for learner, state in changed.items():
        parent = (
            marks[learner].event_id if learner in marks else _cleared(session, meeting, learner)
        )
        _append(session, meeting, learner, {"state": state}, parent, now)
    return Tap(len(changed), millis(now) if changed else None)


def everybody_present(session: Session, who: Actor, session_id: UUID) -> Tap:
    """Mark as present whoever is not marked yet; an absence that somebody noted stays."""
    meeting = teach_session(session, who, session_id)
    marks = queries.attendance(session, who.commune, meeting.id)
    rows = queries.learners(session, who.commune, meeting.cohort_id)
    left = {row.id: "present" for row, _person in rows if row.id not in marks}
    return mark(session, who, session_id, left)


def mark_card(
    session: Session, who: Actor, keys: Keys, session_id: UUID, typed: str
) -> tuple[UUID, Tap]:  # fmt: skip
    """The holder of this card is here; returns the enrolment. `typed`: ten digits, or what a scanner read."""
    meeting = teach_session(session, who, session_id)
    subject = f"card-attendance:{who.key}"
    limits.refuse_pause(session, who.commune, subject)
    number = rules.card_in(typed) or sign_in.read_card(typed)
    found = sign_in.card_owner(session, keys, meeting, number)
    if found is None:
        words = _("Thẻ này không phải của lớp này. Hãy xem lại thẻ, hoặc chạm vào tên.")
        refusal = Invalid(words, fields={"card": [words]})
        refusal.keep = lambda other: limits.count(
            other, who.commune, [(subject, CARDS_PER_TRAINER)]
        )
        raise refusal
    return found.id, mark(session, who, session_id, {found.id: "present"})


def undo(session: Session, who: Actor, session_id: UUID, stamp: int) -> int:
    """Take back the marks of one tap that still stand; returns how many. Twice is once."""
    meeting = teach_session(session, who, session_id)
    at = device_time(stamp, 0)
    rows = session.scalars(
        select(Attendance).where(
            Attendance.commune_id == who.commune,
            Attendance.class_session_id == meeting.id,
            Attendance.occurred_at == at,
        )
    ).all()
    for row in rows:
        _take_back(session, meeting, row)
    return len(rows)


def _take_back(session: Session, meeting: ClassSession, row: Attendance) -> None:
    """Mark as it was before; who was not marked at all is not marked again."""
    learner = row.enrolment_id
    held = single_events(session, meeting.commune_id, MARKED, meeting.id, learner)
    states = {event.id: event for event in held}
    own = states.get(row.event_id)
    before = states.get(own.parent) if own and own.parent else None
    payload = dict(before.payload) if before else None
    _append(session, meeting, learner, payload, row.event_id, _whole_millis())


def _append(
    session: Session, meeting: ClassSession, learner: UUID, payload: Mapping[str, object] | None,
    parent: UUID | None, at: datetime,
) -> None:  # fmt: skip
    kind = CLEARED if payload is None else MARKED
    event = NewEvent(
        kind, payload or {}, class_id=meeting.id, learner_id=learner, parent=parent, at=at
    )
    append(session, meeting.commune_id, event)


def _cleared(session: Session, meeting: ClassSession, learner: UUID) -> UUID | None:
    """What took the last mark back: the next one goes on from there."""
    held = single_events(session, meeting.commune_id, CLEARED, meeting.id, learner)
    return max((event.id for event in held), default=None)


def _whole_millis() -> datetime:
    """Now, as precisely as an event says it."""
    return device_time(millis(clock.now()), 0)


def _require_held(meeting: ClassSession) -> None:
    if meeting.opened_at is None:
        raise Conflict(_("Buổi học này chưa mở. Hãy mở buổi học rồi điểm danh."))


def _check(session: Session, meeting: ClassSession, states: Mapping[UUID, str]) -> None:
    known = {
        e.id for e, _person in queries.learners(session, meeting.commune_id, meeting.cohort_id)
    }
    if _strange(states.keys(), known) or _strange(states.values(), rules.PRESENCE_WORDS):
        words = _("Danh sách điểm danh có chỗ không khớp với lớp. Hãy tải lại trang rồi chọn lại.")
        raise Invalid(words, fields={"states": [words]})


def _strange(given: Collection[object], known: Collection[object]) -> bool:
    return any(one not in known for one in given)
