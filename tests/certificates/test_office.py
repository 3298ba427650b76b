"""What other programs make of the file: poppler and PDFium draw it, QR readers read it, qpdf finds no fault."""

import shutil
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from certificates.paper.assembler import draw
from certificates.paper.bundle import bundle, two_up
from certificates.paper.slip import draw_slip
from certificates.rules import spaced
from lms.core.ids import spoken_code
from tests.certificates.sheets import (
    FULL_BACK,
    HARD_NAMES,
    full_design,
    hardest,
    kept,
    printed,
    sheet,
)

pytestmark = pytest.mark.office


def rendered(path: Path, *options: str) -> Image.Image:
    """The first page as poppler draws it at 150 dpi."""
    out = path.with_suffix("")
    command = ["pdftoppm", "-r", "150", "-png", "-singlefile", *options, str(path), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    with Image.open(out.with_suffix(".png")) as image:
        return image.copy()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "giay.pdf"
    path.write_bytes(draw(hardest(), full_design(), FULL_BACK).file)
    return path


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """Two slips on one paper."""
    path = tmp_path / "phieu.pdf"
    slips = (draw_slip(hardest(), full_design()), draw_slip(printed(), full_design()))
    path.write_bytes(b"".join(two_up(map(sheet, slips), "Phiếu")))
    return path


def test_the_code_is_read_from_the_page_at_150_dpi(page: Path) -> None:
    found = zxingcpp.read_barcodes(rendered(page))
    assert [code.text for code in found] == [hardest().address]


def test_the_code_is_read_from_a_black_and_white_print(page: Path) -> None:
    found = zxingcpp.read_barcodes(rendered(page, "-mono"))
    assert [code.text for code in found] == [hardest().address]


def test_both_codes_of_a_pair_of_slips_are_read(pair: Path) -> None:
    found = zxingcpp.read_barcodes(rendered(pair, "-mono"))
    assert {code.text for code in found} == {hardest().address, printed().address}


def words_by_poppler(path: Path, number: int) -> Counter[str]:
    """How often each word stands on a page."""
    command = ["pdftotext", "-f", str(number), "-l", str(number), str(path), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Counter(unicodedata.normalize("NFC", told).replace("\f", " ").split())


def test_two_readers_draw_both_pages_and_read_the_same_words(page: Path, pair: Path) -> None:
    for path in (page, pair):
        document = pypdfium2.PdfDocument(path)
        assert document.get_metadata_value("Title")
        for n, one in enumerate(document):
            told = unicodedata.normalize("NFC", one.get_textpage().get_text_range())
            assert Counter(told.split()) == words_by_poppler(path, n + 1)
            assert all(part in told for part in (hardest().number, "TBT.ABCD EFGH JKLM"))
            image = one.render(scale=1, grayscale=True).to_pil()
            # A missing face or picture would leave the paper nearly white.
            assert sum(image.histogram()[:128]) > 8_000
        document.close()
    assert "Công Tằng Tôn Nữ" in pypdfium2.PdfDocument(page)[0].get_textpage().get_text_range()


def test_a_code_is_read_from_what_the_other_reader_draws(page: Path) -> None:
    image = pypdfium2.PdfDocument(page)[0].render(scale=150 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [hardest().address]


def test_codes_of_many_tokens_are_read(tmp_path: Path) -> None:
    corner = ("-x", "60", "-y", "900", "-W", "340", "-H", "280")
    for n in range(8):
        token = f"TBT.{spoken_code(26)}"
        address = f"https://lop.tanbinhthuong.example/gcn/{token}"
        path = tmp_path / f"{n}.pdf"
        path.write_bytes(draw(printed(address=address, code=spaced(token))).file)
        (found,) = zxingcpp.read_barcodes(rendered(path, *corner))
        assert found.text == address


def test_every_ink_is_dark_enough_for_a_printer_that_knows_only_black(page: Path) -> None:
    grey = rendered(page, "-gray")
    dark = sum(grey.histogram()[:110])
    assert dark > 40_000


def test_poppler_reads_the_text_with_every_mark(tmp_path: Path) -> None:
    path = tmp_path / "giay.pdf"
    for name in HARD_NAMES:
        path.write_bytes(draw(printed(name=name)).file)
        text = subprocess.run(
            ["pdftotext", str(path), "-"], capture_output=True, text=True, check=True
        )
        assert unicodedata.normalize("NFC", name) in text.stdout.replace("\n", " ")


def test_all_fonts_are_embedded_with_their_way_back_to_unicode(page: Path) -> None:
    table = subprocess.run(
        ["pdffonts", str(page)], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in table.splitlines()[2:]]
    assert len(rows) == 3
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows), table


def test_the_structure_is_there_for_those_who_listen(page: Path) -> None:
    info = subprocess.run(["pdfinfo", str(page)], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in info
    assert "841.89 x 595.28 pts (A4)" in info
    told = subprocess.run(
        ["pdfinfo", "-struct-text", str(page)], capture_output=True, text=True, check=True
    ).stdout
    order = ("CỘNG HÒA", "ỦY BAN NHÂN DÂN TỈNH", "GIẤY CHỨNG NHẬN", "Căn cứ", "Công Tằng", "Trình độ",
             "CHỦ TỊCH", "Nguyễn Văn Thượng", "Số: 000123", "Kỹ năng đã học", "Việc đã làm được",
             "Kết quả được", "Kiểm tra giấy này", "Mặt sau")  # fmt: skip
    places = [told.index(piece) for piece in order]
    assert places == sorted(places)


def test_qpdf_finds_no_fault(page: Path, pair: Path, tmp_path: Path) -> None:
    old = kept("store-0004")["000003/2026/TBT"][0]
    sheets = [sheet(draw(printed(), full_design(), FULL_BACK)), old, sheet(draw_slip(printed()))]
    whole, slip = tmp_path / "lop.pdf", tmp_path / "phieu-a5.pdf"
    whole.write_bytes(b"".join(bundle(sheets * 10, "Lớp K1")))
    slip.write_bytes(draw_slip(hardest(), full_design()).file)
    if qpdf := shutil.which("qpdf"):
        for path in (page, pair, slip, whole):
            told = subprocess.run(
                [qpdf, "--check", str(path)], capture_output=True, text=True, check=True
            )
            assert "No syntax or stream encoding errors found" in told.stdout
            assert "WARNING" not in told.stderr
