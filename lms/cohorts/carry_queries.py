"""Reads of carried classes: the pack a tablet may fetch, what each tablet has told, who walked in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.cohorts import cards, pictures, queries
from lms.cohorts.carried_models import CarriedMeeting, ClassPack, SpareCard
from lms.cohorts.models import ClassSession, Device, LearnerSession
from lms.core import clock
from lms.ledger.models import Event
from lms.ledger.queries import held_by_device, last_by_device
from lms.ledger.rules import Tally, tally

NEARLY_FULL = 50 * 1024 * 1024
"""Bytes left at which a tablet should soon be connected and emptied of old work."""


def newest_pack(session: Session, device: Device) -> ClassPack | None:
    """The pack of the class that the tablet stands in; None while it stands in none."""
    meeting = (
        session.get(ClassSession, (device.commune_id, device.class_session_id))
        if device.kind == "tablet" and device.class_session_id
        else None
    )
    return standing_pack(session, device.commune_id, meeting.cohort_id) if meeting else None


def standing_pack(session: Session, commune_id: UUID, cohort_id: UUID) -> ClassPack | None:
    """The newest pack of a class; none that was taken back or is too old."""
    return session.scalar(
        select(ClassPack)
        .where(
            ClassPack.commune_id == commune_id,
            ClassPack.cohort_id == cohort_id,
            ClassPack.withdrawn_at.is_(None),
            ClassPack.body.is_not(None),
            ClassPack.valid_until > clock.now(),
        )
        .order_by(ClassPack.made_at.desc(), ClassPack.id.desc())
        .limit(1)
    )


def pack_for(session: Session, device: Device) -> dict[str, object] | None:
    """The newest pack of the class that the tablet stands in: {id, sha256, bytes, valid_until}."""
    pack = newest_pack(session, device)
    if pack is None:
        return None
    size = len((pack.body or "").encode())
    return {
        "id": pack.id, "sha256": pack.sha256, "bytes": size, "valid_until": pack.valid_until,
    }  # fmt: skip


def sittings_of(session: Session, commune_id: UUID, meetings: Collection[UUID]) -> dict[UUID, UUID]:
    """Class session → id of the sitting that may be held in it, for those carried away before."""
    query = select(CarriedMeeting.class_session_id, CarriedMeeting.id).where(
        CarriedMeeting.commune_id == commune_id, CarriedMeeting.class_session_id.in_(meetings)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def is_carried(session: Session, meeting: ClassSession) -> bool:
    """Whether a pack that tablets may hold names this meeting."""
    pack = standing_pack(session, meeting.commune_id, meeting.cohort_id)
    known = sittings_of(session, meeting.commune_id, [meeting.id])
    return pack is not None and bool(known)


def next_carried(session: Session, commune_id: UUID, cohort_id: UUID) -> ClassSession | None:
    """The carried meeting of a class that comes next, else the last one."""
    rows = session.scalars(
        select(ClassSession)
        .join(CarriedMeeting, (CarriedMeeting.commune_id == ClassSession.commune_id)
              & (CarriedMeeting.class_session_id == ClassSession.id))
        .where(
            ClassSession.commune_id == commune_id,
            ClassSession.cohort_id == cohort_id,
            ClassSession.cancelled_at.is_(None),
        )
        .order_by(ClassSession.planned_on)
    ).all()  # fmt: skip
    coming = (one for one in rows if one.planned_on >= clock.today())
    return next(coming, rows[-1] if rows else None)


@dataclass(frozen=True)
class TabletState:
    """A device as it last told of itself, beside what the store holds of it."""

    device: Device
    tally: Tally | None
    """None before its first report."""
    events: int
    last: datetime | None
    """When its last event came."""
    pack: str
    """`fresh`: it holds a pack that stands; `old`: one that was taken back or replaced; empty: none."""

    @property
    def seen(self) -> datetime | None:
        """When it was last heard of."""
        told = [at for at in (self.device.reported_at, self.last) if at is not None]
        return max(told, default=None)

    @property
    def is_whole(self) -> bool:
        """It has told of itself, and everything it made is here."""
        return self.tally is not None and self.tally.is_whole

    @property
    def lacks(self) -> bool:
        """Something it made is not here."""
        return self.tally is not None and not self.tally.is_whole

    @property
    def is_nearly_full(self) -> bool:
        """Its room is nearly used up."""
        report = self.device.report or {}
        usage, quota = report.get("usage"), report.get("quota")
        return usage is not None and quota is not None and quota - usage < NEARLY_FULL

    @property
    def is_plain(self) -> bool:
        """There is nothing that the trainer should know of it."""
        told = (self.lacks, self.pack, self.is_nearly_full, self.emptied_at)
        return not any(told)

    @property
    def emptied_at(self) -> datetime | None:
        """When it told that its memory had been emptied."""
        told = (self.device.report or {}).get("emptied_at")
        return datetime.fromisoformat(told) if told else None


def states(session: Session, devices: Sequence[Device]) -> list[TabletState]:
    """What devices of one commune told, in their order."""
    if not devices:
        return []
    commune_id, ids = devices[0].commune_id, [one.id for one in devices]
    held, last = held_by_device(session, commune_id, ids), last_by_device(session, commune_id, ids)
    packs = _standing_packs(session, commune_id)
    return [_state(one, held.get(one.id, {}), last.get(one.id), packs) for one in devices]


def _standing_packs(session: Session, commune_id: UUID) -> set[str]:
    keys = session.scalars(
        select(ClassPack.id).where(
            ClassPack.commune_id == commune_id,
            ClassPack.withdrawn_at.is_(None),
            ClassPack.valid_until > clock.now(),
        )
    )
    return {str(key) for key in keys}


def _state(
    device: Device, held: dict[str, tuple[int, int]], last: datetime | None, packs: set[str]
) -> TabletState:
    report = device.report or {}
    compared = tally(report["made"], held, report["unsent"]) if report else None
    holds = report.get("pack")
    which = ("fresh" if holds in packs else "old") if holds else ""
    events = sum(count for count, _highest in held.values())
    return TabletState(device, compared, events, last, which)


def tablets_of(
    session: Session, commune_id: UUID, cohort_id: UUID, also: Collection[UUID] = ()
) -> list[TabletState]:
    """The tablets of a class: those that stand in it, that hold its newest pack, and `also` these."""
    own = {*_own_tablets(session, commune_id, cohort_id), *also}
    return states(session, [one for one in queries.tablets(session, commune_id) if one.id in own])


def _own_tablets(session: Session, commune_id: UUID, cohort_id: UUID) -> list[UUID]:
    meetings = [m.id for m in queries.sessions_of(session, commune_id, [cohort_id])]
    pack = standing_pack(session, commune_id, cohort_id)
    held = str(pack.id) if pack else None
    return [
        one.id
        for one in queries.tablets(session, commune_id)
        if one.class_session_id in meetings or (held and (one.report or {}).get("pack") == held)
    ]


def devices_by_meeting(
    session: Session, commune_id: UUID, meetings: Collection[UUID]
) -> dict[UUID, set[UUID]]:
    """Class session → the devices that stood in it or on which somebody of it signed in."""
    used = select(LearnerSession.class_session_id, LearnerSession.device_id).where(
        LearnerSession.commune_id == commune_id, LearnerSession.class_session_id.in_(meetings)
    )
    stand = select(Device.class_session_id, Device.id).where(
        Device.commune_id == commune_id, Device.class_session_id.in_(meetings)
    )
    found: dict[UUID, set[UUID]] = {}
    for meeting, device in [*session.execute(used.distinct()), *session.execute(stand)]:
        found.setdefault(meeting, set()).add(device)
    return found


@dataclass(frozen=True)
class Walker:
    """Somebody who walked in and was given a spare card that bears no name yet."""

    spare: SpareCard
    label: str
    spoken: str
    last: datetime
    """When something of it last arrived."""


def walkers(session: Session, commune_id: UUID, cohort_id: UUID) -> list[Walker]:
    """The spare cards of a class with which somebody worked and whose holder is not known."""
    spares = cards.spares_of(session, commune_id, cohort_id)
    free = {one.id: one for one in spares if one.linked_at is None}
    if not free:
        return []
    # Whoever sits down makes events that belong to no attempt, and those are found at once.
    rows = session.execute(
        select(Event.learner_id, func.max(Event.received_at))
        .where(
            Event.commune_id == commune_id,
            Event.learner_id.in_(free),
            Event.attempt_id.is_(None),
        )
        .group_by(Event.learner_id)
    )
    found = {row[0]: row[1] for row in rows}
    return [_walker(one, found[key]) for key, one in free.items() if key in found]


def _walker(spare: SpareCard, last: datetime) -> Walker:
    spoken = pictures.spoken(spare.picture, spare.colour)
    return Walker(spare, cards.spare_label(spare), spoken, last)
