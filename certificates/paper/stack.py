"""Lines below one another in a space of given height: squeezed, then made smaller, when they are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from certificates.paper import artwork
from certificates.paper.structure import marked
from certificates.paper.typeset import TooLong, Words

RISE, LEADING = 0.95, 1.2
"""How far a line's letters reach above its foot, and lines of one block stand apart, in sizes."""
_SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)
_TIGHT, _TIGHTEST = 0.65, 0.3
"""How far gaps may be squeezed before the letters become smaller, and at the smallest letters."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together under one mark: `gap` is the blank above, which may be squeezed."""

    tag: str
    mark: int
    colour: str
    gap: float
    lines: list[Words]

    @property
    def height(self) -> float:
        """From the blank above to the last line's foot."""
        size = self.lines[0].size
        return RISE * size + LEADING * size * (len(self.lines) - 1)

    @property
    def is_empty(self) -> bool:
        return not self.lines[0].run.count


@dataclass(frozen=True, slots=True)
class Room:
    """Where a stack stands: its middle, its upper and lower end, and how much a full line may fill."""

    middle: float
    top: float
    foot: float
    wide: float


Blocks = Callable[[float, float], Sequence[Block]]
"""The blocks at a scale, no wider than so many points."""


def stacked(room: Room, blocks: Blocks) -> str:
    """The blocks in the middle of their room; TooLong when they fit at no scale."""
    for scale in _SCALES:
        last = scale == _SCALES[-1]
        try:
            made = blocks(scale, room.wide)
        except TooLong:
            if last:
                raise
            continue
        full = [block for block in made if not block.is_empty]
        gaps, solid = sum(one.gap for one in full), sum(one.height for one in full)
        squeeze = min(1.0, (room.top - room.foot - solid) / gaps)
        if squeeze >= (_TIGHTEST if last else _TIGHT):
            empty = "".join(marked(one.tag, one.mark, "") for one in made if one.is_empty)
            return _drawn(room, full, squeeze, squeeze * gaps + solid) + empty
    raise TooLong(max(full, key=lambda one: one.height).lines[0].run.text)


def _drawn(room: Room, blocks: Sequence[Block], squeeze: float, height: float) -> str:
    y, out = room.top - (room.top - room.foot - height) / 2, ""
    for block in blocks:
        size = block.lines[0].size
        first = y - squeeze * block.gap - RISE * size
        drawn = "".join(
            line.centred(room.middle, first - n * LEADING * size)
            for n, line in enumerate(block.lines)
        )
        out += artwork.colour(block.colour) + marked(block.tag, block.mark, drawn)
        y -= squeeze * block.gap + block.height
    return out
