"""Order by tapping. A response is the ids of the steps in the order in which they were tapped."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial

from courses.activities.kind import Fault, Kind, Response
from courses.rules import Item

MIN_STEPS, MAX_STEPS = 3, 7


def _faults(item: Item) -> tuple[Fault, ...]:
    found = []
    if not MIN_STEPS <= len(item.sequence) <= MAX_STEPS:
        found.append(Fault("step_count"))
    if len({step.text.casefold() for step in item.sequence}) < len(item.sequence):
        found.append(Fault("same_step"))
    return tuple(found)


def _parts(item: Item) -> tuple[str, ...]:
    return tuple(sorted(step.id for step in item.sequence))


def _public(item: Item, order: Sequence[str]) -> dict[str, object]:
    texts = {step.id: step.text for step in item.sequence}
    return {"steps": [{"id": name, "text": texts[name]} for name in order]}


def _fits(item: Item, response: Response) -> bool:
    """A part of the order may be given; no step twice."""
    return set(_parts(item)).issuperset(response) and len(set(response)) == len(response)


def _key(item: Item) -> tuple[str, ...]:
    return tuple(step.id for step in item.sequence)


def _points(item: Item, response: Response) -> int:
    return int(tuple(response) == _key(item))


def _guess(item: Item) -> Fraction:
    return Fraction(1, factorial(len(item.sequence)))


ORDER = Kind(_faults, _parts, _public, _fits, _points, _key, _guess)
