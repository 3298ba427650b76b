"""Which numbers of a publication are covered, so that no small group of people can be read out of it.

Source: design/domain.md "Breakdowns" (where public: cells under 10 suppressed with complementary
suppression) and docs/adr/0026. Pure: tables in, decisions out. Covered are

- a number of people reached, or not yet reached, under 10, 0 included: "nobody" and "everybody"
  speak of each single person;
- a number that differs from one shown before by 1 to 9: the difference is a small group too;
- further numbers, until each covered one could be any of more than 10 values for a reader who knows
  everything shown now and before and that results stay (`lms.reports.public_flow`).

Units with fewer than 10 people are put together in one line, for ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from lms.reports.public_flow import NO_END, Flow

THRESHOLD = 10
"""A group of fewer people is small."""
PROTECTION = 10
"""The least width of the range in which a covered number may lie."""


class Why(StrEnum):
    """Why a number is covered; the page says it in these classes only to the officer."""

    SMALL = "small"
    REST = "rest"
    CHANGE = "change"
    GUARD = "guard"


class State(StrEnum):
    """What becomes of a figure: shown, shown without units, as published before, or covered whole."""

    SHOWN = "shown"
    TOTAL = "total"
    KEPT = "kept"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's part of a figure: whom it counts and how many of them are reached."""

    unit: str
    numerator: int
    population: int


@dataclass(frozen=True, slots=True)
class Table:
    """One figure of a closing. Equal `key`: counted in the same way; equal `population`: the same people.

    Figures that share a family may count one inside the other (older people inside adults, the higher
    level inside the lower).
    """

    key: str
    families: frozenset[str]
    population: str
    level: int
    as_of: date
    numerator: int
    size: int
    rows: tuple[Row, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether the units are the whole: else they say nothing about each other."""
        return bool(
            sum(row.numerator for row in self.rows) == self.numerator
            and sum(row.population for row in self.rows) == self.size
            and all(0 <= row.numerator <= row.population for row in self.rows)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: one unit, or the small ones together. `why` it is covered, None when shown."""

    units: frozenset[str]
    numerator: int
    population: int
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What is shown of a table. `lines` hold true numbers: whoever prints leaves out the covered."""

    table: Table
    state: State
    lines: tuple[Line, ...] = ()
    number: int = 0
    """The publication it was first shown in."""

    @property
    def has_total(self) -> bool:
        """Whether the figure's total is to be read from it."""
        return self.state in (State.SHOWN, State.TOTAL)


def decide(tables: Iterable[Table], before: Sequence[Decided], number: int) -> list[Decided]:
    """What is shown of each table, in order, after everything that was ever published."""
    known: list[Decided] = []
    for one in before:
        _learn(known, one)
    found = []
    for table in tables:
        found.append(_decide(table, known, number))
        _learn(known, found[-1])
    return found


def _learn(known: list[Decided], one: Decided) -> None:
    """Add what was told; a figure told again as it was tells nothing."""
    if one.state is not State.KEPT and all(one.table != other.table for other in known):
        known.append(one)


def _decide(table: Table, known: Sequence[Decided], number: int) -> Decided:
    same = sorted(
        (one for one in known if one.table.key == table.key and one.has_total), key=_order
    )
    again = next((one for one in same if one.table == table), None)
    if again is not None:
        return replace(again, number=number)
    if any(abs(one.table.numerator - table.numerator) < THRESHOLD for one in same):
        return _kept(same)
    linked = [one for one in known if one.has_total and are_linked(one.table, table)]
    if is_small(table) or any(_near(one.table, table) for one in linked):
        return _kept(same) if same else Decided(table, State.COVERED, (), number)
    total = Decided(table, State.TOTAL, hidden(lines_of(table, known)), number)
    if not any(one.state is State.SHOWN for one in linked):
        shown = _with_units(total, same)
        if shown is not None:
            return shown
    if weak([*same, total]):
        return _kept(same) if same else Decided(table, State.COVERED, (), number)
    return total


def _order(one: Decided) -> tuple[date, int]:
    return one.table.as_of, one.number


def _kept(same: Sequence[Decided]) -> Decided:
    """As it was published last: nothing new is told."""
    return replace(same[-1], state=State.KEPT)


def is_small(table: Table) -> bool:
    """Whether the figure as a whole is about fewer than 10 people, reached or not."""
    return _small(table.numerator) or _small(table.size - table.numerator)


def _small(people: int) -> bool:
    return people < THRESHOLD


def are_linked(one: Table, other: Table) -> bool:
    """Whether one of the two may count inside the other, so that the difference is a group as well.

    A higher level on a later day is inside nothing that was shown before of the same people.
    """
    if one.key == other.key or not one.families & other.families:
        return False
    first, second = sorted((one, other), key=lambda table: (table.as_of, table.level))
    rises = first.population == second.population and first.level < second.level
    return not (rises and first.as_of < second.as_of)


def _near(one: Table, other: Table) -> bool:
    """Two totals with fewer than 10 between them; also on two days, for what stays lies between."""
    return abs(one.numerator - other.numerator) < THRESHOLD


# --- lines --------------------------------------------------------------------------------------


def lines_of(table: Table, known: Iterable[Decided]) -> tuple[Line, ...]:
    """The table's lines: units with people, those under 10 in one line; none where they do not add up."""
    rows = [row for row in table.rows if row.population]
    if not table.adds_up:
        return ()
    pooled = {
        unit
        for one in known
        if one.table.population == table.population
        for line in one.lines
        if len(line.units) > 1
        for unit in line.units
    }
    small = [row for row in rows if row.population < THRESHOLD or row.unit in pooled]
    rest = sorted(
        (row for row in rows if row not in small), key=lambda row: (row.population, row.unit)
    )
    while small and rest and sum(row.population for row in small) < THRESHOLD:
        small.append(rest.pop(0))
    lines = [_line([row]) for row in rows if row in rest]
    lines += [_line(small)] if small else []
    return tuple(lines) if len(lines) > 1 else ()


def _line(rows: Sequence[Row]) -> Line:
    return Line(
        frozenset(row.unit for row in rows),
        sum(row.numerator for row in rows),
        sum(row.population for row in rows),
    )


def hidden(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(replace(line, why=Why.GUARD) for line in lines)


def _with_units(total: Decided, same: Sequence[Decided]) -> Decided | None:
    """The figure with its units: the small covered, then more until nothing can be worked out."""
    lines = [replace(line, why=reason(line, same)) for line in total.lines]
    if not lines:
        return None
    order = sorted(
        range(len(lines)), key=lambda at: (lines[at].population, sorted(lines[at].units))
    )
    waiting = [at for at in order if lines[at].why is None]
    while True:
        found = replace(total, state=State.SHOWN, lines=tuple(lines))
        if not weak([*same, found]) and not thin(found, same):
            return found if any(line.why is None for line in lines) else None
        if not waiting:
            return None
        at = waiting.pop(0)
        lines[at] = replace(lines[at], why=Why.GUARD)


def reason(line: Line, same: Iterable[Decided]) -> Why | None:
    """Why a line must be covered by itself, if it must."""
    if _small(line.numerator):
        return Why.SMALL
    if _small(line.population - line.numerator):
        return Why.REST
    sums = (_shown_sum(one, line.units) for one in same)
    is_near = any(0 < abs(line.numerator - n) < THRESHOLD for n in sums if n is not None)
    return Why.CHANGE if is_near else None


def _shown_sum(layer: Decided, units: frozenset[str]) -> int | None:
    """What a publication shows of these units together, if it shows each of them."""
    parts = [line for line in layer.lines if line.units <= units and line.why is None]
    whole = layer.state is State.SHOWN and frozenset().union(*(p.units for p in parts)) == units
    return sum(part.numerator for part in parts) if whole else None


def thin(found: Decided, same: Iterable[Decided]) -> bool:
    """Whether the covered lines together changed by 1 to 9 since a publication that tells their sum."""
    covered = [line for line in found.lines if line.why is not None]
    units = frozenset().union(*(line.units for line in covered))
    now = sum(line.numerator for line in covered)
    sums = (_sum_told(one, units) for one in same)
    return any(0 < abs(now - n) < THRESHOLD for n in sums if n is not None)


def _sum_told(layer: Decided, units: frozenset[str]) -> int | None:
    """The sum over these units as a reader gets it: the total less what is shown of the others."""
    inside = [line for line in layer.lines if line.units <= units]
    others = [line for line in layer.lines if not line.units & units]
    told = len(inside) + len(others) == len(layer.lines) and all(o.why is None for o in others)
    if layer.state is not State.SHOWN or not inside or not told:
        return None
    return sum(line.numerator for line in inside)


# --- what a reader could work out ---------------------------------------------------------------


def weak(layers: Iterable[Decided]) -> list[tuple[date, Line]]:
    """Covered lines of one figure's publications that could be worked out too closely."""
    ordered = sorted((one for one in layers if one.lines), key=_order)
    flow, covered = Flow(), []
    for at, (before, layer) in enumerate(zip([None, *ordered], ordered, strict=False)):
        heirs = _heirs(layer, ordered[at + 1]) if at + 1 < len(ordered) else {}
        carried = _carried(before, layer) if before else {}
        for line in layer.lines:
            grown = line.numerator - carried.get(line.units, 0)
            flow.arc(("growth", at), (at, line.units), grown, NO_END)
            if _is_told(layer, line):
                continue  # A shown number cannot move: it gets no arc.
            heir = heirs.get(line.units)
            end = (at + 1, heir) if heir else ("growth", at + 1)
            arc = flow.arc((at, line.units), end, line.numerator, line.population)
            if layer.state is State.SHOWN:
                covered.append((arc, layer.table.as_of, line))
    return [(when, line) for arc, when, line in covered if flow.width(arc, PROTECTION) < PROTECTION]


def _is_told(layer: Decided, line: Line) -> bool:
    return layer.state is State.SHOWN and line.why is None


def _carried(one: Decided, two: Decided) -> dict[frozenset[str], int]:
    """How much of each line was there at the closing before."""
    found: dict[frozenset[str], int] = {}
    heirs = _heirs(one, two)
    for line in one.lines:
        if heir := heirs.get(line.units):
            found[heir] = found.get(heir, 0) + line.numerator
    return found


def _heirs(one: Decided, two: Decided) -> dict[frozenset[str], frozenset[str]]:
    """Each line's line in the next closing: whoever is reached stays so, where no result was lost."""
    found = {}
    for heir in two.lines:
        parts = [line for line in one.lines if line.units <= heir.units]
        if sum(part.numerator for part in parts) <= heir.numerator:
            found.update({part.units: heir.units for part in parts})
    return found
