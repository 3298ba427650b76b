"""Figures as they were last counted in each commune: made, stored, and known to be current or not.

A count carries one stamp over everything that it came from: the stamps of the commune's rows, what
programmes count as, and the engine's own source. While the stamp is the present one, the cells are
what a recount would give. Counting takes the stamp before it reads, so a change that comes between
makes the count look older than it is, never newer. See docs/adr/0019.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from courses.models import ProgrammeVersionRow
from lms.core import clock, data_versions
from lms.core.data_versions import Stamps
from lms.core.db import Database
from lms.indicators import queries
from lms.indicators.bare import collector_paused, full_id
from lms.indicators.facts_loader import load_facts_once
from lms.indicators.figure_models import FigureCell, FigureCount
from lms.indicators.rules.engine import compute
from lms.indicators.rules.figure import Figure, PlanReport

SOURCES = ("lms.indicators.rules", "lms.people.rules", "lms.indicators")
"""Packages in which a change may change a figure."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One plan as one commune reads it: two communes with equal `definition` may be added up."""

    commune_id: UUID
    plan: queries.Adopted
    choices: str

    @property
    def definition(self) -> tuple[str, str]:
        """The plan file's hash and everything that was chosen."""
        return self.plan.sha256, self.choices


@lru_cache(maxsize=1)
def engine() -> str:
    """The hash of the source that makes figures: another release counts everything again."""
    digest = hashlib.sha256()
    for package in SOURCES:
        for path in sorted(files(package).iterdir(), key=lambda path: path.name):
            if path.name.endswith(".py"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def programmes(session: Session) -> str:
    """What own programmes count as, in every commune; with the commune's list of them (stamped) it
    says what `counted_as` gives there."""
    table = ProgrammeVersionRow
    query = select(table.id, table.code, table.counts_as, table.shipped, table.published_at)
    rows = session.execute(query.where(table.counts_as != "").order_by(table.id))
    return "|".join(str(tuple(row)) for row in rows)


def stamp(stamps: Stamps, taught: str) -> str:
    """One text for everything a count came from."""
    parts = json.dumps([engine(), taught, sorted(stamps.items())])
    return hashlib.sha256(parts.encode()).hexdigest()


def count_id(code: str) -> UUID:
    """The id of a plan's count, the same in every commune."""
    return uuid5(NAMESPACE_URL, f"figure_count:{code}")


# --- counting -----------------------------------------------------------------------------------


def recount(database: Database, commune_id: UUID, code: str, today: date | None = None) -> bool:
    """Count a plan of a commune as it is today and store it; False when it does not use the plan."""
    as_of = today or clock.today()
    with database.read() as session:
        row = queries.newest_adoption(session, commune_id, code)
        if row is None:
            return False
        wanted = wanted_of(session, queries.adopted(session, commune_id, code))
        seen = stamp(data_versions.stamps(session, commune_id) or {}, programmes(session))
        report = _report(session, wanted, as_of)
    with database.write() as session:
        _store(session, wanted, report, seen)
    return True


def wanted_of(session: Session, plan: queries.Adopted) -> Wanted:
    """A plan with what its commune chose."""
    commune = queries.commune_of(session, plan.row.commune_id)
    choices = queries.chosen_text(queries.settings_of(commune, plan.row))
    return Wanted(commune.id, plan, choices)


def _report(session: Session, wanted: Wanted, as_of: date) -> PlanReport:
    """The report, without keeping the rows of one commune after another in memory."""
    commune = queries.commune_of(session, wanted.commune_id)
    settings = queries.settings_of(commune, wanted.plan.row)
    with collector_paused():
        facts = load_facts_once(session, wanted.commune_id)
        return compute(wanted.plan.plan, facts, as_of.year, as_of, settings)


def _store(session: Session, wanted: Wanted, report: PlanReport, seen: str) -> None:
    """Put the count in place of the one before."""
    commune, key = wanted.commune_id, count_id(wanted.plan.code)
    session.merge(
        FigureCount(
            commune_id=commune, id=key, plan_code=wanted.plan.code,
            plan_sha256=wanted.plan.sha256, choices=wanted.choices, as_of=report.as_of,
            stamp=seen, counted_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    session.execute(
        delete(FigureCell).where(FigureCell.commune_id == commune, FigureCell.count_id == key)
    )
    session.execute(insert(FigureCell), list(_cells(commune, key, report)))


def drop(session: Session, code: str | None = None) -> None:
    """Forget every count, or those of one plan; their cells go with them."""
    every = delete(FigureCount)
    session.execute(every if code is None else every.where(FigureCount.plan_code == code))


def _cells(commune: UUID, key: UUID, report: PlanReport) -> Iterator[dict[str, Any]]:
    for place, figure in enumerate(_figures(report)):
        name = f"{key}:{place}"
        yield {
            "commune_id": commune,
            "id": uuid5(NAMESPACE_URL, name),
            "count_id": key,
            "place": place,
            "figure": figure.code,
            "reading": figure.reading or "",
            "numerator": figure.outcome.numerator,
            "denominator": figure.population.size,
            "units": _units(figure),
        }


def _figures(report: PlanReport) -> Iterator[Figure]:
    """Every figure with its other readings, in the plan's own order."""
    for figure in (*report.figures, *report.commitments):
        yield figure
        yield from figure.readings


def _units(figure: Figure) -> dict[str, list[int | None]]:
    return {
        str(full_id(row.unit)) if row.unit else "": [row.numerator, row.population]
        for row in figure.by_unit
    }
