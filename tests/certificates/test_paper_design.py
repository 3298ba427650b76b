"""A commune's own words and mark on the paper: what fits, what is refused and why, what never overflows."""

import struct
import zlib
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest
from PIL import Image

from certificates.paper.assembler import draw
from certificates.paper.back import Back
from certificates.paper.design import DEFAULT, Design, Unfit, check
from certificates.paper.logo import SIDE, BadLogo, read_logo
from certificates.paper.logo_cleaning import clean_logo
from certificates.paper.slip import NOTE, draw_slip
from certificates.paper.typeset import TooLong, UnknownLetter
from tests.certificates.sheets import (
    BACK,
    FULL_BACK,
    HARD_NAMES,
    SKILLS,
    full_design,
    hardest,
    logo,
    printed,
)

pytestmark = pytest.mark.pure


def told(file: bytes) -> list[str]:
    """The text of each page, its lines joined."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(file)).pages]


def bytes_of(kind: str, image: Image.Image, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def star(mode: str = "RGB", size: tuple[int, int] = (200, 120)) -> Image.Image:
    """A small picture that is not blank."""
    image = Image.new("RGB", size, "white")
    image.paste((120, 10, 20), (20, 20, size[0] - 20, size[1] - 20))
    return image.convert(mode)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L4s", len(body), name) + body + struct.pack(">L", zlib.crc32(name + body))


def bomb(side: int) -> bytes:
    """A PNG whose head promises more pixels than anyone should unpack."""
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", side, side, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000, 9))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


PNG = bytes_of("PNG", star())
JPEG = bytes_of("JPEG", star())
WEBP = bytes_of("WEBP", star())


@pytest.mark.parametrize(
    "data",
    [PNG, JPEG, WEBP, bytes_of("PNG", star("RGBA")), bytes_of("PNG", star("P")), bytes_of("PNG", star("1")),
     bytes_of("PNG", star("LA")), bytes_of("PNG", star("I;16")), bytes_of("JPEG", star("CMYK")),
     bytes_of("WEBP", star("RGBA"), lossless=True), bytes_of("JPEG", star(size=(3900, 2000)))],
)  # fmt: skip
def test_any_picture_becomes_a_small_opaque_png_that_stays_itself(data: bytes) -> None:
    made = clean_logo(data)
    picture = read_logo(made)
    assert picture
    assert max(picture.width, picture.height) <= SIDE
    assert picture.colours in (1, 3)
    assert clean_logo(made) == made
    again = Image.open(BytesIO(made))
    assert (again.mode, again.info) in (("RGB", {}), ("L", {}))


def test_what_is_transparent_becomes_white_and_a_blank_margin_goes() -> None:
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    image.paste((10, 10, 10, 255), (100, 100, 200, 180))
    picture = Image.open(BytesIO(clean_logo(bytes_of("PNG", image))))
    assert (picture.size, picture.mode) == ((100, 80), "L")


def test_a_grey_picture_of_sixteen_bits_keeps_its_shades() -> None:
    image = Image.new("I;16", (200, 200), 65_535)
    image.paste(Image.new("I;16", (100, 100), 20_000), (50, 50))
    kept = Image.open(BytesIO(clean_logo(bytes_of("PNG", image))))
    assert (kept.size, kept.getextrema()) == ((100, 100), (78, 78))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_large_picture_from_a_camera_stands_upright(kind: str) -> None:
    image = Image.new("RGB", (3600, 1200), (20, 60, 90))
    turned = Image.Exif()
    turned[0x0112] = 6  # Orientation: to be turned by a quarter.
    kept = Image.open(BytesIO(clean_logo(bytes_of(kind, image, exif=turned))))
    assert kept.height == 3 * kept.width == SIDE


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
BAD = [
    (b"", "format"), (SVG, "format"), (b"<!doctype html><p>logo</p>", "format"),
    (b"%PDF-1.7\n1 0 obj\n", "format"), (b"GIF89a" + b"\0" * 40, "format"), (b"\x89PNG\r\n\x1a\n", "format"),
    (b"#!/bin/sh\nrm -rf ~\n", "format"), (PNG + SVG, "foreign"), (PNG + b"%PDF-1.7", "foreign"),
    (PNG + b"PK\x03\x04", "foreign"), (JPEG + b"GIF89a", "foreign"), (WEBP + b"more", "foreign"),
    (bytes_of("JPEG", star(), comment=b"<script>alert(1)</script>"), "foreign"),
    (PNG[: len(PNG) // 2] + PNG[-12:], "damaged"), (bomb(3000), "damaged"),
    (bomb(60_000), "size"), (bomb(9_700), "size"),
    (bytes_of("PNG", star(size=(4001, 60))), "size"), (bytes_of("PNG", star().crop((0, 0, 9, 9))), "size"),
    (PNG + b"\0" * 1_000_000, "large"), (bytes_of("PNG", Image.new("RGB", (90, 90), "white")), "blank"),
    (bytes_of("PNG", Image.new("RGBA", (90, 90), (0, 0, 0, 0))), "blank"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "why"), BAD)
def test_what_is_no_picture_is_no_mark(data: bytes, why: str) -> None:
    with pytest.raises(BadLogo) as refused:
        clean_logo(data)
    assert refused.value.why == why


@pytest.mark.parametrize(
    "data", [PNG[:-20], JPEG, SVG, bomb(500), PNG.replace(b"IDAT", b"IDAX"), b"\x89PNG\r\n\x1a\n"]
)
def test_only_our_own_png_is_embedded(data: bytes) -> None:
    with pytest.raises(BadLogo):
        read_logo(data)
    with pytest.raises(Unfit) as refused:
        check(Design(logo=data))
    assert (refused.value.field, refused.value.why) == ("logo", "logo")


def test_the_mark_is_an_image_of_its_own_without_transparency() -> None:
    page = pypdf.PdfReader(BytesIO(draw(printed(), full_design()).file)).pages[0]
    image = page["/Resources"]["/XObject"]["/logo"]  # type: ignore[index]
    assert (image["/Subtype"], image["/ColorSpace"]) == ("/Image", "/DeviceRGB")
    assert "/SMask" not in image
    assert image.get_data() == Image.open(BytesIO(logo())).tobytes()


GOOD = [
    DEFAULT, full_design(), Design(title="", lead="", completed="", signing_as="", signing_note=""),
    Design(title="GIẤY CHỨNG NHẬN HOÀN THÀNH CHƯƠNG TRÌNH PHỔ CẬP KỸ NĂNG SỐ CHO NGƯỜI DÂN"),
    Design(basis="Căn cứ Quyết định số 1 ngày 1 tháng 1 năm 2026", signing_as="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"),
    Design(signatory="H'Ƀlĭ Êban Niê Kđăm", superior="TRUNG TÂM HỌC TẬP CỘNG ĐỒNG"),
]  # fmt: skip


@pytest.mark.parametrize("design", GOOD)
def test_a_design_that_passes_is_printed_for_everyone(design: Design) -> None:
    check(design, "ỦY BAN NHÂN DÂN XÃ TÂN BÌNH THƯỢNG, TỈNH MẪU")
    for name in HARD_NAMES:
        draw(replace(hardest(), name=name), design, FULL_BACK)
        draw_slip(replace(hardest(), name=name), design)


def unfit() -> list[tuple[Design, str, str]]:
    long, lines = "rất dài " * 60, "một\nhai\nba"
    found = [(replace(DEFAULT, **{field: long}), field, "long") for field in DEFAULT.to_plain()]
    found += [
        (replace(DEFAULT, **{field: "Chữ ស lạ"}), field, "letter") for field in DEFAULT.to_plain()
    ]
    found += [
        (Design(basis=lines), "basis", "long"),
        (Design(signing_as=lines), "signing_as", "long"),
    ]
    found += [
        (Design(title="hai\ndòng"), "title", "letter"),
        (Design(lead="a\tb"), "lead", "letter"),
    ]
    return [
        *found,
        (Design(title="N" * 120), "title", "long"),
        (Design(issuer="X" * 90), "issuer", "long"),
    ]


@pytest.mark.parametrize(("design", "field", "why"), unfit())
def test_what_does_not_fit_is_told_by_field(design: Design, field: str, why: str) -> None:
    with pytest.raises(Unfit) as refused:
        check(design)
    assert (refused.value.field, refused.value.why) == (field, why)
    assert (refused.value.letter != "") == (why == "letter")


def test_the_page_says_what_the_design_says() -> None:
    design, person = full_design(), printed()
    (front, _back), (slip,) = (
        told(one.file) for one in (draw(person, design, BACK), draw_slip(person, design))
    )
    both = (design.title, design.superior, design.issuer, person.name, person.number, person.code)
    for said in (*both, design.signatory, design.signing_note, *design.basis.split("\n"),
                 *design.signing_as.split("\n")):  # fmt: skip
        assert said in front
    assert "TÂN BÌNH THƯỢNG, TỈNH MẪU" not in front
    for said in (*both, NOTE):
        assert said in slip
    assert design.signatory not in slip


def test_the_back_says_what_was_learned_and_whose_back_it_is() -> None:
    _front, back = told(draw(printed(), back=BACK).file)
    for said in (BACK.programme, *BACK.skills, *BACK.tasks, BACK.level_means, BACK.proof_means,
                 "lop.tanbinhthuong.example/gcn", "Mặt sau của giấy chứng nhận số 000123/2026/TBT",
                 printed().code):  # fmt: skip
        assert said in back
    assert printed().name not in back


def test_the_structure_of_the_back_is_headings_and_lists() -> None:
    root = pypdf.PdfReader(BytesIO(draw(printed(), back=FULL_BACK).file)).trailer["/Root"]
    _front, back = root["/StructTreeRoot"]["/K"]["/K"]  # type: ignore[index]
    tags = [one.get_object()["/S"] for one in back["/K"]]
    assert tags == [
        "/H1",
        "/P",
        "/H2",
        "/L",
        "/H2",
        "/L",
        "/H2",
        "/P",
        "/H2",
        "/P",
        "/H2",
        "/P",
        "/P",
    ]
    lists = [one.get_object()["/K"] for one in back["/K"] if one.get_object()["/S"] == "/L"]
    assert [len(one) for one in lists] == [14, 4]


BACKS = [
    replace(BACK, skills=(), tasks=()), replace(BACK, tasks=()), replace(BACK, skills=()),
    replace(BACK, skills=SKILLS[:1], tasks=(), level_means="", proof_means=""), FULL_BACK,
    replace(BACK, skills=tuple(f"{one} {n}" for n in range(5) for one in SKILLS)),
    replace(BACK, skills=SKILLS * 2, tasks=SKILLS * 3),
    replace(BACK, skills=tuple("việc này rất dài " * 12 for _n in range(14))),
    replace(BACK, programme="Tên chương trình " * 7, level="Thành thạo, có giải thích thêm " * 2),
    replace(BACK, level_means="Một câu giải thích khá dài dòng. " * 8),
]  # fmt: skip


@pytest.mark.parametrize("back", BACKS)
def test_nothing_of_a_back_leaves_its_place(back: Back) -> None:
    reader = pypdf.PdfReader(BytesIO(draw(hardest(), back=back).file))
    low: list[float] = []

    def visit(text: str, _cm: object, tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            assert 60 < tm[4] < 760
            low.append(tm[5])

    said = " ".join(reader.pages[1].extract_text(visitor_text=visit).split())
    assert 45 < min(low) < max(low) < 530
    for text in (*back.skills, *back.tasks):
        assert " ".join(text.split()) in said


@pytest.mark.parametrize(
    ("skills", "error"),
    [(("Kỹ năng số ស",), UnknownLetter), (("dài " * 90,) * 40, TooLong)],
)
def test_a_back_that_cannot_be_printed_is_refused(
    skills: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        draw(printed(), back=replace(BACK, skills=skills))


def test_every_address_that_a_code_holds_has_room_on_the_paper() -> None:
    host = "lop." + "xa-rat-dai-ten." * 12
    longest = f"https://{host}"[:114] + "/gcn/TBT." + "W" * 26
    for file in (
        draw(printed(address=longest), back=BACK).file,
        draw_slip(printed(address=longest)).file,
    ):
        for page in told(file):
            assert longest[8:].rpartition("/")[0] in page.replace(" ", "")


@pytest.mark.parametrize("name", HARD_NAMES)
def test_every_name_is_read_back_from_the_slip(name: str) -> None:
    assert name in told(draw_slip(printed(name=name), full_design()).file)[0]


def test_own_bytes_are_few_with_a_back_and_on_a_slip() -> None:
    one, both = draw(printed()), draw(printed(), back=BACK)
    assert len(both.tail) - len(one.tail) < 400
    assert len(draw(hardest(), full_design(), FULL_BACK).tail) <= 3072
    assert len(draw_slip(hardest(), full_design()).tail) <= 3072
