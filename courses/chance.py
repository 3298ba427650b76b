"""The chance of passing a test by guessing, exact, so that authors can see it and CI can bound it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby

from courses.activities import KINDS
from courses.rules import Blueprint, Item, PassRule, ProgrammeVersion

MOST_GUESSERS = Fraction(1, 100)
"""A certifying form that more than one blind guesser in a hundred would pass is not published."""


def needed_points(share: int, most: int) -> int:
    """The least whole number of points that is `share` per cent of `most`."""
    return -(-share * most // 100)


def guess_chance(
    version: ProgrammeVersion, blueprint: Blueprint, rule: PassRule, tries: int | None = None
) -> Fraction:
    """The chance that a blind guesser passes the easiest possible form in any of `tries` tries.

    Tries are the rule's unless given; they count as independent, as parallel forms are.
    """
    easiest: list[Item] = []
    for row in blueprint.rows:
        pool = version.pool(blueprint.kind, blueprint.level, row)
        easiest += sorted(pool, key=_guess, reverse=True)[: row.count]
    fails = 1 - passing_chance(easiest, rule)
    return 1 - fails ** (rule.tries if tries is None else tries)


def passing_chance(items: Sequence[Item], rule: PassRule) -> Fraction:
    """Sum over all ways to reach the share while every must-pass skill reaches its own."""
    spread = [Fraction(1)]
    for skill, own in groupby(sorted(items, key=lambda i: i.skill), key=lambda i: i.skill):
        held = list(own)
        least = [needed_points(b.share, len(held)) for b in rule.must_pass if b.skill == skill]
        spread = _joined(spread, _spread(map(_guess, held), max(least, default=0)))
    if not {bar.skill for bar in rule.must_pass} <= {item.skill for item in items}:
        return Fraction(0)
    return sum(spread[needed_points(rule.share, len(items)) :], Fraction(0))


def _guess(item: Item) -> Fraction:
    return KINDS[item.kind].guess(item)


def _spread(chances: Iterable[Fraction], least: int) -> list[Fraction]:
    """Chance of each number of points; numbers under `least` are dropped, as they do not pass."""
    spread = [Fraction(1)]
    for chance in chances:
        spread = _joined(spread, [1 - chance, chance])
    return [part if points >= least else Fraction(0) for points, part in enumerate(spread)]


def _joined(one: Sequence[Fraction], other: Sequence[Fraction]) -> list[Fraction]:
    joined = [Fraction(0)] * (len(one) + len(other) - 1)
    for i, left in enumerate(one):
        for j, right in enumerate(other):
            joined[i + j] += left * right
    return joined
