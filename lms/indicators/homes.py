"""Households with at least one proven member, and the walking list of those without.

The figures are those of the indicator engine: the same facts, the same day, the same rule.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import day as day_text
from lms.indicators.bare import BareId, bare_rows, collector_paused, full_id
from lms.indicators.counted_rules import Rule, chosen, day_of, rules_of
from lms.indicators.facts_loader import load_people
from lms.indicators.rules.breakdown import units_of
from lms.indicators.rules.day import Day
from lms.indicators.rules.evidence import Evidence
from lms.indicators.rules.facts import Key
from lms.indicators.rules.tally import Tally, tally_of
from lms.indicators.rules.vocabulary import CITIZEN_AGE, Subject
from lms.people import visit_log
from lms.people.models import Household, Person, Unit
from lms.people.queries import household_number
from lms.people.visit_log import Logged


@dataclass(frozen=True, slots=True)
class UnitHomes:
    """The households of one unit; `unit` is None where a household's unit is not known."""

    unit: UUID | None
    name: str
    homes: int
    proven: int

    @property
    def without(self) -> int:
        """Households in which nobody has reached a proof."""
        return self.homes - self.proven


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household; `phone` only of those who are old enough to be called."""

    id: UUID
    name: str
    birth_year: int | None
    phone: str


@dataclass(frozen=True, slots=True)
class Home:
    """A household on the walking list, with its people and its last visit."""

    id: UUID
    number: str
    unit_id: UUID | None
    unit: str
    members: tuple[Member, ...]
    last: Logged | None


@dataclass(frozen=True)
class Homes:
    """All households of the commune on a day, counted by a rule; `rules` are those to choose from."""

    as_of: date
    rule: Rule
    rules: tuple[Rule, ...]
    day: Day
    tally: Tally

    @property
    def without(self) -> frozenset[Key]:
        """The households of the walking list."""
        return self.tally.subjects - self.tally.passed


def homes(session: Session, commune_id: UUID, as_of: date, rule_code: str = "") -> Homes:
    """Every household of the commune, counted by the rule asked for, else by the first plan's."""
    with collector_paused():
        facts = load_people(session, commune_id)
        found = rules_of(session, commune_id, facts, as_of, Subject.HOUSEHOLD)
        rule, day = chosen(found, rule_code), day_of(session, commune_id, facts, as_of)
        tally = tally_of(Evidence(day), rule.counted, None)
    return Homes(as_of, rule, tuple(found), day, tally)


def by_unit(who: Actor, found: Homes) -> list[UnitHomes]:
    """One row per unit by name; a reporter's own units only."""
    whole = units_of(found.day, Subject.HOUSEHOLD, found.tally.subjects)
    part = units_of(found.day, Subject.HOUSEHOLD, found.tally.passed)
    names = found.day.unit_names
    rows = [
        UnitHomes(full_id(key) if key else None, names.get(key, _("không rõ")), n, part[key])
        for key, n in whole.items()
    ]
    mine = [row for row in rows if _may(who, row.unit)]
    return sorted(mine, key=lambda row: (row.unit is None, row.name))


def _may(who: Actor, unit: UUID | None) -> bool:
    return who.role is not Role.UNIT_REPORTER or unit in who.unit_ids


def whole(rows: Sequence[UnitHomes]) -> UnitHomes:
    """The rows added up; shares are never averaged."""
    return UnitHomes(None, "", sum(row.homes for row in rows), sum(row.proven for row in rows))


@dataclass(frozen=True, slots=True)
class _Place:
    key: Key
    code: str
    number: str
    unit_id: UUID | None
    unit: str


def walking_list(
    session: Session, who: Actor, found: Homes, unit_id: UUID | None = None,
    *, unvisited: bool = False,
) -> list[_Place]:  # fmt: skip
    """Where to go: the households without a proven member, by unit and household number."""
    wanted = set(found.without)
    if unvisited:
        wanted -= {home.hex for home in visit_log.visited_homes(session, who.commune)}
    places = [place for place in _places(session, who.commune, found) if place.key in wanted]
    mine = (p for p in places if _may(who, p.unit_id) and unit_id in (None, p.unit_id))
    return sorted(mine, key=lambda place: (place.unit, _natural(place.code), place.code))


def _natural(code: str) -> list[tuple[int, str]]:
    """'H2' comes before 'H10'."""
    parts = re.findall(r"[0-9]+|[^0-9]+", code)
    return [(int(part), "") if part[0].isdecimal() else (0, part) for part in parts]


def _places(session: Session, commune_id: UUID, found: Homes) -> list[_Place]:
    of_unit = and_(Unit.commune_id == Household.commune_id, Unit.id == Household.unit_id)
    query = (
        select(BareId(Household.id), Household.code, BareId(Unit.id), Unit.code, Unit.name)
        .join(Unit, of_unit)
        .where(Household.commune_id == commune_id)
    )
    return [
        _Place(
            key,
            code,
            household_number(code, unit_code),
            full_id(found.day.unit(unit)),
            found.day.unit_names.get(found.day.unit(unit), name),
        )
        for key, code, unit, unit_code, name in bare_rows(session, query)
    ]


def described(
    session: Session, commune_id: UUID, found: Homes, places: Sequence[_Place]
) -> list[Home]:
    """These households with their people, the oldest first, and who came last."""
    keys = {place.key: found.day.household_members.get(place.key, set()) for place in places}
    people = _members(session, commune_id, found.as_of, [who for of in keys.values() for who in of])
    at_home = {
        key: tuple(sorted((people[who] for who in of if who in people), key=_oldest_first))
        for key, of in keys.items()
    }
    records = {full_id(key): records_of(found, at_home[key]) for key in keys}
    last = visit_log.last_visits(session, commune_id, records)
    return [
        Home(full_id(p.key), p.number, p.unit_id, p.unit, at_home[p.key], last.get(full_id(p.key)))
        for p in places
    ]


def records_of(found: Homes, members: Sequence[Member]) -> list[UUID]:
    """Every record of these people, those merged into them too: any of them may have been visited."""
    own = {one.id.hex for one in members}
    merged = (double for double, stands in found.day.roots.items() if stands in own)
    return [full_id(key) for key in (*sorted(own), *merged)]


def _oldest_first(one: Member) -> tuple[int, str]:
    return one.birth_year or 9999, one.name


def _members(
    session: Session, commune_id: UUID, as_of: date, keys: Sequence[Key]
) -> Mapping[Key, Member]:
    columns: Any = (Person.id, Person.full_name, Person.birth_year, Person.phone, Person.erased_on)
    query = select(*columns).where(
        Person.commune_id == commune_id, Person.id.in_([full_id(key) for key in keys])
    )
    return {
        key.hex: Member(
            key, name or _("đã xóa theo yêu cầu ngày %(day)s", day=day_text(erased)), year,
            _callable(phone, year, as_of),
        )
        for key, name, year, phone, erased in session.execute(query)
    }  # fmt: skip


def _callable(phone: str | None, year: int | None, as_of: date) -> str:
    """Nobody is told to call a child: under 16 the parents are asked."""
    grown = year is not None and as_of.year - year > CITIZEN_AGE
    return (phone or "") if grown else ""


def one_home(session: Session, who: Actor, found: Homes, household_id: UUID) -> Home:
    """A household that the actor may see (`visiting.household` has been asked), proven or not."""
    places = [p for p in _places(session, who.commune, found) if p.key == household_id.hex]
    return described(session, who.commune, found, places)[0]
