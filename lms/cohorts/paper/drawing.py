"""Our own drawings on paper: the small SVG that `courses.drawings` lets in, drawn as PDF paths.

Read once and kept: a drawing never changes under its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin, tan
from re import compile as pattern
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from lms.cohorts.paper.outline import Step, steps

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Matrix = tuple[float, float, float, float, float, float]
SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
KAPPA = 0.5522847498
_SVG = "{http://www.w3.org/2000/svg}"
_INHERITED = (
    "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray",
    "fill-rule", "color",
)  # fmt: skip
_OPACITY = "opacity"
_CALL = pattern(r"([a-zA-Z]+)\s*\(([^)]*)\)")
_NUMBER = pattern(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_CAPS = {"butt": 0, "round": 1, "square": 2}
_JOINS = {"miter": 0, "round": 1, "bevel": 2}


@dataclass(frozen=True, slots=True)
class Shape:
    """One painted outline. `fill` and `stroke` are #rrggbb or ''; `matrix` as in SVG."""

    steps: tuple[Step, ...]
    matrix: Matrix
    fill: str
    stroke: str
    width: float
    cap: int
    join: int
    dash: tuple[float, ...]
    even_odd: bool
    opacity: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing in its own units, y downwards."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


@lru_cache(maxsize=256)
def read(content: bytes) -> Drawing:
    """The drawing in an SVG file; ValueError or ParseError when it is none of ours."""
    root = ElementTree.fromstring(content)
    box = [float(n) for n in _NUMBER.findall(root.get("viewBox", ""))]
    if len(box) != 4 or not box[2] or not box[3]:
        raise ValueError("a drawing needs its viewBox")
    moved: Matrix = (1.0, 0.0, 0.0, 1.0, -box[0], -box[1])
    return Drawing(box[2], box[3], tuple(_shapes(root, {}, moved)))


def _shapes(element: Element, above: Mapping[str, str], matrix: Matrix) -> Iterator[Shape]:
    own = {name: element.attrib[name] for name in _INHERITED if name in element.attrib}
    seen = float(above.get(_OPACITY, "1")) * float(element.get(_OPACITY, "1"))
    style = {**above, **own, _OPACITY: str(seen)}
    matrix = _joined(matrix, _transform(element.get("transform", "")))
    outline = _outline(element)
    if outline:
        yield _shape(outline, style, matrix)
    for child in element:
        yield from _shapes(child, style, matrix)


def _shape(outline: tuple[Step, ...], style: Mapping[str, str], matrix: Matrix) -> Shape:
    return Shape(
        outline,
        matrix,
        _colour(style, "fill", "#000000"),
        _colour(style, "stroke", "none"),
        float(style.get("stroke-width", "1")),
        _CAPS.get(style.get("stroke-linecap", ""), 0),
        _JOINS.get(style.get("stroke-linejoin", ""), 0),
        tuple(float(n) for n in _NUMBER.findall(style.get("stroke-dasharray", ""))),
        style.get("fill-rule") == "evenodd",
        float(style[_OPACITY]),
    )


def _colour(style: Mapping[str, str], name: str, usual: str) -> str:
    told = style.get(name, usual)
    told = style.get("color", "#000000") if told == "currentColor" else told
    if told == "none":
        return ""
    short = len(told) == 4
    return "#" + "".join(letter * 2 for letter in told[1:]) if short else told


def _outline(element: Element) -> tuple[Step, ...]:
    kind = str(element.tag).removeprefix(_SVG)
    if kind == "path":
        return steps(element.get("d", ""))
    numbers = {name: float(text) for name, text in element.attrib.items() if _is_number(text)}
    if kind in ("circle", "ellipse"):
        rx = numbers.get("r", numbers.get("rx", 0.0))
        return _oval(numbers.get("cx", 0.0), numbers.get("cy", 0.0), rx, numbers.get("ry", rx))
    if kind == "rect":
        return _rectangle(numbers)
    if kind == "line":
        ends = (numbers.get(name, 0.0) for name in ("x1", "y1", "x2", "y2"))
        return steps("M{} {}L{} {}".format(*ends))
    if kind in ("polyline", "polygon"):
        return steps(f"M{element.get('points', '')}{'z' if kind == 'polygon' else ''}")
    return ()


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _oval(x: float, y: float, rx: float, ry: float) -> tuple[Step, ...]:
    return steps(f"M{x - rx} {y}A{rx} {ry} 0 1 1 {x + rx} {y}A{rx} {ry} 0 1 1 {x - rx} {y}z")


def _rectangle(n: Mapping[str, float]) -> tuple[Step, ...]:
    x, y = n.get("x", 0.0), n.get("y", 0.0)
    wide, high = n.get("width", 0.0), n.get("height", 0.0)
    r = min(n.get("rx", n.get("ry", 0.0)), wide / 2, high / 2)
    if not r:
        return steps(f"M{x} {y}h{wide}v{high}h{-wide}z")
    turn = f"a{r} {r} 0 0 1"
    return steps(
        f"M{x + r} {y}h{wide - 2 * r}{turn} {r} {r}v{high - 2 * r}{turn} {-r} {r}"
        f"h{2 * r - wide}{turn} {-r} {-r}v{2 * r - high}{turn} {r} {-r}z"
    )


def _transform(text: str) -> Matrix:
    found = SAME
    for name, inside in _CALL.findall(text):
        found = _joined(found, _one(name, [float(n) for n in _NUMBER.findall(inside)]))
    return found


def _one(name: str, n: list[float]) -> Matrix:
    if name == "translate":
        return 1.0, 0.0, 0.0, 1.0, n[0], n[1] if len(n) > 1 else 0.0
    if name == "scale":
        return n[0], 0.0, 0.0, n[1] if len(n) > 1 else n[0], 0.0, 0.0
    if name == "rotate":
        c, s = cos(radians(n[0])), sin(radians(n[0]))
        x, y = (n[1], n[2]) if len(n) > 2 else (0.0, 0.0)
        return c, s, -s, c, x - c * x + s * y, y - s * x - c * y
    if name == "skewX":
        return 1.0, 0.0, tan(radians(n[0])), 1.0, 0.0, 0.0
    if name == "matrix" and len(n) == 6:
        return n[0], n[1], n[2], n[3], n[4], n[5]
    return SAME


def _joined(a: Matrix, b: Matrix) -> Matrix:
    """First `b`, then `a`."""
    return (
        a[0] * b[0] + a[2] * b[1], a[1] * b[0] + a[3] * b[1],
        a[0] * b[2] + a[2] * b[3], a[1] * b[2] + a[3] * b[3],
        a[0] * b[4] + a[2] * b[5] + a[4], a[1] * b[4] + a[3] * b[5] + a[5],
    )  # fmt: skip


def paint(canvas: Canvas, drawing: Drawing, x: float, y: float, width: float) -> float:
    """Draw it `width` points wide, its lower left corner at (x, y); returns its height in points."""
    scale = width / drawing.width
    canvas.saveState()
    canvas.transform(scale, 0, 0, -scale, x, y + drawing.height * scale)
    for shape in drawing.shapes:
        _paint(canvas, shape)
    canvas.restoreState()
    return drawing.height * scale


def _paint(canvas: Canvas, shape: Shape) -> None:
    canvas.saveState()
    canvas.transform(*shape.matrix)
    if shape.opacity < 1:
        canvas.setFillAlpha(shape.opacity)
        canvas.setStrokeAlpha(shape.opacity)
    if shape.fill:
        canvas.setFillColor(shape.fill)
    if shape.stroke:
        canvas.setStrokeColor(shape.stroke)
        canvas.setLineWidth(shape.width)
        canvas.setLineCap(shape.cap)
        canvas.setLineJoin(shape.join)
        canvas.setDash(list(shape.dash))
    outline = canvas.beginPath()
    draw: dict[str, Callable[..., None]] = {
        "m": outline.moveTo, "l": outline.lineTo, "c": outline.curveTo, "z": outline.close,
    }  # fmt: skip
    for kind, numbers in shape.steps:
        draw[kind](*numbers)
    filled, lined = bool(shape.fill), bool(shape.stroke)
    canvas.drawPath(outline, stroke=lined, fill=filled, fillMode=0 if shape.even_odd else 1)
    canvas.restoreState()
