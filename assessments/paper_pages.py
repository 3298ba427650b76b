"""'Giấy in': everything that can be printed for a class, and the forms that were registered for it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from assessments import paper_forms, paper_lists, paper_sheets
from assessments.moments import COURSE, moment_words
from assessments.paper_codes import grouped
from assessments.paper_forms import Drawn, Wanted
from assessments.paper_print import Printing, forms_pdf, title_of
from courses import queries as courses_queries
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.card_pages import origin, seen_cohort
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.paper import hours, prints
from lms.cohorts.paper.answer import pdf
from lms.core import web
from lms.core.errors import Invalid
from lms.core.guard import actor, require_cohort
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.core.web import see
from lms.ledger.web import project_now

blueprint = Blueprint("paper_sheets", __name__)

TICK = "t"
"""A field of the checklist is named t.<enrolment id>.<number of the task>."""


@blueprint.get("/lop-hoc/<uuid:cohort_id>/giay-in")
@allow(TEACHING)
def page(cohort_id: UUID) -> str:
    """Every print of the class with one sentence each, and what may be typed in again."""
    return _page(seen_cohort(web.session(), cohort_id), None, "")


def _page(cohort: Cohort, drawn: Drawn | None, error: str) -> str:
    session = web.session()
    version = courses_queries.version(session, cohort.version_id)
    plans = paper_forms.plans_of(version, cohort.level)
    return render_template(
        "assessments/papers.html", cohort=cohort, version=version, error=error,
        plans=[(f"{p.kind}.{p.module}", title_of(version, p.kind, p.module)) for p in plans],
        meetings=prints.meetings_of(session, cohort), drawn=drawn,
        wanted={name: request.form.get(name, "") for name in ("plan", "meeting")},
        forms=paper_lists.counted(session, cohort), title_of=title_of,
        has_tasks=bool(paper_sheets.tasks_of(version, cohort.level)),
    )  # fmt: skip


@blueprint.post("/lop-hoc/<uuid:cohort_id>/giay-in")
@allow(TEACHING)
def draw(cohort_id: UUID) -> Response | tuple[str, int]:
    """Register a form for each learner: field `plan` as kind.module, `meeting` it is meant for."""
    cohort = seen_cohort(web.session(), cohort_id)
    wanted = _wanted(request.form.get("plan", ""), request.form.get("meeting", ""))
    try:
        drawn = paper_forms.draw_for_class(web.session(), actor(), cohort.id, wanted)
    except Invalid as refusal:
        return _page(cohort, None, refusal.message), refusal.status
    if drawn.left:
        return _page(cohort, drawn, ""), 200
    return see(url_for("paper_sheets.forms", cohort_id=cohort.id, **_named(wanted)))


def _wanted(plan: str, meeting: str) -> Wanted:
    kind, _dot, module = plan.partition(".")
    return Wanted(kind, module, web.uuid_field(meeting, "meeting") if meeting else None)


def _named(wanted: Wanted) -> dict[str, Any]:
    return {"de": f"{wanted.kind}.{wanted.module}"}


@blueprint.get("/lop-hoc/<uuid:cohort_id>/giay-in/bai")
@allow(TEACHING)
def forms(cohort_id: UUID) -> str:
    """The registered forms of a class: whose, which code, typed in or not. `?de=` one kind only."""
    session, cohort = web.session(), seen_cohort(web.session(), cohort_id)
    wanted = _wanted(request.args.get("de", ""), "")
    version = courses_queries.version(session, cohort.version_id)
    found = [one for one in paper_lists.listed(session, cohort) if _fits(one, wanted)]
    return render_template(
        "assessments/paper_forms.html", cohort=cohort, forms=found, wanted=wanted,
        title=title_of(version, wanted.kind, wanted.module) if wanted.kind else "",
        title_of=title_of, version=version, grouped=grouped,
        waiting=sum(one.state == "waiting" for one in found),
    )  # fmt: skip


def _fits(one: paper_lists.Listed, wanted: Wanted) -> bool:
    return not wanted.kind or (one.row.kind, one.row.module) == (wanted.kind, wanted.module)


@blueprint.get("/lop-hoc/<uuid:cohort_id>/giay-in/bai.pdf")
@allow(TEACHING)
def forms_file(cohort_id: UUID) -> Response:
    """The waiting forms: `?de=` which, `?hv=` one learner's; `chu=lon`, `hai-mat`, `dap-an` how."""
    session, cohort = web.session(), seen_cohort(web.session(), cohort_id)
    wanted, chosen = _wanted(request.args.get("de", ""), ""), request.args.get("hv", "")
    only = web.uuid_field(chosen, "hv") if chosen else None
    rows = [
        one.row for one in paper_lists.listed(session, cohort)
        if one.state == "waiting" and _fits(one, wanted) and only in (None, one.row.enrolment_id)
    ]  # fmt: skip
    if not wanted.kind or not rows:
        return see(url_for("paper_sheets.forms", cohort_id=cohort.id, **_named(wanted)))
    how = Printing(request.args.get("chu") == "lon", "hai-mat" in request.args,
                   "dap-an" in request.args)  # fmt: skip
    return pdf(forms_pdf(session, cohort, rows, origin(), how), f"bai-giay-{cohort.code}")


@blueprint.post("/phieu-giay/<uuid:paper_id>/huy")
@allow(TEACHING)
def spoil(paper_id: UUID) -> Response:
    """A sheet is waste: field `reason`."""
    row = paper_forms.spoil(web.session(), actor(), paper_id, request.form.get("reason", ""))
    wanted = Wanted(row.kind, row.module)
    return see(url_for("paper_sheets.forms", cohort_id=row.cohort_id, **_named(wanted)))


@blueprint.post("/phieu-giay/<uuid:paper_id>/bo-huy")
@allow(TEACHING)
def restore(paper_id: UUID) -> Response:
    """A sheet that was taken for waste has been found, with answers on it."""
    row = paper_forms.restore(web.session(), actor(), paper_id)
    wanted = Wanted(row.kind, row.module)
    return see(url_for("paper_sheets.forms", cohort_id=row.cohort_id, **_named(wanted)))


@blueprint.get("/lop-hoc/<uuid:cohort_id>/giay-in/quan-sat.pdf")
@allow(TEACHING)
def checklist_file(cohort_id: UUID) -> Response:
    """The observation checklist."""
    session, cohort = web.session(), seen_cohort(web.session(), cohort_id)
    return pdf(paper_sheets.checklist_pdf(session, cohort), f"quan-sat-{cohort.code}")


@blueprint.get("/buoi/<uuid:session_id>/tu-giay/quan-sat")
@allow(TEACHING)
def observed(session_id: UUID) -> str:
    """The checklist of a meeting, to be typed in: `?luc=` at which moment of the course."""
    return _observed(session_id, request.args.get("luc", ""), {})


def _observed(session_id: UUID, moment: str, wrong: dict[str, str]) -> str:
    session, who = web.session(), actor()
    meeting = cohorts_queries.class_session(session, who.commune, session_id)
    require_cohort(who, meeting.cohort_id)
    cohort = cohorts_queries.cohort(session, who.commune, meeting.cohort_id)
    version = courses_queries.version(session, cohort.version_id)
    words = moment_words()
    moment = moment if moment in words else COURSE
    return render_template(
        "assessments/paper_observed.html", meeting=meeting, cohort=cohort, moment=moment,
        words=words, tasks=_tasks(version, cohort, moment), wrong=wrong, typed=request.form,
        moments=paper_sheets.moments_at(version, cohort.level),
        rows=cohorts_queries.learners(session, who.commune, cohort.id),
        seen=paper_sheets.seen_in(session, meeting, moment), me=str(who.id),
        observers=hours.proctors(session, meeting),
    )  # fmt: skip


def _tasks(version: Any, cohort: Cohort, moment: str) -> list[tuple[int, Any]]:
    """(number on the form, task) of those that may be looked at now."""
    numbered = enumerate(paper_sheets.tasks_of(version, cohort.level), 1)
    return [
        pair for pair in numbered
        if moment in paper_sheets.moments_of(version, cohort.level, pair[1].id)
    ]  # fmt: skip


@blueprint.post("/buoi/<uuid:session_id>/tu-giay/quan-sat")
@allow(TEACHING)
def copy_observed(session_id: UUID) -> Response | tuple[str, int]:
    """What was ticked: a letter for each learner and task, `observer` who signed, `moment` when."""
    session, who = web.session(), actor()
    meeting = cohorts_queries.class_session(session, who.commune, session_id)
    require_cohort(who, meeting.cohort_id)
    ticks, wrong = _ticks(meeting)
    moment, observer = request.form.get("moment", "") or COURSE, request.form.get("observer", "")
    if wrong:
        return _observed(session_id, moment, wrong), 422
    key = web.uuid_field(observer, "observer")
    new = paper_sheets.copy_observations(session, who, session_id, key, ticks, moment)
    project_now()
    return see(url_for("paper_sheets.observed", session_id=session_id, luc=moment, xong=new))


def _ticks(meeting: ClassSession) -> tuple[dict[tuple[UUID, str], str], dict[str, str]]:
    session = web.session()
    cohort = cohorts_queries.cohort(session, meeting.commune_id, meeting.cohort_id)
    version = courses_queries.version(session, cohort.version_id)
    tasks = {str(n): t.id for n, t in enumerate(paper_sheets.tasks_of(version, cohort.level), 1)}
    ticks: dict[tuple[UUID, str], str] = {}
    wrong = {} if request.form.get("observer") else {"observer": _("Hãy chọn người quan sát.")}
    for name, typed in request.form.items():
        field, _dot, rest = name.partition(".")
        learner, _dot, number = rest.partition(".")
        if field != TICK or not typed.strip() or number not in tasks:
            continue
        verdict = paper_sheets.read_letter(typed)
        if verdict is None:
            wrong[name] = _("Hãy gõ đ, g hoặc c.")
        else:
            ticks[web.uuid_field(learner, name), tasks[number]] = verdict
    return ticks, wrong
