"""Bars against a target, one below the other: units in the plan's own order, each with its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.indicators.charts.scale import Scale, Tick, percent, share_scale

ROW = 40
TOP = 26
FOOT = 24
LONGEST = 30
"""Letters of a name in the drawing; the table beside it has the whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """One bar to draw: a name, a share in percent or none, its words, and whether it meets the target."""

    name: str
    share: Fraction | None
    text: str
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar as it is drawn; `y` is the top of its row in pixels."""

    name: str
    text: str
    width: str
    y: int
    kind: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A drawing of bars. `target` is the place of the target line; it reads to the left of it where
    `target_right`."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    height: int
    foot: int
    target: str = ""
    target_text: str = ""
    target_right: bool = False


def bars(parts: Sequence[Part], target: Fraction | None = None, target_text: str = "") -> Bars:
    """The drawing of the parts in the order given."""
    scale = share_scale([*(part.share for part in parts), target])
    top = TOP if target is not None else 4
    foot = top + ROW * len(parts)
    place = None if target is None else scale.place(target)
    return Bars(
        bars=tuple(_bar(part, top + ROW * n, scale) for n, part in enumerate(parts)),
        ticks=scale.ticks,
        height=foot + FOOT,
        foot=foot,
        target="" if place is None else percent(min(place, 99.7)),
        target_text=target_text,
        target_right=place is not None and place > 50,
    )


def _bar(part: Part, y: int, scale: Scale) -> Bar:
    kind = {True: "met", False: "unmet", None: "plain"}[part.met]
    name = part.name if len(part.name) <= LONGEST else part.name[: LONGEST - 1].rstrip() + "…"
    width = "0" if part.share is None else percent(scale.place(part.share))
    return Bar(name, part.text, width, y, "none" if part.share is None else kind)
