"""The back of the A4: what was learned, what level and result mean, how the paper is checked.

It is the same for everyone of a programme, level and result, but for one small line with the number, so
that backs are never mixed. What is long becomes smaller or takes more columns; nothing leaves its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from certificates.paper import artwork
from certificates.paper.artwork import A4, ACCENT, INK, MIDDLE, SOFT
from certificates.paper.page import Printed
from certificates.paper.structure import Element, decoration, marked
from certificates.paper.subset import face
from certificates.paper.typeset import TooLong, Words, fitted, words, wrapped


@dataclass(frozen=True, slots=True)
class Back:
    """What a back says. `level` is its title as printed: 'Cơ bản'.

    `level_means` and `proof_means` are one sentence each; an empty one leaves its place out.
    """

    programme: str
    level: str
    skills: tuple[str, ...]
    tasks: tuple[str, ...]
    level_means: str = ""
    proof_means: str = ""


LINE = 0
"""The mark of the line with the number."""
SKILLS = "Những kỹ năng đã học"
TASKS = "Những việc đã làm được trước người quan sát"
_LEFT, _RIGHT = 64.0, 778.0
_TOP, _FOOT, _BAND = 452.0, 196.0, 168.0
"""Between the first two stand the lists; from the third down what explains them."""
_GUTTER, _HANG = 34.0, 15.0
_LEADING, _BETWEEN = 1.28, 0.62
"""Lines of an item, and the blank between items, in sizes."""


@dataclass
class _Pieces:
    """What is drawn so far, and its structure."""

    drawn: str = ""
    marks: int = LINE + 1
    elements: list[Element] = field(default_factory=list)

    def mark(self, tag: str, colour: str, operators: str) -> Element:
        """Draw a piece; its element is not yet in the structure."""
        self.drawn += artwork.colour(colour) + marked(tag, self.marks, operators)
        self.marks += 1
        return Element(tag, self.marks - 1)

    def add(self, tag: str, colour: str, operators: str) -> None:
        """Draw a piece and read it next."""
        self.elements.append(self.mark(tag, colour, operators))


@dataclass(frozen=True, slots=True)
class BackPage:
    """The shared part of a back: its operators and its structure."""

    fixed: bytes
    section: Element


@lru_cache(maxsize=32)
def back_page(back: Back, place: str) -> BackPage:
    """Draw a back. UnknownLetter and TooLong say what cannot be printed."""
    pieces = _Pieces(decoration(_ground()))
    _head(pieces, back)
    _lists(pieces, back)
    _explained(pieces, back, place)
    elements = (*pieces.elements, Element("P", LINE))
    return BackPage(f"q\n{pieces.drawn}Q\n".encode("ascii"), Element("Sect", kids=elements))


def line(printed: Printed) -> bytes:
    """The operators for one person: whose back it is."""
    said = f"Mặt sau của giấy chứng nhận số {printed.number}  ·  Mã: {printed.code}"
    words_ = fitted(face("sans"), said, _RIGHT - _LEFT, (9.5, 9.0, 8.5, 8.0, 7.0, 6.0))[0]
    piece = marked("P", LINE, words_.centred(MIDDLE, 52))
    return f"q\n{artwork.colour(INK)}{piece}Q\n".encode("ascii")


def _ground() -> str:
    out = artwork.drum(MIDDLE, 300, 172) + artwork.colour(ACCENT, line=True)
    out += "1.3 w " + artwork.frame(A4, 26) + "S 0.5 w " + artwork.frame(A4, 30) + "S\n"
    for left in (_LEFT,):
        out += "0.6 w " + artwork.path([(left, _BAND + 12), (_RIGHT, _BAND + 12)], "S")
    return out


def _head(pieces: _Pieces, back: Back) -> None:
    wide = _RIGHT - _LEFT
    title = fitted(
        face("bold"), back.programme, wide, (24.0, 22.0, 20.0, 18.0, 16.0, 14.0, 12.0, 10.0), 18.0
    )
    rows = [one.centred(MIDDLE, 521 - n * 1.15 * one.size) for n, one in enumerate(title)]
    pieces.add("H1", ACCENT, "".join(rows))
    level = fitted(face("serif"), f"Trình độ: {back.level}", wide, (13.0, 12.0, 10.0, 8.0))[0]
    lowest = 521 - (len(title) - 1) * 1.15 * title[0].size
    pieces.add("P", SOFT, level.centred(MIDDLE, lowest - 20))
    pieces.drawn += decoration(artwork.rule(MIDDLE, lowest - 34, 90))


@dataclass(frozen=True, slots=True)
class _Item:
    """One entry of a list as lines."""

    lines: list[Words]

    @property
    def height(self) -> float:
        """With the blank after it."""
        size = self.lines[0].size
        return size * (_LEADING * len(self.lines) + _BETWEEN)


Columns = list[list[_Item]]


def _filled(texts: Sequence[str], size: float, count: int, width: float, room: float) -> Columns:
    """The texts in at most so many columns of equal height; TooLong when they are too many."""
    items = [
        _Item(wrapped(face("serif"), text, width - _HANG, size)) for text in texts if text.strip()
    ]
    least = sum(item.height for item in items) / count
    for more in range(4 * len(items) + 1):
        columns = list(_broken(items, least + more * size * _LEADING / 2))
        if len(columns) <= count:
            break
    if max((sum(item.height for item in column) for column in columns), default=0) > room:
        raise TooLong(max(texts, key=len))
    return columns


def _broken(items: Sequence[_Item], height: float) -> Iterator[list[_Item]]:
    column: list[_Item] = []
    for item in items:
        if column and sum(one.height for one in column) + item.height > height + 0.01:
            yield column
            column = []
        column.append(item)
    if column:
        yield column


_TRIES = (
    *((size, 1) for size in (14.0, 13.0, 12.0, 11.5)), *((size, 2) for size in (11.5, 11.0, 10.0, 9.0)),
    *((size, 3) for size in (9.0, 8.0, 7.5)), *((size, 5) for size in (7.0, 6.0, 5.0)),
)  # fmt: skip
"""Size of the letters and columns for the skills, from the calmest to the fullest."""


def _lists(pieces: _Pieces, back: Back) -> None:
    for size, columns in _TRIES:
        try:
            made = _arranged(back, size, columns)
        except TooLong:
            continue
        for heading, place, filled in made:
            _list(pieces, heading, place, filled)
        return
    raise TooLong(max((*back.skills, *back.tasks), key=len))


@dataclass(frozen=True, slots=True)
class _Place:
    left: float
    width: float


def _arranged(back: Back, size: float, count: int) -> list[tuple[str, _Place, Columns]]:
    """Skills in `count` columns and tasks in one beside them; one kind alone takes all of the width."""
    groups = [(SKILLS, back.skills, count), (TASKS, back.tasks, max(1, count - 1))]
    groups = [group for group in groups if group[1]]
    if len(groups) == 1 and len(groups[0][1]) > 4:
        groups = [(groups[0][0], groups[0][1], count + 1)]
    total = sum(group[2] for group in groups)
    width = (_RIGHT - _LEFT - _GUTTER * (total - 1)) / max(1, total)
    room, left, made = _TOP - _FOOT - 30, _LEFT, []
    for heading, texts, columns in groups:
        filled = _filled(texts, size, columns, width, room)
        made.append((heading, _Place(left, width), filled))
        left += columns * (width + _GUTTER)
    return made


def _list(pieces: _Pieces, heading: str, place: _Place, columns: Columns) -> None:
    wide = len(columns) * (place.width + _GUTTER) - _GUTTER
    title = fitted(face("bold"), heading, wide, (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0))[0]
    pieces.add("H2", ACCENT, title.at(place.left, _TOP - 14))
    items = []
    for n, column in enumerate(columns):
        y = _TOP - 38
        for item in column:
            items.append(_item(pieces, item, place.left + n * (place.width + _GUTTER), y))
            y -= item.height
    pieces.elements.append(Element("L", kids=tuple(items)))


def _item(pieces: _Pieces, item: _Item, x: float, y: float) -> Element:
    size = item.lines[0].size
    middle = y + 0.27 * size
    half = 0.2 * size
    bullet = [
        (x, middle),
        (x + half, middle + half),
        (x + 2 * half, middle),
        (x + half, middle - half),
    ]
    pieces.drawn += decoration(artwork.colour(ACCENT) + artwork.path(bullet, "f"))
    rows = [one.at(x + _HANG, y - n * _LEADING * size) for n, one in enumerate(item.lines)]
    return Element("LI", kids=(pieces.mark("LBody", INK, "".join(rows)),))


def _explained(pieces: _Pieces, back: Back, place: str) -> None:
    check = (
        f"Quét mã QR ở mặt trước, hoặc mở {place} rồi gõ mã in ở cuối trang này. Trang ấy cho biết giấy "
        "còn giá trị hay không; ai cũng xem được và chỉ thấy tên đã che bớt."
    )
    told = [("Trình độ này nghĩa là", back.level_means), ("Kết quả này nghĩa là", back.proof_means),
            ("Kiểm tra giấy này", check)]  # fmt: skip
    told = [one for one in told if one[1]]
    width = (_RIGHT - _LEFT - _GUTTER * (len(told) - 1)) / len(told)
    for n, (heading, text) in enumerate(told):
        x = _LEFT + n * (width + _GUTTER)
        pieces.add("H2", INK, words(face("bold"), heading, 11.5).at(x, _BAND - 8))
        lines = _small(text, width)
        rows = [one.at(x, _BAND - 25 - k * 1.35 * one.size) for k, one in enumerate(lines)]
        pieces.add("P", INK, "".join(rows))


def _small(text: str, width: float) -> list[Words]:
    for size in (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.0, 6.0, 5.0):
        try:
            lines = wrapped(face("sans"), text, width, size)
        except TooLong:
            continue
        if len(lines) * 1.35 * size <= 80:
            return lines
    raise TooLong(text)
