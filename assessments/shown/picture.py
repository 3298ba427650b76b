"""Find the danger on a picture: numbered places, the same on the picture and in the list of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assessments.shown.view import Tokens, View
from courses.activity_parts import Spot
from courses.rules import Item


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the picture; `number` is written on it and before its words.

    `state`: '' or, once explained, 'right' (a danger that was found), 'missed' (a danger that was
    not) or 'wrong' (harmless, yet chosen).
    """

    id: str
    number: int
    spot: Spot
    chosen: bool = False
    state: str = ""

    @property
    def label(self) -> str:
        """What is there, in words."""
        return self.spot.label

    @property
    def place(self) -> str:
        """CSS classes of its squares in the grid of 16 columns by 10 rows."""
        at = self.spot
        return f"at-c{at.column} at-w{at.columns} at-r{at.row} at-h{at.rows}"


def _look(item: Item, order: Sequence[str], given: Tokens, reveal: bool) -> tuple[Place, ...]:
    spots = {spot.id: spot for spot in item.spots}
    return tuple(
        _place(spots[name], number, name in given, reveal and not item.secret)
        for number, name in enumerate(order, 1)
    )


def _place(spot: Spot, number: int, chosen: bool, reveal: bool) -> Place:
    # The flag stays behind: nothing that is shown may hold a key.
    bare = replace(spot, danger=False)
    return Place(spot.id, number, bare, chosen, _state(spot, chosen) if reveal else "")


def _state(spot: Spot, chosen: bool) -> str:
    if spot.danger:
        return "right" if chosen else "missed"
    return "wrong" if chosen else ""


def _right_words(item: Item) -> Tokens:
    return tuple(spot.label for spot in item.spots if spot.danger)


PICTURE = View(_look, right_words=_right_words)
