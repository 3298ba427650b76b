"""The page and the file: letters, sizes, and the same bytes for ever."""

import unicodedata
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from fontTools.ttLib import TTFont

from certificates.paper import fonts
from certificates.paper.artwork import ACCENT
from certificates.paper.assembler import draw
from certificates.paper.fonts import font
from certificates.paper.subset import face
from certificates.paper.syntax import HEADER
from certificates.paper.truetype import components
from certificates.paper.typeset import TooLong, UnknownLetter, clusters, run, words
from certificates.wording import PROVEN, SAMPLE
from tests.certificates.sheets import HARD_NAMES, hardest, printed

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưy"
LETTERS = sorted(
    {unicodedata.normalize("NFC", v + t) for v in VOWELS + VOWELS.upper() for t in TONES}
    | set("bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVXfjwzFJWZ0123456789₫.,:;/–-'’“”()·&%+")
)
MINORITY = ["Č", "č", "Ñ", "ñ", "Ƀ", "ƀ", "Ĕ", "ĕ", "Ĭ", "ĭ", "Ŏ", "ŏ", "Ŭ", "ŭ", "ê̆", "ô̆", "ơ̆", "ư̆", "â̆",
            "Ê̆", "Ô̆", "Ơ̆", "Ư̆", "ǎ", "ǒ", "ǔ"]  # fmt: skip


@pytest.mark.parametrize("key", fonts.FILES)
def test_every_letter_we_print_has_a_glyph_in_every_face(key: str) -> None:
    for letter in [*LETTERS, *MINORITY]:
        assert run(face(key), letter).count == 1, letter
    for text in (*PROVEN.values(), SAMPLE, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: Mã: №"):
        assert run(face(key), text).count == len(clusters(text))


@pytest.mark.parametrize("key", fonts.FILES)
def test_our_reading_of_the_fonts_agrees_with_another_library(key: str) -> None:
    package, name = fonts.FILES[key]
    module = __import__(package)
    other = TTFont(Path(module.__file__ or "").parent / "files" / name)
    assert font(key).letters == {
        code: other.getGlyphID(glyph) for code, glyph in other.getBestCmap().items()
    }
    assert font(key).advances == tuple(other["hmtx"][g][0] for g in other.getGlyphOrder())


@pytest.mark.parametrize("key", fonts.FILES)
def test_the_embedded_font_draws_the_same_letters(key: str) -> None:
    small = TTFont(BytesIO(face(key).file()))
    order, big = small.getGlyphOrder(), font(key)
    for letter, glyph in face(key).glyphs.items():
        shape = small["glyf"][order[glyph]]
        assert shape.numberOfContours != 0 or letter in " \xa0", letter
        if len(letter) == 1 and ord(letter) in big.letters and shape.numberOfContours > 0:
            box = big.box(big.letters[ord(letter)])
            assert (shape.xMin, shape.yMin, shape.xMax, shape.yMax) == (
                box.left, box.bottom, box.right, box.top)  # fmt: skip


def test_kerning_is_read_from_the_font() -> None:
    bold = face("bold")
    pair = run(bold, "Vă").units - run(bold, "V").units - run(bold, "ă").units
    assert pair == -80
    assert run(bold, "Lê").units == run(bold, "L").units + run(bold, "ê").units


def test_a_composite_letter_of_the_font_is_made_of_embedded_parts() -> None:
    outline = font("serif").outline(font("serif").letters[ord("ậ")])
    assert len(components(outline)) == 2


@pytest.mark.parametrize(("name", "letter"), [("Thạch សុខ", "ស"), ("Lan 😀", "😀"), ("Ly 陈", "陈")])
def test_a_letter_the_paper_lacks_is_named(name: str, letter: str) -> None:
    with pytest.raises(UnknownLetter) as refused:
        draw(printed(name=name))
    assert refused.value.letter.startswith(letter)
    assert refused.value.code.startswith("U+")


def test_letters_typed_in_pieces_are_the_same_letters() -> None:
    pieces = unicodedata.normalize("NFD", "Nguyễn Thị Đào")
    assert (
        words(face("bold"), pieces, 30).run.shown
        == words(face("bold"), "Nguyễn Thị Đào", 30).run.shown
    )


@pytest.mark.parametrize("name", HARD_NAMES)
def test_every_name_fits_and_is_read_back_letter_by_letter(name: str) -> None:
    page = pypdf.PdfReader(BytesIO(draw(printed(name=name)).file)).pages[0]
    assert unicodedata.normalize("NFC", name) in page.extract_text().replace("\n", " ")


def test_a_name_that_no_size_fits_is_refused() -> None:
    with pytest.raises(TooLong):
        draw(printed(name="Nguyễn " * 60))
    with pytest.raises(TooLong):
        draw(printed(name="N" * 120))


def test_the_page_says_everything_in_reading_order() -> None:
    reader = pypdf.PdfReader(BytesIO(draw(printed()).file))
    page, told = printed(), " ".join(reader.pages[0].extract_text().split())
    titles = "GIẤY CHỨNG NHẬN HOÀN THÀNH", "ĐẠI DIỆN NƠI CẤP"
    for said in (
        *titles,
        page.issuer,
        page.number,
        page.level,
        page.proof,
        page.occasion,
        page.code,
    ):
        assert " ".join(said.split()) in told, said
    assert reader.metadata is not None
    assert reader.metadata.title == "Giấy chứng nhận số 000123/2026/TBT"
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("vi-VN", True)  # type: ignore[index]
    (section,) = root["/StructTreeRoot"]["/K"]["/K"]  # type: ignore[index]
    tags = [kid.get_object()["/S"] for kid in section["/K"]]
    assert tags[:4] == ["/P", "/P", "/P", "/H1"]
    assert "/Figure" in tags


def test_own_bytes_stay_within_three_kilobytes_even_in_the_hardest_case() -> None:
    assert len(draw(printed()).tail) < 2600
    assert len(draw(hardest()).tail) <= 3072


def test_the_accent_is_that_of_the_house() -> None:
    tokens = (ROOT / "lms/core/static/core/css/tokens.css").read_text(encoding="utf-8")
    assert f"--accent: {ACCENT};" in tokens


def test_the_file_begins_as_every_file_of_ours() -> None:
    assert draw(printed()).file.startswith(HEADER + b"1 0 obj\n")
