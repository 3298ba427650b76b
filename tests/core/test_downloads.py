"""Names of files become a header in one place, and only plain letters get there."""

import re
from pathlib import Path

import pytest

from lms.core.downloads import LONGEST, plain

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ket-qua-k1-2026-11-22.csv", "ket-qua-k1-2026-11-22.csv"),
        ("Thẻ – Lớp K1 / Đông.pdf", "The-Lop-K1-dong.pdf"),
        ('k1\r\nSet-Cookie: a=1"; x=.pdf', "k1-Set-Cookie-a-1-x.pdf"),
        ("k1\n.csv\r\n", "k1.csv"),
        ("../../etc/passwd.csv", "etc-passwd.csv"),
        ("\u202egpj.exe.pdf", "gpj.exe.pdf"),
        ("日本.pdf", "tep.pdf"),
        (".pdf", "tep.pdf"),
        ("\x00\x85\u2028.xlsx", "tep.xlsx"),
    ],
)
def test_a_name_keeps_plain_letters(typed: str, name: str) -> None:
    assert plain(typed) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = plain("k" * 5000 + ".xlsx")
    assert name.endswith(".xlsx")
    assert len(name) <= LONGEST + 1


def test_no_other_place_names_a_file() -> None:
    sources = [
        p
        for f in ("lms", "courses", "assessments", "certificates")
        for p in (ROOT / f).rglob("*.py")
    ]
    named = [
        p.name for p in sources if re.search("content.disposition", p.read_text("utf-8"), re.I)
    ]
    assert named == ["downloads.py"]
