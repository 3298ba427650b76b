"""The JSON operations of classes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, after_this_request
from flask_smorest.pagination import PaginationParameters
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.cohorts import access, queries, sign_in
from lms.cohorts.models import ClassSession, Cohort, Device, Enrolment
from lms.cohorts.schemas import CohortOut, EnrolmentOut, LearnerSessionIn, LearnerSessionOut
from lms.core import cookies, web
from lms.core.api import ApiBlueprint, paging
from lms.core.guard import actor, require_cohort
from lms.core.policy import Reach, allow

blueprint = ApiBlueprint("classes", __name__, description="Lớp học, ghi danh và vào lớp.")


@blueprint.get("/cohorts")
@blueprint.response(200, CohortOut(many=True))
@blueprint.paginate()
@allow(trainer=Reach.CLASS, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def list_cohorts(pagination_parameters: PaginationParameters) -> Sequence[Cohort]:
    """The classes one may see, newest first: a trainer's own, an officer's all."""
    query, session = queries.cohorts_of(actor()), web.session()
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    pagination_parameters.item_count = session.scalar(counted)
    first, size = paging(pagination_parameters)
    return session.scalars(query.offset(first).limit(size)).all()


@blueprint.get("/cohorts/<uuid:cohort_id>")
@blueprint.response(200, CohortOut)
@allow(trainer=Reach.CLASS, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def get_cohort(cohort_id: UUID) -> Cohort:
    """One class."""
    return _own(web.session(), cohort_id)


@blueprint.get("/cohorts/<uuid:cohort_id>/enrolments")
@blueprint.response(200, EnrolmentOut(many=True))
@allow(trainer=Reach.CLASS, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def list_enrolments(cohort_id: UUID) -> list[Enrolment]:
    """The learners of a class who have not left."""
    session = web.session()
    cohort = _own(session, cohort_id)
    return [row for row, _person in queries.learners(session, cohort.commune_id, cohort.id)]


def _own(session: Session, cohort_id: UUID) -> Cohort:
    cohort = queries.cohort(session, actor().commune, cohort_id)
    require_cohort(actor(), cohort.id)
    return cohort


@blueprint.post("/learner-sessions")
@blueprint.arguments(LearnerSessionIn)
@blueprint.response(201, LearnerSessionOut)
@allow(device=Reach.OWN)
def sign_in_learner(asked: dict[str, Any]) -> dict[str, UUID]:
    """A learner signs in on the calling tablet; the same limits hold as on the pages."""
    device_id, commune_id = actor().key, actor().commune
    # The PIN is checked before this request's write transaction begins.
    web.commit()
    with web.database().read() as session:
        device = queries.device(session, commune_id, device_id)
        meeting, learner = _right_pin(session, device, asked)
    token = sign_in.enter(web.session(), web.keys(), device, meeting, learner)
    after_this_request(lambda answer: _with_cookie(answer, token))
    return {"enrolment_id": learner.id, "class_session_id": meeting.id}


def _right_pin(
    session: Session, device: Device, asked: dict[str, Any]
) -> tuple[ClassSession, Enrolment]:
    meeting = sign_in.find_class(session, device, asked["class_code"])
    learner = sign_in.learner_of_class(session, meeting, asked["enrolment_id"])
    sign_in.check_pin(session, web.keys(), device, meeting, learner, asked["pin"])
    return meeting, learner


def _with_cookie(answer: Response, token: str) -> Response:
    cookies.put(answer, cookies.LEARNER, token, access.LEARNER_HOURS * 3600)
    return answer
