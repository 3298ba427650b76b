"""What a report's PDF is made of: paragraphs, slanted lines, rules in the middle of their place.

The serif's own italics lack Vietnamese letters, so its upright face is slanted as it is drawn.
Imported only while a PDF is made, for ReportLab is large.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph

from lms.reports.document_fonts import BOLD, PLAIN, drawable

_BLANK = re.compile(r"(?<! ) (?! )")
SLANT = 0.2126
"""The tangent of 12 degrees."""
LEADING = 1.32
"""Height of a line in sizes: Ễ and Ộ carry two marks, and Ậ one below."""
Align = Literal[0, 1, 2, 4]
LEFT: Align = 0
MIDDLE: Align = 1
RIGHT: Align = 2
BOTH: Align = 4


def say(
    words: str, size: float, *, bold: bool = False, align: Align = LEFT, before: float = 0,
    after: float = 0, first: float = 0, indent: float = 0, leading: float = LEADING,
    keep: bool = False,
) -> Paragraph:  # fmt: skip
    """A paragraph; every blank beyond the first stays, for a clerk writes into such gaps."""
    style = ParagraphStyle(
        "one", fontName=BOLD if bold else PLAIN, fontSize=size, leading=size * leading,
        alignment=align, spaceBefore=before, spaceAfter=after, firstLineIndent=first,
        leftIndent=indent, keepWithNext=keep, splitLongWords=1, allowWidows=0, allowOrphans=0,
    )  # fmt: skip
    return Paragraph(escape(drawable(words)).replace("  ", "&nbsp;&nbsp;"), style)


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """How wide a line is."""
    return float(stringWidth(drawable(words), BOLD if bold else PLAIN, size))


class Slanted(Flowable):
    """Lines that lean to the right, as decree 30 asks of the date and a few others."""

    def __init__(
        self, words: str, size: float, *, bold: bool = False, align: Align = LEFT, before: float = 0,
        after: float = 0, leading: float = LEADING, keep: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.words, self.size, self.face = drawable(words), size, BOLD if bold else PLAIN
        self.align, self.leading = align, leading * size
        self.spaceBefore, self.spaceAfter, self.keepWithNext = before, after, keep
        self.lines: list[str] = []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """The room it takes in a column of this width."""
        self.width = width
        self.lines = list(self._broken(width))
        self.height = len(self.lines) * self.leading
        return width, self.height

    def _broken(self, width: float) -> Iterator[str]:
        """Lines no wider than `width`; a wide gap between words stays as wide as it is."""
        line = ""
        for word in _BLANK.split(self.words):
            longer = f"{line} {word}" if line else word
            if line and stringWidth(longer, self.face, self.size) > width:
                yield line
                line = word
            else:
                line = longer
        yield line

    def draw(self) -> None:
        """One line below the other."""
        y = self.height - self.size
        for line in self.lines:
            left = self.width - stringWidth(line, self.face, self.size)
            x = {LEFT: 0.0, MIDDLE: left / 2, RIGHT: left}[self.align]
            text = self.canv.beginText()
            text.setFont(self.face, self.size)
            text.setTextTransform(1, 0, SLANT, 1, x, y)
            text.textOut(line)
            self.canv.drawText(text)
            y -= self.leading


class Rule(Flowable):
    """A line of a given length in the middle of its column."""

    def __init__(self, length: float, before: float = 2, after: float = 6) -> None:
        super().__init__()
        self.length, self.before, self.after = length, before, after

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """The room it takes in a column of this width."""
        self.width = width
        return width, self.before + self.after

    def draw(self) -> None:
        """The line, `before` below the top."""
        self.canv.setStrokeColor(black)
        self.canv.setLineWidth(0.75)
        start = (self.width - self.length) / 2
        self.canv.line(start, self.after, start + self.length, self.after)


def drawn_on(
    canvas: Any, x: float, y: float, words: str, size: float, *, bold: bool = False
) -> None:
    """One line in the middle of `x`."""
    canvas.setFont(BOLD if bold else PLAIN, size)
    canvas.drawCentredString(x, y, drawable(words))
