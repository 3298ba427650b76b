"""Lessons, a screen at a time, as plain forms and links."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from assessments import actions, queries
from assessments.pages import blueprint, desk_here, page
from assessments.questions import LessonTry, Question, ask_in_lesson, pictures_of
from assessments.shown import VIEWS
from assessments.shown.taps import fitting, tapped, taps_in, typed_in
from courses.rules import Item, Lesson, Screen
from lms.core import web
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Reach, allow
from lms.ledger.web import project_now

FIELD = "chon"


@blueprint.get("/hoc/bai/<lesson>/<int:screen>")
@allow(learner=Reach.OWN)
def lesson_screen(lesson: str, screen: int) -> str | Response:
    """One idea of a lesson; after the last one the lines to take home."""
    desk = desk_here()
    taught = _lesson(desk, lesson)
    _require_screen(taught, screen)
    if screen > len(taught.screens):
        return page("assessments/take_home.html", desk, **_place(desk, taught, screen))
    shown = taught.screens[screen - 1]
    if shown.practice and "act" in request.args:
        query = _tap(desk.version.item(shown.practice))
        return redirect(url_for(".lesson_screen", lesson=lesson, screen=screen, **query), 303)
    return page(
        "assessments/screen.html", desk, **_place(desk, taught, screen), **_try(desk, shown)
    )


def _try(desk: queries.Desk, shown: Screen) -> dict[str, Any]:
    """The practice question, as far as the address tells; nothing of it is stored."""
    return {
        "shown": shown,
        "question": _question(desk, shown),
        "media": pictures_of(desk.version),
        "name": FIELD,
        "level": 3,
    }


def _question(desk: queries.Desk, shown: Screen) -> Question | None:
    taps = taps_in(request.args, FIELD)
    sent = typed_in(request.args, FIELD) if taps.tokens is None else ()
    failed, reveal = "sai" in request.args, "xem" in request.args
    return ask_in_lesson(desk.version, shown.practice, LessonTry(sent, taps, failed, reveal))


def _tap(item: Item) -> dict[str, Any]:
    before = fitting(item, typed_in(request.args, FIELD))
    failed = {"sai": 1} if "sai" in request.args else {}
    if not VIEWS[item.kind].saves_each_act:
        return failed | tapped(item, before, request.args, FIELD)
    after = VIEWS[item.kind].acted(item, before, request.args)
    return failed | {FIELD: list(before if after is None else after)}


@blueprint.post("/hoc/bai/<lesson>/<int:screen>")
@allow(learner=Reach.OWN)
def pass_screen(lesson: str, screen: int) -> Response:
    """The learner goes on from a screen; from the last one the lesson is learned."""
    taught = _lesson(desk_here(), lesson)
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
    desk = desk_here()
    taught = _lesson(desk, lesson)
    states = queries.lesson_states(web.session(), desk)
    following = next((one for one in states if one.state != "done"), None)
    modules = queries.module_states(web.session(), desk, states)
    closed = next((m for m in modules if m.module.lessons[-1] is taught and m.quiz), None)
    return page(
        "assessments/lesson_done.html", desk, lesson=taught, following=following, closed=closed,
        attempt_id=uuid7(),
    )  # fmt: skip


def _lesson(desk: queries.Desk, code: str) -> Lesson:
    found = next((one for one in desk.lessons if one.code == code), None)
    if found is None:
        raise NotFound(_("Không tìm thấy bài học này. Hãy quay về trang của mình."))
    return found


def _require_screen(lesson: Lesson, screen: int) -> None:
    if not 1 <= screen <= len(lesson.screens) + 1:
        raise NotFound(_("Bài học này không có màn đó. Hãy quay về trang của mình."))


def _place(desk: queries.Desk, lesson: Lesson, screen: int) -> dict[str, Any]:
    number = desk.lessons.index(lesson) + 1
    return {"lesson": lesson, "number": number, "screen": screen, "total": len(lesson.screens) + 1}
