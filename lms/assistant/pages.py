"""Hỏi bài as plain forms. A question is posted, so that it stands in no address, no log and no history."""

from flask import Blueprint, render_template, request

from assessments import queries as assessments_queries
from lms.assistant import questions
from lms.assistant.ready import ready_questions
from lms.core import web
from lms.core.guard import actor
from lms.core.policy import STAFF, Policy, Reach, allow

blueprint = Blueprint("assistant", __name__)

READERS = Policy(dict.fromkeys(STAFF, Reach.COMMUNE))
"""Who reads the lessons may ask them."""


@blueprint.get("/hoc/hoi")
@allow(learner=Reach.OWN)
def learner_form() -> str:
    """A box to ask in, and questions to tap for whoever does not type."""
    desk = assessments_queries.desk(web.session(), actor())
    questions.require_no_test(web.session(), desk)
    return render_template(
        "assistant/learner.html", said=None, address=desk.address, ready=ready_questions(desk)
    )


@blueprint.post("/hoc/hoi")
@allow(learner=Reach.OWN)
def learner_answer() -> str:
    """The answer with its lesson; nothing is stored."""
    said = questions.of_learner(web.session(), actor(), request.form.get("cau", ""))
    desk = assessments_queries.desk(web.session(), actor())
    return render_template("assistant/learner.html", said=said, address=desk.address, ready=())


@blueprint.get("/hoi-bai")
@allow(READERS)
def staff_form() -> str:
    """The same for whoever teaches, over all programmes."""
    return _staff(None, "")


@blueprint.post("/hoi-bai")
@allow(READERS)
def staff_answer() -> str:
    """The answer with its lesson and programme."""
    programme = request.form.get("chuong-trinh", "")
    cau = request.form.get("cau", "")
    return _staff(questions.of_staff(web.session(), actor(), cau, programme), programme)


def _staff(said: questions.Said | None, programme: str) -> str:
    taught = questions.taught(web.session(), actor())
    options = [(version.code, version.programme.title) for version in taught]
    return render_template("assistant/staff.html", said=said, chosen=programme, options=options)
