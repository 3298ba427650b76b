"""Who is in a numerator: persons, households, teams, units, things, or another body's figure.

Source: plans/README.md "Measures" and design/domain.md "Settled choices": a team has it when all
its active members have it, a household when enough of its members do, a mentor when enough
people are guided.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lms.indicators.rules.day import Day
from lms.indicators.rules.declared import Declared, declared_measure
from lms.indicators.rules.evidence import Evidence, People, Proofs, window_start
from lms.indicators.rules.facts import Count, Key
from lms.indicators.rules.plan import Counted, Target
from lms.indicators.rules.vocabulary import (
    VNEID_CONFIRMED,
    CountedOf,
    MeasureKind,
    Operator,
    Subject,
)

Proven = tuple[People, Mapping[Key, tuple[Key, ...]]]


@dataclass(frozen=True, slots=True)
class Tally:
    """Subjects of the register, those of them that pass and by what, and the persons behind them.

    `is_known` is False where no fact of the kind was ever recorded.
    """

    subjects: People
    passed: People
    proofs: Mapping[Key, tuple[Key, ...]]
    persons: People
    is_known: bool


@dataclass(frozen=True, slots=True)
class Things:
    """A number of things by unit; `number` is None where none was ever recorded."""

    number: int | None
    by_unit: Mapping[Key | None, int] = field(default_factory=dict)
    people: frozenset[Key] = frozenset()
    records: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredTally:
    """The figure comes from another body; `holding` is None when none was declared yet."""

    holding: Declared | None


def declared_tally(evidence: Evidence, counted: Counted) -> DeclaredTally | None:
    """The declared figure of a `declared` or `supported` measure; None for any other.

    A `confirmed` figure is a declared one only while no confirmation was imported by name.
    """
    day, measure = evidence.day, counted.measure
    start = window_start(counted.window, day.as_of)
    if measure.kind in (MeasureKind.DECLARED, MeasureKind.SUPPORTED):
        what = measure.what or measure.kind.value
        return DeclaredTally(_declared(day, what, counted, start))
    if measure.kind is not MeasureKind.CONFIRMED or VNEID_CONFIRMED in day.recorded:
        return None
    holding = _declared(day, VNEID_CONFIRMED, counted, start)
    return DeclaredTally(holding) if holding else None


def _declared(day: Day, what: str, counted: Counted, since: date) -> Declared | None:
    return declared_measure(day.facts, what, counted.population, day.as_of, since, day.history)


def tally_of(evidence: Evidence, counted: Counted, target: Target | None) -> Tally:
    """Who passes in a population that the register lists."""
    subjects = evidence.day.people(counted.population)
    if counted.subject is Subject.UNIT:
        return _units(evidence, counted, target, subjects)
    if counted.measure.kind is MeasureKind.HAS_AT_LEAST:
        return _has_at_least(evidence, counted, subjects)
    people, proofs = _proven(evidence, counted)
    known = _is_known(evidence, counted)
    if counted.subject is Subject.TEAM:
        return _teams(evidence, subjects, (people, proofs), known)
    return Tally(subjects, subjects & people, proofs, subjects, known)


def _proven(evidence: Evidence, counted: Counted) -> Proven:
    """Everybody whom the measure proves, and by what."""
    if counted.measure.kind in (MeasureKind.ATTAINED, MeasureKind.HAS_AT_LEAST):
        return evidence.attained(counted), evidence.attained_proofs(counted)
    if counted.measure.kind is MeasureKind.CONFIRMED:
        return evidence.confirmed(counted), Proofs(lambda: evidence.confirmed_proofs(counted))
    trained = evidence.trained_proofs(counted)
    return frozenset(trained), trained


def _is_known(evidence: Evidence, counted: Counted) -> bool:
    """Whether any fact of the measure's kind was ever recorded."""
    if counted.measure.kind is MeasureKind.TRAINED:
        return "participation" in evidence.day.recorded
    return evidence.is_recorded(counted)


def _teams(evidence: Evidence, teams: People, proven: Proven, known: bool) -> Tally:
    """A team has it when it has active members and all of them have it."""
    people, proofs = proven
    members = {key: evidence.day.teams[key] for key in teams}
    passed = {key: who for key, who in members.items() if who and who <= people}
    persons = frozenset().union(*members.values())
    return Tally(teams, frozenset(passed), _joint_proofs(passed, proofs), persons, known)


def _joint_proofs(groups: Mapping[Key, set[Key]], proofs: Mapping[Key, tuple[Key, ...]]) -> Proofs:
    """What counted for a household or a team: the proofs of the members who have it."""
    return Proofs(
        lambda: {
            key: tuple(proof for who in sorted(people, key=str) for proof in proofs[who])
            for key, people in groups.items()
        }
    )


def _has_at_least(evidence: Evidence, counted: Counted, subjects: People) -> Tally:
    """Households with k proven members, or mentors with k mentees."""
    day, k = evidence.day, counted.measure.k or 1
    if counted.measure.of is CountedOf.MENTEES:
        return _mentors(evidence, subjects, k)
    people, proofs = _proven(evidence, counted)
    homes = day.household_of
    having = Counter(map(homes.__getitem__, people & homes.keys()))
    passed = frozenset(key for key, n in having.items() if n >= k) & subjects
    joint = Proofs(lambda: _household_proofs(day, passed, people, proofs))
    return Tally(subjects, passed, joint, frozenset(homes), evidence.is_recorded(counted))


def _household_proofs(
    day: Day, households: People, people: People, proofs: Mapping[Key, tuple[Key, ...]]
) -> dict[Key, tuple[Key, ...]]:
    """What counted for each household, looked up when one is opened."""
    having = {key: day.household_members[key] & people for key in households}
    return dict(_joint_proofs(having, proofs))


def _mentors(evidence: Evidence, subjects: People, k: int) -> Tally:
    """Mentors who guide at least k people; what counted are the mentees."""
    day = evidence.day
    guided = {who: day.mentees[who] for who in subjects & day.mentees.keys()}
    enough = {who: tuple(sorted(m, key=str)) for who, m in guided.items() if len(m) >= k}
    return Tally(subjects, frozenset(enough), enough, subjects, "mentoring" in day.recorded)


def _counts(evidence: Evidence, counted: Counted) -> list[Count]:
    """Recorded numbers of the thing, within the window, each with the unit it belongs to that day."""
    day = evidence.day
    start, what = window_start(counted.window, day.as_of), counted.measure.what
    found = (row for row in day.facts.counts if row.what == what and start <= row.day <= day.as_of)
    return [row._replace(unit=day.unit(row.unit)) if day.merged_units else row for row in found]


def _units(
    evidence: Evidence, counted: Counted, target: Target | None, units: frozenset[Key]
) -> Tally:
    """Units that have as many things as each is asked for (one where no year asks)."""
    rows = _counts(evidence, counted)
    held: Counter[Key | None] = Counter()
    for row in rows:
        held[row.unit] += row.quantity
    passed = {
        unit: tuple(sorted((row.key for row in rows if row.unit == unit), key=str))
        for unit in units
        if _is_enough(held[unit], target)
    }
    known = f"count:{counted.measure.what}" in evidence.day.recorded
    return Tally(units, frozenset(passed), passed, frozenset(), known)


def _is_enough(n: int, target: Target | None) -> bool:
    if target is None:
        return n >= 1
    return n > target.value if target.operator is Operator.MORE_THAN else n >= target.value


def things_of(evidence: Evidence, counted: Counted) -> Things:
    """A number of things; people posted somewhere are counted from the register if it lists any."""
    posted_at = counted.measure.posted_at
    if posted_at is not None and evidence.day.has_list(counted.population):
        return _posted(evidence, counted, posted_at)
    if f"count:{counted.measure.what}" not in evidence.day.recorded:
        return Things(None)
    rows = _counts(evidence, counted)
    by_unit: Counter[Key | None] = Counter()
    for row in rows:
        by_unit[row.unit] += row.quantity
    return Things(by_unit.total(), by_unit, records=tuple(sorted((r.key for r in rows), key=str)))


def _posted(evidence: Evidence, counted: Counted, unit_kind: str) -> Things:
    """People of the population whose membership is in a unit of that kind; each once."""
    day = evidence.day
    people = day.people(counted.population) & day.posted_at(unit_kind)
    by_unit = Counter(day.homes.get(who, (None, None))[0] for who in people)
    return Things(len(people), by_unit, people=people)
