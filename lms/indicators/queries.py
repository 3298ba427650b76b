"""Reads: the plans a commune works with, and the report of one of them on one day."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _
from lms.indicators.bare import collector_paused
from lms.indicators.facts_loader import facts_and_shelf, load_facts
from lms.indicators.kept import Counted, Shelf
from lms.indicators.models import PlanAdoption, PlanDefinition
from lms.indicators.plan_annex import Annex, annexes_in
from lms.indicators.plan_file import load_plan
from lms.indicators.rules.day import Day
from lms.indicators.rules.engine import Bench, YearMismatch, compute
from lms.indicators.rules.facts import Facts, Settings
from lms.indicators.rules.figure import PlanReport
from lms.indicators.rules.plan import Plan
from lms.people.models import Commune

parsed = lru_cache(maxsize=64)(load_plan)
"""A plan file's text, read once a process: the same text is always the same plan."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A plan as the commune works with it: its own wording is already in `plan`."""

    row: PlanAdoption
    plan: Plan
    sha256: str
    source: str = ""

    @property
    def annexes(self) -> tuple[Annex, ...]:
        """The tables that the plan brings along; none of a plan without a file."""
        return annexes_in(self.source, self.row.code) if self.source else ()

    @property
    def code(self) -> str:
        """The plan's code, as in addresses and commands."""
        return self.plan.code


def adopted(session: Session, commune_id: UUID, code: str) -> Adopted:
    """The plan of this code that holds here; NotFound when the commune has not taken it up."""
    row = newest_adoption(session, commune_id, code)
    if row is None:
        raise NotFound(
            _("Xã chưa dùng kế hoạch “%(code)s”. Hãy chọn trong danh sách kế hoạch.", code=code)
        )
    return _adopted(session, row)


def newest_adoption(session: Session, commune_id: UUID, code: str) -> PlanAdoption | None:
    """The newest adoption of a code, or None."""
    return session.scalar(
        select(PlanAdoption)
        .where(PlanAdoption.commune_id == commune_id, PlanAdoption.code == code)
        .order_by(PlanAdoption.adopted_at.desc(), PlanAdoption.id.desc())
        .limit(1)
    )


def adopted_plans(session: Session, commune_id: UUID) -> list[Adopted]:
    """Every plan the commune works with, its newest version, in the order of their codes."""
    rows = session.scalars(
        select(PlanAdoption)
        .where(PlanAdoption.commune_id == commune_id)
        .order_by(PlanAdoption.code, PlanAdoption.adopted_at.desc(), PlanAdoption.id.desc())
    )
    found: dict[str, PlanAdoption] = {}
    for row in rows:
        found.setdefault(row.code, row)
    return [_adopted(session, row) for row in found.values()]


def _adopted(session: Session, row: PlanAdoption) -> Adopted:
    definition = session.get_one(PlanDefinition, row.definition_id)
    plan = parsed(definition.source, row.code)
    return Adopted(row, worded(plan, row.wording), definition.sha256, definition.source)


def worded(plan: Plan, wording: Mapping[str, str]) -> Plan:
    """The plan with the official wording that the commune put in, by indicator code."""
    indicators = (
        replace(one, official_title=wording[one.code]) if one.code in wording else one
        for one in plan.indicators
    )
    return replace(plan, indicators=tuple(indicators))


def facts_of(session: Session, commune_id: UUID) -> Facts:
    """Everything known of the commune, for reports of several plans or days."""
    return load_facts(session, commune_id)


def commune_of(session: Session, commune_id: UUID) -> Commune:
    """The commune itself: its title, and whether it is a sample."""
    return session.get_one(Commune, commune_id)


def settings_of(commune: Commune, row: PlanAdoption) -> Settings:
    """What the commune chose for this plan; the export prints all of it."""
    return Settings(
        count_temporary=commune.counts_temporary,
        denominators=row.choices.get("denominators", {}),
        readings=row.choices.get("readings", {}),
        levels=row.choices.get("levels", {}),
    )


def report(session: Session, commune_id: UUID, code: str, year: int, as_of: date) -> PlanReport:
    """Every figure of a plan at the end of a day; Invalid when the year is not the day's year."""
    return report_of(session, commune_id, adopted(session, commune_id, code), year, as_of)


def report_of(
    session: Session, commune_id: UUID, plan: Adopted, year: int, as_of: date,
    facts: Facts | None = None,
) -> PlanReport:  # fmt: skip
    """The report of a plan already at hand: the one kept, while no row it was made of has changed.

    With `facts` of one's own it is counted from those.
    """
    if facts is None:
        return counted_of(session, commune_id, plan, year, as_of).report
    settings = settings_of(commune_of(session, commune_id), plan.row)
    with collector_paused(), _the_same_year():
        return compute(plan.plan, facts, year, as_of, settings)


def counted_of(
    session: Session, commune_id: UUID, plan: Adopted, year: int, as_of: date
) -> Counted:
    """The report with what it was made from, kept for as long as no row changes."""
    settings = settings_of(commune_of(session, commune_id), plan.row)
    with collector_paused(), _the_same_year():
        facts, shelf = facts_and_shelf(session, commune_id)
        words = tuple(sorted(plan.row.wording.items()))
        key = (id(facts), plan.sha256, words, chosen_text(settings), year, as_of)
        with shelf.lock:
            return shelf.report(
                key, lambda: _counted(shelf, facts, plan.plan, year, as_of, settings)
            )


@contextmanager
def _the_same_year() -> Iterator[None]:
    try:
        yield
    except YearMismatch:
        wrong = _("Ngày chốt phải nằm trong năm báo cáo. Hãy chọn lại ngày hoặc năm.")
        raise Invalid(wrong, fields={"as_of": [wrong]}) from None


def _counted(
    shelf: Shelf, facts: Facts, plan: Plan, year: int, as_of: date, settings: Settings
) -> Counted:
    """Counted now; what a former count of the same register and day worked out is taken over."""
    before = shelf.day
    shelf.day = before.again(facts, as_of, settings) if before else Day(facts, as_of, settings)
    bench = Bench(plan, shelf.day)
    return Counted(bench.report(year), bench.evidence)


def chosen_text(settings: Settings) -> str:
    """Everything the commune chose, as one text: equal texts, equal choices."""
    return json.dumps(asdict(settings), sort_keys=True, ensure_ascii=False)
