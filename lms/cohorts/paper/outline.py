"""The path data of SVG (`d`), as moves, lines and cubic curves in absolute coordinates.

It follows SVG 1.1, chapters 8.3 and F.6: all commands, relative and absolute, arcs made of curves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import acos, atan2, ceil, cos, hypot, pi, radians, sin, sqrt, tan

Point = tuple[float, float]
Step = tuple[str, tuple[float, ...]]
"""("m", x y) · ("l", x y) · ("c", x1 y1 x2 y2 x y) · ("z", )."""

_TOKEN = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_FLAGS = re.compile(r"[\s,]*([01])")
_SPACE = re.compile(r"[\s,]*")


def steps(data: str) -> tuple[Step, ...]:
    """The steps of a path; ValueError for anything that is no path data."""
    pen = _Pen()
    for command, numbers in _commands(data):
        pen.go(command, numbers)
    return tuple(pen.steps)


def _commands(data: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each command with exactly the numbers it takes; repeated numbers repeat the command."""
    at, command = _skip(data, 0), ""
    while at < len(data):
        found = _TOKEN.match(data, at)
        if found is None or not (found[1] or command):
            raise ValueError(f"no path data at {at}")
        if found[1]:
            command, at = found[1], found.end()
        elif command in "Zz":
            raise ValueError(f"no path data at {at}")
        numbers, at = _numbers(data, at, command.upper())
        yield command, numbers
        command = {"M": "L", "m": "l"}.get(command, command)
        at = _skip(data, at)


def _skip(data: str, at: int) -> int:
    found = _SPACE.match(data, at)
    return found.end() if found else at


def _numbers(data: str, at: int, command: str) -> tuple[tuple[float, ...], int]:
    found: list[float] = []
    while len(found) < _COUNTS[command]:
        # The two flags of an arc may stand without anything between them.
        flag = command == "A" and len(found) in (3, 4)
        at = _skip(data, at)
        token = (_FLAGS if flag else _TOKEN).match(data, at)
        if token is None or (not flag and token[1]):
            raise ValueError(f"a number is missing at {at}")
        found.append(float(token[1] if flag else token[2]))
        at = token.end()
    return tuple(found), at


@dataclass
class _Pen:
    """Where the pen is, where the shape began, and the last control point, which S and T mirror."""

    steps: list[Step] = field(default_factory=list)
    at: Point = (0.0, 0.0)
    start: Point = (0.0, 0.0)
    control: Point | None = None
    kind: str = ""

    def go(self, command: str, numbers: tuple[float, ...]) -> None:
        """Take one command."""
        kind = command.upper()
        if command.islower():
            numbers = self._absolute(kind, numbers)
        before, self.kind = self.kind, kind
        getattr(self, f"_{kind.lower()}")(numbers, before)

    def _absolute(self, kind: str, numbers: tuple[float, ...]) -> tuple[float, ...]:
        x, y = self.at
        if kind in "HV":
            return (numbers[0] + (x if kind == "H" else y),)
        if kind == "A":
            return (*numbers[:5], numbers[5] + x, numbers[6] + y)
        return tuple(value + (y if n % 2 else x) for n, value in enumerate(numbers))

    def _to(self, step: str, *numbers: float) -> None:
        self.steps.append((step, numbers))
        self.at = (numbers[-2], numbers[-1])

    def _m(self, n: tuple[float, ...], _before: str) -> None:
        self._to("m", *n)
        self.start = self.at

    def _l(self, n: tuple[float, ...], _before: str) -> None:
        self._to("l", *n)

    def _h(self, n: tuple[float, ...], _before: str) -> None:
        self._to("l", n[0], self.at[1])

    def _v(self, n: tuple[float, ...], _before: str) -> None:
        self._to("l", self.at[0], n[0])

    def _c(self, n: tuple[float, ...], _before: str) -> None:
        self.control = (n[2], n[3])
        self._to("c", *n)

    def _s(self, n: tuple[float, ...], before: str) -> None:
        self._c((*self._mirrored(before, "CS"), *n), before)

    def _q(self, n: tuple[float, ...], _before: str) -> None:
        (x0, y0), (x1, y1, x2, y2) = self.at, n
        near = (x0 + 2 / 3 * (x1 - x0), y0 + 2 / 3 * (y1 - y0))
        far = (x2 + 2 / 3 * (x1 - x2), y2 + 2 / 3 * (y1 - y2))
        self.control = (x1, y1)
        self._to("c", *near, *far, x2, y2)

    def _t(self, n: tuple[float, ...], before: str) -> None:
        self._q((*self._mirrored(before, "QT"), *n), before)

    def _mirrored(self, before: str, kinds: str) -> Point:
        if before not in kinds or self.control is None:
            return self.at
        return 2 * self.at[0] - self.control[0], 2 * self.at[1] - self.control[1]

    def _a(self, n: tuple[float, ...], _before: str) -> None:
        end = (n[5], n[6])
        if end == self.at:
            return
        if not n[0] or not n[1]:
            self._to("l", *end)
            return
        for curve in _arc(self.at, end, abs(n[0]), abs(n[1]), radians(n[2]), n[3] > 0, n[4] > 0):
            self._to("c", *curve)
        self.at = end

    def _z(self, _n: tuple[float, ...], _before: str) -> None:
        self.steps.append(("z", ()))
        self.at = self.start


def _arc(
    start: Point, end: Point, rx: float, ry: float, turned: float, large: bool, sweep: bool
) -> Iterator[tuple[float, ...]]:
    """An elliptic arc as cubic curves of at most a quarter turn each (SVG 1.1, F.6.5)."""
    half = ((start[0] - end[0]) / 2, (start[1] - end[1]) / 2)
    x1 = cos(turned) * half[0] + sin(turned) * half[1]
    y1 = -sin(turned) * half[0] + cos(turned) * half[1]
    grown = sqrt(max(1.0, (x1 / rx) ** 2 + (y1 / ry) ** 2))
    rx, ry = rx * grown, ry * grown
    square = (rx * ry) ** 2 - (rx * y1) ** 2 - (ry * x1) ** 2
    share = sqrt(max(0.0, square / ((rx * y1) ** 2 + (ry * x1) ** 2)))
    share = share if large != sweep else -share
    cx, cy = share * rx * y1 / ry, -share * ry * x1 / rx
    first = atan2((y1 - cy) / ry, (x1 - cx) / rx)
    span = _span(((x1 - cx) / rx, (y1 - cy) / ry), ((-x1 - cx) / rx, (-y1 - cy) / ry), sweep)
    middle = (
        cos(turned) * cx - sin(turned) * cy + (start[0] + end[0]) / 2,
        sin(turned) * cx + cos(turned) * cy + (start[1] + end[1]) / 2,
    )
    yield from _quarters(middle, (rx, ry), turned, first, span)


def _span(a: Point, b: Point, sweep: bool) -> float:
    """How far the arc turns, in radians; positive with the clock as SVG draws it."""
    length = hypot(*a) * hypot(*b)
    cosine = max(-1.0, min(1.0, (a[0] * b[0] + a[1] * b[1]) / length))
    angle = acos(cosine) if a[0] * b[1] - a[1] * b[0] >= 0 else -acos(cosine)
    if sweep and angle < 0:
        return angle + 2 * pi
    return angle - 2 * pi if not sweep and angle > 0 else angle


def _quarters(
    middle: Point, radii: Point, turned: float, first: float, span: float
) -> Iterator[tuple[float, ...]]:
    count = max(1, ceil(abs(span) / (pi / 2) - 1e-9))
    step = span / count
    reach = 4 / 3 * tan(step / 4)

    def placed(x: float, y: float) -> Point:
        x, y = x * radii[0], y * radii[1]
        return (
            middle[0] + cos(turned) * x - sin(turned) * y,
            middle[1] + sin(turned) * x + cos(turned) * y,
        )

    for n in range(count):
        a, b = first + n * step, first + (n + 1) * step
        yield (
            *placed(cos(a) - reach * sin(a), sin(a) + reach * cos(a)),
            *placed(cos(b) + reach * sin(b), sin(b) - reach * cos(b)),
            *placed(cos(b), sin(b)),
        )
