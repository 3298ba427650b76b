"""The pages on which a class is changed, ended or cancelled, and a learner leaves it or moves to another."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from lms.cohorts import leaving, managing, queries, substitutes
from lms.cohorts.managing import Changed, ClassChange, may_manage, trainer_ids
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.timetable_forms import Form, as_uuid, typed_values
from lms.cohorts.timetable_pages import shown_class
from lms.core import web
from lms.core.errors import Invalid
from lms.core.guard import actor, require_cohort
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.core.text import day, short_name
from lms.core.web import see
from lms.people import queries as people
from lms.people.account_models import Account
from lms.people.models import Person, Unit

blueprint = Blueprint("managing", __name__)

REQUIRED = {
    "name": "Hãy ghi tên lớp.",
    "place": "Hãy ghi nơi học.",
    "unit_id": "Hãy chọn đơn vị tổ chức.",
    "starts_on": "Hãy chọn ngày bắt đầu.",
}


@blueprint.get("/lop-hoc/<uuid:cohort_id>/sua")
@allow(TEACHING)
def page(cohort_id: UUID) -> str:
    """The form of a class, and the buttons that end or cancel it."""
    cohort = shown_class(cohort_id)
    chosen = [str(one) for one in trainer_ids(web.session(), cohort)]
    return _page(cohort, Form(_held(cohort)), chosen)


def _held(cohort: Cohort) -> dict[str, str]:
    """The class as its form shows it."""
    return {
        "revision": str(cohort.revision),
        "name": cohort.name,
        "place": cohort.place,
        "unit_id": str(cohort.unit_id),
        "starts_on": cohort.starts_on.isoformat(),
        "ends_on": cohort.ends_on.isoformat() if cohort.ends_on else "",
    }


def _page(cohort: Cohort, form: Form, chosen: list[str], **more: Any) -> str:
    session, who = web.session(), actor()
    return render_template(
        "cohorts/edit_class.html", cohort=cohort, form=form, chosen=chosen,
        units=people.units(session, who), able=_able(session, cohort),
        state=queries.card_of(session, cohort).state, own=str(who.key),
        may_manage=may_manage(session, who, cohort), **more,
    )  # fmt: skip


def _able(session: Session, cohort: Cohort) -> list[Account]:
    """Who may be ticked: the trainers of the commune, and those of the class who lost that role."""
    able = list(substitutes.trainers_of_commune(session, cohort.commune_id))
    known = {one.id for one in able}
    own = queries.trainers_of(session, cohort.commune_id, cohort.id)
    return [*able, *(one for one in own if one.id not in known)]


@blueprint.post("/lop-hoc/<uuid:cohort_id>/sua")
@allow(TEACHING)
def change(cohort_id: UUID) -> Response | tuple[str, int]:
    """Save a class: its fields, the ticked `trainer_ids`, and the `revision` the form was opened with."""
    cohort, chosen = shown_class(cohort_id), request.form.getlist("trainer_ids")
    form = Form(typed_values(request.form))
    try:
        return _changed(cohort, form, chosen)
    except Changed as changed:
        form.values["revision"] = str(changed.revision)
        return _page(cohort, form, chosen, saved=_differences(cohort, form, chosen)), 409
    except Invalid as refusal:
        web.session().rollback()
        form.refuse(refusal, "name")
    return _page(shown_class(cohort_id), form, chosen), 422


def _changed(cohort: Cohort, form: Form, chosen: list[str]) -> Response:
    wanted = _read(form, chosen)
    if wanted is None:
        raise Invalid("", fields={name: [words] for name, words in form.errors.items()})
    managing.change_class(web.session(), actor(), cohort.id, wanted)
    return see(url_for("board.class_page", cohort_id=cohort.id))


def _read(form: Form, chosen: list[str]) -> ClassChange | None:
    form.require(REQUIRED)
    starts, ends, unit = form.day("starts_on"), form.day("ends_on"), form.uuid("unit_id")
    if form.errors or starts is None or unit is None:
        return None
    trainers = [found for found in map(as_uuid, chosen) if found]
    return ClassChange(
        form.revision(), form.text("name"), form.text("place"), unit, starts, ends, trainers
    )


def _differences(cohort: Cohort, form: Form, chosen: list[str]) -> list[tuple[str, str, str]]:
    """(field, what is saved, what was typed) where both differ, in words."""
    session = web.session()
    saved, typed = _words(session, cohort, _held(cohort)), _words(session, cohort, form.values)
    able = {str(one.id): one.display_name for one in _able(session, cohort)}
    saved[_("Giảng viên")] = _names(able, [str(one) for one in trainer_ids(session, cohort)])
    typed[_("Giảng viên")] = _names(able, chosen)
    return [(word, saved[word], typed[word]) for word in saved if saved[word] != typed[word]]


def _names(able: dict[str, str], chosen: list[str]) -> str:
    return ", ".join(sorted(able[one] for one in chosen if one in able))


def _words(session: Session, cohort: Cohort, values: dict[str, str]) -> dict[str, str]:
    unit = as_uuid(values["unit_id"])
    row = session.get(Unit, (cohort.commune_id, unit)) if unit else None
    form = Form(values)
    return {
        _("Tên lớp"): form.text("name"),
        _("Nơi học"): form.text("place"),
        _("Đơn vị tổ chức"): row.name if row else "",
        _("Ngày bắt đầu"): day(form.day("starts_on")),
        _("Ngày kết thúc"): day(form.day("ends_on")),
    }


@blueprint.post("/lop-hoc/<uuid:cohort_id>/huy")
@allow(TEACHING)
def cancel(cohort_id: UUID) -> Response | tuple[str, int]:
    """Cancel a class: field `reason`."""
    cohort = shown_class(cohort_id)
    try:
        managing.cancel_class(web.session(), actor(), cohort_id, request.form.get("reason", ""))
    except Invalid as refusal:
        form = Form(_held(cohort))
        form.refuse(refusal, "reason")
        return _page(cohort, form, [str(i) for i in trainer_ids(web.session(), cohort)]), 422
    return see(url_for("timetable.page", cohort_id=cohort_id))


@blueprint.post("/lop-hoc/<uuid:cohort_id>/bo-huy")
@allow(TEACHING)
def restore(cohort_id: UUID) -> Response:
    """Let a cancelled class take place."""
    managing.restore_class(web.session(), actor(), cohort_id)
    return see(url_for("timetable.page", cohort_id=cohort_id))


@blueprint.post("/lop-hoc/<uuid:cohort_id>/da-xong")
@allow(TEACHING)
def end(cohort_id: UUID) -> Response:
    """End a class."""
    managing.end_class(web.session(), actor(), cohort_id)
    return see(url_for("board.class_page", cohort_id=cohort_id))


@blueprint.post("/lop-hoc/<uuid:cohort_id>/mo-lai")
@allow(TEACHING)
def reopen(cohort_id: UUID) -> Response:
    """Open an ended class again."""
    managing.reopen_class(web.session(), actor(), cohort_id)
    return see(url_for("timetable.page", cohort_id=cohort_id))


@blueprint.get("/lop-hoc/<uuid:cohort_id>/da-thoi-hoc")
@allow(TEACHING)
def gone(cohort_id: UUID) -> str:
    """Who left the class, why, and the button that takes them back."""
    cohort, session = shown_class(cohort_id), web.session()
    return render_template(
        "cohorts/gone.html", cohort=cohort, gone=leaving.gone(session, cohort),
        may_manage=may_manage(session, actor(), cohort),
    )  # fmt: skip


def _learner(enrolment_id: UUID) -> tuple[Enrolment, str, Cohort]:
    """An enrolment, the learner's name, and the class, which the actor may see."""
    session, commune = web.session(), actor().commune
    row = queries.enrolment(session, commune, enrolment_id)
    require_cohort(actor(), row.cohort_id)
    name = session.get_one(Person, (commune, row.person_id)).full_name
    return row, name, queries.cohort(session, commune, row.cohort_id)


@blueprint.get("/ghi-danh/<uuid:enrolment_id>/thoi-hoc")
@allow(TEACHING)
def leave_page(enrolment_id: UUID) -> str:
    """Why a learner stops."""
    return _leaving(enrolment_id, "")


def _leaving(enrolment_id: UUID, error: str) -> str:
    row, name, cohort = _learner(enrolment_id)
    return render_template(
        "cohorts/leave.html", row=row, name=name, short=short_name(name), cohort=cohort,
        error=error, typed=request.form.get("reason", ""),
        may_manage=may_manage(web.session(), actor(), cohort),
    )  # fmt: skip


@blueprint.post("/ghi-danh/<uuid:enrolment_id>/thoi-hoc")
@allow(TEACHING)
def leave(enrolment_id: UUID) -> Response | tuple[str, int]:
    """A learner stops: field `reason`."""
    try:
        reason = request.form.get("reason", "")
        row = leaving.leave(web.session(), actor(), enrolment_id, reason)
    except Invalid as refusal:
        return _leaving(enrolment_id, refusal.message), 422
    return see(url_for("managing.gone", cohort_id=row.cohort_id))


@blueprint.post("/ghi-danh/<uuid:enrolment_id>/hoc-lai")
@allow(TEACHING)
def take_back(enrolment_id: UUID) -> Response:
    """A learner who left is in the class again."""
    row = leaving.take_back(web.session(), actor(), enrolment_id)
    return see(url_for("board.learners", cohort_id=row.cohort_id))


@blueprint.get("/ghi-danh/<uuid:enrolment_id>/chuyen-lop")
@allow(TEACHING)
def move_page(enrolment_id: UUID) -> str:
    """Where a learner may go on."""
    row, name, cohort = _learner(enrolment_id)
    session, who = web.session(), actor()
    return render_template(
        "cohorts/move.html", row=row, name=name, short=short_name(name), cohort=cohort,
        classes=leaving.classes_to_go_to(session, who, row),
        may_manage=may_manage(session, who, cohort),
    )  # fmt: skip


@blueprint.post("/ghi-danh/<uuid:enrolment_id>/chuyen-lop")
@allow(TEACHING)
def move(enrolment_id: UUID) -> Response:
    """A learner goes on in another class: field `cohort_id`."""
    to = web.uuid_field(request.form.get("cohort_id", ""), "cohort_id")
    new = leaving.move(web.session(), actor(), web.keys(), enrolment_id, to)
    return see(url_for("board.learners", cohort_id=new.cohort_id))
