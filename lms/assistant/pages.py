"""Hỏi bài as plain forms. A question is posted, so that it stands in no address, no log and no history."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

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
    with reading() as session:
        said = questions.of_learner(session, actor(), request.form.get("cau", ""))
        address = assessments_queries.desk(session, actor()).address
    return render_template("assistant/learner.html", said=said, address=address, ready=())


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
    with reading() as session:
        said = questions.of_staff(session, actor(), request.form.get("cau", ""), programme)
    return _staff(said, programme)


@contextmanager
def reading() -> Iterator[Session]:
    """A question is posted and writes nothing: it must not keep others from writing while it is answered."""
    web.commit()
    with web.database().read() as session:
        yield session


def _staff(said: questions.Said | None, programme: str) -> str:
    taught = questions.taught(web.session(), actor())
    options = [(version.code, version.programme.title) for version in taught]
    return render_template("assistant/staff.html", said=said, chosen=programme, options=options)
