"""Headings and rows of lists, as communes write them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from lms.people.rules import headings, roster
from lms.people.rules.headings import Columns
from lms.people.rules.identity import Birth, Problem
from lms.people.rules.roster import Broken, Entry, Refused, Skipped

TODAY = date(2026, 11, 21)
pytestmark = pytest.mark.pure


def columns(rows: Sequence[Sequence[Any]]) -> Columns:
    found = headings.find(rows)
    assert isinstance(found, Columns)
    return found


def read(rows: Sequence[Sequence[Any]], broken: Broken | None = None) -> list[Any]:
    found = columns(rows)
    return [
        roster.read_row(n, rows[n - 1], found, broken or Broken(), TODAY)
        for n in range(found.first_row, len(rows) + 1)
    ]


def test_columns_stand_in_any_order_with_headings_with_or_without_marks() -> None:
    marked = columns([("Thôn", "Ngày sinh", "Họ và tên", "Giới tính", "Số hộ", "CCCD")])
    bare = columns([("THON", "NGAY SINH", "HO VA TEN", "GIOI TINH", "SO HO", "SO DINH DANH")])
    assert dict(marked.at) == dict(bare.at) == {
        "unit": 0, "birth": 1, "name": 2, "sex": 3, "household": 4, "citizen_id": 5}  # fmt: skip


def test_title_rows_above_the_heading_are_found_by_themselves() -> None:
    found = columns(
        [
            ("ỦY BAN NHÂN DÂN XÃ TÂN BÌNH", "", ""),
            ("DANH SÁCH NGƯỜI DÂN THÔN ĐÔNG",),
            (),
            ("STT", "Họ tên", "Năm sinh"),
            (1, "Nguyễn Thị Lan", 1958),
        ]
    )
    assert (found.heading_row, found.first_row) == (4, 5)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Họ và tên (chữ in hoa)", "name"), ("Tên", "given_name"), ("Họ đệm", "family_name"),
        ("Họ", "family_name"),
        ("Hộ", "household"), ("Mã hộ gia đình", "household"), ("Ngày, tháng, năm sinh", "birth"),
        ("Năm sinh", "birth_year"), ("Số CCCD/ĐDCN", "citizen_id"), ("SĐT", "phone"),
        ("Điện thoại liên hệ", "phone"),
        ("Tổ dân phố", "unit"), ("Đơn vị cư trú", "unit"), ("Địa chỉ", "address"), ("Nhóm đối tượng", "group"),
        ("Trường/cơ quan/doanh nghiệp", "workplace"), ("Cấp học", "level"), ("Thường trú/tạm trú", "residence"),
        ("Từ ngày", "since"), ("Ngày chuyển đến", "came_on"), ("Nam", "male"), ("Nữ", "female"),
        ("Họ tên chủ hộ", None), ("Ghi chú", None), ("STT", None), ("Quan hệ với chủ hộ", None),
        ("Dân tộc", None),
    ],
)  # fmt: skip
def test_a_heading_means_what_people_mean(heading: str, field: str | None) -> None:
    assert headings.meaning(heading) == field


def test_a_list_without_a_name_column_has_no_heading() -> None:
    assert headings.find([("a", "b"), (1, 2)]) == Problem("heading_missing")


def test_a_second_heading_row_and_a_row_of_numbers_are_no_people() -> None:
    rows = [
        ("TT", "Họ và tên", "Giới tính", "", "Ngày sinh"),
        ("", "", "Nam", "Nữ", ""),
        ("(1)", "(2)", "(3)", "(4)", "(5)"),
        (1, "Nguyễn Thị Lan", "", "x", "02/03/1958"),
        (2, "Trần Văn Hùng", "x", "", "1990"),
    ]
    lan, hung = read(rows)
    assert (lan.sex, lan.birth) == ("nu", Birth(1958, date(1958, 3, 2)))
    assert (hung.sex, hung.birth) == ("nam", Birth(1990))


def test_a_year_in_the_men_or_women_column_tells_sex_and_birth() -> None:
    lan, hung = read(
        [("Họ tên", "Nam", "Nữ"), ("Nguyễn Thị Lan", "", 1958), ("Trần Văn Hùng", "1990", "")]
    )
    assert (lan.sex, lan.birth.year) == ("nu", 1958)
    assert (hung.sex, hung.birth.year) == ("nam", 1990)


def test_a_split_name_is_joined() -> None:
    (lan,) = read([("Họ và tên đệm", "Tên", "Năm sinh"), ("Nguyễn Thị", "Lan", 1958)])
    assert lan.name == "Nguyễn Thị Lan"


def test_two_name_columns_with_two_people_are_refused_by_row_and_column() -> None:
    rows = [
        ("Họ và tên chồng", "Họ và tên vợ", "Thôn"),
        ("Trần Văn Hùng", "Nguyễn Thị Lan", "Đông"),
        ("", "Lê Ngọc Mai", "Tây"),
    ]
    couple, mai = read(rows)
    assert isinstance(couple, Refused)
    assert (couple.faults[0].row, couple.faults[0].column) == (2, 1)
    assert couple.faults[0].problem.code == "name_two_columns"
    assert mai.name == "Lê Ngọc Mai"


def test_every_wrong_cell_of_a_row_is_named_at_once() -> None:
    (row,) = read(
        [("Họ tên", "Ngày sinh", "Giới tính"), ("Lan, Hùng", "31/02/1980", "abc")]
    )  # fmt: skip
    assert [(f.row, f.column, f.problem.code) for f in row.faults] == [
        (2, 0, "name_two_people"), (2, 1, "birth_impossible"), (2, 2, "sex_unknown")]  # fmt: skip


def test_a_merged_cell_and_a_formula_without_value_are_refused_by_row_and_column() -> None:
    rows = [("Họ tên", "Năm sinh", "Ghi chú"), ("Nguyễn Thị Lan", 1958, ""), ("", 1960, "")]
    broken = Broken(merged=frozenset({(1, 0), (2, 0), (1, 2)}), formulas=frozenset({(2, 1)}))
    lan, below = read(rows, broken)
    assert [(f.column, f.problem.code) for f in lan.faults] == [(0, "cell_merged")]
    assert [(f.column, f.problem.code) for f in below.faults] == [
        (0, "cell_merged"), (1, "cell_formula")]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ((), "row_empty"), (("", "", ""), "row_empty"), ((7, "", ""), "row_empty"),
        (("", "Tổng cộng: 35 người", ""), "row_total"), (("Tổng số", "35", ""), "row_total"),
        (("Cộng", 12, ""), "row_total"),
        (("", "Người lập biểu", ""), "row_signature"),
        (("", "Tân Bình, ngày 5 tháng 11 năm 2026", ""), "row_signature"),
        (("STT", "Họ và tên", "Năm sinh"), "row_heading"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_person_is_left_out_and_said(cells: tuple[Any, ...], code: str) -> None:
    rows = [("STT", "Họ và tên", "Năm sinh"), (1, "Nguyễn Thị Lan", 1958), cells]
    left_out = read(rows)[1]
    assert isinstance(left_out, Skipped)
    assert (left_out.row, left_out.problem.code) == (3, code)


def test_the_family_tong_is_no_total() -> None:
    (tong,) = read([("Họ và tên", "Năm sinh"), ("Tống Văn Cộng", 1970)])
    assert isinstance(tong, Entry)


def test_a_day_speaks_of_the_group_when_there_is_one_and_of_the_home_when_not() -> None:
    rows = [
        ("Họ tên", "Nhóm", "Thôn", "Từ ngày", "Đến ngày"),
        ("Nguyễn Thị Lan", "tiểu thương", "Đông", "01/03/2026", ""),
        ("Trần Văn Hùng", "", "Đông", "01/03/2026", "31/10/2026"),
    ]
    lan, hung = read(rows)
    assert (lan.member_from, lan.lives_from) == (date(2026, 3, 1), None)
    assert (hung.member_from, hung.lives_from) == (None, date(2026, 3, 1))
    assert hung.lives_to == date(2026, 11, 1), "the first day out"


def test_days_in_the_wrong_order_are_refused() -> None:
    (row,) = read([("Họ tên", "Từ ngày", "Đến ngày"), ("Lan", "05/03/2026", "01/03/2026")])
    assert row.faults[0].problem.code == "days_reversed"
