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
SKILLS = "Kỹ năng đã học"
TASKS = "Việc đã làm được trước người quan sát"
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
    return out + "0.6 w " + artwork.path([(_LEFT, _BAND + 12), (_RIGHT, _BAND + 12)], "S")


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
    *((size, 1, 1) for size in (14.0, 13.0, 12.0, 11.5)),
    *((size, 2, 1) for size in (11.0, 10.0)),
    *((size, skills, tasks) for size in (10.0, 9.0, 8.0, 7.0, 6.0, 5.0)
      for skills, tasks in ((1, 1), (2, 1), (2, 2), (3, 1), (3, 2))),
)  # fmt: skip
"""Size of the letters, columns for skills and for tasks, from the calmest to the fullest."""


def _lists(pieces: _Pieces, back: Back) -> None:
    for size, skills, tasks in _TRIES:
        try:
            made = _arranged(size, [(SKILLS, back.skills, skills), (TASKS, back.tasks, tasks)])
        except TooLong:
            continue
        headings = _alike(
            [(one.heading, one.wide) for one in made],
            (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0),
        )
        for group, heading in zip(made, headings, strict=True):
            _list(pieces, group, heading)
        return
    raise TooLong(max((*back.skills, *back.tasks), key=len))


def _alike(texts: Sequence[tuple[str, float]], sizes: tuple[float, ...]) -> list[Words]:
    """One line of each text in its width, all at the largest size that fits every one of them."""
    lines = [fitted(face("bold"), text, width, sizes)[0] for text, width in texts]
    size = min((line.size for line in lines), default=sizes[0])
    return [words(face("bold"), text, size) for text, _width in texts]


@dataclass(frozen=True, slots=True)
class _Group:
    """A list with its heading: where its columns begin, and how wide one is."""

    heading: str
    left: float
    step: float
    """From one column to the next."""
    wide: float
    """All of the width it may take."""
    columns: Columns


def _arranged(size: float, lists: list[tuple[str, tuple[str, ...], int]]) -> list[_Group]:
    """Each list (heading, texts, columns) beside the other; one alone takes all of the width."""
    lists = [one for one in lists if one[1]]
    if len(lists) == 1:
        heading, texts, count = lists[0]
        lists = [(heading, texts, count + (1 if len(texts) > 4 else 0))]
    total, gutter = sum(one[2] for one in lists), min(_GUTTER, 2.45 * size)
    step = (_RIGHT - _LEFT + gutter) / max(1, total)
    room, left, made = _TOP - _FOOT - 30, _LEFT, []
    for heading, texts, columns in lists:
        filled = _filled(texts, size, columns, step - gutter, room)
        made.append(_Group(heading, left, step, columns * step - gutter, filled))
        left += columns * step
    return made


def _list(pieces: _Pieces, group: _Group, heading: Words) -> None:
    pieces.add("H2", ACCENT, heading.at(group.left, _TOP - 14))
    items = []
    for n, column in enumerate(group.columns):
        y = _TOP - 40
        for item in column:
            items.append(_item(pieces, item, group.left + n * group.step, y))
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
    told = [
        ("Trình độ này là thế nào?", back.level_means),
        ("Kết quả được xác nhận ra sao?", back.proof_means),
        ("Kiểm tra giấy này thế nào?", check),
    ]
    told = [one for one in told if one[1]]
    width = (_RIGHT - _LEFT - _GUTTER * (len(told) - 1)) / len(told)
    headings = _alike(
        [(heading, width) for heading, _text in told], (11.5, 11.0, 10.0, 9.0, 8.0, 7.0)
    )
    for n, (heading, lines) in enumerate(
        zip(headings, _small([text for _h, text in told], width), strict=True)
    ):
        x = _LEFT + n * (width + _GUTTER)
        pieces.add("H2", INK, heading.at(x, _BAND - 8))
        rows = [one.at(x, _BAND - 25 - k * 1.35 * one.size) for k, one in enumerate(lines)]
        pieces.add("P", INK, "".join(rows))


def _small(texts: Sequence[str], width: float) -> list[list[Words]]:
    """Each text as lines, all at the largest size at which the longest fits its place."""
    for size in (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.0, 6.0, 5.0):
        made = [wrapped(face("sans"), text, width, size) for text in texts]
        if max(map(len, made)) * 1.35 * size <= 80:
            return made
    raise TooLong(max(texts, key=len))
