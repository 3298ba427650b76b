"""Ruled tables over several pages: the heading row is printed again on each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lms.cohorts.paper.sheet import INK, MM, SOFT, WASH, Sheet, lines_of

HEAD_SIZE, CELL_SIZE, SMALL = 9.0, 10.5, 7.5
_INSET = 1.4 * MM


@dataclass(frozen=True)
class Column:
    """A column: its heading, a smaller line under it, its width in points, how its cells stand."""

    title: str
    width: float
    note: str = ""
    align: str = "left"
    bold: bool = False
    ticks: tuple[str, ...] = ()
    """Words with a box before each, to be ticked; then the cells hold nothing else."""


@dataclass(frozen=True)
class Table:
    """Columns and rows of words; a row with fewer cells than columns leaves the others to be written in."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    row_height: float = 8.2 * MM

    @property
    def width(self) -> float:
        """Of all columns, in points."""
        return sum(column.width for column in self.columns)

    @property
    def head_height(self) -> float:
        """What the longest heading asks for."""
        return max(_head_lines(column) for column in self.columns) * HEAD_SIZE * 1.3 + 2.5 * MM


def _head_lines(column: Column) -> int:
    own = len(lines_of(column.title, column.width - 2 * _INSET, HEAD_SIZE, bold=True))
    return own + bool(column.note)


def draw(
    sheet: Sheet, table: Table, x: float, top: float, bottom: float, turn: Callable[[], float]
) -> float:
    """Draw the table from `top`; where `bottom` is reached, `turn` begins a page and gives its top.

    Returns the lower edge.
    """
    y = _head(sheet, table, x, top)
    for row in table.rows:
        if y - table.row_height < bottom:
            y = _head(sheet, table, x, turn())
        _row(sheet, table, x, y, row)
        y -= table.row_height
    return y


def _head(sheet: Sheet, table: Table, x: float, top: float) -> float:
    low = top - table.head_height
    for column in table.columns:
        sheet.box(x, low, column.width, top - low, fill=WASH, weight=0.7)
        _heading(sheet, column, x + column.width / 2, (top + low) / 2)
        x += column.width
    return low


def _heading(sheet: Sheet, column: Column, middle: float, height: float) -> None:
    lines = lines_of(column.title, column.width - 2 * _INSET, HEAD_SIZE, bold=True)
    y = height + (len(lines) + bool(column.note)) * HEAD_SIZE * 0.65
    for line in lines:
        y -= HEAD_SIZE * 1.3
        sheet.words(middle, y + HEAD_SIZE * 0.35, line, HEAD_SIZE, bold=True, align="center")
    if column.note:
        width = column.width - _INSET
        at = y - SMALL * 1.1
        sheet.fitted(middle, at, column.note, width, SMALL, least=5, colour=SOFT, align="center")


def _row(sheet: Sheet, table: Table, x: float, top: float, row: Sequence[str]) -> None:
    low = top - table.row_height
    for n, column in enumerate(table.columns):
        sheet.box(x, low, column.width, table.row_height, weight=0.5, colour=INK)
        if column.ticks:
            _boxes(sheet, column, x, low + table.row_height / 2)
        elif n < len(row) and row[n]:
            _cell(sheet, column, x, low, table.row_height, row[n])
        x += column.width


def _boxes(sheet: Sheet, column: Column, x: float, middle: float) -> None:
    """The boxes side by side, each with its word behind it."""
    pitch = (column.width - 2 * _INSET) / len(column.ticks)
    side = 3.6 * MM
    for n, words in enumerate(column.ticks):
        at = x + 2 * _INSET + n * pitch
        sheet.box(at, middle - side / 2, side, side, weight=0.8)
        sheet.fitted(at + side + 1 * MM, middle - 3, words, pitch - side - 2 * MM, 9, least=5.5)


def _cell(sheet: Sheet, column: Column, x: float, low: float, height: float, words: str) -> None:
    width = column.width - 2 * _INSET
    size = CELL_SIZE
    lines = lines_of(words, width, size, bold=column.bold)
    if len(lines) > 1:
        size = 8.5
        lines = lines_of(words, width, size, bold=column.bold)
    if len(lines) > 2:
        lines = [lines[0], " ".join(lines[1:])]
    at = {"left": x + _INSET, "center": x + column.width / 2}[column.align]
    y = low + height / 2 + len(lines) * size * 0.6
    for line in lines:
        y -= size * 1.2
        sheet.fitted(
            at, y + size * 0.3, line, width, size, least=5.5, bold=column.bold, align=column.align
        )
