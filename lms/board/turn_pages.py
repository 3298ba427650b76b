"""'Đổi người cho lượt này': the turns of a meeting, whose each was, and taking a decision back."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from lms.board import turn_list
from lms.cohorts import queries, turn_moves
from lms.cohorts.turn_moves import Move
from lms.core import web
from lms.core.errors import Invalid
from lms.core.guard import actor, require_cohort
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.core.web import see

blueprint = Blueprint("turns", __name__)

REASONS = ("Bấm nhầm hình", "Cầm nhầm thẻ", "Người trước chưa bấm “Người tiếp theo”")
"""What mostly happened; anything else is typed."""


@blueprint.get("/buoi-hoc/<uuid:session_id>/doi-nguoi")
@allow(TEACHING)
def turns_page(session_id: UUID) -> str:
    """Every turn of the meeting with what was done in it; `?luot=<key>` asks whose that one was."""
    return _page(session_id, request.args.get("luot", ""))


def _page(session_id: UUID, key: str, error: str = "") -> str:
    session, who = web.session(), actor()
    meeting = queries.class_session(session, who.commune, session_id)
    require_cohort(who, meeting.cohort_id)
    cohort = queries.cohort(session, who.commune, meeting.cohort_id)
    shown = turn_list.sheet(session, cohort, meeting)
    chosen = next((one for one in shown.turns if one.key == key), None)
    reasons = [(_(one), _(one)) for one in REASONS]
    return render_template(
        "board/turns.html", sheet=shown, reasons=reasons, error=error, chosen=chosen
    )


@blueprint.post("/buoi-hoc/<uuid:session_id>/doi-nguoi")
@allow(TEACHING)
def move(session_id: UUID) -> Response | tuple[str, int]:
    """Say whose a turn was: fields `turn`, `to` (an enrolment), `reason` or `other`."""
    try:
        turn_moves.move_turn(web.session(), actor(), session_id, _asked())
    except Invalid as refusal:
        web.session().rollback()
        return _page(session_id, request.form.get("turn", ""), refusal.message), refusal.status
    return see(url_for("turns.turns_page", session_id=session_id, xong=1))


def _asked() -> Move:
    turn = turn_list.read_key(request.form.get("turn", "")[:200])
    if turn is None:
        words = _("Hãy chọn lượt cần đổi trong danh sách.")
        raise Invalid(words, fields={"turn": [words]})
    typed = request.form.get("to", "")
    if not typed:
        words = _("Hãy chọn người đã thật sự ngồi máy lượt đó.")
        raise Invalid(words, fields={"to": [words]})
    reason = request.form.get("other", "") or request.form.get("reason", "")
    return Move(turn, web.uuid_field(typed, "to"), reason)


@blueprint.post("/doi-nguoi/<uuid:move_id>/hoan-tac")
@allow(TEACHING)
def undo(move_id: UUID) -> Response:
    """Take a decision back: the turn is again the one's whose picture it bears."""
    row = turn_moves.undo_move(web.session(), actor(), move_id)
    return see(url_for("turns.turns_page", session_id=row.class_session_id))
