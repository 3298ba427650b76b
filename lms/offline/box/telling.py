"""At the commune: the devices and learners' sessions that a box tells of, without which its events say less."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.carried_models import CarriedMeeting, SpareCard
from lms.cohorts.models import ClassSession, Device, Enrolment, LearnerSession
from lms.core import clock
from lms.core.text import clean
from lms.ledger.rules import MAX_MILLIS
from lms.offline.box.bundles import OWN
from lms.offline.box.models import Box, BoxCohort
from lms.offline.box.wire import ToldDevice, ToldJoin, ToldReport

PART = 500
"""Ids of one statement."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scope:
    """What a box may tell of: the classes that it holds or once held, and who learns in them."""

    box: Box
    meetings: dict[UUID, UUID]
    """Class session → its class."""
    learners: dict[UUID, UUID]
    """Enrolment, or spare card → its class."""
    enrolled: frozenset[UUID]
    """Those of them that are enrolments: a spare card that bears no name yet is none."""
    tests: frozenset[UUID]
    """The tests that may be held on laptops: those of meetings that left the commune."""


def scope_of(session: Session, box: Box) -> Scope:
    """Read at each bundle: classes are given to boxes and people join them all the time."""
    commune = box.commune_id
    own = select(BoxCohort.cohort_id).where(
        BoxCohort.commune_id == commune, BoxCohort.box_id == box.id
    )

    def of(table: type[ClassSession] | type[Enrolment] | type[SpareCard]) -> dict[UUID, UUID]:
        query = select(table.id, table.cohort_id).where(
            table.commune_id == commune, table.cohort_id.in_(own)
        )
        return {row[0]: row[1] for row in session.execute(query)}

    meetings, enrolled = of(ClassSession), of(Enrolment)
    left = select(CarriedMeeting.id).where(
        CarriedMeeting.commune_id == commune, CarriedMeeting.class_session_id.in_(meetings)
    )
    tests = frozenset(session.scalars(left)) if meetings else frozenset[UUID]()
    return Scope(box, meetings, of(SpareCard) | enrolled, frozenset(enrolled), tests)


def keep_devices(session: Session, scope: Scope, told: Iterable[ToldDevice]) -> set[UUID]:
    """Write the devices of this box that are new, bring the others up to date; returns all that are its.

    An id that belongs to the commune itself or to another box is left alone.
    """
    box = scope.box
    for one in told:
        row = session.get(Device, (box.commune_id, UUID(one.id))) or _new_device(
            session, scope, one
        )
        if row is not None and row.box_id == box.id:
            _bring_up(row, one)
    session.flush()
    mine = select(Device.id).where(Device.commune_id == box.commune_id, Device.box_id == box.id)
    return set(session.scalars(mine))


def _new_device(session: Session, scope: Scope, one: ToldDevice) -> Device | None:
    box, learner = scope.box, UUID(one.learner) if one.learner else None
    is_bound = learner is not None and session.get(Enrolment, (box.commune_id, learner)) is not None
    if one.kind not in OWN or (one.kind != "tablet") != (is_bound and learner in scope.learners):
        return None
    row = Device(
        commune_id=box.commune_id, id=UUID(one.id), kind=one.kind, enrolment_id=learner,
        label=_free_label(session, box, one), box_id=box.id, enrolled_at=_instant(one.enrolled),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _free_label(session: Session, box: Box, one: ToldDevice) -> str:
    """'Máy lớp thôn Đông · Máy 07': each box counts its tablets from 1."""
    label = f"{box.label} · {clean(one.label)}"
    taken = select(Device.id).where(
        Device.commune_id == box.commune_id, Device.label == label, Device.revoked_at.is_(None)
    )
    # The whole id: two that end alike must not stop the bundle that tells of them.
    return f"{label} ({one.id})" if session.scalar(taken) else label


def _bring_up(row: Device, one: ToldDevice) -> None:
    reported = _instant(one.reported) if one.reported is not None else None
    if one.report and reported and (row.reported_at is None or reported >= row.reported_at):
        row.report, row.reported_at = _report(one.report), reported
    if one.revoked is not None and row.revoked_at is None:
        row.revoked_at = _instant(one.revoked)


def _report(told: ToldReport) -> dict[str, object]:
    emptied = told.emptied_at
    return {
        **msgspec.structs.asdict(told),
        "pack": None,
        "emptied_at": emptied.isoformat() if emptied else None,
    }


def _instant(millis: int) -> datetime:
    """What a box's clock said; never later than now, so that no report outlives all that follow."""
    return min(_EPOCH + timedelta(milliseconds=min(millis, MAX_MILLIS)), clock.now())


def keep_joins(session: Session, scope: Scope, own: set[UUID], told: Iterable[ToldJoin]) -> None:
    """Write who came in where on the devices of this box; a session at the commune they never are.

    All of them in one reading and one writing, since a file of 300 KB may tell of 20,000.
    """
    fit = {UUID(one.id): one for one in told if _is_ours(scope, own, one)}
    known = set[UUID]()
    keys = list(fit)
    for at in range(0, len(keys), PART):
        query = select(LearnerSession.id).where(
            LearnerSession.commune_id == scope.box.commune_id,
            LearnerSession.id.in_(keys[at : at + PART]),
        )
        known.update(session.scalars(query))
    session.add_all(_join(scope, key, one) for key, one in fit.items() if key not in known)
    session.flush()


def _is_ours(scope: Scope, own: set[UUID], one: ToldJoin) -> bool:
    learner, cohort = UUID(one.learner), scope.meetings.get(UUID(one.meeting))
    is_of_class = cohort is not None and scope.learners.get(learner) == cohort
    return UUID(one.device) in own and is_of_class and learner in scope.enrolled


def _join(scope: Scope, key: UUID, one: ToldJoin) -> LearnerSession:
    return LearnerSession(
        commune_id=scope.box.commune_id, id=key,
        # No token has this digest: nobody can come in by it.
        token_digest=f"box:{key}", enrolment_id=UUID(one.learner), device_id=UUID(one.device),
        class_session_id=UUID(one.meeting), how=clean(one.how)[:20],
        started_at=_instant(one.started), expires_at=_instant(one.expires),
        ended_at=_instant(one.ended or one.expires),
    )  # fmt: skip
