"""A file of A4 pages: its fonts, its lines of words, boxes, codes and drawings, all measured in points.

Every PDF of a class is made with it, so each has a title, says that it is Vietnamese, and holds text that
can be selected. ReportLab is loaded when the first page is drawn.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, cast

from lms.cohorts.paper import drawing
from lms.core import qr
from lms.core.fonts import register_fonts

if TYPE_CHECKING:
    from reportlab.lib.colors import Color
    from reportlab.pdfbase.ttfonts import TTFont

MM = 72 / 25.4
LONG, SHORT = 297 * MM, 210 * MM
LANGUAGE = "vi-VN"
INK, SOFT, RULE, WASH = "#000000", "#3d494b", "#8a9496", "#eef2f2"
LINE = 1.36
"""Height of a line of words in sizes: Ễ and Ộ carry two marks, and Ậ one below."""
_INSTEAD = {"✔": "✓", "●": "•", "□": "☐", "\u200b": "", "\ufeff": ""}


@lru_cache(maxsize=1)
def _faces() -> tuple[TTFont, TTFont]:
    from reportlab.pdfbase import pdfmetrics

    plain, bold = (cast("TTFont", pdfmetrics.getFont(name)) for name in register_fonts())
    return plain, bold


@lru_cache(maxsize=64)
def _paint(colour: str) -> Color:
    """A colour of '#rrggbb', read once: a table sets it a thousand times."""
    from reportlab.lib.colors import HexColor

    return HexColor(colour)


@lru_cache(maxsize=4096)
def printable(words: str) -> str:
    """The words with what our font cannot draw put into something that it can."""
    known = _faces()[0].face.charToGlyph
    if all(ord(letter) in known for letter in words):
        return words
    return "".join(_drawable(letter) for letter in words)


def _drawable(letter: str) -> str:
    if ord(letter) in _faces()[0].face.charToGlyph:
        return letter
    return _INSTEAD.get(letter, " " if letter.isspace() else "?")


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """How wide the words are, in points."""
    return float(_faces()[bold].stringWidth(printable(words), size))


def lines_of(words: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The words broken into lines no wider than `width` points; a longer word is cut."""
    found: list[str] = []
    for part in printable(words).split("\n"):
        found += _broken(part, width, size, bold)
    return found


def _broken(words: str, width: float, size: float, bold: bool) -> Iterator[str]:
    face, line = _faces()[bold], ""
    for word in _pieces(words.split(), width, size, bold):
        longer = f"{line} {word}" if line else word
        if line and face.stringWidth(longer, size) > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def _pieces(found: Iterable[str], width: float, size: float, bold: bool) -> Iterator[str]:
    """The words; one that is wider than a line is cut where it would run over."""
    face = _faces()[bold]
    for word in found:
        rest = word
        while len(rest) > 1 and face.stringWidth(rest, size) > width:
            fits = max(1, _most(rest, width, size, bold))
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


def _most(word: str, width: float, size: float, bold: bool) -> int:
    face = _faces()[bold]
    return sum(face.stringWidth(word[:n], size) <= width for n in range(1, len(word) + 1))


class Sheet:
    """The pages of a file while they are drawn; `y` runs upwards from the lower edge."""

    def __init__(self, title: str, *, landscape: bool = False) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.width, self.height = (LONG, SHORT) if landscape else (SHORT, LONG)
        self._out = io.BytesIO()
        self.canvas = Canvas(self._out, pagesize=(self.width, self.height), lang=LANGUAGE)
        self.canvas.setTitle(printable(title))
        self.canvas.setAuthor("Lớp Học Số")
        self._plain, self._bold = register_fonts()
        self._drawn: set[str] = set()
        self.page = 1
        self._held: tuple[object, ...] = ()

    def next_page(self) -> None:
        """End this page."""
        self.canvas.showPage()
        self.page += 1

    def done(self) -> bytes:
        """End the last page; the whole file."""
        self.canvas.showPage()
        self.canvas.save()
        return self._out.getvalue()

    def words(
        self, x: float, y: float, words: str, size: float, *, bold: bool = False,
        colour: str = INK, align: str = "left",
    ) -> None:  # fmt: skip
        """One line of words on the baseline `y`; `x` is its left end, middle (`center`) or right end."""
        self.canvas.setFont(self._bold if bold else self._plain, size)
        self.canvas.setFillColor(_paint(colour))
        draw = {
            "left": self.canvas.drawString,
            "center": self.canvas.drawCentredString,
            "right": self.canvas.drawRightString,
        }[align]
        draw(x, y, printable(words))

    def fitted(
        self, x: float, y: float, words: str, width: float, size: float, *, least: float = 6.0,
        bold: bool = False, colour: str = INK, align: str = "left",
    ) -> None:  # fmt: skip
        """One line that is made smaller until it fits, and cut with '…' when even `least` is too wide."""
        words, wide = printable(words), width_of(words, size, bold=bold)
        # A hair less than what fits: the same sum in another order may come out wider.
        size = size if wide <= width else max(least, size * width / wide * 0.999)
        while len(words) > 2 and width_of(words, size, bold=bold) > width:
            words = words[:-2].rstrip() + "…"
        self.words(x, y, words, size, bold=bold, colour=colour, align=align)

    def block(
        self, x: float, y: float, words: str, width: float, size: float, *, bold: bool = False,
        colour: str = INK, leading: float = LINE,
    ) -> float:  # fmt: skip
        """Lines of words from the top `y` downwards; returns where the next thing may begin."""
        for line in lines_of(words, width, size, bold=bold):
            y -= size * leading
            self.words(x, y + size * 0.3, line, size, bold=bold, colour=colour)
        return y

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, weight: float = 0.6,
        colour: str = INK, dash: tuple[float, ...] = (),
    ) -> None:  # fmt: skip
        """A straight line."""
        self._pen(colour, weight, dash)
        self.canvas.line(x1, y1, x2, y2)

    def _pen(self, colour: str, weight: float, dash: tuple[float, ...] = ()) -> None:
        """Take another pen, where it is another one."""
        if self._held == (self.page, colour, weight, dash):
            return
        self._held = (self.page, colour, weight, dash)
        self.canvas.setStrokeColor(_paint(colour))
        self.canvas.setLineWidth(weight)
        self.canvas.setDash(list(dash))

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str = "", weight: float = 0.6,
        colour: str = INK, radius: float = 0.0,
    ) -> None:  # fmt: skip
        """A rectangle whose lower left corner is (x, y); `weight` 0 draws no edge."""
        canvas = self.canvas
        self._pen(colour, weight)
        if fill:
            canvas.setFillColor(_paint(fill))
        lined, filled = int(weight > 0), int(bool(fill))
        if radius:
            canvas.roundRect(x, y, width, height, radius, stroke=lined, fill=filled)
        else:
            canvas.rect(x, y, width, height, stroke=lined, fill=filled)

    def code(self, x: float, y: float, side: float, text: str) -> None:
        """A QR code with its quiet zone in a white square whose lower left corner is (x, y)."""
        rows = qr.modules(text, mask=2)
        unit = side / (len(rows) + 2 * qr.QUIET)
        self.box(x, y, side, side, fill="#ffffff", weight=0)
        self.canvas.setFillColor(_paint(INK))
        outline = self.canvas.beginPath()
        left, top = x + qr.QUIET * unit, y + side - (qr.QUIET + 1) * unit
        for n, row in enumerate(rows):
            for at, length in _runs(row):
                # Each row reaches a little into the next, or screens show a seam between them.
                outline.rect(left + at * unit, top - n * unit - 0.03, length * unit, unit + 0.03)
        self.canvas.drawPath(outline, stroke=0, fill=1)

    def picture(self, x: float, y: float, width: float, name: str, content: bytes) -> float:
        """A drawing of this name, kept once in the file; returns its height in points."""
        found = drawing.read(content)
        if name not in self._drawn:
            self._drawn.add(name)
            self.canvas.beginForm(name, 0, 0, found.width, found.height)
            drawing.paint(self.canvas, found, 0, 0, found.width)
            self.canvas.endForm()
        scale = width / found.width
        self.canvas.saveState()
        self.canvas.transform(scale, 0, 0, scale, x, y)
        self.canvas.doForm(name)
        self.canvas.restoreState()
        return found.height * scale


def _runs(row: list[int]) -> Iterator[tuple[int, int]]:
    """(start, length) of each run of dark modules."""
    at = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            yield at, length
        at += length
