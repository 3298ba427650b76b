"""The answer sheet of a form: one page, whatever the form asks, with its code to be typed in by.

Each question has its own boxes with the very letters of this sheet, so that whoever types it in reads
from top to bottom and thinks of nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import ascii_uppercase
from typing import TYPE_CHECKING

from assessments.paper_letters import fields_of, sides
from assessments.rules import FormItem
from lms.cohorts.paper import office
from lms.cohorts.paper.office import SIDE, commune_name
from lms.cohorts.paper.sheet import MM, SOFT, Sheet
from lms.core.i18n import _

if TYPE_CHECKING:
    from assessments.paper_print import Paper

_CODE = 32 * MM
_BOX = 7.6 * MM
_PITCH = 16 * MM
_ROW = 14 * MM
_NUMBER = 9 * MM


def answer_sheet(sheet: Sheet, paper: Paper) -> None:
    """Draw the page."""
    top = _head(sheet, paper)
    columns = 2
    width = (sheet.width - 2 * SIDE - 8 * MM) / columns
    rows = [_rows(asked) for asked in paper.form.items]
    bottom = office.BOTTOM + 30 * MM
    half = -(-sum(rows) // columns)
    pitch = min(_ROW, (top - bottom) / max(1, half))
    x, y, used = SIDE, top, 0
    for number, (asked, high) in enumerate(zip(paper.form.items, rows, strict=True), 1):
        if used and used + high > half and x == SIDE:
            x, y, used = SIDE + width + 8 * MM, top, 0
        _row(sheet, number, asked, x, y, width, pitch)
        y -= high * pitch
        used += high
    _foot(sheet, paper)


def _head(sheet: Sheet, paper: Paper) -> float:
    top = sheet.height - 14 * MM
    words = sheet.width - 2 * SIDE - _CODE - 4 * MM
    sheet.code(sheet.width - SIDE - _CODE, top - _CODE, _CODE, paper.address)
    issuer = f"{commune_name(paper.commune)} · {paper.cohort.name} ({paper.cohort.code})"
    sheet.fitted(SIDE, top - 10, issuer, words, 9.5, colour=SOFT)
    title = _("Phiếu trả lời: %(title)s", title=paper.title)
    sheet.fitted(SIDE, top - 28, title, words, 16, bold=True)
    sheet.fitted(SIDE, top - 50, paper.name, words, 15, bold=True)
    sheet.words(SIDE, top - 70, _("Mã phiếu"), 9.5, colour=SOFT)
    sheet.words(SIDE + 18 * MM, top - 71, paper.code, 16, bold=True)
    y = top - _CODE - 4 * MM
    told = _("Ngày làm: …… / …… / …………    Nộp lúc: …… giờ ……    Nơi làm: ………………………………………………")
    sheet.fitted(SIDE, y, told, sheet.width - 2 * SIDE, 10.5)
    y -= 6 * MM
    how = _(
        "Đánh dấu × vào ô của câu trả lời. Muốn đổi thì khoanh tròn ô sai rồi đánh dấu ô khác. "
        "Câu có dòng kẻ thì viết chữ cái hoặc số lên dòng."
    )
    return sheet.block(SIDE, y + 8, how, sheet.width - 2 * SIDE, 9.5, colour=SOFT) - 4 * MM


def _rows(asked: FormItem) -> int:
    """How many rows a question takes: a phone one more for each field."""
    if asked.item.kind == "simulation":
        return 1 + len(fields_of(asked.item))
    return 1


def _row(
    sheet: Sheet, number: int, asked: FormItem, x: float, top: float, width: float, pitch: float
) -> None:
    middle = top - pitch / 2
    sheet.line(x, top, x + width, top, weight=0.25, colour=SOFT)
    sheet.words(x + 6.5 * MM, middle - 4, f"{number}.", 11.5, bold=True, align="right")
    _DRAWN[asked.item.kind](sheet, asked, x + _NUMBER, middle, width - _NUMBER)
    for n, (_name, label) in enumerate(fields_of(asked.item), 1):
        at = middle - n * pitch
        sheet.fitted(x + _NUMBER, at - 3, _("Gõ vào “%(label)s”:", label=label), width * 0.42, 9)
        sheet.line(x + _NUMBER + width * 0.44, at - 4, x + width, at - 4, weight=0.6)


def _boxes(sheet: Sheet, signs: list[str], x: float, middle: float, width: float) -> None:
    pitch = min(_PITCH, width / max(1, len(signs)))
    side = min(_BOX, pitch * 0.5)
    for n, sign in enumerate(signs):
        at = x + n * pitch
        sheet.words(at + pitch * 0.2, middle - 3.8, sign, 11, bold=True, align="center")
        sheet.box(at + pitch * 0.36, middle - side / 2, side, side, weight=0.9)


def _choice(sheet: Sheet, asked: FormItem, x: float, middle: float, width: float) -> None:
    _boxes(sheet, list(ascii_uppercase[: len(asked.options)]), x, middle, width)


def _spot(sheet: Sheet, asked: FormItem, x: float, middle: float, width: float) -> None:
    _boxes(sheet, [str(n + 1) for n in range(len(asked.options))], x, middle, width)


def _order(sheet: Sheet, asked: FormItem, x: float, middle: float, width: float) -> None:
    _blanks(sheet, ["→"] * len(asked.options), x, middle, width)


def _match(sheet: Sheet, asked: FormItem, x: float, middle: float, width: float) -> None:
    lefts, _letters = sides(asked)
    _blanks(sheet, [f"{n}–" for n in range(1, len(lefts) + 1)], x, middle, width)


def _blanks(sheet: Sheet, marks: list[str], x: float, middle: float, width: float) -> None:
    """A short line for each letter to be written, with what stands before it."""
    pitch = min(18 * MM, width / max(1, len(marks)))
    for n, mark in enumerate(marks):
        at = x + n * pitch
        sheet.words(at, middle - 4, mark, 11, colour=SOFT)
        sheet.line(at + 5 * MM, middle - 5, at + pitch - 1.6 * MM, middle - 5, weight=0.7)


def _line(sheet: Sheet, asked: FormItem, x: float, middle: float, width: float) -> None:
    unit = asked.item.number.unit if asked.item.number else ""
    sheet.line(x, middle - 5, x + width * 0.6, middle - 5, weight=0.7)
    sheet.words(x + width * 0.6 + 2 * MM, middle - 4, unit, 10, colour=SOFT)


def _phone(sheet: Sheet, _asked: FormItem, x: float, middle: float, width: float) -> None:
    sheet.words(x, middle - 4, _("Các chữ cái:"), 9.5, colour=SOFT)
    sheet.line(x + 22 * MM, middle - 5, x + width, middle - 5, weight=0.7)


_DRAWN: Mapping[str, Callable[[Sheet, FormItem, float, float, float], None]] = {
    "single": _choice, "multiple": _choice, "order": _order, "match": _match, "spot": _spot,
    "number": _line, "simulation": _phone,
}  # fmt: skip


def _foot(sheet: Sheet, paper: Paper) -> None:
    y = office.BOTTOM + 22 * MM
    left, right = SIDE + 40 * MM, sheet.width - SIDE - 40 * MM
    signers = ((left, _("NGƯỜI LÀM BÀI")), (right, _("NGƯỜI GIÁM SÁT")))
    for x, who in signers:
        sheet.words(x, y, who, 9.5, bold=True, align="center")
        sheet.words(x, y - 11, _("(ký, ghi rõ họ tên)"), 8.5, colour=SOFT, align="center")
    count = len(paper.form.items)
    office.footer(
        sheet,
        _(
            "%(n)s câu. Nhập vào máy: mở “Giấy in” của lớp, “Nhập bài làm theo mã phiếu”, gõ %(code)s "
            "hoặc chụp ô vuông.",
            n=count, code=paper.code,
        ),
    )  # fmt: skip
