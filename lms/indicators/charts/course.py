"""How a figure grew over a year: month by month, the target, the deadlines, and the way ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lms.indicators.charts.scale import Scale, Tick, percent

TOP = 34
PLOT = 190
FOOT = 26
UNITS = 1000
"""The plot itself is drawn in a square of so many units and stretched; its lines are not."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point in the drawing: percent across, pixels down, its number if it is written."""

    x: str
    y: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line: a deadline; its word stands on the left where it would run out."""

    x: str
    text: str
    on_left: bool


@dataclass(frozen=True, slots=True)
class Growth:
    """A drawing. `line`, `area` and `ahead` are lists of points in the stretched square."""

    line: str
    area: str
    ahead: str
    points: tuple[Point, ...]
    last: Point
    last_on_left: bool
    months: tuple[Tick, ...]
    grid: tuple[tuple[int, str], ...]
    marks: tuple[Mark, ...]
    target_y: int | None
    target_text: str
    top: int = TOP
    plot: int = PLOT
    height: int = TOP + PLOT + FOOT


@dataclass(frozen=True, slots=True)
class Ahead:
    """Where the figure is forecast to be on a day: two values in the scale's own unit."""

    until: date
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Year:
    """Places of the days of one year: 31/12 before it stands at 0, its own 31/12 at the end."""

    year: int

    def place(self, day: date) -> float:
        """Percent across."""
        begin, end = date(self.year - 1, 12, 31), date(self.year, 12, 31)
        return 100 * min(max((day - begin).days, 0), (end - begin).days) / (end - begin).days

    @property
    def months(self) -> tuple[Tick, ...]:
        """The middle of every month, with its number."""
        return tuple(
            Tick(percent(self.place(date(self.year, month, 15))), str(month))
            for month in range(1, 13)
        )


def growth(
    values: Sequence[tuple[date, Fraction]], scale: Scale, *, target: Fraction | None = None,
    target_text: str = "", last_text: str = "", deadlines: Sequence[tuple[date, str]] = (),
    ahead: Ahead | None = None,
) -> Growth:  # fmt: skip
    """The drawing of values by day, oldest first and all of one year (or the end of the last)."""
    year = Year(values[-1][0].year)
    at = [(year.place(day), value) for day, value in values]
    line = " ".join(_square(x, scale.place(value)) for x, value in at)
    x, value = at[-1]
    return Growth(
        line=line,
        area=f"{_square(at[0][0], 0)} {line} {_square(x, 0)}",
        ahead=_fan(year, scale, x, value, ahead) if ahead else "",
        points=tuple(Point(percent(x), _y(scale, value)) for x, value in at),
        last=Point(percent(x), _y(scale, value), last_text),
        last_on_left=x > 45,
        months=year.months,
        grid=tuple((_down(float(t.place[:-1])), t.text) for t in scale.ticks),
        marks=tuple(_mark(year, day, text) for day, text in deadlines),
        target_y=None if target is None else _y(scale, target),
        target_text=target_text,
    )


def _mark(year: Year, day: date, text: str) -> Mark:
    x = year.place(day)
    return Mark(percent(min(x, 99.8)), text, x > 80)


def _fan(year: Year, scale: Scale, x: float, value: Fraction, ahead: Ahead) -> str:
    """From the last point to the two ends of the forecast."""
    end = year.place(ahead.until)
    places = ((x, value), (end, ahead.high), (end, ahead.low))
    return " ".join(_square(x, scale.place(value)) for x, value in places)


def _square(x: float, height: float) -> str:
    """A point of the stretched square from percent across and percent up."""
    return f"{x * UNITS / 100:.1f},{(100 - height) * UNITS / 100:.1f}"


def _down(up: float) -> int:
    return round(TOP + PLOT * (100 - up) / 100)


def _y(scale: Scale, value: Fraction) -> int:
    return _down(scale.place(value))
