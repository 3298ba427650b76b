"""Made-up communes with several figures and closings, and a reader who tries to work out what is covered.

The reader is a linear program (HiGHS): it knows every number shown in every publication, that units
add up, that a result stays where none was taken back, and that one group lies inside another. It is
written apart from `lms.reports.public_rules` and shares only what those hand to the printer.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from lms.reports.public_rules import (
    PROTECTION,
    THRESHOLD,
    Decided,
    Line,
    Row,
    State,
    Table,
    Why,
    decide,
    reason,
)

Decide = Callable[[Sequence[Table], Sequence[Decided], int], list[Decided]]


@dataclass
class People:
    """One population of a commune by unit, and who is reached in it by each figure."""

    name: str
    family: str
    sizes: dict[str, int]
    reached: dict[str, dict[str, int]]


@dataclass
class World:
    """What was ever published of one commune."""

    decided: list[Decided] = field(default_factory=list)


def world(rng: Random, decider: Decide = decide) -> World:
    """A commune over 2 to 5 closings, some of them published twice, through a decider."""
    units = [f"u{at}" for at in range(rng.randint(3, 14))]
    groups = _populations(rng, units)
    made, number = World(), 0
    for at in range(rng.randint(2, 5)):
        day = date(2025 + at // 4, 3 * (at % 4) + 1, 28)
        if at:
            _live_on(rng, groups)
        tables = [table for group in groups for table in _tables(group, day, at)]
        for _turn in range(1 + (rng.random() < 0.2)):
            number += 1
            some = [table for table in tables if rng.random() < 0.85]
            rng.shuffle(some)
            made.decided += decider(some, made.decided, number)
    return made


def _populations(rng: Random, units: list[str]) -> list[People]:
    adults = {unit: _size(rng, 0.1, 400) for unit in units}
    older = {unit: rng.randint(0, size // 3) for unit, size in adults.items()}
    offices = {unit: _size(rng, 0.35, 60) for unit in units if rng.random() < 0.7}
    basic = {unit: _part(rng, size) for unit, size in adults.items()}
    seniors = {unit: min(older[unit], rng.randint(0, basic[unit])) for unit in units}
    for unit in units:  # Adults who are not old are reached, or not, apart from the older ones.
        young, reached = adults[unit] - older[unit], basic[unit] - seniors[unit]
        basic[unit] = seniors[unit] + min(young, reached)
    confirmed = {unit: _part(rng, size) for unit, size in adults.items()}
    found = [
        People("adults", "people", adults, {"adults basic": basic, "adults confirmed": confirmed}),
        People("older", "people", older, {"older basic": seniors}),
    ]
    if offices:
        low = {unit: _part(rng, size) for unit, size in offices.items()}
        high = {unit: rng.randint(0, n) for unit, n in low.items()}
        found.append(People("offices", "office", offices, {"office 1": low, "office 2": high}))
    return found


def _size(rng: Random, tiny: float, most: int) -> int:
    return rng.randint(1, 9) if rng.random() < tiny else rng.randint(10, most)


def _part(rng: Random, size: int) -> int:
    return min(size, max(0, round(size * rng.choice((0.02, 0.1, 0.3, 0.6, 0.97, 1.0)))))


def _live_on(rng: Random, groups: list[People]) -> None:
    """Between two closings: few learn somewhere, many elsewhere; rarely a result is taken back."""
    adults, older, *offices = groups
    basic, seniors = adults.reached["adults basic"], older.reached["older basic"]
    for unit in adults.sizes:
        more = min(_gain(rng), older.sizes[unit] - seniors[unit])
        seniors[unit] += more
        young = adults.sizes[unit] - older.sizes[unit] - (basic[unit] - seniors[unit] + more)
        basic[unit] += more + min(_gain(rng), max(0, young))
    for group in (adults, *offices):
        for name, reached in group.reached.items():
            if name in ("adults basic", "office 2"):
                continue
            for unit, size in group.sizes.items():
                reached[unit] = min(size, reached[unit] + _gain(rng))
    for group in offices:
        low, high = group.reached["office 1"], group.reached["office 2"]
        for unit in group.sizes:
            high[unit] = min(low[unit], high[unit] + _gain(rng))
            if rng.random() < 0.05 and low[unit] > high[unit]:
                low[unit] -= 1
    if rng.random() < 0.4:
        for unit in adults.sizes:
            adults.sizes[unit] += rng.randint(0, 6)


def _gain(rng: Random) -> int:
    return rng.choice((0, 0, 0, 1, 2, 3, 8, 15, 40))


def _tables(group: People, day: date, at: int) -> Iterator[Table]:
    for name, reached in group.reached.items():
        if name == "office 2" and at == 0:
            continue
        rows = tuple(Row(unit, reached[unit], size) for unit, size in group.sizes.items())
        families = frozenset({"confirmed" if "confirmed" in name else group.family})
        yield Table(
            name, families, group.name, 2 if name == "office 2" else 1, day,
            sum(row.numerator for row in rows), sum(row.population for row in rows), rows,
        )  # fmt: skip


# --- the reader ---------------------------------------------------------------------------------


@dataclass
class Program:
    """A linear program over one variable per figure, closing and unit."""

    at: dict[object, int] = field(default_factory=dict)
    built: tuple[object, ...] | None = None
    equal: list[tuple[dict[int, float], float]] = field(default_factory=list)
    most: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def var(self, name: object) -> int:
        """The number of a variable, made at its first naming."""
        return self.at.setdefault(name, len(self.at))

    def width(self, target: Iterable[int]) -> float:
        """How far apart the least and the greatest sum of these variables lie."""
        cost = [0.0] * len(self.at)
        for var in target:
            cost[var] = 1.0
        low = self._solve(cost)
        return -self._solve([-one for one in cost]) - low

    def _solve(self, cost: list[float]) -> float:
        if self.built is None:
            self.built = (*self._matrix(self.most), *self._matrix(self.equal))
        answer = linprog(cost, *self.built, bounds=(0, None), method="highs")
        if answer.status == 3:
            return -1e9
        assert answer.status == 0, answer.message
        return float(answer.fun)

    def _matrix(self, rows: list[tuple[dict[int, float], float]]) -> tuple[object, object]:
        if not rows:
            return None, None
        cells = [(at, var, x) for at, (row, _) in enumerate(rows) for var, x in row.items()]
        data = ([c[2] for c in cells], ([c[0] for c in cells], [c[1] for c in cells]))
        return coo_matrix(data, shape=(len(rows), len(self.at))), [value for _, value in rows]


@dataclass(frozen=True)
class Found:
    """A covered number that the reader pinned down."""

    what: str
    key: str
    day: date
    width: float


def attacked(made: World) -> tuple[int, list[Found]]:
    """How many covered numbers the reader tried, and those it got too close to."""
    told = {(one.table, one.lines): one for one in made.decided if one.state is not State.KEPT}
    tried, found = 0, []
    for together in ({"people", "confirmed"}, {"office"}):
        layers = [one for one in told.values() if one.table.families & together]
        here = list(_attacked(layers))
        here += _differences(layers)
        tried += len(here)
        found += [one for one in here if one.width < PROTECTION - 1e-6]
    return tried, found


def _attacked(layers: list[Decided]) -> Iterator[Found]:
    program, targets = Program(), []
    for layer in layers:
        targets += _told(program, layer)
    _links(program, layers)
    for what, layer, variables in targets:
        yield Found(what, layer.table.key, layer.table.as_of, program.width(variables))


def _differences(layers: list[Decided]) -> Iterator[Found]:
    """Shown numbers whose difference is a group: of one figure on two days, of one inside another."""
    for one in layers:
        for two in layers:
            a, b = one.table, two.table
            if (a.key == b.key and a.as_of < b.as_of) or _inside(a, b):
                first, second = _numbers(one), _numbers(two)
                for units in first.keys() & second.keys():
                    apart = abs(first[units] - second[units])
                    if apart:
                        yield Found("difference", a.key, b.as_of, apart)


def _numbers(layer: Decided) -> dict[frozenset[str], int]:
    """What is to be read: the total under no unit, and each shown line."""
    if layer.state not in (State.SHOWN, State.TOTAL):
        return {}
    told = [line for line in layer.lines if line.why is None and layer.state is State.SHOWN]
    return {frozenset(): layer.table.numerator} | {line.units: line.numerator for line in told}


def _inside(one: Table, other: Table) -> bool:
    """Whether by how the worlds are made the first counts inside the second."""
    pairs = (("older basic", "adults basic"), ("office 2", "office 1"))
    return one.as_of == other.as_of and (one.key, other.key) in pairs


def _told(program: Program, layer: Decided) -> Iterator[tuple[str, Decided, list[int]]]:
    table = layer.table
    var = {row.unit: _unit(program, table, row.unit) for row in table.rows if row.population}
    if layer.state is State.COVERED:
        yield "total", layer, list(var.values())
        return
    program.equal.append((dict.fromkeys(var.values(), 1.0), table.numerator))
    for line in layer.lines if layer.state is State.SHOWN else ():
        mine = [var[unit] for unit in line.units]
        sizes = [_size_of(program, table, unit) for unit in line.units]
        program.equal.append((dict.fromkeys(sizes, 1.0), line.population))
        if line.why is None:
            program.equal.append((dict.fromkeys(mine, 1.0), line.numerator))
        else:
            yield "line", layer, mine
        if len(line.units) > 1:
            yield from (("unit of a pool", layer, [one]) for one in mine)
            yield from (("size in a pool", layer, [one]) for one in sizes)


def _unit(program: Program, table: Table, unit: str) -> int:
    """How many are reached in a unit: never more than live there."""
    var = program.var((table.key, table.as_of, unit))
    program.most.append(({var: 1, _size_of(program, table, unit): -1}, 0))
    return var


def _size_of(program: Program, table: Table, unit: str) -> int:
    return program.var((table.population, table.as_of, unit, "size"))


def _links(program: Program, layers: list[Decided]) -> None:
    """Results stay, where in truth they did; the older are adults, the higher level has the lower."""
    for one in layers:
        for two in layers:
            if one is two:
                continue
            a, b = one.table, two.table
            stays = a.key == b.key and a.as_of < b.as_of
            later = {row.unit: row.numerator for row in b.rows if row.population}
            for row in a.rows if stays or _inside(a, b) else ():
                if row.population and row.numerator <= later.get(row.unit, -1):
                    pair = {
                        program.var((a.key, a.as_of, row.unit)): 1.0,
                        program.var((b.key, b.as_of, row.unit)): -1.0,
                    }
                    program.most.append((pair, 0))


# --- planted weaknesses -------------------------------------------------------------------------


def careless(tables: Sequence[Table], _before: Sequence[Decided], number: int) -> list[Decided]:
    """Covers the small numbers and nothing else."""
    return [_shown(table, number, lambda line: reason(line, ())) for table in tables]


def forgetful(tables: Sequence[Table], _before: Sequence[Decided], number: int) -> list[Decided]:
    """Covers each publication well by itself, as if there had been no other."""
    return decide(tables, (), number)


def one_sided(tables: Sequence[Table], _before: Sequence[Decided], number: int) -> list[Decided]:
    """Looks at who is reached and forgets who is not."""
    return [
        _shown(table, number, lambda line: Why.SMALL if line.numerator < THRESHOLD else None)
        for table in tables
    ]


def loose(tables: Sequence[Table], before: Sequence[Decided], number: int) -> list[Decided]:
    """Shows the units of every figure, also where one figure counts inside another."""
    apart = [replace(table, families=frozenset({table.key})) for table in tables]
    return [
        replace(one, table=replace(one.table, families=table.families))
        for one, table in zip(decide(apart, before, number), tables, strict=True)
    ]


PLANTED: dict[str, Decide] = {
    "small numbers alone": careless, "without what was published before": forgetful,
    "who is reached alone": one_sided, "figures inside each other": loose,
}  # fmt: skip


def _shown(table: Table, number: int, why: Callable[[Line], Why | None]) -> Decided:
    rows = [row for row in table.rows if row.population]
    lines = [Line(frozenset({row.unit}), row.numerator, row.population) for row in rows]
    covered = tuple(replace(line, why=why(line)) for line in lines)
    return Decided(table, State.SHOWN, covered, number)
