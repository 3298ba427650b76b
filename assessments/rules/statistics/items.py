"""One question: how easy it is, whether it tells those who know from those who do not, what to look at."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from assessments.rules.statistics.choices import (
    ChoiceFigures,
    Question,
    choice_table,
    group_weights,
    rest_counts,
)
from assessments.rules.statistics.matrix import LEAST_PEOPLE, Tally

TOO_EASY = 0.95
"""Above it nearly everybody is right, so the answer says nothing about a person. Our own bound."""
TOO_HARD = 0.20
"""Below it the question is beyond the class or its key is wrong. Our own bound."""
GUESS_MARGIN = 0.05
"""A question hardly answered better than by a blind guess is too hard as well. Our own bound."""
WEAK = 0.15
"""Least item-rest correlation. S. Varma, Preliminary item statistics using point-biserial correlation
and p-values, Educational Data Systems (Morgan Hill, 2003): below 0.15 an item should be looked at."""
CONFIDENCE = 0.95

FLAGS = ("key_suspect", "negative", "weak", "too_hard", "too_easy", "dead")
"""Everything that an item can be flagged with, the gravest first."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of an item that at least LEAST_PEOPLE people were asked.

    `facility` is the share who were right, `low` and `high` its Wilson interval; `item_rest` the
    correlation of the item with the share of points on the person's other items (None where all did
    alike), `upper_lower` the index D: facility in the upper 27% less that in the lower 27%. The last
    two are None as well when too few were asked anything else. `flags` are some of FLAGS.
    """

    n: int
    facility: float
    low: float
    high: float
    item_rest: float | None
    upper_lower: float | None
    choices: tuple[ChoiceFigures, ...]
    flags: tuple[str, ...]


def figures(tally: Tally, question: Question) -> Figures | None:
    """The figures of one item; None when fewer than LEAST_PEOPLE people were asked it."""
    n = sum(tally.values())
    if n < LEAST_PEOPLE:
        return None
    right = sum(people for (given, _rest), people in tally.items() if given.points)
    low, high = wilson(right, n)
    enough = sum(rest_counts(tally).values()) >= LEAST_PEOPLE
    item_rest = _item_rest(tally) if enough else None
    table = choice_table(tally, question)
    return Figures(
        n=n,
        facility=right / n,
        low=low,
        high=high,
        item_rest=item_rest,
        upper_lower=_upper_lower(tally) if enough else None,
        choices=table,
        flags=_flags(right / n, item_rest, table, question.guess),
    )


def wilson(right: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval of a share, which stays inside 0 to 1 and holds for small numbers.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22 (1927), 209-212.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (right + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(right * (n - right) / n + z * z / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def _item_rest(tally: Tally) -> float | None:
    """Pearson's correlation of right or wrong with the share on the other items (point-biserial)."""
    known = [
        (given.points, rest, people) for (given, rest), people in tally.items() if rest is not None
    ]
    n = sum(people for _x, _rest, people in known)
    right = sum(people * x for x, _rest, people in known)
    total = sum((people * rest for _x, rest, people in known), Fraction(0))
    squares = sum((people * rest * rest for _x, rest, people in known), Fraction(0))
    both = sum((people * x * rest for x, rest, people in known), Fraction(0))
    spread = (n * right - right * right) * (n * squares - total * total)
    return float(n * both - right * total) / sqrt(spread) if spread else None


def _upper_lower(tally: Tally) -> float:
    """D: the facility of the upper 27% less that of the lower 27%, by the share on the other items."""
    people_of = rest_counts(tally)
    upper, lower = group_weights(people_of, upper=True), group_weights(people_of, upper=False)
    size = sum(weight * people_of[rest] for rest, weight in upper.items())
    more = sum(
        people * given.points * (upper[rest] - lower[rest])
        for (given, rest), people in tally.items()
        if rest is not None
    )
    return float(more / size)


def _flags(
    facility: float, item_rest: float | None, table: tuple[ChoiceFigures, ...], guess: float
) -> tuple[str, ...]:
    told = {
        "key_suspect": any(row.beats_key for row in table),
        "negative": item_rest is not None and item_rest < 0,
        "weak": item_rest is not None and 0 <= item_rest < WEAK,
        "too_hard": facility < max(TOO_HARD, guess + GUESS_MARGIN),
        "too_easy": facility > TOO_EASY,
        "dead": any(row.dead for row in table),
    }
    return tuple(flag for flag in FLAGS if told[flag])
