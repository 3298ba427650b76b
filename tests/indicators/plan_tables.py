"""How tests read a plan file back into the lines of our tables."""

from lms.indicators.plan_file import load_plan, shipped_plans
from lms.indicators.rules.plan import Counted, Indicator, Plan, Target, YearRule
from lms.indicators.rules.vocabulary import (
    MeasureKind,
    TargetUnit,
)

SECONDARY = "students(lower_secondary,upper_secondary)"
FROM_PRIMARY = "students(primary,lower_secondary,upper_secondary)"
SECONDARY_AND_TERTIARY = "students(lower_secondary,upper_secondary,tertiary)"
MARKET = "any_of[traders,farmers,residents]"


def shipped(code: str) -> Plan:
    return load_plan(shipped_plans()[code], f"{code}.yaml")


def ask(target: Target | None) -> str:
    """A target as the tables write it."""
    if target is None:
        return "none"
    word = f"{target.word} " if target.word else ""
    unit = {TargetUnit.PERCENT: "", TargetUnit.COUNT: " things", TargetUnit.EACH: " each"}
    return f"{word}{target.operator} {target.value}{unit[target.unit]}"


def how(counted: Counted) -> str:
    """A measure as the tables write it."""
    measure = counted.measure
    if measure.kind is MeasureKind.HAS_AT_LEAST:
        return f"has_at_least({measure.k}) {measure.of}"
    what = f" {measure.what}" if measure.what else ""
    return f"{measure.kind}{what}"


def line(rule: YearRule) -> tuple[str, str, str, str]:
    """Population, measure, target and level of one year."""
    counted = rule.counted
    return counted.population.key, how(counted), ask(rule.target), str(counted.level or "")


def table(plan: Plan, year: int) -> dict[str, tuple[str, str, str, str]]:
    return {item.code: line(item.years[year]) for item in plan.indicators}


def by_code(plan: Plan, code: str) -> Indicator:
    return next(item for item in plan.indicators if item.code == code)


def readings(plan: Plan) -> dict[str, list[tuple[str, str, tuple[int, ...]]]]:
    """Kind, place and years of every other reading, by indicator."""
    return {
        item.code: [(r.kind, r.where, r.years) for r in item.readings]
        for item in plan.indicators
        if item.readings
    }


def variants(indicator: Indicator, year: int) -> list[tuple[str, str, str, str]]:
    """The lines that the computable readings give in one year."""
    rule = indicator.years[year]
    return [
        line(r.variant.apply(rule))
        for r in indicator.readings
        if r.variant is not None and r.computable_in(year)
    ]
