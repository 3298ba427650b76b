"""What is open on a box: running classes, and nothing else. One list, for pages and calls alike.

A box holds copies of the commune's records. What is written to a copy would be lost, so whatever is not
class work (events, tablets, sign-in) is done at the commune, and the page says so.
"""

from flask import Flask, Response, render_template, request

from lms.core import web
from lms.core.errors import Forbidden
from lms.core.i18n import _
from lms.offline.box.here import recognise, this_box

HOUSE = frozenset({
    "assets.file", "health.health", "health.ready", "health.scrape", "core.robots", "core.theme",
    "board.front_door", "player.manifest", "player.player", "player.worker",
})  # fmt: skip
"""The house itself: files, health, the front door, the player's document."""
SIGN_IN = frozenset({"people.sign_in_page", "people.sign_in_now", "people.sign_out"})
TABLETS = frozenset({
    "invites.begin", "invites.come_in", "invites.done", "invites.scanned", "invites.screen",
    "teaching.tablets", "teaching.enrol_tablet", "teaching.revoke_tablet",
    "tablet.get_tablet", "tablet.enter_class", "tablet.leave_class", "tablet.get_roster",
    "tablet.sign_in_learner", "tablet.sign_out_learner", "tablet.scan_card", "tablet.join_by_phone",
    "own_phones.class_qr", "own_phones.class_qr_image",
    "sync.post_batch", "sync.get_have", "sync.get_time", "packs.put_report", "packs.get_pack",
    "content.get_content", "content.get_content_part", "courses.picture", "desk.get_desk",
})  # fmt: skip
"""Tablets of the class: let in by the trainer, they send events by their own credential."""
LEARNERS = frozenset({
    "cohorts.enter", "cohorts.take_code", "cohorts.faces", "cohorts.ask_pin", "cohorts.take_pin",
    "cohorts.ask_card", "cohorts.take_card", "cohorts.card", "cohorts.call_help", "cohorts.next_person",
    "assessments.home", "assessments.lesson_screen", "assessments.pass_screen", "assessments.lesson_done",
    "assessments.tests", "assessments.begin", "assessments.attempt", "assessments.question",
    "assessments.answer", "assessments.review", "assessments.hand_in",
    "attempts.get_attempt", "attempts.put_attempt", "assistant.learner_form", "assistant.learner_answer",
})  # fmt: skip
"""The learner's own pages: each write is an event of the learner who sits there."""
TRAINERS = frozenset({
    "board.today", "board.classes", "board.class_page", "board.open_today", "board.attendance",
    "board.observe", "hall.board", "hall.observing", "hall.testing",
    "teaching.open_session", "teaching.close_session", "teaching.open_sitting", "teaching.close_sitting",
    "teaching.mark_attendance", "teaching.unlock", "teaching.answer_help",
    "attendance.tap", "attendance.tap_all", "attendance.untap", "attendance.card",
    "attempts.put_task", "attempts.get_results",
    "projector.lessons", "projector.screen", "projector.code", "projector.taught",
    "results.of_class", "results.of_learner", "courses.lesson", "courses.programme",
    "assistant.staff_form", "assistant.staff_answer",
    "classes.list_cohorts", "classes.get_cohort", "classes.list_enrolments",
})  # fmt: skip
"""The trainer's class while it meets: events of the class, and reading what came of them."""
OWN = frozenset({"own_box.page", "own_box.send", "own_box.to_stick", "own_box.take"})
"""The box's own page: what is still here, and the way home."""
OPEN = HOUSE | SIGN_IN | TABLETS | LEARNERS | TRAINERS | OWN
WHEN_DISABLED = HOUSE | SIGN_IN | OWN | {
    "sync.post_batch", "sync.get_have", "sync.get_time", "packs.put_report", "board.today",
}  # fmt: skip
"""What is left on a box that the commune has disabled: taking in what tablets still keep."""


def init_app(app: Flask) -> None:
    """Find out where the service runs, and close on a box what is not listed."""
    app.extensions.update({"lms.box_open": OPEN, "lms.box_only": OWN})
    app.jinja_env.globals["is_open"] = web.is_open
    recognise(app.extensions["lms.db"])
    app.before_request(refuse_closed)


def refuse_closed() -> Response | None:
    """On a box: the page that says where this is done, instead of what is closed here."""
    if web.database().box_id is None or request.endpoint is None:
        return None
    disabled = _is_disabled()
    if request.endpoint in (WHEN_DISABLED if disabled else OPEN):
        return None
    if web.wants_json():
        raise Forbidden(_("Việc này làm ở máy chủ của xã, không làm trên máy lớp."))
    return Response(render_template("offline/box_closed.html", disabled=disabled), 403)


def _is_disabled() -> bool:
    """Read in a session of its own: the request's own begins to write only in its view."""
    with web.database().read() as session:
        own = this_box(session)
        return own is not None and own.disabled_at is not None
