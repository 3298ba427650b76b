"""Which reports of a province's communes are closed, late or missing, by the plans' own calendars."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.i18n import _
from lms.indicators.closing_period import span_text
from lms.indicators.rules.deadlines import CalendarEntry, calendar_of
from lms.indicators.snapshot_models import ReportSnapshot, Restatement
from lms.people.models import Commune
from lms.reports.province_queries import Work

COMING = timedelta(days=30)
"""A report is told of so long before its last day."""
BACK = timedelta(days=366)


class Standing(StrEnum):
    """How one report of one commune stands."""

    MISSING = "missing"
    LATE = "late"
    IN_TIME = "in_time"
    COMING = "coming"
    CLOSED = "closed"
    """Closed, where the plan names no last day."""


def standing_words() -> dict[Standing, tuple[str, str]]:
    """Each standing in words, with the state of its badge."""
    return {
        Standing.MISSING: (_("chưa chốt, quá hạn"), "error"),
        Standing.LATE: (_("chốt muộn"), "warning"),
        Standing.IN_TIME: (_("chốt đúng hạn"), "success"),
        Standing.COMING: (_("sắp đến hạn"), "info"),
        Standing.CLOSED: (_("đã chốt, kế hoạch không ghi hạn"), "neutral"),
    }


@dataclass(frozen=True, slots=True)
class Duty:
    """One report of one commune: which period, due when, closed when, how often restated."""

    commune: str
    code: str
    plan: str
    title: str
    span: str
    last_day: date | None
    closed_on: date | None
    number: int | None
    restated: int
    today: date

    @property
    def days(self) -> int:
        """Days between the last day and the closing, or today while there is none; 0 in time."""
        if self.last_day is None:
            return 0
        return max(0, ((self.closed_on or self.today) - self.last_day).days)

    @property
    def standing(self) -> Standing:
        """Missing, late, in time, coming, or closed without a last day."""
        if self.closed_on is None:
            return Standing.MISSING if self.days else Standing.COMING
        if self.last_day is None:
            return Standing.CLOSED
        return Standing.LATE if self.days else Standing.IN_TIME


@dataclass(frozen=True, slots=True)
class _Closed:
    on: date
    number: int
    restated: int


Closings = dict[tuple[UUID, str, str, date], _Closed]


def duties(session: Session, province: str, found: Sequence[Work], today: date) -> list[Duty]:
    """The reports of the last year and the coming 30 days, by commune, then by last day."""
    closed = _closings(session, province)
    listed = [
        duty
        for work in found
        for entry in _entries(work, today)
        if (duty := _duty(work, entry, closed, today)) is not None
    ]
    place = {work.commune_id: at for at, work in enumerate(found)}
    names = {work.code: place[work.commune_id] for work in found}
    return sorted(
        listed, key=lambda one: (names[one.code], one.last_day or date.max, one.plan, one.title)
    )


def _entries(work: Work, today: date) -> Iterator[CalendarEntry]:
    """Reports whose last day (or period's end) is near enough to be told of.

    A period that ended before the commune took the plan up is none of its duties.
    """
    first = max(today - BACK, clock.day_of(work.adopted_at))
    for year in range(first.year, (today + COMING).year + 1):
        for entry in calendar_of(work.plan.reports, year):
            due = entry.last_day or entry.ends
            if first <= due and entry.ends >= first and due <= today + COMING:
                yield entry


def _duty(work: Work, entry: CalendarEntry, closed: Closings, today: date) -> Duty | None:
    """The report as it stands; one without a last day is told of once it is closed."""
    found = closed.get((work.commune_id, work.plan_code, entry.duty, entry.ends))
    if found is None and entry.last_day is None:
        return None
    return Duty(
        work.commune, work.code, work.plan_code, entry.title, span_text(entry), entry.last_day,
        found.on if found else None, found.number if found else None,
        found.restated if found else 0, today,
    )  # fmt: skip


def _closings(session: Session, province: str) -> Closings:
    """Every standing closing of a report, with how often it was restated."""
    table = ReportSnapshot
    times: defaultdict[tuple[UUID, UUID], int] = defaultdict(int)
    restated = (
        select(Restatement.commune_id, Restatement.snapshot_id, func.count())
        .join(Commune, Commune.id == Restatement.commune_id)
        .where(Commune.province == province)
        .group_by(Restatement.commune_id, Restatement.snapshot_id)
    )
    for commune, snapshot, number in session.execute(restated):
        times[commune, snapshot] = number
    rows: Iterable[ReportSnapshot] = session.scalars(
        select(table)
        .join(Commune, Commune.id == table.commune_id)
        .where(
            Commune.province == province, table.report_code != "",
            table.state.in_(("standing", "replaced")),
        )
        .order_by(table.number.desc())
    )  # fmt: skip
    found: Closings = {}
    for row in rows:
        # The first closing of a period is the one that was in time or late; a later one replaces it.
        key = (row.commune_id, row.plan_code, row.report_code, row.ends)
        on = clock.day_of(row.decided_at or row.proposed_at)
        latest = found.get(key)
        found[key] = _Closed(
            on, latest.number if latest else row.number,
            (latest.restated if latest else 0) + times[row.commune_id, row.id],
        )  # fmt: skip
    return found
