"""The page that shows both lines of a test done on two tablets, and takes the trainer's choice."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from assessments import forking
from lms.core import web
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.policy import TEACHING, allow
from lms.core.web import see

blueprint = Blueprint("forks", __name__)


@blueprint.get("/luot-lam/<uuid:attempt_id>/nhanh")
@allow(TEACHING)
def lines(attempt_id: UUID) -> str:
    """Both lines of work, side by side."""
    return _page(attempt_id)


def _page(attempt_id: UUID, error: str = "") -> str:
    found = forking.fork(web.session(), actor(), attempt_id)
    return render_template("assessments/fork.html", fork=found, error=error)


@blueprint.post("/luot-lam/<uuid:attempt_id>/nhanh")
@allow(TEACHING)
def choose(attempt_id: UUID) -> Response | tuple[str, int]:
    """Take a choice: fields `branch` and `reason`."""
    branch, reason = request.form.get("branch", "")[:200], request.form.get("reason", "")
    try:
        forking.choose(web.session(), actor(), attempt_id, branch, reason)
    except Invalid as refusal:
        web.session().rollback()
        return _page(attempt_id, refusal.message), refusal.status
    return see(url_for("forks.lines", attempt_id=attempt_id))


@blueprint.post("/luot-lam/<uuid:attempt_id>/nhanh/hoan-tac")
@allow(TEACHING)
def undo(attempt_id: UUID) -> Response:
    """Take the choice back."""
    forking.undo(web.session(), actor(), attempt_id)
    return see(url_for("forks.lines", attempt_id=attempt_id))
