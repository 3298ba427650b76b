"""How much of what a box holds has come home: counted alike on both sides, by device, epoch and meeting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from lms.cohorts.models import ClassSession, Device
from lms.cohorts.signals import ElsewhereAsked, HeldElsewhere
from lms.core import signals
from lms.ledger.actions import paper_device, server_epoch, web_device
from lms.ledger.models import Event, Quarantined, StoreGeneration
from lms.offline.box.models import Box, BoxCohort, BoxFate, BoxSelf
from lms.offline.box.wire import MOST_RAWS, Counted, Counts

PART = 500
"""Hashes of one statement."""
Place = tuple[UUID, str, UUID | None]
"""(device, epoch, class session)."""


def of_box(session: Session, box: BoxSelf) -> Counts:
    """On a box: everything that it holds; all of it was made there."""
    held = _by_place(session, box.commune_id, Event.device_id.is_not(None))
    told = [
        Counted(str(device), epoch, str(meeting) if meeting else None, count)
        for (device, epoch, meeting), count in sorted(held.items(), key=str)
    ]
    opened = session.scalars(
        select(ClassSession.id).where(
            ClassSession.commune_id == box.commune_id,
            ClassSession.opened_at.is_not(None),
            ClassSession.closed_at.is_(None),
        )
    )
    raws = select(func.count()).where(
        Quarantined.commune_id == box.commune_id, Quarantined.released_at.is_(None)
    )
    return Counts(
        box.snapshot_number, told, sorted(str(key) for key in opened), session.scalar(raws) or 0,
        _store(session), _waiting(session, box),
    )  # fmt: skip


def _store(session: Session) -> str:
    newest = session.scalar(
        select(StoreGeneration).order_by(StoreGeneration.number.desc()).limit(1)
    )
    return f"{newest.number:08}/{newest.id}" if newest else ""


def _waiting(session: Session, box: BoxSelf) -> list[str]:
    query = (
        select(Quarantined.sha256)
        .outerjoin(BoxFate, is_home(box, Quarantined))
        .where(
            Quarantined.commune_id == box.commune_id,
            Quarantined.released_at.is_(None),
            BoxFate.id.is_(None),
        )
    )
    return sorted(session.scalars(query.distinct().limit(MOST_RAWS)))


def _by_place(
    session: Session, commune_id: UUID, which: ColumnElement[bool]
) -> dict[Place, int]:  # fmt: skip
    query = (
        select(Event.device_id, Event.epoch, Event.class_id, func.count())
        .where(Event.commune_id == commune_id, which)
        .group_by(Event.device_id, Event.epoch, Event.class_id)
    )
    return {(row[0], row[1], row[2]): row[3] for row in session.execute(query)}


@dataclass(frozen=True)
class Progress:
    """On a box: how much has come home."""

    home: int
    """Events and raw texts that the commune confirmed."""
    waiting: int
    """Those that it did not; they are sent with the next bundle."""

    @property
    def is_whole(self) -> bool:
        """Nothing waits."""
        return not self.waiting


def progress(session: Session, box: BoxSelf) -> Progress:
    """On a box: the two numbers that its trainer sees: what has come home, and what waits here."""
    events = select(func.count()).where(Event.commune_id == box.commune_id)
    raws = select(func.count()).where(
        Quarantined.commune_id == box.commune_id, Quarantined.released_at.is_(None)
    )
    whole = (session.scalar(events) or 0) + (session.scalar(raws) or 0)
    home = sum(
        session.scalar(select(func.count()).select_from(table).join(BoxFate, is_home(box, table)).where(*where))
        or 0
        for table, where in (
            (Event, (Event.commune_id == box.commune_id,)),
            (Quarantined, (Quarantined.commune_id == box.commune_id, Quarantined.released_at.is_(None))),
        )
    )  # fmt: skip
    return Progress(home, whole - home)


def is_home(box: BoxSelf, table: type[Event] | type[Quarantined]) -> ColumnElement[bool]:
    """The condition that joins what the commune confirmed since its store is what it is."""
    return and_(
        BoxFate.commune_id == table.commune_id,
        BoxFate.id == table.id,
        BoxFate.outcome == "confirmed",
        BoxFate.generation == box.generation,
    )


@dataclass(frozen=True)
class Lacking:
    """At the commune: what it lacks of a box, by class session (None: events of no meeting)."""

    missing: Mapping[UUID | None, int]
    open: frozenset[UUID]
    """Meetings that went on at the box when it told."""


def told_of(box: Box) -> Counts | None:
    """At the commune: what the box last told; None before its first bundle."""
    return msgspec.convert(box.told["counts"], Counts) if box.told else None


def lacking(session: Session, box: Box) -> Lacking | None:
    """At the commune: what the box said it holds and the commune does not; None before it told."""
    told = told_of(box)
    if told is None:
        return None
    held = _by_place(session, box.commune_id, _sent_by(box))
    raws = len(set(told.waiting) - _kept(session, box, told.waiting))
    raws += len(told.waiting) == MOST_RAWS
    missing: dict[UUID | None, int] = {None: raws} if raws else {}
    for one in told.held:
        meeting = UUID(one.meeting) if one.meeting else None
        lost = one.events - held.get((UUID(one.device), one.epoch, meeting), 0)
        if lost > 0:
            missing[meeting] = missing.get(meeting, 0) + lost
    return Lacking(missing, frozenset(UUID(key) for key in told.open))


def _sent_by(box: Box) -> ColumnElement[bool]:
    """The store's own pages write at the commune and at every box: their epoch says whose an event is.

    Which devices are the box's is read here and not where it told of them: that list may be any length.
    """
    servers = (web_device(box.commune_id), paper_device(box.commune_id))
    devices = select(Device.id).where(Device.commune_id == box.commune_id, Device.box_id == box.id)
    own = and_(Event.device_id.in_(servers), Event.epoch == server_epoch(box.id))
    return or_(Event.device_id.in_(devices), own)


def _kept(session: Session, box: Box, hashes: Sequence[str]) -> set[str]:
    """Those of these texts that are here: raw, or as an event since this release could read them."""
    found = set[str]()
    for at in range(0, len(hashes), PART):
        asked = hashes[at : at + PART]
        for table, where in ((Quarantined, true()), (Event, _sent_by(box))):
            query = select(table.sha256).where(
                table.commune_id == box.commune_id, table.sha256.in_(asked), where
            )
            found.update(session.scalars(query))
    return found


def listen() -> None:
    """Let whoever closes a class ask what is still at a box."""
    signals.listen(ElsewhereAsked, answer)


def answer(session: Session, asked: ElsewhereAsked) -> None:
    """Tell of each box that holds, or held, the class what it has not brought home."""
    query = (
        select(BoxCohort, Box)
        .join(Box, (Box.commune_id == BoxCohort.commune_id) & (Box.id == BoxCohort.box_id))
        .where(BoxCohort.commune_id == asked.commune_id, BoxCohort.cohort_id == asked.cohort_id)
        .order_by(Box.label, Box.id)
    )
    meetings = set(
        session.scalars(
            select(ClassSession.id).where(
                ClassSession.commune_id == asked.commune_id,
                ClassSession.cohort_id == asked.cohort_id,
            )
        )
    )
    for given, box in session.execute(query):
        found = _elsewhere(session, given, box, meetings)
        if found is not None:
            asked.found.append(found)


def _elsewhere(
    session: Session, given: BoxCohort, box: Box, meetings: Collection[UUID]
) -> HeldElsewhere | None:  # fmt: skip
    """None for a box that gave the class back, or was disabled, and never told of it."""
    found = lacking(session, box)
    if found is None:
        is_away = given.taken_at is None and box.disabled_at is None
        return HeldElsewhere(box.id, box.label, None, {}, frozenset()) if is_away else None
    own = {key: count for key, count in found.missing.items() if key is None or key in meetings}
    return HeldElsewhere(box.id, box.label, box.heard_at, own, found.open & frozenset(meetings))
