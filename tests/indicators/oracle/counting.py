"""The oracle: runs the statements over many communes and days, and says every figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from tests.indicators.oracle import statements as sql
from tests.indicators.oracle import sums
from tests.indicators.oracle.papers import DECLARED_AS, LEVELS, LINES, Line
from tests.indicators.oracle.world import TABLES, World


@dataclass
class Answer:
    """What the oracle says of one figure."""

    numerator: int | None
    size: int | None
    register: int | None
    met: bool | None
    needed: int | None
    rows: dict[tuple[str, str | None], tuple[Any, ...]] = field(default_factory=dict)
    """(unit, sex or age; its key) → (name, population, the register's count beside it, numerator)."""


Where = tuple[int, date]
Name = tuple[str, str, str]
"""Plan, code of the figure, code of the reading."""


class Oracle:
    """Counts every figure of the plans for these communes and days by SQL alone."""

    def __init__(self, worlds: Mapping[int, World], days: Iterable[date]) -> None:
        self.db = duckdb.connect(":memory:")
        self.db.execute("SET threads = 1")
        self.worlds = worlds
        self.days = tuple(days)
        self._load()
        self._run(sql.MACROS, sql.PEOPLE, sql.PROOFS, sums.THINGS, sql.RECORDED, sums.DECLARED)
        self._populations()
        self._measures()
        self._run(sums.SIZES, sums.PLACES)
        self._read()

    def close(self) -> None:
        """Gives the memory back."""
        self.db.close()

    def _run(self, *texts: str) -> None:
        for text in texts:
            self.db.execute(text)

    def _load(self) -> None:
        for table, columns in TABLES.items():
            typed = [column if " " in column else f"{column} VARCHAR" for column in columns]
            self.db.execute(f"CREATE TABLE {table} (c INTEGER, {', '.join(typed)})")
            self._fill(
                table, ((c, *row) for c, w in self.worlds.items() for row in w.rows.get(table, ()))
            )
        self._run(
            "CREATE TABLE asked (c INTEGER, d DATE, temporary BOOLEAN)",
            "CREATE TABLE chosen (c INTEGER, key VARCHAR, choice VARCHAR)",
        )
        self._fill(
            "asked", ((c, d, w.temporary) for c, w in self.worlds.items() for d in self.days)
        )
        self._fill(
            "chosen", ((c, *one) for c, w in self.worlds.items() for one in w.chosen.items())
        )

    def _fill(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
        if values:
            self.db.execute(f"INSERT INTO {table} VALUES {values}")

    def _populations(self) -> None:
        self._run(
            "CREATE TABLE pop (c INTEGER, d DATE, p VARCHAR, who VARCHAR)",
            "CREATE TABLE listed (c INTEGER, p VARCHAR)",
            "CREATE TABLE key_of (p VARCHAR, key VARCHAR, of_units BOOLEAN)",
            "CREATE TABLE level_of (p VARCHAR, level VARCHAR)",
        )
        for name, text in sql.POPULATIONS.items():
            self._run(
                f"INSERT INTO pop SELECT DISTINCT c, d, '{name}', who FROM ({text}) x(c, d, who)"
            )
            kinds = ", ".join(f"'{kind}'" for kind in sql.LISTS[name].split())
            self._run(
                f"INSERT INTO listed SELECT DISTINCT c, '{name}' FROM recorded WHERE what IN ({kinds})"
            )
        self._fill(
            "key_of", ((p, DECLARED_AS.get(p, p), p.endswith("_units")) for p in sql.POPULATIONS)
        )
        self._fill("level_of", ((p, level) for p, levels in LEVELS.items() for level in levels))

    def _measures(self) -> None:
        self._run(
            "CREATE TABLE has (c INTEGER, d DATE, m VARCHAR, who VARCHAR)",
            "CREATE TABLE told (c INTEGER, m VARCHAR)",
        )
        for measure in {line.measure for line in LINES}:
            text = sql.measured(measure)
            if text is not None:
                self._run(
                    f"INSERT INTO has SELECT DISTINCT c, d, '{measure}', who FROM ({text}) x(c, d, who)"
                )
                self._run(
                    f"INSERT INTO told SELECT c, '{measure}' FROM recorded WHERE what = '{sql.needs(measure)}'"
                )

    # --- what stands in the tables, by commune and day ---------------------------------------------

    def _read(self) -> None:
        """The tables as dictionaries, each by (commune, day, …)."""
        everything = self.db.execute
        pairs = {(one.population, one.measure, one.subject) for one in LINES}
        self._run("CREATE TABLE pair (p VARCHAR, m VARCHAR, subject VARCHAR)")
        self._fill("pair", sorted(pairs))
        self.shares: dict[tuple[Any, ...], dict[tuple[str, str | None], tuple[int, int]]] = {}
        for c, d, subject, p, m, no_unit, no_sex, no_band, unit, sex, band, n, k in everything(
            sums.SHARES
        ).fetchall():
            axis, value = (
                ("unit", unit) if not no_unit else ("sex", sex) if not no_sex
                else ("age", band) if not no_band else ("all", None)
            )  # fmt: skip
            self.shares.setdefault((c, d, p, m, subject), {})[axis, value] = (n, k)
        self.sizes = self._keyed("SELECT c, d, p, n, register, declared, is_whole FROM size", 3)
        self.names = self._keyed("SELECT c, d, unit, name FROM unit_name", 3)
        self.told = set(everything("SELECT c, m FROM told").fetchall())
        self.recorded = set(everything("SELECT c, what FROM recorded").fetchall())
        self.listed = set(everything("SELECT c, p FROM listed").fetchall())
        self.holds = self._keyed("SELECT c, d, p, n, whole FROM holds", 3)
        self.unit_holds = self._grouped("SELECT c, d, p, unit, n, whole FROM holds_unit")
        self.posted = self._grouped(sums.POSTED)

    def _keyed(self, text: str, n: int) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        return {row[:n]: row[n:] for row in self.db.execute(text).fetchall()}

    def _grouped(self, text: str) -> dict[tuple[Any, ...], dict[str | None, tuple[Any, ...]]]:
        found: dict[tuple[Any, ...], dict[str | None, tuple[Any, ...]]] = {}
        for row in self.db.execute(text).fetchall():
            found.setdefault(row[:3], {})[row[3]] = row[4:]
        return found

    # --- the figures --------------------------------------------------------------------------------

    def answers(self, c: int, d: date) -> dict[Name, Answer]:
        """Every figure of the five plans of one commune on one day."""
        of_year = (one for one in LINES if one.years[0] <= d.year <= one.years[1])
        return {(one.plan, one.code, one.reading): self._answer(c, d, one) for one in of_year}

    def _answer(self, c: int, d: date, line: Line) -> Answer:
        kind, *rest = line.measure.split()
        if kind == "declared":
            return self._declared(c, d, line, rest[0])
        unlisted = kind == "confirmed" and (c, "vneid_confirmed") not in self.recorded
        if unlisted and (c, d, "measure vneid_confirmed") in self.holds:
            return self._declared(c, d, line, "vneid_confirmed")
        if kind in ("things", "posted"):
            return self._things(c, d, line, rest[0])
        return self._share(c, d, line)

    def _declared(self, c: int, d: date, line: Line, what: str) -> Answer:
        n, of = self.holds.get((c, d, f"measure {what}"), (None, None))
        units = self.unit_holds.get((c, d, f"measure {what}"), {})
        rows = {
            ("unit", unit): (self._name(c, d, unit), size, None, k)
            for unit, (k, size) in units.items()
        }
        return self._against(line, d, n, of, self._register(c, d, line), rows)

    def _things(self, c: int, d: date, line: Line, what: str) -> Answer:
        size = self.sizes.get((c, d, line.population), (None,))[0]
        by_unit = self._posted_or_held(c, d, line, what)
        n = None if by_unit is None else sum(by_unit.values())
        rows = {
            ("unit", unit): (self._name(c, d, unit), None, None, k)
            for unit, k in (by_unit or {}).items()
        }
        made = self._against(line, d, n, None, self._register(c, d, line), rows, counts=True)
        made.size = size
        return made

    def _posted_or_held(
        self, c: int, d: date, line: Line, what: str
    ) -> dict[str | None, int] | None:
        if line.measure.startswith("posted") and (c, line.population) in self.listed:
            return {unit: int(n) for unit, (n,) in self.posted.get((c, d, "all"), {}).items()}
        if (c, f"thing:{what}") not in self.recorded:
            return None
        found = self.db.execute(sums.OF_THING, [c, d, what]).fetchall()
        return {unit: int(n) for unit, n in found}

    def _share(self, c: int, d: date, line: Line) -> Answer:
        size, register, declared, whole = self.sizes[c, d, line.population]
        found = self.shares.get((c, d, line.population, line.measure, line.subject), {})
        known = (c, line.measure) in self.told and register is not None
        n = found.get(("all", None), (0, 0))[1] if known else None
        rows = {} if not known else self._parts(c, d, line, found, declared, whole)
        return self._against(line, d, n, size, register, rows)

    def _parts(
        self, c: int, d: date, line: Line, found: Any, declared: bool, whole: bool
    ) -> dict[tuple[str, str | None], tuple[Any, ...]]:
        said: dict[str | None, tuple[Any, ...]] = {}
        if declared and whole:
            key = DECLARED_AS.get(line.population, line.population)
            said = self.unit_holds.get((c, d, f"population {key}"), {})
        rows: dict[tuple[str, str | None], tuple[Any, ...]] = {}
        for (axis, value), (n, k) in found.items():
            if axis == "unit":
                size = said.get(value, (None, None))[1] if declared else n
                rows[axis, value] = (self._name(c, d, value), size, n, k)
            elif axis != "all" and line.subject == "person":
                rows[axis, value] = (None, n, None, k)
        for unit, (_, size) in said.items():
            rows.setdefault(("unit", unit), (self._name(c, d, unit), size, 0, 0))
        return rows

    def _name(self, c: int, d: date, unit: str | None) -> str | None:
        return None if unit is None else self.names[c, d, unit][0]

    def _register(self, c: int, d: date, line: Line) -> int | None:
        found: int | None = self.sizes.get((c, d, line.population), (None, None))[1]
        return found

    def _against(
        self, line: Line, d: date, n: int | None, of: int | None, register: int | None, rows: Any,
        *, counts: bool = False,
    ) -> Answer:  # fmt: skip
        """The target: t percent of the population, every one of it, or a number of things."""
        early = line.starts is not None and d < line.starts
        asked = line.operator and not early and line.asked_in[0] <= d.year <= line.asked_in[1]
        told = n is not None and (counts or bool(of))
        if not asked or not told or n is None:
            return Answer(n, of, register, None, None, rows)
        if line.things is not None:
            return Answer(n, of, register, n >= line.things, line.things, rows)
        assert of is not None
        if line.tenths is None:
            return Answer(n, of, register, n >= of, of, rows)
        asked_of = line.tenths * of
        if line.operator == ">":
            return Answer(n, of, register, 1000 * n > asked_of, asked_of // 1000 + 1, rows)
        return Answer(n, of, register, 1000 * n >= asked_of, -(-asked_of // 1000), rows)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value)
    text = str(value).replace("'", "''")
    return f"'{text}'"
