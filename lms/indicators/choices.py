"""What a plan leaves for the commune to put in or to settle. Pure: a plan in, names out."""

from collections.abc import Iterable, Iterator

from lms.indicators.rules.plan import MAIN_READING, Counted, Measure, Plan, Population, YearRule
from lms.indicators.rules.vocabulary import Basis, Level, MeasureKind

DENOMINATORS = ("register", "declared")
PUT_IN = (MeasureKind.DECLARED, MeasureKind.SUPPORTED, MeasureKind.COUNT)


def counted_of(plan: Plan) -> Iterator[Counted]:
    """Everything the plan counts: each year of each indicator, its readings, its commitments."""
    for indicator in plan.indicators:
        for rule in indicator.years.values():
            yield rule.counted
            for reading in indicator.readings:
                if reading.variant is not None:
                    yield reading.variant.apply(rule).counted
    for promise in plan.commitments:
        if promise.counted is not None:
            yield promise.counted


def populations_of(plan: Plan) -> dict[str, Population]:
    """Every population whose size may be declared, by its key; school levels also one by one."""
    found: dict[str, Population] = {}
    for counted in counted_of(plan):
        whole = counted.population
        if whole.basis is not Basis.UNIT:
            levels = (Population(whole.code, (level,)) for level in whole.levels)
            found.update({one.key: one for one in (whole, *levels)})
    return found


def measures_of(plan: Plan) -> dict[str, Measure]:
    """Every measure somebody puts in by hand, by the code under which it is put in."""
    measures = (counted.measure for counted in counted_of(plan))
    return {(m.what or m.kind.value): m for m in measures if m.kind in PUT_IN}


def choice_problem(plan: Plan, kind: str, key: str, choice: str | None) -> str | None:
    """The name of what is wrong with a choice (kind, key or choice), or None."""
    offered = offered_choices(plan).get(kind)
    if offered is None:
        return "kind"
    if key not in offered:
        return "key"
    return None if choice is None or choice in offered[key] else "choice"


def offered_choices(plan: Plan) -> dict[str, dict[str, tuple[str, ...]]]:
    """Everything that can be settled: kind → key → what may be chosen."""
    silent = (one.code for one in plan.indicators if _names_no_level(one.years.values()))
    readings = {
        one.code: (MAIN_READING, *(r.code for r in one.readings if r.variant is not None))
        for one in plan.indicators
    }
    return {
        "denominators": dict.fromkeys(populations_of(plan), DENOMINATORS),
        "readings": {code: codes for code, codes in readings.items() if len(codes) > 1},
        "levels": {code: tuple(level.value for level in Level) for code in silent},
    }


def _names_no_level(rules: Iterable[YearRule]) -> bool:
    asked = (rule.counted for rule in rules)
    return any(c.level is None and c.measure.kind is MeasureKind.ATTAINED for c in asked)
