"""What classes tell the packages above them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
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


@dataclass(frozen=True)
class HeldElsewhere:
    """A laptop ("máy lớp") that holds, or held, a class, and what it has not brought home."""

    id: UUID
    label: str
    told_at: datetime | None
    """When it last told; None: never yet."""
    missing: Mapping[UUID | None, int]
    """Class session → how many events the commune lacks of it; None: of no meeting."""
    open: frozenset[UUID]
    """Meetings that went on there when it told."""

    @property
    def count(self) -> int:
        """How many events it said it holds and the commune lacks."""
        return sum(self.missing.values())

    @property
    def is_home(self) -> bool:
        """It told, everything that it told of is here, and no meeting went on."""
        return self.told_at is not None and not self.missing and not self.open


@dataclass(frozen=True)
class ElsewhereAsked:
    """Which laptops hold this class? The package that knows them adds to `found`."""

    commune_id: UUID
    cohort_id: UUID
    found: list[HeldElsewhere] = field(default_factory=list)
