"""What tablets claim of a learner's work: read again when a trainer decides, and listed for the decision."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import settling
from assessments.models import TaskObservation
from assessments.projection import row_of
from assessments.rereading import read_again
from lms.cohorts import claims
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.senders import only_claims
from lms.cohorts.signals import ClaimsDecided
from lms.ledger.models import Event


def is_claim(
    session: Session, commune_id: UUID, device: UUID, meeting: UUID | None, learner: UUID
) -> bool:
    """Whether an observation sent by this device is a claim that no trainer has confirmed."""
    if not only_claims(session, commune_id, device):
        return False
    return not claims.is_confirmed(session, commune_id, meeting, learner)


def claims_decided(session: Session, signal: ClaimsDecided) -> None:
    """Read again what the decision concerns: the tests of the carried sitting, and what was seen."""
    if signal.sitting_id is not None:
        learners = signal.enrolment_ids
        read_again(session, signal.commune_id, signal.cohort_id, signal.sitting_id, learners)
    cohort = row_of(session, Cohort, signal.commune_id, signal.cohort_id)
    for learner in _people(session, signal):
        settling.lock(session, signal.commune_id, learner.person_id)
        if _judge(session, signal, learner.id) and cohort is not None:
            settling.settle(session, signal.commune_id, learner.person_id, cohort.programme_code)


def _people(session: Session, signal: ClaimsDecided) -> Sequence[Enrolment]:
    return session.scalars(
        select(Enrolment)
        .where(Enrolment.commune_id == signal.commune_id, Enrolment.id.in_(signal.enrolment_ids))
        .order_by(Enrolment.person_id, Enrolment.id)
    ).all()


def _judge(session: Session, signal: ClaimsDecided, learner: UUID) -> bool:
    """Say anew of each thing seen in the meeting whether it is a claim; returns whether that changed."""
    changed = False
    for row, device in observed_in(session, signal.commune_id, signal.session_id, learner):
        claimed = is_claim(session, signal.commune_id, device, signal.session_id, learner)
        changed = changed or row.claimed != claimed
        row.claimed = claimed
    session.flush()
    return changed


def observed_in(
    session: Session, commune_id: UUID, session_id: UUID, learner: UUID
) -> list[tuple[TaskObservation, UUID]]:
    """What was seen of a learner in a meeting, each with the device that told it."""
    same = (Event.commune_id == TaskObservation.commune_id) & (Event.id == TaskObservation.event_id)
    rows = session.execute(
        select(TaskObservation, Event.device_id)
        .join(Event, same)
        .where(
            TaskObservation.commune_id == commune_id,
            TaskObservation.enrolment_id == learner,
            Event.class_id == session_id,
        )
        .order_by(TaskObservation.occurred_at, TaskObservation.event_id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in rows]
