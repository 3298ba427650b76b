"""Which declared figures a unit of a kind is asked for, when the commune chose nothing else.

Pure: plans in, codes out. A village is asked about those who live there, a school about its pupils and
staff, an enterprise about its workers. What the register counts by itself is asked of nobody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from lms.indicators.choices import counted_of
from lms.indicators.declared_sheet import Column, columns_of
from lms.indicators.rules.figure import KnownBy, PlanReport
from lms.indicators.rules.plan import Plan, Population
from lms.indicators.rules.vocabulary import (
    ONE_STOP_CENTRE,
    PUBLIC_UNITS,
    RESIDENTIAL_UNITS,
    MeasureKind,
)

FEW_OFFICES = frozenset({"co_quan", ONE_STOP_CENTRE})
WORKPLACES = frozenset({"doanh_nghiep", "hop_tac_xa"})
KNOWS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("adults", "urban_adults", "residents", "citizens_16", "elderly", "disabled", "poor",
         "households", "traders", "farmers"), RESIDENTIAL_UNITS),
    "students": frozenset({"truong"}),
    "public_sector": PUBLIC_UNITS,
    "ward_officials": FEW_OFFICES,
    "workers": WORKPLACES,
}  # fmt: skip
"""Population → the kinds of unit that know their own part of it."""


WITH_WHOLE = (MeasureKind.DECLARED, MeasureKind.SUPPORTED)
"""Measures that are declared together with their whole: its size need not be asked beside them."""
NOT_ASKED = frozenset({"students(tertiary)"})
"""No school of a commune has students of universities, although some plans name them."""


class HasKind(Protocol):
    """A unit as far as this asks."""

    kind: str
    is_urban: bool


def offered(plans: Iterable[Plan]) -> dict[str, Column]:
    """Everything that any plan of the commune needs declared, in the order of the plans."""
    found: dict[str, Column] = {}
    for plan in plans:
        for column in columns_of(plan):
            found.setdefault(column.code, column)
    return found


def populations_behind(plans: Iterable[Plan]) -> dict[str, set[str]]:
    """Code of a figure → codes of the populations it is about."""
    found: dict[str, set[str]] = {}
    for plan in plans:
        for counted in counted_of(plan):
            codes = {part.code for part in counted.population.parts}
            for code in _figures(counted.population, counted.measure.what or counted.measure.kind):
                found.setdefault(code, set()).update(codes)
    return found


def _figures(population: Population, measure: str) -> Iterator[str]:
    yield measure
    yield population.key
    yield from (f"{population.code}({level})" for level in population.levels)


def from_register(reports: Iterable[PlanReport]) -> frozenset[str]:
    """Populations whose size the register gives today, in every figure that uses them."""
    by: dict[str, set[KnownBy | None]] = {}
    for report in reports:
        for figure in (*report.figures, *report.commitments):
            if figure.counted.measure.kind not in WITH_WHOLE:
                by.setdefault(figure.population.key, set()).add(figure.population.known_by)
    return frozenset(key for key, how in by.items() if how == {KnownBy.REGISTER})


def asked_by_default(
    unit: HasKind, plans: Sequence[Plan], counted: frozenset[str]
) -> tuple[str, ...]:
    """The figures that a unit of this kind can know and that the register does not give."""
    behind, sizes = populations_behind(plans), _sizes_needed(plans)
    return tuple(
        code
        for code, column in offered(plans).items()
        if (column.counts or code in sizes)
        and code not in counted | NOT_ASKED
        and not _is_sum_of_levels(code)
        and not _within(code, counted)
        and all(unit.kind in KNOWS.get(one, ()) for one in behind.get(code, {""}))
        and (unit.is_urban or behind.get(code) != {"urban_adults"})
    )


def _sizes_needed(plans: Iterable[Plan]) -> set[str]:
    """Populations that something is a share of which does not bring its own whole along."""
    found: set[str] = set()
    for plan in plans:
        for counted in counted_of(plan):
            if counted.measure.kind not in WITH_WHOLE:
                found.update(_figures(counted.population, ""))
    return found


def _is_sum_of_levels(code: str) -> bool:
    """Schools are asked level by level: nobody has to know which levels a plan adds up."""
    return "(" in code and "," in code


def _within(code: str, counted: frozenset[str]) -> bool:
    """Whether the level is part of a population that the register counts."""
    head, bracket, levels = code.rstrip(")").partition("(")
    return bool(bracket) and any(
        levels in key.rstrip(")").partition("(")[2].split(",")
        for key in counted
        if key.startswith(f"{head}(")
    )
