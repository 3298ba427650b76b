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


@dataclass(frozen=True)
class TurnMoved:
    """A signal: a trainer said whose a turn was, or took that back; what follows from its events has been
    projected anew. Sent in that transaction."""

    commune_id: UUID
    cohort_id: UUID
    enrolment_ids: tuple[UUID, ...]
    """Everybody who gained or lost work by it."""


@dataclass(frozen=True)
class ClaimsDecided:
    """A signal: a trainer confirmed or refused what tablets claim. Sent in that transaction."""

    commune_id: UUID
    session_id: UUID
    """The meeting in which it was done."""
    cohort_id: UUID
    enrolment_ids: tuple[UUID, ...]
    sitting_id: UUID | None
    """The carried sitting whose tests are to be read again; None when they have been already."""
