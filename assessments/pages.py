"""The learner's own page, what may be begun, and results. Lessons and questions lie beside it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import actions, measuring, queries
from assessments.models import Attempt
from assessments.next_steps import advice
from assessments.questions import wrong_ones
from courses.rules import FORM_KINDS, MEASURING_KINDS
from lms.core import web
from lms.core.guard import actor
from lms.core.ids import uuid7
from lms.core.policy import Reach, allow
from lms.ledger.web import project_now

blueprint = Blueprint("assessments", __name__)


def desk_here() -> queries.Desk:
    """The desk of the learner who is signed in."""
    return queries.desk(web.session(), actor())


def page(template: str, desk: queries.Desk, **values: Any) -> str:
    """A learner's page; who sits here, help and the next person come from the class's surroundings."""
    return render_template(template, desk=desk, address=desk.address, **values)


@blueprint.get("/hoc")
@allow(learner=Reach.OWN)
def home() -> str:
    """What comes next, how far one is, and the test."""
    session, desk = web.session(), desk_here()
    lessons = queries.lesson_states(session, desk)
    forms = measuring.cards(session, desk, lessons)
    step = measuring.next_step(forms, lessons)
    return page(
        "assessments/home.html",
        desk,
        lessons=lessons,
        modules=queries.module_states(session, desk, lessons),
        quiz_ids={module.code: uuid7() for module in desk.version.modules},
        following=next((one for one in lessons if one.state != "done"), None),
        card=queries.exam_card(session, desk),
        why=actions.refusal_words,
        step=step,
        waiting=[one for one in forms if one.can_begin and one is not step],
        title_of=measuring.title,
        attempt_id=uuid7(),
        advice=advice(session, desk, lessons),
        tasks=queries.task_states(session, desk),
        proofs=queries.proofs(session, desk),
    )


@blueprint.get("/hoc/kiem-tra")
@allow(learner=Reach.OWN)
def tests() -> str:
    """Practice at any time; the test while a proctored sitting is open."""
    session, desk = web.session(), desk_here()
    practised = queries.own_attempts(session, desk, "practice")
    lessons = queries.lesson_states(session, desk)
    return page(
        "assessments/tests.html",
        desk,
        card=queries.exam_card(session, desk),
        why=actions.refusal_words,
        unfinished=next((a for a in practised if a.state == "open"), None),
        attempt_id=uuid7(),
        measuring=[(one, uuid7()) for one in measuring.shown(session, desk, lessons)],
        why_not=measuring.refusal_words,
        title_of=measuring.title,
        counts={
            plan.kind: plan.count
            for plan in desk.version.blueprints
            if plan.level == desk.cohort.level and not plan.module
        },
    )


@blueprint.post("/hoc/kiem-tra")
@allow(learner=Reach.OWN)
def begin() -> Response:
    """Begin an attempt under the id that the page was drawn with, so that two taps are one."""
    attempt_id = web.uuid_field(request.form.get("attempt", ""), "attempt")
    asked = request.form.get("kind", "")
    kind = asked if asked in FORM_KINDS else "practice"
    # A form that waits half done, perhaps since another tablet, is gone on with.
    waiting = measuring.waiting(web.session(), desk_here(), kind)
    if waiting is not None:
        return redirect(url_for(".attempt", attempt_id=waiting), 303)
    module = request.form.get("module", "")
    actions.start_attempt(web.session(), actor(), attempt_id, kind, module)
    project_now()
    return redirect(url_for(".attempt", attempt_id=attempt_id), 303)


@blueprint.get("/hoc/kiem-tra/<uuid:attempt_id>")
@allow(learner=Reach.OWN)
def attempt(attempt_id: UUID) -> str | Response:
    """The result once it is handed in; else the first question without an answer."""
    session = web.session()
    held = queries.own_attempt(session, actor(), attempt_id)
    if held.submitted_at is None and held.state != "refused":
        number = _first_open(held)
        return redirect(url_for(".question", attempt_id=attempt_id, number=number), 303)
    if held.purpose in MEASURING_KINDS:
        return _measured(held)
    skills = queries.skill_results(session, held)
    mistakes = wrong_ones(queries.form_of(session, held), queries.responses(session, held))
    card = queries.exam_card(session, desk_here())
    return page(
        "assessments/result.html", desk_here(), attempt=held, skills=skills, mistakes=mistakes,
        card=card, why=actions.refusal_words, needed=queries.needed(session, held),
    )  # fmt: skip


def _measured(held: Attempt) -> str:
    """Thanks, what to learn well, and after a course how it was before; nothing of the key."""
    session, desk = web.session(), desk_here()
    lessons = queries.lesson_states(session, desk)
    return page(
        "assessments/measured.html", desk, attempt=held,
        skills=queries.skill_results(session, held),
        before=measuring.compared_with(session, desk, held),
        following=next((one for one in lessons if one.state != "done"), None),
    )  # fmt: skip


def _first_open(held: Any) -> int:
    form = queries.form_of(web.session(), held)
    given = queries.responses(web.session(), held)
    numbers = (n for n, item in enumerate(form.item_ids, 1) if not given.get(item))
    return next(numbers, len(form.items))
