"""The prints of a class as poppler and a QR reader see them."""

import subprocess
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from lms.cohorts.paper.attendance import Attending, Meeting, attendance_pdf
from lms.cohorts.paper.cards import Card, Issuer, cards_pdf
from lms.cohorts.pictures import colours, drawings, spoken
from lms.cohorts.rules import card_in, check_digit, grouped_card
from lms.people.models import Commune

LONG = "Công Tằng Tôn Nữ Phương Hoàng Thị Ngọc Diễm Quỳnh Hương Giang"
SHEETS = [(1, False, 3), (3, False, 3), (8, True, 4), (14, True, 8)]
"""Meetings of a class of sixty, whether the sheet lies on its side, how many pages."""
NAMES = ("Nguyễn Thị Lan", LONG, "H'Blĩč Niê Kƀuôr Mlô Duôn Du Ŏŭñ", "Đỗ Thị Ễ")
COMMUNE = Commune(short_code="TBT", kind="xa", name="Tân Bình Thượng", province="Tỉnh Mẫu")


def numbers(count: int) -> list[str]:
    """So many card numbers."""
    bare = [f"{482719340 + n:09d}" for n in range(count)]
    return [one + check_digit(one) for one in bare]


def cards(count: int) -> list[Card]:
    """So many cards, names long and short."""
    shapes, grounds = list(drawings()), list(colours())
    return [
        Card(
            NAMES[n % 4], grouped_card(number), f"https://lop.tanbinhthuong.example/the#{number}",
            shapes[n % 33], grounds[n % 8], spoken(shapes[n % 33], grounds[n % 8]), f"{4827 + n}",
        )
        for n, number in enumerate(numbers(count))
    ]  # fmt: skip


def attending(meetings: int) -> Attending:
    """A class of sixty."""
    days = [Meeting(n + 1, date(2026, 11, 2) + timedelta(7 * n)) for n in range(meetings)]
    people = [(NAMES[n % 4], str(1950 + n % 50)) for n in range(60)]
    return Attending(
        COMMUNE, "Thôn Đông", "Lớp tối thôn Đông", "K1", "Kỹ năng số cho người dân",
        "Nhà văn hóa thôn Đông", "Trần Thị Trang", people, days,
    )  # fmt: skip


def rendered(content: bytes, folder: Path, *, dots: int, page: int = 1) -> Image.Image:
    """A page as a black and white printer puts it on paper."""
    source = folder / "in.pdf"
    source.write_bytes(content)
    command = ["pdftoppm", "-r", str(dots), "-f", str(page), "-l", str(page), "-gray", "-png"]
    made = subprocess.run([*command, str(source)], capture_output=True, check=True)
    return Image.open(BytesIO(made.stdout))


@pytest.mark.office
def test_every_code_of_a_grey_page_of_cards_is_read_back(tmp_path: Path) -> None:
    content = cards_pdf("Thẻ – Lớp K1", Issuer("Xã Tân Bình Thượng", "Lớp K1"), cards(10))
    page = rendered(content, tmp_path, dots=150)
    found = {card_in(one.text) for one in zxingcpp.read_barcodes(page)}
    assert found == set(numbers(8))
    words = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "in.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()
    for told in (
        "Nguyễn Thị Lan",
        "Đỗ Thị Ễ",
        "H'Blĩč Niê",
        "Nón lá, nền trắng",
        "Con gà, nền vàng",
    ):
        assert told in words, told
    assert all(word in words for word in LONG.split())


@pytest.mark.pure
def test_a_file_has_a_title_a_language_and_words_that_can_be_copied() -> None:
    reader = PdfReader(BytesIO(cards_pdf("Thẻ – Lớp K1", Issuer("Xã", "Lớp K1"), cards(17))))
    assert reader.metadata is not None
    assert reader.metadata.title == "Thẻ – Lớp K1"
    assert reader.root_object["/Lang"] == "vi-VN"
    assert len(reader.pages) == 3
    assert "4827" in reader.pages[0].extract_text()
    assert "Mã số (PIN)" in reader.pages[0].extract_text()


@pytest.mark.pure
def test_the_pin_lies_under_the_fold_and_nothing_of_the_front_does() -> None:
    heights: dict[str, float] = {}

    def place(words: str, _cm: object, matrix: list[float], _font: object, _size: float) -> None:
        heights[words.strip()] = float(matrix[5])

    page = PdfReader(BytesIO(cards_pdf("x", Issuer("Xã", "Lớp"), cards(1)))).pages[0]
    page.extract_text(visitor_text=place)
    fold = heights["Gập theo nét đứt, phần này ra sau"]
    assert {words for words, y in heights.items() if words and y < fold} == {
        "Mã số (PIN)",
        "4 8 2 7",
    }
    assert heights["Nguyễn Thị Lan"] > heights["Số thẻ"] > fold


@pytest.mark.pure
@pytest.mark.parametrize(
    ("meetings", "lies", "sheets"), [(1, False, 3), (3, False, 3), (8, True, 4), (14, True, 8)]
)
def test_the_attendance_sheet_turns_when_the_meetings_ask_for_it(
    meetings: int, lies: bool, sheets: int
) -> None:
    reader = PdfReader(BytesIO(attendance_pdf(attending(meetings))))
    first = reader.pages[0]
    assert (first.mediabox.width > first.mediabox.height) is lies
    assert len(reader.pages) == sheets
    text = first.extract_text()
    for told in (
        "BẢNG ĐIỂM DANH",
        "Lớp tối thôn Đông (K1)",
        "Nhà văn hóa thôn Đông",
        "XÃ TÂN BÌNH THƯỢNG",
    ):
        assert told in text
    last = reader.pages[-1].extract_text()
    assert "GIẢNG VIÊN" in last
    assert f"Buổi {meetings}" in last
