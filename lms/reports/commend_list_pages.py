"""Pages of lists that were decided: as they stand, on paper, and as a workbook."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, request

from lms.core import web
from lms.core.downloads import as_file
from lms.core.guard import actor
from lms.core.policy import allow
from lms.indicators.queries import commune_of
from lms.people.proof import weighs
from lms.reports.commend_kept import body_of, is_sealed, kept, lines, since
from lms.reports.commend_models import CommendList
from lms.reports.commend_pages import OFFICE, blueprint
from lms.reports.commend_words import name_heading, subject_short
from lms.reports.document_letterhead import check_head, letterhead

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/khen-thuong/danh-sach/<uuid:commend_list_id>")
@allow(OFFICE)
def kept_page(commend_list_id: UUID) -> str:
    """A decided list, and what changed since."""
    session, who = web.session(), actor()
    row = kept(session, who, commend_list_id)
    return render_template(
        "reports/commend_kept.html", since=since(session, who, row), sealed=is_sealed(row),
        short=subject_short(row.subject), **surroundings(row),
    )  # fmt: skip


def surroundings(row: CommendList) -> dict[str, Any]:
    """What every form of a decided list says."""
    body = body_of(row)
    return {
        "row": row,
        "body": body,
        "lines": lines(row),
        "heading": name_heading(row.subject),
        "by": body["decided"]["by"],
        "with_units": row.subject not in ("unit", "trainer"),
    }


@blueprint.get("/khen-thuong/danh-sach/<uuid:commend_list_id>/in")
@allow(OFFICE)
def paper(commend_list_id: UUID) -> str:
    """The list on A4, under the office's letterhead."""
    session, who = web.session(), actor()
    row = kept(session, who, commend_list_id)
    head = letterhead(session, commune_of(session, who.commune), _head()).letterhead
    return render_template("reports/commend_paper.html", head=head, **surroundings(row))


def _head() -> str:
    """Whose paper it is (`mau`): that of the committee (ubnd) unless the Party's is asked for."""
    return check_head(request.args.get("mau", "ubnd"))


@blueprint.get("/khen-thuong/danh-sach/<uuid:commend_list_id>/danh-sach.xlsx")
@allow(OFFICE)
@weighs
def workbook(commend_list_id: UUID) -> Response:
    """The list as a workbook, set up for A4."""
    from lms.reports.commend_xlsx import xlsx_bytes

    row = kept(web.session(), actor(), commend_list_id)
    answer = Response(xlsx_bytes(row, surroundings(row)), content_type=XLSX)
    return as_file(answer, f"khen-thuong-{row.as_of.isoformat()}-so-{row.number}.xlsx")
