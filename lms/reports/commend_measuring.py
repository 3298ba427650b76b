"""What people, households, teams and units have of a condition, from the facts of the register.

Pure, over the indicator engine's own day: the same merges, homes, teams and revocations as the figures.
A result that was revoked since counts for no list, whenever the period was.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from lms.indicators.rules.credit import Pairing, Standing, credits
from lms.indicators.rules.day import Day
from lms.indicators.rules.evidence import RUNG, Evidence, stronger
from lms.indicators.rules.facts import Attainment, Facts, Key, Settings, Unit
from lms.indicators.rules.plan import Population
from lms.indicators.rules.vocabulary import LEVEL_RANK, PROOFS, RESIDENTIAL_UNITS
from lms.reports.commend_rules import (
    Condition,
    Criteria,
    Kind,
    Measured,
    Span,
    Subject,
    of_share,
)

UNIT_GROUPS = {
    "residential": RESIDENTIAL_UNITS,
    "school": frozenset({"truong"}),
    "agency": frozenset({"co_quan", "tram_y_te", "trung_tam_hcc"}),
    "enterprise": frozenset({"doanh_nghiep", "hop_tac_xa"}),
}
"""Kinds of unit that one list may be about: units of one kind are held against each other's shares."""
PERSON_GROUPS = (
    "students", "public_sector", "workers", "traders", "farmers", "adults", "elderly", "ambassadors",
    "mentors", "digital_team", "ward_officials",
)  # fmt: skip
"""Groups of people that a list may be about; no list is made of the poor or of people with disabilities."""
BELONGING = frozenset({"student", "worker", "public_sector", "ward_official"})
"""Memberships that make somebody one of a school's, an office's or an enterprise's own people."""


def standing_facts(facts: Facts, today: date) -> Facts:
    """The facts without what was revoked by today."""
    rows = [row for row in facts.attainments if row.revoked_on is None or today < row.revoked_on]
    return facts if len(rows) == len(facts.attainments) else replace(facts, attainments=rows)


@dataclass(frozen=True)
class World:
    """A commune on the last day that counts, for one set of criteria."""

    day: Day
    criteria: Criteria

    @classmethod
    def of(cls, facts: Facts, criteria: Criteria, today: date, count_temporary: bool) -> "World":
        """The world at the end of the period, or today while the period goes on."""
        as_of = min(criteria.ends, today)
        settings = Settings(count_temporary=count_temporary)
        return cls(Day(standing_facts(facts, today), as_of, settings), criteria)

    @cached_property
    def evidence(self) -> Evidence:
        """What stands on the day."""
        return Evidence(self.day)

    # --- subjects ---------------------------------------------------------------------------------

    @cached_property
    def subjects(self) -> frozenset[Key]:
        """Whom the list may name on that day: the living, the standing."""
        make: dict[Subject, Callable[[], Iterable[Key]]] = {
            Subject.PERSON: self._people,
            Subject.HOUSEHOLD: lambda: self.day.people(Population("households")),
            Subject.TEAM: lambda: self.day.teams,
            Subject.UNIT: self._units,
            Subject.TRAINER: frozenset,
        }
        return frozenset(make[self.criteria.subject]())

    def _people(self) -> Iterable[Key]:
        if self.criteria.group:
            return self.day.people(Population(self.criteria.group)) & self.day.alive.keys()
        return self.of_the_commune

    @cached_property
    def of_the_commune(self) -> frozenset[Key]:
        """Everybody alive who lives here or belongs to a group of the commune."""
        return self.day.residents | frozenset(row[0] for row in self.day.memberships)

    def _units(self) -> Iterable[Key]:
        """Units of the kind that stand on the day and are not part of another one."""
        kinds, gone = unit_kinds(self.criteria), self.day.merged_units
        return (
            row.key
            for row in self.day.facts.units
            if row.kind in kinds and row.key not in gone and _stands(row, self.day.as_of)
        )

    # --- results ----------------------------------------------------------------------------------

    def _window(self, condition: Condition) -> tuple[date, date]:
        starts = self.criteria.starts if condition.span is Span.PERIOD else date.min
        return starts, self.day.as_of

    def standing(self, condition: Condition) -> Iterable[Attainment]:
        """What stands within the condition's time."""
        return self.evidence.standing(self._window(condition)[0])

    def best(self, condition: Condition) -> dict[Key, Attainment]:
        """Person → the strongest result that the condition accepts, the earliest of equal ones."""
        accepts, best = acceptance(condition), dict[Key, Attainment]()
        roots = self.day.roots
        for row in self.standing(condition):
            if accepts(row):
                who = roots.get(row.person, row.person)
                old = best.get(who)
                best[who] = row if old is None or stronger(row, old) else old
        return best

    def _short(self, condition: Condition, best: Mapping[Key, Attainment]) -> dict[Key, Attainment]:
        """Person → a result of these programmes that is not enough: lower, or before the period."""
        wanted, found, roots = set(condition.programmes), dict[Key, Attainment](), self.day.roots
        for row in self.evidence.standing(date.min):
            who = roots.get(row.person, row.person)
            if who not in best and (not wanted or row.programme in wanted):
                old = found.get(who)
                found[who] = row if old is None or row.occurred_on > old.occurred_on else old
        return found

    # --- what each kind of condition finds --------------------------------------------------------

    def measured(self, condition: Condition) -> dict[Key, Measured]:
        """The figures of one condition that the register alone can answer."""
        make: dict[Kind, Callable[[Condition], dict[Key, Measured]]] = {
            Kind.ATTAINED: self._attained,
            Kind.MENTEES: self._mentees,
            Kind.ATTENDANCE: self._attendance,
            Kind.HOME_MEMBERS: self._home_members,
            Kind.HOME_ADULTS: self._home_adults,
            Kind.TEAM_MEMBERS: self._team_members,
            Kind.PEOPLE_SHARE: self._people_share,
            Kind.HOMES_SHARE: self._homes_share,
        }
        return make[condition.kind](condition)

    def _attained(self, condition: Condition) -> dict[Key, Measured]:
        best, one = self.best(condition), Fraction(1)
        found = {who: Measured(True, one, proofs=(row.key,)) for who, row in best.items()}
        for who, row in self._short(condition, best).items():
            found[who] = Measured(False, short=(row.key,))
        return found

    def _mentees(self, condition: Condition) -> dict[Key, Measured]:
        """Helper → mentees who reached an accepted proof as a pair, in time; each mentee once."""
        root, accepts = self.day.root, acceptance(condition)
        pairs = [
            Pairing(place, root(row.mentor), root(row.mentee), row.starts or date.min, row.ends)
            for place, row in enumerate(self.day.facts.mentorings)
            if root(row.mentor) != root(row.mentee)
        ]
        rows = [row for row in self.standing(condition) if accepts(row)]
        credited: defaultdict[Key, dict[Key, Attainment]] = defaultdict(dict)
        for one in credits(pairs, rows, root, PROOFS):
            if one.standing is Standing.CREDITED and one.proof is not None:
                credited[one.pairing.helper].setdefault(one.pairing.mentee, one.proof)
        return {
            helper: Measured(
                len(own) >= condition.least, Fraction(len(own)),
                proofs=tuple(sorted((row.key for row in own.values()), key=str)),
            )
            for helper, own in credited.items()
        }  # fmt: skip

    def _attendance(self, condition: Condition) -> dict[Key, Measured]:
        """Person → the best share of a class's meetings that were attended; the class met in the period."""
        starts, ends = self._window(condition)
        wanted, best = set(condition.programmes), dict[Key, Measured]()
        for row in self.evidence.classes:
            here = sum(starts <= day <= ends for day in row.attended)
            if here and row.total and (not wanted or row.programme in wanted):
                there = len({day for day in row.attended if day <= ends})
                one = of_share(condition, there, row.total, (row.class_key,))
                old = best.get(row.person)
                best[row.person] = one if old is None or one.value > old.value else old
        return best

    def _home_members(self, condition: Condition) -> dict[Key, Measured]:
        best, homes = self.best(condition), self.day.household_of
        having: defaultdict[Key, list[Key]] = defaultdict(list)
        for who, row in best.items():
            if who in homes:
                having[homes[who]].append(row.key)
        return {
            home: Measured(len(keys) >= condition.least, Fraction(len(keys)), proofs=_sorted(keys))
            for home, keys in having.items()
        }

    def _home_adults(self, condition: Condition) -> dict[Key, Measured]:
        """Every adult of the household has it; a household without a known adult never does."""
        adults = self.day.people(Population("adults"))
        members = _grouped(
            (home, who) for who, home in self.day.household_of.items() if who in adults
        )
        return self._shares(replace(condition, least=Fraction(100)), members)

    def _team_members(self, condition: Condition) -> dict[Key, Measured]:
        return self._shares(condition, self.day.teams)

    def _people_share(self, condition: Condition) -> dict[Key, Measured]:
        """Of a village its adult residents; of a school, an office, an enterprise its own people."""
        if unit_kinds(self.criteria) == RESIDENTIAL_UNITS:
            adults, homes = self.day.people(Population("adults")), self.day.homes
            return self._shares(condition, _grouped((homes[who][0], who) for who in adults))
        belonging = (
            (unit, who) for who, kind, unit, _ in self.day.memberships if kind in BELONGING
        )
        return self._shares(condition, _grouped(belonging))

    def _shares(
        self, condition: Condition, groups: Mapping[Key | None, set[Key]]
    ) -> dict[Key, Measured]:
        """Group → the share of its people who have an accepted result."""
        best, found = self.best(condition), dict[Key, Measured]()
        for key, people in groups.items():
            having = people & best.keys()
            if key is not None:
                found[key] = of_share(
                    condition, len(having), len(people), _sorted(best[who].key for who in having)
                )
        return found

    def _homes_share(self, condition: Condition) -> dict[Key, Measured]:
        """Unit → the share of its households with at least one member who has it."""
        homes = self.day.household_of
        having = {homes[who] for who in self.best(condition) if who in homes}
        units = self.day.household_units
        of = _grouped((units.get(home), home) for home in set(homes.values()))
        return {
            unit: of_share(condition, len(own & having), len(own))
            for unit, own in of.items()
            if unit is not None
        }


def unit_kinds(criteria: Criteria) -> frozenset[str]:
    """The kinds of unit that a list is about."""
    return UNIT_GROUPS.get(criteria.group, RESIDENTIAL_UNITS)


def _stands(unit: Unit, on: date) -> bool:
    opened, closed = unit.opened_on, unit.closed_on
    return (opened is None or opened <= on) and (closed is None or on < closed)


def acceptance(condition: Condition) -> Callable[[Attainment], bool]:
    """Whether a result is of the asked programmes, at the level and with the proof, or above."""
    programmes, asked = set(condition.programmes), LEVEL_RANK[condition.level]
    levels = {level for level, rank in LEVEL_RANK.items() if rank >= asked}
    proofs = {proof for proof in PROOFS if RUNG[proof] >= RUNG[condition.proof]}
    return lambda row: (
        row.proof in proofs
        and row.level in levels
        and (not programmes or row.programme in programmes)
    )


def _grouped(pairs: Iterable[tuple[Key | None, Key]]) -> dict[Key | None, set[Key]]:
    found: defaultdict[Key | None, set[Key]] = defaultdict(set)
    for key, who in pairs:
        found[key].add(who)
    return dict(found)


def _sorted(keys: Iterable[Key]) -> tuple[Key, ...]:
    return tuple(sorted(keys, key=str))
