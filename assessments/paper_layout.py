"""Questions drawn on A4: each is a block of known height, so that none is torn over two pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from assessments.paper_letters import sheets_of, sides
from assessments.rules import FormItem
from assessments.shown.phone import Sheet as Screen
from courses.activities import KINDS
from courses.activities.matching import rights
from courses.activity_parts import ScreenPart
from courses.rules import Item
from lms.cohorts.paper import drawing
from lms.cohorts.paper.sheet import INK, LINE, MM, SOFT, Sheet, lines_of
from lms.core.i18n import _

Pictures = Callable[[str], bytes]
"""Name of a picture of the version → its SVG."""
NORMAL, LARGE = 12.0, 16.0
"""Size of the letters; the large one for those who were allowed large type."""
_GAP = 3.2 * MM
_INDENT = 9 * MM


@dataclass
class Block:
    """Things drawn one under the other: (height, draw(x, top)); measured before it is placed."""

    sheet: Sheet
    width: float
    size: float
    parts: list[tuple[float, Callable[[float, float], None]]]

    @property
    def height(self) -> float:
        """Of all parts, in points."""
        return sum(height for height, _draw in self.parts)

    def place(self, x: float, top: float) -> float:
        """Draw everything from `top` downwards; returns the lower edge."""
        for height, draw in self.parts:
            draw(x, top)
            top -= height
        return top

    def pieces(self) -> list[Block]:
        """The same as blocks of one part each."""
        return [Block(self.sheet, self.width, self.size, [part]) for part in self.parts]

    def add(self, height: float, draw: Callable[[float, float], None]) -> None:
        """Put something under what is there."""
        self.parts.append((height, draw))

    def words(
        self, words: str, *, indent: float = 0.0, bold: bool = False, size: float = 0.0,
        mark: str = "", colour: str = INK, after: float = 0.0,
    ) -> None:  # fmt: skip
        """Lines of words; `mark` ('A.') stands before the first."""
        size = size or self.size
        lines = lines_of(words, self.width - indent, size, bold=bold)

        def draw(x: float, top: float) -> None:
            for n, line in enumerate(lines):
                y = top - (n + 1) * size * LINE + size * 0.3
                if mark and not n:
                    self.sheet.words(x + indent - 6.5 * MM, y, mark, size, bold=True)
                self.sheet.words(x + indent, y, line, size, bold=bold, colour=colour)

        self.add(len(lines) * size * LINE + after, draw)

    def gap(self, height: float) -> None:
        """Nothing, so high."""
        self.add(height, lambda _x, _top: None)


def question(
    sheet: Sheet, number: int, asked: FormItem, pictures: Pictures, width: float, size: float
) -> Block:
    """A question of a form as a block; it tells no key."""
    block = Block(sheet, width, size, [])
    item = asked.item
    block.words(f"{number}.  {item.prompt}", bold=True, size=size * 1.04, after=1 * MM)
    if item.illustration and item.kind != "spot":
        _picture(block, item, pictures, min(70 * MM, width))
    _BODIES[item.kind](block, asked, pictures)
    block.gap(_GAP)
    return block


def _picture(block: Block, item: Item, pictures: Pictures, width: float) -> None:
    if item.illustration is None:
        return
    name, content = item.illustration.media, pictures(item.illustration.media)
    found = drawing.read(content)
    height = width * found.height / found.width

    def draw(x: float, top: float) -> None:
        block.sheet.picture(x + _INDENT, top - height, width, f"hinh-{name}", content)

    block.add(height + 1.5 * MM, draw)


def _how(block: Block, words: str) -> None:
    block.words(words, indent=_INDENT, size=block.size * 0.84, colour=SOFT)


def _lettered(block: Block, marked: Sequence[tuple[str, str]]) -> None:
    for mark, words in marked:
        block.words(words, indent=_INDENT + 7 * MM, mark=f"{mark}.", after=0.6 * MM)


def _choice(block: Block, asked: FormItem, _pictures: Pictures) -> None:
    texts = {option.id: option.text for option in asked.item.options}
    if asked.item.kind == "multiple":
        _how(block, _("Có thể chọn nhiều ô."))
    _lettered(block, [(m, texts[n]) for m, n in zip(ascii_uppercase, asked.options, strict=False)])


def _order(block: Block, asked: FormItem, _pictures: Pictures) -> None:
    texts = {step.id: step.text for step in asked.item.sequence}
    _how(block, _("Viết các chữ cái theo đúng thứ tự làm, từ việc đầu tiên."))
    _lettered(block, [(m, texts[n]) for m, n in zip(ascii_uppercase, asked.options, strict=False)])


def _match(block: Block, asked: FormItem, _pictures: Pictures) -> None:
    lefts, letters = sides(asked)
    own = {pair.id: pair.left for pair in asked.item.pairs}
    held = rights(asked.item)
    _how(block, _("Bên cạnh mỗi số, viết chữ cái của ý hợp với nó."))
    half = (block.width - _INDENT) / 2 - 4 * MM
    left = Block(block.sheet, half, block.size, [])
    right = Block(block.sheet, half, block.size, [])
    for n, name in enumerate(lefts, 1):
        left.words(own[name], indent=7 * MM, mark=f"{n}.", after=1 * MM)
    for letter, name in letters.items():
        right.words(held[name], indent=7 * MM, mark=f"{letter}.", after=1 * MM)

    def draw(x: float, top: float) -> None:
        left.place(x + _INDENT, top)
        right.place(x + _INDENT + half + 8 * MM, top)

    block.add(max(left.height, right.height), draw)


def _spot(block: Block, asked: FormItem, pictures: Pictures) -> None:
    item = asked.item
    spots = {spot.id: spot for spot in item.spots}
    _how(block, _("Chọn số của các chỗ đúng với câu hỏi."))
    if item.illustration:
        _numbered_picture(block, asked, pictures(item.illustration.media))
    names = enumerate(KINDS["spot"].parts(item), 1)
    _lettered(block, [(str(n), spots[name].label) for n, name in names])


def _numbered_picture(block: Block, asked: FormItem, content: bytes) -> None:
    """The picture with its places framed; a square of the grid is a sixteenth of the width."""
    width = min(105 * MM, block.width - _INDENT)
    unit, height = width / 16, width / 16 * 10
    spots = {spot.id: spot for spot in asked.item.spots}
    media = asked.item.illustration.media if asked.item.illustration else ""

    def draw(x: float, top: float) -> None:
        sheet, left = block.sheet, x + _INDENT
        sheet.picture(left, top - height, width, f"hinh-{media}", content)
        for n, name in enumerate(KINDS["spot"].parts(asked.item), 1):
            at = spots[name]
            corner = (left + (at.column - 1) * unit, top - (at.row - 1 + at.rows) * unit)
            sheet.box(*corner, at.columns * unit, at.rows * unit, weight=1.0, radius=3)
            sheet.box(corner[0] + 2, corner[1] + at.rows * unit - 15, 13, 13, fill="#ffffff",
                      weight=0.8, radius=6.5)  # fmt: skip
            middle = corner[0] + 8.5, corner[1] + at.rows * unit - 12
            sheet.words(*middle, str(n), 9.5, bold=True, align="center")

    block.add(height + 2 * MM, draw)


def _number(block: Block, asked: FormItem, _pictures: Pictures) -> None:
    unit = asked.item.number.unit if asked.item.number else ""
    words = _("Viết một số (đơn vị: %(unit)s).", unit=unit) if unit else _("Viết một số.")
    _how(block, words)


def _phone(block: Block, asked: FormItem, pictures: Pictures) -> None:
    """All screens of the phone, three beside each other, everything to tap with its letter."""
    _how(
        block,
        _(
            "Bắt đầu ở màn 1. Viết chữ cái của những chỗ sẽ bấm, theo thứ tự bấm. "
            "Cần gõ gì thì viết vào ô của màn đó trên phiếu trả lời."
        ),
    )
    screens = sheets_of(asked.item)
    wide = (block.width - _INDENT - 2 * 4 * MM) / 3
    for start in range(0, len(screens), 3):
        row = [
            _screen(block, one, wide, pictures, leads=not asked.item.secret)
            for one in screens[start : start + 3]
        ]
        block.add(max(one.height for one in row) + 6 * MM, _framed(row, wide))


def _framed(row: Sequence[Block], wide: float) -> Callable[[float, float], None]:
    def draw(x: float, top: float) -> None:
        high = max(one.height for one in row) + 3 * MM
        for n, one in enumerate(row):
            left = x + _INDENT + n * (wide + 4 * MM)
            one.sheet.box(left, top - high, wide, high, weight=1.1, radius=6)
            one.place(left + 2.5 * MM, top - 1.5 * MM)

    return draw


def _screen(block: Block, screen: Screen, wide: float, pictures: Pictures, *, leads: bool) -> Block:
    size = max(9.0, block.size * 0.78)
    made = Block(block.sheet, wide - 5 * MM, size, [])
    made.words(_("Màn %(n)s", n=screen.number), size=size * 0.85, colour=SOFT)
    made.words(screen.screen.title, bold=True, after=1 * MM)
    for part in screen.screen.parts:
        _PARTS.get(part.kind, _text)(made, part, screen, pictures)
        if leads and part.kind in ("row", "button"):
            target = screen.leads[part.id]
            told = _("sang màn %(n)s", n=target) if target else _("kết thúc")
            made.words(told, indent=8 * MM, size=size * 0.8, colour=SOFT)
    return made


def _text(made: Block, part: ScreenPart, _screen: Screen, _pictures: Pictures) -> None:
    if part.text:
        made.words(part.text, after=1 * MM)


def _message(made: Block, part: ScreenPart, _screen: Screen, _pictures: Pictures) -> None:
    made.words(f"{part.label}: {part.text}", after=1 * MM)


def _tap(made: Block, part: ScreenPart, screen: Screen, _pictures: Pictures) -> None:
    """A button or a row, framed, with its letter in a ring."""
    inner = Block(made.sheet, made.width - 9 * MM, made.size, [])
    inner.words(part.text)
    high = max(inner.height, 5.5 * MM) + 1.6 * MM
    letter = screen.letters[part.id]

    def draw(x: float, top: float) -> None:
        sheet = made.sheet
        sheet.box(x, top - high, made.width, high, weight=0.7, radius=3)
        sheet.box(x + 3, top - high / 2 - 7, 16, 14, weight=0.9, radius=7, fill="#ffffff")
        sheet.fitted(
            x + 11, top - high / 2 - 3.4, letter, 13, 9.5, bold=True, align="center"
        )  # fmt: skip
        inner.place(x + 7.6 * MM, top - (high - inner.height) / 2)

    made.add(high + 1.2 * MM, draw)


def _field(made: Block, part: ScreenPart, _screen: Screen, _pictures: Pictures) -> None:
    made.words(part.label, size=made.size * 0.9, colour=SOFT)

    def draw(x: float, top: float) -> None:
        made.sheet.box(x, top - 6.5 * MM, made.width, 6.5 * MM, weight=0.7)

    made.add(8 * MM, draw)


def _drawn(made: Block, part: ScreenPart, _screen: Screen, pictures: Pictures) -> None:
    content = pictures(part.media)
    found = drawing.read(content)
    width = min(made.width, 36 * MM)
    height = width * found.height / found.width

    def draw(x: float, top: float) -> None:
        made.sheet.picture(x, top - height, width, f"hinh-{part.media}", content)

    made.add(height + 1 * MM, draw)


_PARTS: Mapping[str, Callable[[Block, ScreenPart, Screen, Pictures], None]] = {
    "message": _message, "row": _tap, "button": _tap, "field": _field, "picture": _drawn,
}  # fmt: skip
_BODIES: Mapping[str, Callable[[Block, FormItem, Pictures], None]] = {
    "single": _choice, "multiple": _choice, "order": _order, "match": _match, "spot": _spot,
    "number": _number, "simulation": _phone,
}  # fmt: skip


def flow(
    blocks: Sequence[Block], x: float, top: float, bottom: float, turn: Callable[[], float]
) -> float:
    """Place blocks under each other; `turn` begins a page and gives its top. Returns the lower edge.

    A block that is higher than a page, as a phone of many screens is, goes on over the next one.
    """
    y, room = top, top - bottom
    for block in blocks:
        for piece in [block] if block.height <= room else block.pieces():
            if y - piece.height < bottom:
                y = turn()
                room = max(room, y - bottom)
            y = piece.place(x, y)
    return y
