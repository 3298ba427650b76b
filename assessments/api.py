"""The JSON operations: a learner's own attempts, a class's results, observed tasks."""

from typing import Any
from uuid import UUID

from assessments import actions, change, item_statistics, queries, results
from assessments.actions import AttemptWork
from assessments.models import TaskObservation
from assessments.rules import public_form
from assessments.schemas import (
    AttemptIn,
    AttemptOut,
    ChangeOut,
    ObservationIn,
    ObservationOut,
    ResultOut,
    attempt_out,
)
from assessments.statistics_pages import form_of
from assessments.statistics_schemas import FormQuery, ItemStatisticsOut, figures_out
from courses import queries as courses_queries
from lms.core import web
from lms.core.api import ApiBlueprint
from lms.core.guard import actor
from lms.core.policy import TEACHING, Reach, allow
from lms.ledger.web import project_now

blueprint = ApiBlueprint(
    "attempts", __name__, description="Lượt làm bài, kết quả của lớp và bài thực hành."
)


@blueprint.put("/attempts/<uuid:attempt_id>")
@blueprint.arguments(AttemptIn)
@blueprint.response(200, AttemptOut)
@allow(learner=Reach.OWN)
def put_attempt(work: AttemptWork, attempt_id: UUID) -> dict[str, Any]:
    """Record an attempt: begin it, add answers, hand in. The same body twice changes nothing."""
    actions.record_attempt(web.session(), actor(), attempt_id, work)
    project_now()
    return _attempt(attempt_id)


@blueprint.get("/attempts/<uuid:attempt_id>")
@blueprint.response(200, AttemptOut)
@allow(learner=Reach.OWN)
def get_attempt(attempt_id: UUID) -> dict[str, Any]:
    """The learner's own attempt: questions without keys, answers, state, mark once final."""
    return _attempt(attempt_id)


def _attempt(attempt_id: UUID) -> dict[str, Any]:
    session = web.session()
    attempt = queries.own_attempt(session, actor(), attempt_id)
    questions = public_form(queries.form_of(session, attempt))
    return attempt_out(attempt, questions, queries.responses(session, attempt))


@blueprint.get("/cohorts/<uuid:cohort_id>/results")
@blueprint.response(200, ResultOut(many=True))
@allow(TEACHING)
def get_results(cohort_id: UUID) -> list[results.Result]:
    """What each learner of a class has reached, by pseudonym (enrolment id), a class at a time."""
    return results.of_class(web.session(), actor(), cohort_id)


@blueprint.get("/cohorts/<uuid:cohort_id>/change")
@blueprint.response(200, ChangeOut)
@allow(TEACHING)
def get_change(cohort_id: UUID) -> dict[str, Any]:
    """How much the learners of a class changed from entry to exit, and who was not measured twice."""
    found = change.of_class(web.session(), actor(), cohort_id)
    return {"measured": found is not None} | (vars(found) if found else {})


@blueprint.put("/enrolments/<uuid:enrolment_id>/tasks/<string:task>")
@blueprint.arguments(ObservationIn)
@blueprint.response(200, ObservationOut)
@allow(trainer=Reach.CLASS)
def put_task(seen: dict[str, str], enrolment_id: UUID, task: str) -> TaskObservation:
    """Record what the trainer saw a learner of the class do; the same result again is one."""
    actions.observe_task(web.session(), actor(), enrolment_id, task, seen["result"], seen["moment"])
    project_now()
    found = queries.newest_observations(web.session(), actor().commune, [enrolment_id])
    return found[enrolment_id, task]


@blueprint.get("/programmes/<uuid:version_id>/item-statistics")
@blueprint.arguments(FormQuery, location="query")
@blueprint.response(200, ItemStatisticsOut)
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def get_item_statistics(asked: dict[str, str], version_id: UUID) -> dict[str, Any]:
    """How the questions of one form did on first attempts: nothing under 30 people."""
    session, commune = web.session(), actor().commune
    version = courses_queries.visible(session, commune, version_id)
    form = form_of(version, asked["form"], asked["level"])
    return figures_out(item_statistics.of_forms(session, commune, version, [form])[0])
