"""Who has what proof: attainments, imported facts and sessions attended, up to the cut-off.

Source: design/domain.md "From class to count" and "Settled choices": level and proof must come
from one attainment; proficient implies basic; a revocation stops counting from its own date and
stays visible before; an outside fact counts from its own date and only where it is named.

Who passes is answered with sets, made in one walk over the facts; which attainment counted is
looked up only when somebody opens a figure (`Proofs`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil

from lms.indicators.rules.day import Day
from lms.indicators.rules.facts import Attainment, Key, OutsideFact, Participation
from lms.indicators.rules.plan import Counted
from lms.indicators.rules.vocabulary import (
    LADDER,
    LEVEL_RANK,
    OUTSIDE_FACTS,
    PROOFS,
    VNEID_CONFIRMED,
    Window,
)

RUNG = {name: place for place, name in enumerate(LADDER)}
People = frozenset[Key]
Reached = dict[tuple[str, str, str], set[Key]]


class Proofs(Mapping[Key, tuple[Key, ...]]):
    """What counted for each subject, worked out when first asked for."""

    def __init__(self, make: Callable[[], dict[Key, tuple[Key, ...]]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> dict[Key, tuple[Key, ...]]:
        return self._make()

    def __getitem__(self, subject: Key) -> tuple[Key, ...]:
        return self._made[subject]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def window_start(window: Window, as_of: date) -> date:
    """The first day that counts: of the year, the quarter, the week (Monday), or of all time."""
    starts = {
        Window.EVER: date.min,
        Window.YEAR: date(as_of.year, 1, 1),
        Window.QUARTER: date(as_of.year, (as_of.month - 1) // 3 * 3 + 1, 1),
        Window.WEEK: as_of - timedelta(days=as_of.weekday()),
    }
    return starts[window]


class Evidence:
    """Every proof that stands on a day, by person; each question is answered once and kept."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self._reached: dict[date, Reached] = {}
        self._attended: dict[date, dict[str, tuple[set[Key], set[Key]]]] = {}
        self._outside: dict[tuple[str, date], People] = {}
        self._rungs: dict[tuple[object, ...], list[People]] = {}

    def start(self, counted: Counted) -> date:
        """The first day that counts for an indicator."""
        return window_start(counted.window, self.day.as_of)

    def standing(self, start: date) -> Iterator[Attainment]:
        """Attainments that count on the day, from `start` on."""
        on = self.day.as_of
        for row in self.day.facts.attainments:
            if start <= row[5] <= on and (row[6] is None or on < row[6]):
                yield row

    def reached(self, start: date) -> Reached:
        """People by programme, level and proof of the attainments that stand."""
        if start not in self._reached:
            roots, found = self.day.roots, defaultdict[tuple[str, str, str], set[Key]](set)
            for _, person, programme, level, proof, _, _ in self.standing(start):
                found[programme, level, proof].add(roots.get(person, person))
            self._reached[start] = dict(found)
        return self._reached[start]

    @cached_property
    def outside(self) -> dict[str, list[OutsideFact]]:
        """Imported facts dated on or before the day, by kind, with the survivor as person."""
        found: defaultdict[str, list[OutsideFact]] = defaultdict(list)
        roots = self.day.roots
        for row in self.day.facts.outside:
            if row.occurred_on <= self.day.as_of:
                survivor = roots.get(row.person)
                found[row.kind].append(row if survivor is None else row._replace(person=survivor))
        return found

    @cached_property
    def classes(self) -> list[Participation]:
        """Participations; two records of one person in one class are one."""
        roots, rows = self.day.roots, self.day.facts.participations
        touched = {*roots, *roots.values()}
        joined: dict[tuple[Key, Key, str], Participation] = {}
        for row in rows:
            if row.person in touched:
                who = self.day.root(row.person)
                key = (who, row.class_key, row.programme)
                joined[key] = _joined(row, joined.get(key))._replace(person=who)
        return [*(row for row in rows if row.person not in touched), *joined.values()]

    # --- attained -----------------------------------------------------------------------------

    def attained(self, counted: Counted) -> People:
        """Everybody with an accepted proof of an accepted programme at the asked level."""
        start = self.start(counted)
        facts = self._accepted_facts(counted, start)
        proofs = set(counted.counted_proofs) - set(OUTSIDE_FACTS)
        return self._with(counted, proofs, start).union(row.person for row in facts)

    def _with(self, counted: Counted, proofs: Iterable[str], start: date) -> People:
        """People with one of these proofs; level and proof come from one attainment."""
        reached, none = self.reached(start), set[Key]()
        levels = _levels_from(counted)
        found = (
            reached.get((programme, level, proof), none)
            for programme in counted.counted_programmes
            for level in levels
            for proof in proofs
        )
        return frozenset().union(*found)

    def attained_proofs(self, counted: Counted) -> Proofs:
        """Which attainment counted: the strongest proof, then the earliest, then the smaller key;
        an outside fact only for those who have no attainment."""
        return Proofs(lambda: self._best(counted))

    def _best(self, counted: Counted) -> dict[Key, tuple[Key, ...]]:
        start, levels = self.start(counted), _levels_from(counted)
        programmes, proofs = set(counted.counted_programmes), set(counted.counted_proofs)
        best: dict[Key, Attainment] = {}
        for row in self.standing(start):
            if row.programme in programmes and row.level in levels and row.proof in proofs:
                who = self.day.root(row.person)
                old = best.get(who)
                if old is None or stronger(row, old):
                    best[who] = row
        chosen: dict[Key, tuple[Key, ...]] = {who: (row.key,) for who, row in best.items()}
        for fact in self._accepted_facts(counted, start):
            chosen.setdefault(fact.person, (fact.key,))
        return chosen

    def _accepted_facts(self, counted: Counted, start: date) -> list[OutsideFact]:
        """Outside facts the indicator names and that speak of it, earliest first.

        A VNeID confirmation names no programme and stands for basic; any other fact counts only
        for the programme it names, and for basic when it names no level.
        """
        levels, named = _levels_from(counted), frozenset(counted.counted_programmes)
        kinds = (kind for kind in OUTSIDE_FACTS if kind in counted.counted_proofs)
        rows = (
            row
            for kind in kinds
            for row in self.outside.get(kind, ())
            if row.occurred_on >= start
            and (row.level or "basic") in levels
            and (row.programme in named or (kind == VNEID_CONFIRMED and row.programme is None))
        )
        return sorted(rows, key=lambda row: (row.occurred_on, str(row.key)))

    def is_recorded(self, counted: Counted) -> bool:
        """Whether any fact that could prove this was ever recorded."""
        kinds = {kind for kind in counted.counted_proofs if kind in OUTSIDE_FACTS}
        if not kinds.issuperset(counted.counted_proofs):
            kinds.add("attainment")
        return not kinds.isdisjoint(self.day.recorded)

    # --- confirmed and trained ----------------------------------------------------------------

    def confirmed(self, counted: Counted) -> People:
        """Everybody confirmed by an imported fact, at any level."""
        start = self.start(counted)
        found = (self._outside_people(kind, start) for kind in counted.counted_proofs)
        return frozenset().union(*found)

    def confirmed_proofs(self, counted: Counted) -> dict[Key, tuple[Key, ...]]:
        """Evidence keys by person for `confirmed`: imported facts only, at any level."""
        start = self.start(counted)
        rows = [row for kind in counted.counted_proofs for row in self.outside.get(kind, ())]
        found: dict[Key, tuple[Key, ...]] = {}
        for row in sorted(rows, key=lambda row: (row.occurred_on, str(row.key))):
            if row.occurred_on >= start:
                found.setdefault(row.person, (row.key,))
        return found

    def trained_proofs(self, counted: Counted) -> dict[Key, tuple[Key, ...]]:
        """Class keys by person for `trained`: the asked share of a class's sessions attended.

        The day that counts is that of the session with which the share was reached.
        """
        start, on = self.start(counted), self.day.as_of
        named = frozenset(counted.counted_programmes)
        rows = [row for row in self.classes if row.programme in named and row.total > 0]
        share = Fraction(counted.measure.share or 0) / 100
        asked = {total: max(1, ceil(total * share)) for total in {row.total for row in rows}}
        found: defaultdict[Key, list[Key]] = defaultdict(list)
        for row in rows:
            reached = _reached_on(row, asked[row.total])
            if reached is not None and start <= reached <= on:
                found[row.person].append(row.class_key)
        return {who: tuple(sorted(keys, key=str)) for who, keys in found.items()}

    # --- the ladder ---------------------------------------------------------------------------

    def ladder(self, counted: Counted, people: People) -> dict[str, int]:
        """How many of these people stand at least on each rung."""
        rungs = self._rungs_of(counted)
        return {name: len(people & standing) for name, standing in zip(LADDER, rungs, strict=True)}

    def _rungs_of(self, counted: Counted) -> list[People]:
        """For each rung everybody who stands on it or above, lowest rung first."""
        start, named = self.start(counted), counted.counted_programmes
        key = (named, counted.asked_level, start)
        if key not in self._rungs:
            on = self._class_people(named, start)
            on += [self._with(counted, (proof,), start) for proof in PROOFS]
            self._rungs[key] = _cumulative(on)
        return self._rungs[key]

    def _class_people(self, programmes: Iterable[str], start: date) -> list[People]:
        """People who came to a class of these programmes, and people who learned its lessons."""
        by_programme = self._attended_since(start)
        found = [by_programme[code] for code in programmes if code in by_programme]
        return [frozenset().union(*(pair[rung] for pair in found)) for rung in (0, 1)]

    def _attended_since(self, start: date) -> dict[str, tuple[set[Key], set[Key]]]:
        """By programme: who came to a session, and who learned the lessons, since `start`."""
        if start not in self._attended:
            on, found = self.day.as_of, dict[str, tuple[set[Key], set[Key]]]()
            for row in self.classes:
                came, learned = found.setdefault(row.programme, (set(), set()))
                if any(start <= day <= on for day in row.attended):
                    came.add(row.person)
                if row.learned_on is not None and start <= row.learned_on <= on:
                    learned.add(row.person)
            self._attended[start] = found
        return self._attended[start]

    def outside_counts(self, counted: Counted, people: People) -> dict[str, int]:
        """How many of these people have each kind of outside fact, counted or not."""
        start = self.start(counted)
        return {kind: len(people & self._outside_people(kind, start)) for kind in OUTSIDE_FACTS}

    def _outside_people(self, kind: str, start: date) -> People:
        if (kind, start) not in self._outside:
            rows = self.outside.get(kind, ())
            found = frozenset(row.person for row in rows if row.occurred_on >= start)
            self._outside[kind, start] = found
        return self._outside[kind, start]


def _levels_from(counted: Counted) -> tuple[str, ...]:
    """Levels that satisfy the asked one: proficient implies basic."""
    asked = LEVEL_RANK[counted.asked_level]
    return tuple(level for level, rank in LEVEL_RANK.items() if rank >= asked)


def _cumulative(rungs: list[People]) -> list[People]:
    """Standing on a rung or on any above it."""
    above: People = frozenset()
    for place in reversed(range(len(rungs))):
        above = rungs[place] = rungs[place] | above
    return rungs


def _reached_on(row: Participation, asked: int) -> date | None:
    """The day of the session with which the asked number of a class's sessions was attended."""
    if len(row.attended) < asked:
        return None
    days = sorted(set(row.attended))
    return days[asked - 1] if len(days) >= asked else None


def _joined(row: Participation, other: Participation | None) -> Participation:
    """One participation out of two records of the same person in the same class."""
    if other is None:
        return row
    learned = [day for day in (row.learned_on, other.learned_on) if day is not None]
    left = [day for day in (row.withdrawn_on, other.withdrawn_on) if day is not None]
    return row._replace(
        attended=tuple(sorted({*row.attended, *other.attended})),
        total=max(row.total, other.total),
        enrolled_on=min(row.enrolled_on, other.enrolled_on),
        learned_on=min(learned, default=None),
        withdrawn_on=max(left) if len(left) == 2 else None,
    )


def stronger(row: Attainment, old: Attainment) -> bool:
    """A higher proof is stronger; of equal ones the earlier, then the smaller key."""
    if row.proof != old.proof:
        return RUNG[row.proof] > RUNG[old.proof]
    return (row.occurred_on, str(row.key)) < (old.occurred_on, str(old.key))
