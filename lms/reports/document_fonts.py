"""The serif of reports on paper (Source Serif Pro from its wheel, OFL), and what it can draw."""

from functools import lru_cache
from typing import cast

from lms.core.fonts import font_file

PLAIN, BOLD = "ReportSerif", "ReportSerif-Bold"
_FILES = {PLAIN: "Regular", BOLD: "Bold"}
"""Upright only: the italics of this serif lack a hundred Vietnamese letters."""
_INSTEAD = {"✔": "✓", "●": "•", "□": "☐", "‑": "-", "\u00a0": " ", "\u200b": "", "\ufeff": ""}
"""Letters of other fonts for which ours has a good likeness."""


@lru_cache(maxsize=1)
def faces() -> frozenset[int]:
    """Make the faces known to ReportLab; the code points that both draw."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    known: list[set[int]] = []
    for name, style in _FILES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            path = font_file("font_source_serif_pro", f"SourceSerifPro-{style}.ttf")
            pdfmetrics.registerFont(TTFont(name, str(path)))
        known.append(set(cast(TTFont, pdfmetrics.getFont(name)).face.charToGlyph))
    return frozenset(set.intersection(*known))


def drawable(words: str) -> str:
    """The words with likenesses in place of what the face lacks; what has none becomes '?'."""
    known = faces()
    if all(ord(letter) in known for letter in words):
        return words
    return "".join(_drawn(letter, known) for letter in words)


def _drawn(letter: str, known: frozenset[int]) -> str:
    if ord(letter) in known:
        return letter
    likeness = _INSTEAD.get(letter, " " if letter.isspace() else "?")
    return likeness if all(ord(one) in known for one in likeness) else "?"


def undrawable(words: str) -> str:
    """The first letter that paper cannot show; nothing when all can be shown."""
    known = faces()
    return next(
        (one for one in words if ord(one) not in known and _drawn(one, known) == "?" != one
         and one not in "\r\n\t"),
        "",
    )  # fmt: skip
