"""The page where an employer checks many certificates at once, without signing in."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from certificates import batch, check_words, checks, queries
from certificates.check_pages import hidden
from certificates.pages import blueprint
from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.errors import Refusal
from lms.core.policy import PUBLIC, allow


@blueprint.get("/gcn/nhieu")
@allow(PUBLIC)
def enter_many() -> Response:
    """The form for many codes."""
    return _page(200)


@blueprint.post("/gcn/nhieu")
@allow(PUBLIC)
def check_many() -> Response:
    """What each of the codes is worth, on a page or as csv; nothing of it is kept."""
    try:
        listed = batch.read(_sent())
        checks.count(web.database(), web.keys(), request.remote_addr, max(1, len(listed.codes)))
        rows = batch.answers(web.session(), listed.rows)
    except Refusal as refusal:
        return _page(refusal.status, refusal=refusal)
    if request.form.get("as") == "csv":
        return _file(rows)
    return _page(200, listed=listed, rows=rows)


def _sent() -> str:
    """What was pasted, else the text of the file."""
    pasted, file = request.form.get("codes", ""), request.files.get("file")
    if pasted.strip() or file is None:
        return pasted
    return batch.text_of(file.read(batch.MOST_BYTES + 1))


def _page(
    status: int, listed: batch.Listed | None = None, rows: list[batch.Answer] | None = None,
    refusal: Refusal | None = None,
) -> Response:  # fmt: skip
    page = render_template(
        "certificates/many.html",
        listed=listed,
        rows=rows,
        refusal=refusal,
        pasted=request.form.get("codes", "")[: batch.MOST_BYTES] if refusal else "",
        counts=_counts(rows or []),
        say=check_words,
        at=clock.now(),
        most=batch.MOST_ROWS,
        hourly=checks.PER_HOUR,
        keepers=queries.keepers(web.session()),
    )
    answer = hidden(page, status)
    if refusal and refusal.retry_after:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _counts(rows: list[batch.Answer]) -> list[tuple[str, int]]:
    """How many rows have each status, those that occur."""
    found = [(key, sum(one.status == key for one in rows)) for key in check_words.KINDS]
    return [(key, n) for key, n in found if n]


def _file(rows: list[batch.Answer]) -> Response:
    at = clock.now()
    answer = Response(batch.csv_of(rows, at), content_type="text/csv; charset=utf-8")
    name = f"kiem-tra-giay-chung-nhan-{clock.day_of(at):%Y-%m-%d}.csv"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return as_file(answer, name)
