"""The lists in a sheet: one, several below each other, or two side by side, each under its heading."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lms.people.rules.headings import Columns, columns_of, completed, find, meaning
from lms.people.rules.identity import Cell, written
from lms.people.rules.roster import ends_a_list

_BEGINS = ("họ", "ho ", "tên", "ten")
TITLE_ROWS = 6
"""A title above a heading is not longer than this."""


@dataclass(frozen=True)
class Table:
    """A list: its columns, its last row (1-based), and the words above its heading."""

    columns: Columns
    last_row: int
    title: str = ""
    title_row: int = 0
    """Where these words begin (1-based) when they stand below another list; 0 for the first of a sheet."""


def tables(rows: Sequence[Sequence[Cell]]) -> list[Table]:
    """Every list of a sheet in the order of its rows; none where no heading names a name column."""
    first = find(rows)
    if not isinstance(first, Columns):
        return []
    starts = [first, *(one for one in _headings(rows) if one.heading_row > first.first_row)]
    made: list[Table] = []
    for columns in starts:
        top = _title_top(rows, columns.heading_row - 1)
        words = _title(rows, top, columns.heading_row - 1)
        if made and _same_layout(made[-1].columns, columns) and not words:
            # The heading again after a page break: the list goes on.
            continue
        if made:
            made[-1] = replace(made[-1], last_row=top)
        made.append(Table(columns, len(rows), words, top + 1 if made else 0))
    return [part for table in made for part in _side_by_side(table, rows)]


def _headings(rows: Sequence[Sequence[Cell]]) -> list[Columns]:
    """Rows that head a list, below the first rows too; rows that begin otherwise are not looked at."""
    found = []
    for index, row in enumerate(rows):
        if any(isinstance(c, str) and _begins(c) for c in row):
            columns = columns_of(index, row)
            if columns is not None and len(columns.at) > 1:
                found.append(completed(columns, rows))
    return found


def _begins(cell: str) -> bool:
    return unicodedata.normalize("NFC", cell[:8]).strip().lower().startswith(_BEGINS)


def _same_layout(one: Columns, other: Columns) -> bool:
    return one.at == other.at and one.names == other.names


def _title_top(rows: Sequence[Sequence[Cell]], heading: int) -> int:
    """How many rows are left above the title of a heading (from 0): rows with one filled cell, or none."""
    top = heading
    while top > max(0, heading - TITLE_ROWS):
        filled = [text for cell in rows[top - 1] if (text := written(cell))]
        if len(filled) > 1 or (filled and ends_a_list(filled[0])):
            break
        top -= 1
    return top


def _title(rows: Sequence[Sequence[Cell]], top: int, heading: int) -> str:
    return " ".join(text for row in rows[top:heading] for cell in row if (text := written(cell)))


def _side_by_side(table: Table, rows: Sequence[Sequence[Cell]]) -> list[Table]:
    """Two lists under one heading row, as on a narrow sheet of two columns: 'Họ tên | Năm sinh' twice."""
    names = table.columns.names
    if len(names) < 2:
        return [table]
    heading = rows[table.columns.heading_row - 1]
    fields = Counter(found for cell in heading if (found := meaning(cell)))
    if not any(count == len(names) for field, count in fields.items() if field != "name"):
        return [table]
    lead = names[0] - min(column for column, cell in enumerate(heading) if written(cell))
    edges = [0, *(name - lead for name in names[1:]), len(heading)]
    parts = [
        columns_of(table.columns.heading_row - 1, heading, range(left, right))
        for left, right in pairwise(edges)
    ]
    return [replace(table, columns=completed(part, rows)) for part in parts if part]
