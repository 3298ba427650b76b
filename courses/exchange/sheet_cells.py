"""Spreadsheet files to pages of texts: xlsx, xls and ods, bounded before anything believes them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from courses.exchange.losses import refused
from courses.exchange.plain_text import tidy
from courses.problems import ContentError
from lms.core.excel import ExcelSheet, UnreadableExcel, read_excel
from lms.core.i18n import _
from lms.core.text import day

MOST_BYTES = 8 * 1024 * 1024
MOST_INFLATED = 60 * 1024 * 1024
MOST_CELLS = 2_000_000
MOST_REPEATS = 200
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@dataclass(frozen=True, slots=True)
class Page:
    """The texts of one sheet from its first row on; `valueless` are formulas that were never computed."""

    name: str
    rows: Sequence[Sequence[str]]
    valueless: frozenset[tuple[int, int]] = frozenset()


def is_spreadsheet(content: bytes) -> bool:
    """Whether the bytes begin like xlsx, ods or xls."""
    return content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0"


def read_pages(file: str, content: bytes) -> list[Page]:
    """Every visible sheet; ContentError says what to do with a file that cannot be read."""
    if len(content) > MOST_BYTES:
        raise refused(
            file, 0, _("Tệp lớn quá 8 MB. Hãy bỏ hình trong bảng tính hoặc chia thành nhiều tệp.")
        )
    parts = _parts(file, content) if content[:2] == b"PK" else {}
    if "content.xml" in parts:
        return list(_ods(file, parts["content.xml"]))
    return _excel(file, content)


def left_behind(content: bytes) -> list[str]:
    """Sentences about what a sheet holds beside its cells: pictures, notes, hidden sheets."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name.lower() for name in archive.namelist()]
            hidden = (
                b'state="hidden"' in archive.read("xl/workbook.xml")
                if "xl/workbook.xml" in names
                else False
            )
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        OSError,
        RuntimeError,
        NotImplementedError,
        EOFError,
    ):
        return []
    told = []
    if any(name.startswith(("xl/media/", "pictures/")) for name in names):
        told.append(_("Hình đặt trong bảng tính không nhập. Hãy đưa hình vào bằng trang soạn bài."))
    if any(name.startswith("xl/") and "comments" in name for name in names):
        told.append(_("Ghi chú gắn vào ô (comment) không nhập."))
    return [*told, _("Trang tính bị ẩn không nhập.")] if hidden else told


def csv_page(text: str) -> Page:
    """The rows of a text whose cells are parted by commas, semicolons or tabs."""
    comma = max(",;\t", key=text[:4096].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    try:
        return Page("", [_texts(row) for row in lines])
    except csv.Error:
        return Page("", [])


def _texts(row: Sequence[Any]) -> list[str]:
    return [cell_text(cell) for cell in row]


def cell_text(cell: Any) -> str:
    """A cell as a Vietnamese reader sees it: 12.5 as "12,5", 2.0 as "2", days as dd/mm/yyyy."""
    if cell is None or isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell).replace(".", ",")
    return day(cell) if isinstance(cell, date) else tidy(str(cell))


def _parts(file: str, content: bytes) -> dict[str, bytes]:
    """The sheets of the archive, inflated with every byte counted."""
    wanted = re.compile(r"content\.xml|/?xl/.*\.xml", re.IGNORECASE)
    left, parts = MOST_INFLATED, {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                if not wanted.fullmatch(info.filename):
                    continue
                with archive.open(info) as part:
                    parts[info.filename] = part.read(left + 1)
                left -= len(parts[info.filename])
                if left < 0:
                    raise refused(file, 0, _("Tệp bung ra quá lớn nên không được nhận."))
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        OSError,
        RuntimeError,
        NotImplementedError,
        EOFError,
    ) as error:
        if isinstance(error, ContentError):
            raise
        raise refused(
            file, 0, _("Tệp bảng tính bị hỏng hoặc có mật khẩu. Hãy mở ra rồi lưu lại.")
        ) from error
    return parts


def _excel(file: str, content: bytes) -> list[Page]:
    try:
        sheets = read_excel(content)
    except UnreadableExcel as error:
        raise _far_cells(file) from error
    return [_page(file, sheet) for sheet in sheets]


def _far_cells(file: str) -> ContentError:
    return refused(
        file, 0,
        _("Bảng tính bị hỏng, có mật khẩu hoặc có ô nằm quá xa. Hãy chép riêng phần câu hỏi sang một "
          "tệp .xlsx mới."),
    )  # fmt: skip


def _page(file: str, sheet: ExcelSheet) -> Page:
    if sheet.rows is None:
        raise _far_cells(file)
    return Page(sheet.name, [_texts(row) for row in sheet.rows], sheet.valueless)


def _ods(file: str, content: bytes) -> Iterator[Page]:
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise refused(file, 0, _("Tệp .ods bị hỏng. Hãy mở ra rồi lưu lại.")) from error
    for table in root.iter(f"{_TABLE}table"):
        yield Page(table.get(f"{_TABLE}name", ""), _ods_rows(file, table))


def _ods_rows(file: str, table: Element) -> list[list[str]]:
    rows: list[list[str]] = []
    room = MOST_CELLS
    for row in table.iter(f"{_TABLE}table-row"):
        texts: list[str] = []
        for cell in row:
            texts += [_ods_text(cell)] * _repeats(cell, "columns")
        while texts and not texts[-1]:
            texts.pop()
        times = _repeats(row, "rows")
        room -= times * (len(texts) + 1)
        if room < 0:
            raise refused(
                file, 0, _("Bảng tính có quá nhiều ô. Hãy chép riêng phần câu hỏi sang tệp mới.")
            )
        rows += [texts] * times
    return rows


def _ods_text(cell: Element) -> str:
    value = cell.get(f"{_OFFICE}value")
    if value and cell.get(f"{_OFFICE}value-type") == "float":
        return value.removesuffix(".0").replace(".", ",")
    return tidy("\n".join("".join(p.itertext()) for p in cell.iter(f"{_TEXT}p")))


def _repeats(node: Element, what: str) -> int:
    """How often a cell or row stands there; the endless empty ones after the table count little."""
    told = node.get(f"{_TABLE}number-{what}-repeated", "1")
    return min(int(told), MOST_REPEATS) if told.isdecimal() and len(told) < 10 else 1
