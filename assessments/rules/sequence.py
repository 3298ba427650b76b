"""Which tries count: tries and waiting time over all certifying attempts of a person, in any order.

Attempts arrive late and mixed up, so whether one was allowed is not decided when it arrives but over
the whole set, by the times at which the attempts began.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from assessments.rules.passing import EarlierTry, Permission, may_try
from courses.rules import PassRule


@dataclass(frozen=True, slots=True)
class Try:
    """A certifying attempt as its own events tell it, before anything is said about the others.

    `lapses_at` is when the sitting it was begun in closed: a try that nobody handed in ended then.
    """

    id: str
    started_at: datetime
    submitted_at: datetime | None
    passed: bool
    supervised: bool
    lapses_at: datetime | None
    rule: PassRule
    passed_as_given: bool | None = None
    """Whether it passed before any question was marked again; None: as `passed` says."""

    def as_given(self) -> Try:
        """The try before any re-marking: what was allowed then stays allowed."""
        given = self.passed if self.passed_as_given is None else self.passed_as_given
        return replace(self, passed=given)

    def seen(self, at: datetime) -> EarlierTry:
        """The try as it stood at an instant: what ended later was still open."""
        ended = self.submitted_at or self.lapses_at
        if ended is None or ended > at:
            return EarlierTry(self.started_at, None)
        passed = self.passed and self.submitted_at is not None
        return EarlierTry(self.started_at, ended, passed, passed and self.supervised)


def refusals(tries: Iterable[Try]) -> dict[str, str]:
    """The tries that were not allowed: id → the code of `may_try`. A refused try uses up nothing."""
    return _judged(tries)[1]


def permission(now: datetime, tries: Iterable[Try], rule: PassRule) -> Permission:
    """Whether another try may begin now."""
    return may_try(now, (one.seen(now) for one in _judged(tries)[0]), rule)


def _judged(tries: Iterable[Try]) -> tuple[list[Try], dict[str, str]]:
    counted: list[Try] = []
    refused: dict[str, str] = {}
    for one in sorted(tries, key=lambda t: (t.started_at, t.id)):
        earlier = (before.as_given().seen(one.started_at) for before in counted)
        answer = may_try(one.started_at, earlier, one.rule)
        if answer.allowed:
            counted.append(one)
        else:
            refused[one.id] = answer.code
    return counted, refused
