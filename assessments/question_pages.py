"""The questions of an attempt, one a screen, until it is handed in. All work as plain forms."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from assessments import actions
from assessments.pages import blueprint, desk_here, page
from assessments.questions import pictures_of
from assessments.seats import Place, Seat, seat_of
from assessments.shown.taps import fitting, in_address, tapped, taps_in, typed_in
from courses.activities import KINDS
from lms.core import web
from lms.core.guard import actor
from lms.core.policy import Reach, allow
from lms.ledger.web import project_now

FIELD = "choice"
AWAY = ("back", "home")
"""Ways out of a question that take what is done along and ask for nothing."""


def _seat(attempt_id: UUID) -> Seat:
    return seat_of(web.session(), actor(), attempt_id)


@blueprint.get("/hoc/kiem-tra/<uuid:attempt_id>/<int:number>")
@allow(learner=Reach.OWN)
def question(attempt_id: UUID, number: int) -> str | Response:
    """One question; in practice it is tried, hinted at, tried again, then explained."""
    seat = _seat(attempt_id)
    if seat.handed_in:
        return redirect(url_for(".attempt", attempt_id=attempt_id), 303)
    asked = seat.place(number).question(taps_in(request.args, FIELD))
    return page(
        "assessments/question.html", desk_here(), seat=seat, question=asked, number=number,
        media=pictures_of(seat.version), name=FIELD, level=1,
    )  # fmt: skip


@blueprint.post("/hoc/kiem-tra/<uuid:attempt_id>/<int:number>")
@allow(learner=Reach.OWN)
def answer(attempt_id: UUID, number: int) -> Response:
    """A tap of the activity, or the answer as a whole; nothing chosen loses nothing."""
    place = _seat(attempt_id).place(number)
    target = _tap(place) if "act" in request.form else _send(place)
    return redirect(target, 303)


def _tap(place: Place) -> str:
    if place.over:
        return _address(place)
    if not place.view.saves_each_act:
        sent = fitting(place.item, typed_in(request.form, FIELD))
        return _address(place, **tapped(place.item, sent, request.form, FIELD))
    # What stands is gone on from, not what an older page says: a test knows no way back.
    after = place.view.acted(place.item, place.stored, request.form)
    if after is not None and after != place.stored:
        _keep(place, after)
    return _address(place)


def _send(place: Place) -> str:
    go, sent = request.form.get("go"), typed_in(request.form, FIELD)
    practice = not place.seat.form.secret
    if go == "skip" or place.over or place.view.saves_each_act:
        return _after(place, go)
    fits = KINDS[place.item.kind].fits(place.item, sent)
    in_trouble = bool(sent) and fits and bool(place.view.trouble(place.item, sent))
    if in_trouble and (practice or not place.view.keeps_part):
        return _after(place, go) if go in AWAY else _address(place, **in_address(FIELD, sent))
    if sent or _taken_back(place):
        _keep(place, sent)
    stay = bool(sent) and practice and go not in AWAY
    return _address(place) if stay else _after(place, go)


def _taken_back(place: Place) -> bool:
    """A test's page showed the answer that stands, and all of it was taken out."""
    return bool(place.stored) and place.seat.form.secret and "whole" in request.form


def _keep(place: Place, response: tuple[str, ...]) -> None:
    actions.give_answer(
        web.session(), actor(), place.seat.attempt_id, place.item.id, response
    )  # fmt: skip
    project_now()


def _address(place: Place, **query: object) -> str:
    at = {"attempt_id": place.seat.attempt_id, "number": place.number}
    return url_for(".question", **at, **query)  # type: ignore[arg-type]  # Lists become repeated fields.


def _after(place: Place, go: str | None) -> str:
    total = place.seat.total
    if go == "home":
        return url_for(".home")
    step = {"back": max(1, place.number - 1), "list": total + 1}
    target = step.get(go or "", place.number + 1)
    if target > total:
        return url_for(".review", attempt_id=place.seat.attempt_id)
    return url_for(".question", attempt_id=place.seat.attempt_id, number=target)


@blueprint.get("/hoc/kiem-tra/<uuid:attempt_id>/nop")
@allow(learner=Reach.OWN)
def review(attempt_id: UUID) -> str | Response:
    """What is answered and what is not, before handing in."""
    seat = _seat(attempt_id)
    if seat.handed_in:
        return redirect(url_for(".attempt", attempt_id=attempt_id), 303)
    return page("assessments/review.html", desk_here(), seat=seat, numbered=seat.states())


@blueprint.post("/hoc/kiem-tra/<uuid:attempt_id>/nop")
@allow(learner=Reach.OWN)
def hand_in(attempt_id: UUID) -> Response:
    """Hand in; twice is once."""
    actions.hand_in(web.session(), actor(), attempt_id)
    project_now()
    return redirect(url_for(".attempt", attempt_id=attempt_id), 303)
