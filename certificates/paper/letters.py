"""Every letter a certificate can carry: Vietnamese, its neighbours in Europe, minority languages.

Ê Đê, Gia Rai, Ba Na, Cơ Ho, M'Nông and others write vowels with a breve, some of which no single code
point has ("ê̆", "ơ̆"), and Ƀ ƀ, which the serif lacks: those are composed out of the font's own parts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from certificates.paper.truetype import Box, Font, composed

_RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x180, 0x180), (0x243, 0x243), (0x1A0, 0x1A1), (0x1AF, 0x1B0),
    (0x1CD, 0x1DC), (0x1E7C, 0x1E7D), (0x1EA0, 0x1EF9), (0x2BC, 0x2BC), (0x2013, 0x2014), (0x2018, 0x201A),
    (0x201C, 0x201E), (0x2022, 0x2022), (0x2026, 0x2026), (0x20AB, 0x20AB), (0x2116, 0x2116),
)  # fmt: skip
_VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_MARKS = "\u0306\u030c\u0304\u0308\u0303\u0309\u0323\u0300\u0301"
_GAP = 70
"""How far a mark stands above its letter, in thousandths of the size."""
_BARS = {"ƀ": ("b", 575), "Ƀ": ("B", 330)}
"""Letter → (the letter without its bar, the height of the bar)."""


@dataclass(frozen=True)
class Shape:
    """How a letter is drawn: a glyph of the font, or parts put together; `base` gives its width."""

    text: str
    base: int
    parts: tuple[tuple[int, int, int], ...] = ()
    """(glyph, right, up) in font units."""

    def outline(self, font: Font) -> bytes:
        """The composite outline of a letter that the font has in parts only."""
        boxes = [_moved(font.box(glyph), right, up) for glyph, right, up in self.parts]
        return composed(list(self.parts), _around(boxes))


def _moved(box: Box, right: int, up: int) -> Box:
    return Box(box.left + right, box.bottom + up, box.right + right, box.top + up)


def _around(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes), min(box.bottom for box in boxes),
        max(box.right for box in boxes), max(box.top for box in boxes),
    )  # fmt: skip


def repertoire(font: Font) -> list[Shape]:
    """Every letter this font can show, whole ones first, then composed ones; always in one order."""
    codes = [code for first, last in _RANGES for code in range(first, last + 1)]
    shapes = [Shape(chr(code), font.letters[code]) for code in codes if code in font.letters]
    return shapes + [shape for shape in _compositions(font) if shape is not None]


def _compositions(font: Font) -> Iterator[Shape | None]:
    for letter in _BARS:
        yield None if ord(letter) in font.letters else _barred(font, letter)
    for vowel in _VOWELS:
        for mark in _MARKS:
            text = unicodedata.normalize("NFC", vowel + mark)
            if len(text) > 1 or ord(text) not in font.letters:
                yield _marked(font, vowel, mark, text)


def _barred(font: Font, letter: str) -> Shape:
    bare, height = _BARS[letter]
    base, bar = font.letters[ord(bare)], font.letters[ord("¯")]
    stem = font.box(base).left + 95
    box = font.box(bar)
    return Shape(letter, base, ((base, 0, 0), (bar, stem - box.middle, height - box.bottom)))


def _marked(font: Font, vowel: str, mark: str, text: str) -> Shape | None:
    above = ord(mark) != 0x323
    base = font.letters[ord("ı" if vowel == "i" and above else vowel)]
    if ord(mark) not in font.letters:
        return None
    # The horn of ơ and ư is no part of the letter's middle.
    bare = unicodedata.normalize("NFD", "ı" if vowel == "i" else vowel)[0]
    middle = font.box(font.letters[ord(bare)]).middle
    sign, stem = font.box(font.letters[ord(mark)]), font.box(base)
    up = max(0, stem.top + _GAP - sign.bottom) if above else 0
    parts = ((base, 0, 0), (font.letters[ord(mark)], middle - sign.middle, up))
    return Shape(text, base, parts)
