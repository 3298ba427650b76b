"""What an office program makes of a report: its pages, its words, its fonts."""

import io
from datetime import datetime

import pytest
from pypdf import PdfReader

from lms.reports import document_office
from lms.reports.document_docx import base_template
from lms.reports.document_measures import MOTTO, NATION
from lms.reports.document_paper import paper
from lms.reports.document_render import docx_bytes
from tests.reports.papers import SHA, source

pytestmark = pytest.mark.office


def test_libreoffice_shows_the_pages_and_words_of_a_report() -> None:
    told = paper(source("viet-tri", proposals="Cấp thêm máy tính bảng."), 2026)
    made = datetime(2026, 11, 16, 9, 0)  # noqa: DTZ001 - Word's properties hold naive instants.
    pdf = PdfReader(
        io.BytesIO(document_office.as_pdf(docx_bytes(base_template("ubnd"), told, made)))
    )
    pages = [" ".join(page.extract_text().split()) for page in pdf.pages]
    assert NATION in pages[0]
    assert MOTTO in pages[0]
    assert [page.split()[0] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]
    upright = [page.mediabox.height > page.mediabox.width for page in pdf.pages]
    assert upright == sorted(upright, reverse=True)
    annex = next(page for page in pages if "PHỤ LỤC" in page)
    assert "STT" in annex
    later = [page for page, up in zip(pages, upright, strict=True) if not up][1]
    assert "STT Chỉ tiêu Mức giao" in later
    whole = " ".join(pages)
    assert SHA in whole
    assert "Đỗ Bình An" in whole
    assert "II. ĐỀ XUẤT, KIẾN NGHỊ" in whole
    assert "{" not in whole


def test_without_libreoffice_the_way_through_word_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_office, "PROGRAMS", ("khong-co-chuong-trinh-nay",))
    with pytest.raises(document_office.Unavailable, match="Lưu thành, kiểu PDF"):
        document_office.as_pdf(b"")
