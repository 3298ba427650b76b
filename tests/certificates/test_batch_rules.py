"""Lists of codes as employers send them: what is read, what is passed over, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import batch, rules
from certificates.batch import Answer, Listed
from lms.core import clock
from lms.core.errors import Invalid, Refusal, TooLarge

pytestmark = pytest.mark.pure

SECRET = "ABCDEFGHJKLMNPQRSTUVWXYZ23"
A, B = f"TBT.{SECRET}", f"KHA.{SECRET}"
SPACED = rules.spaced(A)


def found(listed: Listed) -> list[tuple[int, str]]:
    return [(one.row, one.code.token if one.code else "?") for one in listed.rows]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (A, [(1, A)]),
        (f"{A}\n\n{B}\n", [(1, A), (3, B)]),
        (f"\ufeff{A.lower()}\r\n{SPACED}\r\n", [(1, A), (2, A)]),
        (f"Mã\n{A}", [(2, A)]),
        (f"Mã kiểm tra,Họ tên\n{A},Lan\n", [(2, A)]),
        (f"STT;Mã\n1;{A}\n2;{B}", [(2, A), (3, B)]),
        (f"sep=;\nMã;Tên\n{A};x", [(3, A)]),
        (f"1\t{A}\thttps://lop.example/gcn/{A}", [(1, A)]),
        (f"{A}, {B}", [(1, A), (1, B)]),
        (f'="{A}"', [(1, A)]),
        (f"'{A}", [(1, A)]),
        (f"“{A}”.", [(1, A)]),
        (f"https://lop.example/gcn/{A}/?utm=1#x", [(1, A)]),
        (f'"{A}\n{B}', [(1, A), (2, B)]),
        (f'"{A}","a\nb"\n{B}', [(1, A), (2, B)]),
        (f"{A}\x0b{B}", [(1, A), (2, B)]),
        ("ＴＢＴ．" + SECRET, [(1, A)]),
        (f"{A[:-1]}\n{A}", [(1, "?"), (2, A)]),
        (f"=1+1\n{A}", [(1, "?"), (2, A)]),
        ("xin chào", [(1, "?")]),
        (f"{A}\nMã", [(1, A), (2, "?")]),
        (f"TBT.{SPACED[4:]}\xa0\u200b", [(1, A)]),
    ],
)
def test_codes_are_found_line_by_line(text: str, read: list[tuple[int, str]]) -> None:
    assert found(batch.read(text)) == read


@pytest.mark.parametrize(
    "content",
    [
        f"Mã\n{A}\n".encode(code)
        for code in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
    ]
    + [b"M\xe3\r\n" + A.encode(), b"M\xd9,T\xea\xf1n\n" + f"{A},Lan".encode()],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "ansi", "old font"],
)
def test_a_file_is_read_in_whatever_encoding_excel_saves(content: bytes) -> None:
    assert found(batch.read(batch.text_of(content))) == [(2, A)]


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", Invalid, "Chưa có mã nào"),
        (b" \r\n,,\n", Invalid, "Chưa có mã nào"),
        (b"PK\x03\x04", Invalid, "tệp Excel"),
        (b"\xd0\xcf\x11\xe0\xa1", Invalid, "tệp Excel"),
        (b"%PDF-1.7\n\x00\x01\x02", Invalid, "không phải danh sách"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", Invalid, "không phải danh sách"),
        (b"x" * 65537, TooLarge, "64 KB"),
        ((A + "\n").encode() * 201, Invalid, "Có 201 dòng"),
        (b"Ma\n" + (A + "\n").encode() * 201, Invalid, "Có 201 dòng"),
    ],
    ids=["nothing", "blank", "xlsx", "xls", "pdf", "png", "large", "many", "many below a heading"],
)
def test_what_cannot_be_read_is_refused_in_words(
    content: bytes, error: type[Refusal], words: str
) -> None:
    with pytest.raises(error, match=words):
        batch.read(batch.text_of(content))


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_lists(text: str) -> None:
    try:
        listed = batch.read(text)
    except Invalid:
        return
    assert all(one.typed for one in listed.rows)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading_of_files(content: bytes) -> None:
    try:
        batch.text_of(content)
    except Invalid:
        return


def test_the_file_of_answers_holds_no_formula() -> None:
    typed = ("=1+1", "+84", "@SUM(A1)", "-2", "\uff1d1", "x" * 500)
    listed = batch.read("\n".join(["Mã", *typed]))
    rows = [Answer(one.row, one.typed, "malformed", None, None) for one in listed.rows]
    lines = batch.csv_of(rows, clock.now()).decode("utf-8-sig").splitlines()
    assert [line.split(",")[1][:2] for line in lines[1:-1]] == ["'=", "'+", "'@", "'-", "'\uff1d"]
    assert len(lines[-1].split(",")[1]) == batch.LONGEST_SHOWN
