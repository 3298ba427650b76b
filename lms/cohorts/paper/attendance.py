"""The attendance sheet as an office prints it: names, a column to sign for each meeting, who taught."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lms.cohorts.paper import office
from lms.cohorts.paper.sheet import MM, Sheet
from lms.cohorts.paper.table import Column, Table, draw
from lms.core.i18n import _
from lms.core.text import day
from lms.people.models import Commune

UPRIGHT, MOST = 3, 10
"""Meetings on a page upright, and on a page on its side; more go on to the next pages."""
SPARE_ROWS = 4
_NUMBER, _BORN, _NOTE = 10 * MM, 14 * MM, 22 * MM


@dataclass(frozen=True)
class Meeting:
    """A column of the sheet: which meeting, and its day if that is known."""

    number: int
    on: date | None


@dataclass(frozen=True)
class Attending:
    """All that stands on the sheet. `people`: (name, year of birth or '')."""

    commune: Commune
    unit: str
    class_name: str
    class_code: str
    programme: str
    place: str
    trainers: str
    people: Sequence[tuple[str, str]]
    meetings: Sequence[Meeting]

    @property
    def title(self) -> str:
        """Of the file."""
        return _("Bảng điểm danh – %(name)s", name=self.class_name)


def attendance_pdf(told: Attending) -> bytes:
    """The sheet as a PDF; it lies on its side when the meetings ask for it."""
    parts = list(_parts(told.meetings))
    sheet = Sheet(told.title, landscape=len(parts[0]) > UPRIGHT)
    for n, meetings in enumerate(parts):
        if n:
            sheet.next_page()
        _part(sheet, told, meetings)
    return sheet.done()


def _parts(meetings: Sequence[Meeting]) -> Iterator[Sequence[Meeting]]:
    """As few pages side by side as will do, all with about as many meetings."""
    found = list(meetings) or [Meeting(0, None)]
    count = -(-len(found) // MOST)
    size = -(-len(found) // count)
    for start in range(0, len(found), size):
        yield found[start : start + size]


def _part(sheet: Sheet, told: Attending, meetings: Sequence[Meeting]) -> None:
    top = office.letterhead(sheet, told.commune, told.unit)
    facts = [
        (_("Lớp"), f"{told.class_name} ({told.class_code})"),
        (_("Chương trình"), told.programme),
        (_("Nơi học"), told.place),
        (_("Giảng viên"), told.trainers or "……………………………"),
    ]
    top = office.heading(sheet, top, _("BẢNG ĐIỂM DANH"), facts)
    table = Table(_columns(sheet, meetings), _rows(told))

    def turn() -> float:
        _foot(sheet)
        sheet.next_page()
        return office.page_number(sheet)

    low = draw(sheet, table, office.SIDE, top, office.BOTTOM + 4 * MM, turn)
    if low - office.SIGNATURES < office.BOTTOM:
        low = turn()
    office.signatures(sheet, low - 2 * MM, told.commune.name)
    _foot(sheet)


def _foot(sheet: Sheet) -> None:
    office.footer(
        sheet,
        _(
            "Có mặt thì ký tên; vắng ghi V, vắng có phép ghi P. Nhập lại ở mục “Giấy in” của lớp, "
            "phần “Nhập điểm danh từ giấy”."
        ),
    )


def _columns(sheet: Sheet, meetings: Sequence[Meeting]) -> list[Column]:
    whole = sheet.width - 2 * office.SIDE
    name = 62 * MM if len(meetings) < 7 else 52 * MM
    left = whole - _NUMBER - name - _BORN - _NOTE
    own = left / len(meetings)
    return [
        Column(_("STT"), _NUMBER, align="center"),
        Column(_("Họ và tên"), name),
        Column(_("Năm sinh"), _BORN, align="center"),
        *(Column(_meeting_title(one), own, _signed(one, own)) for one in meetings),
        Column(_("Ghi chú"), _NOTE),
    ]


def _meeting_title(one: Meeting) -> str:
    return _("Buổi %(n)s", n=one.number) if one.number else _("Buổi ……")


def _signed(one: Meeting, width: float) -> str:
    if one.on is None:
        return _("ngày …… / …… / …………")
    return _("ký tên – %(day)s", day=day(one.on)) if width > 30 * MM else day(one.on)


def _rows(told: Attending) -> list[list[str]]:
    named = [[str(n), name, born] for n, (name, born) in enumerate(told.people, 1)]
    count = len(named)
    return [*named, *([str(count + n)] for n in range(1, SPARE_ROWS + 1))]
