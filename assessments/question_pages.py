"""The questions of an attempt, one a screen, until it is handed in. All work as plain forms."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from assessments import actions, queries
from assessments.pages import blueprint, desk_here, page
from assessments.questions import ask
from lms.core import web
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.ledger.web import project_now


@blueprint.get("/hoc/kiem-tra/<uuid:attempt_id>/<int:number>")
@allow(learner=Reach.OWN)
def question(attempt_id: UUID, number: int) -> str | Response:
    """One question with big cards; in practice an answer is explained at once."""
    session = web.session()
    held = queries.own_attempt(session, actor(), attempt_id)
    if held.submitted_at is not None:
        return redirect(url_for(".attempt", attempt_id=attempt_id), 303)
    form = queries.form_of(session, held)
    _require_number(form.items, number)
    asked = ask(form, number, queries.responses(session, held))
    return page(
        "assessments/question.html", desk_here(), attempt=held, question=asked, number=number,
        total=len(form.items),
    )  # fmt: skip


@blueprint.post("/hoc/kiem-tra/<uuid:attempt_id>/<int:number>")
@allow(learner=Reach.OWN)
def answer(attempt_id: UUID, number: int) -> Response:
    """Keep the chosen answer, if any, then go back or on; nothing chosen loses nothing."""
    held = queries.own_attempt(web.session(), actor(), attempt_id)
    form = queries.form_of(web.session(), held)
    _require_number(form.items, number)
    chosen = request.form.getlist("choice")
    practice, total = held.purpose == "practice", len(form.items)
    item = form.items[number - 1].item.id
    # What was explained is known, so in practice the first answer stands.
    if practice and queries.responses(web.session(), held).get(item):
        chosen = []
    if chosen:
        actions.give_answer(web.session(), actor(), attempt_id, item, chosen)
        project_now()
    stay = bool(chosen) and practice and request.form.get("go") != "back"
    return redirect(_after(attempt_id, number, total, stay=stay), 303)


def _after(attempt_id: UUID, number: int, total: int, *, stay: bool) -> str:
    if request.form.get("go") == "back":
        target = max(1, number - 1)
    elif request.form.get("go") == "list":
        target = total + 1
    else:
        target = number if stay else number + 1
    if target > total:
        return url_for(".review", attempt_id=attempt_id)
    return url_for(".question", attempt_id=attempt_id, number=target)


def _require_number(items: Any, number: int) -> None:
    if not 1 <= number <= len(items):
        raise NotFound(_("Bài này không có câu đó. Hãy quay về trang của mình."))


@blueprint.get("/hoc/kiem-tra/<uuid:attempt_id>/nop")
@allow(learner=Reach.OWN)
def review(attempt_id: UUID) -> str | Response:
    """What is answered and what is not, before handing in."""
    session = web.session()
    held = queries.own_attempt(session, actor(), attempt_id)
    if held.submitted_at is not None:
        return redirect(url_for(".attempt", attempt_id=attempt_id), 303)
    given = queries.responses(session, held)
    items = queries.form_of(session, held).item_ids
    numbered = [(n, bool(given.get(item))) for n, item in enumerate(items, 1)]
    return page("assessments/review.html", desk_here(), attempt=held, numbered=numbered)


@blueprint.post("/hoc/kiem-tra/<uuid:attempt_id>/nop")
@allow(learner=Reach.OWN)
def hand_in(attempt_id: UUID) -> Response:
    """Hand in; twice is once."""
    actions.hand_in(web.session(), actor(), attempt_id)
    project_now()
    return redirect(url_for(".attempt", attempt_id=attempt_id), 303)
