"""What the report of a class counts, and how: the rungs of the funnel, skills, questions, minutes. Pure.

People and meetings are named by their ids. Every count is given with its people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

RUNGS = (
    "enrolled", "attended", "learned", "tested", "test_passed", "supervised", "observed",
    "certificate",
)  # fmt: skip
"""From the list of the class to the paper, in the order in which they are shown."""
PROOF_RUNGS = {
    "test_passed": "test_passed",
    "supervised": "test_supervised",
    "observed": "task_observed",
}
"""Rung → the proof that reaches it; a stronger proof stands for the weaker ones."""
LADDER = ("test_passed", "test_supervised", "task_observed")


@dataclass(frozen=True, slots=True)
class Work:
    """What one person of a class has done.

    `meetings` are those of the class at which the person was present, `lessons` those of the class that
    were finished. `tests` counts the tests handed in and not refused. `proofs`: proof → earliest day.
    `certificate` is the day of the valid one, `minutes` the time spent learning.
    """

    meetings: frozenset[UUID] = frozenset()
    lessons: frozenset[str] = frozenset()
    tests: int = 0
    proofs: Mapping[str, date] = field(default_factory=dict)
    certificate: date | None = None
    minutes: int = 0


def proven_on(work: Work, proof: str) -> date | None:
    """The earliest day of this proof or a stronger one; None when there is none."""
    enough = LADDER[LADDER.index(proof) :]
    return min((day for name, day in work.proofs.items() if name in enough), default=None)


def reached(work: Work, lessons: Iterable[str]) -> frozenset[str]:
    """The rungs that a person stands on; each is told by its own fact, none is inferred from order.

    `lessons` are all lessons of the class: who has finished every one of them has learned. Who has
    passed a test anywhere has been tested. A class without lessons has nobody who has learned.
    """
    asked = frozenset(lessons)
    facts = {
        "enrolled": True,
        "attended": bool(work.meetings),
        "learned": bool(asked) and asked <= work.lessons,
        "tested": work.tests > 0 or proven_on(work, "test_passed") is not None,
        "certificate": work.certificate is not None,
    }
    facts |= {rung: proven_on(work, proof) is not None for rung, proof in PROOF_RUNGS.items()}
    return frozenset(rung for rung in RUNGS if facts[rung])


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of the funnel with its people, in the order in which they were given."""

    rung: str
    inside: tuple[UUID, ...]
    outside: tuple[UUID, ...]

    @property
    def count(self) -> int:
        """How many stand on it."""
        return len(self.inside)


def funnel(standing: Mapping[UUID, frozenset[str]]) -> tuple[Step, ...]:
    """Every rung with who stands on it and who does not yet; `standing`: person → rungs."""
    return tuple(
        Step(
            rung,
            tuple(key for key, rungs in standing.items() if rung in rungs),
            tuple(key for key, rungs in standing.items() if rung not in rungs),
        )
        for rung in RUNGS
    )


def counts(standing: Iterable[frozenset[str]]) -> dict[str, int]:
    """Rung → how many stand on it."""
    found = Counter(rung for rungs in standing for rung in rungs)
    return {rung: found[rung] for rung in RUNGS}


def everybody_once(standing: Iterable[tuple[UUID, frozenset[str]]]) -> dict[str, int]:
    """Rung → how many different people stand on it in any of their classes."""
    people: defaultdict[UUID, set[str]] = defaultdict(set)
    for person, rungs in standing:
        people[person] |= rungs
    return counts(frozenset(rungs) for rungs in people.values())


# --- who is counted -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An enrolment: `person` after merges; `moved` to another class, `withdrawn`, or `erased` on demand."""

    key: UUID
    person: UUID
    moved: bool = False
    withdrawn: bool = False
    erased: bool = False

    @property
    def fate(self) -> str:
        """counted, moved, withdrawn or erased."""
        if self.erased:
            return "erased"
        if self.moved:
            return "moved"
        return "withdrawn" if self.withdrawn else "counted"


@dataclass(frozen=True, slots=True)
class Counted:
    """The people of a class. `records`: person → all enrolments in the class that are theirs.

    `joined` is how many enrolments are a second record of somebody who is counted already; `left_out`:
    fate → the enrolments of people of whom none stands, one for each person.
    """

    records: Mapping[UUID, tuple[UUID, ...]]
    joined: int
    left_out: Mapping[str, tuple[UUID, ...]]


def counted(enrolments: Sequence[Enrolled]) -> Counted:
    """Who counts: everybody with an enrolment that stands, once, whatever records were joined."""
    people: dict[UUID, list[Enrolled]] = {}
    for one in enrolments:
        people.setdefault(one.person, []).append(one)
    standing = {person: own for person, own in people.items() if _stands(own)}
    gone: defaultdict[str, list[UUID]] = defaultdict(list)
    for person, own in people.items():
        if person not in standing:
            gone[own[-1].fate].append(own[-1].key)
    twice = sum(sum(one.fate == "counted" for one in own) - 1 for own in standing.values())
    records = {person: tuple(one.key for one in _first(own)) for person, own in standing.items()}
    return Counted(records, twice, {fate: tuple(keys) for fate, keys in gone.items()})


def _stands(own: Iterable[Enrolled]) -> bool:
    return any(one.fate == "counted" for one in own)


def _first(own: Iterable[Enrolled]) -> list[Enrolled]:
    """The enrolment that stands comes first: the person is called by it."""
    return sorted(own, key=lambda one: one.fate != "counted")


def came_from(moves: Mapping[UUID, UUID]) -> dict[UUID, list[UUID]]:
    """Enrolment → those from which somebody came to it; `moves`: enrolment → the one gone on with."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for before, after in moves.items():
        found[after].append(before)
    return dict(found)


def earlier_classes(before: Mapping[UUID, Sequence[UUID]], key: UUID) -> list[UUID]:
    """The enrolments from which somebody came to `key`, the latest first; `before` is `came_from`."""
    found: list[UUID] = []
    waiting = [key]
    while waiting:
        new = [one for one in before.get(waiting.pop(), ()) if one != key and one not in found]
        found += new
        waiting += new
    return found


# --- skills and questions -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SkillStep:
    """A skill with who has mastered it, who was asked and has not, and who was not asked yet."""

    skill: str
    mastered: tuple[UUID, ...]
    missed: tuple[UUID, ...]
    unasked: tuple[UUID, ...]


def newest_word(attempts: Iterable[Mapping[str, bool]]) -> dict[str, bool]:
    """Skill → mastered; of attempts, the oldest first, the newest that asked for the skill decides."""
    found: dict[str, bool] = {}
    for one in attempts:
        found.update(one)
    return found


def by_skill(people: Mapping[UUID, Mapping[str, bool]], skills: Iterable[str]) -> list[SkillStep]:
    """Every skill with its people; `people`: person → skill → mastered."""
    return [
        SkillStep(
            skill,
            tuple(key for key, known in people.items() if known.get(skill) is True),
            tuple(key for key, known in people.items() if known.get(skill) is False),
            tuple(key for key, known in people.items() if skill not in known),
        )
        for skill in skills
    ]


@dataclass(frozen=True, slots=True)
class Tried:
    """The first time a person met a question: `response` is empty when it is unknown or left blank."""

    person: UUID
    item: str
    missed: bool
    response: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """A question with who missed it; `chosen` is the wrong answer given most, by `times` people."""

    item: str
    asked: int
    people: tuple[UUID, ...]
    chosen: tuple[str, ...]
    times: int

    @property
    def count(self) -> int:
        """How many people missed it."""
        return len(self.people)


def most_missed(tried: Iterable[Tried], most: int) -> list[Missed]:
    """At most `most` questions, those that most people missed first, then the larger share.

    Of each person only the first meeting with a question counts; `tried` is the oldest first. Of wrong
    answers given equally often the first in order is told, so that the same work gives the same words.
    """
    firsts: dict[tuple[UUID, str], Tried] = {}
    for one in tried:
        firsts.setdefault((one.person, one.item), one)
    items: defaultdict[str, list[Tried]] = defaultdict(list)
    for one in firsts.values():
        items[one.item].append(one)
    found = [_missed(item, own) for item, own in items.items()]
    told = [one for one in found if one.count]
    return sorted(told, key=lambda one: (-one.count, one.asked, one.item))[:most]


def _missed(item: str, own: Sequence[Tried]) -> Missed:
    wrong = [one for one in own if one.missed]
    chosen = Counter(one.response for one in wrong if one.response)
    response, times = min(chosen.items(), key=lambda pair: (-pair[1], pair[0]), default=((), 0))
    return Missed(item, len(own), tuple(one.person for one in wrong), response, times)


# --- time ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spread:
    """Minutes of a class: in all, and of the people who have any the least, the middle and the most."""

    total: int
    people: int
    least: int
    middle: int
    most: int


def spread(minutes: Iterable[int]) -> Spread:
    """How minutes lie over people; the middle of an even number is the lower one."""
    some = sorted(one for one in minutes if one > 0)
    if not some:
        return Spread(0, 0, 0, 0, 0)
    return Spread(sum(some), len(some), some[0], some[(len(some) - 1) // 2], some[-1])


# --- being there --------------------------------------------------------------------------------

BANDS = ("always", "half", "seldom", "never")
"""At every meeting held, at half of them or more, at fewer, at none."""


def band(present: int, held: int) -> str:
    """How often somebody came, of the meetings that were held; `never` while none was held."""
    if not present:
        return "never"
    if present >= held:
        return "always"
    return "half" if 2 * present >= held else "seldom"


STATES = ("present", "excused", "absent")
"""What is written of a meeting, the strongest first: of two records of one person it stands."""


def strongest(states: Iterable[str | None]) -> str | None:
    """What is known of one person at a meeting under all records; None when nothing was written."""
    known = {one for one in states if one}
    return next((one for one in STATES if one in known), None)
