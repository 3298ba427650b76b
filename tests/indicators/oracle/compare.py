"""The engine and the oracle side by side: every figure, every row, and where they differ."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lms.indicators.plan_file import load_plan, shipped_plans
from lms.indicators.rules.engine import compute
from lms.indicators.rules.facts import Facts
from lms.indicators.rules.figure import Figure, PlanReport, canonical
from tests.indicators.oracle.counting import Answer, Name, Oracle
from tests.indicators.oracle.making import CUT_OFFS
from tests.indicators.oracle.world import World, facts_of

PLANS = {code: load_plan(text, code) for code, text in shipped_plans().items()}


def told(figure: Figure) -> Answer:
    """What the engine says, in the oracle's shape."""
    rows: dict[tuple[str, str | None], tuple[Any, ...]] = {
        ("unit", _key(row.unit)): (row.name, row.population, row.register_size, row.numerator)
        for row in figure.by_unit
    }
    for axis, groups in (("sex", figure.by_sex), ("age", figure.by_age)):
        for group in groups:
            rows[axis, group.group] = (None, group.population, None, group.numerator)
    size, out = figure.population, figure.outcome
    return Answer(out.numerator, size.size, size.register_size, out.met, out.needed, rows)


def _key(unit: object) -> str | None:
    return None if unit is None else str(unit)


def engine_answers(world: World, facts: Facts, day: date) -> dict[Name, Answer]:
    """Every figure of the five plans, the other readings too."""
    found: dict[Name, Answer] = {}
    for code, plan in PLANS.items():
        report: PlanReport = compute(plan, facts, day.year, day, world.settings)
        for figure in (*report.figures, *report.commitments):
            for one in (figure, *figure.readings):
                found[code, figure.code, one.reading or ""] = told(one)
    return found


def reports_text(world: World, facts: Facts) -> str:
    """All five reports of every cut-off day as canonical JSON."""
    made = [
        canonical(compute(plan, facts, day.year, day, world.settings))
        for plan in PLANS.values()
        for day in CUT_OFFS
    ]
    return json.dumps(made, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Difference:
    """One figure on which the two do not agree."""

    commune: int
    day: date
    name: Name
    engine: Answer | None
    oracle: Answer | None

    def __str__(self) -> str:
        return f"{' '.join(self.name)} ngày {self.day}: máy {self.engine}, SQL {self.oracle}"


@dataclass
class Compared:
    """What was compared, and how much of it could have told a fault."""

    communes: int = 0
    days: int = 0
    figures: int = 0
    rows: int = 0
    by_measure: Counter[str] = field(default_factory=Counter)
    telling: Counter[str] = field(default_factory=Counter)
    """Figures of each measure whose numerator is neither 0 nor all, or a number above 0."""
    differences: list[Difference] = field(default_factory=list)

    def note(self, measure: str, answer: Answer) -> None:
        """Counts one figure that agrees."""
        self.figures += 1
        self.rows += len(answer.rows)
        self.by_measure[measure] += 1
        n = answer.numerator
        if n and n != answer.size:
            self.telling[measure] += 1


def measures() -> dict[Name, str]:
    """The kind of measure of every figure, for counting."""
    found: dict[Name, str] = {}
    for code, plan in PLANS.items():
        for item in plan.indicators:
            rule = item.years[min(item.years)]
            names = ["plan", *(r.code for r in item.readings)]
            found |= {(code, item.code, name): rule.counted.measure.kind.value for name in names}
        for promise in plan.commitments:
            if promise.counted is not None:
                found[code, promise.code, "plan"] = promise.counted.measure.kind.value
    return found


MEASURES = measures()


def compare(
    worlds: Mapping[int, World], days: Iterable[date], facts: Mapping[int, Facts] | None = None
) -> Compared:
    """Counts everything twice; `facts` are those a database gave, else they are made of the world."""
    days = tuple(days)
    oracle, done = Oracle(worlds, days), Compared(len(worlds), len(days))
    for number, world in worlds.items():
        known = facts[number] if facts is not None else facts_of(world)
        for day in days:
            _one(done, number, day, engine_answers(world, known, day), oracle.answers(number, day))
    oracle.close()
    return done


def _one(
    done: Compared, number: int, day: date, engine: dict[Name, Answer], oracle: dict[Name, Answer]
) -> None:
    for name in sorted({*engine, *oracle}):
        mine, theirs = engine.get(name), oracle.get(name)
        if mine is None or mine != theirs:
            done.differences.append(Difference(number, day, name, mine, theirs))
        else:
            done.note(MEASURES[name], mine)
