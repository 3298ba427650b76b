"""Login cards as a PDF: eight on a page of A4, cut along the marks, the PIN folded behind.

A card is 95 × 67 mm: the upper 48 mm are its front, the lower 19 mm are folded behind it. Everything that
tells one learner from another is said in words too, so that a black and white print will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lms.cohorts.paper.sheet import INK, MM, RULE, SOFT, Sheet, lines_of
from lms.core.i18n import _

ACROSS, DOWN = 2, 4
PER_PAGE = ACROSS * DOWN
WIDE, HIGH, FLAP = 95 * MM, 67 * MM, 19 * MM
PAD = 3.5 * MM
CODE = 32 * MM
TILE = 19 * MM
GROUNDS = {
    "paper": "#ffffff", "yellow": "#ffe08a", "green": "#c3e3b5", "blue": "#bcdcf2",
    "pink": "#f8c9cd", "violet": "#d9cdf0", "orange": "#fbc79a", "brown": "#dcc3a4",
}  # fmt: skip
"""Colour of each ground; css/tokens.css names the same, and a test holds them equal."""


@dataclass(frozen=True)
class Card:
    """What stands on one card. A spare card has a `label` and no name; only a learner's has a PIN."""

    name: str
    number: str
    """Grouped, as it is read aloud."""
    address: str
    """What the QR code says."""
    picture: str = ""
    colour: str = ""
    spoken: str = ""
    pin: str = ""
    label: str = ""


@dataclass(frozen=True)
class Issuer:
    """Whose cards they are: the commune in words, the class, and whether it is all made up."""

    commune: str
    class_name: str
    is_sample: bool = False


def cards_pdf(title: str, issuer: Issuer, cards: Sequence[Card]) -> bytes:
    """The cards, eight on a page, as a PDF."""
    sheet = Sheet(title)
    left, low = (sheet.width - ACROSS * WIDE) / 2, (sheet.height - DOWN * HIGH) / 2
    for start in range(0, len(cards), PER_PAGE):
        if start:
            sheet.next_page()
        _marks(sheet, left, low)
        for n, card in enumerate(cards[start : start + PER_PAGE]):
            row, column = divmod(n, ACROSS)
            _card(sheet, left + column * WIDE, low + (DOWN - 1 - row) * HIGH, issuer, card)
    return sheet.done()


def _marks(sheet: Sheet, left: float, low: float) -> None:
    """Fine lines to cut along, and marks in the margin that stay when the lines are hard to see."""
    right, high = left + ACROSS * WIDE, low + DOWN * HIGH
    for n in range(ACROSS + 1):
        x = left + n * WIDE
        sheet.line(x, low, x, high, weight=0.3, colour=RULE)
        sheet.line(x, high + 1.5 * MM, x, high + 6 * MM, weight=0.8)
        sheet.line(x, low - 1.5 * MM, x, low - 6 * MM, weight=0.8)
    for n in range(DOWN + 1):
        y = low + n * HIGH
        sheet.line(left, y, right, y, weight=0.3, colour=RULE)
        sheet.line(left - 1.5 * MM, y, left - 6 * MM, y, weight=0.8)
        sheet.line(right + 1.5 * MM, y, right + 6 * MM, y, weight=0.8)


def _card(sheet: Sheet, x: float, y: float, issuer: Issuer, card: Card) -> None:
    front = y + FLAP
    _head(sheet, x, y + HIGH, issuer)
    _who(sheet, x + PAD, y + HIGH - 8 * MM, card)
    sheet.code(x + WIDE - CODE - 1.5 * MM, front + 8.5 * MM, CODE, card.address)
    middle = x + WIDE - CODE / 2 - 1.5 * MM
    sheet.words(middle, front + 3 * MM, card.number, 14, bold=True, align="center")
    sheet.words(middle, front + 8 * MM, _("Số thẻ"), 7, colour=SOFT, align="center")
    if card.picture:
        _face(sheet, x + PAD, front + 3 * MM, card)
    else:
        sheet.block(
            x + PAD, front + 20 * MM, _("Thẻ giảng viên. Giữ riêng như giữ chìa khóa."), 52 * MM, 9
        )
    _flap(sheet, x, y, issuer, card)


def _head(sheet: Sheet, x: float, top: float, issuer: Issuer) -> None:
    base = top - 5 * MM
    half = WIDE / 2 - PAD
    sheet.fitted(x + PAD, base, issuer.commune, half, 7.5, colour=SOFT)
    sheet.fitted(x + WIDE - PAD, base, issuer.class_name, half, 7.5, colour=SOFT, align="right")


def _who(sheet: Sheet, x: float, top: float, card: Card) -> None:
    """The name in as large letters as let it stand on three lines beside the code."""
    width = WIDE - CODE - PAD - 3 * MM
    words = card.label or card.name
    size = next((s for s in (15, 13, 11.5, 10) if len(lines_of(words, width, s, bold=True)) < 4), 9)
    size = min(size, 12) if len(lines_of(words, width, size, bold=True)) > 2 else size
    low = sheet.block(x, top, words, width, size, bold=True, leading=1.22)
    if card.label:
        sheet.words(x, low - 6 * MM, _("Họ và tên:"), 8.5, colour=SOFT)
        sheet.line(x + 15 * MM, low - 6.3 * MM, x + width, low - 6.3 * MM, weight=0.5)


def _face(sheet: Sheet, x: float, y: float, card: Card) -> None:
    """The drawing on its ground, and its name, which tells the colour where there is none."""
    sheet.box(
        x, y, TILE, TILE, fill=GROUNDS.get(card.colour, "#ffffff"), weight=0.9, radius=0.26 * TILE,
        colour=SOFT,
    )  # fmt: skip
    inset = TILE * 0.14
    content = _drawing(card.picture)
    if content:
        sheet.picture(x + inset, y + inset, TILE - 2 * inset, f"hinh-{card.picture}", content)
    sheet.block(x + TILE + 2.5 * MM, y + TILE * 0.78, card.spoken, 32 * MM, 9.5)


@cache
def _drawing(name: str) -> bytes:
    """The file of an assigned drawing; nothing for one that is not drawn any more."""
    found = files("lms.core").joinpath("static/core/img/pictures", f"{name}.svg")
    return found.read_bytes() if found.is_file() else b""


def _flap(sheet: Sheet, x: float, y: float, issuer: Issuer, card: Card) -> None:
    """What is folded behind: the PIN of a learner, or what to do with the card."""
    fold = y + FLAP
    sheet.line(x + 1 * MM, fold, x + WIDE - 1 * MM, fold, weight=0.8, colour=SOFT, dash=(5, 3))
    hint = _("Gập theo nét đứt, phần này ra sau") if card.pin else ""
    sheet.words(x + PAD, fold - 4 * MM, hint, 7, colour=SOFT)
    if issuer.is_sample:
        sheet.words(x + WIDE - PAD, fold - 4 * MM, _("thẻ mẫu"), 7, colour=SOFT, align="right")
    if card.pin:
        sheet.words(x + PAD, y + 4.5 * MM, _("Mã số (PIN)"), 9.5)
        sheet.words(
            x + WIDE - PAD, y + 4 * MM, " ".join(card.pin), 24, bold=True, align="right", colour=INK
        )
        return
    words = (
        _("Ghi tên người nhận vào thẻ. Khi có mạng, ghi danh người đó vào lớp.")
        if card.label
        else _("Thẻ này mở góc thầy/cô trên máy của lớp. Mất thẻ thì đổi thẻ khác ngay.")
    )
    sheet.block(x + PAD, fold - 5 * MM, words, WIDE - 2 * PAD, 9)
