"""The projector: hands stored events to the packages that own their types.

One projector works on a commune at a time (a lock in this process, and on PostgreSQL an advisory lock
that dies with its connection), so what it reads is whole and two of them never do the same batch. It
works in transactions of its own: an error here never loses, refuses or blocks an event.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import Select, delete, select, update
from sqlalchemy.event import listen
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import Database
from lms.ledger import registry
from lms.ledger.models import Batch, Event, ProjectionFault
from lms.ledger.reading import stored_events
from lms.ledger.turn import Sessions, turn

log = structlog.get_logger("lms.ledger")

AT_ONCE = 20
"""Batches of one turn: a form that waits for its own events gets the next turn."""
SECONDS_OF_A_TURN = 0.1
"""A turn ends with the batch in which so much time is over: on a slow machine forms stood behind twenty."""
_GONE = (OperationalError, InterfaceError)
"""The database is locked or away: that is no fault of an event, so its batch simply stays waiting."""


@dataclass(frozen=True)
class Counts:
    """What a projector did."""

    batches: int = 0
    events: int = 0
    faults: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.batches + other.batches, self.events + other.events, self.faults + other.faults
        )


@dataclass(frozen=True)
class Unit:
    """What is projected in one transaction: an attempt, or the single events of a batch."""

    events: tuple[Event, ...]
    attempt_id: UUID | None = None


def project_pending(database: Database, commune_id: UUID) -> Counts:
    """Project every waiting batch of a commune, oldest first. Never inside an open write session."""
    total = Counts()
    while True:
        with turn(database, commune_id) as sessions:
            oldest = _oldest(sessions, commune_id)
            if not oldest:
                return total
            # An attempt is read with all its events, so one reading serves every batch that is here.
            seen: set[UUID] = set()
            end = time.monotonic() + SECONDS_OF_A_TURN
            for batch in oldest:
                total += _project_batch(sessions, commune_id, batch, seen)
                if time.monotonic() > end:
                    break


def behind(database: Database, commune_id: UUID) -> bool:
    """Whether a batch of the commune waits for a projector."""
    with database.read() as session:
        return session.scalar(_waiting(commune_id).limit(1)) is not None


def drain(
    sessions: Sessions, commune_id: UUID, progress: Callable[[int, int], None], seen: set[UUID]
) -> Counts:
    """Project every waiting batch within one turn, then what had to wait for its parent.

    An attempt in `seen` was projected with all its events already; others are added to it.
    """
    with sessions() as session:
        waiting = session.scalars(_waiting(commune_id)).all()
    total = Counts()
    for done, batch in enumerate(waiting, 1):
        total += _project_batch(sessions, commune_id, batch, seen)
        progress(done, len(waiting))
    return _then(total, _retry(sessions, commune_id))


def project_batches(database: Database, commune_id: UUID, batches: Iterable[UUID]) -> Counts:
    """Project these batches now, before older ones: a form waits for its own events only."""
    total = Counts()
    for batch in batches:
        with turn(database, commune_id) as sessions:
            total += _project_batch(sessions, commune_id, batch)
    return total


def project_all(database: Database) -> Counts:
    """At start: whatever a killed process left, and what could not be applied before."""
    with database.read() as session:
        waiting = set(
            session.scalars(select(Batch.commune_id).where(Batch.projected_at.is_(None)).distinct())
        )
        faulty = set(session.scalars(select(ProjectionFault.commune_id).distinct()))
    total = Counts()
    for commune_id in sorted(waiting | faulty, key=str):
        total += _then(project_pending(database, commune_id), retry_faults(database, commune_id))
    return total


def _then(first: Counts, again: Counts) -> Counts:
    """Both together; of the faults only those that are left after the second try."""
    return Counts(first.batches, first.events + again.events, again.faults)


def retry_faults(database: Database, commune_id: UUID) -> Counts:
    """Try again every event that could not be applied; `faults` counts those that still cannot."""
    with turn(database, commune_id) as sessions:
        return _retry(sessions, commune_id)


def _retry(sessions: Sessions, commune_id: UUID) -> Counts:
    with sessions() as session:
        held = _faulty(session, commune_id)
    return sum((_run(sessions, commune_id, unit, None) for unit in _units(held)), Counts())


# Batches, units, events.


def _waiting(commune_id: UUID) -> Select[UUID]:
    return (
        select(Batch.id)
        .where(Batch.commune_id == commune_id, Batch.projected_at.is_(None))
        .order_by(Batch.number, Batch.id)
    )


def _oldest(sessions: Sessions, commune_id: UUID) -> Sequence[UUID]:
    with sessions() as session:
        return session.scalars(_waiting(commune_id).limit(AT_ONCE)).all()


def _project_batch(
    sessions: Sessions, commune_id: UUID, batch_id: UUID, seen: set[UUID] | None = None
) -> Counts:
    with sessions() as session:
        if session.scalar(_waiting(commune_id).where(Batch.id == batch_id)) is None:
            return Counts()
        units = _units(_of_batch(session, commune_id, batch_id))
        unseen = [unit for unit in units if seen is None or unit.attempt_id not in seen]
    read = sum(len(unit.events) for unit in units) - sum(len(unit.events) for unit in unseen)
    total = Counts(batches=1, events=read)
    for unit in unseen or [Unit(())]:
        last = not unseen or unit is unseen[-1]
        came = _run(sessions, commune_id, unit, batch_id if last else None)
        if seen is not None and unit.attempt_id is not None and not came.faults:
            seen.add(unit.attempt_id)
        total += came
    return total


def _of_batch(session: Session, commune_id: UUID, batch_id: UUID) -> Sequence[Event]:
    return session.scalars(
        select(Event)
        .where(Event.commune_id == commune_id, Event.batch_id == batch_id)
        .order_by(Event.position)
    ).all()


def _faulty(session: Session, commune_id: UUID) -> Sequence[Event]:
    same = (ProjectionFault.commune_id == Event.commune_id) & (ProjectionFault.id == Event.id)
    return session.scalars(
        select(Event)
        .join(ProjectionFault, same)
        .where(Event.commune_id == commune_id)
        .order_by(Event.id)
    ).all()


def _units(events: Sequence[Event]) -> list[Unit]:
    singles: list[Event] = []
    attempts: dict[UUID, list[Event]] = {}
    for event in events:
        kind = registry.event_type(event.type)
        if kind is not None and kind.by_attempt and event.attempt_id is not None:
            attempts.setdefault(event.attempt_id, []).append(event)
        else:
            singles.append(event)
    units = [Unit(tuple(singles))] if singles else []
    return units + [Unit(tuple(held), attempt_id) for attempt_id, held in attempts.items()]


def _run(sessions: Sessions, commune_id: UUID, unit: Unit, done: UUID | None) -> Counts:
    """One unit in one transaction, which also marks the batch `done` when this was its last unit."""
    run = _attempt if unit.attempt_id is not None else _singles
    with sessions() as session:
        # A session forgets what nobody holds: the same class and learner would be read for each event.
        held: list[object] = []
        listen(session, "loaded_as_persistent", lambda _session, row: held.append(row))
        try:
            with session.begin():
                faults = run(session, commune_id, unit)
                _settle(session, commune_id, unit, faults, done)
        except _GONE:
            raise
        except Exception as fault:
            faults = {event.id: fault for event in unit.events}
            session.rollback()
            with session.begin():
                _settle(session, commune_id, unit, faults, done)
    bad = sum(event.id in faults for event in unit.events)
    return Counts(events=len(unit.events) - bad, faults=bad)


Faults = dict[UUID, Exception]


def _attempt(session: Session, commune_id: UUID, unit: Unit) -> Faults:
    held = session.scalars(
        select(Event)
        .join(Batch, (Batch.commune_id == Event.commune_id) & (Batch.id == Event.batch_id))
        .where(Event.commune_id == commune_id, Event.attempt_id == unit.attempt_id)
        .order_by(Batch.number, Batch.id, Event.position)
    ).all()
    kind = registry.event_type(unit.events[0].type)
    assert kind is not None  # noqa: S101 - `_units` made an attempt of it because its type is known.
    events = stored_events(session, commune_id, held)
    out = registry.refused(session, commune_id, events)
    kind.project(session, commune_id, [event for event in events if event.id not in out])
    session.flush()
    return {**out}


def _singles(session: Session, commune_id: UUID, unit: Unit) -> Faults:
    """All at once, which is nearly always all there is to it; else one by one, to know which is at fault."""
    fault = _tried(session, lambda: _together(session, commune_id, unit.events))
    return {} if fault is None else _one_by_one(session, commune_id, unit)


def _one_by_one(session: Session, commune_id: UUID, unit: Unit) -> Faults:
    faults: Faults = {}
    for event in unit.events:
        fault = _tried(session, partial(_single, session, commune_id, event))
        if fault is not None:
            faults[event.id] = fault
    return faults


def _tried(session: Session, work: Callable[[], object]) -> Exception | None:
    """Do the work, or undo all of it and say why.

    A row that was made and read again before the work was undone is still in the session, as one of the
    database: whoever asked for it later would change it, and nothing would be written. So all is read anew.
    """
    try:
        with session.begin_nested():
            work()
    except _GONE:
        raise
    except Exception as fault:
        session.expire_all()
        return fault
    return None


def _together(session: Session, commune_id: UUID, events: Sequence[Event]) -> None:
    """The events in their order; of a type that is taken together, all where the first one stands."""
    calls: dict[object, tuple[registry.Project, list[registry.StoredEvent]]] = {}
    for event in stored_events(session, commune_id, events):
        kind = _known(event.type)
        key = kind.project if kind.together else event.id
        calls.setdefault(key, (kind.project, []))[1].append(event)
    for project, held in calls.values():
        for event in held:
            _admit(session, commune_id, event)
        project(session, commune_id, held)


def _single(session: Session, commune_id: UUID, event: Event) -> None:
    kind = _known(event.type)
    (stored,) = stored_events(session, commune_id, [event])
    _admit(session, commune_id, stored)
    kind.project(session, commune_id, [stored])


def _known(name: str) -> registry.EventType:
    kind = registry.event_type(name)
    if kind is None:
        raise registry.MissingParent(f"Bản phần mềm này không biết loại sự kiện {name}.")
    return kind


def _admit(session: Session, commune_id: UUID, event: registry.StoredEvent) -> None:
    for refusal in registry.refused(session, commune_id, [event]).values():
        raise refusal


def apply(session: Session, commune_id: UUID, events: Sequence[Event]) -> int:
    """Project events in the caller's transaction, attempts as a whole; returns how many were read.

    Call it only while `hold` is held.
    """
    for unit in _units(events):
        _settle(session, commune_id, unit, _applied(session, commune_id, unit), None)
    return len(events)


def _applied(session: Session, commune_id: UUID, unit: Unit) -> Faults:
    if unit.attempt_id is None:
        return _one_by_one(session, commune_id, unit)
    faults: Faults = {}
    fault = _tried(session, lambda: faults.update(_attempt(session, commune_id, unit)))
    return faults if fault is None else {event.id: fault for event in unit.events}


def _settle(
    session: Session, commune_id: UUID, unit: Unit, faults: Faults, done: UUID | None
) -> None:
    """List what could not be applied, strike off what could, and mark the batch when it is through."""
    session.execute(
        delete(ProjectionFault).where(
            ProjectionFault.commune_id == commune_id,
            ProjectionFault.id.in_(_through(commune_id, unit, faults)),
        )
    )
    here = {event.id: event for event in unit.events}
    for key, fault in faults.items():
        # Of an attempt, also events of other batches may have been found to count for nothing.
        event = here.get(key) or session.get_one(Event, (commune_id, key))
        session.add(_listed(event, fault))
    if done is not None:
        session.execute(
            update(Batch)
            .where(Batch.commune_id == commune_id, Batch.id == done)
            .values(projected_at=clock.now())
        )


def _through(commune_id: UUID, unit: Unit, faults: Faults) -> Select[UUID] | list[UUID]:
    """An attempt that could be read is through with all its events, also those of earlier batches."""
    is_read = all(isinstance(fault, registry.Refused) for fault in faults.values())
    if unit.attempt_id is None or not is_read:
        return [event.id for event in unit.events]
    return select(Event.id).where(
        Event.commune_id == commune_id, Event.attempt_id == unit.attempt_id
    )


def _listed(event: Event, fault: Exception) -> ProjectionFault:
    # The type and the class of the fault only: a database error repeats values, which may be personal.
    is_ours = isinstance(fault, registry.MissingParent | registry.Refused)
    words = str(fault) if is_ours else type(fault).__name__
    log.warning("projection_fault", event_id=str(event.id), type=event.type, fault=words)
    return ProjectionFault(
        commune_id=event.commune_id, id=event.id, batch_id=event.batch_id,
        message=f"{event.type}: {words}", at=clock.now(),
    )  # fmt: skip
