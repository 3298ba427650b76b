"""A figure taken apart: by unit, sex and age band. The parts always add up to the whole.

Source: design/domain.md "Settled choices": unit rows follow residence (a household's unit, a
team's unit), "không rõ / ngoài xã" for the rest; nobody stands in two rows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from lms.indicators.rules.day import Cell, Day
from lms.indicators.rules.declared import Declared
from lms.indicators.rules.facts import Key
from lms.indicators.rules.figure import GroupRow, UnitRow
from lms.indicators.rules.vocabulary import Subject

Cells = Mapping[Cell, int]


def _along(cells: Cells, axis: int) -> Counter[Key | None]:
    """The cells added up along one axis: 0 unit, 1 sex, 2 age band."""
    totals: Counter[Key | None] = Counter()
    for cell, n in cells.items():
        totals[cell[axis]] += n
    return totals


def by_group(population: Cells, numerator: Cells, axis: int) -> tuple[GroupRow, ...]:
    """Rows of one axis in the order of their names, the unknown last."""
    whole, part = _along(population, axis), _along(numerator, axis)
    names = sorted(whole, key=lambda name: (name is None, str(name)))
    return tuple(
        GroupRow(None if name is None else str(name), whole[name], part[name]) for name in names
    )


def units_of(day: Day, subject: Subject, subjects: Iterable[Key]) -> Counter[Key | None]:
    """How many subjects each unit has; persons are better counted through their cells."""
    if subject is Subject.UNIT:
        return Counter(subjects)
    units: Mapping[Key, Key | None] = (
        day.household_units if subject is Subject.HOUSEHOLD else day.team_units
    )
    return Counter(map(units.get, subjects))


def person_units(cells: Cells) -> Counter[Key | None]:
    """How many people each unit has."""
    return _along(cells, 0)


def unit_rows(
    day: Day,
    register: Counter[Key | None] | None,
    numerator: Counter[Key | None],
    declared: Declared | None = None,
) -> tuple[UnitRow, ...]:
    """One row per unit, by name, the unknown last.

    With a declared denominator the population of a row is the unit's own declared figure (None
    where only the commune's is declared) and the register's count stands beside it.
    """
    whole = dict(register or {}) if declared is None else _declared_units(declared)
    keys = {*whole, *numerator, *(register or {})}
    names = day.unit_names
    ordered = sorted(keys, key=lambda key: (key is None, names.get(key, ""), str(key)))
    return tuple(
        UnitRow(
            unit=key,
            name=names.get(key),
            population=whole.get(key, None if declared or register is None else 0),
            numerator=numerator[key],
            register_size=None if register is None else register[key],
        )
        for key in ordered
    )


def _declared_units(declared: Declared) -> dict[Key | None, int | None]:
    return {row.unit: row.denominator for row in declared.units}
