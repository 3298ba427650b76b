"""What is known about a commune, loaded raw from the database once per report.

Rows are named tuples in plain sequences, cheap to make and to unpack by the ten thousand; keys of
persons, units and households are opaque and only need `==`, `hash` and `str`. Days are those of
Asia/Ho_Chi_Minh (an attainment at 23:30 on 31/12 there belongs to that day), and whoever loads
the facts has already turned times into days.

Source: design/domain.md "People and populations", "From class to count", "Settled choices".
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from lms.people.rules.unit_history import Change

Key = Hashable
UnitChange = Change[Key]
"""A unit renamed, or merged into another one, from a day; only changes that stand are loaded."""


class Person(NamedTuple):
    """One record of the register. `sex` is any code or None; `birth_year` may stand alone."""

    key: Key
    birth_date: date | None = None
    birth_year: int | None = None
    sex: str | None = None
    died_on: date | None = None


class Residence(NamedTuple):
    """Where somebody lives: from the day `starts`, and no longer on the day `ends`."""

    person: Key
    unit: Key | None
    household: Key | None = None
    temporary: bool = False
    starts: date | None = None
    ends: date | None = None


class Membership(NamedTuple):
    """One of `MEMBERSHIP_KINDS`, in a unit (for `digital_team`: the team's own key)."""

    person: Key
    kind: str
    unit: Key | None = None
    level: str | None = None
    starts: date | None = None
    ends: date | None = None


class Unit(NamedTuple):
    """A thôn, tổ dân phố, school, agency, enterprise …; `kind` is one of `UNIT_KINDS`."""

    key: Key
    name: str
    kind: str
    is_urban: bool = False
    parent: Key | None = None
    closed_on: date | None = None
    opened_on: date | None = None


class Team(NamedTuple):
    """A Tổ công nghệ số cộng đồng and the unit it works in."""

    key: Key
    name: str
    unit: Key | None = None
    starts: date | None = None
    ends: date | None = None


class Merge(NamedTuple):
    """Two records of one person; only merges that stand today are loaded."""

    duplicate: Key
    survivor: Key


class Attainment(NamedTuple):
    """One proof reached; `revoked_on` is the first day on which it no longer counts."""

    key: Key
    person: Key
    programme: str
    level: str
    proof: str
    occurred_on: date
    revoked_on: date | None = None


class OutsideFact(NamedTuple):
    """An imported fact: `kind` is one of `OUTSIDE_FACTS`; it counts from its own date."""

    key: Key
    kind: str
    person: Key
    occurred_on: date
    programme: str | None = None
    level: str | None = None
    import_key: Key | None = None


class Participation(NamedTuple):
    """One person in one class: the days attended, out of `total` sessions, and lessons learned."""

    person: Key
    programme: str
    class_key: Key
    enrolled_on: date
    attended: tuple[date, ...] = ()
    total: int = 0
    learned_on: date | None = None
    withdrawn_on: date | None = None


class Mentoring(NamedTuple):
    """A mentor guides a mentee."""

    mentor: Key
    mentee: Key
    starts: date | None = None
    ends: date | None = None


class DeclaredPopulation(NamedTuple):
    """A declared population under its key; a None `value` is a figure still blank."""

    key: Key
    population: str
    value: int | None
    as_of: date
    source: str
    official: bool = True
    unit: Key | None = None


class DeclaredMeasure(NamedTuple):
    """A figure another body counted: `what` is the measure's code in the plan."""

    key: Key
    what: str
    numerator: int
    denominator: int | None
    as_of: date
    source: str
    official: bool = True
    unit: Key | None = None


class Count(NamedTuple):
    """A number of things on a day: classes held, models, people posted."""

    key: Key
    what: str
    day: date
    quantity: int = 1
    unit: Key | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the engine needs. Text keys are the quickest: a UUID hashes slowly in Python.

    `household_units` gives a household's unit where the register has it (else most members'
    unit is taken); `recorded` names kinds that were recorded though no row of them is left.

    Kinds are those of `recorded_kinds`: `residence`, `household`, `membership:worker`,
    `attainment`, `vneid_confirmed`, `participation`, `mentoring`, `count:<what>`, `team`, …
    """

    persons: Sequence[Person] = ()
    residences: Sequence[Residence] = ()
    memberships: Sequence[Membership] = ()
    units: Sequence[Unit] = ()
    teams: Sequence[Team] = ()
    merges: Sequence[Merge] = ()
    attainments: Sequence[Attainment] = ()
    outside: Sequence[OutsideFact] = ()
    participations: Sequence[Participation] = ()
    mentorings: Sequence[Mentoring] = ()
    declared_populations: Sequence[DeclaredPopulation] = ()
    declared_measures: Sequence[DeclaredMeasure] = ()
    counts: Sequence[Count] = ()
    household_units: Mapping[Key, Key | None] = field(default_factory=dict)
    recorded: frozenset[str] = frozenset()
    unit_changes: Sequence[UnitChange] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """What the commune chose; all of it is printed with the figures.

    `denominators` maps a population key to "register" or "declared"; otherwise a declared figure
    is used where one stands. `readings` maps an indicator code to the code of the reading taken
    as the main one; `levels` gives a level where the plan writes none.
    """

    count_temporary: bool = True
    denominators: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)


def recorded_kinds(facts: Facts) -> frozenset[str]:
    """Which kinds of fact were ever recorded, on any day: the difference between none and 0."""
    kinds = set(facts.recorded)
    named = {
        "person": facts.persons,
        "residence": facts.residences,
        "attainment": facts.attainments,
        "participation": facts.participations,
        "mentoring": facts.mentorings,
        "team": facts.teams,
    }
    kinds.update(name for name, rows in named.items() if rows)
    kinds.update({f"membership:{row.kind}" for row in facts.memberships})
    kinds.update({f"unit:{row.kind}" for row in facts.units})
    kinds.update({f"count:{row.what}" for row in facts.counts})
    kinds.update({row.kind for row in facts.outside})
    if any(row.household is not None for row in facts.residences):
        kinds.add("household")
    return frozenset(kinds)


def roots_of(merges: Sequence[Merge]) -> dict[Key, Key]:
    """Every duplicate's last survivor; a ring of merges keeps the smallest key as survivor."""
    step = {row.duplicate: row.survivor for row in sorted(merges, key=str)}
    last = {key: _last_survivor(key, step) for key in step}
    return {key: root for key, root in last.items() if root != key}


def _last_survivor(key: Key, step: dict[Key, Key]) -> Key:
    seen = [key]
    while (after := step.get(seen[-1])) is not None:
        if after in seen:
            return min(seen[seen.index(after) :], key=str)
        seen.append(after)
    return seen[-1]


def merged_persons(facts: Facts) -> dict[Key, Person]:
    """One row per real person: the survivor, its blanks filled from its duplicates."""
    roots = roots_of(facts.merges)
    if not roots:
        return {row.key: row for row in facts.persons}
    known = {row.key: row for row in facts.persons if row.key not in roots}
    doubles = (row for row in facts.persons if row.key in roots)
    for row in sorted(doubles, key=lambda row: str(row.key)):
        survivor = known.get(roots[row.key])
        if survivor is not None:
            known[survivor.key] = _filled(survivor, row)
    return known


def _filled(row: Person, other: Person) -> Person:
    """A blank is filled; a birth date fills a bare year only when it is of that same year."""
    year = row.birth_year or (row.birth_date.year if row.birth_date else None)
    other_year = other.birth_date.year if other.birth_date else other.birth_year
    same = year is None or year == other_year
    return row._replace(
        birth_date=row.birth_date or (other.birth_date if same else None),
        birth_year=year or other_year,
        sex=row.sex or other.sex,
        died_on=row.died_on or other.died_on,
    )
