"""Who answered what: persons by items, with holes, as parallel forms leave them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

LEAST_PEOPLE = 30
"""Under so many first attempts no figure is shown: it would be chance, and tell of single people."""


class Given(NamedTuple):
    """What one person did with one item: 0 or 1 point, and the response (empty: left out)."""

    points: int
    response: tuple[str, ...] = ()


Row = Mapping[str, Given]
"""One person: item → what was given. An item that is not in it was not asked: a hole."""

Tally = Mapping[tuple[Given, Fraction | None], int]
"""Of one item: (given, the person's share of points on the other items asked) → number of people.

The share is None for somebody who was asked nothing else.
"""


def tally(rows: Iterable[Row]) -> dict[str, Tally]:
    """Item → its tally. Whatever is said of an item follows from it, whoever the people are."""
    counted: defaultdict[str, dict[tuple[Given, int, int], int]] = defaultdict(dict)
    for row in rows:
        total, others = sum([given[0] for given in row.values()]), len(row) - 1
        for item, given in row.items():
            counts, key = counted[item], (given, total - given[0], others)
            counts[key] = counts.get(key, 0) + 1
    return {item: _with_shares(counts) for item, counts in counted.items()}


def _with_shares(counts: Mapping[tuple[Given, int, int], int]) -> Tally:
    found: Counter[tuple[Given, Fraction | None]] = Counter()
    for (given, points, others), people in counts.items():
        found[given, Fraction(points, others) if others else None] += people
    return found


def totals(rows: Iterable[Row], length: int) -> tuple[int, ...] | None:
    """How many people have 0, 1, … `length` points, of those who were asked a whole form.

    None when they are fewer than LEAST_PEOPLE.
    """
    found = [0] * (length + 1)
    for row in rows:
        if len(row) == length:
            found[sum(given.points for given in row.values())] += 1
    return tuple(found) if sum(found) >= LEAST_PEOPLE else None
