"""What a trainer must know of tablets and of work done without network, on the page of a class."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from assessments import claimed
from lms.cohorts import carry_queries
from lms.cohorts.carry_queries import TabletState, Walker
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.signals import ElsewhereAsked, HeldElsewhere
from lms.core.signals import send


@dataclass(frozen=True)
class CarriedSide:
    """Tablets, claims and spare cards of a class."""

    tablets: Sequence[TabletState]
    """Those that stand in it, hold its pack, or were used in it."""
    incomplete: frozenset[UUID]
    """Closed meetings of which some tablet has not sent everything: they cannot show as complete."""
    complete: frozenset[UUID]
    """Closed meetings whose tablets have told, and sent, everything."""
    claims: Counter[UUID]
    """Class session → of how many learners something waits to be confirmed."""
    walkers: Sequence[Walker]
    carried: frozenset[UUID]
    """Meetings that a pack carried away."""
    boxes: Sequence[HeldElsewhere] = ()
    """Laptops that hold, or held, the class."""

    @property
    def away(self) -> list[HeldElsewhere]:
        """Laptops that have not brought everything home."""
        return [one for one in self.boxes if not one.is_home]

    @property
    def lacking(self) -> list[TabletState]:
        """Tablets of the class that have not sent everything."""
        return [one for one in self.tablets if one.lacks]


def carried_side(
    session: Session, cohort: Cohort, meetings: Sequence[ClassSession]
) -> CarriedSide:  # fmt: skip
    """All of it, for a class that the caller may see."""
    commune, ids = cohort.commune_id, [one.id for one in meetings]
    held = [one.id for one in meetings if one.opened_at is not None]
    used = carry_queries.devices_by_meeting(session, commune, held)
    closed = {one.id for one in meetings if one.closed_at is not None}
    also = {key for keys in used.values() for key in keys}
    tablets = carry_queries.tablets_of(session, commune, cohort.id, also)
    over = {key: devices for key, devices in used.items() if key in closed}
    lacking, whole = _judged(over, {one.device.id: one for one in tablets})
    asked = ElsewhereAsked(commune, cohort.id)
    send(session, asked)
    lacking |= {key for key in closed if any(_keeps(one, key) for one in asked.found)}
    return CarriedSide(
        tablets=tablets,
        incomplete=lacking,
        complete=whole - lacking,
        claims=claimed.waiting(session, cohort),
        walkers=carry_queries.walkers(session, commune, cohort.id),
        carried=frozenset(carry_queries.sittings_of(session, commune, ids)),
        boxes=asked.found,
    )


def _keeps(box: HeldElsewhere, meeting: UUID) -> bool:
    """Whether a laptop told of something of this meeting that is not here, or that it goes on there."""
    return meeting in box.missing or meeting in box.open


def _judged(
    used: Mapping[UUID, Collection[UUID]], states: Mapping[UUID, TabletState]
) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """(incomplete, complete) among the closed meetings; those whose tablets never told are in neither."""
    lacking, whole = set(), set()
    for meeting, keys in used.items():
        own = [states[key] for key in keys if key in states]
        if any(one.lacks for one in own):
            lacking.add(meeting)
        elif own and all(one.is_whole for one in own):
            whole.add(meeting)
    return frozenset(lacking), frozenset(whole)
