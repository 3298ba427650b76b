"""Words in a face: which glyphs, how wide, and as text operators of a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest

from certificates.paper.subset import Face
from certificates.paper.syntax import number

_CLUSTER = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")


class UnknownLetter(ValueError):
    """The face cannot show this letter; `letter` is it, as the reader would write it."""

    def __init__(self, letter: str) -> None:
        super().__init__(letter)
        self.letter = letter

    @property
    def code(self) -> str:
        """Its code points: 'U+1780'."""
        return " ".join(f"U+{ord(char):04X}" for char in self.letter)


def clusters(text: str) -> list[str]:
    """The letters of a text with their combining marks, each in NFC."""
    return _CLUSTER.findall(unicodedata.normalize("NFC", text))


@dataclass(frozen=True)
class Run:
    """A line of glyphs in a face, whatever its size: `units` are thousandths of the size."""

    face: Face
    text: str
    count: int
    units: int
    shown: str
    """The operator that shows the glyphs, kerned."""


@lru_cache(maxsize=1024)
def run(face: Face, text: str) -> Run:
    """Set a text in a face; UnknownLetter names the first letter that the face lacks."""
    glyphs = []
    for cluster in clusters(text):
        if cluster not in face.glyphs:
            raise UnknownLetter(cluster)
        glyphs.append(face.glyphs[cluster])
    kerns = [face.kern(a, b) for a, b in pairwise(glyphs)]
    units = sum(face.advance(glyph) for glyph in glyphs) + sum(kerns)
    shown = "".join(
        f"{glyph:04X}" + (f">{-kern}<" if kern else "")
        for glyph, kern in zip_longest(glyphs, kerns, fillvalue=0)
    )
    return Run(face, text, len(glyphs), units, f"[<{shown}>]TJ")


@dataclass(frozen=True)
class Words:
    """A run at a size in points, with extra space between letters."""

    run: Run
    size: float
    spacing: float = 0.0

    @property
    def width(self) -> float:
        """Points from the first letter's origin to the last letter's advance."""
        return self.run.units * self.size / 1000 + self.spacing * max(0, self.run.count - 1)

    def at(self, x: float, y: float) -> str:
        """The words with their first letter's origin at (x, y), in points from the lower left."""
        return (
            f"BT /{self.run.face.key} {number(self.size)} Tf {number(self.spacing)} Tc "
            f"{number(x)} {number(y)} Td {self.run.shown} ET\n"
        )

    def centred(self, x: float, y: float) -> str:
        """The words with their middle at x."""
        return self.at(x - self.width / 2, y)


def words(face: Face, text: str, size: float, spacing: float = 0.0) -> Words:
    """Set a line of text; UnknownLetter names the first letter that the face lacks."""
    return Words(run(face, text), size, spacing)


def _balanced(face: Face, text: str, size: float, width: float, spacing: float) -> list[Words]:
    """Two lines nearly of one length, broken where the sense allows: a lone last word looks like a mistake."""
    parts = text.split(" ")
    choices = []
    for n in range(1, len(parts)):
        pair = [words(face, " ".join(half), size, spacing) for half in (parts[:n], parts[n:])]
        if max(line.width for line in pair) <= width:
            choices.append(pair)
    return min(choices, key=_unrest, default=[])


_PLACES = ("XÃ", "PHƯỜNG", "ĐẶC", "TỈNH", "THÀNH")
"""First words of the names of places in capitals, which stay whole."""


def _unrest(pair: list[Words]) -> float:
    """How ill a break looks: uneven lines, unless the sense pauses there."""
    first, second = pair
    longer = max(first.width, second.width)
    pause = {":": 0.5, ";": 0.5, ",": 0.12}.get(first.run.text[-1:], 0.0)
    if second.run.text.split(" ")[0] in _PLACES and pause == 0:
        pause = 0.6
    return abs(first.width - second.width) - pause * longer


class TooLong(ValueError):
    """The text does not fit its place even at the smallest size."""


def fitted(
    face: Face, text: str, width: float, sizes: tuple[float, ...], two: float = 0.0,
    spacing: float = 0.0,
) -> list[Words]:  # fmt: skip
    """One line at the largest of `sizes` that fits; below size `two`, two lines; TooLong at the end."""
    for size in sizes:
        one = words(face, text, size, spacing)
        if one.width <= width:
            return [one]
        if two and size <= two:
            pair = _balanced(face, text, size, width, spacing)
            if pair:
                return pair
    raise TooLong(text)


_PIECES = re.compile(r"-?[^-./]+[./]*|[-./]")
"""An address breaks after a point or before a stroke: readers drop a stroke at the end of a line."""


def _words(face: Face, text: str, width: float, size: float) -> Iterator[str]:
    """The words of a text; an address that is wider than a line is broken at its points and strokes."""
    for word in text.split():
        if words(face, word, size).width <= width:
            yield word
            continue
        line = ""
        for piece in _PIECES.findall(word):
            if line and words(face, line + piece, size).width > width:
                yield line
                line = ""
            line += piece
        yield line


def wrapped(face: Face, text: str, width: float, size: float) -> list[Words]:
    """As many lines as a text needs; TooLong when one of its words is wider than a line."""
    lines: list[str] = []
    for word in _words(face, text, width, size):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and words(face, longer, size).width <= width:
            lines[-1] = longer
        elif words(face, word, size).width <= width:
            lines.append(word)
        else:
            raise TooLong(text)
    return [words(face, line, size) for line in lines]
