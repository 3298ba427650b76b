"""What every sheet of an office carries: who issues it, the national words, a title, who signs."""

from __future__ import annotations

from collections.abc import Sequence

from lms.cohorts.paper.sheet import MM, SOFT, Sheet, lines_of, width_of
from lms.core.i18n import _
from lms.people.models import Commune

TOP, SIDE, BOTTOM = 15 * MM, 15 * MM, 15 * MM
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def commune_name(commune: Commune) -> str:
    """'Xã Tân Bình Thượng', as it begins a line."""
    return commune.title[0].upper() + commune.title[1:]


def letterhead(sheet: Sheet, commune: Commune, unit: str) -> float:
    """The two heads of an office's sheet; returns where what follows may begin."""
    half = (sheet.width - 2 * SIDE) / 2
    left, right = SIDE + half * 0.44, sheet.width - SIDE - half * 0.56
    y = sheet.height - TOP - 10
    sheet.fitted(left, y, commune.title.upper(), half * 0.86, 10, align="center")
    sheet.fitted(left, y - 14, unit.upper(), half * 0.86, 10, bold=True, align="center")
    sheet.fitted(right, y, NATION, half * 1.1, 10, bold=True, align="center")
    sheet.fitted(right, y - 14, MOTTO, half * 1.1, 10.5, bold=True, align="center")
    wide = width_of(MOTTO, 10.5, bold=True)
    sheet.line(right - wide / 2, y - 18, right + wide / 2, y - 18, weight=0.7)
    sheet.line(left - 14 * MM, y - 18, left + 14 * MM, y - 18, weight=0.7)
    return y - 18 - 6 * MM


def heading(sheet: Sheet, top: float, title: str, facts: Sequence[tuple[str, str]]) -> float:
    """The title in the middle, then the facts ('Lớp', 'Nơi học' …) two beside each other."""
    y = top - 15
    sheet.fitted(
        sheet.width / 2, y, title, sheet.width - 2 * SIDE, 15, bold=True, align="center"
    )  # fmt: skip
    y -= 3 * MM
    half = (sheet.width - 2 * SIDE) / 2
    for start in range(0, len(facts), 2):
        lows = [
            _fact(sheet, SIDE + n * half, y, half - 4 * MM, *fact)
            for n, fact in enumerate(facts[start : start + 2])
        ]
        y = min(lows)
    return y - 3 * MM


def _fact(sheet: Sheet, x: float, top: float, width: float, name: str, words: str) -> float:
    label = f"{name}: "
    indent = width_of(label, 10)
    sheet.words(x, top - 13.5, label, 10, colour=SOFT)
    y = top - 13.5
    for line in lines_of(words, width - indent, 10, bold=True)[:2]:
        sheet.words(x + indent, y, line, 10, bold=True)
        y -= 12.5
    return y + 12.5 - 2


def page_number(sheet: Sheet) -> float:
    """The number in the middle of the top margin, from page 2 on; returns where the page begins."""
    if sheet.page > 1:
        sheet.words(sheet.width / 2, sheet.height - 11 * MM, str(sheet.page), 10, align="center")
    return sheet.height - TOP


def footer(sheet: Sheet, words: str) -> None:
    """One small line under everything: what the sheet is and how it comes back."""
    width = sheet.width - 2 * SIDE
    sheet.fitted(SIDE, 8.5 * MM, words, width, 8, colour=SOFT)


def signatures(sheet: Sheet, top: float, place: str) -> None:
    """Place and date to be written, the trainer on the right, the organiser on the left."""
    right, left = sheet.width - SIDE - 42 * MM, SIDE + 38 * MM
    day = _("%(place)s, ngày ……… tháng ……… năm …………", place=place)
    sheet.fitted(right, top - 12, day, 84 * MM, 10, align="center")
    for x, who in ((left, _("ĐƠN VỊ TỔ CHỨC")), (right, _("GIẢNG VIÊN"))):
        sheet.words(x, top - 27, who, 10, bold=True, align="center")
        sheet.words(x, top - 39, _("(ký, ghi rõ họ tên)"), 9, colour=SOFT, align="center")


SIGNATURES = 32 * MM
"""Room that `signatures` takes, with the hand-written names under it."""
