"""A province's figures: the same indicators of many communes summed, from what each counted last.

Two figures are the same when `lms.reports.same_figures.definition` says so: number, title, target and
plan may differ. Nothing is averaged, nothing is counted here; a commune whose rows have changed since
its count still stands in the sum with its last count and is said to be recounted.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock, data_versions
from lms.core.guard import Actor
from lms.core.text import fold
from lms.indicators import queries
from lms.indicators.figure_cells import programmes, stamp
from lms.indicators.figure_models import FigureCell, FigureCount
from lms.indicators.models import PlanAdoption, PlanDefinition
from lms.indicators.plan_file import load_plan
from lms.indicators.rules.arithmetic import rate_text
from lms.indicators.rules.engine import compute
from lms.indicators.rules.evidence import window_start
from lms.indicators.rules.facts import Facts, Settings
from lms.indicators.rules.plan import Counted, Plan
from lms.indicators.rules.vocabulary import Basis, MeasureKind, Subject
from lms.indicators.wording import population_name, target_text
from lms.people.models import Commune
from lms.reports.same_figures import definition
from lms.reports.same_words import level_words, measure_words

read_plan = lru_cache(maxsize=256)(load_plan)
"""A plan file's text, read once a process, also where each of a hundred communes has its own."""


@dataclass(frozen=True, slots=True)
class Work:
    """One plan in one commune: which definition, and the count it has."""

    commune_id: UUID
    code: str
    commune: str
    name: str
    """The name alone, by which communes stand in every list."""
    plan_code: str
    source: str
    sha256: str
    choices: str
    adopted_at: datetime
    count: FigureCount | None
    is_current: bool

    @property
    def plan(self) -> Plan:
        """The plan as its file has it."""
        return read_plan(self.source, self.plan_code)


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands at one place of a count: the figure's definition, its title, its target."""

    code: str
    no: str
    title: str
    key: str
    target: str
    counted: Counted
    population: str


@dataclass(frozen=True, slots=True)
class Part:
    """One commune's part of a sum. None: it has no number, or no population, or no count yet."""

    commune: str
    code: str
    plan: str
    no: str
    title: str
    target: str
    numerator: int | None
    size: int | None
    as_of: date | None
    counted_at: datetime | None
    is_current: bool
    is_share: bool
    counts_temporary: bool
    """Whether people with tạm trú are among the residents there."""
    repeats: bool = False
    """Another plan of the same commune counts the same: its people are in the sum once."""

    @property
    def is_known(self) -> bool:
        """Whether it has all that a sum needs."""
        return self.numerator is not None and (self.size is not None or not self.is_share)

    @property
    def is_in(self) -> bool:
        """Whether it is in the sum."""
        return self.is_known and not self.repeats

    @property
    def rate(self) -> str:
        """Its own rate, truncated; empty where there is none."""
        return (
            rate_text(self.numerator, self.size) if self.numerator is not None and self.size else ""
        )


@dataclass(frozen=True, slots=True)
class Same:
    """One indicator over the communes that count it in the same way."""

    key: str
    title: str
    population: str
    measure: str
    level: str
    is_of_residents: bool
    parts: tuple[Part, ...]

    @property
    def digest(self) -> str:
        """A short name for addresses."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:12]

    @property
    def inside(self) -> list[Part]:
        """The communes in the sum."""
        return [part for part in self.parts if part.is_in]

    @property
    def outside(self) -> list[Part]:
        """The communes without a number or a population."""
        return [part for part in self.parts if not part.is_in and not part.repeats]

    @property
    def places(self) -> int:
        """How many communes count it, each once."""
        return len(self.inside) + len(self.outside)

    @property
    def numerator(self) -> int | None:
        """The sum of the numerators."""
        return sum(part.numerator or 0 for part in self.inside) if self.inside else None

    @property
    def size(self) -> int | None:
        """The sum of the populations; None for a number of things."""
        known = [part.size for part in self.inside if part.is_share]
        return sum(size or 0 for size in known) if known else None

    @property
    def rate(self) -> str:
        """The sum's rate, truncated: never the mean of rates."""
        n, d = self.numerator, self.size
        return rate_text(n, d) if n is not None and d else ""

    @property
    def targets(self) -> list[tuple[str, int]]:
        """The targets that hold, each with how many communes have it."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for part in self.parts:
            found[part.target].add(part.code)
        counted = ((target, len(codes)) for target, codes in found.items())
        return sorted(counted, key=lambda pair: (-pair[1], pair[0]))

    @property
    def without_temporary(self) -> list[Part]:
        """Communes whose residents are counted without tạm trú, where others count them."""
        without = [part for part in self.parts if not part.counts_temporary]
        return without if self.is_of_residents and len(without) < len(self.parts) else []

    @property
    def recounting(self) -> int:
        """For how many communes a recount is due."""
        return len({part.code for part in self.parts if not part.is_current})


def province_of(session: Session, who: Actor) -> str:
    """The province that this reader reads."""
    return queries.commune_of(session, who.commune).province


# --- who works with which plan ------------------------------------------------------------------


def works(session: Session, province: str, today: date | None = None) -> list[Work]:
    """Every plan of every real commune of the province with its last count, by commune and plan."""
    as_of, taught = today or clock.today(), programmes(session)
    stamps = data_versions.all_stamps(session)
    counts = _counts(session, province)
    found = []
    for commune, row, source, sha256 in _adoptions(session, province):
        choices = queries.chosen_text(queries.settings_of(commune, row))
        count = counts.get((commune.id, row.code))
        if count is not None and (count.plan_sha256, count.choices) != (sha256, choices):
            count = None
        now = stamp(stamps.get(commune.id, {}), taught)
        current = count is not None and count.stamp == now and count.as_of == as_of
        found.append(
            Work(commune.id, commune.short_code, commune.title, commune.name, row.code, source, sha256, choices,
                 row.adopted_at, count, current)
        )  # fmt: skip
    return sorted(found, key=lambda one: (fold(one.name), one.code, one.plan_code))


def _counts(session: Session, province: str) -> dict[tuple[UUID, str], FigureCount]:
    query = select(FigureCount).join(Commune, Commune.id == FigureCount.commune_id)
    rows = session.scalars(query.where(Commune.province == province))
    return {(row.commune_id, row.plan_code): row for row in rows}


def _adoptions(session: Session, province: str) -> Sequence[tuple[Commune, PlanAdoption, str, str]]:
    """The newest adoption of each plan in each real commune, with the plan file."""
    place = func.row_number().over(
        partition_by=(PlanAdoption.commune_id, PlanAdoption.code),
        order_by=(PlanAdoption.adopted_at.desc(), PlanAdoption.id.desc()),
    )
    newest = select(PlanAdoption.commune_id, PlanAdoption.id, place.label("place")).subquery()
    rows = session.execute(
        select(Commune, PlanAdoption, PlanDefinition.source, PlanDefinition.sha256)
        .join(PlanAdoption, PlanAdoption.commune_id == Commune.id)
        .join(
            newest,
            (newest.c.commune_id == PlanAdoption.commune_id) & (newest.c.id == PlanAdoption.id),
        )
        .join(PlanDefinition, PlanDefinition.id == PlanAdoption.definition_id)
        .where(newest.c.place == 1, Commune.is_sample.is_(False), Commune.province == province)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


# --- what stands at which place -----------------------------------------------------------------


@lru_cache(maxsize=4096)
def slots(source: str, code: str, choices: str, as_of: date) -> tuple[Slot | None, ...]:
    """The figures of a plan by place in a count, as these choices read it; None for other readings.

    The engine itself says what each figure counts: it is asked with no facts at all.
    """
    plan = read_plan(source, code)
    report = compute(plan, Facts(), as_of.year, as_of, Settings(**json.loads(choices)))
    named = {one.code: (one.no, one.official_title or one.title) for one in plan.indicators}
    named |= {one.code: ("", one.title) for one in plan.commitments}
    found: list[Slot | None] = []
    for figure in (*report.figures, *report.commitments):
        counted = figure.counted
        found.append(
            Slot(
                figure.code, *named[figure.code], definition(counted), target_text(figure.target),
                counted, population_name(counted.population),
            )
        )  # fmt: skip
        found += [None] * len(figure.readings)
    return tuple(found)


# --- sums ---------------------------------------------------------------------------------------


def same(session: Session, province: str, found: Sequence[Work], today: date) -> list[Same]:
    """Every indicator of the province, those of most communes first, then by name: no ranking."""
    cells = _cells(session, province)
    parts: defaultdict[str, list[tuple[Slot, Part]]] = defaultdict(list)
    for work in found:
        day = work.count.as_of if work.count else today
        for place, slot in enumerate(slots(work.source, work.plan_code, work.choices, day)):
            if slot is not None:
                numbers = cells.get((work.commune_id, work.plan_code, place), (None, None))
                if not _is_of_now(slot, day, today):
                    numbers = (None, None)
                parts[slot.key].append((slot, _part(work, slot, numbers)))
    sums = [_same(key, pairs) for key, pairs in parts.items()]
    return sorted(sums, key=lambda one: (-one.places, one.title, one.key))


Numbers = tuple[int | None, int | None]


def _is_of_now(slot: Slot, counted_on: date, today: date) -> bool:
    """Whether a count is of this year, quarter or week where the figure asks for one."""
    window = slot.counted.window
    return window_start(window, counted_on) == window_start(window, today)


def _cells(session: Session, province: str) -> dict[tuple[UUID, str, int], Numbers]:
    rows = session.execute(
        select(
            FigureCell.commune_id, FigureCount.plan_code, FigureCell.place, FigureCell.numerator,
            FigureCell.denominator,
        )
        .join(
            FigureCount,
            (FigureCount.commune_id == FigureCell.commune_id)
            & (FigureCount.id == FigureCell.count_id),
        )
        .join(Commune, Commune.id == FigureCell.commune_id)
        .where(Commune.province == province)
    )  # fmt: skip
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}


def _part(work: Work, slot: Slot, numbers: Numbers) -> Part:
    counts_things = slot.counted.subject is Subject.THING
    posted = slot.counted.measure.kind is MeasureKind.COUNT
    n, d = numbers if work.count is not None else (None, None)
    return Part(
        work.commune, work.code, work.plan_code, slot.no, slot.title, slot.target, n, d,
        work.count.as_of if work.count else None, work.count.counted_at if work.count else None,
        work.is_current, is_share=not (counts_things or posted),
        counts_temporary=json.loads(work.choices)["count_temporary"],
    )  # fmt: skip


def _same(key: str, pairs: Sequence[tuple[Slot, Part]]) -> Same:
    """One definition's sum; it bears the title that most communes give it."""
    titles: defaultdict[str, int] = defaultdict(int)
    for slot, _one in pairs:
        titles[slot.title] += 1
    title = min(titles, key=lambda name: (-titles[name], name))
    first = pairs[0][0]
    return Same(
        key, title, first.population, measure_words(first.counted), level_words(first.counted),
        first.counted.population.basis in (Basis.RESIDENCE, Basis.UNION),
        tuple(_each_once([part for _slot, part in pairs])),
    )  # fmt: skip


def _each_once(parts: Sequence[Part]) -> Iterator[Part]:
    """A commune whose plans count the same twice is in the sum by its newest known number."""
    chosen: dict[str, Part] = {}
    for part in parts:
        before = chosen.get(part.code)
        if before is None or _worth(part) > _worth(before):
            chosen[part.code] = part
    for part in parts:
        yield part if chosen[part.code] is part else replace(part, repeats=True)


def _worth(part: Part) -> tuple[bool, bool, float]:
    at = part.counted_at.timestamp() if part.counted_at else 0.0
    return part.is_known, part.is_current, at
