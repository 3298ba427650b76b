"""The learner's pages: home, lessons, practice and tests. All work as plain forms and links."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import actions, queries
from assessments.questions import ask, ask_in_lesson, wrong_ones
from courses.rules import Lesson, UnknownContent
from lms.core import web
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Reach, allow
from lms.ledger.web import project_now

blueprint = Blueprint("assessments", __name__)


def _desk() -> queries.Desk:
    return queries.desk(web.session(), actor())


def page(template: str, desk: queries.Desk, **values: Any) -> str:
    """A learner's page; who sits here, help and the next person come from the class's surroundings."""
    return render_template(template, desk=desk, address=desk.address, **values)


@blueprint.get("/hoc")
@allow(learner=Reach.OWN)
def home() -> str:
    """What comes next, how far one is, and the test."""
    session, desk = web.session(), _desk()
    lessons = queries.lesson_states(session, desk)
    return page(
        "assessments/home.html",
        desk,
        lessons=lessons,
        following=next((one for one in lessons if one.state != "done"), None),
        card=queries.exam_card(session, desk),
        why=actions.refusal_words,
        tasks=queries.task_states(session, desk),
        proofs=queries.proofs(session, desk),
    )


@blueprint.get("/hoc/bai/<lesson>/<int:screen>")
@allow(learner=Reach.OWN)
def lesson_screen(lesson: str, screen: int) -> str:
    """One idea of a lesson; after the last one the lines to take home."""
    desk = _desk()
    taught = _lesson(desk, lesson)
    _require_screen(taught, screen)
    if screen > len(taught.screens):
        return page("assessments/take_home.html", desk, **_place(desk, taught, screen))
    shown = taught.screens[screen - 1]
    chosen, reveal = request.args.getlist("chon"), "xem" in request.args
    question = ask_in_lesson(desk.version, shown.practice, chosen, reveal=reveal)
    return page(
        "assessments/screen.html", desk, shown=shown, question=question,
        **_place(desk, taught, screen),
    )  # fmt: skip


@blueprint.post("/hoc/bai/<lesson>/<int:screen>")
@allow(learner=Reach.OWN)
def pass_screen(lesson: str, screen: int) -> Response:
    """The learner goes on from a screen; from the last one the lesson is learned."""
    taught = _lesson(_desk(), lesson)
    _require_screen(taught, screen)
    if screen <= len(taught.screens):
        actions.see_screen(web.session(), actor(), lesson, screen)
        target = url_for(".lesson_screen", lesson=lesson, screen=screen + 1)
    else:
        actions.finish_lesson(web.session(), actor(), lesson)
        target = url_for(".lesson_done", lesson=lesson)
    project_now()
    return redirect(target, 303)


@blueprint.get("/hoc/bai/<lesson>/xong")
@allow(learner=Reach.OWN)
def lesson_done(lesson: str) -> str:
    """A lesson is learned; what comes next."""
    desk = _desk()
    taught = _lesson(desk, lesson)
    states = queries.lesson_states(web.session(), desk)
    following = next((one for one in states if one.state != "done"), None)
    return page("assessments/lesson_done.html", desk, lesson=taught, following=following)


def _lesson(desk: queries.Desk, code: str) -> Lesson:
    try:
        return desk.version.lesson(code)
    except UnknownContent:
        raise NotFound(_("Không tìm thấy bài học này. Hãy quay về trang của mình.")) from None


def _require_screen(lesson: Lesson, screen: int) -> None:
    if not 1 <= screen <= len(lesson.screens) + 1:
        raise NotFound(_("Bài học này không có màn đó. Hãy quay về trang của mình."))


def _place(desk: queries.Desk, lesson: Lesson, screen: int) -> dict[str, Any]:
    number = [one.code for one in desk.version.lessons].index(lesson.code) + 1
    return {"lesson": lesson, "number": number, "screen": screen, "total": len(lesson.screens) + 1}


@blueprint.get("/hoc/kiem-tra")
@allow(learner=Reach.OWN)
def tests() -> str:
    """Practice at any time; the test while a proctored sitting is open."""
    session, desk = web.session(), _desk()
    practised = queries.own_attempts(session, desk, "practice")
    return page(
        "assessments/tests.html",
        desk,
        card=queries.exam_card(session, desk),
        why=actions.refusal_words,
        unfinished=next((a for a in practised if a.state == "open"), None),
        attempt_id=uuid7(),
        counts={
            plan.kind: plan.count
            for plan in desk.version.blueprints
            if plan.level == desk.cohort.level
        },
    )


@blueprint.post("/hoc/kiem-tra")
@allow(learner=Reach.OWN)
def begin() -> Response:
    """Begin an attempt under the id that the page was drawn with, so that two taps are one."""
    attempt_id = web.uuid_field(request.form.get("attempt", ""), "attempt")
    kind = "certifying" if request.form.get("kind") == "certifying" else "practice"
    actions.start_attempt(web.session(), actor(), attempt_id, kind)
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
    skills = queries.skill_results(session, held)
    mistakes = wrong_ones(queries.form_of(session, held), queries.responses(session, held))
    card = queries.exam_card(session, _desk())
    return page(
        "assessments/result.html", _desk(), attempt=held, skills=skills, mistakes=mistakes,
        card=card, why=actions.refusal_words, needed=queries.needed(session, held),
    )  # fmt: skip


def _first_open(held: Any) -> int:
    form = queries.form_of(web.session(), held)
    given = queries.responses(web.session(), held)
    numbers = (n for n, item in enumerate(form.item_ids, 1) if not given.get(item))
    return next(numbers, len(form.items))


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
        "assessments/question.html", _desk(), attempt=held, question=asked, number=number,
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
    return page("assessments/review.html", _desk(), attempt=held, numbered=numbered)


@blueprint.post("/hoc/kiem-tra/<uuid:attempt_id>/nop")
@allow(learner=Reach.OWN)
def hand_in(attempt_id: UUID) -> Response:
    """Hand in; twice is once."""
    actions.hand_in(web.session(), actor(), attempt_id)
    project_now()
    return redirect(url_for(".attempt", attempt_id=attempt_id), 303)
