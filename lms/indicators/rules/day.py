"""The commune as it stood at the end of one day: who lived where, who belonged to what.

Source: design/domain.md "People and populations" and "Settled choices". Every person here is a
survivor of the merges that stand today; `ends` is the first day out; a death counts from its day;
of two homes at once the later one holds; a unit that was merged by the day is the one that took
over (docs/adr/0020). All answers are sets of opaque keys, made once.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import TypeVar

from lms.indicators.rules.ages import (
    UNKNOWN_BAND,
    age_bands,
    birth_numbers,
    latest_birth_of_full_age,
)
from lms.indicators.rules.facts import (
    Facts,
    Key,
    Person,
    Residence,
    Settings,
    merged_persons,
    recorded_kinds,
    roots_of,
)
from lms.indicators.rules.plan import Population
from lms.indicators.rules.vocabulary import (
    FULL_AGES,
    MEMBER_KINDS,
    PUBLIC_UNITS,
    RESIDENTIAL_UNITS,
)
from lms.people.rules.unit_history import UnitHistory

K = TypeVar("K")
Home = tuple[Key | None, Key | None]
Cell = tuple[Key | None, str | None, str]


def _stands(starts: date | None, ends: date | None, on: date) -> bool:
    """Whether a span holds on a day; `ends` is the first day out."""
    return (starts is None or starts <= on) and (ends is None or on < ends)


def _later(row: Residence, other: Residence) -> bool:
    """Of two homes the later; of two from the same day the permanent, then the one with a
    household, then the larger keys."""

    def rank(home: Residence) -> tuple[date, bool, bool, str, str]:
        starts, listed = home.starts or date.min, home.household is not None
        return starts, not home.temporary, listed, str(home.unit), str(home.household)

    return rank(row) > rank(other)


REGISTER = (
    "persons", "residences", "memberships", "units", "teams", "merges", "mentorings",
    "household_units", "unit_changes",
)  # fmt: skip
"""Facts that everything here rests on, but for who enrolled and what was ever recorded."""
OWN = ("facts", "as_of", "settings", "recorded", "_special", "_populations", "_broken_down")


class Day:
    """Facts seen from one cut-off day. Attributes are computed when first asked for."""

    def __init__(self, facts: Facts, as_of: date, settings: Settings) -> None:
        self.facts = facts
        self.as_of = as_of
        self.settings = settings
        self.roots = roots_of(facts.merges)
        self.cells: list[Cell] = []
        self._populations: dict[Population, frozenset[Key]] = {}
        self._broken_down: dict[Population, dict[Cell, int]] = {}

    def again(self, facts: Facts, as_of: date, settings: Settings) -> "Day":
        """A day over these facts; of the same day over the very same register, what is made is kept.

        Sameness is that of the objects: facts are never changed once they are made.
        """
        other, here = Day(facts, as_of, settings), self.settings
        same = as_of == self.as_of and settings.count_temporary == here.count_temporary
        if not same or any(getattr(facts, n) is not getattr(self.facts, n) for n in REGISTER):
            return other
        made = dict(self.__dict__)
        other.__dict__.update({name: made[name] for name in made.keys() - set(OWN)})
        classes = facts.participations is self.facts.participations
        for population, people in dict(self._populations).items():
            if classes or all(part.code != "learners" for part in population.parts):
                other._populations[population] = people
                if population in self._broken_down:
                    other._broken_down[population] = self._broken_down[population]
        return other

    def root(self, person: Key) -> Key:
        """The person a record stands for, after merges."""
        return self.roots.get(person, person)

    @cached_property
    def history(self) -> UnitHistory[Key]:
        """The units' renames and mergers."""
        return UnitHistory(self.facts.unit_changes)

    @cached_property
    def merged_units(self) -> dict[Key | None, Key]:
        """Every unit that is part of another one on the day, with that one."""
        return {**self.history.moved(self.as_of)}

    def unit(self, unit: Key | None) -> Key | None:
        """The unit that this one is part of on the day."""
        return self.merged_units.get(unit, unit)

    @cached_property
    def recorded(self) -> frozenset[str]:
        """Kinds of fact that were ever recorded."""
        return recorded_kinds(self.facts)

    @cached_property
    def alive(self) -> dict[Key, Person]:
        """Everybody in the register who is not dead on the day."""
        on, rows = self.as_of, merged_persons(self.facts)
        return {k: row for k, row in rows.items() if row.died_on is None or on < row.died_on}

    @cached_property
    def born(self) -> dict[Key, int]:
        """Birth numbers (yyyymmdd) of those whose birth is known at all."""
        return birth_numbers(self.alive)

    @cached_property
    def births_unknown(self) -> int:
        """For how many residents nothing is known of their birth."""
        return len(self.residents - self.born.keys())

    @cached_property
    def year_only(self) -> frozenset[Key]:
        """Those of whom only the year of birth is known."""
        rows = self.alive.items()
        return frozenset(k for k, row in rows if row[1] is None and row[2] is not None)

    @cached_property
    def homes(self) -> dict[Key, Home]:
        """Unit and household of everybody who lives in the commune on the day."""
        best: dict[Key, Residence] = {}
        on, alive, roots = self.as_of, self.alive, self.roots
        with_them = self.settings.count_temporary
        for row in self.facts.residences:
            person, _, _, temporary, starts, ends = row
            if (starts and starts > on) or (ends and ends <= on) or (temporary and not with_them):
                continue
            who = roots.get(person, person)
            if who in alive and (who not in best or _later(row, best[who])):
                best[who] = row
        units = self.merged_units
        if not units:
            return {who: (row[1], row[2]) for who, row in best.items()}
        return {who: (units.get(row[1], row[1]), row[2]) for who, row in best.items()}

    @cached_property
    def residents(self) -> frozenset[Key]:
        """Everybody living in the commune on the day."""
        return frozenset(self.homes)

    @cached_property
    def urban_residents(self) -> frozenset[Key]:
        """Everybody living in an urban unit on the day."""
        urban = {row.key for row in self.facts.units if row.is_urban}
        return frozenset(who for who, home in self.homes.items() if home[0] in urban)

    @cached_property
    def memberships(self) -> list[tuple[Key, str, Key | None, str | None]]:
        """Person, kind, unit and level of every membership that stands on the day."""
        on, alive, roots, units = self.as_of, self.alive, self.roots, self.merged_units
        standing = (
            (roots.get(person, person), kind, units.get(unit, unit), level)
            for person, kind, unit, level, starts, ends in self.facts.memberships
            if (starts is None or starts <= on) and (ends is None or on < ends)
        )
        return [row for row in standing if row[0] in alive]

    @cached_property
    def members(self) -> dict[str, set[Key]]:
        """People by kind of membership."""
        return self._grouped((kind, who) for who, kind, _, _ in self.memberships)

    @cached_property
    def students(self) -> dict[str | None, set[Key]]:
        """Students by school level; None where the list gives no level."""
        rows = self.memberships
        return self._grouped((level, who) for who, kind, _, level in rows if kind == "student")

    @cached_property
    def teams(self) -> dict[Key, set[Key]]:
        """Active members of every digital team that stands on the day; a team may be empty."""
        gone = self.merged_units
        standing = (t.key for t in self.facts.teams if _stands(t.starts, t.ends, self.as_of))
        teams: dict[Key, set[Key]] = {key: set() for key in standing if key not in gone}
        for who, kind, unit, _ in self.memberships:
            if kind == "digital_team" and unit in teams:
                teams[unit].add(who)
        return teams

    @cached_property
    def household_of(self) -> dict[Key, Key]:
        """The household of every resident who has one."""
        return {who: home[1] for who, home in self.homes.items() if home[1] is not None}

    @cached_property
    def household_members(self) -> dict[Key, set[Key]]:
        """Living residents of every household; only made when a household is opened."""
        return self._grouped((household, who) for who, household in self.household_of.items())

    @cached_property
    def mentees(self) -> dict[Key, set[Key]]:
        """Those living whom every mentor guides on the day; nobody guides himself."""
        on, root, alive = self.as_of, self.root, self.alive
        rows = (row for row in self.facts.mentorings if _stands(row.starts, row.ends, on))
        pairs = ((root(row.mentor), root(row.mentee)) for row in rows)
        return self._grouped(pair for pair in pairs if pair[0] != pair[1] and pair[1] in alive)

    @staticmethod
    def _grouped(pairs: Iterable[tuple[K, Key]]) -> dict[K, set[Key]]:
        groups: defaultdict[K, set[Key]] = defaultdict(set)
        for key, who in pairs:
            groups[key].add(who)
        return dict(groups)

    def posted_at(self, unit_kind: str) -> set[Key]:
        """People whose membership is in a unit of that kind (the one-stop centre)."""
        units = {row.key for row in self.facts.units if row.kind == unit_kind}
        return {who for who, _, unit, _ in self.memberships if unit in units}

    def enrolled_since(self, start: date) -> set[Key]:
        """People who enrolled in a class, or came to one, from that day to the cut-off."""
        on = self.as_of
        found = set()
        for row in self.facts.participations:
            stayed = row.withdrawn_on is None or on < row.withdrawn_on
            if (stayed and start <= row.enrolled_on <= on) or any(
                start <= day <= on for day in row.attended
            ):
                found.add(self.root(row.person))
        return found & self.alive.keys()

    def of_full_age(self, age: int) -> set[Key]:
        """Everybody fully that old on the day; an unknown birth is never old enough."""
        latest = latest_birth_of_full_age(age, self.as_of)
        return {key for key, number in self.born.items() if number <= latest}

    def people(self, population: Population) -> frozenset[Key]:
        """The subjects of a population on the day, each once, also in a union."""
        if population not in self._populations:
            parts = (self._part(part) for part in population.parts)
            self._populations[population] = frozenset().union(*parts)
        return self._populations[population]

    def _part(self, population: Population) -> Iterable[Key]:
        code = population.code
        if code in FULL_AGES:
            return self._aged(code)
        if code == "students" and population.levels:
            return frozenset().union(*(self.students.get(lv, set()) for lv in population.levels))
        special = self._special.get(code)
        return special() if special else self._listed_members(code)

    def _listed_members(self, code: str) -> set[Key]:
        kinds = (self.members.get(kind, set()) for kind in MEMBER_KINDS[code])
        return set().union(*kinds)

    @cached_property
    def _special(self) -> dict[str, Callable[[], Iterable[Key]]]:
        return {
            "residents": lambda: self.residents,
            "learners": lambda: self.enrolled_since(date(self.as_of.year, 1, 1)),
            "mentors": self._mentors,
            "disabled": lambda: self._listed_members("disabled") & self.residents,
            "poor": lambda: self._listed_members("poor") & self.residents,
            "households": lambda: set(self.household_of.values()),
            "digital_teams": lambda: self.teams,
            "public_units": lambda: self._units_of(PUBLIC_UNITS),
            "residential_units": lambda: self._units_of(RESIDENTIAL_UNITS),
        }

    def _aged(self, code: str) -> set[Key]:
        people = self.of_full_age(FULL_AGES[code]) & self.residents
        return people & self.urban_residents if code == "urban_adults" else people

    def _mentors(self) -> set[Key]:
        """Those listed as mentors, and officials or ambassadors of the ward who guide somebody."""
        guides = self._listed_members("ambassadors") | self._listed_members("ward_officials")
        return self._listed_members("mentors") | (guides & self.mentees.keys())

    def _units_of(self, kinds: frozenset[str]) -> set[Key]:
        return {
            row.key
            for row in self.facts.units
            if row.kind in kinds
            and row.key not in self.merged_units
            and _stands(row.opened_on, row.closed_on, self.as_of)
        }

    def has_list(self, population: Population) -> bool:
        """Whether any list that gives this population was ever imported."""
        return any(self._has_list(part.code) for part in population.parts)

    def _has_list(self, code: str) -> bool:
        if code in ("public_units", "residential_units"):
            kinds = PUBLIC_UNITS if code == "public_units" else RESIDENTIAL_UNITS
            return any(f"unit:{kind}" in self.recorded for kind in kinds)
        listed = {f"membership:{kind}" for kind in MEMBER_KINDS.get(code, ())}
        other = {
            "learners": "participation",
            "households": "household",
            "digital_teams": "team",
            "mentors": "mentoring",
        }
        sources = listed | {other[code]} if code in other else listed or {"residence"}
        return not sources.isdisjoint(self.recorded)

    @cached_property
    def cell_of(self) -> dict[Key, int]:
        """The number of everybody's cell: one quick look-up per person and breakdown."""
        alive, born = self.alive, self.born
        bands: dict[int | None, str] = {None: UNKNOWN_BAND}
        bands.update(age_bands(set(born.values()), self.as_of).items())
        units: dict[Key, Key | None] = {who: home[0] for who, home in self.homes.items()}
        sexes: Iterable[str | None] = map(itemgetter(3), alive.values())
        ages = map(bands.__getitem__, map(born.get, alive))
        cells: list[Cell] = list(zip(map(units.get, alive), sexes, ages, strict=True))
        self.cells = list(dict.fromkeys(cells))
        numbers = {cell: number for number, cell in enumerate(self.cells)}
        return dict(zip(alive, map(numbers.__getitem__, cells), strict=True))

    def breakdown(self, people: Iterable[Key]) -> dict[Cell, int]:
        """How many of these people stand in each cell of unit, sex and age band."""
        at = Counter(map(self.cell_of.__getitem__, people))
        return {self.cells[number]: n for number, n in at.items()}

    def population_cells(self, population: Population) -> dict[Cell, int]:
        """The breakdown of a whole population, which several figures share."""
        if population not in self._broken_down:
            self._broken_down[population] = self.breakdown(self.people(population))
        return self._broken_down[population]

    @cached_property
    def unit_names(self) -> dict[Key, str]:
        """What every unit was called on the day."""
        name = self.history.name
        return {row.key: name(row.key, self.as_of, row.name) for row in self.facts.units}

    @cached_property
    def household_units(self) -> dict[Key, Key | None]:
        """A household's unit: the register's, else that of most of its members."""
        units: dict[Key, Key | None] = {}
        divided: set[Key] = set()
        for unit, household in self.homes.values():
            if units.setdefault(household, unit) != unit:
                divided.add(household)
        common = {key: self._common_unit(key) for key in divided}
        kept = self.facts.household_units
        if self.merged_units:
            kept = {key: self.unit(unit) for key, unit in kept.items()}
        return {**units, **common, **kept}

    def _common_unit(self, household: Key) -> Key | None:
        """The unit of most members, on a tie the smallest key."""
        people = self.household_members.get(household, ())
        votes = Counter(self.homes[who][0] for who in people)
        return min(votes, key=lambda unit: (-votes[unit], str(unit)), default=None)

    @cached_property
    def team_units(self) -> dict[Key, Key | None]:
        """A team's unit."""
        return {row.key: self.unit(row.unit) for row in self.facts.teams}
