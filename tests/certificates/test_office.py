"""What other programs make of the file: poppler draws it, QR readers read it, qpdf finds no fault."""

import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from certificates.paper.assembler import draw
from certificates.paper.bundle import Sheet, bundle
from certificates.rules import spaced
from lms.core.ids import spoken_code
from tests.certificates.sheets import HARD_NAMES, hardest, printed

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
    path.write_bytes(draw(hardest()).file)
    return path


def test_the_code_is_read_from_the_page_at_150_dpi(page: Path) -> None:
    found = zxingcpp.read_barcodes(rendered(page))
    assert [code.text for code in found] == [hardest().address]


def test_the_code_is_read_from_a_black_and_white_print(page: Path) -> None:
    found = zxingcpp.read_barcodes(rendered(page, "-mono"))
    assert [code.text for code in found] == [hardest().address]


def test_codes_of_many_tokens_are_read(tmp_path: Path) -> None:
    corner = ("-x", "60", "-y", "900", "-W", "340", "-H", "280")
    for n in range(25):
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
    )
    assert "Công Tằng Tôn Nữ" in told.stdout
    assert (
        told.stdout.index("GIẤY CHỨNG NHẬN")
        < told.stdout.index("Công Tằng")
        < told.stdout.index("Trình độ")
    )


def test_qpdf_finds_no_fault(page: Path, tmp_path: Path) -> None:
    drawn = draw(printed())
    sheet = Sheet(tuple(part.body for part in drawn.parts), drawn.tail)
    whole = tmp_path / "lop.pdf"
    whole.write_bytes(b"".join(bundle([sheet] * 30, "Lớp K1")))
    rendered(whole)
    if qpdf := shutil.which("qpdf"):
        for path in (page, whole):
            told = subprocess.run(
                [qpdf, "--check", str(path)], capture_output=True, text=True, check=True
            )
            assert "No syntax or stream encoding errors found" in told.stdout
            assert "WARNING" not in told.stderr
