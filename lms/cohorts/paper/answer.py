"""A PDF as an answer: shown in the browser, named for the folder it may be saved in."""

from flask import Response

from lms.core.text import fold


def pdf(content: bytes, name: str) -> Response:
    """The file under a name of plain letters ('Thẻ – Lớp K1' → the-lop-k1.pdf)."""
    plain = "-".join("".join(x if x.isalnum() else " " for x in fold(name)).split())
    answer = Response(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{plain[:80] or "giay"}.pdf"'
    return answer
