"""Reads: every duty of the adopted plans with its closing, and the days a commune set for itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.indicators import queries
from lms.indicators.closing_period import titled
from lms.indicators.headline import plan_title
from lms.indicators.models import PlanAdoption
from lms.indicators.rules.deadlines import CalendarEntry, calendar_of
from lms.indicators.rules.plan import Plan
from lms.indicators.snapshot_models import ReportSnapshot
from lms.reports.calendar_models import ReminderDay
from lms.reports.calendar_rules import Board, Duty, Step, board
from lms.reports.document_models import ReportDocument

Which = tuple[str, str, date]
"""(plan, report, last day of the period)."""


def duties(session: Session, commune_id: UUID, today: date) -> list[Duty]:
    """Every report that the adopted plans want in last, this and next year, within the plans' years."""
    known = _Known(
        _taken_up(session, commune_id), _closings(session, commune_id),
        own_days(session, commune_id), reported(session, commune_id),
    )  # fmt: skip
    plans = [one.plan for one in queries.adopted_plans(session, commune_id)]
    return [
        known.duty(plan, entry)
        for plan in plans
        for year in range(today.year - 1, today.year + 2)
        if plan.target_year(year) is not None
        for entry in calendar_of(plan.reports, year)
    ]


def board_of(session: Session, commune_id: UUID, today: date) -> Board:
    """The same in the three parts of the page."""
    return board(duties(session, commune_id, today), today)


def dated(session: Session, commune_id: UUID, today: date) -> list[Duty]:
    """What belongs into a calendar: duties with a day, from when the commune took their plan up."""
    found = duties(session, commune_id, today)
    return [one for one in found if one.day is not None and one.day >= one.since]


def duty(session: Session, commune_id: UUID, which: Which, today: date) -> Duty | None:
    """One duty, or None when no adopted plan wants it."""
    found = duties(session, commune_id, today)
    return next((one for one in found if (one.plan, one.report, one.ends) == which), None)


@dataclass(frozen=True)
class _Known:
    since: dict[str, datetime]
    closings: dict[Which, ReportSnapshot]
    days: dict[Which, ReminderDay]
    reported: frozenset[UUID]

    def duty(self, plan: Plan, entry: CalendarEntry) -> Duty:
        which = (plan.code, entry.duty, entry.ends)
        asked = next(one for one in plan.reports if one.code == entry.duty)
        closing, own = self.closings.get(which), self.days.get(which)
        if entry.last_day is not None:
            own = None  # The plan names a day since; the commune's own says nothing any more.
        return Duty(
            plan=plan.code, plan_title=plan_title(plan), report=entry.duty, title=titled(entry),
            starts=entry.starts, ends=entry.ends, last_day=entry.last_day, as_of=entry.as_of,
            own_day=own.day if own else None, sender=asked.sender, receiver=asked.receiver,
            since=clock.day_of(self.since[plan.code]),
            changed=max(self._changes(plan.code, closing, own)), step=self._step(closing),
            number=closing.number if closing else None, snapshot=closing.id if closing else None,
        )  # fmt: skip

    def _changes(
        self, plan: str, closing: ReportSnapshot | None, own: ReminderDay | None
    ) -> Iterator[datetime]:
        yield self.since[plan]
        if closing is not None:
            yield closing.decided_at or closing.proposed_at
        if own is not None:
            yield own.set_at

    def _step(self, closing: ReportSnapshot | None) -> Step:
        if closing is None:
            return Step.OPEN
        if closing.state == "proposed":
            return Step.PROPOSED
        return Step.REPORTED if closing.id in self.reported else Step.CLOSED


def _taken_up(session: Session, commune_id: UUID) -> dict[str, datetime]:
    table = PlanAdoption
    first = func.min(table.adopted_at, type_=table.adopted_at.type)
    query = select(table.code, first).where(table.commune_id == commune_id).group_by(table.code)
    return dict(session.execute(query).all())


def _closings(session: Session, commune_id: UUID) -> dict[Which, ReportSnapshot]:
    """The standing closing of every period, else the proposal that waits."""
    table = ReportSnapshot
    rows = session.scalars(
        select(table)
        .where(table.commune_id == commune_id, table.state.in_(("proposed", "standing")))
        .order_by(table.state, table.number)
    )
    return {(row.plan_code, row.report_code, row.ends): row for row in rows if row.report_code}


def own_days(session: Session, commune_id: UUID) -> dict[Which, ReminderDay]:
    """The days the commune set for itself that stand."""
    table = ReminderDay
    rows = session.scalars(
        select(table).where(table.commune_id == commune_id, table.undone_at.is_(None))
    )
    return {(row.plan_code, row.report_code, row.ends): row for row in rows}


def reported(session: Session, commune_id: UUID) -> frozenset[UUID]:
    """Closings of which a document was made."""
    table = ReportDocument
    return frozenset(
        session.scalars(select(table.snapshot_id).where(table.commune_id == commune_id).distinct())
    )
