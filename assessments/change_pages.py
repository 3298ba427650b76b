"""The measured change of a commune, or of a trainer's own classes: on a page and as csv."""

from flask import Response, render_template

from assessments import change, change_words
from assessments.pages import blueprint
from lms.core import cells, clock, web
from lms.core.downloads import as_file
from lms.core.guard import actor
from lms.core.policy import TEACHING, allow


@blueprint.get("/thay-doi")
@allow(TEACHING)
def change_page() -> str:
    """How much people learned, by class, unit, group and programme, and what the figures leave out."""
    shown = change.report(web.session(), actor())
    return render_template(
        "assessments/change.html", report=shown, say=change_words, today=clock.today()
    )


@blueprint.get("/thay-doi.csv")
@allow(TEACHING)
def change_csv() -> Response:
    """The same figures for a spreadsheet; names never begin a formula."""
    rows = change_words.csv_rows(change.report(web.session(), actor()))
    body = cells.csv_bytes([cells.neutral(cell) if n < 2 else cell for n, cell in enumerate(row)]
                           for row in rows)  # fmt: skip
    name = f"thay-doi-nang-luc-{clock.today():%Y-%m-%d}.csv"
    return as_file(Response(body, mimetype="text/csv"), name)
