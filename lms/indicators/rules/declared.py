"""Declared figures: which of them holds on a day.

Source: design/domain.md "Settled choices": the newest on or before the day, official before
estimate; a commune figure wins over a sum of units when as new; a blank denominator stays blank.
A sum is as new as its oldest part, and a part that was never declared is older than any: a sum that
lacks a unit never wins over a figure of the commune, and is no size of a population.
After a merger the figures of the old units are summed for the new one, and never beside a later
figure of the whole: every place is counted once (docs/adr/0020).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lms.indicators.rules.facts import DeclaredMeasure, DeclaredPopulation, Facts, Key, Unit
from lms.indicators.rules.plan import Population
from lms.indicators.rules.vocabulary import PUBLIC_UNITS, RESIDENTIAL_UNITS
from lms.people.rules.unit_history import UnitHistory

History = UnitHistory[Key]
NO_CHANGES: History = UnitHistory()
ENTERPRISES = frozenset({"doanh_nghiep", "hop_tac_xa"})


class Row(NamedTuple):
    """A declared figure in one shape: `numerator` is None for a population."""

    key: Key
    unit: Key | None
    as_of: date
    official: bool
    source: str
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Declared:
    """The declared figure that holds: its numbers, its date, its sources, its parts by unit.

    `as_of` of a sum is that of its oldest part, for a sum is only as new as that; `lacks` are units
    that should be in it and have no figure.
    """

    numerator: int | None
    denominator: int | None
    as_of: date
    official: bool
    sources: tuple[str, ...]
    keys: tuple[Key, ...]
    units: tuple[Row, ...] = ()
    lacks: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who can be asked for a figure: every unit with its sort, and those that stand on the day.

    Places people live in are one sort; so are public bodies, but pupils are asked of schools alone,
    and enterprises. Only urban places are asked for urban people.
    """

    sorts: Mapping[Key, str]
    standing: frozenset[Key]

    def lacking(self, parts: Iterable[Row], history: History, on: date) -> tuple[Key, ...]:
        """The units that stand, are of the sort of these parts, and of which no part speaks whole."""
        spoken: set[Key] = set()
        sorts: set[str] = set()
        for part in parts:
            spoken |= history.territory(part.unit, part.as_of)
            sorts |= {self.sorts[part.unit]} if part.unit in self.sorts else set()
        asked = (unit for unit in self.standing if self.sorts[unit] in sorts)
        return tuple(
            sorted((one for one in asked if not history.territory(one, on) <= spoken), key=str)
        )


NOBODY_ASKED = Asked({}, frozenset())


def asked_for(units: Iterable[Unit], population: str, on: date, history: History) -> Asked:
    """Who can be asked on a day about a population, by its code."""
    known = list(units)
    gone = history.moved(on)
    standing = (
        unit.key
        for unit in known
        if unit.key not in gone and _may_be_asked(unit, population)
        and (unit.opened_on is None or unit.opened_on <= on)
        and (unit.closed_on is None or on < unit.closed_on)
    )  # fmt: skip
    return Asked({unit.key: _sort(unit, population) for unit in known}, frozenset(standing))


def _may_be_asked(unit: Unit, population: str) -> bool:
    return population != "urban_adults" or unit.is_urban or unit.kind not in RESIDENTIAL_UNITS


def _sort(unit: Unit, population: str) -> str:
    if unit.kind in RESIDENTIAL_UNITS:
        return "home"
    if unit.kind in PUBLIC_UNITS and population != "students":
        return "public"
    return "enterprise" if unit.kind in ENTERPRISES else unit.kind


def holding(
    rows: Iterable[Row], on: date, history: History = NO_CHANGES, asked: Asked = NOBODY_ASKED
) -> Declared | None:
    """The figure that holds on a day, or None when nothing was declared by then."""
    past = sorted((row for row in rows if row.as_of <= on), key=_freshness)
    commune = next((row for row in reversed(past) if row.unit is None), None)
    parts = _each_place_once([row for row in past if row.unit is not None], history)
    lacks = asked.lacking(parts, history, on)
    oldest = min((part.as_of for part in parts), default=date.min)
    if commune and (lacks or commune.as_of >= oldest):
        return _one(commune)
    return _sum(parts, lacks, history, on)


def _freshness(row: Row) -> tuple[date, bool, str]:
    """Later days come last, then official figures, then the larger key."""
    return row.as_of, row.official, str(row.key)


def _each_place_once(rows: Sequence[Row], history: History) -> list[Row]:
    """The newest figure of every place: one of a whole unit stands for all that it took over by then.

    Of two of the same day and standing the one that covers more holds.
    """
    if not history.merges:
        return sorted({row.unit: row for row in rows}.values(), key=lambda row: str(row.unit))
    covers = [(row, history.territory(row.unit, row.as_of)) for row in rows]
    covers.sort(key=lambda pair: (*_freshness(pair[0])[:2], len(pair[1]), str(pair[0].key)))
    taken: set[Key] = set()
    found = []
    for row, places in reversed(covers):
        if taken.isdisjoint(places):
            taken |= places
            found.append(row)
    return sorted(found, key=lambda row: str(row.unit))


def _one(row: Row) -> Declared:
    return Declared(
        row.numerator, row.denominator, row.as_of, row.official, (row.source,), (row.key,)
    )


def _sum(
    parts: Sequence[Row], lacks: tuple[Key, ...], history: History, on: date
) -> Declared | None:
    """Numerators and denominators are summed, never averaged; one blank leaves the sum blank."""
    if not parts:
        return None
    return Declared(
        numerator=_added(part.numerator for part in parts),
        denominator=_added(part.denominator for part in parts),
        as_of=min(part.as_of for part in parts),
        official=all(part.official for part in parts),
        sources=tuple(sorted({part.source for part in parts})),
        keys=tuple(part.key for part in parts),
        units=tuple(_rolled_up(parts, history, on)),
        lacks=lacks,
    )


def _rolled_up(parts: Sequence[Row], history: History, on: date) -> list[Row]:
    """One row per unit of the day: those of units that were merged into it are added up."""
    if not history.merges:
        return list(parts)
    of: defaultdict[Key, list[Row]] = defaultdict(list)
    for part in parts:
        of[history.at(part.unit, on)].append(part)
    return [
        rows[0]._replace(
            unit=unit,
            numerator=_added(row.numerator for row in rows),
            denominator=_added(row.denominator for row in rows),
        )
        for unit, rows in sorted(of.items(), key=lambda pair: str(pair[0]))
    ]


def _added(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def declared_measure(
    facts: Facts, what: str, of: Population, on: date, since: date, history: History = NO_CHANGES
) -> Declared | None:
    """The figure another body counted of a population, dated within the window.

    A sum that lacks units is told with them where nothing else was declared: both its numbers are of
    the same units.
    """
    rows = (_measure_row(row) for row in facts.declared_measures if row.what == what)
    asked = asked_for(facts.units, of.code, on, history)
    return holding((row for row in rows if row.as_of >= since), on, history, asked)


def _measure_row(row: DeclaredMeasure) -> Row:
    return Row(
        row.key, row.unit, row.as_of, row.official, row.source, row.numerator, row.denominator
    )


def declared_population(
    facts: Facts, population: Population, on: date, history: History = NO_CHANGES
) -> Declared | None:
    """The declared size of a population; school levels may be declared one by one.

    A union is never summed from its parts, for somebody may be in two of them; a sum of units that
    lacks one is no size, for people of every unit are counted against it.
    """
    by_key: defaultdict[str, list[Row]] = defaultdict(list)
    for row in facts.declared_populations:
        by_key[row.population].append(_population_row(row))
    asked = asked_for(facts.units, population.code, on, history)
    whole = _whole(holding(by_key[population.key], on, history, asked))
    if whole or len(population.levels) < 2:
        return whole
    keys = [f"{population.code}({level})" for level in population.levels]
    levels = [_whole(holding(by_key[key], on, history, asked)) for key in keys]
    found = [level for level in levels if level]
    return _levels(found) if len(found) == len(levels) else None


def _whole(found: Declared | None) -> Declared | None:
    return None if found is None or found.lacks else found


def _population_row(row: DeclaredPopulation) -> Row:
    return Row(row.key, row.unit, row.as_of, row.official, row.source, None, row.value)


def _levels(levels: Sequence[Declared]) -> Declared:
    return Declared(
        numerator=None,
        denominator=_added(level.denominator for level in levels),
        as_of=min(level.as_of for level in levels),
        official=all(level.official for level in levels),
        sources=tuple(sorted({name for level in levels for name in level.sources})),
        keys=tuple(key for level in levels for key in level.keys),
    )
