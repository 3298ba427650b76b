"""What is drawn and not written: the woven border, the bronze-drum star, the rule under the title.

The border is the house's weave (the diamonds of core/img/band.svg), the star the fourteen rays of a
Đông Sơn drum. One accent and two paper tones, all of them legible when a printer knows only black.
"""

from __future__ import annotations

from functools import cache
from math import cos, pi, sin

from certificates.paper.syntax import number

Size = tuple[float, float]
A4, A5 = (841.89, 595.28), (419.53, 595.28)
"""A4 across and A5 upright, in points."""
WIDTH, HEIGHT = A4
MIDDLE = WIDTH / 2
ACCENT, INK, SOFT = "#0b4f55", "#000000", "#3d494b"
# Ink is black on paper: a printer screens any other dark tone, and codes and small letters fray.
WOVEN, PALE = "#ecd9ae", "#f7f1e3"
_KAPPA = 0.5523
_EDGE, _BAND = 21.0, 11.0
_STEP = 11.0


@cache
def colour(hexadecimal: str, *, line: bool = False) -> str:
    """The operator that sets the fill (or line) colour."""
    parts = (int(hexadecimal[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return " ".join(f"{part:.3f}".rstrip("0").rstrip(".") for part in parts) + (
        " RG\n" if line else " rg\n"
    )


def _points(*values: float) -> str:
    return " ".join(number(value) for value in values)


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"{_points(x, y, width, height)} re\n"


def path(points: list[tuple[float, float]], end: str) -> str:
    """A path through the points, ended by an operator: S, s or f."""
    steps = [f"{_points(*point)} {'l' if n else 'm'}" for n, point in enumerate(points)]
    return "\n".join(steps) + f" {end}\n"


def circle(x: float, y: float, radius: float) -> str:
    """A closed circle, without an operator that paints it."""
    r, k = radius, radius * _KAPPA
    return (
        f"{_points(x + r, y)} m {_points(x + r, y + k, x + k, y + r, x, y + r)} c "
        f"{_points(x - k, y + r, x - r, y + k, x - r, y)} c "
        f"{_points(x - r, y - k, x - k, y - r, x, y - r)} c "
        f"{_points(x + k, y - r, x + r, y - k, x + r, y)} c h\n"
    )


def border(size: Size) -> str:
    """The band of woven diamonds around the page, with its two lines."""
    outer, inner = _EDGE, _EDGE + _BAND
    band = colour(WOVEN) + frame(size, outer) + frame(size, inner) + "f*\n"
    lines = colour(ACCENT, line=True) + "1.3 w " + frame(size, outer) + "S 0.6 w "
    lines += frame(size, inner) + "S\n"
    thin = "0.5 w " + frame(size, inner + 3.5) + "S\n"
    return band + lines + "0.7 w 1 j\n" + _weave(size) + _corners(size) + thin


def frame(size: Size, inset: float) -> str:
    """A box so far within the edge of the paper, without an operator that paints it."""
    width, height = size
    return _box(inset, inset, width - 2 * inset, height - 2 * inset)


def _weave(size: Size) -> str:
    width, height = size
    low, far = _EDGE + _BAND, _EDGE + _BAND / 2
    out = ""
    for sign in (1, -1):
        for y in (far, height - far):
            out += path([(x, y + side) for x, side in _zigzag(low, width - low, sign)], "S")
        for x in (far, width - far):
            out += path([(x + side, y) for y, side in _zigzag(low, height - low, sign)], "S")
    return out


def _zigzag(start: float, end: float, sign: int) -> list[tuple[float, float]]:
    """(along the band, across it): two of opposite signs make a row of diamonds."""
    count = 2 * round((end - start) / _STEP / 2)
    step, half = (end - start) / count / 2, sign * (_BAND / 2 - 2)
    return [(start + n * step, half if n % 2 else 0) for n in range(2 * count + 1)]


def _corners(size: Size) -> str:
    width, height = size
    out = ""
    for x in (_EDGE, width - _EDGE - _BAND):
        for y in (_EDGE, height - _EDGE - _BAND):
            out += colour(ACCENT) + _box(x, y, _BAND, _BAND) + "f\n"
            middle_x, middle_y = x + _BAND / 2, y + _BAND / 2
            ring = [(middle_x + r * dx, middle_y + r * dy) for r, dx, dy in (
                (3.6, 1, 0), (1.3, .707, .707), (3.6, 0, 1), (1.3, -.707, .707),
                (3.6, -1, 0), (1.3, -.707, -.707), (3.6, 0, -1), (1.3, .707, -.707))]  # fmt: skip
            out += colour(WOVEN) + path(ring, "f")
    return out


def drum(x: float, y: float, radius: float) -> str:
    """The star of a bronze drum, so pale that words stand on it: rays, rings, a ring of teeth."""
    rays, points = 14, []
    for n in range(2 * rays):
        far = radius * (0.46 if n % 2 == 0 else 0.15)
        angle = pi / 2 + pi * n / rays
        points.append((x + far * cos(angle), y + far * sin(angle)))
    out = colour(PALE) + path(points, "f") + colour(PALE, line=True)
    for width, share in ((1.6, 0.5), (1.6, 0.56), (1.2, 0.68), (1.2, 0.72), (1.6, 0.9), (1.6, 1.0)):
        out += f"{number(width)} w " + circle(x, y, radius * share) + "S\n"
    return (
        out
        + _teeth(x, y, radius * 0.58, radius * 0.66, 56)
        + _teeth(x, y, radius * 0.74, radius * 0.88, 84)
    )


def _teeth(x: float, y: float, near: float, far: float, count: int) -> str:
    out = ""
    for n in range(count):
        a, b, c = (2 * pi * (n + share) / count for share in (0.1, 0.5, 0.9))
        tooth = [(x + near * cos(a), y + near * sin(a)), (x + far * cos(b), y + far * sin(b)),
                 (x + near * cos(c), y + near * sin(c))]  # fmt: skip
        out += path(tooth, "f")
    return out


def rule(x: float, y: float, half: float) -> str:
    """A fine line with a diamond in its middle."""
    out = colour(ACCENT, line=True) + "0.8 w\n"
    for sign in (1, -1):
        out += path([(x + sign * 12, y), (x + sign * half, y)], "S")
    out += colour(ACCENT) + path([(x - 5, y), (x, y + 3.4), (x + 5, y), (x, y - 3.4)], "f")
    for sign in (1, -1):
        out += path([(x + sign * 7.5 + 2, y), (x + sign * 7.5, y + 1.5), (x + sign * 7.5 - 2, y),
                     (x + sign * 7.5, y - 1.5)], "f")  # fmt: skip
    return out
