"""Reads an Excel or OpenDocument file from standard input and prints its visible sheets as JSON.

It is run as a program of its own, and imports nothing of this service: a file of a few kilobytes can
make the reader below ask for more memory than there is, which ends its process at once.
"""

import io
import json
import posixpath
import re
import sys
import zipfile
from typing import Any

from defusedxml import ElementTree
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MOST_MEMORY = 1024 * 1024 * 1024
MOST_CELLS = 2_000_000
MOST_TOLD = 64 * 1024 * 1024
"""Characters of the answer: a long text that is written once in the file may stand in every cell."""
_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb"<c ([^>]*)>(<f(?:[^>]*/>|[^>]*>[^<]*</f>))?(?:<v>([^<]*)</v>)?")
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


def pages(content: bytes) -> list[dict[str, Any]]:
    """Each visible sheet as {name, height, rows, merged, valueless}.

    Cells are None, true or false, numbers or text, days {"day": ISO text}. `rows` is null where there
    are too many cells. `merged` are [[top, left], [bottom, right]], `valueless` [row, column] of
    formulas without a result and of errors, all from 0.
    """
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    parts = _formula_parts(content)
    spans = _ods_spans(content)
    found = []
    for meta in book.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible or meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        few = sheet.total_height * sheet.total_width <= MOST_CELLS
        found.append(
            {
                "name": meta.name,
                "height": sheet.total_height,
                "rows": sheet.to_python(skip_empty_area=False) if few else None,
                "merged": spans.get(meta.name) or sheet.merged_cell_ranges or [],
                "valueless": _valueless(parts.get(meta.name, b"")),
            }
        )
    return found


def _formula_parts(content: bytes) -> dict[str, bytes]:
    """Sheet name → its XML; nothing for the old format."""
    if content[:2] != b"PK":
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if "xl/_rels/workbook.xml.rels" not in names:
            return {}
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        targets = {one.get("Id"): one.get("Target", "") for one in relations}
        found = {}
        for sheet in book.iter(f"{_SPREADSHEET}sheet"):
            path = posixpath.join("/xl", targets.get(sheet.get(_RELATION), ""))[1:]
            if path in names:
                found[sheet.get("name", "")] = archive.read(path)
    return found


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_MOST_SPANS = 10_000


def _ods_spans(content: bytes) -> dict[str, list[Any]]:
    """Sheet name → its merged ranges in an OpenDocument file, which the reader does not tell."""
    if content[:2] != b"PK":
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "content.xml" not in archive.namelist():
            return {}
        book = ElementTree.fromstring(archive.read("content.xml"))
    return {
        t.get(f"{_TABLE}name", ""): _spans(t)[:_MOST_SPANS] for t in book.iter(f"{_TABLE}table")
    }


def _spans(table: Any) -> list[Any]:
    found, row = [], 0
    for line in table.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in line:
            across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
            down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
            if across > 1 or down > 1:
                found.append([[row, column], [row + down - 1, column + across - 1]])
            column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        row += int(line.get(f"{_TABLE}number-rows-repeated", "1"))
    return found


def _valueless(xml: bytes) -> list[tuple[int, int]]:
    found = []
    for cell in _CELL.finditer(xml):
        address = _ADDRESS.search(cell[1])
        if address and ((cell[2] and not cell[3]) or b't="e"' in cell[1]):
            found.append((int(address[2]) - 1, _column(address[1])))
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _told(value: Any) -> dict[str, str]:
    """A day or a span of time, the only values that JSON has no form for."""
    return {"day": value.isoformat()} if hasattr(value, "isoformat") else {"text": str(value)}


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has none; there the system's own bound holds.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    _bound_memory()
    told = json.dumps(pages(sys.stdin.buffer.read()), default=_told)
    if len(told) > MOST_TOLD:
        # The service would have to hold all of it, several times over.
        sys.exit("too much text")
    sys.stdout.buffer.write(told.encode("ascii"))
