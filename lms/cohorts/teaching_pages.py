"""What trainers post from the board, and the page of tablets. Every post goes back where it came from."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from lms.cohorts import actions, carry_queries, classroom, devices, marking, queries
from lms.cohorts.access import device_of
from lms.cohorts.signed_in import DEVICE_SECONDS
from lms.core import cookies, web
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.policy import TEACHING, Reach, Role, allow
from lms.core.text import short_name
from lms.core.web import back, see
from lms.ledger.web import project_now
from lms.people.models import Person

blueprint = Blueprint("teaching", __name__)

FIELD = "state-"
"""A field of the attendance form is named state-<enrolment id>."""


@blueprint.post("/buoi/<uuid:session_id>/mo")
@allow(TEACHING)
def open_session(session_id: UUID) -> Response:
    """Open a class session."""
    classroom.open_session(web.session(), actor(), session_id)
    project_now()
    return back()


@blueprint.post("/buoi/<uuid:session_id>/dong")
@allow(TEACHING)
def close_session(session_id: UUID) -> Response:
    """Close a class session."""
    row = classroom.close_session(web.session(), actor(), session_id)
    project_now()
    return see(url_for("board.class_page", cohort_id=row.cohort_id, xong=row.id))


@blueprint.post("/buoi/<uuid:session_id>/diem-danh")
@allow(TEACHING)
def mark_attendance(session_id: UUID) -> Response:
    """Mark who is there: one state per learner, an empty one is left as it is."""
    states = {
        web.uuid_field(name.removeprefix(FIELD), name): state
        for name, state in request.form.items()
        if name.startswith(FIELD) and state
    }
    marking.mark(web.session(), actor(), session_id, states)
    project_now()
    return back()


@blueprint.post("/lop-hoc/<uuid:cohort_id>/giam-sat")
@allow(TEACHING)
def open_sitting(cohort_id: UUID) -> Response:
    """Begin a proctored sitting; the one who presses the button is the proctor."""
    place = request.form.get("place", "")[:200]
    classroom.open_sitting(web.session(), actor(), cohort_id, place)
    project_now()
    return back()


@blueprint.post("/lop-hoc/<uuid:cohort_id>/giam-sat/ket-thuc")
@allow(TEACHING)
def close_sitting(cohort_id: UUID) -> Response:
    """End the sitting."""
    classroom.close_sitting(web.session(), actor(), cohort_id)
    project_now()
    return back()


@blueprint.post("/lop-hoc/<uuid:cohort_id>/giam-sat/ho-tro")
@allow(TEACHING)
def accommodate(cohort_id: UUID) -> Response:
    """Record what a learner is allowed in the sitting: fields `enrolment_id` and `allowed` (many)."""
    learner = web.uuid_field(request.form.get("enrolment_id", ""), "enrolment_id")
    allowed = request.form.getlist("allowed")
    classroom.accommodate(web.session(), actor(), cohort_id, learner, allowed)
    return back()


@blueprint.post("/lop-hoc/<uuid:cohort_id>/buoi")
@allow(TEACHING)
def plan_session(cohort_id: UUID) -> Response:
    """Plan a meeting on a day: field `planned_on`, as yyyy-mm-dd."""
    try:
        day = datetime.strptime(request.form.get("planned_on", ""), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone.
    except ValueError:
        words = "Hãy chọn ngày của buổi học."
        raise Invalid(words, fields={"planned_on": [words]}) from None
    actions.plan_session(web.session(), actor(), cohort_id, day)
    return back()


@blueprint.post("/ghi-danh/<uuid:enrolment_id>/mo-khoa")
@allow(TEACHING)
def unlock(enrolment_id: UUID) -> Response:
    """Let a learner try the PIN again."""
    actions.unlock(web.session(), actor(), enrolment_id)
    return back()


@blueprint.post("/ghi-danh/<uuid:enrolment_id>/da-giup")
@allow(TEACHING)
def answer_help(enrolment_id: UUID) -> Response:
    """The trainer has come to the learner who called."""
    classroom.answer_help(web.session(), actor(), enrolment_id)
    project_now()
    return back()


@blueprint.post("/ghi-danh/<uuid:enrolment_id>/pin")
@allow(TEACHING)
def new_pin(enrolment_id: UUID) -> str:
    """Give a learner another PIN and show it, to be written on the card."""
    session, who = web.session(), actor()
    pin = actions.new_pin(session, who, web.keys(), enrolment_id)
    row = queries.enrolment(session, who.commune, enrolment_id)
    person = session.get_one(Person, (who.commune, row.person_id))
    face = {"name": short_name(person.full_name), "picture": row.picture, "colour": row.colour}
    return render_template("cohorts/new_pin.html", face=face, pin=pin, back_url=back().location)


@blueprint.get("/may")
@allow(TEACHING)
def tablets() -> str:
    """The commune's tablets, what each has sent, and whether this browser is one."""
    return _tablets_page("", "")


def _tablets_page(label: str, error: str) -> str:
    session, who = web.session(), actor()
    here = device_of(session, web.keys(), cookies.read(request, cookies.DEVICE) or "")
    reach = who.cohort_ids if who.role is Role.TRAINER else None
    own = devices.others(session, who.commune, reach)
    phones = carry_queries.states(session, [one.device for one in own])
    return render_template(
        "cohorts/tablets.html", here=here, error=error, label=label or _next(session, who.commune),
        rows=carry_queries.states(session, queries.tablets(session, who.commune)),
        phones=list(zip(own, phones, strict=True)),
    )  # fmt: skip


def _next(session: Session, commune_id: UUID) -> str:
    return devices.next_label(session, commune_id)


@blueprint.post("/may")
@allow(TEACHING)
def enrol_tablet() -> Response | tuple[str, int]:
    """Make this browser a tablet of the commune: field `label`."""
    label = request.form.get("label", "")[:200]
    try:
        _device, credential = devices.enrol_device(web.session(), actor(), web.keys(), label)
    except Invalid as refusal:
        return _tablets_page(label, refusal.message), refusal.status
    answer = see(url_for("teaching.tablets"))
    cookies.put(answer, cookies.DEVICE, credential, DEVICE_SECONDS)
    return answer


@blueprint.post("/may/<uuid:device_id>/thu-hoi")
@allow(trainer=Reach.COMMUNE, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def revoke_tablet(device_id: UUID) -> Response:
    """Revoke a tablet, for instance a lost one."""
    devices.revoke_device(web.session(), actor(), device_id)
    return see(url_for("teaching.tablets"))
