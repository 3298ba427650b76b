"""What a trainer uses in the hall: the live board, observing by task, the test with its allowances."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from assessments import claimed, results
from lms.board import live, queries
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.live_parts import part_or_unchanged, wants_part
from lms.cohorts.models import Cohort
from lms.core import web
from lms.core.guard import actor, require_cohort
from lms.core.policy import TEACHING, allow

blueprint = Blueprint("hall", __name__)


def _cohort(session: Session, cohort_id: UUID) -> Cohort:
    found = cohorts_queries.cohort(session, actor().commune, cohort_id)
    require_cohort(actor(), found.id)
    return found


def hall(session: Session, cohort: Cohort) -> dict[str, Any]:
    """What the page of the day shows of a class: the live board, its tag, the test, claims that wait."""
    shown = live.live(session, cohort)
    sitting = shown.sitting
    waiting = claimed.waiting(session, cohort)
    meetings = (
        cohorts_queries.sessions_of(session, cohort.commune_id, [cohort.id]) if waiting else []
    )
    return {
        "live": shown,
        "tag": live.pulse(session, cohort, shown.open, actor().role),
        "tests": results.count_sitting(session, cohort.commune_id, sitting.id) if sitting else None,
        "claims": [(one, waiting[one.id]) for one in meetings if waiting[one.id]],
    }


@blueprint.get("/lop-hoc/<uuid:cohort_id>/bang")
@allow(TEACHING)
def board(cohort_id: UUID) -> Response:
    """The live board; `?phan=1` is the part that renews itself, 304 while nothing changed."""
    session = web.session()
    cohort = _cohort(session, cohort_id)
    meeting = cohorts_queries.open_session(session, cohort.commune_id, cohort.id)
    tag = live.pulse(session, cohort, meeting, actor().role)
    page = "board/live.html" if wants_part() else "board/live_page.html"
    return part_or_unchanged(
        tag, lambda: render_template(page, live=live.live(session, cohort), tag=tag)
    )


@blueprint.get("/lop-hoc/<uuid:cohort_id>/quan-sat")
@allow(TEACHING)
def observing(cohort_id: UUID) -> str:
    """One task with all learners in big rows: `?bai=<task>`, else the first the class must do."""
    shown = queries.board(web.session(), actor(), cohort_id, papers=False)
    wanted = request.args.get("bai", "")
    task = next((one for one in shown.tasks if one.id == wanted), next(iter(shown.tasks), None))
    moment = request.args.get("luc", "course")
    return render_template("board/observing.html", board=shown, task=task, moment=moment)


@blueprint.get("/lop-hoc/<uuid:cohort_id>/kiem-tra")
@allow(TEACHING)
def testing(cohort_id: UUID) -> str:
    """The proctored test: open or end it, who handed in, and what each learner is allowed."""
    shown = queries.board(web.session(), actor(), cohort_id, papers=False)
    given = queries.allowances_of(web.session(), shown)
    return render_template("board/testing.html", board=shown, given=given)
