"""From evidence to the ladder of proof: which attainments are reached, and on which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TypeVar

from courses.rules import PassRule

# Viet Nam has kept UTC+7 without summer time since 1975; learning events are all later.
VIETNAM = timezone(timedelta(hours=7))
MOVED_TOO_FAR = timedelta(minutes=5)


def local_day(at: datetime) -> date:
    """The Vietnamese day of an aware time."""
    if at.tzinfo is None:
        raise ValueError("an aware time is needed")
    return at.astimezone(VIETNAM).date()


@dataclass(frozen=True, slots=True)
class EventTime:
    """When an event happened. `moved`: clamped by more than 5 minutes; `skewed`: offset over 5."""

    at: datetime
    moved: bool
    skewed: bool


def event_time(
    device_time: datetime, offset: timedelta, opened: datetime | None, received: datetime
) -> EventTime:
    """Device time + measured offset, clamped to [session opened, received]; all times aware.

    `opened` is None for work outside a class session. If a clock error puts the opening after the
    arrival, the arrival bounds: nothing happens after it was received.
    """
    told = device_time + offset
    at = min(max(told, opened) if opened else told, received)
    return EventTime(at, abs(at - told) > MOVED_TOO_FAR, abs(offset) > MOVED_TOO_FAR)


@dataclass(frozen=True, slots=True)
class TestEvidence:
    """A certifying attempt that is no longer provisional, of one person, programme and level.

    `occurred_at` is the event time of its last evidence, the submit. `sitting` is the id of the
    sitting with proctor, place and time. `accommodations` are those the sitting recorded.
    `confirmed` is False for work that a card only claimed and no trainer has confirmed yet.
    """

    __test__ = False

    id: str
    occurred_at: datetime
    passed: bool
    sitting: str | None = None
    accommodations: tuple[str, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class TaskEvidence:
    """One observation of a task by a trainer; `verdict` is one of courses.rules.TASK_VERDICTS."""

    id: str
    task: str
    occurred_at: datetime
    verdict: str
    confirmed: bool = True


Evidence = TestEvidence | TaskEvidence
E = TypeVar("E", TestEvidence, TaskEvidence)


@dataclass(frozen=True, slots=True)
class Reached:
    """An attainment. `evidence` are the ids of what made it; `occurred_on` the Vietnamese day."""

    level: str
    proof: str
    occurred_at: datetime
    evidence: tuple[str, ...]

    @property
    def occurred_on(self) -> date:
        return local_day(self.occurred_at)


def attainments(evidence: Iterable[Evidence], rule: PassRule) -> tuple[Reached, ...]:
    """The proofs reached, in the order of the ladder, each by the earliest evidence that makes it.

    Adding evidence never takes a proof away; the same set gives the same answer in any order.
    """
    held = list(evidence)
    tests = _tests(held, rule)
    supervised = [test for test in tests if test.sitting and test.confirmed]
    oral = [test for test in tests if "oral" in test.accommodations and test.confirmed]
    found = [_reached(rule, "test_passed", _first(tests))]
    found.append(_reached(rule, "test_supervised", _first(supervised)))
    found.append(_reached(rule, "task_observed", _first([*supervised, *oral]), *_tasks(held, rule)))
    return tuple(reached for reached in found if reached)


def _tests(evidence: Iterable[Evidence], rule: PassRule) -> list[TestEvidence]:
    """Passed tests whose accommodations the rule allows."""
    allowed = set(rule.accommodations)
    tests = (one for one in evidence if isinstance(one, TestEvidence) and one.passed)
    return [test for test in tests if allowed.issuperset(test.accommodations)]


def _tasks(evidence: Iterable[Evidence], rule: PassRule) -> list[TaskEvidence | None]:
    """The first "làm được" of each required task; a rule without tasks has none to observe."""
    done = [
        one
        for one in evidence
        if isinstance(one, TaskEvidence) and one.verdict == "can_do" and one.confirmed
    ]
    required = dict.fromkeys(rule.required_tasks)
    return [_first([o for o in done if o.task == task]) for task in required] or [None]


def _first(found: Iterable[E]) -> E | None:
    return min(found, key=lambda one: (one.occurred_at, one.id), default=None)


def _reached(rule: PassRule, proof: str, *parts: Evidence | None) -> Reached | None:
    held = [part for part in parts if part is not None]
    if len(held) < len(parts):
        return None
    last = max(part.occurred_at for part in held)
    return Reached(rule.level, proof, last, tuple(sorted({part.id for part in held})))


@dataclass(frozen=True, slots=True)
class Missing:
    """What a certificate still lacks. `code`: proof (then `name` is the proof) or task."""

    code: str
    name: str


def missing_for_certificate(evidence: Iterable[Evidence], rule: PassRule) -> tuple[Missing, ...]:
    """Empty when the evidence is enough for the programme's certificate at this level."""
    held = list(evidence)
    proofs = {reached.proof for reached in attainments(held, rule)}
    asked = rule.certificate
    missing = [] if asked.proof in proofs else [Missing("proof", asked.proof)]
    if asked.tasks:
        done = {task.task for task in _tasks(held, rule) if task}
        missing += [Missing("task", task) for task in rule.required_tasks if task not in done]
    return tuple(missing)
