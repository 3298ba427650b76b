"""Who meets the criteria of a commendation list, who lacks one thing only, and in which order they stand.

Pure. What is measured comes as one mapping per condition; a subject that is not in a mapping has nothing
of it. Thresholds are met by reaching them ("từ … trở lên"), compared as exact fractions.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil

Key = Hashable


class Subject(StrEnum):
    """Whom a list names. A trainer is an account of the service, not a record of the register."""

    PERSON = "person"
    TRAINER = "trainer"
    HOUSEHOLD = "household"
    TEAM = "team"
    UNIT = "unit"


class Kind(StrEnum):
    """What a condition asks."""

    ATTAINED = "attained"
    MENTEES = "mentees"
    GAIN = "gain"
    ATTENDANCE = "attendance"
    TAUGHT = "taught"
    CLASS_SHARE = "class_share"
    HOME_MEMBERS = "home_members"
    HOME_ADULTS = "home_adults"
    TEAM_MEMBERS = "team_members"
    INDICATOR_MET = "indicator_met"
    INDICATOR_RATE = "indicator_rate"
    INDICATOR_GAIN = "indicator_gain"
    PEOPLE_SHARE = "people_share"
    HOMES_SHARE = "homes_share"


class Span(StrEnum):
    """When a result must have been reached: within the period, or at any time up to its end."""

    PERIOD = "period"
    BY_END = "by_end"


ASKED = {
    Subject.PERSON: (Kind.ATTAINED, Kind.MENTEES, Kind.GAIN, Kind.ATTENDANCE),
    Subject.TRAINER: (Kind.TAUGHT, Kind.CLASS_SHARE),
    Subject.HOUSEHOLD: (Kind.HOME_MEMBERS, Kind.HOME_ADULTS),
    Subject.TEAM: (Kind.TEAM_MEMBERS,),
    Subject.UNIT: (
        Kind.INDICATOR_MET, Kind.INDICATOR_RATE, Kind.INDICATOR_GAIN, Kind.PEOPLE_SHARE,
        Kind.HOMES_SHARE,
    ),
}  # fmt: skip
"""What may be asked of each subject."""
UNPROVEN = frozenset({Kind.ATTENDANCE})
"""These prove nothing: a list needs another condition beside them."""
RATES = frozenset(
    {
        Kind.CLASS_SHARE, Kind.TEAM_MEMBERS, Kind.INDICATOR_RATE, Kind.PEOPLE_SHARE, Kind.HOMES_SHARE,
    }
)  # fmt: skip
"""Only by a share of one's own population may a list be ordered: a count would put the large first."""
OF_RESULTS = frozenset(
    {
        Kind.ATTAINED, Kind.MENTEES, Kind.TAUGHT, Kind.CLASS_SHARE, Kind.HOME_MEMBERS,
        Kind.HOME_ADULTS, Kind.TEAM_MEMBERS, Kind.PEOPLE_SHARE, Kind.HOMES_SHARE,
    }
)  # fmt: skip
"""These rest on attainments, and say which programmes, level and proof they accept."""
OF_PLANS = frozenset({Kind.INDICATOR_MET, Kind.INDICATOR_RATE, Kind.INDICATOR_GAIN})
PERCENT = RATES | {Kind.ATTENDANCE}
POINTS = frozenset({Kind.GAIN, Kind.INDICATOR_GAIN})
WHOLE = frozenset({Kind.MENTEES, Kind.TAUGHT, Kind.HOME_MEMBERS})
PLAIN = frozenset({Kind.ATTAINED, Kind.HOME_ADULTS, Kind.INDICATOR_MET})
"""A condition of these asks no number."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must be true. `least` is a number, a share in percent, or points, by kind."""

    kind: Kind
    least: Fraction = Fraction(1)
    programmes: tuple[str, ...] = ()
    """Codes; empty is any programme."""
    level: str = "basic"
    proof: str = "test_passed"
    """The lowest rung that is accepted."""
    span: Span = Span.PERIOD
    plan: str = ""
    indicator: str = ""
    since: int = 0
    """The number of the closed period from which a unit's gain is measured."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """A list as the commune describes it: all conditions must be met ("và")."""

    name: str
    subject: Subject
    starts: date
    ends: date
    conditions: tuple[Condition, ...]
    group: str = ""
    """Which people or which kind of unit; empty is all."""
    order: int = 0
    """By the share of this condition, counted from 1, the highest first; 0 is by name."""
    award: str = ""
    """What the commune itself writes as the form of commendation; nothing is made of it."""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a subject has of a condition. `part` of `whole` stands behind a share.

    `proofs` are the keys of what counted; `short` those of what does not count yet (a lower proof or
    level, or before the period).
    """

    met: bool
    value: Fraction = Fraction(0)
    part: int | None = None
    whole: int | None = None
    proofs: tuple[Key, ...] = ()
    short: tuple[Key, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    """Further plain data that is told and kept: names of classes, points of two forms."""

    @property
    def has_begun(self) -> bool:
        """Whether there is anything at all towards it."""
        return self.met or self.value > 0 or bool(self.short)


Figures = Mapping[Key, Measured]


@dataclass(frozen=True, slots=True)
class Judged:
    """Who meets every condition, and who is near: what each of these lacks, by place from 0."""

    passed: frozenset[Key]
    near: Mapping[Key, tuple[int, ...]]


FEW = frozenset({Subject.TRAINER, Subject.TEAM, Subject.UNIT})
"""There are few of these, so that every one is told what it lacks."""


def judge(subject: Subject, subjects: frozenset[Key], figures: Sequence[Figures]) -> Judged:
    """Hold the subjects against every condition's figures; without a condition nobody passes.

    Near is who lacks one condition only and has begun it; of the few, whoever has begun anything.
    """
    met = [{key for key, one in found.items() if one.met} for found in figures]
    if not met:
        return Judged(frozenset(), {})
    passed = frozenset(subjects.intersection(*met))
    others = subjects - passed
    near = _all_lacks(others, figures) if subject in FEW else _one_lack(others, figures, met)
    return Judged(passed, near)


def _one_lack(
    subjects: frozenset[Key], figures: Sequence[Figures], met: Sequence[set[Key]]
) -> dict[Key, tuple[int, ...]]:
    near: dict[Key, tuple[int, ...]] = {}
    for place, found in enumerate(figures):
        candidates = (found.keys() - met[place]) & subjects
        for at, keys in enumerate(met):
            if at != place:
                candidates = candidates & keys
        near.update((key, (place,)) for key in candidates if found[key].has_begun)
    return near


def _all_lacks(subjects: frozenset[Key], figures: Sequence[Figures]) -> dict[Key, tuple[int, ...]]:
    begun = {key for found in figures for key, one in found.items() if one.has_begun}
    return {
        key: tuple(at for at, found in enumerate(figures) if key not in found or not found[key].met)
        for key in subjects & begun
    }


def is_proven(conditions: Iterable[Condition]) -> bool:
    """Whether at least one condition rests on a proven result."""
    return any(one.kind not in UNPROVEN for one in conditions)


def share(part: int, whole: int) -> Fraction:
    """A share in percent, exact; of nobody it is 0."""
    return Fraction(100 * part, whole) if whole else Fraction(0)


def of_share(
    condition: Condition, part: int, whole: int, proofs: tuple[Key, ...] = (),
    facts: Mapping[str, object] | None = None,
) -> Measured:  # fmt: skip
    """A share held against the asked one; nobody at all never meets it."""
    value = share(part, whole)
    met = whole > 0 and value >= condition.least
    return Measured(met, value, part, whole, proofs, facts=facts or {})


def people_short(condition: Condition, part: int, whole: int) -> int:
    """How many more of the `whole` are needed to reach the asked share."""
    return max(0, ceil(condition.least * whole / 100) - part)


def more_needed(condition: Condition, one: Measured) -> Fraction:
    """What is still lacking, in the condition's own measure."""
    return max(Fraction(0), condition.least - one.value)


def in_order(
    keys: Iterable[Key], by_name: Mapping[Key, int], shares: Figures | None = None
) -> list[Key]:
    """By name; or by the share, the highest first, and by name among equal shares."""
    if shares is None:
        return sorted(keys, key=lambda key: by_name.get(key, len(by_name)))
    return sorted(keys, key=lambda key: (-shares[key].value, by_name.get(key, len(by_name))))


def is_child(birth: int | None, on: date, age: int = 16) -> bool | None:
    """Whether somebody born on this day (yyyymmdd) is under `age`; None when the birth is unknown."""
    if birth is None:
        return None
    return birth > (on.year - age) * 10_000 + on.month * 100 + on.day


@dataclass(frozen=True, slots=True)
class Changes:
    """A kept list against the same criteria counted again."""

    lost: tuple[Key, ...]
    """Stand in the list by the criteria and would not today."""
    gained: tuple[Key, ...]
    """Would stand in it today, are not, and were not left out."""


def changes(
    kept: Iterable[Key], left_out: Iterable[Key], today: frozenset[Key], root: Mapping[Key, Key]
) -> Changes:
    """What became of a list; records merged since are one (`root`: record → who it is today)."""
    own = list(kept)
    now = {root.get(key, key) for key in own}
    out = {root.get(key, key) for key in left_out}
    lost = tuple(key for key in own if root.get(key, key) not in today)
    return Changes(lost, tuple(sorted(today - now - out, key=str)))
