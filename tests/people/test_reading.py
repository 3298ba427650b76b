"""Files as they come: encodings, damaged archives, bombs, formulas."""

import io
import struct
import zipfile
import zlib

import pytest

from lms.core.errors import Invalid
from lms.people import reading
from lms.people.rules.identity import written
from tests.people import lists

pytestmark = pytest.mark.pure
ROWS = [("Họ và tên", "Năm sinh"), ("Nguyễn Thị Lan", 1958)]


def refused(name: str, content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        reading.read(name, content)
    assert "file" in caught.value.fields
    return caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_unicode_csv_is_read_whatever_its_encoding_and_separator(encoding: str, comma: str) -> None:
    (sheet,) = reading.read("ds.csv", lists.csv(ROWS, encoding, comma))
    assert [list(row) for row in sheet.rows] == [
        ["Họ và tên", "Năm sinh"],
        ["Nguyễn Thị Lan", "1958"],
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Ho va ten,Nam sinh\r\nNguy\xd4n Th\xde Lan,1958\r\n", "tcvn3"),
        (b"Ho va ten,Nam sinh\r\nNguye\xe3n Thu\xf9y Ma\xf5n,1958\r\n", "vni"),
        (b"Ho va ten,Nam sinh\r\nNguy\xea\xden Thi\xf2 Lan,1958\r\n", "1258"),
    ],
)
def test_a_file_in_an_old_encoding_is_converted_and_shown(content: bytes, code: str) -> None:
    (sheet,) = reading.read("ds.csv", content)
    assert (sheet.font, str(sheet.rows[1][0])[:6]) == (code, "Nguyễn")
    assert "Nguyễn" in sheet.samples[0][1]


def test_one_old_word_is_not_enough_to_convert_and_the_advice_names_the_line() -> None:
    message = refused("ds.csv", b"Ho va ten,Nam sinh\r\nNguye\xe3n Th\xf2 Lan,1958\r\n")
    assert "VNI" in message
    assert "Dòng 2" in message
    assert "UniKey" in message


def test_an_unknown_encoding_says_how_to_save_the_file() -> None:
    message = refused("ds.csv", b"Ho va ten\r\nA\r\n\xff\xfe\xfd\x81\r\n")
    assert "Dòng 3" in message
    assert "CSV UTF-8" in message


def test_cells_typed_in_an_old_font_are_converted_under_a_unicode_heading() -> None:
    old = [
        ("Họ và tên", "Thôn"),
        ("NguyÔn ThÞ Lan", "§«ng"),
        ("TrÇn V¨n Hé", "§«ng"),
        ("Lª Hång", 1),
    ]
    (sheet,) = reading.read("ds.xlsx", lists.xlsx(old))
    assert [row[0] for row in sheet.rows] == [
        "Họ và tên",
        "Nguyễn Thị Lan",
        "Trần Văn Hộ",
        "Lê Hồng",
    ]
    assert sheet.rows[1][1] == "Đông"
    assert sheet.samples[0] == ("NguyÔn ThÞ Lan", "Nguyễn Thị Lan")


def test_an_old_workbook_and_an_open_document_say_what_the_new_one_says() -> None:
    new, old, free = (
        reading.read(f"ds.{kind}", lists.sample(kind)) for kind in ("xlsx", "xls", "ods")
    )
    assert [[list(map(written, row)) for row in s.rows] for s in old] == [
        [list(map(written, row)) for row in s.rows] for s in new]  # fmt: skip
    assert free[0].rows == new[0].rows
    assert old[0].broken == new[0].broken == free[0].broken
    assert new[0].broken.values == {(4, 5): "Thôn Đông"}


def test_an_open_document_that_repeats_one_row_for_ever_is_refused() -> None:
    many = b'table:number-columns-repeated="16384" office:value-type="string"'
    cell = b"<table:table-cell " + many + b"><text:p>x</text:p></table:table-cell>"
    row = b'<table:table-row table:number-rows-repeated="1048576">' + cell + b"</table:table-row>"
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(lists.sample("ods"))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            body = old.read(name)
            if name == "content.xml":
                start = body.index(b"<table:table-row")
                body = body[:start] + row + body[body.rindex(b"</table:table>") :]
            new.writestr(name, body)
    assert "Hãy" in refused("ds.ods", out.getvalue())


@pytest.mark.parametrize("cut", [8, 600, 4000])
def test_an_old_workbook_that_is_cut_is_refused_with_advice(cut: int) -> None:
    assert "Hãy" in refused("ds.xls", lists.sample("xls")[:cut])


def test_a_paste_from_a_spreadsheet_is_cells_and_one_from_a_chat_is_read_by_its_shape() -> None:
    (cells,) = reading.read_paste("STT\tHọ và tên\tNăm sinh\n1\tNguyễn Thị Lan\t1958\n")
    assert (cells.shaped, cells.rows[1][1]) == (None, "Nguyễn Thị Lan")
    (lines,) = reading.read_paste("Chào chị, em gửi ạ\n1. Nguyễn Thị Lan 1958 thôn Đông\n")
    assert lines.shaped is not None
    assert lines.shaped.titles == {1}
    assert lines.shaped.rows[1][:2] == ["Nguyễn Thị Lan", "1958"]
    with pytest.raises(Invalid):
        reading.read_paste(" \n ")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ds.csv", b""),
        ("ds.xlsx", b"Ho va ten"),
        ("ds.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("ds.xlsx", b"PK\x03\x04" + b"\0" * 100),
        ("ds.bin", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
    ],
)
def test_what_is_no_list_is_refused_with_advice(name: str, content: bytes) -> None:
    assert "Hãy" in refused(name, content)


def test_every_cut_of_an_excel_file_is_refused_with_advice() -> None:
    whole = lists.xlsx(ROWS)
    for size in range(4, len(whole), 211):
        assert "Hãy" in refused("ds.xlsx", whole[:size])


def test_an_excel_file_with_broken_xml_is_refused() -> None:
    assert "Hãy" in refused(
        "ds.xlsx", rewritten({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"})
    )


def rewritten(parts: dict[str, bytes]) -> bytes:
    """An Excel file with some parts replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(lists.xlsx(ROWS))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, parts.get(info.filename, old.read(info)))
    return out.getvalue()


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_bomb_is_refused_before_it_bursts() -> None:
    bomb = rewritten({"xl/sharedStrings.xml": b" " * 60_000_000})
    assert len(bomb) < 200_000
    assert "quá lớn" in refused("ds.xlsx", bomb)


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_header_that_lies_about_the_size_is_found_by_counting() -> None:
    content = bytearray(rewritten({"docProps/app.xml": b"<a>" + b" " * 3_000_000 + b"</a>"}))
    real, lie = struct.pack("<I", 3_000_007), struct.pack("<I", 100)
    assert content.count(real) == 2
    shorter = bytes(content).replace(real, lie)
    assert zlib.crc32(b"") == 0
    assert "quá lớn" in refused("ds.xlsx", shorter)


@pytest.mark.counts("XML attacks refused")
def test_entities_in_a_workbook_are_refused() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    assert "Hãy" in refused("ds.xlsx", rewritten({"xl/workbook.xml": evil}))


def test_merged_cells_and_formulas_without_a_value_are_known_by_their_place() -> None:
    content = lists.xlsx([*ROWS, (), ("Hùng", 1)], merged=["A3:B4"], formulas=["B2"])
    (sheet,) = reading.read("ds.xlsx", content)
    assert sheet.broken.merged == {(2, 0), (2, 1), (3, 0), (3, 1)}
    assert sheet.broken.formulas == {(1, 1)}


def test_a_hidden_sheet_is_not_read() -> None:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("Thấy").write_row(0, 0, ROWS[0])
    hidden = book.add_worksheet("Ẩn")
    hidden.hide()
    hidden.write_row(0, 0, ROWS[0])
    book.close()
    assert [sheet.name for sheet in reading.read("ds.xlsx", out.getvalue())] == ["Thấy"]


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (702, "AAA")])
def test_columns_are_named_as_the_spreadsheet_shows_them(column: int, letters: str) -> None:
    assert reading.column_letters(column) == letters


def test_a_list_has_as_many_columns_as_say_something_and_not_thousands() -> None:
    head, row = "Họ và tên,Năm sinh" + "," * 20_000, "Nguyễn Thị Lan,1958" + "," * 20_000
    (sheet,) = reading.read("ds.csv", f"{head}\n{row}\n".encode())
    assert [len(one) for one in sheet.rows] == [2, 2]
    assert "501 cột" in refused("ds.csv", b",".join([b"x"] * 501))
    assert len(reading.read("ds.csv", b",".join([b"x"] * 500))[0].rows[0]) == 500
