"""The province's figures as files: a workbook of three tables, and the communes' table as csv."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lms.core import clock
from lms.core.books import Cell, Column, Sheet, Table, csv_row, xlsx_bytes
from lms.core.cells import csv_bytes
from lms.core.i18n import _
from lms.core.text import day
from lms.reports.province_duties import Duty, standing_words
from lms.reports.province_queries import Part, Same


@dataclass(frozen=True, slots=True)
class Tables:
    """What a file holds."""

    province: str
    sums: Sequence[Same]
    duties: Sequence[Duty]
    today: date


def xlsx(tables: Tables) -> bytes:
    """Sums, communes, reports."""
    title = _("Số liệu các xã, phường của %(province)s", province=tables.province)
    head = [title, _("Lập ngày %(day)s từ số đã tính gần nhất của từng nơi", day=day(tables.today))]
    notes = [
        _(
            "Cộng tử số, cộng mẫu số; không lấy trung bình tỷ lệ. Tỷ lệ cắt bớt, không làm tròn lên."
        ),
        _("Chỉ cộng những chỉ tiêu tính giống hệt nhau; mức giao của từng nơi có thể khác nhau."),
        _("Các nơi xếp theo tên, không xếp hạng."),
    ]
    sheets = [
        Sheet(_("Cộng toàn tỉnh"), head, [Table(_sum_heads(), list(_sum_rows(tables)))],
              [34, 26, 12, 12, 10, 9, 9, 30, 13], notes, 1),
        Sheet(_("Từng xã, phường"), head, [Table(_part_heads(), list(_part_rows(tables)))],
              [34, 22, 16, 12, 12, 10, 18, 13, 16], notes, 2),
        Sheet(_("Báo cáo"), head, [Table(_duty_heads(), list(_duty_rows(tables)),
              empty=_("Chưa có báo cáo nào đến hạn."))],
              [22, 16, 30, 18, 13, 13, 22, 9, 12], (), 1),
    ]  # fmt: skip
    return xlsx_bytes(sheets, title, clock.now(), sample=False)


def csv(tables: Tables) -> bytes:
    """One row per commune and indicator."""
    heads = [column.label for column in _part_heads()]
    return csv_bytes([heads, *(csv_row(row) for row in _part_rows(tables))])


def _sum_heads() -> list[Column]:
    return [
        Column(_("Chỉ tiêu")), Column(_("Đối tượng")), Column(_("Tử số")), Column(_("Mẫu số")),
        Column(_("Tỷ lệ")), Column(_("Số nơi có số")), Column(_("Số nơi chưa có")),
        Column(_("Mức giao")), Column(_("Số cũ nhất của ngày")),
    ]  # fmt: skip


def _sum_rows(tables: Tables) -> Iterator[list[Cell]]:
    for one in tables.sums:
        targets = "; ".join(_("%(target)s (%(n)s nơi)", target=t, n=n) for t, n in one.targets)
        oldest = min((part.as_of for part in one.inside if part.as_of), default=None)
        yield [
            one.title, one.population, one.numerator, one.size, one.rate,
            len(one.inside), len(one.outside), targets, oldest,
        ]  # fmt: skip


def _part_heads() -> list[Column]:
    return [
        Column(_("Chỉ tiêu")), Column(_("Xã, phường")), Column(_("Kế hoạch")), Column(_("Tử số")),
        Column(_("Mẫu số")), Column(_("Tỷ lệ")), Column(_("Mức giao")), Column(_("Số của ngày")),
        Column(_("Ghi chú")),
    ]  # fmt: skip


def _part_rows(tables: Tables) -> Iterator[list[Cell]]:
    for one in tables.sums:
        for part in one.parts:
            yield [
                one.title, part.commune, part.plan, part.numerator, part.size,
                part.rate, part.target, part.as_of, note(part),
            ]  # fmt: skip


def note(part: Part) -> str:
    """Why a commune is not in the sum, or that its number is being counted again."""
    if part.as_of is None:
        return _("chưa tính lần nào")
    if part.repeats:
        return _("chỉ tính một lần, theo kế hoạch khác")
    if part.numerator is None:
        return _("chưa có số liệu") if part.is_current else _("đang tính lại")
    if not part.is_in:
        return _("thiếu mẫu số")
    return "" if part.is_current else _("đang tính lại")


def _duty_heads() -> list[Column]:
    return [
        Column(_("Xã, phường")), Column(_("Kế hoạch")), Column(_("Báo cáo")), Column(_("Kỳ")),
        Column(_("Hạn cuối")), Column(_("Chốt ngày")), Column(_("Tình trạng")),
        Column(_("Số ngày muộn")), Column(_("Lần điều chỉnh")),
    ]  # fmt: skip


def _duty_rows(tables: Tables) -> Iterator[list[Cell]]:
    words = standing_words()
    for duty in tables.duties:
        yield [
            duty.commune, duty.plan, duty.title, duty.span, duty.last_day, duty.closed_on,
            words[duty.standing][0], duty.days, duty.restated,
        ]  # fmt: skip
