"""The sheet of a reporting unit on A4: what is asked with empty boxes, its own rows to check, a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from lms.cohorts.paper import office
from lms.cohorts.paper.sheet import MM, SOFT, WASH, Sheet, lines_of, width_of
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators import queries
from lms.people.models import Commune, Unit
from lms.reports.unit_link_desk import Asked, Desk
from lms.reports.unit_link_rows import OwnRow, own_rows

SIZE, SMALL, HEAD = 10, 8, 8 * MM
_INSET, _TICK, _LEAST = 1.6 * MM, 3.6 * MM, 12 * MM
_CODE, _FOOT = 27 * MM, 50 * MM
_WIDTHS = (10 * MM, 82 * MM, 34 * MM, 27 * MM, 27 * MM)
_ROW_WIDTHS = (14 * MM, 86 * MM, 48 * MM, 32 * MM)


@dataclass(frozen=True)
class _Table:
    """A table being drawn: its columns' left edges and widths, and its titles."""

    sheet: Sheet
    widths: tuple[float, ...]
    titles: tuple[str, ...]

    @property
    def columns(self) -> list[tuple[float, float]]:
        edges = [office.SIDE + sum(self.widths[:n]) for n in range(len(self.widths))]
        return list(zip(edges, self.widths, strict=True))

    def head(self, top: float) -> float:
        low = top - HEAD
        for (x, width), title in zip(self.columns, self.titles, strict=True):
            self.sheet.box(x, low, width, HEAD, fill=WASH, weight=0.7)
            self.sheet.fitted(x + width / 2, low + 2.8 * MM, title, width - 2 * _INSET, SIZE - 1,
                              bold=True, align="center")  # fmt: skip
        return low

    def row(self, top: float, height: float) -> float:
        for x, width in self.columns:
            self.sheet.box(x, top - height, width, height, weight=0.5)
        return top - height

    def block(self, column: int, top: float, words: str, size: float = SIZE) -> None:
        x, width = self.columns[column]
        self.sheet.block(x + _INSET, top - 1 * MM, words, width - 2 * _INSET, size)

    def height(self, column: int, words: str, size: float = SIZE) -> float:
        lines = lines_of(words, self.widths[column] - 2 * _INSET, size)
        return len(lines) * size * 1.36 + 3 * MM


def sheets_pdf(desk: Desk, units: Sequence[Unit], addresses: Mapping[UUID, str]) -> bytes:
    """One sheet for each unit, each on pages of its own; `addresses` are the links to print as codes."""
    sheet = Sheet(_("Phiếu số liệu của đơn vị"))
    commune = queries.commune_of(desk.session, desk.commune_id)
    for n, unit in enumerate(units):
        if n:
            sheet.next_page()
        _sheet(sheet, desk, commune, unit, addresses.get(unit.id, ""))
    if not units:
        sheet.words(office.SIDE, sheet.height - 40 * MM, _("Không có đơn vị nào phải ghi số."), 12)
    return sheet.done()


def _sheet(sheet: Sheet, desk: Desk, commune: Commune, unit: Unit, address: str) -> None:
    asked, rows = desk.asked(unit), own_rows(desk.opened, unit)
    y = _opening(sheet, desk, commune, unit)
    y = _asked(sheet, y, asked)
    y = _own(sheet, desk, y, rows)
    if y - _FOOT < office.BOTTOM:
        y = _turned(sheet)
    _closing(sheet, y - 3 * MM, address)


def _opening(sheet: Sheet, desk: Desk, commune: Commune, unit: Unit) -> float:
    top = office.letterhead(sheet, commune, unit.name)
    duty = desk.duty
    facts = [
        (_("Đơn vị"), unit.name),
        (_("Để làm"), duty.title if duty else _("tổng hợp số liệu của xã")),
        (_("Xã báo cáo"), _due(desk)),
        (_("In ngày"), day(desk.today)),
    ]
    return office.heading(sheet, top, _("PHIẾU SỐ LIỆU CỦA ĐƠN VỊ"), facts)


def _due(desk: Desk) -> str:
    duty = desk.duty
    if duty is None or duty.day is None:
        return _("kế hoạch không ghi ngày")
    words = _("chậm nhất %(day)s", day=day(duty.day))
    return _("%(words)s (ngày xã tự đặt)", words=words) if duty.is_own else words


# --- what is asked ------------------------------------------------------------------------------


def _asked(sheet: Sheet, top: float, asked: Sequence[Asked]) -> float:
    y = (
        sheet.block(office.SIDE, top, _("1. Số liệu đơn vị ghi"), 120 * MM, 11.5, bold=True)
        - 1.5 * MM
    )
    if not asked:
        return sheet.block(
            office.SIDE, y, _("Kỳ này xã không hỏi đơn vị số nào."), 170 * MM, SIZE
        ) - 3 * MM  # fmt: skip
    table = _Table(
        sheet, _WIDTHS, (_("STT"), _("Số liệu"), _("Xã đang có"), _("Số đạt"), _("Tổng số"))
    )
    y = table.head(y)
    for n, one in enumerate(asked, 1):
        words, known = one.column.name[:1].upper() + one.column.name[1:], _known(one)
        height = max(_LEAST, table.height(1, words), table.height(2, known, SMALL))
        if y - height < office.BOTTOM:
            y = table.head(_turned(sheet))
        _asked_row(table, y, height, (str(n), words, known), counts=one.column.counts)
        y -= height
    return _day_and_source(sheet, y)


def _asked_row(
    table: _Table, y: float, height: float, words: tuple[str, str, str], *, counts: bool
) -> None:
    table.row(y, height)
    for column, (text, size) in enumerate(zip(words, (SIZE, SIZE, SMALL), strict=True)):
        table.block(column, y, text, size)
    if not counts:
        x, width = table.columns[3]
        table.sheet.box(x, y - height, width, height, fill=WASH, weight=0.5)
        table.sheet.fitted(x + width / 2, y - height / 2 - 1 * MM, _("không hỏi"), width - 2, SMALL,
                           colour=SOFT, align="center")  # fmt: skip


def _known(one: Asked) -> str:
    if one.waiting is not None:
        return _("%(what)s, đơn vị đã gửi", what=one.waiting_text(exact=False))
    if one.now is None:
        return _("chưa có")
    return _("%(what)s, ngày %(day)s", what=one.now_text(exact=False), day=day(one.now.as_of))


def _day_and_source(sheet: Sheet, y: float) -> float:
    words = _("Số tính đến ngày: …… / …… / …………     Loại số:  ☐ chính thức   ☐ ước tính")
    y = sheet.block(office.SIDE, y - 1.5 * MM, words, 180 * MM, SIZE)
    return _by_hand(sheet, y - 1 * MM, _("Lấy từ sổ, văn bản nào:"), lines=1)


def _by_hand(sheet: Sheet, top: float, label: str, *, lines: int) -> float:
    """Words, and room to write behind and below them; returns where the next thing may begin."""
    right = sheet.width - office.SIDE
    y = sheet.block(office.SIDE, top, label, 170 * MM, SIZE)
    left = office.SIDE + width_of(label, SIZE) + 2 * MM
    for n in range(lines):
        sheet.line(left if n == 0 else office.SIDE, y - n * 8 * MM, right, y - n * 8 * MM, weight=0.4,
                   colour=SOFT, dash=(1, 2))  # fmt: skip
    return y - (lines - 1) * 8 * MM - 5 * MM


# --- its own rows -------------------------------------------------------------------------------


def _own(sheet: Sheet, desk: Desk, top: float, rows: Sequence[OwnRow]) -> float:
    if top - 40 * MM < office.BOTTOM:
        top = _turned(sheet)
    title = _("2. Số của đơn vị xã đang có, đến ngày %(day)s", day=day(desk.today))
    y = sheet.block(office.SIDE, top, title, 180 * MM, 11.5, bold=True) - 1.5 * MM
    if not rows:
        return sheet.block(
            office.SIDE, y, _("Chưa có chỉ tiêu nào tính được riêng cho đơn vị."), 170 * MM, SIZE
        ) - 3 * MM  # fmt: skip
    table = _Table(sheet, _ROW_WIDTHS, (_("STT"), _("Chỉ tiêu"), _("Kết quả"), _("Xem lại")))
    y = table.head(y)
    several = len({row.plan for row in rows}) > 1
    for n, row in enumerate(rows):
        if several and (n == 0 or rows[n - 1].plan != row.plan):
            y = _plan_row(table, y, row.plan)
        height = max(9 * MM, table.height(1, row.title, SIZE - 1))
        if y - height < office.BOTTOM:
            y = table.head(_turned(sheet))
        _own_row(table, y, height, row)
        y -= height
    return _by_hand(sheet, y - 2 * MM, _("Điều cần sửa:"), lines=2)


def _plan_row(table: _Table, y: float, plan: str) -> float:
    """The plan that the rows below are of; room for one of them must follow."""
    if y - 18 * MM < office.BOTTOM:
        y = table.head(_turned(table.sheet))
    left, width = office.SIDE, sum(table.widths)
    table.sheet.box(left, y - 6 * MM, width, 6 * MM, fill=WASH, weight=0.5)
    table.sheet.fitted(
        left + _INSET, y - 4.2 * MM, plan, width - 2 * _INSET, SMALL + 0.5, bold=True
    )
    return y - 6 * MM


def _own_row(table: _Table, y: float, height: float, row: OwnRow) -> None:
    table.row(y, height)
    for column, words in enumerate((row.no, row.title, row.text(exact=False))):
        table.block(column, y, words, SIZE - 1)
    x, _width = table.columns[3]
    for n, words in enumerate((_("đúng"), _("sai"))):
        left = x + _INSET + n * 15 * MM
        table.sheet.box(left, y - 6.2 * MM, _TICK, _TICK, weight=0.8)
        table.sheet.words(left + _TICK + 1 * MM, y - 5.6 * MM, words, SIZE - 1)


# --- the end ------------------------------------------------------------------------------------


def _closing(sheet: Sheet, top: float, address: str) -> None:
    right = sheet.width - office.SIDE - 42 * MM
    date = _("……………………, ngày …… tháng …… năm …………")
    sheet.fitted(right, top - 10, date, 84 * MM, 10, align="center")
    sheet.words(right, top - 24, _("NGƯỜI GHI PHIẾU"), 10, bold=True, align="center")
    sheet.words(right, top - 36, _("(ký, ghi rõ họ tên)"), 9, colour=SOFT, align="center")
    if address:
        _link(sheet, top, address)
    office.footer(
        sheet,
        _(
            "Phiếu chỉ ghi số, không ghi tên người. Số dưới 10 không in. Ghi xong gửi lại cán bộ xã."
        ),
    )


def _link(sheet: Sheet, top: float, address: str) -> None:
    """The code and the words of the unit's own address, which may also be typed."""
    sheet.code(office.SIDE, top - _CODE, _CODE, address)
    x, width = office.SIDE + _CODE + 2 * MM, 62 * MM
    y = sheet.block(x, top, _("Ghi trên điện thoại"), width, SIZE, bold=True)
    y = sheet.block(x, y, _("Quét mã này, hoặc gõ địa chỉ:"), width, SMALL + 0.5)
    y = sheet.block(x, y, address, width, SMALL)
    sheet.block(x, y, _("Đường dẫn riêng của đơn vị, xin không chuyển cho nơi khác."), width, SMALL)


def _turned(sheet: Sheet) -> float:
    sheet.next_page()
    return office.page_number(sheet)
