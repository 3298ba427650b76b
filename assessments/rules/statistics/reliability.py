"""How far a form would rank the same people alike, had they been asked other questions of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

from assessments.rules.statistics.matrix import LEAST_PEOPLE, Row

WANTED_ALPHA = 0.70
"""Enough for decisions that can be repeated, as a test of three tries. J. C. Nunnally and I. H.
Bernstein, Psychometric Theory, 3rd edition (New York: McGraw-Hill, 1994), 264-265."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """`alpha` of a form of `length` items, and `error`, its standard error of measurement in points.

    It stands on `people` and on `pairs` of items that at least LEAST_PEOPLE of them were both asked.
    `complete`: everybody was asked everything, so that it is KR-20.
    """

    length: int
    people: int
    pairs: int
    alpha: float
    error: float
    complete: bool


@dataclass(frozen=True, slots=True)
class _Column:
    """An item: the people who were asked it and those who were right, one bit each."""

    asked: int
    right: int

    @property
    def n(self) -> int:
        return self.asked.bit_count()

    @property
    def variance(self) -> float:
        n, right = self.n, self.right.bit_count()
        return right * (n - right) / (n * (n - 1))


def reliability(rows: Sequence[Row], length: int) -> Reliability | None:
    """Alpha for a form of `length` items drawn as these were: k·c / (v + (k-1)·c).

    v is the average variance of an item, c the average covariance of two items over the people who
    were asked both; each item and pair weighs as much as people were asked it, as it comes in so many
    forms. Where everybody was asked everything this is Cronbach's alpha (L. J. Cronbach, "Coefficient
    alpha and the internal structure of tests", Psychometrika 16 (1951), 297-334), for right or wrong
    the same as KR-20 (G. F. Kuder and M. W. Richardson, "The theory of the estimation of test
    reliability", Psychometrika 2 (1937), 151-160). It compares people on the same form: that parallel
    forms may differ in difficulty is not in it.

    None when fewer than LEAST_PEOPLE people are there, when fewer pairs of items are covered by so
    many than a form has, or when nothing varies.
    """
    asked = tuple(_columns(rows).values())
    columns = [column for column in asked if column.n >= LEAST_PEOPLE]
    covered = [pair for pair in map(_pair, combinations(columns, 2)) if pair[0] >= LEAST_PEOPLE]
    if len(rows) < LEAST_PEOPLE or len(covered) < max(1, length * (length - 1) // 2):
        return None
    variance = _average((column.n, column.variance) for column in columns)
    covariance = _average(covered)
    spread = variance + (length - 1) * covariance
    if spread <= 0:
        return None
    return Reliability(
        length=length,
        people=len(rows),
        pairs=len(covered),
        alpha=length * covariance / spread,
        error=sqrt(max(0.0, length * (variance - covariance))),
        complete=all(column.n == len(rows) for column in asked),
    )


def _columns(rows: Iterable[Row]) -> Mapping[str, _Column]:
    asked: dict[str, int] = {}
    right: dict[str, int] = {}
    for number, row in enumerate(rows):
        bit = 1 << number
        for item, given in row.items():
            asked[item] = asked.get(item, 0) | bit
            if given.points:
                right[item] = right.get(item, 0) | bit
    return {item: _Column(people, right.get(item, 0)) for item, people in asked.items()}


def _pair(pair: tuple[_Column, _Column]) -> tuple[int, float]:
    """(people who were asked both, covariance over them)."""
    one, other = pair
    both = one.asked & other.asked
    n = both.bit_count()
    if n < LEAST_PEOPLE:
        return n, 0.0
    one_right, other_right = (one.right & both).bit_count(), (other.right & both).bit_count()
    together = (one.right & other.right & both).bit_count()
    return n, (n * together - one_right * other_right) / (n * (n - 1))


def _average(weighted: Iterable[tuple[int, float]]) -> float:
    held = list(weighted)
    return sum(weight * value for weight, value in held) / sum(weight for weight, _value in held)
