"""The registry of event types by owner, and of the projections that can be dropped and made again.

A package owns its types: `register(EventType(...))` says how a payload is checked and how it is
projected; `register_projection(...)` names the tables a rebuild drops, children first.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import marshmallow as ma
from sqlalchemy import Table
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class StoredEvent:
    """One event as the store holds it, parsed. Instants are aware UTC."""

    id: UUID
    type: str
    version: int
    device_id: UUID
    epoch: str
    seq: int
    class_id: UUID | None
    learner_id: UUID | None
    attempt_id: UUID | None
    segment: str | None
    parent: UUID | None
    content: str | None
    """Content hash of the programme version the client worked from."""
    payload: Mapping[str, Any]
    device_at: datetime
    """Device time with the measured offset added; not yet clamped."""
    received_at: datetime
    told_as: UUID | None = None
    """The learner whom the device named, where a trainer said since that it was somebody else."""


Project = Callable[[Session, UUID, Sequence[StoredEvent]], None]
"""project(session, commune_id, events): called with one event, with every event of one attempt, or with
several of a type that is taken `together`."""


@dataclass(frozen=True)
class EventType:
    """One kind of learning event and its owner."""

    name: str
    owner: str
    payload: type[ma.Schema]
    project: Project
    by_attempt: bool = False
    """True: `project` gets all events of the attempt, whatever their type, each time one arrives.
    False: `project` gets the one event; it must give the same rows in any order of arrival."""
    together: bool = False
    """`project` also takes several events at once, of whatever learners: a batch costs one reading."""
    versions: frozenset[int] = field(default=frozenset({1}))
    needs: frozenset[str] = frozenset()
    """Which of class, learner and attempt an event must name; `by_attempt` always needs attempt."""

    def schema(self) -> ma.Schema:
        """The payload's schema, made once."""
        return _schema(self.payload)


@lru_cache(maxsize=256)
def _schema(kind: type[ma.Schema]) -> ma.Schema:
    return kind()


class MissingParent(Exception):
    """A projection cannot be made yet: what it belongs to has not arrived. It waits and is listed."""


class Refused(Exception):
    """The sender may not make such an event. It stays in the store, is listed, and counts for nothing."""


@dataclass(frozen=True)
class Projection:
    """Tables of one owner that `lms ledger rebuild` empties and fills again, children first."""

    owner: str
    tables: Sequence[Table]
    leave_out: frozenset[str] = frozenset()
    """Columns that hold write times and are left out of the state hash."""
    forget: "OfLearners" = lambda _session, _commune_id, _learners: ()
    """Drops what was added up, event by event, of these learners, so that it can be made again; returns
    the attempts of theirs, which are read again as a whole. See `lms.ledger.redo`."""


OfLearners = Callable[[Session, UUID, Collection[UUID]], Collection[UUID]]
"""(session, commune_id, learners) → ids: of attempts, or of learners."""


_types: dict[str, EventType] = {}
_projections: dict[str, Projection] = {}

KnownClasses = Callable[[Session, UUID, Collection[UUID]], Collection[UUID]]
"""find(session, commune_id, ids): those of the class sessions that this commune has."""

_finders: list[KnownClasses] = []
_found: set[tuple[UUID, UUID]] = set()
_FOUND_AT_MOST = 50_000


def register(kind: EventType) -> None:
    """Make a type known; the same name must not have two owners."""
    known = _types.get(kind.name)
    if known is not None and known.owner != kind.owner:
        raise ValueError(f"{kind.name} belongs to {known.owner}, not to {kind.owner}.")
    _types[kind.name] = kind


def register_projection(projection: Projection) -> None:
    """Make an owner's projected tables known."""
    _projections[projection.owner] = projection


def event_type(name: str) -> EventType | None:
    """The registered type, or None."""
    return _types.get(name)


def event_types() -> Sequence[EventType]:
    """All types, by name."""
    return [_types[name] for name in sorted(_types)]


def projections() -> Sequence[Projection]:
    """All projections; a higher package's tables come before those they point to."""
    return list(reversed(_projections.values()))


Gate = Callable[[Session, UUID, Sequence[StoredEvent]], Mapping[UUID, str]]
"""gate(session, commune_id, events): those of the events that their device may not make, and why not.

It is asked with one event, or with all events of an attempt, and must say the same on every rebuild.
"""

_gates: list[Gate] = []


@dataclass(frozen=True)
class Owners:
    """Whose an event is, where a trainer said that somebody else sat there than the device thought.

    Both must say the same on every rebuild: they read records, and nothing that is projected.
    """

    whose: Callable[[Session, UUID, Sequence[StoredEvent]], Mapping[UUID, UUID]]
    """Event id → the right learner, for those of the events that name another one."""
    names: OfLearners
    """Under which learners the events of these may be stored; itself is always one of them."""


_owners: list[Owners] = []


def register_owners(owners: Owners) -> None:
    """The package that owns turns says whose they were; the last one registered holds."""
    _owners[:] = [owners]


def owned(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """The events as the right learners' own; `told_as` keeps whom the device named."""
    found = _owners[0].whose(session, commune_id, events) if _owners else {}
    return [_given(event, found[event.id]) if event.id in found else event for event in events]


def _given(event: StoredEvent, learner: UUID) -> StoredEvent:
    return replace(event, learner_id=learner, told_as=event.learner_id)


def names_of(session: Session, commune_id: UUID, learners: Collection[UUID]) -> set[UUID]:
    """Under which learners the events of these learners may be stored."""
    more = _owners[0].names(session, commune_id, learners) if _owners else ()
    return {*learners, *more}


def register_gate(gate: Gate) -> None:
    """The package that owns devices says what each may make; listing a gate twice is once."""
    if gate not in _gates:
        _gates.append(gate)


def refused(
    session: Session, commune_id: UUID, events: Sequence[StoredEvent]
) -> dict[UUID, Refused]:  # fmt: skip
    """Event id → why it counts for nothing, for those that their device may not make."""
    found = (gate(session, commune_id, events) for gate in _gates)
    return {key: Refused(why) for one in found for key, why in one.items()}


def admitted(
    session: Session, commune_id: UUID, events: Sequence[StoredEvent]
) -> list[StoredEvent]:  # fmt: skip
    """The events without those that their device may not make."""
    out = refused(session, commune_id, events)
    return [event for event in events if event.id not in out] if out else list(events)


def know_classes(find: KnownClasses) -> None:
    """The package that owns class sessions says how they are found."""
    if find not in _finders:
        _finders.append(find)


def known_classes(session: Session, commune_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those of the class sessions that the commune has. They are records, so a found one stays."""
    unseen = {one for one in ids if (commune_id, one) not in _found}
    if unseen:
        found = {one for find in _finders for one in find(session, commune_id, unseen)}
        if len(_found) > _FOUND_AT_MOST:
            _found.clear()
        _found.update((commune_id, one) for one in found)
        unseen -= found
    return set(ids) - unseen
