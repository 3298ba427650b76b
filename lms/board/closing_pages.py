"""The page that ends a class: what is missing, closing all the same, opening again."""

from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from lms.board import closing
from lms.cohorts import managing
from lms.core import web
from lms.core.guard import actor
from lms.core.policy import TEACHING, allow
from lms.core.web import see
from lms.ledger.web import project_now

blueprint = Blueprint("closing", __name__)


@blueprint.get("/lop-hoc/<uuid:cohort_id>/ket-thuc")
@allow(TEACHING)
def page(cohort_id: UUID) -> str:
    """What is missing of the class, each with the page where it is mended."""
    found = closing.sheet(web.session(), actor(), cohort_id)
    may = managing.may_manage(web.session(), actor(), found.board.cohort)
    return render_template("board/closing.html", sheet=found, board=found.board, may=may)


@blueprint.post("/lop-hoc/<uuid:cohort_id>/ket-thuc")
@allow(TEACHING)
def close(cohort_id: UUID) -> Response:
    """End the class, whatever is missing."""
    closing.close(web.session(), actor(), cohort_id)
    project_now()
    return see(url_for("closing.page", cohort_id=cohort_id))


@blueprint.post("/lop-hoc/<uuid:cohort_id>/ket-thuc/mo-lai")
@allow(TEACHING)
def reopen(cohort_id: UUID) -> Response:
    """Let the class go on."""
    closing.reopen(web.session(), actor(), cohort_id)
    return see(url_for("closing.page", cohort_id=cohort_id))
