"""What learners are allowed in the tests of a class, kept from one sitting to the next."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.hall_models import Allowance
from lms.cohorts.models import Enrolment
from lms.core import clock
from lms.core.guard import Actor


def of_class(session: Session, commune_id: UUID, cohort_id: UUID) -> dict[str, list[str]]:
    """Enrolment id as text → what is allowed, as `Sitting.accommodations` holds it."""
    rows = session.scalars(
        select(Allowance)
        .join(Enrolment, (Enrolment.commune_id == Allowance.commune_id)
              & (Enrolment.id == Allowance.enrolment_id))
        .where(Allowance.commune_id == commune_id, Enrolment.cohort_id == cohort_id)
    )  # fmt: skip
    return {str(row.enrolment_id): list(row.allowed) for row in rows if row.allowed}


def keep(session: Session, who: Actor, learner: Enrolment, allowed: Sequence[str]) -> None:
    """Remember what a learner is allowed; the caller has checked that the actor may say so."""
    row = session.scalar(
        select(Allowance).where(
            Allowance.commune_id == learner.commune_id, Allowance.enrolment_id == learner.id
        )
    ) or Allowance(commune_id=learner.commune_id, enrolment_id=learner.id)
    row.allowed, row.made_by, row.made_at = list(allowed), who.id, clock.now()
    session.add(row)
    session.flush()
