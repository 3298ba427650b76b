"""A PDF as an answer: shown in the browser, named for the folder it may be saved in."""

from flask import Response

from lms.core.downloads import as_file
from lms.core.text import fold


def pdf(content: bytes, name: str) -> Response:
    """The file under a name of plain letters ('Thẻ – Lớp K1' → the-lop-k1.pdf)."""
    answer = Response(content, content_type="application/pdf")
    return as_file(answer, f"{fold(name)}.pdf", shown=True)
