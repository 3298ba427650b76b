"""An Excel file that asks for more than a reader may take ends its reader, never the service."""

import io
import threading
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
import xlsxwriter

from lms.core import excel
from lms.core.errors import Invalid, Unavailable
from lms.core.excel import UnreadableExcel, read_excel
from lms.people import reading

pytestmark = pytest.mark.pure


def book(write: object = None) -> bytes:
    """A small list; `write(sheet)` may add to it."""
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"default_date_format": "dd/mm/yyyy"})
    sheet = made.add_worksheet("Danh sách")
    sheet.write_row(0, 0, ["Họ và tên", "Năm sinh", "Tiền"])
    sheet.write_row(1, 0, ["Nguyễn Thị Lan", 1950, 12.5])
    sheet.write_datetime(2, 1, datetime(1950, 3, 2, tzinfo=UTC).replace(tzinfo=None))
    sheet.write_boolean(3, 1, True)
    sheet.merge_range(4, 0, 4, 2, "Cộng")
    sheet.write_formula(5, 0, "=1+1", value="")
    if callable(write):
        write(sheet)
    made.close()
    return buffer.getvalue()


def far_corner() -> bytes:
    return book(lambda sheet: sheet.write(1_048_575, 16_383, "xa"))


def too_many_strings() -> bytes:
    """The table of texts claims four thousand million entries."""
    source, target = io.BytesIO(book()), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            body = old.read(info.filename)
            if info.filename == "xl/sharedStrings.xml":
                body = body.replace(b'uniqueCount="', b'uniqueCount="4294967295" was="')
            new.writestr(info, body)
    return target.getvalue()


def one_text_in_every_cell() -> bytes:
    """Thirty kilobytes that are two hundred megabytes of text."""

    def write(sheet: Any) -> None:
        for row in range(6, 7000):
            sheet.write_string(row, 0, "A" * 30_000)

    return book(write)


def test_cells_keep_their_types_and_ranges() -> None:
    (sheet,) = read_excel(book())
    assert sheet.rows is not None
    assert list(sheet.rows[1]) == ["Nguyễn Thị Lan", 1950.0, 12.5]
    assert sheet.rows[2][1] == date(1950, 3, 2)
    assert sheet.rows[3][1] is True
    assert list(sheet.merged) == [((4, 0), (4, 2))]
    assert (5, 0) in sheet.valueless


@pytest.mark.parametrize("hostile", [far_corner, too_many_strings, one_text_in_every_cell])
@pytest.mark.counts("archive shapes refused or read safely")
def test_a_small_file_that_wants_all_memory_is_refused_and_the_service_lives(
    hostile: object,
) -> None:
    content = hostile()  # type: ignore[operator]  # One of the makers above.
    with pytest.raises(Invalid) as refused:
        reading.read("danh-sach.xlsx", content)
    assert "Hãy" in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"not a book", b"\xd0\xcf\x11\xe0" + b"\x00" * 600]
)
def test_what_is_no_excel_file_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableExcel):
        read_excel(content)


def test_files_wait_for_each_other_and_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "READERS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(excel, "WAIT", 0.01)
    for _again in range(2):
        assert read_excel(book()), "a turn is given back"
    with excel.READERS, pytest.raises(Unavailable) as refused:
        read_excel(book())
    assert "gửi lại" in str(refused.value)
