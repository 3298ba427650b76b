"""The JSON operations of classes."""

from collections.abc import Sequence
from uuid import UUID

from flask_smorest.pagination import PaginationParameters
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.cohorts import queries
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.schemas import CohortOut, EnrolmentOut
from lms.core import web
from lms.core.api import ApiBlueprint, paging
from lms.core.guard import actor, require_cohort
from lms.core.policy import TEACHING, allow

blueprint = ApiBlueprint("classes", __name__, description="Lớp học, ghi danh và vào lớp.")


@blueprint.get("/cohorts")
@blueprint.response(200, CohortOut(many=True))
@blueprint.paginate()
@allow(TEACHING)
def list_cohorts(pagination_parameters: PaginationParameters) -> Sequence[Cohort]:
    """The classes one may see, newest first: a trainer's own, an officer's all."""
    query, session = queries.cohorts_of(actor()), web.session()
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    pagination_parameters.item_count = session.scalar(counted)
    first, size = paging(pagination_parameters)
    return session.scalars(query.offset(first).limit(size)).all()


@blueprint.get("/cohorts/<uuid:cohort_id>")
@blueprint.response(200, CohortOut)
@allow(TEACHING)
def get_cohort(cohort_id: UUID) -> Cohort:
    """One class."""
    return _own(web.session(), cohort_id)


@blueprint.get("/cohorts/<uuid:cohort_id>/enrolments")
@blueprint.response(200, EnrolmentOut(many=True))
@allow(TEACHING)
def list_enrolments(cohort_id: UUID) -> list[Enrolment]:
    """The learners of a class who have not left."""
    session = web.session()
    cohort = _own(session, cohort_id)
    return [row for row, _person in queries.learners(session, cohort.commune_id, cohort.id)]


def _own(session: Session, cohort_id: UUID) -> Cohort:
    cohort = queries.cohort(session, actor().commune, cohort_id)
    require_cohort(actor(), cohort.id)
    return cohort
