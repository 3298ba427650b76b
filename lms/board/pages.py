"""The front door, the trainer's day, the list of classes and the page of a class."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from assessments.actions import observe_task
from assessments.moments import COURSE
from courses import queries as courses_queries
from lms.board import attendance_pages, hall_pages, queries
from lms.board.carried import carried_side
from lms.cohorts import actions, class_list, classroom, managing
from lms.cohorts import queries as cohorts_queries
from lms.core import clock, web
from lms.core.guard import actor
from lms.core.policy import PUBLIC, TEACHING, Reach, Role, allow
from lms.core.web import back, see
from lms.ledger.web import project_now
from lms.people import queries as people_queries
from lms.people.queries import Filter

blueprint = Blueprint("board", __name__)

HOMES = {
    Role.LEARNER: "/hoc",
    Role.TRAINER: "/hom-nay",
    Role.OFFICER: "/ke-hoach",
    Role.ADMINISTRATOR: "/lop-hoc",
    Role.UNIT_REPORTER: "/dan-cu",
}
"""Where each role begins its work; everybody else sees the front door."""
SEARCH_LIMIT = 20


@blueprint.get("/")
@allow(PUBLIC)
def front_door() -> str | Response:
    """Three doors for who is not signed in; everybody else goes home."""
    home = HOMES.get(actor().role)
    if home is not None:
        return see(home)
    return render_template("board/front.html", here=queries.only_commune(web.session()))


@blueprint.get("/hom-nay")
@allow(trainer=Reach.CLASS)
def today() -> str:
    """The open or next class, with everything a trainer needs while it meets."""
    session, who = web.session(), actor()
    cards = cohorts_queries.classes_of(session, who)
    chosen = queries.taught_today(cards)
    hall = hall_pages.hall(session, chosen.cohort) if chosen else {"live": None}
    others = [card for card in cards if card is not chosen]
    return render_template("board/today.html", card=chosen, others=others, **hall)


@blueprint.post("/lop-hoc/<uuid:cohort_id>/mo-hom-nay")
@allow(TEACHING)
def open_today(cohort_id: UUID) -> Response:
    """One tap: plan today's meeting if nobody has, and open it."""
    session, who = web.session(), actor()
    meeting = actions.plan_session(session, who, cohort_id, clock.today())
    classroom.open_session(session, who, meeting.id)
    project_now()
    return see(url_for("board.today") if who.role is Role.TRAINER else _class_url(cohort_id))


def _class_url(cohort_id: UUID, **more: Any) -> str:
    return url_for("board.class_page", cohort_id=cohort_id, **more)


@blueprint.get("/lop-hoc")
@allow(TEACHING)
def classes() -> str:
    """Every class the actor may see, with filters."""
    session, who = web.session(), actor()
    cards = cohorts_queries.classes_of(session, who)
    wanted = queries.Wanted(
        text=request.args.get("tim", "")[:80],
        unit=request.args.get("don-vi", ""),
        programme=request.args.get("chuong-trinh", ""),
        state=request.args.get("trang-thai", ""),
    )
    return render_template(
        "board/classes.html",
        cards=queries.matching(cards, wanted),
        total=len(cards),
        wanted=wanted,
        units=people_queries.units(session, who),
        programmes=courses_queries.newest(session, who.commune),
        state_of=queries.state_of,
    )


@blueprint.get("/lop-hoc/<uuid:cohort_id>")
@allow(TEACHING)
def class_page(cohort_id: UUID) -> str:
    """A class: meetings, learners, what each has reached, what to press next."""
    session, who = web.session(), actor()
    shown = queries.board(session, who, cohort_id)
    return render_template(
        "board/class.html",
        board=shown,
        side=carried_side(session, shown.cohort, shown.meetings),
        may_manage=managing.may_manage(session, who, shown.cohort),
    )


@blueprint.get("/lop-hoc/<uuid:cohort_id>/diem-danh")
@allow(TEACHING)
def attendance(cohort_id: UUID) -> str:
    """Who is there at a meeting; printed, it is the sheet to sign."""
    typed = request.args.get("buoi", "")
    return attendance_pages.page(cohort_id, web.uuid_field(typed, "buoi") if typed else None)


@blueprint.get("/lop-hoc/<uuid:cohort_id>/hoc-vien")
@allow(TEACHING)
def learners(cohort_id: UUID) -> str:
    """The learners of a class, and a search of the register to add more."""
    session, who = web.session(), actor()
    shown = queries.board(session, who, cohort_id)
    typed = request.args.get("tim", "")[:80].strip()
    limit = SEARCH_LIMIT if len(typed) > 1 else 0
    found, total = people_queries.people(session, who, Filter(typed), clock.today(), 0, limit)
    enrolled = {row.person.enrolment.person_id for row in shown.rows}
    lists = class_list.lists_of(session, who.commune, cohort_id)
    last = next((one for one in lists if str(one.id) == request.args.get("ds", "")), None)
    return render_template(
        "board/learners.html", board=shown, typed=typed, found=found, total=total,
        enrolled=enrolled, lists=lists, last=last,
    )  # fmt: skip


@blueprint.post("/lop-hoc/<uuid:cohort_id>/hoc-vien")
@allow(TEACHING)
def add_learner(cohort_id: UUID) -> Response:
    """Put somebody of the register into the class; twice is once."""
    person = web.uuid_field(request.form.get("person_id", ""), "person_id")
    actions.enrol(web.session(), actor(), web.keys(), cohort_id, person)
    typed = request.form.get("tim", "")[:80]
    return see(url_for("board.learners", cohort_id=cohort_id, tim=typed or None, them=person))


@blueprint.post("/ghi-danh/<uuid:enrolment_id>/bai-thuc-hanh")
@allow(trainer=Reach.CLASS)
def observe(enrolment_id: UUID) -> Response:
    """What the trainer saw: fields `task` and `result`, and `moment` where a form measures by it."""
    session, who = web.session(), actor()
    row = cohorts_queries.enrolment(session, who.commune, enrolment_id)
    cohort_id = row.cohort_id
    task, result = request.form.get("task", "")[:80], request.form.get("result", "")
    moment = request.form.get("moment", "") or COURSE
    observe_task(session, who, enrolment_id, task, result, moment)
    project_now()
    page = back(_class_url(cohort_id)).location or _class_url(cohort_id)
    return see(f"{page}#hv-{enrolment_id}")
