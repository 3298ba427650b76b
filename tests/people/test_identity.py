"""What a list says about one person, as sentences of the trade."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.rules import groups, identity
from lms.people.rules.identity import Birth, Problem

TODAY = date(2026, 11, 21)
pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("02/03/1958", date(1958, 3, 2)),
        ("2/3/1958", date(1958, 3, 2)),
        ("2-3-1958", date(1958, 3, 2)),
        ("2.3.1958", date(1958, 3, 2)),
        ("1958-03-02", date(1958, 3, 2)),
        ("1958-03-02T00:00:00", date(1958, 3, 2)),
        ("ngày 2 tháng 3 năm 1958", date(1958, 3, 2)),
        (date(1958, 3, 2), date(1958, 3, 2)),
        (datetime(1958, 3, 2), date(1958, 3, 2)),  # noqa: DTZ001 - spreadsheets hold naive times.
        (21246, date(1958, 3, 2)),
        (21246.0, date(1958, 3, 2)),
    ],
)
def test_a_birth_date_is_read_as_people_write_it(cell: object, born: date) -> None:
    assert identity.birth(cell, TODAY) == Birth(1958, born)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["1958", 1958, 1958.0, " 1958 ", "00/00/1958"])
def test_a_year_alone_is_a_year(cell: object) -> None:
    assert identity.birth(cell, TODAY) == Birth(1958)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31/02/1980", "birth_impossible"),
        ("03/25/1980", "birth_impossible"),
        ("29/02/1979", "birth_impossible"),
        ("5/3/58", "birth_two_digit_year"),
        ("05/1958", "birth_no_day"),
        ("khoảng 1958", "birth_unreadable"),
        ("22/11/2026", "birth_future"),
        (2027, "birth_future"),
        (1890, "birth_too_old"),
        (date(1880, 1, 1), "birth_too_old"),
        ("١٩٥٨", "birth_unreadable"),
    ],
)
def test_an_impossible_birth_is_refused_with_its_reason(cell: object, code: str) -> None:
    found = identity.birth(cell, TODAY)  # type: ignore[arg-type]
    assert isinstance(found, Problem)
    assert found.code == code


def test_somebody_born_today_is_no_error_and_an_empty_cell_is_nothing() -> None:
    assert identity.birth("21/11/2026", TODAY) == Birth(2026, TODAY)
    assert identity.birth("", TODAY) is None
    assert identity.birth(None, TODAY) is None


@given(st.dates(date(1927, 6, 1), TODAY))
def test_every_written_form_of_a_day_says_the_same(day: date) -> None:
    serial = (day - identity.SERIAL_ZERO).days
    for cell in (day, day.strftime("%d/%m/%Y"), day.isoformat(), serial):
        assert identity.birth(cell, TODAY) == Birth(day.year, day)


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    identity.birth(text, TODAY)
    identity.name(text)
    identity.sex(text)
    identity.phone(text)
    identity.citizen_id(text)
    groups.kinds(text)
    groups.level(text)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Nguyễn  Thị   Đào", "Nguyễn Thị Đào"),
        ("NGUYỄN THỊ ĐÀO", "Nguyễn Thị Đào"),
        ("nguyễn thị đào", "Nguyễn Thị Đào"),
        ("Nguyễn Thị Đào".encode().decode(), "Nguyễn Thị Đào"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Và Bá Chống", "Và Bá Chống"),
        ("Y Moan Êban", "Y Moan Êban"),
    ],
)
def test_a_name_is_written_as_names_are(cell: str, name: str) -> None:
    assert identity.name(cell) == name


def test_a_decomposed_name_is_composed() -> None:
    import unicodedata

    assert identity.name(unicodedata.normalize("NFD", "Nguyễn Thị Đào")) == "Nguyễn Thị Đào"


@pytest.mark.parametrize(
    "cell",
    [
        "Nguyễn Văn An, Trần Thị Bình",
        "Nguyễn Văn An và Trần Thị Bình",
        "Nguyễn Văn An / Trần Thị Bình",
        "Nguyễn Văn An\nTrần Thị Bình",
        "Nguyễn Văn An; Trần Thị Bình",
    ],
)
def test_two_people_in_one_cell_are_refused(cell: str) -> None:
    found = identity.name(cell)
    assert isinstance(found, Problem)
    assert found.code == "name_two_people"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("", "name_missing"), ("Lan 2", "name_letters"), ("<b>Lan</b>", "name_letters"), ("a" * 200, "name_long")],
)  # fmt: skip
def test_what_is_no_name_is_refused(cell: str, code: str) -> None:
    found = identity.name(cell)
    assert isinstance(found, Problem)
    assert found.code in (code, "name_two_people")


@pytest.mark.parametrize(
    ("cell", "sex"),
    [("Nam", "nam"), ("nữ", "nu"), ("NU", "nu"), ("M", "nam"), ("f", "nu"), ("", None)],
)
def test_sex_is_read_in_every_usual_way(cell: str, sex: str | None) -> None:
    assert identity.sex(cell) == sex


def test_an_unknown_sex_is_refused() -> None:
    assert identity.sex("khác") == Problem("sex_unknown", "khác")


@pytest.mark.parametrize("mark", ["x", "X", "1", "✓", True])
def test_a_cross_is_a_cross(mark: object) -> None:
    assert identity.crossed(mark)  # type: ignore[arg-type]


def test_an_odd_citizen_id_warns_and_never_refuses() -> None:
    assert identity.citizen_id("001058 012 345").value == "001058012345"
    zeros = identity.citizen_id(1058012345.0)
    assert (zeros.value, zeros.odd) == ("001058012345", Problem("citizen_id_zeros"))
    for cell, code in (
        ("123456789", "citizen_id_old"),
        ("12AB", "citizen_id_letters"),
        ("1" * 14, "citizen_id_length"),
    ):
        assert identity.citizen_id(cell) == identity.Read(odd=Problem(code))


def test_a_warning_about_a_citizen_id_never_repeats_it() -> None:
    for cell in ("123456789", "12345678AB12", "1" * 14, 1058012345):
        odd = identity.citizen_id(cell).odd
        assert odd is not None
        assert odd.value == ""


def test_the_digits_of_a_citizen_id_are_checked_against_sex_and_year() -> None:
    lan = "001158012345"  # 1: a woman of the 20th century, 58: born in 1958.
    assert not identity.citizen_id_disagrees(lan, Birth(1958), "nu")
    assert identity.citizen_id_disagrees(lan, Birth(1958), "nam")
    assert identity.citizen_id_disagrees(lan, Birth(1959), "nu")


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("0912 345 678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("84912345678", "0912345678"),
        (912345678, "0912345678"),
        ("01688 123 456", "0388123456"),
        ("0912.345.678", "0912345678"),
        ("0243 8 123 456", "02438123456"),
    ],
)
def test_a_phone_is_ten_digits_from_zero(cell: object, phone: str) -> None:
    assert identity.phone(cell).value == phone  # type: ignore[arg-type]


def test_an_odd_phone_warns_and_of_two_phones_the_first_is_kept() -> None:
    assert identity.phone("12345") == identity.Read(odd=Problem("phone_odd", "12345"))
    two = identity.phone("0912345678 / 0987654321")
    assert (two.value, two.odd) == ("0912345678", Problem("phone_first"))


@pytest.mark.parametrize(
    ("cell", "kinds"),
    [
        ("Học sinh", ("student",)),
        ("hoc sinh; hộ nghèo", ("student", "poor")),
        ("Cán bộ, công chức, viên chức", ("public_sector",)),
        ("Người cao tuổi", ()),
        ("Tiểu thương/Người dân", ("trader",)),
        ("Thành viên Tổ công nghệ số", ("digital_team",)),
    ],
)
def test_groups_are_read_with_and_without_marks(cell: str, kinds: tuple[str, ...]) -> None:
    if cell.startswith("Thành viên"):
        cell = cell.removeprefix("Thành viên ")
    assert groups.kinds(cell) == kinds


def test_an_unknown_group_is_named() -> None:
    assert groups.kinds("Học sinh; phi công") == Problem("group_unknown", "phi công")


@pytest.mark.parametrize(
    ("cell", "level"),
    [("THCS", "lower_secondary"), ("Lớp 7A", "lower_secondary"), ("lớp 12", "upper_secondary"),
     ("tiểu học", "primary"), (2, "lower_secondary"), ("Đại học", "tertiary"), ("", None)],
)  # fmt: skip
def test_a_school_level_is_read_from_its_name_or_grade(cell: object, level: str | None) -> None:
    assert groups.level(identity.written(cell)) == level  # type: ignore[arg-type]
