"""Reading again what was tested in a sitting, when the sitting or the word on it changed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import settling
from assessments.models import Attempt
from assessments.projection import project_attempt, row_of
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.signals import SittingChanged, TurnMoved
from lms.ledger.queries import attempt_events


def sitting_changed(session: Session, signal: SittingChanged) -> None:
    """Read again whatever was tested in the sitting, as a rebuild would with what it says now."""
    learners = [signal.enrolment_id] if signal.enrolment_id is not None else None
    read_again(session, signal.commune_id, signal.cohort_id, signal.sitting_id, learners)


def read_again(
    session: Session, commune_id: UUID, cohort_id: UUID, sitting_id: UUID,
    learners: Sequence[UUID] | None = None,
) -> None:  # fmt: skip
    """Project anew what these learners of a class (None: all) were tested in a sitting, or claim so."""
    query = (
        select(Attempt)
        .join(Enrolment, (Enrolment.commune_id == Attempt.commune_id)
              & (Enrolment.id == Attempt.enrolment_id))
        .where(
            Attempt.commune_id == commune_id,
            Attempt.purpose == "certifying",
            Enrolment.cohort_id == cohort_id,
        )
        .order_by(Enrolment.person_id, Attempt.id)
    )  # fmt: skip
    if learners is not None:
        query = query.where(Enrolment.id.in_(learners))
    found = session.scalars(query).all()
    named = [a.id for a in found if named_sitting(a) == sitting_id]
    # Another transaction may have changed them before the person's lock is held here.
    session.expire_all()
    for attempt_id in named:
        events = attempt_events(session, commune_id, attempt_id)
        project_attempt(session, commune_id, events)


def turn_moved(session: Session, signal: TurnMoved) -> None:
    """Settle everybody who gained or lost work: who lost all of it has no attempt left to call for it."""
    cohort = row_of(session, Cohort, signal.commune_id, signal.cohort_id)
    people = session.scalars(
        select(Enrolment.person_id)
        .where(Enrolment.commune_id == signal.commune_id, Enrolment.id.in_(signal.enrolment_ids))
        .order_by(Enrolment.person_id)
    )
    for person in sorted(set(people), key=str):
        if cohort is not None:
            settling.settle(session, signal.commune_id, person, cohort.programme_code)


def named_sitting(attempt: Attempt) -> UUID | None:
    """The sitting that an attempt names, whether or not it counts as held in it."""
    named = attempt.trail["sitting"] or attempt.trail.get("claimed")
    return UUID(str(named)) if named else None
