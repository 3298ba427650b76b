"""Find the danger on a picture. A response is the ids of the places that were tapped."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import comb

from courses.activities.kind import Fault, Kind, Response
from courses.activity_parts import Spot
from courses.rules import Item

MIN_SPOTS, MAX_SPOTS = 4, 8
SMALLEST = 3


def _faults(item: Item) -> tuple[Fault, ...]:
    found = []
    if not MIN_SPOTS <= len(item.spots) <= MAX_SPOTS:
        found.append(Fault("spot_count"))
    if not _dangers(item):
        found.append(Fault("no_danger"))
    if item.spots and len(_dangers(item)) == len(item.spots):
        found.append(Fault("all_danger"))
    if item.illustration is None:
        found.append(Fault("no_picture"))
    if len({spot.label.casefold() for spot in item.spots}) < len(item.spots):
        found.append(Fault("same_spot"))
    return tuple(found + _place_faults(item))


def _place_faults(item: Item) -> list[Fault]:
    found = [Fault("spot_outside", spot.label) for spot in item.spots if not spot.is_inside]
    found += [
        Fault("spot_small", spot.label)
        for spot in item.spots
        if min(spot.columns, spot.rows) < SMALLEST
    ]
    meeting = (pair for pair in combinations(item.spots, 2) if pair[0].meets(pair[1]))
    return found + [Fault("spots_meet", one.label) for one, _other in meeting]


def _place(spot: Spot) -> tuple[int, int]:
    return spot.row, spot.column


def _parts(item: Item) -> tuple[str, ...]:
    """From the top left to the bottom right, as a reader would go; the place tells no key."""
    return tuple(spot.id for spot in sorted(item.spots, key=_place))


def _public(item: Item, order: Sequence[str]) -> dict[str, object]:
    places = {spot.id: spot for spot in item.spots}
    return {"spots": [_told(places[name]) for name in order]}


def _told(spot: Spot) -> dict[str, object]:
    return {
        name: getattr(spot, name) for name in ("id", "label", "column", "row", "columns", "rows")
    }


def _dangers(item: Item) -> frozenset[str]:
    return frozenset(spot.id for spot in item.spots if spot.danger)


def _fits(item: Item, response: Response) -> bool:
    return set(_parts(item)).issuperset(response)


def _points(item: Item, response: Response) -> int:
    """Every danger and nothing harmless."""
    return int(bool(response) and frozenset(response) == _dangers(item))


def _key(item: Item) -> tuple[str, ...]:
    return tuple(sorted(_dangers(item)))


def _guess(item: Item) -> Fraction:
    """The guesser is taken to know how many dangers there are."""
    return Fraction(1, comb(len(item.spots), len(_dangers(item))))


SPOT = Kind(_faults, _parts, _public, _fits, _points, _key, _guess, shuffled=False)
