"""Attendance in the hall: a tap on a name, a card before a scanner, everybody at once, and undo."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from lms.board import queries
from lms.cohorts import marking, scanning
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.marking import Tap
from lms.core import clock, web
from lms.core.errors import Refusal
from lms.core.guard import actor
from lms.core.policy import TEACHING, allow
from lms.core.web import see
from lms.ledger.rules import device_time
from lms.ledger.web import project_now

blueprint = Blueprint("attendance", __name__)

UNDO_SECONDS = 1800


def page(cohort_id: UUID, chosen: UUID | None, error: str = "") -> str:
    """Who is there at a meeting (None: the open one, else the last held); printed, the sheet to sign."""
    session, who = web.session(), actor()
    shown = queries.board(session, who, cohort_id, chosen, papers=False)
    meeting = next((m for m in shown.meetings if m.id == chosen), shown.latest)
    if meeting is not None and meeting.id != chosen and meeting is not shown.open:
        shown = queries.board(session, who, cohort_id, meeting.id, papers=False)
    came = cohorts_queries.came_to(session, meeting) if meeting else set()
    return render_template(
        "board/attendance.html", board=shown, meeting=meeting, error=error, came=came,
        done=_done(),
    )  # fmt: skip


def _done() -> Tap | None:
    """The tap that the page may offer to undo; the address says which."""
    stamp, count = request.args.get("vua", ""), request.args.get("so", "")
    if not (stamp.isdecimal() and count.isdecimal() and len(stamp) < 16 and len(count) < 6):
        return None
    age = (clock.now() - device_time(int(stamp), 0)).total_seconds()
    return Tap(int(count), int(stamp)) if 0 <= age < UNDO_SECONDS else None


@blueprint.post("/buoi-hoc/<uuid:session_id>/cham-ten")
@allow(TEACHING)
def tap(session_id: UUID) -> Response:
    """Mark one learner: fields `enrolment_id` and `state`."""
    learner = web.uuid_field(request.form.get("enrolment_id", ""), "enrolment_id")
    state = request.form.get("state", "")
    done = marking.mark(web.session(), actor(), session_id, {learner: state})
    project_now()
    return _back(session_id, done, f"hv-{learner}")


@blueprint.post("/buoi-hoc/<uuid:session_id>/du-ca-lop")
@allow(TEACHING)
def tap_all(session_id: UUID) -> Response:
    """Whoever is not marked yet is here."""
    done = marking.everybody_present(web.session(), actor(), session_id)
    project_now()
    return _back(session_id, done)


@blueprint.post("/buoi-hoc/<uuid:session_id>/hoan-tac-diem-danh")
@allow(TEACHING)
def untap(session_id: UUID) -> Response:
    """Take the marks of one tap back: field `stamp`."""
    typed = request.form.get("stamp", "")
    stamp = int(typed) if typed.isdecimal() and len(typed) < 16 else 0
    marking.undo(web.session(), actor(), session_id, stamp)
    project_now()
    return _back(session_id, Tap(0))


@blueprint.post("/buoi-hoc/<uuid:session_id>/quet-the")
@allow(TEACHING)
def card(session_id: UUID) -> Response | tuple[str, int]:
    """The holder of a card is here: field `card` (typed, or what a scanner wrote) or a file `photo`."""
    typed, photo = request.form.get("card", "")[:200], request.files.get("photo")
    try:
        number = scanning.card_on_photo(photo.stream, known=True) if photo else typed
        learner, done = marking.mark_card(web.session(), actor(), web.keys(), session_id, number)
    except Refusal as refusal:
        return _not_read(session_id, refusal)
    project_now()
    return _back(session_id, done, card=learner)


def _not_read(session_id: UUID, refusal: Refusal) -> tuple[str, int]:
    """The page again with what to do, and the focus in its field; a stranger gets no page."""
    if refusal.status in (401, 403, 404):
        raise refusal
    web.session().rollback()
    refusal = web.kept(refusal)
    meeting = cohorts_queries.class_session(web.session(), actor().commune, session_id)
    return page(meeting.cohort_id, meeting.id, refusal.message), refusal.status


def _back(session_id: UUID, done: Tap, anchor: str = "", card: UUID | None = None) -> Response:
    meeting = cohorts_queries.class_session(web.session(), actor().commune, session_id)
    return see(
        url_for(
            "board.attendance", cohort_id=meeting.cohort_id, buoi=session_id, the=card,
            vua=done.stamp, so=done.changed or None, _anchor=anchor or None,
        )
    )  # fmt: skip
