"""How often a practice question was tried: at first alone, then with a hint, then it is explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from courses.activities import KINDS
from courses.activities.simulation import walk
from courses.rules import Item

PRACTICE_TRIES = 2
"""Tries at a practice question before it is explained; a hint comes after the first."""


def finished_tries(item: Item, responses: Iterable[Sequence[str]]) -> tuple[bool, ...]:
    """Of each finished try in order: whether it was right.

    An empty response takes back and is no try. The log of a simulated phone grows tap by tap; a try is
    finished when an end is reached, and a log that begins anew is another try.
    """
    points = KINDS[item.kind].points
    return tuple(bool(points(item, one)) for one in responses if is_finished(item, one))


def is_finished(item: Item, response: Sequence[str]) -> bool:
    """Whether the response is a whole answer: for a phone, whether it came to an end."""
    if item.kind != "simulation":
        return bool(response)
    return bool(response) and bool(walk(item, response).ended)


def is_explained(item: Item, responses: Iterable[Sequence[str]]) -> bool:
    """Whether a practice question is over: it was right once, or the tries are used up."""
    tries = finished_tries(item, responses)
    return any(tries) or len(tries) >= PRACTICE_TRIES
