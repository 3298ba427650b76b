"""At the commune: the devices and learners' sessions that a box tells of, without which its events say less."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.carried_models import SpareCard
from lms.cohorts.models import ClassSession, Device, Enrolment, LearnerSession
from lms.core import clock
from lms.ledger.rules import MAX_MILLIS
from lms.offline.box.bundles import OWN
from lms.offline.box.models import Box, BoxCohort
from lms.offline.box.wire import ToldDevice, ToldJoin, ToldReport

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scope:
    """What a box may tell of: the classes that it holds or once held, and who learns in them."""

    box: Box
    meetings: dict[UUID, UUID]
    """Class session → its class."""
    learners: dict[UUID, UUID]
    """Enrolment, or spare card → its class."""


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

    return Scope(box, of(ClassSession), of(SpareCard) | of(Enrolment))


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
    label = f"{box.label} · {one.label}"
    taken = select(Device.id).where(
        Device.commune_id == box.commune_id, Device.label == label, Device.revoked_at.is_(None)
    )
    return f"{label} ({one.id[-6:]})" if session.scalar(taken) else label


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
    """Write who came in where on the devices of this box; a session at the commune they never are."""
    for one in told:
        key, learner, meeting = UUID(one.id), UUID(one.learner), UUID(one.meeting)
        cohort = scope.meetings.get(meeting)
        is_ours = cohort is not None and scope.learners.get(learner) == cohort
        if UUID(one.device) in own and is_ours and _is_enrolled(session, scope, learner):
            _keep_join(session, scope, key, one)
    session.flush()


def _is_enrolled(session: Session, scope: Scope, learner: UUID) -> bool:
    """A spare card that bears no name yet is no enrolment."""
    return session.get(Enrolment, (scope.box.commune_id, learner)) is not None


def _keep_join(session: Session, scope: Scope, key: UUID, one: ToldJoin) -> None:
    commune, ended = scope.box.commune_id, _instant(one.ended or one.expires)
    row = session.get(LearnerSession, (commune, key))
    if row is not None:
        return
    session.add(
        LearnerSession(
            commune_id=commune, id=key,
            # No token has this digest: nobody can come in by it.
            token_digest=f"box:{key}", enrolment_id=UUID(one.learner), device_id=UUID(one.device),
            class_session_id=UUID(one.meeting), how=one.how[:20], started_at=_instant(one.started),
            expires_at=_instant(one.expires), ended_at=ended,
        )
    )  # fmt: skip
