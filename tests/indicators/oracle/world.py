"""A commune as it was written down: plain rows, instants in UTC, and nothing worked out yet."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from lms.core.clock import day_of
from lms.indicators.class_facts import CLASS_COUNTS
from lms.indicators.rules import facts as f
from lms.indicators.rules.facts import Facts, Settings

Row = tuple[Any, ...]

TABLES: dict[str, tuple[str, ...]] = {
    "unit": ("key", "name", "kind", "urban BOOLEAN", "opened_on DATE", "closed_on DATE", "parent"),
    "unit_change": (
        "unit", "happened_on DATE", "old_name", "new_name", "into_unit", "undone BOOLEAN",
    ),
    "person": ("key", "born DATE", "year INTEGER", "sex", "died DATE"),
    "household": ("key", "unit"),
    "residence": (
        "person", "unit", "household", "temporary BOOLEAN", "starts DATE", "ends DATE",
    ),
    "membership": ("person", "kind", "unit", "level", "starts DATE", "ends DATE"),
    "link": ("duplicate", "survivor", "undone BOOLEAN"),
    "attainment": (
        "key", "person", "programme", "level", "proof", "made_at TIMESTAMP", "revoked_on DATE",
    ),
    "fact_list": ("key", "kind", "undone BOOLEAN"),
    "fact": ("key", "list", "kind", "person", "day DATE", "programme", "level"),
    "cohort": ("key", "programme", "unit"),
    "meeting": (
        "key", "cohort", "planned_on DATE", "opened_at TIMESTAMP", "cancelled BOOLEAN",
    ),
    "enrolment": ("key", "cohort", "person", "enrolled_on DATE", "withdrawn_on DATE"),
    "attendance": ("enrolment", "meeting"),
    "mentoring": ("mentor", "mentee", "starts DATE", "ends DATE"),
    "declared_population": (
        "key", "population", "value INTEGER", "as_of DATE", "official BOOLEAN", "unit",
        "undone BOOLEAN",
    ),
    "declared_measure": (
        "key", "what", "n INTEGER", "whole INTEGER", "as_of DATE", "official BOOLEAN", "unit",
        "undone BOOLEAN",
    ),
    "thing": ("key", "what", "day DATE", "quantity INTEGER", "unit", "undone BOOLEAN"),
}  # fmt: skip
"""Tables and columns; a column without a type is text. An instant stands in UTC, without a zone."""

KEYS = frozenset(
    {
        "key", "unit", "into_unit", "parent", "person", "household", "duplicate", "survivor",
        "list", "cohort", "enrolment", "meeting", "mentor", "mentee",
    }
)  # fmt: skip
"""Columns that name a row of some table."""


def names_of(table: str) -> list[str]:
    """The columns' names."""
    return [column.split()[0] for column in TABLES[table]]


@dataclass(frozen=True)
class World:
    """One commune: rows by table, whether tạm trú counts, and which denominators were chosen."""

    rows: dict[str, tuple[Row, ...]]
    temporary: bool = True
    chosen: dict[str, str] = field(default_factory=dict)
    """Population key → "register" or "declared"."""

    def of(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table by column."""
        names = names_of(table)
        return (dict(zip(names, row, strict=True)) for row in self.rows.get(table, ()))

    def keyed(self, key: Callable[[str], str]) -> "World":
        """The same commune under other keys, as a database gives them."""
        return replace(self, rows={t: tuple(_keyed(t, rows, key)) for t, rows in self.rows.items()})

    @property
    def settings(self) -> Settings:
        """What the commune chose, as the engine reads it."""
        return Settings(count_temporary=self.temporary, denominators=self.chosen)


def _keyed(table: str, rows: tuple[Row, ...], key: Callable[[str], str]) -> Iterator[Row]:
    named = [name in KEYS for name in names_of(table)]
    for row in rows:
        yield tuple(
            key(value) if is_key and value is not None else value
            for is_key, value in zip(named, row, strict=True)
        )


# --- the same commune as the engine is given it ---------------------------------------------------


def facts_of(world: World) -> Facts:
    """The facts as they come from the database, without one: times become days by the service's clock."""
    teams = [row for row in world.of("unit") if row["kind"] == "to_cong_nghe_so"]
    lists = {row["key"]: row["kind"] for row in world.of("fact_list") if not row["undone"]}
    return Facts(
        persons=[f.Person(r["key"], r["born"], r["year"], r["sex"], r["died"]) for r in world.of("person")],
        residences=[f.Residence(*row) for row in world.rows.get("residence", ())],
        memberships=[f.Membership(*row) for row in world.rows.get("membership", ())],
        units=[
            f.Unit(r["key"], r["name"], r["kind"], r["urban"], None, r["closed_on"], r["opened_on"])
            for r in world.of("unit") if r["kind"] != "to_cong_nghe_so"
        ],
        teams=[f.Team(r["key"], r["name"], r["parent"], r["opened_on"], r["closed_on"]) for r in teams],
        merges=[f.Merge(r["duplicate"], r["survivor"]) for r in world.of("link") if not r["undone"]],
        attainments=[
            f.Attainment(r["key"], r["person"], r["programme"], r["level"], r["proof"],
                         vietnam(r["made_at"]), r["revoked_on"])
            for r in world.of("attainment")
        ],
        outside=[
            f.OutsideFact(r["key"], r["kind"], r["person"], r["day"], r["programme"], r["level"], r["list"])
            for r in world.of("fact") if r["list"] in lists
        ],
        participations=participations(world),
        mentorings=[f.Mentoring(*row) for row in world.rows.get("mentoring", ())],
        declared_populations=[
            f.DeclaredPopulation(r["key"], r["population"], r["value"], r["as_of"], "",
                                 r["official"], r["unit"])
            for r in world.of("declared_population") if not r["undone"]
        ],
        declared_measures=[
            f.DeclaredMeasure(r["key"], r["what"], r["n"], r["whole"], r["as_of"], "", r["official"], r["unit"])
            for r in world.of("declared_measure") if not r["undone"]
        ],
        counts=[f.Count(*row[:-1]) for row in world.rows.get("thing", ()) if not row[-1]]
        + classes_held(world),
        household_units=dict(world.rows.get("household", ())),
        recorded=frozenset(lists.values()),
        unit_changes=[
            f.UnitChange(r["unit"], r["happened_on"], r["old_name"], r["new_name"], r["into_unit"])
            for r in world.of("unit_change") if not r["undone"]
        ],
    )  # fmt: skip


def vietnam(at: datetime) -> date:
    """The day of an instant in Vietnam, by the clock of the service."""
    return day_of(at.replace(tzinfo=UTC))


def participations(world: World) -> list[f.Participation]:
    """Everybody enrolled, with the days on which they came."""
    programmes = {row["key"]: row["programme"] for row in world.of("cohort")}
    days: dict[str, date] = {}
    held: defaultdict[str, set[date]] = defaultdict(set)
    for row in world.of("meeting"):
        days[row["key"]] = vietnam(row["opened_at"]) if row["opened_at"] else row["planned_on"]
        if row["opened_at"] or not row["cancelled"]:
            held[row["cohort"]].add(days[row["key"]])
    came: defaultdict[str, set[date]] = defaultdict(set)
    for row in world.of("attendance"):
        came[row["enrolment"]].add(days[row["meeting"]])
    return [
        f.Participation(
            r["person"], programmes[r["cohort"]], r["cohort"], r["enrolled_on"],
            tuple(sorted(came[r["key"]])), len(held[r["cohort"]]), None, r["withdrawn_on"],
        )
        for r in world.of("enrolment")
    ]  # fmt: skip


def classes_held(world: World) -> list[f.Count]:
    """Our own classes as things counted, as `lms.indicators.class_facts` makes them of the database."""
    kinds = {row["key"]: row["kind"] for row in world.of("unit")}
    cohorts = {row["key"]: row for row in world.of("cohort")}
    opened = sorted(
        (row for row in world.of("meeting") if row["opened_at"]),
        key=lambda row: (row["opened_at"], row["key"]),
    )
    found: dict[tuple[str, str], f.Count] = {}
    for kind in CLASS_COUNTS:
        for row in opened:
            cohort = cohorts[row["cohort"]]
            fits = kind.programmes is None or cohort["programme"] in kind.programmes
            placed = kind.unit_kinds is None or kinds[cohort["unit"]] in kind.unit_kinds
            key = row["key"] if kind.by_session else row["cohort"]
            if fits and placed:
                count = f.Count(key, kind.what, vietnam(row["opened_at"]), 1, cohort["unit"])
                found.setdefault((kind.what, key), count)
    return list(found.values())
