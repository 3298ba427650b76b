"""From which day everybody in a figure counts: the way a number came about, without counting twice.

The people are those of the figure on its own day; each is put on the day of the first proof that
still counts. So the last point of a course is always the figure itself, and earlier points say who
of them counted already, not what was reported then (people moved, died and were merged since).
One walk over the facts serves every figure of a plan; the rest is done with sets.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from lms.indicators.rules.day import Day
from lms.indicators.rules.evidence import Evidence, window_start
from lms.indicators.rules.facts import Key, OutsideFact
from lms.indicators.rules.figure import Figure
from lms.indicators.rules.plan import Counted
from lms.indicators.rules.vocabulary import (
    LEVEL_RANK,
    OUTSIDE_FACTS,
    VNEID_CONFIRMED,
    CountedOf,
    MeasureKind,
    Operator,
    Subject,
)

Slots = list[set[Key]]
"""For each bound, the persons first seen after the bound before it and on or before this one."""


@dataclass(frozen=True, slots=True)
class Course:
    """How many of a figure counted at the end of each bound, and how many by their own learning.

    `counted` never falls; `learned` are those new since the bound before, without the persons whom
    a list from outside brought first.
    """

    bounds: tuple[date, ...]
    counted: tuple[int, ...]
    learned: tuple[int, ...]

    def at(self, day: date) -> int:
        """How many counted at the end of a day that is one of the bounds."""
        return self.counted[self.bounds.index(day)]


class Courses:
    """Courses of a plan's figures through the same bounds, the last of which is the cut-off day."""

    def __init__(self, evidence: Evidence, bounds: Sequence[date]) -> None:
        self.day: Day = evidence.day
        self.evidence = evidence
        self.bounds = tuple(sorted({*(b for b in bounds if b < self.day.as_of), self.day.as_of}))
        self._reached: dict[date, dict[tuple[str, str, str], Slots]] = {}

    def of(self, figure: Figure) -> Course | None:
        """The course of a figure; None where another body counts it, or days are not known."""
        counted = figure.counted
        if figure.outcome.numerator is None:
            return None
        if counted.measure.kind is MeasureKind.COUNT:
            return self._of_things(figure)
        slots = self._persons(counted, figure)
        return None if slots is None else self._of_subjects(figure, *slots)

    # --- persons, slot by slot --------------------------------------------------------------------

    def _empty(self) -> Slots:
        return [set() for _ in self.bounds]

    def _slot(self, day: date) -> int:
        return bisect_left(self.bounds, day)

    def _persons(self, counted: Counted, figure: Figure) -> tuple[Slots, Slots] | None:
        """Persons by the slot of their own proof, and by that of a list from outside."""
        kind = counted.measure.kind
        if kind is MeasureKind.CONFIRMED and VNEID_CONFIRMED in self.day.recorded:
            return self._empty(), self._outside(self._confirming(counted))
        if kind is MeasureKind.TRAINED:
            return self._trained(counted), self._empty()
        if kind is MeasureKind.HAS_AT_LEAST and counted.measure.of is CountedOf.MENTEES:
            return self._mentors(figure, counted.measure.k or 1), self._empty()
        if kind in (MeasureKind.ATTAINED, MeasureKind.HAS_AT_LEAST):
            return self._attained(counted), self._outside(self._accepted(counted))
        return None

    def _attained(self, counted: Counted) -> Slots:
        reached = self._reached_since(self.evidence.start(counted))
        keys = (
            (programme, level, proof)
            for programme in counted.counted_programmes
            for level in levels_from(counted)
            for proof in counted.counted_proofs
        )
        found = [reached[key] for key in keys if key in reached]
        return [set().union(*(slots[n] for slots in found)) for n in range(len(self.bounds))]

    def _reached_since(self, start: date) -> dict[tuple[str, str, str], Slots]:
        if start not in self._reached:
            made = defaultdict[tuple[str, str, str], Slots](self._empty)
            roots, slot_of = self.day.roots, _Slots(self._slot)
            for _, person, programme, level, proof, on, _ in self.evidence.standing(start):
                made[programme, level, proof][slot_of[on]].add(roots.get(person, person))
            self._reached[start] = dict(made)
        return self._reached[start]

    def _outside(self, rows: Iterable[OutsideFact]) -> Slots:
        slots = self._empty()
        for row in rows:
            slots[self._slot(row.occurred_on)].add(row.person)
        return slots

    def _accepted(self, counted: Counted) -> Iterator[OutsideFact]:
        """Lists from outside that the indicator names, as the engine takes them."""
        start, levels = self.evidence.start(counted), levels_from(counted)
        for kind in set(OUTSIDE_FACTS) & set(counted.counted_proofs):
            for row in self.evidence.outside.get(kind, ()):
                named = row.programme in counted.counted_programmes
                named = named or (kind == VNEID_CONFIRMED and row.programme is None)
                if row.occurred_on >= start and (row.level or "basic") in levels and named:
                    yield row

    def _confirming(self, counted: Counted) -> Iterator[OutsideFact]:
        start = self.evidence.start(counted)
        for kind in counted.counted_proofs:
            found = self.evidence.outside.get(kind, ())
            yield from (row for row in found if row.occurred_on >= start)

    def _trained(self, counted: Counted) -> Slots:
        start, share = self.evidence.start(counted), Fraction(counted.measure.share or 0) / 100
        slots = self._empty()
        for row in self.evidence.classes:
            if row.programme in counted.counted_programmes and row.total > 0:
                days = sorted(set(row.attended))
                asked = max(1, ceil(row.total * share))
                if len(days) >= asked and start <= days[asked - 1] <= self.day.as_of:
                    slots[self._slot(days[asked - 1])].add(row.person)
        return slots

    def _mentors(self, figure: Figure, k: int) -> Slots:
        """A mentor counts from the day on which the k-th pair that still stands began."""
        began: defaultdict[Key, dict[Key, date]] = defaultdict(dict)
        for row in self.day.facts.mentorings:
            who, whom = self.day.root(row.mentor), self.day.root(row.mentee)
            if who in figure.people and whom in self.day.mentees.get(who, ()):
                since = row.starts or date.min
                began[who][whom] = min(since, began[who].get(whom, since))
        slots = self._empty()
        for who, pairs in began.items():
            slots[self._slot(sorted(pairs.values())[k - 1])].add(who)
        return slots

    # --- subjects ---------------------------------------------------------------------------------

    def _of_subjects(self, figure: Figure, own: Slots, outside: Slots) -> Course:
        passed = self._passing(figure)
        known: set[Key] = set()
        counted, learned = [], []
        before = 0
        for mine, theirs in zip(own, outside, strict=True):
            fresh = mine - known
            known |= mine | theirs
            now = passed(fresh, theirs)
            counted.append(now)
            plain = figure.counted.subject is Subject.PERSON
            learned.append(len(figure.people & fresh) if plain else now - before)
            before = now
        return Course(self.bounds, tuple(counted), tuple(learned))

    def _passing(self, figure: Figure) -> Callable[[set[Key], set[Key]], int]:
        """A counter that is fed slot after slot and tells how many subjects have it by then."""
        people = figure.people
        seen: set[Key] = set()
        if figure.counted.subject is Subject.HOUSEHOLD:
            return _Homes(self.day, people, figure.counted.measure.k or 1).fed
        if figure.counted.subject is Subject.TEAM:
            teams = [self.day.teams[key] for key in people]

            def of_teams(mine: set[Key], theirs: set[Key]) -> int:
                seen.update(mine, theirs)
                return sum(1 for team in teams if team <= seen)

            return of_teams

        def of_persons(mine: set[Key], theirs: set[Key]) -> int:
            seen.update(people & mine, people & theirs)
            return len(seen)

        return of_persons

    # --- things counted on a day ------------------------------------------------------------------

    def _of_things(self, figure: Figure) -> Course | None:
        """Things by the day on which they happened; units by the day on which they had enough."""
        counted = figure.counted
        if counted.measure.posted_at is not None and figure.people:
            return None
        start, on = window_start(counted.window, self.day.as_of), self.day.as_of
        steps: list[Counter[Key | None]] = [Counter() for _ in self.bounds]
        for row in self.day.facts.counts:
            if row.what == counted.measure.what and start <= row.day <= on:
                steps[self._slot(row.day)][self.day.unit(row.unit)] += row.quantity
        totals = list(_running(steps))
        if counted.subject is Subject.UNIT:
            found = tuple(_having(figure, held) for held in totals)
        else:
            found = tuple(held.total() for held in totals)
        return Course(self.bounds, found, (0,) * len(found))


class _Slots(dict[date, int]):
    """Days to slots; each day is looked for once."""

    def __init__(self, find: Callable[[date], int]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, day: date) -> int:
        self[day] = found = self._find(day)
        return found


class _Homes:
    """Households that have enough members so far."""

    def __init__(self, day: Day, passed: frozenset[Key], k: int) -> None:
        self._home_of, self._passed, self._k = day.household_of, passed, k
        self._seen: set[Key] = set()
        self._having: Counter[Key] = Counter()
        self._enough: set[Key] = set()

    def fed(self, mine: set[Key], theirs: set[Key]) -> int:
        """How many households have it, once these persons have it too."""
        fresh = (mine | theirs) - self._seen
        self._seen |= fresh
        touched = Counter(self._home_of[who] for who in fresh & self._home_of.keys())
        self._having.update(touched)
        self._enough.update(home for home in touched if self._having[home] >= self._k)
        return len(self._enough & self._passed)


def levels_from(counted: Counted) -> tuple[str, ...]:
    """Levels that satisfy the asked one: proficient implies basic."""
    asked = LEVEL_RANK[counted.asked_level]
    return tuple(level for level, rank in LEVEL_RANK.items() if rank >= asked)


def _running(steps: Iterable[Counter[Key | None]]) -> Iterator[Counter[Key | None]]:
    total: Counter[Key | None] = Counter()
    for step in steps:
        total = total + step
        yield total


def _having(figure: Figure, held: Counter[Key | None]) -> int:
    """Units of the numerator that had enough by then: as many as the target asks, else one."""
    target = figure.target
    if target is None:
        return sum(1 for unit in figure.people if held[unit] >= 1)
    more = target.operator is Operator.MORE_THAN
    asked = floor(target.value) + 1 if more else ceil(target.value)
    return sum(1 for unit in figure.people if held[unit] >= asked)
