"""Register lists as communes write them, made in memory for tests."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

HEADING = (
    "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Điện thoại", "Thôn", "Số hộ",
    "Nhóm đối tượng", "Trường/cơ quan/doanh nghiệp", "Cấp học", "Thường trú/tạm trú", "Từ ngày",
)  # fmt: skip


def xlsx(
    rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), formulas: Sequence[str] = ()
) -> bytes:
    """An Excel file of one sheet; `merged` are ranges, `formulas` cells without a computed value."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Danh sách")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    for cells in merged:
        sheet.merge_range(cells, "Gộp")
    for cell in formulas:
        sheet.write_formula(cell, "=A1", value="")
    book.close()
    return out.getvalue()


def csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", comma: str = ",") -> bytes:
    """A csv file."""
    return "\r\n".join(comma.join(str(cell) for cell in row) for row in rows).encode(encoding)


def sample(kind: str) -> bytes:
    """One small list as xlsx, xls or ods: a name over two columns, crosses, a village over two rows."""
    return (Path(__file__).with_name("samples") / f"danh-sach.{kind}").read_bytes()
