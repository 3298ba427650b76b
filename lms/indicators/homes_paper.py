"""The walking list of a village on A4: every home that has nobody proven, with boxes to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.cohorts.paper import office
from lms.cohorts.paper.sheet import MM, SOFT, WASH, Sheet, lines_of
from lms.core.i18n import _, lazy
from lms.core.text import day, number
from lms.indicators.homes import Home, Member
from lms.people.helping_words import OUTCOME_WORDS
from lms.people.models import Commune

SIZE, SMALL = 9.5, 7.5
_INSET, _BOX, _LEAST = 1.4 * MM, 3.4 * MM, 17 * MM
_TICKED = ("agreed", "guided", "needs_help", "not_home", "declined")
"""Outcomes that have a box; anything else is written in the notes."""


@dataclass(frozen=True)
class Walk:
    """All that stands on the list. With `phones` the numbers of adults are printed too."""

    commune: Commune
    unit: str
    as_of: date
    homes: Sequence[Home]
    phones: bool

    @property
    def title(self) -> str:
        """Of the file."""
        return _("Danh sách đi từng nhà – %(unit)s", unit=self.unit)


@dataclass(frozen=True)
class _Columns:
    """Left edges and widths of the four columns, in points."""

    home: tuple[float, float]
    people: tuple[float, float]
    boxes: tuple[float, float]
    notes: tuple[float, float]

    @classmethod
    def of(cls, sheet: Sheet) -> _Columns:
        left, room = office.SIDE, sheet.width - 2 * office.SIDE
        widths = (18 * MM, 56 * MM, 52 * MM, room - 126 * MM)
        edges = [left + sum(widths[:n]) for n in range(4)]
        return cls(*zip(edges, widths, strict=True))

    def all(self) -> tuple[tuple[float, float], ...]:
        return self.home, self.people, self.boxes, self.notes


def walk_pdf(walk: Walk) -> bytes:
    """The list as a PDF, in the order of the household numbers."""
    sheet = Sheet(walk.title)
    columns = _Columns.of(sheet)
    y = _head(sheet, columns, _opening(sheet, walk))
    for home in walk.homes:
        people = _people(home, columns.people[1] - 2 * _INSET, phones=walk.phones)
        height = max(_LEAST, (len(people) * SIZE * 1.25) + 3 * MM)
        if y - height < office.BOTTOM + 4 * MM:
            y = _head(sheet, columns, _turned(sheet))
        _row(sheet, columns, y, height, home, people)
        y -= height
    _closed(sheet, y, walk)
    return sheet.done()


def _opening(sheet: Sheet, walk: Walk) -> float:
    top = office.letterhead(sheet, walk.commune, walk.unit)
    facts = [
        (_("Nơi đi"), walk.unit),
        (_("Số hộ"), _("%(n)s hộ chưa có ai đạt", n=number(len(walk.homes)))),
        (_("Lập ngày"), day(walk.as_of)),
        (_("Người đi"), "……………………………………"),
        (_("Ngày đi"), "…… / …… / …………"),
        (_("Đi để"), _("mời học, hướng dẫn tại nhà")),
    ]
    return office.heading(sheet, top, _("DANH SÁCH ĐI TỪNG NHÀ"), facts)


def _turned(sheet: Sheet) -> float:
    _foot(sheet)
    sheet.next_page()
    return office.page_number(sheet)


def _foot(sheet: Sheet) -> None:
    office.footer(
        sheet,
        _(
            "Danh sách có tên người: giữ cẩn thận, nhập xong thì nộp lại hoặc hủy. Nhập ở trang “Hỗ trợ "
            "tại nhà”, mục “Nhập phiếu đi từng nhà”."
        ),
    )


def _head(sheet: Sheet, columns: _Columns, top: float) -> float:
    low = top - 8 * MM
    titles = (_("Hộ"), _("Người trong hộ (năm sinh)"), _("Kết quả"), _("Ghi chú, ngày hẹn lại"))
    for (x, width), title in zip(columns.all(), titles, strict=True):
        sheet.box(x, low, width, top - low, fill=WASH, weight=0.7)
        sheet.fitted(x + width / 2, low + 2.8 * MM, title, width - 2 * _INSET, SIZE, bold=True,
                     align="center")  # fmt: skip
    return low


def _people(home: Home, width: float, *, phones: bool) -> list[str]:
    """The lines of the people of a home."""
    found: list[str] = []
    for one in home.members:
        found += lines_of(_person(one, phones=phones), width, SIZE)
    return found


def _person(one: Member, *, phones: bool) -> str:
    born = f" ({one.birth_year})" if one.birth_year else ""
    called = f" – {one.phone}" if phones and one.phone else ""
    return f"{one.name}{born}{called}"


def _row(
    sheet: Sheet, columns: _Columns, top: float, height: float, home: Home, people: Sequence[str]
) -> None:
    low = top - height
    for x, width in columns.all():
        sheet.box(x, low, width, height, weight=0.5)
    x, width = columns.home
    sheet.fitted(x + width / 2, top - 6 * MM, home.number, width - 2 * _INSET, 12, bold=True,
                 align="center")  # fmt: skip
    _last(sheet, columns, top, home)
    y = top - 1.5 * MM
    for line in people:
        y -= SIZE * 1.25
        sheet.words(columns.people[0] + _INSET, y + SIZE * 0.3, line, SIZE)
    _boxes(sheet, columns.boxes[0] + _INSET, top, columns.boxes[1] - 2 * _INSET)


def _last(sheet: Sheet, columns: _Columns, top: float, home: Home) -> None:
    """When somebody came last, small under the number."""
    if home.last is None:
        return
    x, width = columns.home
    on = day(home.last.visit.visited_on)
    for n, words in enumerate((_("thăm"), on), 1):
        sheet.fitted(x + width / 2, top - 6 * MM - n * 3.2 * MM, words, width - _INSET, SMALL,
                     least=5.5, colour=SOFT, align="center")  # fmt: skip


def _boxes(sheet: Sheet, left: float, top: float, width: float) -> None:
    """Five boxes in two columns, each with its word."""
    half = width / 2
    places = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1))
    for outcome, (column, line) in zip(_TICKED, places, strict=True):
        x, y = left + column * half, top - 4.6 * MM - line * 4.9 * MM
        sheet.box(x, y, _BOX, _BOX, weight=0.8)
        words = str(_SHORT.get(outcome) or OUTCOME_WORDS[outcome])
        sheet.fitted(x + _BOX + 1 * MM, y + 0.6 * MM, words, half - _BOX - 1.4 * MM, 8.5, least=6)


_SHORT = {
    "guided": lazy("đã hướng dẫn"), "needs_help": lazy("cần giúp"), "declined": lazy("chưa muốn"),
}  # fmt: skip


def _closed(sheet: Sheet, y: float, walk: Walk) -> None:
    if not walk.homes:
        sheet.words(office.SIDE, y - 8 * MM, _("Hộ nào ở đây cũng có người đạt rồi."), 11)
    _foot(sheet)
