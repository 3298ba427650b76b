"""Reads of the public page: for the officer who keeps it, and for anybody who opens it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.models import ProgrammeVersionRow
from lms.cohorts import queries as cohorts
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.timetable_rules import state_of
from lms.core.errors import NotFound, Unavailable
from lms.core.i18n import _
from lms.indicators.snapshot_body import text_sha256
from lms.indicators.snapshot_models import ReportSnapshot
from lms.people.models import Commune, Unit
from lms.reports.public_models import Publication, PublicClass, PublicEvent, PublicPage

BEFORE, AFTER = timedelta(days=60), timedelta(days=3)
"""An event stands on the page from so long before its day until so long after it."""
JOINABLE = ("open", "running", "planned")


@dataclass(frozen=True, slots=True)
class PublicCourse:
    """A class as everybody sees it: no learner, no trainer, only what, where, when and how to join."""

    cohort_id: UUID
    name: str
    programme: str
    unit: str
    place: str
    starts_on: date
    next: ClassSession | None
    state: str
    shown: PublicClass | None

    @property
    def is_shown(self) -> bool:
        """Whether the officer put it on the page."""
        return self.shown is not None and self.shown.is_shown

    @property
    def how(self) -> str:
        """How one joins, in the officer's words."""
        return self.shown.how_to_join if self.shown else ""

    @property
    def revision(self) -> int:
        """What a form about it was filled from."""
        return self.shown.revision if self.shown else 0


def page_of(session: Session, commune_id: UUID) -> PublicPage | None:
    """The commune's page as it was set; None before anybody set it."""
    return session.get(PublicPage, (commune_id, commune_id))


def open_commune(session: Session, short_code: str) -> tuple[Commune, PublicPage]:
    """A commune whose page is on; one without a page looks like none."""
    found = session.execute(
        select(Commune, PublicPage)
        .join(PublicPage, PublicPage.commune_id == Commune.id)
        .where(Commune.short_code == short_code.upper(), PublicPage.is_on)
    ).one_or_none()
    if found is None:
        raise NotFound(_("Không có trang công khai ở địa chỉ này. Hãy xem lại mã xã, phường."))
    return found[0], found[1]


# --- classes ------------------------------------------------------------------------------------


def classes(session: Session, commune_id: UUID, today: date) -> list[PublicCourse]:
    """Classes that can still be joined, shown or not, by their first day."""
    rows = session.execute(
        select(Cohort, ProgrammeVersionRow.title, Unit.name, PublicClass)
        .join(ProgrammeVersionRow, ProgrammeVersionRow.id == Cohort.version_id)
        .join(Unit, (Unit.commune_id == Cohort.commune_id) & (Unit.id == Cohort.unit_id))
        .outerjoin(
            PublicClass,
            (PublicClass.commune_id == Cohort.commune_id) & (PublicClass.cohort_id == Cohort.id),
        )
        .where(
            Cohort.commune_id == commune_id,
            Cohort.cancelled_at.is_(None),
            Cohort.closed_at.is_(None),
        )
        .order_by(Cohort.starts_on, Cohort.name, Cohort.id)
    ).all()
    meetings = _meetings(session, commune_id, [row[0].id for row in rows])
    found = [
        _course(row[0], row[1], row[2], row[3], meetings.get(row[0].id, []), today) for row in rows
    ]
    return [one for one in found if one.state in JOINABLE]


def _meetings(
    session: Session, commune_id: UUID, ids: Sequence[UUID]
) -> Mapping[UUID, list[ClassSession]]:
    found: dict[UUID, list[ClassSession]] = {}
    for one in session.scalars(
        select(ClassSession)
        .where(ClassSession.commune_id == commune_id, ClassSession.cohort_id.in_(ids))
        .order_by(ClassSession.planned_on, ClassSession.number)
    ):
        found.setdefault(one.cohort_id, []).append(one)
    return found


def _course(
    cohort: Cohort, programme: str, unit: str, shown: PublicClass | None,
    meetings: list[ClassSession], today: date,
) -> PublicCourse:  # fmt: skip
    coming = (one for one in meetings if one.planned_on >= today and not one.cancelled_at)
    return PublicCourse(
        cohort.id, cohort.name, programme, unit, cohort.place, cohort.starts_on,
        next(coming, None), state_of(cohort, meetings, today), shown,
    )  # fmt: skip


def course(session: Session, commune_id: UUID, cohort_id: UUID) -> Cohort:
    """One class of the commune, or NotFound."""
    return cohorts.cohort(session, commune_id, cohort_id)


# --- events -------------------------------------------------------------------------------------


def events(session: Session, commune_id: UUID) -> Sequence[PublicEvent]:
    """Every event that was not taken off, the latest day first."""
    table = PublicEvent
    query = select(table).where(table.commune_id == commune_id, table.cancelled_at.is_(None))
    return session.scalars(query.order_by(table.held_on.desc(), table.starts_at, table.id)).all()


def events_around(session: Session, commune_id: UUID, today: date) -> list[PublicEvent]:
    """Those that stand on the page today, the next first."""
    found = events(session, commune_id)
    return [e for e in reversed(found) if e.held_on - BEFORE <= today <= e.held_on + AFTER]


def event(session: Session, commune_id: UUID, event_id: UUID) -> PublicEvent:
    """One event of the commune, or NotFound."""
    found = session.get(PublicEvent, (commune_id, event_id))
    if found is None or found.cancelled_at is not None:
        raise NotFound(_("Không tìm thấy sự kiện này. Hãy mở lại danh sách sự kiện."))
    return found


# --- publications -------------------------------------------------------------------------------


def publications(session: Session, commune_id: UUID) -> Sequence[Publication]:
    """All of them, the newest first; withdrawn ones too."""
    table = Publication
    query = select(table).where(table.commune_id == commune_id).order_by(table.number.desc())
    return session.scalars(query).all()


def publication(session: Session, commune_id: UUID, number: int) -> Publication:
    """One publication by its number, or NotFound."""
    table = Publication
    found = session.scalar(
        select(table).where(table.commune_id == commune_id, table.number == number)
    )
    if found is None:
        raise NotFound(_("Không có lần công bố này. Hãy mở lại trang công khai của xã, phường."))
    return found


def body_of(row: Publication) -> dict[str, Any]:
    """What was published; refused when it is no longer what its hash says."""
    if text_sha256(row.body) != row.sha256:
        raise Unavailable(
            _("Nội dung công bố không còn khớp mã kiểm tra. Hãy báo quản trị viên của xã, phường.")
        )
    return json.loads(row.body)  # type: ignore[no-any-return]  # A body is an object.


def to_publish(session: Session, commune_id: UUID) -> list[ReportSnapshot]:
    """Standing closings that no standing publication shows, the latest day first."""
    shown = select(Publication.snapshot_id).where(
        Publication.commune_id == commune_id, Publication.withdrawn_at.is_(None)
    )
    table = ReportSnapshot
    query = select(table).where(
        table.commune_id == commune_id, table.state == "standing", table.id.not_in(shown)
    )
    return list(session.scalars(query.order_by(table.as_of.desc(), table.plan_code, table.number)))
