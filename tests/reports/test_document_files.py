"""The files of a report: the same bytes, every letter drawn, the decree's measures, templates from outside."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any
from unicodedata import normalize

import pytest
from docx import Document
from pypdf import PdfReader

from lms.reports.document_check import MAX_BYTES, faults
from lms.reports.document_docx import base_template
from lms.reports.document_fonts import undrawable
from lms.reports.document_measures import MOTTO, NATION, PARTY
from lms.reports.document_paper import paper
from lms.reports.document_pdf import pdf_bytes
from lms.reports.document_render import docx_bytes
from tests.reports.papers import SHA, source

pytestmark = pytest.mark.pure
MADE = datetime(2026, 11, 16, 9, 0)  # noqa: DTZ001 - Word's properties hold naive instants.


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return paper(source("thuan-an", difficulties="Mạng < yếu & chậm."), 2026)


@pytest.fixture(scope="module")
def docx(told: dict[str, Any]) -> bytes:
    return docx_bytes(base_template("ubnd"), told, MADE)


FIELD = "<w:p><w:r><w:instrText>INCLUDEPICTURE a</w:instrText></w:r></w:p>"
"""A field of Word that would fetch a picture."""


def said(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return re.sub(r"<[^>]+>", " ", archive.read("word/document.xml").decode())


def changed(content: bytes, name: str, old: str, new: str) -> bytes:
    """The file with one part changed, as somebody might send it."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.namelist():
            words = before.read(part)
            after.writestr(
                part, words.replace(old.encode(), new.encode()) if part == name else words
            )
    return target.getvalue()


def test_the_same_paper_is_the_same_file(told: dict[str, Any], docx: bytes) -> None:
    assert docx_bytes(base_template("ubnd"), told, MADE) == docx
    assert pdf_bytes(told) == pdf_bytes(told)


def test_the_word_file_has_the_measures_of_the_decree(docx: bytes) -> None:
    document = Document(io.BytesIO(docx))
    first, annex = document.sections
    assert [round(side.mm) for side in (first.page_width, first.page_height)] == [210, 297]
    assert [round(side.mm) for side in (annex.page_width, annex.page_height)] == [297, 210]
    for section in document.sections:
        assert 20 <= round(section.top_margin.mm, 1) <= 25
        assert 20 <= round(section.bottom_margin.mm, 1) <= 25
        assert 30 <= round(section.left_margin.mm, 1) <= 35
        assert 15 <= round(section.right_margin.mm, 1) <= 20
    assert first.different_first_page_header_footer
    assert "PAGE" in first.header._element.xml
    assert not annex.different_first_page_header_footer
    normal = document.styles["Normal"].font
    assert (normal.name, normal.size.pt) == ("Times New Roman", 14)
    heads = [row._tr.xml for table in document.tables for row in table.rows]
    assert all("cantSplit" in row for row in heads)
    assert sum("tblHeader" in row for row in heads) == 2


def test_both_files_say_the_same_and_carry_the_hash(told: dict[str, Any], docx: bytes) -> None:
    pdf = PdfReader(io.BytesIO(pdf_bytes(told)))
    pages = [" ".join(page.extract_text().split()) for page in pdf.pages]
    word = " ".join(said(docx).split())
    for words in (NATION, MOTTO, "Mạng", told["sections"][0]["paragraphs"][0], SHA, "Đỗ Bình An"):
        assert words in " ".join(pages)
        assert words in word
    assert "Mạng &lt; yếu &amp; chậm." in word
    assert SHA in pdf.metadata["/Keywords"]
    assert SHA in Document(io.BytesIO(docx)).core_properties.keywords
    assert "?" not in "".join(pages)
    assert not pages[0].startswith("1")
    assert [page[:1] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]
    assert pdf.pages[-1].mediabox.width > pdf.pages[-1].mediabox.height


def test_a_party_committee_has_its_own_head_and_no_national_words() -> None:
    told = paper(source("song-cong", "dang"), 2026)
    word = said(docx_bytes(base_template("dang"), told, MADE))
    assert PARTY in word
    assert "-BC/ĐU" in word
    assert NATION not in word
    assert NATION not in PdfReader(io.BytesIO(pdf_bytes(told))).pages[0].extract_text()


def test_every_vietnamese_letter_can_be_drawn() -> None:
    tones = ["", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"]
    letters = normalize("NFC", "".join(v + tone for v in "aăâeêioôơuưy" for tone in tones))
    assert undrawable(letters + letters.upper() + "đĐ≥≤–“”…•×%½") == ""
    assert undrawable("vui 🎉") == "🎉"


# --- templates from outside -----------------------------------------------------------------------


@pytest.mark.parametrize("head", ["ubnd", "dang"])
def test_the_standard_template_passes_its_own_check(head: str) -> None:
    assert faults(base_template(head, landscape=head == "ubnd")) == []


def _part(name: str, old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda content: changed(content, name, old, new)


def _words(old: str, new: str) -> Callable[[bytes], bytes]:
    return _part("word/document.xml", old, new)


def _with_part(name: str) -> Callable[[bytes], bytes]:
    def added(content: bytes) -> bytes:
        target = io.BytesIO(content)
        with zipfile.ZipFile(target, "a") as archive:
            archive.writestr(name, b"x")
        return target.getvalue()

    return added


@pytest.mark.parametrize(
    ("change", "near", "said"),
    [
        (_words("{{ mo_dau }}", "{{ mo_dao }}"), "mo_dao", "không có trường “mo_dao”"),
        (_words("{{ mo_dau }}", "{{ mo_dau"), "mo_dau", "lẻ"),
        (_words("{{ mo_dau }}", "{{ noi_nhan }}"), "noi_nhan", "nhiều dòng"),
        (_words("{{ phan.tieu_de }}", "{{ phan.ten }}"), "phan.ten", "phan.tieu_de"),
        (_words("{{ mo_dau }}", "{{ ''.__class__ }}"), "__class__", "chỉ ghi tên trường"),
        (_words("{{ mo_dau }}", "{{ mo_dau|upper }}"), "upper", "chỉ ghi tên trường"),
        (_words("{{ mo_dau }}", "{% set x = 1 %}"), "set x", "Mẫu chỉ dùng được"),
        (_words("{{ mo_dau }}", "{%p for x in range(9) %}"), "range", "Mẫu chỉ dùng được"),
        (_words("{{ mo_dau }}", "{%p if nguoi_ky %}"), "nguoi_ky", "chưa đóng"),
        (_words("{{ ket_thuc }}", "{%p endfor %}"), "endfor", "thừa"),
        (_words("{%tr for dong in bac %}", "{%p for dong in bac %}"), "endfor", "cùng một chữ"),
        (_words("<w:body>", '<w:body w:x="{{ mo_dau }}">'), "", "nằm trong hình"),
        (_words("{{ dong }}", "{%p for x in noi_nhan %}"), "noi_nhan", "chỉ đặt được"),
        (_words("<w:body>", f"<w:body>{FIELD}"), "", "mã trường"),
        (_with_part("word/afchunk.mht"), "", "phần lạ"),
        (_with_part("word/vbaProject.bin"), "", "macro"),
        (_with_part("word/embeddings/a.xlsx"), "", "macro"),
        (_part("[Content_Types].xml", "document.main", "template.main"), "", "không phải Word"),
        (_part("word/_rels/document.xml.rels", "Type=", 'TargetMode="External" Type='), "", "liên kết"),
        (_part("word/styles.xml", "<w:styles", '<!DOCTYPE a [<!ENTITY b "c">]><w:styles'), "", "hỏng"),
        (lambda content: content[:2000], "", "không phải Word"),
        (lambda _content: b"", "", "không phải Word"),
        (lambda _content: b"x" * (MAX_BYTES + 1), "", "2 MB"),
    ],
)  # fmt: skip
def test_a_template_with_something_wrong_is_refused_with_the_words_around_it(
    change: Callable[[bytes], bytes], near: str, said: str
) -> None:
    found = faults(change(base_template("ubnd")))
    assert any(said in str(one) and near in one.near for one in found), [str(one) for one in found]


def test_a_tag_broken_over_two_paragraphs_does_not_slip_in() -> None:
    turn = "</w:t></w:r></w:p><w:p><w:r><w:t>"
    split = f"{{{turn}% for i in range(10**9) %{turn}}}"
    assert faults(changed(base_template("ubnd"), "word/document.xml", "{{ mo_dau }}", split))


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_zip_that_swells_is_refused_before_it_is_read_whole() -> None:
    target = io.BytesIO(base_template("ubnd"))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/big.xml", b"0" * 25_000_000)
    assert "quá lớn" in str(faults(target.getvalue())[0])
