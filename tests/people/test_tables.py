"""Lists as people write them: titles, split names, several lists, signatures, old fonts, chat messages."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.importing import Found, rows_of
from lms.people.reading import Sheet
from lms.people.rules import legacy, shapes
from lms.people.rules.roster import Broken, Entry, Skipped
from lms.people.rules.tables import Table, tables

pytestmark = pytest.mark.pure
TODAY = date(2026, 11, 20)
Rows = Sequence[Sequence[Any]]


def entries(rows: Rows, broken: Broken | None = None) -> list[list[Any]]:
    """The rows of every list of a sheet, as they are read."""
    sheet = Sheet("Trang 1", rows, broken or Broken())
    found: list[Found] = [(sheet, table) for table in tables(rows)]
    return [list(rows_of(sheet, table, lambda _n: None)) for sheet, table in found]


def names(rows: Rows, broken: Broken | None = None) -> list[list[str]]:
    """The people of every list of a sheet."""
    return [[e.name for e in read if isinstance(e, Entry)] for read in entries(rows, broken)]


HEAD = ("STT", "Họ và tên", "Năm sinh", "Thôn")
LAN, HUNG = (1, "Nguyễn Thị Lan", 1958, "Đông"), (2, "Trần Văn Hùng", 1960, "Tây")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("UBND XÃ",), ("DANH SÁCH",), (), HEAD, LAN], [["Nguyễn Thị Lan"]]),
        # One heading over two columns.
        ([("TT", "Họ và tên", "", "Năm sinh"), (1, "Nguyễn Thị", "Lan", 1958), (2, "Trần Văn", "Hùng", 1960)],
         [["Nguyễn Thị Lan", "Trần Văn Hùng"]]),
        ([("TT", "Họ và tên đệm", "Tên", "Năm sinh"), (1, "Nguyễn Thị", "Lan", 1958)], [["Nguyễn Thị Lan"]]),
        # The heading again on the next page, with the numbers of the columns.
        ([HEAD, ("(1)", "(2)", "(3)", "(4)"), LAN, HEAD, ("(1)", "(2)", "(3)", "(4)"), HUNG],
         [["Nguyễn Thị Lan", "Trần Văn Hùng"]]),
        # Two lists below each other, each with its title.
        ([("THÔN ĐÔNG",), HEAD[:3], LAN[:3], (), ("THÔN TÂY",), HEAD[:3], HUNG[:3]],
         [["Nguyễn Thị Lan"], ["Trần Văn Hùng"]]),
        # Two lists side by side.
        ([("TT", "Họ tên", "Năm sinh", "TT", "Họ tên", "Năm sinh"), (*LAN[:3], *HUNG[:3])],
         [["Nguyễn Thị Lan"], ["Trần Văn Hùng"]]),
        # Totals, a signature and who signed.
        ([HEAD, LAN, ("", "Tổng cộng: 1 người"), (), ("", "", "", "Người lập biểu"),
          ("", "", "", "(ký, ghi rõ họ tên)"), (), ("", "", "", "Trần Thị Thư")], [["Nguyễn Thị Lan"]]),
        # Numbers in the cell of the name, capitals, characters that nobody sees, marks apart.
        ([HEAD, (1, "1. NGUYỄN THỊ LAN", 1958, ""), (2, "Trần\u200b\u00a0 Văn  Hùng\ufeff", 1960, ""),
          (3, unicodedata.normalize("NFD", "Đỗ Thị Hà"), 1961, "")],
         [["Nguyễn Thị Lan", "Trần Văn Hùng", "Đỗ Thị Hà"]]),
    ],
)  # fmt: skip
def test_a_list_is_read_as_people_write_it(rows: Rows, said: list[list[str]]) -> None:
    assert names(rows) == said


def test_sexes_are_crosses_in_two_columns_under_one_heading() -> None:
    rows = [("TT", "Họ và tên", "Giới tính", ""), ("", "", "Nam", "Nữ"), (1, "Trần Lê An", "x", ""),
            (2, "Lê An", "", "X")]  # fmt: skip
    ((an, le),) = entries(rows)
    assert (an.sex, le.sex) == ("nam", "nu")


def test_one_merged_village_speaks_for_all_of_its_rows() -> None:
    rows = [HEAD, LAN[:3], (2, "Trần Văn Hùng", 1960, ""), ("", "", "", "")]
    merged = frozenset({(1, 3), (2, 3), (3, 3)})
    values = {(2, 3): "Đông", (3, 3): "Đông"}
    first = [(*LAN[:3], "Đông"), *rows[2:]]
    ((lan, hung),) = entries([HEAD, *first], Broken(merged, frozenset(), values))
    assert (lan.unit, hung.unit) == ("Đông", "Đông")


def test_every_row_left_out_says_why() -> None:
    (read,) = entries(
        [HEAD, LAN, (), ("", "Cộng: 1"), HEAD, ("", "Người lập biểu"), ("", "Trần Thư")]
    )
    codes = [row.problem.code for row in read if isinstance(row, Skipped)]
    assert codes == ["row_empty", "row_total", "row_heading", "row_signature", "row_signature"]


def test_capitals_are_told_with_the_name_that_is_kept() -> None:
    ((lan,),) = entries([HEAD, (1, "NGUYỄN THỊ LAN", 1958, "")])
    assert [(w.problem.code, w.problem.value) for w in lan.warnings] == [
        ("name_capitals", "Nguyễn Thị Lan")]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Nguyễn Thị Hoa (Bé Tư)", "Nguyễn Thị Hoa"),
        ("Bà Lò Thị Hoa", "Lò Thị Hoa"),
        ("Trần Văn Sáu còn gọi là Sáu Lúa", "Trần Văn Sáu"),
        ("Nguyễn Văn An tức Tư", "Nguyễn Văn An"),
    ],
)
def test_what_somebody_is_called_beside_the_name_is_left_out_and_told(
    written: str, kept: str
) -> None:
    ((one,),) = entries([HEAD, (1, written, 1958, "")])
    assert one.name == kept
    assert [(w.problem.code, w.problem.value) for w in one.warnings] == [("name_beside", kept)]


@pytest.mark.parametrize("name", ["Ông Ích Khiêm", "Y Wăn-Niê", "Nguyễn Văn Tức", "H'Hen Niê"])
def test_a_name_that_only_looks_like_it_is_kept_whole(name: str) -> None:
    ((one,),) = entries([HEAD, (1, name, 1958, "")])
    assert (one.name, one.warnings) == (name, ())


# Chat messages


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("1. Nguyễn Thị Lan 1958", ["Nguyễn Thị Lan", "1958", "", "", "", ""]),
        ("2) Trần Văn Nam - sn 1960 - thôn Đông - 0912 345 678",
         ["Trần Văn Nam", "1960", "", "", "0912 345 678", "thôn Đông"]),
        ("3/ Lê Thị Hoa, 12/03/1971, Nữ, Thôn Tây", ["Lê Thị Hoa", "12/03/1971", "Nữ", "", "", "Thôn Tây"]),
        ("• Phạm Văn Nam (1955)", ["Phạm Văn Nam", "1955", "", "", "", ""]),
        ("5   Đỗ Văn Sáu    1949    Nam   001049012345", ["Đỗ Văn Sáu", "1949", "Nam", "001049012345", "", ""]),
        ("3 - Bà Hoa (Bé Tư) - 1960 - thôn Đông", ["Bà Hoa (Bé Tư)", "1960", "", "", "", "thôn Đông"]),
        ("1. Nguyễn Thị Lan (thôn Đông) 1958", ["Nguyễn Thị Lan", "1958", "", "", "", "thôn Đông"]),
        ("2. Trần Văn Tám (Nam) 1970", ["Trần Văn Tám", "1970", "Nam", "", "", ""]),
        ("Họ tên: Vũ Thị Bảy, sinh năm 1966, ĐT: 0912345678", ["Vũ Thị Bảy", "1966", "", "", "0912345678", ""]),
    ],
)  # fmt: skip
def test_a_line_without_columns_is_read_by_its_shape(line: str, cells: list[str]) -> None:
    assert shapes.cells(line) == cells


def test_greetings_and_titles_are_nobody_and_families_are_somebody() -> None:
    lines = ["DANH SÁCH LỚP THÔN ĐÔNG", "Chào chị, em gửi danh sách", "Trương Văn Tám", "Lê Thị Chín 1970",
             "cảm ơn chị nhé", "Trường THCS Tân Bình"]  # fmt: skip
    assert shapes.Shaped.of(lines).titles == {1, 2, 5, 6}


@given(st.text(max_size=80))
def test_no_line_breaks_the_reading_of_shapes(line: str) -> None:
    assert len(shapes.cells(line)) == len(shapes.FIELDS)


# Old encodings

PEOPLE = (
    *("Nguyễn Thị Lan", "Trần Văn Hùng", "Lê Quốc Khánh", "Phạm Thị Ngọc Ánh", "Hoàng Đình Thắng"),
    *("Đỗ Thị Hường", "Vũ Đức Dũng", "Bùi Thị Thuý", "Đặng Hữu Phước", "Ngô Quang Trưởng", "Khuê"),
    *(
        "Lý Thị Kiều Oanh",
        "Hồ Xuân Hương",
        "Dương Thị Mỹ Linh",
        "Võ Thị Sáu",
        "Huỳnh Khuyến",
        "Hoè",
    ),
    *(
        "Đoàn Giỏi",
        "Nghiêm Xuân",
        "Trương Nguyệt",
        "Quỳnh",
        "Phó",
        "Hộ",
        "Nguyễn Hữu Ưởng",
        "Sơn Kỷ",
    ),
)


def in_tcvn3(text: str) -> str:
    """As .VnTime is typed: capitals with tones do not exist."""
    back = {after: before for before, after in legacy._TCVN3.items()}
    return "".join(back.get(c, back.get(c.lower(), c)) for c in text)


def in_vni(text: str) -> str:
    """As VNI-Times is typed: a letter, then one for its marks."""
    marks = {after: before for before, after in legacy._VNI_MARKS.items()}
    alone = {after: before for before, after in legacy._VNI_ALONE.items()}
    return "".join(_vni(c, marks, alone) for c in text)


def _vni(c: str, marks: dict[str, str], alone: dict[str, str]) -> str:
    if c.lower() in alone:
        return alone[c.lower()] if c.islower() else alone[c.lower()].upper()
    base, *rest = unicodedata.normalize("NFD", c.lower())
    if "\u031b" in rest:
        base = {"o": "ô", "u": "ö"}[base]
        rest.remove("\u031b")
    order = "".join(sorted(rest, key=lambda mark: mark not in "\u0302\u0306"))
    typed = base + marks.get(order, "")
    return typed if c.islower() else typed.upper()


def in_1258(text: str) -> str:
    """As bytes of windows-1258 look in Latin-1: a letter, then its tone."""
    tones = "\u0300\u0309\u0303\u0301\u0323"
    out = b""
    for c in text:
        apart = unicodedata.normalize("NFD", c)
        base = unicodedata.normalize("NFC", "".join(p for p in apart if p not in tones))
        out += base.encode("cp1258") + "".join(p for p in apart if p in tones).encode("cp1258")
    return out.decode("latin-1")


@pytest.mark.parametrize(
    ("code", "typed"), [("tcvn3", in_tcvn3), ("vni", in_vni), ("1258", in_1258)]
)
@pytest.mark.parametrize("capitals", [False, True])
def test_names_in_an_old_encoding_come_back_as_they_were(
    code: str, typed: Callable[[str], str], capitals: bool
) -> None:
    meant = [name.upper() if capitals else name for name in PEOPLE if len(name) > 4]
    found = legacy.convert_cells([["Họ và tên"], *([typed(name)] for name in meant)])
    assert isinstance(found, legacy.Converted)
    assert (found.code, [row[0] for row in found.rows[1:]]) == (code, meant)
    assert legacy.of_bytes("\n".join(map(typed, meant))).code == code


def test_unicode_and_other_languages_are_left_as_they_are() -> None:
    for cells in (PEOPLE, ["Niê Bkrông Hơ", "François Müller", "Thạch Sô Phia"], ["Lan", ""]):
        found = legacy.convert_cells([[cell] for cell in cells])
        assert isinstance(found, legacy.Verdict)
        assert found.likely is None


def test_a_column_half_old_and_half_unicode_is_refused() -> None:
    mixed = (
        [[in_tcvn3(name)] for name in PEOPLE[:10]] + [[name] for name in PEOPLE] + [["Phó"], ["Hé"]]
    )
    found = legacy.convert_cells(mixed)
    assert isinstance(found, legacy.Verdict)
    assert (found.code, found.likely) == (None, "tcvn3")


def test_words_between_two_lists_are_told_as_left_out() -> None:
    rows = [HEAD[:3], LAN[:3], (), ("THÔN TÂY",), HEAD[:3], HUNG[:3]]
    _first, second = entries(rows)
    assert isinstance(second[0], Skipped)
    assert (second[0].row, second[0].problem.code) == (4, "row_title")


def test_a_table_knows_the_words_above_its_heading() -> None:
    (table,) = tables([("DANH SÁCH HỌC VIÊN",), ("Thôn Đông năm 2026",), HEAD, LAN])
    assert isinstance(table, Table)
    assert (table.title, table.columns.heading_row, table.last_row) == (
        "DANH SÁCH HỌC VIÊN Thôn Đông năm 2026", 3, 4)  # fmt: skip
