"""Slips to print and to take home: two on a sheet, for a whole class or for one learner."""

from uuid import UUID

from flask import Blueprint, render_template

from assessments import slips
from lms.core import web
from lms.core.guard import actor
from lms.core.policy import TEACHING, allow

blueprint = Blueprint("slips", __name__)


@blueprint.get("/lop-hoc/<uuid:cohort_id>/phieu")
@allow(TEACHING)
def of_class(cohort_id: UUID) -> str:
    """The slips of all learners of a class."""
    found = slips.of_class(web.session(), actor(), cohort_id)
    return render_template("assessments/slips.html", sheet=found)


@blueprint.get("/ghi-danh/<uuid:enrolment_id>/phieu")
@allow(TEACHING)
def of_learner(enrolment_id: UUID) -> str:
    """The slip of one learner."""
    found = slips.of_learner(web.session(), actor(), enrolment_id)
    return render_template("assessments/slips.html", sheet=found)
