"""A list as rows of cells: xlsx, xls, ods, csv and pasted text, checked before anything believes it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import cast

from lms.core.errors import Invalid
from lms.core.excel import ExcelSheet, UnreadableExcel, read_excel
from lms.core.i18n import _
from lms.people import reading_text
from lms.people.rules import legacy
from lms.people.rules.identity import Cell
from lms.people.rules.roster import Broken
from lms.people.rules.shapes import Shaped

MOST_ROWS = 100_000
MOST_COLUMNS = 500
"""Each is asked about on the page that follows; real lists stay under 100."""
MOST_PARTS = 1000
MOST_INFLATED = 120 * 1024 * 1024
MOST_RATIO = 300
"""Inflated to packed; real lists stay under 60."""
MOST_XLS = 8 * 1024 * 1024
"""Bytes of an old Excel file: it is not packed, so that its size bounds what it makes."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet from A1 on, and those that the file itself spoils."""

    name: str
    rows: Sequence[Sequence[Cell]]
    broken: Broken = field(default_factory=Broken)
    font: str | None = None
    """The old encoding that the cells were converted from, a code of `legacy.ENCODINGS`."""
    samples: tuple[tuple[str, str], ...] = ()
    """Some cells before and after that conversion, for the eye."""
    shaped: Shaped | None = None
    """Lines without columns, read by the shape of what they say."""


def read(file_name: str, content: bytes) -> list[Sheet]:
    """Every visible sheet of the file; Invalid says what to do with a file that cannot be read."""
    return [_narrow(sheet) for sheet in _sheets(file_name, content)]


def _sheets(file_name: str, content: bytes) -> list[Sheet]:
    if not content.strip(b"\x00 \r\n\t"):
        raise _refused(_("Tệp trống. Hãy chọn lại tệp danh sách."))
    if content[:8] == OLD_EXCEL:
        return _old_excel(content)
    if content[:2] == b"PK":
        return _packed(content)
    if PurePath(file_name).suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        raise _refused(_("Tệp không phải là bảng tính còn nguyên. Hãy mở tệp bằng Excel, chọn "
                         "Lưu thành (Save As) kiểu “Excel Workbook (*.xlsx)” rồi tải lại."))  # fmt: skip
    text, font = reading_text.decoded(content)
    sheet = _of_text(_("tệp csv"), text, reading_text.cells(text))
    # The bytes were converted as a whole: what they say now is Unicode.
    return [
        replace(sheet, font=font, samples=reading_text.samples(text) if font else sheet.samples)
    ]


def read_paste(text: str) -> list[Sheet]:
    """What somebody copied from Excel, Word or Zalo: cells where there are columns, else line by line."""
    if not text.strip():
        raise Invalid(
            _("Chưa dán gì. Hãy dán danh sách vào ô."), fields={"text": [_("Ô đang trống.")]}
        )
    rows = reading_text.table(text)
    if rows is not None:
        return [_narrow(_of_text(_("phần đã dán"), text, rows))]
    lines = [[line] for line in text.splitlines()]
    _check_rows(len(lines))
    sheet = _unicode(Sheet(_("phần đã dán"), lines))
    return [replace(sheet, shaped=Shaped.of([str(row[0]) for row in sheet.rows]))]


def _of_text(name: str, text: str, rows: list[list[Cell]]) -> Sheet:
    _check_rows(len(rows))
    return _unicode(Sheet(name, rows))


def _refused(message: str) -> Invalid:
    return Invalid(message, fields={"file": [message]})


def _unicode(sheet: Sheet) -> Sheet:
    """The sheet with cells that were typed in an old font converted; Invalid when that is not sure."""
    found = legacy.convert_cells(sheet.rows)
    if isinstance(found, legacy.Converted):
        rows = cast("list[list[Cell]]", found.rows)
        return replace(sheet, rows=rows, font=found.code, samples=found.samples)
    if found.likely:
        raise _refused(reading_text.old_font_words(legacy.title(found.likely)))
    return sheet


# Workbooks


def _old_excel(content: bytes) -> list[Sheet]:
    if len(content) > MOST_XLS:
        raise _too_large()
    return _workbook(content, _(
        "Tệp Excel cũ (.xls) không đọc được: có thể bị hỏng hoặc có đặt mật khẩu. Hãy mở bằng Excel, bỏ mật "
        "khẩu nếu có, chọn Lưu thành (Save As) kiểu “Excel Workbook (*.xlsx)” rồi tải lại."
    ))  # fmt: skip


def _packed(content: bytes) -> list[Sheet]:
    parts = _parts(content)
    if "xl/workbook.xml" not in parts and "content.xml" not in parts:
        raise _refused(_("Tệp nén này không phải bảng tính. Hãy lưu danh sách thành tệp .xlsx, .ods "
                         "hoặc .csv rồi tải lại."))  # fmt: skip
    return _workbook(content, _(
        "Bảng tính bị hỏng, hoặc có ô nằm quá xa, nên không đọc được. Hãy chép riêng phần danh sách sang "
        "một tệp .xlsx mới rồi tải lại."
    ))  # fmt: skip


def _workbook(content: bytes, unreadable: str) -> list[Sheet]:
    try:
        return [_unicode(_sheet(sheet)) for sheet in read_excel(content)]
    except UnreadableExcel as error:
        raise _refused(unreadable) from error


def _sheet(sheet: ExcelSheet) -> Sheet:
    _check_rows(sheet.height)
    if sheet.rows is None:
        raise _too_large()
    tall = [one for one in sheet.merged if one[1][0] > one[0][0]]
    merged = _merged(tall)
    return Sheet(sheet.name, sheet.rows, Broken(merged, sheet.valueless, _values(sheet.rows, tall)))


def _check_rows(count: int) -> None:
    if count > MOST_ROWS:
        raise _refused(
            _("Danh sách có %(count)s dòng, nhiều hơn %(most)s dòng một lần nhập. Hãy chia thành "
              "nhiều tệp, ví dụ mỗi thôn một tệp.", count=count, most=MOST_ROWS)
        )  # fmt: skip


def _narrow(sheet: Sheet) -> Sheet:
    """The sheet without the blank columns at its right; Invalid when it is too wide even so."""
    width = max(map(_used, sheet.rows), default=0)
    if width > MOST_COLUMNS:
        raise _refused(
            _("Bảng có %(count)s cột, nhiều hơn %(most)s cột. Hãy chỉ giữ các cột của danh sách rồi tải lại.",
              count=width, most=MOST_COLUMNS)
        )  # fmt: skip
    if max(map(len, sheet.rows), default=0) <= MOST_COLUMNS:
        return sheet
    return replace(sheet, rows=[row[:width] for row in sheet.rows])


def _used(row: Sequence[Cell]) -> int:
    """How many cells there are up to the last that says something."""
    places = range(len(row), 0, -1)
    return next((place for place in places if row[place - 1] not in (None, "")), 0)


Ranges = Sequence[tuple[tuple[int, int], tuple[int, int]]]
MOST_MERGED = 1_000_000


def _merged(ranges: Ranges) -> frozenset[tuple[int, int]]:
    """Every cell of merged ranges of several rows; a range as wide as a title is short."""
    ends = [(top, left, min(bottom, MOST_ROWS), min(right, left + 200))
            for (top, left), (bottom, right) in ranges]  # fmt: skip
    if sum((end[2] - end[0] + 1) * (end[3] - end[1] + 1) for end in ends) > MOST_MERGED:
        raise _too_large()
    return frozenset(
        (row, column)
        for top, left, bottom, right in ends
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    )


def _values(rows: Sequence[Sequence[Cell]], ranges: Ranges) -> dict[tuple[int, int], Cell]:
    """What stands in the first cell of each range, for the cells below it: 'Thôn Đông' for ten rows."""
    return {
        (row, left): rows[top][left]
        for (top, left), (bottom, _right) in ranges
        if top < len(rows) and left < len(rows[top])
        for row in range(top + 1, min(bottom, len(rows) - 1) + 1)
    }


def column_letters(column: int) -> str:
    """0 is A, 26 is AA: as the spreadsheet shows it."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _parts(content: bytes) -> dict[str, bytes]:
    """The archive's XML parts, inflated with every byte counted; names are looked up, never written."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise _refused(_("Tệp Excel bị hỏng hoặc tải lên chưa hết. Hãy tải lại.")) from error
    if len(infos) > MOST_PARTS or any(info.flag_bits & 0x1 for info in infos):
        raise _too_large()
    left, parts = MOST_INFLATED, {}
    for info in infos:
        body = _inflated(content, info, left)
        left -= len(body)
        parts[info.filename] = body
    return parts


def _too_large() -> Invalid:
    return _refused(_("Tệp bung ra quá lớn hoặc bị khóa nên không được nhận. Hãy lưu riêng trang danh "
                      "sách thành một tệp .xlsx mới rồi tải lại."))  # fmt: skip


def _inflated(content: bytes, info: zipfile.ZipInfo, most: int) -> bytes:
    """One part, from its own bytes: a header that lies about the size is found by counting."""
    try:
        names = struct.unpack_from("<HH", content, info.header_offset + 26)
    except struct.error as error:
        raise _too_large() from error
    start = info.header_offset + 30 + sum(names)
    packed = content[start : start + info.compress_size]
    bound = min(most, info.file_size)
    if info.file_size > most or info.file_size > MOST_RATIO * max(len(packed), 4096):
        raise _too_large()
    if info.compress_type == zipfile.ZIP_STORED:
        return packed[:bound]
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        body = inflater.decompress(packed, bound + 1)
    except zlib.error as error:
        raise _refused(_("Tệp Excel bị hỏng hoặc tải lên chưa hết. Hãy tải lại.")) from error
    if len(body) > bound or not (inflater.eof or len(body) == bound):
        raise _too_large()
    return body
