"""The event types this package owns, and how each becomes rows.

Rows are the same in whatever order the events arrive: progress takes the furthest and the latest,
an observation is one row per event, an attempt is read as a whole each time one of its events comes.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

import marshmallow as ma
from marshmallow.validate import Length, OneOf, Range, Regexp
from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session, aliased

from assessments import settling
from assessments.claims import claims_decided, is_claim
from assessments.models import (
    Answer,
    Attainment,
    Attempt,
    LearningDay,
    LessonProgress,
    TaskObservation,
)
from assessments.moments import MOMENTS
from assessments.projection import happened, project_attempt, row_of
from assessments.rereading import sitting_changed, turn_moved
from assessments.study_time import record_time
from courses.activities.kind import MOST_TOKENS
from courses.rules import FORM_KINDS, LEVELS, TASK_VERDICTS
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.signals import ClaimsDecided, SittingChanged, TurnMoved
from lms.core.api import In
from lms.core.ids import derived
from lms.core.signals import listen as hear
from lms.ledger.models import Event
from lms.ledger.registry import (
    EventType,
    MissingParent,
    Projection,
    StoredEvent,
    names_of,
    register,
    register_projection,
)
from lms.people.account_models import RoleGrant

OWNER = "assessments"
NAME = Length(min=1, max=80)


class ActivityPayload(In):
    """A learner was at a screen of a lesson, or finished the lesson there."""

    lesson = ma.fields.String(required=True, validate=NAME)
    screen = ma.fields.Integer(required=True, strict=True, validate=Range(1, 500))


class StartedPayload(In):
    """A try begins: `items` pins the form as drawn; without it the seed alone draws it."""

    kind = ma.fields.String(required=True, validate=OneOf(FORM_KINDS))
    level = ma.fields.String(required=True, validate=OneOf(LEVELS))
    seed = ma.fields.String(required=True, validate=NAME)
    module = ma.fields.String(validate=NAME)
    sitting = ma.fields.UUID()
    items = ma.fields.List(
        ma.fields.Tuple((ma.fields.String(), ma.fields.List(ma.fields.String()))),
        validate=Length(min=1, max=200),
    )


class AnswerPayload(In):
    """An answer; an empty response takes an earlier one back."""

    item = ma.fields.String(required=True, validate=NAME)
    response = ma.fields.List(
        ma.fields.String(validate=NAME), required=True, validate=Length(max=MOST_TOKENS)
    )


class SubmitPayload(In):
    """The learner handed in: how many answers, and their hash (rules.answers_hash)."""

    count = ma.fields.Integer(required=True, strict=True, validate=Range(0, 500))
    hash = ma.fields.String(required=True, validate=Regexp("^[0-9a-f]{64}$"))


class TaskPayload(In):
    """What a trainer saw a learner do; `moment` says when in the course, see assessments.moments."""

    task = ma.fields.String(required=True, validate=NAME)
    result = ma.fields.String(required=True, validate=OneOf(TASK_VERDICTS))
    observer = ma.fields.UUID(required=True)
    moment = ma.fields.String(validate=OneOf(MOMENTS))


def project_activity(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> None:
    """activity.opened and activity.finished → LessonProgress: furthest screen, first finish."""
    rows: dict[UUID, LessonProgress] = {}
    for event in events:
        at = happened(session, commune_id, event).at
        row = _progress(session, commune_id, event, rows)
        row.last_at = max(row.last_at or at, at)
        row.screens_seen = max(row.screens_seen or 0, event.payload["screen"])
        if event.type == "activity.finished":
            row.finished_at = min(row.finished_at or at, at)
    session.add_all(rows.values())
    session.flush()
    record_time(session, commune_id, events)


def _progress(
    session: Session, commune_id: UUID, event: StoredEvent, rows: dict[UUID, LessonProgress]
) -> LessonProgress:
    """The learner's row of the lesson, kept in `rows` until all of them are written."""
    enrolment = _enrolment(session, commune_id, event)
    lesson = event.payload["lesson"]
    key = derived("lesson", enrolment.id, lesson)
    if key not in rows:
        found = row_of(session, LessonProgress, commune_id, key)
        rows[key] = found or LessonProgress(
            commune_id=commune_id, id=key, enrolment_id=enrolment.id, lesson=lesson
        )
    return rows[key]


def project_work(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> None:
    """All events of one attempt → its rows, and the time that they took.

    Without its start an attempt waits, and so does its time.
    """
    project_attempt(session, commune_id, events)
    if any(event.type == "attempt.started" for event in events):
        record_time(session, commune_id, events)


def project_observation(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> None:
    """task.observed → one TaskObservation per event, then the proofs it may complete."""
    for event in events:
        enrolment = _enrolment(session, commune_id, event)
        cohort = row_of(session, Cohort, commune_id, enrolment.cohort_id)
        if cohort is None:
            raise MissingParent(f"class {enrolment.cohort_id}")
        # Before it is read whether a trainer confirmed it: a decision holds the person as well.
        settling.lock(session, commune_id, enrolment.person_id)
        _observe(session, commune_id, event, enrolment.id)
        settling.settle(session, commune_id, enrolment.person_id, cohort.programme_code)


def _observe(session: Session, commune_id: UUID, event: StoredEvent, enrolment: UUID) -> None:
    key = derived("observation", event.id)
    claimed = is_claim(session, commune_id, event.device_id, event.class_id, enrolment)
    at = happened(session, commune_id, event).at
    held = row_of(session, TaskObservation, commune_id, key)
    if held is not None:
        held.enrolment_id, held.claimed, held.occurred_at = enrolment, claimed, at
        session.flush()
        return
    observer = UUID(str(event.payload["observer"]))
    _require_staff(session, commune_id, observer)
    session.add(
        TaskObservation(
            commune_id=commune_id,
            id=key,
            enrolment_id=enrolment,
            task=event.payload["task"],
            result=event.payload["result"],
            observer_id=observer,
            occurred_at=at,
            event_id=event.id,
            claimed=claimed,
        )
    )
    session.flush()


def _require_staff(session: Session, commune_id: UUID, account: UUID) -> None:
    """Who observes has or had a role in the commune; grants are never deleted, so this is stable."""
    query = select(RoleGrant.id).where(
        RoleGrant.commune_id == commune_id, RoleGrant.account_id == account
    )
    if session.scalar(query.limit(1)) is None:
        raise MissingParent(f"observer {account}")


def _enrolment(session: Session, commune_id: UUID, event: StoredEvent) -> Enrolment:
    found = event.learner_id and row_of(session, Enrolment, commune_id, event.learner_id)
    if not found:
        raise MissingParent(f"enrolment {event.learner_id}")
    return found


def forget(session: Session, commune_id: UUID, learners: Collection[UUID]) -> Collection[UUID]:
    """Drop what was added up of these learners; their attempts are read as a whole. Returns those."""
    for model in (LessonProgress, LearningDay):
        own = (model.commune_id == commune_id) & model.enrolment_id.in_(learners)
        session.execute(delete(model).where(own))
    return _attempts_of(session, commune_id, learners)


def _attempts_of(
    session: Session, commune_id: UUID, learners: Collection[UUID]
) -> Collection[UUID]:
    """Attempts that are theirs, and those of classmates in which they did something: it took them time."""
    mate, own = aliased(Enrolment), aliased(Enrolment)
    query = (
        select(Attempt.id)
        .join(mate, (mate.commune_id == Attempt.commune_id) & (mate.id == Attempt.enrolment_id))
        .join(own, (own.commune_id == mate.commune_id) & (own.cohort_id == mate.cohort_id))
        .where(Attempt.commune_id == commune_id, own.id.in_(learners))
        .distinct()
    )
    acts = (
        select(Event.attempt_id)
        .where(
            Event.commune_id == commune_id,
            Event.attempt_id.in_(query),
            Event.learner_id.in_(names_of(session, commune_id, learners)),
        )
        .distinct()
    )
    theirs = select(Attempt.id).where(
        Attempt.commune_id == commune_id, Attempt.enrolment_id.in_(learners)
    )
    return {*session.scalars(theirs), *(key for key in session.scalars(acts) if key)}


LEARNER = frozenset({"learner"})
KINDS = (
    EventType(
        "activity.opened", OWNER, ActivityPayload, project_activity, together=True, needs=LEARNER
    ),
    EventType(
        "activity.finished", OWNER, ActivityPayload, project_activity, together=True, needs=LEARNER
    ),
    EventType("task.observed", OWNER, TaskPayload, project_observation, needs=LEARNER),
    *(
        EventType(name, OWNER, payload, project_work, by_attempt=True, needs=LEARNER)
        for name, payload in (
            ("attempt.started", StartedPayload),
            ("answer.given", AnswerPayload),
            ("attempt.submitted", SubmitPayload),
        )
    ),
)
MODELS = (Answer, Attempt, LessonProgress, LearningDay, TaskObservation, Attainment)


def listen() -> None:
    """Make the types and the projected tables known to the ledger."""
    for kind in KINDS:
        register(kind)
    tables = [t for t in (model.__table__ for model in MODELS) if isinstance(t, Table)]
    register_projection(Projection(OWNER, tables, forget=forget))
    hear(SittingChanged, sitting_changed)
    hear(ClaimsDecided, claims_decided)
    hear(TurnMoved, turn_moved)
