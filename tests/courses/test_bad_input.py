"""Everything bad that an author, or somebody else's pack, may bring: refused by file, line and reason."""

import gzip
from pathlib import Path

import pytest

from courses.advice import check_files
from courses.folders import read_folder
from courses.loader import load_files
from courses.packs import read_pack
from courses.problems import ContentError, Problem
from courses.reading import MAX_VALUES
from tests.courses.sample import DRAWING, FILES, files, spoilt
from tests.courses.zip_craft import Member, crafted, deflate, overlapping
from tests.factories.activities import every_kind_files

pytestmark = pytest.mark.pure

ITEMS, LESSON, PICTURE = "items/cau-hoi.yaml", "modules/mot/bai.md", "media/phone.svg"
PHONE = "items/practice-1.yaml"


def refused(content: dict[str, bytes]) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as error:
        load_files(content)
    assert check_files(content).problems == error.value.problems
    return error.value.problems


def line_of(body: bytes, start: str, after: str = "") -> int:
    """The line of a file that begins so, behind the place `after`."""
    text = body.decode()
    skipped = text.index(after)
    return text[: text.index(start, skipped)].count("\n") + 1


def told(content: dict[str, bytes], file: str, line: int, what: str) -> None:
    """The file is refused on this line for this reason."""
    found = refused(content)
    assert any((p.file, p.line) == (file, line) and what in p.message for p in found), found


# Questions


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("right: Tên người nhận", "wrong: Tên người nhận", "Thiếu đáp án đúng"),
        ("wrong: Màu của mã", "right: Màu của mã", "hai đáp án đúng"),
        (
            "      - right: Tên người nhận\n      - wrong: Màu của mã\n",
            "      - right: Tên\n",
            "3 đến 6",
        ),
    ],
)
def test_a_question_without_one_right_answer_is_refused(old: str, new: str, what: str) -> None:
    content = spoilt(ITEMS, old, new)
    told(content, ITEMS, line_of(content[ITEMS], "- id: thi"), what)


def phone(old: str, new: str) -> dict[str, bytes]:
    """The programme of all kinds with one place of a simulated phone changed."""
    content = every_kind_files()
    text = content[PHONE].decode()
    start = text.index("id: simulation-")
    assert old in text[start:]
    content[PHONE] = (text[:start] + text[start:].replace(old, new, 1)).encode()
    return content


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        ("text: Xác nhận, to: xong}", "text: Xác nhận, to: nhap}", "- id: xong", "Không bấm cách nào tới được"),
        ("end: goal", "end: trap", "- id: simulation", "Không màn hình nào có “end: goal”"),
        ("to: mat-tien}", "to: khong-co}", "- row: {id: tin-la", "màn hình không có"),
        ("needs: [so-tien]", "needs: [khong-co]", "- button: {id: tiep", "ô không có trên màn hình"),
        ("- id: nhap\n", "- id: xong\n", "- id: xong", "dùng hai lần"),
        ("id: ve,", "id: tiep,", "- button: {id: tiep", "dùng hai lần"),
        ("start: trang-chu", "start: khong-co", "- id: simulation", "“start”"),
        ('["45000"]', '["45.000,5.0"]', "- field", "viết trơn"),
        (', expects: ["45000"]', "", "- field", "phải có “expects”"),
    ],
)  # fmt: skip
def test_a_phone_that_leads_nowhere_is_refused_at_the_place(
    old: str, new: str, at: str, what: str
) -> None:
    content = phone(old, new)
    told(content, PHONE, line_of(content[PHONE], at, "- id: simulation-"), what)


def test_a_circle_without_an_exit_is_refused_at_its_screen() -> None:
    circle = (
        "        - id: quanh\n          title: Quanh\n          parts:\n"
        "            - button: {id: toi, text: Tới, to: quan}\n"
        "        - id: quan\n          title: Quẩn\n          parts:\n"
        "            - button: {id: lui, text: Lui, to: quanh}\n"
    )
    content = phone("to: mat-tien}", "to: quanh}")
    content[PHONE] = content[PHONE].replace(
        b"        - id: mat-tien\n", circle.encode() + b"        - id: mat-tien\n", 1
    )
    for screen in ("- id: quanh\n", "- id: quan\n"):
        told(content, PHONE, line_of(content[PHONE], screen), "đi vòng mãi không ra")


# Pictures


@pytest.mark.parametrize(
    ("new", "what"),
    [
        ("<script>alert(1)</script>", "script"),
        ('<g onload="alert(1)"/>', "onload"),
        ("<foreignObject><p/></foreignObject>", "foreignObject"),
        ('<image href="x.png"/>', "image"),
        ('<use href="#a"/>', "use"),
        ('<g xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:x"/>', "href"),
        ('<a href="https://example.org"/>', "không được dùng: a."),
        ("<style>*{fill:red}</style>", "style"),
        ('<path style="fill:url(//x)"/>', "style"),
        ('<animate attributeName="d"/>', "animate"),
        ('<path fill="url(#a)"/>', "Màu phải là"),
        ('<h:script xmlns:h="http://www.w3.org/1999/xhtml">x</h:script>', "script"),
        ("<path d='M0 0'", "XML viết sai"),
        ("&xxe;", "XML viết sai"),
    ],
)
def test_a_picture_that_is_more_than_a_drawing_is_refused_on_its_line(new: str, what: str) -> None:
    drawing = DRAWING.replace("</svg>", f"\n\n{new}\n</svg>")
    line = line_of(drawing.encode(), new)
    found = refused(files() | {PICTURE: drawing.encode()})
    # A tag that is not closed is seen where the next one begins.
    lines = (line, line + 1) if what == "XML viết sai" else (line,)
    assert any(p.file == PICTURE and p.line in lines and what in p.message for p in found), found


@pytest.mark.parametrize(
    "entity",
    ['<!ENTITY a "b">', '<!ENTITY x SYSTEM "file:///etc/passwd">', '<!ENTITY % p SYSTEM "http://x/">',
     '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">'],
)  # fmt: skip
def test_entities_of_xml_are_refused_before_they_are_read(entity: str) -> None:
    drawing = f'<?xml version="1.0"?>\n<!DOCTYPE svg [{entity}]>\n{DRAWING}'
    told(files() | {PICTURE: drawing.encode()}, PICTURE, 2, "DTD hay thực thể")


def test_a_picture_in_another_encoding_or_packed_is_refused() -> None:
    told(files() | {PICTURE: DRAWING.encode("utf-16")}, PICTURE, 1, "UTF-8")
    told(files() | {PICTURE: gzip.compress(DRAWING.encode())}, PICTURE, 1, "UTF-8")


def test_a_deep_picture_is_read_without_falling_over() -> None:
    deep = DRAWING.replace("</svg>", "<g>" * 1500 + "</g>" * 1500 + "</svg>")
    assert load_files(files() | {PICTURE: deep.encode()}).media


# YAML

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        (BOMB, 1, "bí danh YAML"),
        ("level: basic\nskill: *a\n", 2, "bí danh YAML"),
        ("level: basic\nskill: &a qr\n", 2, "bí danh YAML"),
        ("level: basic\nskill: !!python/object/apply:os.system [id]\n", 2, "thẻ YAML"),
        ("level: basic\nitems: !ngon [1]\n", 2, "thẻ YAML"),
        ("level: basic\nitems:\n  " + "[" * 5000, 3, "lồng nhau quá sâu"),
        ("level: basic\nitems:\n  " + "- " * 5000 + "x", 3, "lồng nhau quá sâu"),
        ("level: basic\nitems: [" + "a," * (MAX_VALUES + 10) + "]", 2, "quá nhiều mục"),
        ("level: basic\nlevel: basic\n", 2, "viết hai lần"),
        ("level: basic\nitems:\n\t- id: a\n", 3, "dấu tab"),
        ("level: basic\n? [a, b]\n: c\n", 2, "Tên trường phải là chữ"),
        ("level: basic\nskill: a: b\n", 2, "dấu hai chấm lạc chỗ"),
        ("level: basic\nskill: [a, b\nitems: x\n", 3, "chưa đóng ngoặc"),
        ('level: basic\nskill: "a\n\n', 4, "nháy mở ra mà chưa đóng"),
        ('level: basic\nskill: "\\q"\n', 2, "gạch chéo ngược"),
        ("level: basic\n  skill: qr\n", 2, "dấu hai chấm lạc chỗ"),
        ("level: basic\nskill: q\x07r\n", 2, "ký tự mà YAML không nhận"),
        ("Tiếng Việt ễ: a\nẵẵẵẵẵẵẵ: b\nskill: q\x00r\n", 3, "ký tự mà YAML không nhận"),
        ("level: basic\n---\nskill: qr\n", 2, "một tệp chỉ có một phần"),
        ("- a\n- b\n", 1, "tên: giá trị"),
        ("# chỉ là ghi chú\n", 1, "Tệp trống"),
        ("", 1, "Tệp trống"),
        ("level: basic\nskill: qr\nitems: []\n", 3, "từ 1 đến 200"),
        ("level: basic\nskill: qr\nitems: [x]\n", 3, "tên: giá trị"),
        ("<<: {level: basic}\nitems: [x]\n", 1, "Không có trường này"),
    ],
)
def test_yaml_that_does_more_than_tell_is_refused_on_its_line(
    body: str, line: int, what: str
) -> None:
    told(files() | {ITEMS: body.encode()}, ITEMS, line, what)


@pytest.mark.parametrize(
    "number", ["9" * 5000, "9" * 30, "1e400", "0x10", "-1", "1.5", "NaN", ".inf", "", "[75]"]
)
def test_a_number_that_is_none_or_huge_is_refused_on_its_line(number: str) -> None:
    content = spoilt("programme.yaml", "share: 75", f"share: {number}")
    line = line_of(content["programme.yaml"], "share:")
    (found,) = refused(content)
    assert (found.file, found.line) == ("programme.yaml", line)
    assert found.message.startswith("pass_rules.1.share: ")


@pytest.mark.parametrize(
    ("encoding", "line"),
    [("utf-16", 1), ("utf-16-be", 5), ("utf-32", 1), ("cp1258", 2), ("latin-1", 2)],
)
def test_a_file_in_another_encoding_is_refused_on_the_first_line_that_shows_it(
    encoding: str, line: int
) -> None:
    text = "level: basic\nskill: é\n" if line == 2 else FILES[ITEMS]
    told(files() | {ITEMS: text.encode(encoding)}, ITEMS, line, "UTF-8")


def test_a_mark_of_byte_order_and_windows_line_ends_are_no_fault() -> None:
    plain = load_files(files()).version
    body = FILES[ITEMS].replace("\n", "\r\n").encode("utf-8-sig")
    lesson = FILES[LESSON].replace("\n", "\r\n").encode("utf-8-sig")
    assert load_files(files() | {ITEMS: body, LESSON: lesson}).version == plain


# Lessons


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        ("Mình thử nhé.", "<script>x</script>", "# Màn hai", "không dùng thẻ HTML"),
        ("Mình thử nhé.", "![Hình](a.svg) ở giữa", "# Màn hai", "đứng riêng một dòng"),
        (
            "![Một chiếc điện thoại](phone.svg)",
            "![Máy](../phone.svg)",
            "# Màn một",
            "Không có hình",
        ),
        ("---\ntitle: Bài một", "title: Bài một", "title: Bài", "giữa hai dòng “---”"),
    ],
)
def test_a_lesson_with_more_than_text_is_refused_on_its_line(
    old: str, new: str, at: str, what: str
) -> None:
    content = spoilt(LESSON, old, new)
    told(content, LESSON, line_of(content[LESSON], at), what)


# Packs


@pytest.mark.parametrize(
    ("pack", "what"),
    [
        (b"PK\x03\x04" + bytes(200), "không phải gói zip"),
        (overlapping(500, 250_000), "chồng lên nhau"),
        (crafted(Member(b"a.svg", packed=deflate(bytes(10_000_000)), said_size=99, said_crc=0)), "khai sai"),
        (crafted(Member(b"a.svg", bytes(250_000))), "nở ra"),
        (crafted(Member(b"../../a.yaml")), "Đường dẫn"),
        (crafted(Member(b"a.yaml", mode=0o120777)), "liên kết"),
        (crafted(Member(b"a.yaml", flags=0x801)), "mật khẩu"),
    ],
    ids=["broken", "overlap", "lying", "ratio", "path", "link", "locked"],
)  # fmt: skip
def test_a_pack_that_is_more_than_files_is_refused_by_its_entry(pack: bytes, what: str) -> None:
    with pytest.raises(ContentError) as error:
        read_pack(pack)
    (found,) = error.value.problems
    assert what in found.message
    assert found.line == 0
    assert found.file


def test_a_link_in_a_folder_is_no_way_out(tmp_path: Path) -> None:
    """A folder is the author's own; a link in it is a file that nothing names."""
    (tmp_path / "passwd.md").symlink_to("/etc/hostname")
    found = refused(files() | {f"media/{n}": b for n, b in read_folder(tmp_path).items()})
    assert [(p.file, "không được nhắc tới" in p.message) for p in found] == [
        ("media/passwd.md", True)
    ]


@pytest.mark.parametrize("written", ["1_0", "١٠", "1.0", "mười", "0x10"])
def test_a_number_is_written_in_plain_figures(written: str) -> None:
    content = files()
    minutes = next(x for x in content[LESSON].decode().split("\n") if x.startswith("minutes:"))
    content[LESSON] = content[LESSON].replace(minutes.encode(), f"minutes: {written}".encode())
    told(content, LESSON, line_of(content[LESSON], "minutes:"), "số nguyên")
