"""Reads: everything a page about reporting units needs, read once for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.indicators import queries
from lms.indicators.declared_sheet import Column, Declared, newest, numbers, rows_of
from lms.indicators.models import DeclaredPopulation
from lms.indicators.opened import Opened, open_plan
from lms.indicators.period import Period
from lms.indicators.queries import Adopted
from lms.people.models import Unit
from lms.reports.calendar_queries import board_of
from lms.reports.calendar_rules import Duty, Step
from lms.reports.unit_link_asked import asked_by_default, from_register, offered
from lms.reports.unit_link_models import (
    UnitLink,
    UnitLinkDevice,
    UnitProposal,
    UnitQuestion,
    UnitRemark,
)
from lms.reports.unit_link_rows import asked_text

Said = TypeVar("Said", UnitProposal, UnitRemark)
TEAM = "to_cong_nghe_so"
"""Teams are counted, never asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure asked of one unit: what is declared, what waits, what was returned last."""

    column: Column
    now: Declared | None
    waiting: UnitProposal | None
    last: UnitProposal | None
    """The newest that was decided: accepted or returned."""
    since: date
    """A figure from before this day is old for the report that comes."""

    @property
    def is_fresh(self) -> bool:
        """Whether the declared figure is of the period."""
        return self.now is not None and self.now.as_of >= self.since

    @property
    def is_owed(self) -> bool:
        """Whether the unit still has to say something."""
        return not self.is_fresh and self.waiting is None

    def now_text(self, *, exact: bool) -> str:
        """The declared figure in words, or nothing."""
        return "" if self.now is None else declared_text(self.column, self.now, exact=exact)

    def waiting_text(self, *, exact: bool) -> str:
        """The proposed figure in words, or nothing."""
        return said_text(self.waiting, self.column, exact=exact) if self.waiting else ""


def declared_text(column: Column, row: Declared, *, exact: bool = True) -> str:
    """A declared figure in words."""
    return asked_text(*numbers(row), counts=column.counts, exact=exact)


def said_text(row: UnitProposal, column: Column, *, exact: bool = True) -> str:
    """A proposed figure in words."""
    return asked_text(row.numerator, row.whole, counts=column.counts, exact=exact)


class Desk:
    """A commune's units, questions, links and sayings as they stand on a day."""

    def __init__(self, session: Session, commune_id: UUID, today: date) -> None:
        self.session, self.commune_id, self.today = session, commune_id, today
        self._defaults: dict[tuple[str, bool], tuple[str, ...]] = {}

    # --- plans and duties -----------------------------------------------------------------------

    @cached_property
    def plans(self) -> list[Adopted]:
        """The adopted plans whose years reach today, or that still want a report of a year gone by."""
        found, open_ = queries.adopted_plans(self.session, self.commune_id), self._open
        behind = {one.plan for one in open_}
        year = self.today.year
        return [
            one for one in found if one.plan.target_year(year) is not None or one.code in behind
        ]

    @cached_property
    def _open(self) -> list[Duty]:
        """Reports that are not closed and whose period has begun: late ones, then those that come.

        One without a day is over with its period and is asked for still a while: nobody said until when.
        """
        found = board_of(self.session, self.commune_id, self.today)
        after = [one for one in found.past if one.is_open_still(self.today)]
        all_ = (*found.late, *found.coming, *after)
        return [one for one in all_ if one.step is Step.OPEN and one.starts <= self.today]

    @cached_property
    def duty(self) -> Duty | None:
        """The report that figures are asked for: the next open one whose period runs, with a day if any has."""
        return min(self._open, key=lambda one: one.day is None, default=None)

    @property
    def since(self) -> date:
        """The first day of that report's period; without one, of the year."""
        return self.duty.starts if self.duty else date(self.today.year, 1, 1)

    @cached_property
    def opened(self) -> list[Opened]:
        """Every plan's report today, with the people behind it."""
        chosen = Period(self.today.year, self.today)
        return [open_plan(self.session, self.commune_id, one, chosen) for one in self.plans]

    # --- units and questions --------------------------------------------------------------------

    @cached_property
    def units(self) -> list[Unit]:
        """Open units that may be asked, places people live in first."""
        rows = self.session.scalars(
            select(Unit).where(
                Unit.commune_id == self.commune_id, Unit.closed_on.is_(None), Unit.kind != TEAM
            )
        )
        order = ("thon", "to_dan_pho", "khu_dan_cu", "truong")
        ranks = {kind: n for n, kind in enumerate(order)}
        return sorted(rows, key=lambda u: (ranks.get(u.kind, len(order)), u.kind, u.code))

    def unit(self, unit_id: UUID) -> Unit:
        """One of them; NotFound for any other."""
        found = next((one for one in self.units if one.id == unit_id), None)
        if found is None:
            raise NotFound(_("Không tìm thấy đơn vị này, hoặc đơn vị đã sáp nhập. Hãy chọn lại."))
        return found

    @cached_property
    def offered(self) -> dict[str, Column]:
        """Everything that a plan needs declared."""
        return offered(one.plan for one in self.plans)

    @cached_property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Unit kind → what the commune chose to ask."""
        table = UnitQuestion
        rows = self.session.scalars(
            select(table).where(table.commune_id == self.commune_id).order_by(table.id)
        )
        return {row.unit_kind: tuple(row.codes) for row in rows}

    @cached_property
    def _counted(self) -> frozenset[str]:
        return from_register(one.report for one in self.opened)

    def codes(self, unit: Unit) -> tuple[str, ...]:
        """What this unit is asked: the commune's choice for its kind, else the default."""
        if unit.kind in self.chosen:
            return tuple(code for code in self.chosen[unit.kind] if code in self.offered)
        same = (unit.kind, unit.is_urban)
        if same not in self._defaults:
            plans = [one.plan for one in self.plans]
            self._defaults[same] = asked_by_default(unit, plans, self._counted)
        return self._defaults[same]

    def asked(self, unit: Unit) -> list[Asked]:
        """The figures asked of a unit with all that is known of each."""
        return [self._asked(unit.id, self.offered[code]) for code in self.codes(unit)]

    def _asked(self, unit_id: UUID, column: Column) -> Asked:
        said = [row for row in self.proposals.get(unit_id, ()) if row.code == column.code]
        return Asked(
            column, self.declared.get((column.code, unit_id)),
            next((row for row in said if row.state == "waiting"), None),
            next((row for row in said if row.state in ("accepted", "refused")), None),
            self.since,
        )  # fmt: skip

    def waiting(self, unit_id: UUID) -> list[tuple[Column, UnitProposal, Declared | None]]:
        """What an officer has to decide, also where it is no longer asked, beside what is declared."""
        return [
            (self.column(row.code), row, self.declared.get((row.code, unit_id)))
            for row in self.proposals.get(unit_id, ())
            if row.state == "waiting"
        ]

    def column(self, code: str) -> Column:
        """The figure of a code; one that no plan needs any more bears its code."""
        return self.offered.get(code) or Column(code, code, counts=True)

    # --- what is declared and said --------------------------------------------------------------

    @cached_property
    def _rows(self) -> list[Declared]:
        return rows_of(self.session, self.commune_id, self.offered.values())

    @cached_property
    def declared(self) -> dict[tuple[str, UUID | None], Declared]:
        """(code, unit) → the declared figure that holds for the cell."""
        return {(_code(row), row.unit_id): row for row in self._rows}

    @property
    def seen(self) -> str:
        """The newest declared row: who saves says what was on the page."""
        return newest(self._rows)

    @cached_property
    def proposals(self) -> Mapping[UUID, list[UnitProposal]]:
        """What every unit proposed, the newest first."""
        return _by_unit(self._all(UnitProposal))

    @cached_property
    def remarks(self) -> Mapping[UUID, list[UnitRemark]]:
        """What every unit said of its own rows, the newest first."""
        return _by_unit(self._all(UnitRemark))

    def _all(self, table: type[Said]) -> list[Said]:
        query = select(table).where(table.commune_id == self.commune_id)
        return list(self.session.scalars(query.order_by(table.id.desc())))

    # --- links ----------------------------------------------------------------------------------

    @cached_property
    def links(self) -> dict[UUID, UnitLink]:
        """Unit → its link that was not taken back; it may have ended by itself."""
        rows = self.session.scalars(
            select(UnitLink).where(
                UnitLink.commune_id == self.commune_id, UnitLink.revoked_at.is_(None)
            )
        )
        return {row.unit_id: row for row in rows}

    def link(self, unit_id: UUID) -> UnitLink | None:
        """The unit's link that opens today."""
        row = self.links.get(unit_id)
        return row if row is not None and row.until >= self.today else None

    @cached_property
    def devices(self) -> dict[UUID, int]:
        """Link → on how many machines it was opened."""
        table = UnitLinkDevice
        rows = self.session.execute(
            select(table.link_id, func.count())
            .where(table.commune_id == self.commune_id)
            .group_by(table.link_id)
        )
        return dict(rows.all())


def _by_unit(rows: Iterable[Said]) -> dict[UUID, list[Said]]:
    found: dict[UUID, list[Said]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return found


def _code(row: Declared) -> str:
    return row.population if isinstance(row, DeclaredPopulation) else row.measure


def owing(desk: Desk, units: Sequence[Unit]) -> list[tuple[Unit, list[Asked]]]:
    """The units that still owe figures, each with those."""
    found = [(unit, [one for one in desk.asked(unit) if one.is_owed]) for unit in units]
    return [(unit, owed) for unit, owed in found if owed]
