"""Match by tapping. A response is one "left=right" for each left side that was joined."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import perm

from courses.activities.kind import Fault, Kind, Response
from courses.rules import Item

MIN_PAIRS, MAX_PAIRS = 3, 6
MIN_RIGHTS, MAX_RIGHTS = 2, 8


def rights(item: Item) -> dict[str, str]:
    """Id → text of everything on the right side, decoys included."""
    found = {pair.right_id: pair.right for pair in item.pairs}
    return found | {decoy.id: decoy.text for decoy in item.decoys}


def _faults(item: Item) -> tuple[Fault, ...]:
    found = []
    if not MIN_PAIRS <= len(item.pairs) <= MAX_PAIRS:
        found.append(Fault("pair_count"))
    if len({pair.left.casefold() for pair in item.pairs}) < len(item.pairs):
        found.append(Fault("same_left"))
    if not MIN_RIGHTS <= len(rights(item)) <= MAX_RIGHTS:
        found.append(Fault("right_count"))
    if {decoy.id for decoy in item.decoys} & {pair.right_id for pair in item.pairs}:
        found.append(Fault("decoy_is_right"))
    return tuple(found)


def _parts(item: Item) -> tuple[str, ...]:
    return tuple(sorted(pair.id for pair in item.pairs)) + tuple(sorted(rights(item)))


def _public(item: Item, order: Sequence[str]) -> dict[str, object]:
    lefts, held = {pair.id: pair.left for pair in item.pairs}, rights(item)
    return {
        "lefts": [{"id": name, "text": lefts[name]} for name in order if name in lefts],
        "rights": [{"id": name, "text": held[name]} for name in order if name in held],
        "several": shares_rights(item),
    }


def shares_rights(item: Item) -> bool:
    """Whether a right side serves several lefts: then all stay to be tapped, and none tells that it does."""
    return len({pair.right_id for pair in item.pairs}) < len(item.pairs)


def joined(response: Response) -> dict[str, str]:
    """Left id → right id."""
    return dict(token.split("=", 1) for token in response if "=" in token)


def _fits(item: Item, response: Response) -> bool:
    """Every token joins a left side of the item, once, with one of its right sides."""
    made = joined(response)
    known = {pair.id for pair in item.pairs}
    whole = len(made) == len(response)
    return whole and known.issuperset(made) and set(rights(item)).issuperset(made.values())


def _key(item: Item) -> tuple[str, ...]:
    return tuple(sorted(f"{pair.id}={pair.right_id}" for pair in item.pairs))


def _points(item: Item, response: Response) -> int:
    return int(tuple(sorted(set(response))) == _key(item))


def _guess(item: Item) -> Fraction:
    """Where no right side serves twice, the guesser uses each at most once."""
    ways, lefts = len(rights(item)), len(item.pairs)
    apart = len({pair.right_id for pair in item.pairs}) == lefts
    return Fraction(1, perm(ways, lefts) if apart else ways**lefts)


MATCH = Kind(_faults, _parts, _public, _fits, _points, _key, _guess)
