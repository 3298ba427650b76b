"""Reads of classes: for the learner's entry, the trainer's board and the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lms.cohorts import limits, turns
from lms.cohorts.carried_models import SpareCard
from lms.cohorts.models import (
    Attendance,
    ClassSession,
    Cohort,
    CohortTrainer,
    Device,
    Enrolment,
    HelpCall,
    LearnerSession,
    SessionTrainer,
    Sitting,
)
from lms.cohorts.timetable_rules import state_of
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import short_name
from lms.people.account_models import Account
from lms.people.models import Person


@dataclass(frozen=True)
class ClassCard:
    """A class in a list. `open_session` is the meeting that is open now."""

    cohort: Cohort
    learners: int
    sessions: int
    held: int
    next_on: date | None
    open_session: ClassSession | None
    state: str = "running"
    """See `lms.cohorts.timetable_rules.state_of`."""


@dataclass(frozen=True)
class RosterRow:
    """A learner of a class as the trainer sees it, in one class session or in none."""

    enrolment: Enrolment
    name: str
    short: str
    attendance: str | None
    """present, absent, excused, or None when nobody has marked it."""
    locked: bool
    """Five wrong PINs: the trainer unlocks."""
    calls_help: bool
    signed_in_on: str | None
    """Label of the tablet this learner is signed in on now."""


def cohorts_of(who: Actor) -> Select[Cohort]:
    """The classes an actor may see, newest first: a trainer its own, officers all of the commune."""
    query = select(Cohort).where(Cohort.commune_id == who.commune)
    if who.role in (Role.TRAINER, Role.LEARNER):
        query = query.where(Cohort.id.in_(who.cohort_ids))
    is_over = or_(Cohort.closed_at.is_not(None), Cohort.cancelled_at.is_not(None))
    return query.order_by(is_over, Cohort.starts_on.desc(), Cohort.code)


def classes_of(session: Session, who: Actor) -> list[ClassCard]:
    """The classes an actor may see, with their numbers, in three statements."""
    cohorts = session.scalars(cohorts_of(who)).all()
    ids = [cohort.id for cohort in cohorts]
    learners = _learners(session, who.commune, ids)
    meetings: dict[UUID, list[ClassSession]] = {}
    for meeting in sessions_of(session, who.commune, ids):
        meetings.setdefault(meeting.cohort_id, []).append(meeting)
    return [_card(c, learners.get(c.id, 0), meetings.get(c.id, [])) for c in cohorts]


def card_of(session: Session, cohort: Cohort) -> ClassCard:
    """One class with its numbers."""
    learners = _learners(session, cohort.commune_id, [cohort.id]).get(cohort.id, 0)
    return _card(cohort, learners, sessions_of(session, cohort.commune_id, [cohort.id]))


def _card(cohort: Cohort, learners: int, meetings: Sequence[ClassSession]) -> ClassCard:
    today, state = clock.today(), state_of(cohort, meetings, clock.today())
    planned = [m for m in meetings if m.cancelled_at is None]
    waiting = [m.planned_on for m in planned if m.opened_at is None and m.planned_on >= today]
    return ClassCard(
        cohort,
        learners,
        sessions=len(planned),
        held=sum(m.closed_at is not None for m in planned),
        next_on=min(waiting, default=None) if state not in ("ended", "cancelled") else None,
        open_session=next((m for m in planned if m.opened_at and not m.closed_at), None),
        state=state,
    )


def _learners(session: Session, commune_id: UUID, ids: Sequence[UUID]) -> dict[UUID, int]:
    query = (
        select(Enrolment.cohort_id, func.count())
        .where(
            Enrolment.commune_id == commune_id,
            Enrolment.cohort_id.in_(ids),
            Enrolment.withdrawn_on.is_(None),
        )
        .group_by(Enrolment.cohort_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def cohort(session: Session, commune_id: UUID, cohort_id: UUID, *, lock: bool = False) -> Cohort:
    """A class of this commune, or NotFound. `lock`: others who change it wait (PostgreSQL)."""
    return _found(session.get(Cohort, (commune_id, cohort_id), with_for_update=lock or None))


def class_session(session: Session, commune_id: UUID, session_id: UUID) -> ClassSession:
    """A class session of this commune, or NotFound."""
    return _found(session.get(ClassSession, (commune_id, session_id)))


def enrolment(session: Session, commune_id: UUID, enrolment_id: UUID) -> Enrolment:
    """An enrolment of this commune, or NotFound."""
    return _found(session.get(Enrolment, (commune_id, enrolment_id)))


def device(session: Session, commune_id: UUID, device_id: UUID) -> Device:
    """A device of this commune, or NotFound."""
    return _found(session.get(Device, (commune_id, device_id)))


T = TypeVar("T")


def _found(row: T | None) -> T:
    if row is None:
        raise NotFound(_("Không tìm thấy nội dung này. Hãy mở lại danh sách rồi chọn lại."))
    return row


def sessions_of(
    session: Session, commune_id: UUID, cohort_ids: Sequence[UUID]
) -> Sequence[ClassSession]:
    """The class sessions of these classes, in order."""
    return session.scalars(
        select(ClassSession)
        .where(ClassSession.commune_id == commune_id, ClassSession.cohort_id.in_(cohort_ids))
        .order_by(ClassSession.cohort_id, ClassSession.number)
    ).all()


def open_session(session: Session, commune_id: UUID, cohort_id: UUID) -> ClassSession | None:
    """The meeting of a class that is open now."""
    return session.scalar(
        select(ClassSession).where(
            ClassSession.commune_id == commune_id,
            ClassSession.cohort_id == cohort_id,
            ClassSession.opened_at.is_not(None),
            ClassSession.closed_at.is_(None),
        )
    )


def session_by_code(session: Session, commune_id: UUID, code: str) -> ClassSession | None:
    """The open class session that this code names."""
    return session.scalar(
        select(ClassSession).where(
            ClassSession.commune_id == commune_id,
            ClassSession.code == code,
            ClassSession.opened_at.is_not(None),
            ClassSession.closed_at.is_(None),
        )
    )


def open_sitting(session: Session, commune_id: UUID, cohort_id: UUID) -> Sitting | None:
    """The proctored sitting of a class that is open now."""
    return session.scalar(
        select(Sitting).where(
            Sitting.commune_id == commune_id,
            Sitting.cohort_id == cohort_id,
            Sitting.closed_at.is_(None),
        )
    )


def trainers_of(session: Session, commune_id: UUID, cohort_id: UUID) -> Sequence[Account]:
    """Who teaches a class, by name."""
    return session.scalars(
        select(Account)
        .join(CohortTrainer, CohortTrainer.account_id == Account.id)
        .where(CohortTrainer.commune_id == commune_id, CohortTrainer.cohort_id == cohort_id)
        .order_by(Account.display_name)
    ).all()


def substitute_ids(session: Session, commune_id: UUID, session_id: UUID) -> set[UUID]:
    """The accounts that teach one meeting in place of the class's own trainers."""
    query = select(SessionTrainer.account_id).where(
        SessionTrainer.commune_id == commune_id,
        SessionTrainer.class_session_id == session_id,
        SessionTrainer.ended_at.is_(None),
    )
    return set(session.scalars(query))


def learners(
    session: Session, commune_id: UUID, cohort_id: UUID
) -> Sequence[tuple[Enrolment, Person]]:
    """The learners of a class who have not left, sorted as Vietnamese names are."""
    rows = session.execute(
        select(Enrolment, Person)
        .join(
            Person, (Person.commune_id == Enrolment.commune_id) & (Person.id == Enrolment.person_id)
        )
        .where(
            Enrolment.commune_id == commune_id,
            Enrolment.cohort_id == cohort_id,
            Enrolment.withdrawn_on.is_(None),
        )
        .order_by(Person.sort_key, Enrolment.id)
    )
    return [(row[0], row[1]) for row in rows]


def pictures_taken(
    session: Session, commune_id: UUID, cohort_id: UUID
) -> list[tuple[str, str]]:  # fmt: skip
    """The drawings and colours of a class that somebody has, or that wait on a spare card."""
    found: dict[UUID, tuple[str, str]] = {}
    for table in (SpareCard, Enrolment):
        mine = (table.commune_id == commune_id) & (table.cohort_id == cohort_id)
        for row in session.execute(select(table.id, table.picture, table.colour).where(mine)):
            found[row[0]] = (row[1], row[2])
    return list(found.values())


def attendance(session: Session, commune_id: UUID, session_id: UUID) -> Mapping[UUID, Attendance]:
    """Enrolment id → its attendance in a class session."""
    rows = session.scalars(
        select(Attendance).where(
            Attendance.commune_id == commune_id, Attendance.class_session_id == session_id
        )
    )
    return {row.enrolment_id: row for row in rows}


def roster(
    session: Session, commune_id: UUID, cohort_id: UUID, session_id: UUID | None = None
) -> list[RosterRow]:
    """A class's learners with what the trainer needs to see at a glance, in five statements."""
    rows = learners(session, commune_id, cohort_id)
    marks = attendance(session, commune_id, session_id) if session_id else {}
    locked = limits.locked_learners(session, commune_id, [e.id for e, _person in rows])
    calling = {call.enrolment_id for call in help_calls(session, commune_id, session_id)}
    present = _signed_in(session, commune_id, session_id)
    return [
        RosterRow(
            enrolment=e,
            name=person.full_name,
            short=short_name(person.full_name),
            attendance=marks[e.id].state if e.id in marks else None,
            locked=e.id in locked,
            calls_help=e.id in calling,
            signed_in_on=present.get(e.id),
        )
        for e, person in rows
    ]


def help_calls(
    session: Session, commune_id: UUID, session_id: UUID | None, enrolment_id: UUID | None = None
) -> Sequence[HelpCall]:
    """Calls for the trainer that nobody has answered, oldest first."""
    if session_id is None:
        return []
    query = select(HelpCall).where(
        HelpCall.commune_id == commune_id,
        HelpCall.class_session_id == session_id,
        HelpCall.answered_at.is_(None),
    )
    if enrolment_id is not None:
        query = query.where(HelpCall.enrolment_id == enrolment_id)
    return session.scalars(query.order_by(HelpCall.asked_at, HelpCall.id)).all()


def _signed_in(session: Session, commune_id: UUID, session_id: UUID | None) -> dict[UUID, str]:
    same = (Device.commune_id == LearnerSession.commune_id) & (
        Device.id == LearnerSession.device_id
    )
    query = (
        select(LearnerSession.enrolment_id, Device.label)
        .join(Device, same)
        .where(
            LearnerSession.commune_id == commune_id,
            LearnerSession.class_session_id == session_id,
            LearnerSession.ended_at.is_(None),
            LearnerSession.expires_at > clock.now(),
        )
        .order_by(LearnerSession.started_at)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def came_to(session: Session, meeting: ClassSession) -> set[UUID]:
    """The learners who sat at a machine in a meeting, also those who left it again.

    A turn that was given to another learner was that one's.
    """
    rows = session.execute(
        select(LearnerSession.id, LearnerSession.device_id, LearnerSession.enrolment_id).where(
            LearnerSession.commune_id == meeting.commune_id,
            LearnerSession.class_session_id == meeting.id,
        )
    )
    moved = turns.moves(session, meeting.commune_id)
    lent = {(turn.learner_id, turn.device_id): to for turn, to in moved.items()}
    paged = {(turn.learner_id, turn.segment): to for turn, to in moved.items()}
    return {paged.get((row[2], row[0].hex)) or lent.get((row[2], row[1])) or row[2] for row in rows}


def tablets(session: Session, commune_id: UUID) -> Sequence[Device]:
    """The tablets that are enrolled now, by label."""
    return session.scalars(
        select(Device)
        .where(
            Device.commune_id == commune_id, Device.kind == "tablet", Device.revoked_at.is_(None)
        )
        .order_by(Device.label)
    ).all()
