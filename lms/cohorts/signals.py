"""What classes tell the packages above them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SittingChanged:
    """A signal: a sitting ended, or what it allows somebody changed. Sent in that transaction."""

    commune_id: UUID
    sitting_id: UUID
    cohort_id: UUID
    enrolment_id: UUID | None = None
    """Whom it concerns; None: everybody who was tested in it."""
