"""Passing and trying again. Reasons are codes with their figures; the words are the pages'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assessments.rules.marking import Mark
from courses.chance import needed_points
from courses.rules import PassRule


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a test is not passed.

    `code`: not_submitted, provisional, total (points in all) or skill (points of `skill`);
    `got` and `needed` are points.
    """

    code: str
    got: int = 0
    needed: int = 0
    skill: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    passed: bool
    reasons: tuple[Reason, ...]


def passes(mark: Mark, rule: PassRule) -> Verdict:
    """Whether the mark meets the rule; a provisional mark never does."""
    reasons = []
    if not mark.submitted:
        reasons.append(Reason("not_submitted"))
    elif mark.provisional:
        reasons.append(Reason("provisional"))
    needed = needed_points(rule.share, mark.max)
    if mark.total < needed or mark.max == 0:
        reasons.append(Reason("total", mark.total, needed))
    for bar in rule.must_pass:
        own = mark.skill(bar.skill)
        needed = needed_points(bar.share, own.max)
        if own.points < needed or own.max == 0:
            reasons.append(Reason("skill", own.points, needed, bar.skill))
    return Verdict(not reasons, tuple(reasons))


@dataclass(frozen=True, slots=True)
class EarlierTry:
    """A certifying attempt of the same person, programme and level.

    `ended_at` is None while it is open; `supervised` when it belongs to a sitting; a `voided` one
    (given to another person, cancelled by the trainer) does not count.
    """

    started_at: datetime
    ended_at: datetime | None
    passed: bool = False
    supervised: bool = False
    voided: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a try may begin.

    `code`: ok, open (go on with the open attempt), reached (already passed under supervision),
    no_tries or wait (until `not_before`). `tries_left` counts the tries not yet begun.
    """

    allowed: bool
    code: str
    tries_left: int
    not_before: datetime | None = None


def may_try(now: datetime, earlier: Iterable[EarlierTry], rule: PassRule) -> Permission:
    """Tries and waiting time. Passed attempts use up no try and ask for no waiting.

    Who passed without supervision may take the supervised test at once.
    """
    counted = [one for one in earlier if not one.voided]
    failed = [one.ended_at for one in counted if one.ended_at and not one.passed]
    left = max(0, rule.tries - len(failed))
    if any(one.ended_at is None for one in counted):
        return Permission(False, "open", max(0, left - 1))
    if any(one.passed and one.supervised for one in counted):
        return Permission(False, "reached", left)
    if not left:
        return Permission(False, "no_tries", 0)
    not_before = max(failed) + timedelta(hours=rule.wait_hours) if failed else None
    if not_before and now < not_before:
        return Permission(False, "wait", left, not_before)
    return Permission(True, "ok", left)
