"""A register file as rows of cells: xlsx and csv, checked before anything believes them."""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from lms.core.errors import Invalid
from lms.core.excel import ExcelSheet, UnreadableExcel, read_excel
from lms.core.i18n import _
from lms.people.rules.identity import Cell
from lms.people.rules.roster import Broken

MOST_ROWS = 100_000
MOST_PARTS = 1000
MOST_INFLATED = 120 * 1024 * 1024
MOST_RATIO = 300
"""Inflated to packed; real lists stay under 60."""


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet from A1 on, and those that the file itself spoils."""

    name: str
    rows: Sequence[Sequence[Cell]]
    broken: Broken = field(default_factory=Broken)


def read(file_name: str, content: bytes) -> list[Sheet]:
    """Every visible sheet of the file; Invalid says what to do with a file that cannot be read."""
    if not content.strip(b"\x00 \r\n\t"):
        raise _refused(_("Tệp trống. Hãy chọn lại tệp danh sách."))
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _refused(_old_excel())
    if content[:2] == b"PK":
        return _xlsx(content)
    if PurePath(file_name).suffix.lower() in (".xlsx", ".xlsm"):
        raise _refused(_("Tệp không phải là tệp Excel (.xlsx) còn nguyên. Hãy mở tệp bằng Excel, chọn "
                         "Lưu thành (Save As) kiểu “Excel Workbook (*.xlsx)” rồi tải lại."))  # fmt: skip
    return [Sheet("csv", _csv(content))]


def _refused(message: str) -> Invalid:
    return Invalid(message, fields={"file": [message]})


def _old_excel() -> str:
    return _(
        "Tệp là kiểu Excel cũ (.xls) hoặc có đặt mật khẩu. Hãy mở bằng Excel, bỏ mật khẩu nếu có, chọn "
        "Lưu thành (Save As) kiểu “Excel Workbook (*.xlsx)” rồi tải lại."
    )


# Excel


def _xlsx(content: bytes) -> list[Sheet]:
    parts = _parts(content)
    if "xl/workbook.xml" not in parts:
        raise _refused(_("Tệp nén này không phải bảng tính Excel. Hãy lưu danh sách thành tệp .xlsx "
                         "hoặc .csv rồi tải lại."))  # fmt: skip
    try:
        return [_sheet(sheet) for sheet in read_excel(content)]
    except UnreadableExcel as error:
        raise _refused(_("Tệp Excel bị hỏng, hoặc có ô nằm quá xa, nên không đọc được. Hãy chép riêng "
                         "phần danh sách sang một tệp .xlsx mới rồi tải lại.")) from error  # fmt: skip


def _sheet(sheet: ExcelSheet) -> Sheet:
    _check_rows(sheet.height)
    if sheet.rows is None:
        raise _too_large()
    return Sheet(sheet.name, sheet.rows, Broken(_merged(sheet.merged), sheet.valueless))


def _check_rows(count: int) -> None:
    if count > MOST_ROWS:
        raise _refused(
            _("Danh sách có %(count)s dòng, nhiều hơn %(most)s dòng một lần nhập. Hãy chia thành "
              "nhiều tệp, ví dụ mỗi thôn một tệp.", count=count, most=MOST_ROWS)
        )  # fmt: skip


def _merged(
    ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]],
) -> frozenset[tuple[int, int]]:
    """Every cell of every merged range; a range as wide as a title is short, so the set stays small."""
    return frozenset(
        (row, column)
        for (top, left), (bottom, right) in ranges
        for row in range(top, min(bottom, MOST_ROWS) + 1)
        for column in range(left, min(right, left + 200) + 1)
    )


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


# CSV


_LEGACY = (
    ("TCVN3 (ABC, phông .VnTime)", ("Nguy\xd4n", "Th\xde", "V\xa8n", "Tr\xc7n", "Ph\xb9m", "Ho\xb5ng",
                                   "Ng\xb5y", "ng\xb5y", "Th\xabn")),
    ("VNI (phông VNI-Times)", ("Nguye\xe3n", "Th\xf2", "Va\xean", "Tra\xe0n", "Pha\xefm",
                               "Hoa\xf8ng", "nga\xf8y", "Nga\xf8y", "Tho\xe2n")),
    ("Windows-1258", ("Nguy\xea\xden", "Thi\xf2", "V\xe3n", "Tr\xe2\xccn", "Pha\xf2m", "Ho\xe0ng",
                      "ng\xe0y", "Ng\xe0y", "Th\xf4n")),
)  # fmt: skip
"""Frequent names as each old encoding writes them, read as Latin-1."""


def legacy_font(text: str) -> str | None:
    """The old font (TCVN3, VNI) that Unicode cells were typed in: 'NguyÔn ThÞ' is no Vietnamese."""
    words = [(name, words[:4]) for name, words in _LEGACY[:2]]
    return next((n for n, known in words if sum(w in text for w in known) >= 2), None)


def legacy_encoding(text: str) -> str | None:
    """The old encoding or font that this text (read as Latin-1) was typed in, or None."""
    scores = [(sum(text.count(word) for word in words), name) for name, words in _LEGACY]
    best = max(scores)
    return best[1] if best[0] > 0 else None


def _csv(content: bytes) -> list[list[Cell]]:
    text = _decoded(content)
    sample = text[:4096]
    comma = max(",;\t|", key=sample.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    try:
        rows: list[list[Cell]] = [list(row) for row in reader]
    except csv.Error as error:
        raise _refused(_("Tệp csv không đọc được ở dòng %(line)s: dấu ngoặc kép chưa đóng. Hãy mở bằng "
                         "Excel rồi lưu lại.", line=reader.line_num)) from error  # fmt: skip
    _check_rows(len(rows))
    return rows


def _decoded(content: bytes) -> str:
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(_undecodable(content, line)) from error
    if "\x00" in text:
        raise _refused(_("Tệp không phải danh sách dạng chữ. Hãy lưu danh sách thành tệp .xlsx hoặc "
                         "“CSV UTF-8” rồi tải lại."))  # fmt: skip
    return text


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content[1:200:2].count(0) > len(content[:200]) // 4:
        return "utf-16-le"
    if content[0:200:2].count(0) > len(content[:200]) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _undecodable(content: bytes, line: int) -> str:
    old = legacy_encoding(content.decode("latin-1"))
    if old:
        return _(
            "Dòng %(line)s: tệp gõ bằng bảng mã %(old)s nên chữ Việt sẽ hỏng nếu nhập. Hãy chuyển sang Unicode "
            "(UniKey: Ctrl+Shift+F6, từ %(old)s sang Unicode), lưu thành “CSV UTF-8” hoặc .xlsx rồi tải lại.",
            line=line, old=old,
        )  # fmt: skip
    return _(
        "Dòng %(line)s: tệp không dùng bảng mã UTF-8 hay UTF-16 nên chữ Việt sẽ hỏng nếu nhập. Hãy mở bằng "
        "Excel, chọn Lưu thành (Save As) kiểu “CSV UTF-8” hoặc “Excel Workbook (*.xlsx)” rồi tải lại.",
        line=line,
    )
