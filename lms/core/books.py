"""A workbook of plain tables for offices: real numbers and dates, neutral texts, A4, frozen headings."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lms.core.cells import neutral
from lms.core.i18n import _
from lms.core.text import day

FONT = "Times New Roman"
A4 = 9
MARGINS = {"left": 0.8, "right": 0.6, "top": 0.8, "bottom": 0.7}
LINE_HEIGHT = 15.75
"""Points of one line; offices other than Excel do not grow rows by themselves."""
LETTERS = 1.15
"""Letters of the type on one unit of a column's width."""

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and over how many columns of the sheet it lies.

    `plain` numbers are written without marks between thousands, as years are.
    """

    label: str
    span: int = 1
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `totals` is how many of its last rows are sums. `title` stands above it."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    totals: int = 0
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: lines at its head (the first is the title), tables one below the other, notes at the end.

    `widths` of its columns, in characters; `frozen` are the columns that stay while one scrolls.
    """

    name: str
    lines: Sequence[str]
    tables: Sequence[Table]
    widths: Sequence[float]
    notes: Sequence[str] = ()
    frozen: int = 0


def xlsx_bytes(sheets: Iterable[Sheet], title: str, at: datetime, *, sample: bool) -> bytes:
    """The sheets as a file. `at` is the time of the figures, `sample` says that nobody in it is real."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": neutral(title), "created": at.replace(tzinfo=None)})
    writer = _Writer(book, sample=sample)
    for sheet in sheets:
        writer.write(sheet)
    book.close()
    return target.getvalue()


def csv_row(cells: Iterable[Cell]) -> list[str]:
    """One row of the same cells as text: dates as dd/mm/yyyy, numbers plain, texts neutral."""
    return [_text(cell) for cell in cells]


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return day(cell)
    return neutral(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def height(texts: Iterable[tuple[Cell, float]]) -> float:
    """Points that a row needs so that its longest cell shows every line."""
    lines = (_lines(text, width) for text, width in texts if isinstance(text, str))
    return max(lines, default=1) * LINE_HEIGHT + 3


def _lines(text: str, width: float) -> int:
    room, lines, used = max(3.0, (width - 2) * LETTERS), 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
    return lines


class _Writer:
    """Writes sheets with one set of formats."""

    def __init__(self, book: Any, *, sample: bool) -> None:
        self.book, self.sample = book, sample
        base = {"font_name": FONT, "font_size": 12, "valign": "top"}
        cell = base | {
            "border": 1,
            "border_color": "#8a8a8a",
            "text_wrap": True,
            "align": "left",
            "indent": 1,
        }
        figure = cell | {"align": "right", "text_wrap": False}
        makes = {
            "title": base | {"bold": True, "font_size": 14},
            "line": base,
            "sample": base | {"bold": True, "font_color": "#871512"},
            "head": cell
            | {
                "bold": True,
                "indent": 0,
                "align": "center",
                "valign": "vcenter",
                "bg_color": "#efe9dc",
            },
            "group": base | {"bold": True},
            "text": cell,
            "int": figure | {"num_format": "#,##0"},
            "plain": figure | {"num_format": "0"},
            "date": figure | {"num_format": "dd/mm/yyyy"},
            "text-sum": cell | {"bold": True, "bg_color": "#f7f4ec"},
            "int-sum": figure | {"num_format": "#,##0", "bold": True, "bg_color": "#f7f4ec"},
            "note": base | {"text_wrap": True, "italic": True},
        }
        self.formats = {name: book.add_format(made) for name, made in makes.items()}

    def write(self, sheet: Sheet) -> None:
        """One sheet, one page of A4 across wide."""
        page = self._page(sheet.name)
        widths = sheet.widths
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        at = self._head(page, sheet)
        for number, table in enumerate(sheet.tables):
            if number == 0:
                page.freeze_panes(at + 1 + bool(table.title), sheet.frozen)
                if len(sheet.tables) == 1:
                    page.repeat_rows(at + bool(table.title))
            at = self._table(page, at, table, widths) + 1
        for note in sheet.notes:
            page.merge_range(at, 0, at, len(widths) - 1, neutral(note), self.formats["note"])
            page.set_row(at, height([(note, sum(widths))]))
            at += 1

    def _page(self, name: str) -> Any:
        page = self.book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(A4)
        page.set_margins(**MARGINS)
        page.fit_to_pages(1, 0)
        page.hide_gridlines(2)
        mark = f'&R&"{FONT},Bold"&9{_("DỮ LIỆU MẪU")}' if self.sample else ""
        page.set_header(f'&L&"{FONT}"&9&A{mark}')
        page.set_footer(f'&R&"{FONT}"&9{_("trang")} &P/&N')
        return page

    def _head(self, page: Any, sheet: Sheet) -> int:
        """The lines at the head; the number of the row after them and a blank one."""
        for at, line in enumerate(sheet.lines):
            page.write_string(at, 0, neutral(line), self.formats["line" if at else "title"])
        at = len(sheet.lines)
        if self.sample:
            words = _("DỮ LIỆU MẪU – xã này và mọi người trong đó không có thật")
            page.write_string(at, 0, words, self.formats["sample"])
            at += 1
        return at + 1

    def _table(self, page: Any, at: int, table: Table, widths: Sequence[float]) -> int:
        """A table from row `at`; the number of the row after it."""
        if table.title:
            page.write_string(at, 0, table.title, self.formats["group"])
            at += 1
        places = _places(table.columns, widths)
        self._cells(page, at, places, [column.label for column in table.columns], "head")
        page.set_row(
            at,
            height((c.label, p.width * 0.85) for c, p in zip(table.columns, places, strict=True))
            + 4,
        )
        for number, row in enumerate(table.rows, at + 1):
            is_sum = number > at + len(table.rows) - table.totals
            self._cells(page, number, places, row, "-sum" if is_sum else "")
            page.set_row(
                number, height((cell, p.width) for cell, p in zip(row, places, strict=True))
            )
        if not table.rows:
            page.write_string(at + 1, 0, table.empty or _("Không có."), self.formats["line"])
        return at + 1 + max(1, len(table.rows))

    def _cells(
        self, page: Any, at: int, places: Sequence["_Place"], row: Sequence[Cell], kind: str
    ) -> None:
        for place, cell in zip(places, row, strict=True):
            form = self.formats[kind if kind == "head" else _form(cell, kind, place.plain)]
            if place.last > place.first:
                page.merge_range(at, place.first, at, place.last, "", form)
            if cell is None or cell == "":
                page.write_blank(at, place.first, None, form)
            elif isinstance(cell, str):
                page.write_string(at, place.first, neutral(cell), form)
            elif isinstance(cell, date):
                page.write_datetime(at, place.first, cell, form)
            else:
                page.write_number(at, place.first, cell, form)


def _form(cell: Cell, kind: str, plain: bool) -> str:
    """The name of a cell's format."""
    if isinstance(cell, date):
        return "date"
    if plain and isinstance(cell, int):
        return "plain"
    return ("int" if isinstance(cell, int) else "text") + kind


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column of a table lies in the sheet, and how wide that is."""

    first: int
    last: int
    width: float
    plain: bool


def _places(columns: Sequence[Column], widths: Sequence[float]) -> list[_Place]:
    found, at = [], 0
    for column in columns:
        end = at + column.span
        found.append(_Place(at, end - 1, sum(widths[at:end]), column.plain))
        at = end
    return found
