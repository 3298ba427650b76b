"""Marked-up text to plain text: paragraphs stay, emphasis goes, and what goes is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from courses.exchange.losses import quoted
from lms.core.i18n import _
from lms.core.text import clean

FORMATS = {
    "html": "html", "moodle": "moodle", "moodle_auto_format": "moodle", "plain": "plain",
    "plain_text": "plain", "markdown": "markdown",
}  # fmt: skip
"""The names that GIFT and Moodle XML give the formats."""

_BREAKS = {
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote",
    "pre", "section", "article", "hr", "dl", "dt", "dd", "center", "body", "html", "head",
}  # fmt: skip
_BARE = _BREAKS | {"span", "font", "tbody", "thead", "tfoot", "small", "big", "label", "td", "th"}
_SILENT = {
    "script",
    "style",
    "iframe",
    "object",
    "svg",
    "math",
    "video",
    "audio",
    "template",
    "noscript",
}
_KNOWN = _BARE | _SILENT | {
    "b", "strong", "i", "em", "u", "s", "del", "ins", "code", "kbd", "sub", "sup", "a", "img", "mark",
    "source", "embed", "input", "q", "cite", "abbr", "strike", "tt",
}  # fmt: skip
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?=[\s>/])[^<>]*>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")


@dataclass(frozen=True, slots=True)
class Picture:
    """An <img>: where it points, and its words."""

    source: str
    words: str


@dataclass(slots=True)
class Plain:
    """Text without markup, the sentences about what is gone, and the pictures that stood in it."""

    text: str
    gone: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def tidy(text: str) -> str:
    """NFC, no invisible characters, no empty lines, single blanks; line ends stay."""
    lines = (clean(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def plain_text(text: str, form: str = "plain") -> Plain:
    """The text as people read it. `form`: html, markdown, plain, or moodle (HTML where it looks so)."""
    if form == "markdown":
        # Rarely needed, and megabytes of an idle process.
        from markdown_it import MarkdownIt

        return _from_html(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
    if form == "html" or (form == "moodle" and _looks_marked_up(text)):
        return _from_html(text if form == "html" else text.replace("\n", "<br>\n"))
    return Plain(tidy(text))


def _looks_marked_up(text: str) -> bool:
    tags = (found[1].lower() for found in _TAG.finditer(text))
    return bool(_ENTITY.search(text)) or any(tag in _KNOWN for tag in tags)


def _from_html(text: str) -> Plain:
    reader = _Stripper()
    reader.feed(text)
    reader.close()
    return Plain(tidy("".join(reader.pieces)), _gone(reader), reader.pictures)


def _gone(reader: _Stripper) -> list[str]:
    told = []
    if reader.lost:
        names = ", ".join(sorted(reader.lost))
        told.append(_("Định dạng (%(names)s) không giữ, chữ bên trong vẫn còn.", names=names))
    told += [_("Đường dẫn %(link)s không giữ.", link=quoted(link)) for link in reader.links]
    told += [_("Phần nhúng <%(name)s> không giữ.", name=name) for name in sorted(reader.silenced)]
    return told


class _Stripper(HTMLParser):
    """Collects the words; line breaks come from blocks, as in a browser."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.pictures: list[Picture] = []
        self.links: list[str] = []
        self.lost: set[str] = set()
        self.silenced: set[str] = set()
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag stands for."""
        given = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self.silent.append(tag)
            self.silenced.add(tag)
        elif tag == "img":
            self.pictures.append(Picture(given.get("src", ""), clean(given.get("alt", ""))))
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag in _BARE:
            self.pieces.append(_stand_in(tag))
        elif tag != "a":
            self.lost.add(tag)

    def handle_endtag(self, tag: str) -> None:
        """End a block; what was silenced may speak again."""
        if tag in self.silent:
            del self.silent[self.silent.index(tag) :]
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Words; a line end inside them is only a blank."""
        if not self.silent:
            self.pieces.append(clean(f"|{data}|")[1:-1] if data.strip() else " ")


def _stand_in(tag: str) -> str:
    if tag == "li":
        return "\n- "
    if tag in ("td", "th"):
        return " "
    return "\n" if tag in _BREAKS else ""
