"""What the questions are made of: options, steps, pairs, places on a picture, numbers, phone screens.

Ids are made from the texts or names that the author gave, so neither order nor name tells the key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PART_KINDS = ("text", "message", "notice", "picture", "button", "row", "field")
HOTSPOTS = ("button", "row")
ENDS = ("", "goal", "trap")
GRID_COLUMNS, GRID_ROWS = 16, 10


@dataclass(frozen=True, slots=True)
class Option:
    """`id` is made from the text, so that neither order nor name tells whether it is `right`."""

    id: str
    text: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One step of an order question; the item holds its steps in the right order."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """`left` belongs to `right`. Equal rights share their id: two things may go into one drawer."""

    id: str
    left: str
    right_id: str
    right: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the picture, in squares of a grid of 16 columns by 10 rows, both from 1.

    `label` says in words what is there, without telling whether it is a danger.
    """

    id: str
    label: str
    column: int
    row: int
    columns: int
    rows: int
    danger: bool = False

    def meets(self, other: Spot) -> bool:
        """Whether the two places share a square."""
        across = (
            self.column < other.column + other.columns and other.column < self.column + self.columns
        )
        return across and self.row < other.row + other.rows and other.row < self.row + self.rows

    @property
    def is_inside(self) -> bool:
        """Whether it lies on the picture."""
        wide, high = self.column + self.columns - 1, self.row + self.rows - 1
        return self.column >= 1 and self.row >= 1 and wide <= GRID_COLUMNS and high <= GRID_ROWS


@dataclass(frozen=True, slots=True)
class NumberKey:
    """The right number as a plain decimal ("45000", "12.5"), how far off is still right, its unit."""

    value: str
    tolerance: str = "0"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ScreenPart:
    """One thing on a simulated phone screen; `kind` is one of PART_KINDS.

    `button` and `row` are to be tapped and lead `to` a screen; when a field that they need is wrong
    they lead to `otherwise`, or stay. `field` is typed into: `expects` are the right texts, compared
    as numbers when `number`. `message` has a sender in `label`, `picture` its words in `label`.
    """

    kind: str
    text: str = ""
    id: str = ""
    label: str = ""
    to: str = ""
    otherwise: str = ""
    needs: tuple[str, ...] = ()
    expects: tuple[str, ...] = ()
    number: bool = False
    media: str = ""


@dataclass(frozen=True, slots=True)
class PhoneScreen:
    """One state of the simulated phone; `end` is one of ENDS: the work is done, or went wrong."""

    id: str
    title: str
    parts: tuple[ScreenPart, ...]
    end: str = ""

    @property
    def hotspots(self) -> tuple[ScreenPart, ...]:
        return tuple(part for part in self.parts if part.kind in HOTSPOTS)

    @property
    def fields(self) -> tuple[ScreenPart, ...]:
        return tuple(part for part in self.parts if part.kind == "field")


@dataclass(frozen=True, slots=True)
class Simulation:
    """A phone to be used: begin at `start`, reach a goal in at most `most` taps, touch no trap."""

    start: str
    screens: tuple[PhoneScreen, ...]
    most: int

    def screen(self, name: str) -> PhoneScreen:
        """The screen of this id; KeyError when there is none."""
        return self._by_id()[name]

    def _by_id(self) -> dict[str, PhoneScreen]:
        return {screen.id: screen for screen in self.screens}

    @property
    def all_parts(self) -> Iterable[ScreenPart]:
        return (part for screen in self.screens for part in screen.parts)
