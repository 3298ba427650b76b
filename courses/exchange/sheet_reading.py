"""Spreadsheets and pasted text, as teachers write them, to questions."""

from __future__ import annotations

from collections.abc import Sequence

from courses.exchange.gathering import Gathering
from courses.exchange.losses import Imported
from courses.exchange.sheet_cells import Page, csv_page, left_behind, read_pages
from courses.exchange.sheet_list import ListReader, looks_like_list
from courses.exchange.sheet_rows import place
from courses.exchange.sheet_table import TableReader, find_headings
from lms.core.i18n import _


def read_sheet(file: str, content: bytes) -> Imported:
    """The questions of all visible sheets of an xlsx, xls or ods file."""
    gathering = Gathering(file)
    for message in left_behind(content):
        gathering.lose(_("cả tệp"), message)
    for page in read_pages(file, content):
        _page(gathering, page, [" ".join(cell for cell in row if cell) for row in page.rows])
    return gathering.imported()


def read_typed(file: str, text: str) -> Imported:
    """The questions of a csv table, of cells pasted from a spreadsheet, or of a list typed as text."""
    gathering = Gathering(file)
    _page(gathering, csv_page(text), text.split("\n"))
    return gathering.imported()


def _page(gathering: Gathering, page: Page, lines: Sequence[str]) -> None:
    """A table when there are headings, else a list; a page that is neither is told."""
    found = find_headings(page)
    if found:
        TableReader(gathering, page, *found).read()
        return
    rows = [
        (number, line)
        for number, text in enumerate(lines, 1)
        for line in text.split("\n")
        if line.strip()
    ]
    for row in sorted({row for row, _column in page.valueless}):
        gathering.lose(
            place(page.name, [row + 1]), _("Ô công thức chưa có kết quả nên không đọc được.")
        )
    if looks_like_list(line for _number, line in rows):
        ListReader(gathering, page.name).read(rows)
    elif rows:
        message = _("Không thấy câu hỏi ở đây. Hãy có một dòng tiêu đề (Câu hỏi, A, B, C, D, Đáp án), hoặc "
                    "viết mỗi câu như “Câu 1: …”, “A. …”, “Đáp án: B”.")  # fmt: skip
        gathering.lose(place(page.name, [rows[0][0]]), message, whole=True)
