"""Honest axes: they start at 0 and end on a round number."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.indicators.rules.arithmetic import number_text

_STEPS = (1, 2, 5)
TICKS = 4
"""At least so many steps are drawn between 0 and the end, at most twice as many."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the axis: its place in percent of the axis, and its number."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from 0 to `top`; `is_share` puts a percent sign to its numbers."""

    top: Fraction
    step: Fraction
    is_share: bool = True

    def place(self, value: Fraction | int) -> float:
        """Where a value stands, 0 to 100 percent of the axis; what is beyond stands at its end."""
        return float(min(max(Fraction(value) / self.top, Fraction(0)), Fraction(1)) * 100)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The lines of the axis from 0 to its end."""
        count = int(self.top / self.step)
        return tuple(
            Tick(percent(self.place(self.step * n)), self._text(self.step * n))
            for n in range(count + 1)
        )

    def _text(self, value: Fraction) -> str:
        if not self.is_share:
            return number_text(int(value))
        return f"{number_text(int(value))}%"


def percent(place: float) -> str:
    """A place as an SVG attribute takes it: '12.5%'."""
    return f"{place:.2f}".rstrip("0").rstrip(".") + "%"


def share_scale(values: Sequence[Fraction | None]) -> Scale:
    """An axis of shares: to 100%, or to a round end above the largest where all are small."""
    most = max((value for value in values if value is not None), default=Fraction(0))
    if most > 50 or most == 0:
        return Scale(Fraction(100), Fraction(25))
    found = count_scale([most])
    return Scale(found.top, found.step)


def count_scale(values: Sequence[Fraction | int]) -> Scale:
    """An axis of whole numbers that ends on the first round step at or above the largest."""
    most, unit = max((Fraction(v) for v in values), default=Fraction(0)), 1
    while True:
        for one in _STEPS:
            step = Fraction(one * unit)
            if most <= step * TICKS:
                steps = max(1, -(-most // step))
                return Scale(step * steps, step, is_share=False)
        unit *= 10
