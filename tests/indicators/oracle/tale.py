"""A disagreement made small and told: rows are taken away as long as the two still differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tests.indicators.oracle.compare import Difference, compare
from tests.indicators.oracle.counting import Name
from tests.indicators.oracle.world import KEYS, TABLES, Row, World, names_of

Holds = Callable[[World], bool]
Place = tuple[str, int]


def small(found: Difference, world: World) -> tuple[Difference, World]:
    """The same disagreement in a commune with as few rows as we can find."""
    day, name = found.day, found.name

    def differs(one: World) -> bool:
        return _difference(one, day, name) is not None

    for smaller in (replace(world, chosen={}), replace(world, temporary=True)):
        if differs(smaller):
            world = smaller
    world = _with_less(world, differs)
    world = _blanked(world, differs)
    return _difference(world, day, name) or found, world


def _difference(world: World, day: date, name: Name) -> Difference | None:
    done = compare({0: world}, [day])
    return next((one for one in done.differences if one.name == name), None)


def _with_less(world: World, differs: Holds) -> World:
    """Rows are left out with all that name them: by halves first, then one by one."""
    size = max(1, sum(map(len, world.rows.values())) // 2)
    while True:
        places = [(table, n) for table in TABLES for n in range(len(world.rows.get(table, ())))]
        for start in range(0, len(places), size):
            smaller = _without(world, places[start : start + size])
            if smaller.rows != world.rows and differs(smaller):
                world = smaller
                break
        else:
            if size == 1:
                return world
            size = max(1, size // 2)


def _without(world: World, places: list[Place]) -> World:
    """Without these rows, without those that name them, and so on."""
    left, gone = world.rows, set(places)
    while gone:
        keys = {key for table, n in gone if (key := _key(left, table, n)) is not None}
        left = {
            table: tuple(row for n, row in enumerate(rows) if (table, n) not in gone)
            for table, rows in left.items()
        }
        gone = {
            (table, n)
            for table, rows in left.items()
            for n, row in enumerate(rows)
            if not keys.isdisjoint(_named(table, row))
        }
    return replace(world, rows=left)


def _key(rows_of: Mapping[str, Sequence[Row]], table: str, n: int) -> str | None:
    rows = rows_of[table]
    return rows[n][0] if n < len(rows) and TABLES[table][0] == "key" else None


def _named(table: str, row: Row) -> Iterator[Any]:
    return (value for name, value in zip(names_of(table), row, strict=True) if name in KEYS)


def _blanked(world: World, differs: Holds) -> World:
    """Days and keys that play no part are left blank."""
    for table in TABLES:
        for n in range(len(world.rows.get(table, ()))):
            for at, column in enumerate(names_of(table)):
                if column in BLANK and world.rows[table][n][at] is not None:
                    smaller = _blank(world, table, n, at)
                    world = smaller if differs(smaller) else world
    return world


def _blank(world: World, table: str, n: int, at: int) -> World:
    rows = world.rows[table]
    row = (*rows[n][:at], None, *rows[n][at + 1 :])
    return replace(world, rows={**world.rows, table: (*rows[:n], row, *rows[n + 1 :])})


BLANK = frozenset(
    {
        "starts", "ends", "died", "sex", "level", "household", "revoked_on", "withdrawn_on",
        "opened_on", "closed_on", "parent",
    }
)  # fmt: skip


def tell(found: Difference, world: World) -> str:
    """The commune in sentences, then what each of the two says."""
    lines = [f"On {found.day}, figure {' / '.join(found.name)}:"]
    for table in TABLES:
        lines += [f"  {_sentence(table, row)}" for row in world.rows.get(table, ())]
    lines.append(f"  Temporary residents {'count' if world.temporary else 'do not count'}.")
    lines += [f"  The commune chose {how} for {key}." for key, how in world.chosen.items()]
    return "\n".join([*lines, f"  Engine: {found.engine}", f"  Oracle: {found.oracle}"])


def _sentence(table: str, row: Row) -> str:
    said = {
        name: value
        for name, value in zip(names_of(table), row, strict=True)
        if value is not None and value is not False
    }
    return f"{table.replace('_', ' ')}: " + ", ".join(
        f"{name} {value}" for name, value in said.items()
    )
