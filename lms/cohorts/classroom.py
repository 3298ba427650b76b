"""Writes while a class meets: opening, closing, sittings, calls for help."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from lms.cohorts import allowances, box_meetings, queries, rules
from lms.cohorts.actions import (
    TEACHERS,
    check_accommodations,
    refuse_cancelled,
    refuse_stopped,
    teach,
    teach_session,
)
from lms.cohorts.models import ClassSession, Enrolment, LearnerSession, Sitting
from lms.cohorts.signals import SittingChanged
from lms.cohorts.turns import page_segment
from lms.core import audit, clock
from lms.core.db import box_of
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor, require, require_cohort
from lms.core.i18n import _
from lms.core.ids import spoken_code, uuid7
from lms.core.policy import Role
from lms.core.signals import send
from lms.core.text import clean
from lms.ledger.actions import NewEvent, append


def open_session(session: Session, who: Actor, session_id: UUID) -> ClassSession:
    """Open a meeting: learners may enter with its code. Twice is once; a closed one opens again."""
    row = teach_session(session, who, session_id)
    if row.opened_at is not None and row.closed_at is None:
        return row
    refuse_stopped(queries.cohort(session, who.commune, row.cohort_id))
    refuse_cancelled(row)
    other = queries.open_session(session, who.commune, row.cohort_id)
    if other is not None:
        raise Conflict(_("Buổi %(n)s của lớp đang mở. Hãy kết thúc buổi đó trước.", n=other.number))
    row.opened_at, row.closed_at = row.opened_at or clock.now(), None
    row.code = _free_code(session, who.commune)
    session.flush()
    _tell(session, who, "session.opened", row)
    return row


def _free_code(session: Session, commune_id: UUID) -> str:
    while True:
        code = spoken_code(rules.CODE_LENGTH)
        used = (ClassSession.commune_id == commune_id) & (ClassSession.code == code)
        if not session.scalar(select(exists().where(used))):
            return code


def close_session(session: Session, who: Actor, session_id: UUID) -> ClassSession:
    """Close a meeting: its sitting ends, its code is void, whoever is signed in there is signed out."""
    row = teach_session(session, who, session_id)
    if row.opened_at is None:
        raise Conflict(_("Buổi học này chưa mở nên chưa kết thúc được."))
    if row.closed_at is not None:
        return row
    sitting = queries.open_sitting(session, who.commune, row.cohort_id)
    if sitting is not None:
        close_sitting(session, who, row.cohort_id)
    row.closed_at, row.code = clock.now(), None
    session.execute(
        update(LearnerSession)
        .where(
            LearnerSession.commune_id == who.commune,
            LearnerSession.class_session_id == row.id,
            LearnerSession.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )
    session.flush()
    _tell(session, who, "session.closed", row)
    return row


def _tell(session: Session, who: Actor, kind: str, row: ClassSession) -> None:
    append(session, who.commune, NewEvent(kind, {}, box_of(session), class_id=row.id))
    audit.record(session, who, kind, "class_session", row.id)


def open_sitting(
    session: Session, who: Actor, cohort_id: UUID, place: str = "", proctor_id: UUID | None = None
) -> Sitting:
    """Begin a proctored sitting in the open meeting. Twice is once.

    The actor is the proctor; only `system` names somebody else.
    """
    cohort = teach(session, who, cohort_id)
    found = queries.open_sitting(session, who.commune, cohort.id)
    if found is not None:
        return found
    meeting = queries.open_session(session, who.commune, cohort.id)
    if meeting is None:
        raise Conflict(_("Hãy mở buổi học trước, rồi mở buổi kiểm tra có giám sát."))
    row = box_meetings.sitting_of(session, meeting) or Sitting(commune_id=who.commune, id=uuid7())
    row.cohort_id, row.class_session_id = cohort.id, meeting.id
    row.proctor_id = proctor_id if who.role is Role.SYSTEM and proctor_id else who.key
    row.place = clean(place) or meeting.place or cohort.place
    row.opened_at = row.opened_at or clock.now()
    row.accommodations = allowances.of_class(session, who.commune, cohort.id)
    session.add(row)
    session.flush()
    box_meetings.tell_hours(session, "sitting.opened", row)
    audit.record(session, who, "open", "sitting", row.id)
    return row


def close_sitting(session: Session, who: Actor, cohort_id: UUID) -> Sitting | None:
    """End the class's sitting; ending it twice is the same."""
    cohort = teach(session, who, cohort_id)
    row = queries.open_sitting(session, who.commune, cohort.id)
    if row is not None:
        row.closed_at = clock.now()
        session.flush()
        box_meetings.tell_hours(session, "sitting.closed", row)
        audit.record(session, who, "close", "sitting", row.id)
        send(session, SittingChanged(who.commune, row.id, row.cohort_id))
    return row


def accommodate(
    session: Session, who: Actor, cohort_id: UUID, enrolment_id: UUID, allowed: Collection[str]
) -> Sitting | None:
    """Record what a learner is allowed in the class's tests; an empty list takes it back.

    It holds for the sitting that is open now, which is returned, and for those that are opened later.
    """
    teach(session, who, cohort_id)
    learner = queries.enrolment(session, who.commune, enrolment_id)
    if learner.cohort_id != cohort_id:
        raise Invalid(_("Học viên này không thuộc lớp đang kiểm tra. Hãy chọn lại."))
    given = check_accommodations(allowed)
    row = queries.open_sitting(session, who.commune, cohort_id)
    allowances.keep(session, who, learner, given)
    if row is not None:
        others = {k: v for k, v in row.accommodations.items() if k != str(learner.id)}
        row.accommodations = {**others, **({str(learner.id): given} if given else {})}
    session.flush()
    audit.record(session, who, "accommodate", "enrolment", learner.id, allowed=",".join(given))
    if row is not None:
        send(session, SittingChanged(who.commune, row.id, row.cohort_id, learner.id))
    return row


def call_help(session: Session, who: Actor) -> None:
    """A learner calls the trainer; calling again while the call stands is the same call."""
    require(who, Role.LEARNER)
    meeting = who.extra["class_session"]
    if not queries.help_calls(session, who.commune, meeting, who.key):
        segment = page_segment(who.session_id) if who.session_id else None
        call = NewEvent("help.asked", {}, class_id=meeting, learner_id=who.key, segment=segment)
        append(session, who.commune, call)


def answer_help(session: Session, who: Actor, enrolment_id: UUID) -> None:
    """The trainer has come: the learner's standing calls in the open meeting are answered."""
    require(who, *TEACHERS)
    learner: Enrolment = queries.enrolment(session, who.commune, enrolment_id)
    require_cohort(who, learner.cohort_id)
    meeting = queries.open_session(session, who.commune, learner.cohort_id)
    if meeting is None:
        return
    for call in queries.help_calls(session, who.commune, meeting.id, learner.id):
        append(
            session,
            who.commune,
            NewEvent(
                "help.answered", {}, class_id=meeting.id, learner_id=learner.id, parent=call.id
            ),
        )
