"""Lists as text: csv files of any encoding, and what people paste from Excel, Word or Zalo."""

import csv
import io

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.people.rules import headings, legacy
from lms.people.rules.headings import Columns
from lms.people.rules.identity import Cell

SEARCHED = 40
SAMPLES = 5


def _refused(message: str) -> Invalid:
    return Invalid(message, fields={"file": [message]})


# Bytes to text


def decoded(content: bytes) -> tuple[str, str | None]:
    """The text, and the old encoding it was converted from; Invalid with the line when it is not sure."""
    text, font = _text(content)
    if "\x00" in text:
        raise _refused(_("Tệp không phải danh sách dạng chữ. Hãy lưu danh sách thành tệp .xlsx hoặc "
                         "“CSV UTF-8” rồi tải lại."))  # fmt: skip
    return text, font


def _text(content: bytes) -> tuple[str, str | None]:
    try:
        return content.decode(_encoding(content)), None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        latin = content.decode("latin-1")
        verdict = legacy.of_bytes(latin)
        if verdict.code is None:
            raise _refused(_undecodable(verdict.likely, line)) from error
        return legacy.ENCODINGS[verdict.code][1](latin), verdict.code


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content[1:200:2].count(0) > len(content[:200]) // 4:
        return "utf-16-le"
    if content[0:200:2].count(0) > len(content[:200]) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _undecodable(likely: str | None, line: int) -> str:
    if likely:
        return _("Dòng %(line)s: %(what)s", line=line, what=old_font_words(legacy.title(likely)))
    return _(
        "Dòng %(line)s: tệp không dùng bảng mã UTF-8 hay UTF-16 nên chữ Việt sẽ hỏng nếu nhập. Hãy mở bằng "
        "Excel, chọn Lưu thành (Save As) kiểu “CSV UTF-8” hoặc “Excel Workbook (*.xlsx)” rồi tải lại.",
        line=line,
    )


def old_font_words(name: str) -> str:
    """What to do with a list in an old encoding that cannot be converted for sure."""
    return _(
        "có chữ gõ bằng bảng mã cũ, có vẻ là %(old)s, nhưng chưa đủ chắc để tự chuyển. Hãy chuyển cả bảng sang "
        "Unicode (UniKey: Ctrl+Shift+F6, từ %(old)s sang Unicode), lưu lại rồi tải lên.",
        old=name,
    )  # fmt: skip


def samples(text: str) -> tuple[tuple[str, str], ...]:
    """Some lines of a converted text, to look at: there is no telling what they were in any font."""
    lines = [line.strip() for line in text.splitlines() if not line.isascii()]
    return tuple(("", line[:80]) for line in lines[1 : SAMPLES + 1] or lines[:1])


# Text to cells


def cells(text: str) -> list[list[Cell]]:
    """The cells of a csv text, whatever separates them; Invalid when a quotation mark is left open."""
    return split(text, max(",;\t|", key=text[:4096].count))


def split(text: str, comma: str) -> list[list[Cell]]:
    """The cells of a text at this separator."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    try:
        return [list(row) for row in reader]
    except csv.Error as error:
        raise _refused(_("Tệp csv không đọc được ở dòng %(line)s: dấu ngoặc kép chưa đóng. Hãy mở bằng "
                         "Excel rồi lưu lại.", line=reader.line_num)) from error  # fmt: skip


def table(text: str) -> list[list[Cell]] | None:
    """The cells of a pasted table that has a heading; None for lines that only a reader can part."""
    for comma in "\t|;,":
        if comma in text:
            rows = split(text, comma)
            found = headings.find(rows[:SEARCHED])
            if isinstance(found, Columns) and len(found.at) > 1:
                return rows
    return None
