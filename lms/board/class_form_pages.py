"""The form of a new class, and of a class like the last one."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from assessments import results
from assessments.results import Result
from courses import queries as courses
from lms.board import class_making, queries
from lms.board.forms import ClassForm, read_class
from lms.board.pages import blueprint
from lms.cohorts import copying
from lms.cohorts import queries as cohorts
from lms.cohorts.copying import Copy
from lms.cohorts.managing import manage
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.timetable_forms import WEEKDAYS, Form, typed_values
from lms.cohorts.timetable_rules import next_first
from lms.core import clock, web
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.ids import uuid7
from lms.core.policy import TEACHING, Role, allow
from lms.core.web import see
from lms.people import queries as people

copies = Blueprint("copying", __name__)


@blueprint.get("/lop-hoc/moi")
@allow(TEACHING)
def new_class() -> str:
    """The form of a new class, filled in as the last one was."""
    values, trainers, weekdays = class_making.proposed(web.session(), actor())
    return _class_form(ClassForm(values, trainers=trainers, weekdays=weekdays))


@blueprint.post("/lop-hoc/moi")
@allow(TEACHING)
def create_class() -> Response | tuple[str, int]:
    """Make the class, then add its learners; a refused form is shown again as it was typed."""
    ticked = (request.form.getlist("trainer_ids"), request.form.getlist("weekdays"))
    form, new, plan = read_class(request.form, *ticked)
    try:
        made = class_making.make_class(web.session(), actor(), new, plan) if new else None
    except Invalid as refusal:
        web.session().rollback()
        form.refuse(refusal, "name")
        made = None
    return _next_page(made) if made else (_class_form(form), 422)


def _next_page(made: Cohort) -> Response:
    """The learners come next; first the timetable, when something is in the way there."""
    page = "timetable.page" if class_making.has_clashes(web.session(), made) else "board.learners"
    return see(url_for(page, cohort_id=made.id))


def _class_form(form: ClassForm) -> str:
    session, who = web.session(), actor()
    return render_template(
        "board/new_class.html", form=form, weekdays=WEEKDAYS, own=str(who.key),
        programmes=courses.newest(session, who.commune), units=people.units(session, who),
        trainers=queries.trainers(session, who.commune), is_trainer=who.role is Role.TRAINER,
        places=class_making.known_places(session, who.commune),
        code=queries.free_code(session, who.commune),
    )  # fmt: skip


@copies.get("/lop-hoc/<uuid:cohort_id>/chep")
@allow(TEACHING)
def page(cohort_id: UUID) -> str:
    """What is taken over from a class into the next one like it."""
    session = web.session()
    old = manage(session, actor(), cohort_id)
    days = [one.planned_on for one in copying.meetings_to_copy(session, old)]
    first = next_first(days, clock.today()).isoformat()
    return _copy_form(
        old, Form({"id": str(uuid7()), "starts_on": first, "people": "unfinished", "days": "1"})
    )


def _copy_form(old: Cohort, form: Form) -> str:
    session = web.session()
    rows = _learners(session, old)
    return render_template(
        "board/copy_class.html", old=old, form=form, everybody=len(rows),
        unfinished=len(_unfinished(session, old, rows)),
        meetings=len(copying.meetings_to_copy(session, old)),
        trainers=cohorts.trainers_of(session, old.commune_id, old.id),
        title=courses.version(session, old.version_id).programme.title,
    )  # fmt: skip


@copies.post("/lop-hoc/<uuid:cohort_id>/chep")
@allow(TEACHING)
def copy(cohort_id: UUID) -> Response | tuple[str, int]:
    """Make the class: fields `id`, `name`, `starts_on`, `days` and `people` (all, unfinished, none)."""
    session, who = web.session(), actor()
    old, form = manage(session, who, cohort_id), Form(typed_values(request.form))
    wanted = _read_copy(session, old, form)
    if wanted is None:
        return _copy_form(old, form), 422
    made = copying.copy_class(session, who, web.keys(), old.id, wanted)
    return _next_page(made)


def _read_copy(session: Session, old: Cohort, form: Form) -> Copy | None:
    form.require({"starts_on": "Hãy chọn ngày của buổi đầu tiên.", "id": "Hãy tải lại trang."})
    first, key = form.day("starts_on"), form.uuid("id")
    if form.errors or first is None or key is None:
        return None
    return Copy(
        id=key, code=queries.free_code(session, old.commune_id), starts_on=first,
        name=form.text("name")[:200] or _copied_name(session, old, first),
        people=_people(session, old, form.text("people")), with_days=form.text("days") == "1",
    )  # fmt: skip


def _copied_name(session: Session, old: Cohort, first: date) -> str:
    """The old name with the month of the new class."""
    head = old.name.rpartition(" – ")[0] if old.name[-7:-4].endswith("/") else old.name
    words = f"{head[:180]} – {first.month:02d}/{first.year}"
    return class_making.free_name(session, old.commune_id, words)


def _people(session: Session, old: Cohort, which: str) -> list[UUID]:
    rows = _learners(session, old)
    if which == "unfinished":
        rows = _unfinished(session, old, rows)
    return [row.person_id for row in rows] if which in ("all", "unfinished") else []


def _learners(session: Session, old: Cohort) -> list[Enrolment]:
    """Who may be taken over: whoever was erased is enrolled nowhere any more."""
    rows = cohorts.learners(session, old.commune_id, old.id)
    return [row for row, person in rows if person.erased_on is None]


def _unfinished(session: Session, old: Cohort, rows: Sequence[Enrolment]) -> list[Enrolment]:
    """Those who have not passed the test and have not learned every lesson where there is no test."""
    found = results.of_enrolments(session, old, rows)
    version = courses.version(session, old.version_id)
    tested = any(p.kind == "certifying" and p.level == old.level for p in version.blueprints)
    return [row for row in rows if not _finished(found[row.id], tested)]


def _finished(result: Result, tested: bool) -> bool:
    return result.passed if tested else result.lessons_done >= result.lessons
