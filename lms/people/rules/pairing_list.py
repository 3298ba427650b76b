"""A pasted list of ambassadors and those they guide, read row by row. Pure.

Columns: the ambassador, the one who is guided, and if wanted the birth date or year of the latter.
An empty first column means the ambassador of the row above, as merged cells are pasted.
"""

from dataclasses import dataclass, replace

from lms.people.rules.identity import written
from lms.people.rules.letters import bare

MOST_ROWS = 500
_SEPARATORS = ("\t", ";", "|", ",")
_HEADINGS = ("dai su", "nguoi kem", "ho va ten", "ho ten", "nguoi duoc kem", "nguoi huong dan")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as typed; `fault` is a code of what is wrong with it, or empty."""

    number: int
    helper: str
    mentee: str = ""
    birth: str = ""
    fault: str = ""


def rows(text: str) -> list[Row]:
    """The rows that name somebody, numbered as in the paste; headings and empty lines are left out."""
    separator = next((mark for mark in _SEPARATORS if mark in text), "\t")
    found: list[Row] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = _cells(line, separator)
        if not any(cells) or _is_heading(cells):
            continue
        found.append(_under(_row(number, cells), found))
    return found


def _cells(line: str, separator: str) -> list[str]:
    """The cells without a first column of running numbers."""
    cells = [written(cell) for cell in line.split(separator)]
    first = cells[0].rstrip(".")
    return cells[1:] if first.isascii() and first.isdigit() and len(cells) > 2 else cells


def _is_heading(cells: list[str]) -> bool:
    """Whether one of the first two cells is a heading; a name may hold such a word, not begin so."""
    first = [bare(cell) for cell in cells[:2]]
    return first[0] in ("stt", "tt") or any(cell.startswith(_HEADINGS) for cell in first)


def _row(number: int, cells: list[str]) -> Row:
    helper, mentee, birth = (*cells, "", "", "")[:3]
    return Row(number, helper, mentee, birth, "" if mentee else "mentee_missing")


def _under(row: Row, above: list[Row]) -> Row:
    """A row without an ambassador belongs to that of the row above."""
    if row.helper:
        return row
    if not above or not above[-1].helper:
        return replace(row, fault="helper_missing")
    return replace(row, helper=above[-1].helper)
