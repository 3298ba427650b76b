"""Vietnamese text: NFC, search and sort keys, numbers and dates as people write them, Markdown."""

import re
import unicodedata
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup

from lms.core.clock import local

_SPACES = re.compile(r"\s+")
# Zero-width characters, soft hyphens and direction marks come from copied lists and hide duplicates.
_INVISIBLE = dict.fromkeys(
    [
        *(code for code in range(0x20) if not chr(code).isspace()),
        0x7F,
        0xAD,
        0x34F,
        0x61C,
        0x180E,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
    ]
)
# No mark, then huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries.
_TONE_ORDER = "\u0300\u0309\u0303\u0301\u0323"
_LETTERS = {letter: index for index, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", 1)}


def clean(text: str) -> str:
    """NFC, without invisible characters, runs of white space as one blank, trimmed."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_INVISIBLE)).strip()


def fold(text: str) -> str:
    """Lower case without marks: 'Nguyễn Thị Đào' becomes 'nguyen thi dao' (search, headings)."""
    bare = unicodedata.normalize("NFD", clean(text).lower().replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def _word_key(word: str) -> str:
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFC", word.lower()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((i for i, mark in enumerate(_TONE_ORDER, 1) if mark in parts), 0)
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONE_ORDER))
        letters.append(f"{_LETTERS[base]:02d}" if base in _LETTERS else f"~{ord(base[0]):06x}")
        tones.append(str(tone))
    return "".join(letters) + "!" + "".join(tones)


def sort_key(full_name: str) -> str:
    """Key of a Vietnamese name: by given name (the last word), then the words before it, in order.

    Letters sort a ă â b c d đ e ê …; tone marks (không, huyền, hỏi, ngã, sắc, nặng) decide after.
    """
    words = clean(full_name).split(" ")
    return " ".join(_word_key(word) for word in [words[-1], *words[:-1]] if word)


def short_name(full_name: str) -> str:
    """Given name and the family name's initial, as on a class tablet: 'Đào N.'"""
    words = clean(full_name).split(" ")
    return words[0] if len(words) == 1 else f"{words[-1]} {words[0][0]}."


def number(value: int) -> str:
    """30500 becomes '30.500'."""
    return f"{value:,}".replace(",", ".")


def day(value: date | datetime | None) -> str:
    """dd/mm/yyyy; an instant is shown by its Vietnamese day; nothing is an empty string."""
    if value is None:
        return ""
    return (local(value) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def typed_day(typed: str) -> date | None:
    """The day that a browser sent (2026-11-21) or somebody wrote (21/11/2026); None for anything else."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed.strip(), form).date()  # noqa: DTZ007 - a day has no zone.
        except ValueError:
            continue
    return None


def hour(value: datetime | None) -> str:
    """HH:MM on Vietnamese clocks."""
    return "" if value is None else local(value).strftime("%H:%M")


@cache
def _parser() -> Any:
    """Made once, for that takes as long as many pages; it keeps nothing of what it read."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=512)
def markdown_html(source: str) -> Markup:
    """Safe HTML of a course text: CommonMark, then a short list of tags; no links out, no images."""
    import nh3

    html = _parser().render(source)
    tags = {"p", "strong", "em", "ul", "ol", "li", "h2", "h3", "blockquote", "br", "table", "thead"}
    return Markup(nh3.clean(html, tags=tags | {"tbody", "tr", "th", "td", "code"}, attributes={}))  # noqa: S704 - nh3 made it safe.
