"""Workbooks as teachers write them, and what is taken from them."""

import base64
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from courses.exchange import Imported, read

HEAD = ("STT", "Câu hỏi", "A", "B", "C", "D", "Đáp án", "Giải thích")
ROW = (1, "Mã OTP là gì?", "Mã thẻ cào", "Mã dùng một lần", "Mã giảm giá", "Mã khách", "B", "vì")
RIGHT = [
    {"wrong": "Mã thẻ cào"},
    {"right": "Mã dùng một lần"},
    {"wrong": "Mã giảm giá"},
    {"wrong": "Mã khách"},
]
Rows = Sequence[Sequence[Any]]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def book(*sheets: Rows, names: Sequence[str] = ("Đề 1", "Đề 2", "Đề 3")) -> bytes:
    """An xlsx file."""
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file)
    for name, rows in zip(names, sheets, strict=False):
        sheet = workbook.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(row, column, cell)
    workbook.close()
    return file.getvalue()


def taken(*sheets: Rows) -> Imported:
    """What the sheets give."""
    return read("cau-hoi.xlsx", book(*sheets))


def one(*rows: Sequence[Any]) -> dict[str, Any]:
    """The only item of a sheet."""
    imported = taken(rows)
    assert len(imported.items) == 1, imported.losses
    return imported.items[0]


def fates(imported: Imported) -> list[tuple[str, str]]:
    """Where something stays behind, and the beginning of why."""
    return [
        (loss.where, loss.message[:40])
        for loss in imported.losses
        if "Cần bổ sung" not in loss.message
    ]
