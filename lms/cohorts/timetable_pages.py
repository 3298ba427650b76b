"""The timetable of a class and the page of one meeting: move it, cancel it, let another trainer teach it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from lms.cohorts import carry_queries, queries, substitutes, timetable
from lms.cohorts.managing import Changed, may_manage, trainer_ids
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.timetable import MeetingChange
from lms.cohorts.timetable_forms import WEEKDAYS, Form, read_plan, typed_values
from lms.core import clock, web
from lms.core.errors import Invalid
from lms.core.guard import actor, require_cohort
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.core.web import see

blueprint = Blueprint("timetable", __name__)


def shown_class(cohort_id: UUID) -> Cohort:
    """A class whose pages the actor may see."""
    cohort = queries.cohort(web.session(), actor().commune, cohort_id)
    require_cohort(actor(), cohort.id)
    return cohort


def shown_meeting(session_id: UUID) -> tuple[ClassSession, Cohort]:
    """A meeting, of a class whose pages the actor may see."""
    meeting = queries.class_session(web.session(), actor().commune, session_id)
    return meeting, shown_class(meeting.cohort_id)


@blueprint.get("/lop-hoc/<uuid:cohort_id>/lich")
@allow(TEACHING)
def page(cohort_id: UUID) -> str:
    """Every meeting of a class with what gets in its way, and a form to add more."""
    today = clock.today().isoformat()
    return _page(shown_class(cohort_id), Form({"starts_on": today, "count": "1"}))


def _page(cohort: Cohort, form: Form) -> str:
    session, who = web.session(), actor()
    card = queries.card_of(session, cohort)
    return render_template(
        "cohorts/timetable.html", cohort=cohort, learners=card.learners, form=form, weekdays=WEEKDAYS,
        ticked=request.form.getlist("weekdays"), rows=timetable.timetable(session, cohort),
        hours=timetable.clock_hour, may_manage=may_manage(session, who, cohort),
        state=card.state,
    )  # fmt: skip


@blueprint.post("/lop-hoc/<uuid:cohort_id>/lich")
@allow(TEACHING)
def add(cohort_id: UUID) -> Response | tuple[str, int]:
    """Plan meetings: fields `starts_on`, `count`, `weekdays` (several), hours and `meeting_place`."""
    form = Form(typed_values(request.form))
    form.require({"starts_on": "Hãy chọn ngày của buổi đầu tiên cần thêm."})
    plan = read_plan(form, request.form.getlist("weekdays"), form.day("starts_on"))
    if form.errors:
        return _page(shown_class(cohort_id), form), 422
    hours = (plan.starts_at, plan.ends_at)
    timetable.add_meetings(web.session(), actor(), cohort_id, plan.days, *hours, plan.place)
    return see(url_for("timetable.page", cohort_id=cohort_id))


@blueprint.get("/buoi-hoc/<uuid:session_id>/sua")
@allow(TEACHING)
def meeting_page(session_id: UUID) -> str:
    """One meeting: its day, hours and place, who teaches instead, and cancelling."""
    meeting, cohort = shown_meeting(session_id)
    return _meeting_page(meeting, cohort, Form(_held(meeting, cohort)))


def _held(meeting: ClassSession, cohort: Cohort) -> dict[str, str]:
    """The meeting as its form shows it."""
    return {
        "revision": str(meeting.revision),
        "planned_on": meeting.planned_on.isoformat(),
        "starts_at": f"{meeting.starts_at:%H:%M}" if meeting.starts_at else "",
        "ends_at": f"{meeting.ends_at:%H:%M}" if meeting.ends_at else "",
        "meeting_place": meeting.place or cohort.place,
    }


def _meeting_page(meeting: ClassSession, cohort: Cohort, form: Form, **more: Any) -> str:
    session, who = web.session(), actor()
    own = trainer_ids(session, cohort)
    able = substitutes.trainers_of_commune(session, who.commune)
    return render_template(
        "cohorts/meeting.html", meeting=meeting, cohort=cohort, form=form,
        row=next(r for r in timetable.timetable(session, cohort) if r.meeting.id == meeting.id),
        able=[one for one in able if one.id not in own], hours=timetable.clock_hour,
        weekday=WEEKDAYS[meeting.planned_on.weekday()],
        may_manage=may_manage(session, who, cohort),
        is_carried=carry_queries.is_carried(session, meeting), **more,
    )  # fmt: skip


@blueprint.post("/buoi-hoc/<uuid:session_id>/sua")
@allow(TEACHING)
def move(session_id: UUID) -> Response | tuple[str, int]:
    """Move a meeting: fields `planned_on`, `starts_at`, `ends_at`, `meeting_place`, `revision`."""
    meeting, cohort = shown_meeting(session_id)
    form = Form(typed_values(request.form))
    change = _change(form)
    if change is None:
        return _meeting_page(meeting, cohort, form), 422
    try:
        timetable.move_meeting(web.session(), actor(), session_id, change)
    except Changed as changed:
        form.values["revision"] = str(changed.revision)
        return _meeting_page(meeting, cohort, form, saved=_differences(meeting, cohort, form)), 409
    return see(url_for("timetable.page", cohort_id=cohort.id, _anchor=f"buoi-{meeting.number}"))


def _change(form: Form) -> MeetingChange | None:
    form.require({"planned_on": "Hãy chọn ngày của buổi học."})
    day, (starts, ends) = form.day("planned_on"), form.hours()
    if form.errors or day is None:
        return None
    return MeetingChange(form.revision(), day, starts, ends, form.text("meeting_place"))


def _differences(meeting: ClassSession, cohort: Cohort, form: Form) -> list[tuple[str, str, str]]:
    """(field, what is saved, what was typed) where both differ."""
    names = {"planned_on": _("Ngày"), "starts_at": _("Từ giờ"), "ends_at": _("Đến giờ"),
             "meeting_place": _("Nơi học")}  # fmt: skip
    saved = _held(meeting, cohort)
    return [
        (word, saved[name], form.text(name))
        for name, word in names.items()
        if saved[name] != form.text(name)
    ]


@blueprint.post("/buoi-hoc/<uuid:session_id>/huy")
@allow(TEACHING)
def cancel(session_id: UUID) -> Response | tuple[str, int]:
    """Cancel a meeting: field `reason`."""
    meeting, cohort = shown_meeting(session_id)
    reason = request.form.get("reason", "")
    try:
        timetable.cancel_meeting(web.session(), actor(), session_id, reason)
    except Invalid as refusal:
        form = Form(_held(meeting, cohort))
        form.refuse(refusal, "reason")
        return _meeting_page(meeting, cohort, form), 422
    return see(url_for("timetable.page", cohort_id=cohort.id))


@blueprint.post("/buoi-hoc/<uuid:session_id>/bo-huy")
@allow(TEACHING)
def restore(session_id: UUID) -> Response:
    """Hold a cancelled meeting after all."""
    row = timetable.restore_meeting(web.session(), actor(), session_id)
    return see(url_for("timetable.page", cohort_id=row.cohort_id))


@blueprint.post("/buoi-hoc/<uuid:session_id>/day-thay")
@allow(TEACHING)
def appoint(session_id: UUID) -> Response:
    """Let another trainer teach this meeting: field `account_id`."""
    account = web.uuid_field(request.form.get("account_id", ""), "account_id")
    substitutes.appoint(web.session(), actor(), session_id, account)
    return see(url_for("timetable.meeting_page", session_id=session_id))


@blueprint.post("/buoi-hoc/<uuid:session_id>/thoi-day-thay")
@allow(TEACHING)
def release(session_id: UUID) -> Response:
    """The other trainer does not teach it any more: field `account_id`."""
    account = web.uuid_field(request.form.get("account_id", ""), "account_id")
    substitutes.release(web.session(), actor(), session_id, account)
    return see(url_for("timetable.meeting_page", session_id=session_id))
