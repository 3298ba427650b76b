"""Single and multiple choice. A response is the ids of the chosen options."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb

from courses.activities.kind import Fault, Kind, Response
from courses.rules import Item

MIN_OPTIONS, MAX_OPTIONS = 3, 6


def _option_faults(item: Item) -> list[Fault]:
    found = []
    if not MIN_OPTIONS <= len(item.options) <= MAX_OPTIONS:
        found.append(Fault("option_count"))
    if len({option.text.casefold() for option in item.options}) < len(item.options):
        found.append(Fault("same_option"))
    if not item.right_options:
        found.append(Fault("no_right"))
    return found


def _single_faults(item: Item) -> tuple[Fault, ...]:
    too_many = [Fault("two_right")] if len(item.right_options) > 1 else []
    return tuple(_option_faults(item) + too_many)


def _multiple_faults(item: Item) -> tuple[Fault, ...]:
    found = _option_faults(item)
    if len(item.right_options) == 1:
        found.append(Fault("one_right"))
    if item.options and len(item.right_options) == len(item.options):
        found.append(Fault("all_right"))
    return tuple(found)


def _parts(item: Item) -> tuple[str, ...]:
    return tuple(sorted(option.id for option in item.options))


def _public(item: Item, order: Sequence[str]) -> dict[str, object]:
    texts = {option.id: option.text for option in item.options}
    return {"options": [{"id": name, "text": texts[name]} for name in order]}


def _fits_single(item: Item, response: Response) -> bool:
    return len(response) <= 1 and set(_parts(item)).issuperset(response)


def _fits_multiple(item: Item, response: Response) -> bool:
    return set(_parts(item)).issuperset(response)


def _points(item: Item, response: Response) -> int:
    """All right options and no wrong one: one point; else nothing."""
    return int(frozenset(response) == item.right_options and bool(response))


def _key(item: Item) -> tuple[str, ...]:
    return tuple(sorted(item.right_options))


def _guess(item: Item) -> Fraction:
    """The guesser is taken to know how many options are right, as many prompts tell it."""
    return Fraction(1, comb(len(item.options), len(item.right_options)))


SINGLE = Kind(_single_faults, _parts, _public, _fits_single, _points, _key, _guess)
MULTIPLE = Kind(_multiple_faults, _parts, _public, _fits_multiple, _points, _key, _guess)
