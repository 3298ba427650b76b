"""Learners of the cast at the forms that measure a change, over real HTTP calls."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from lms.cohorts.models import Sitting
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.assessments.people import answers_to, post, put
from tests.cast import OPENED, Cast


def no_sitting(database: Database, cast: Cast) -> None:
    """The class only learns today: its proctored sitting is closed."""
    with database.write() as session:
        session.execute(
            update(Sitting).where(Sitting.id == cast["k1_thi"]).values(closed_at=OPENED)
        )


def begin(client: FlaskClient, kind: str) -> Any:
    """Begin a form of this kind over the API; the answer as it comes."""
    return put(client, f"/api/v1/attempts/{uuid7()}", {"kind": kind})


def fill_in(client: FlaskClient, kind: str, mistakes: int = 0) -> str:
    """Begin, answer and hand in a form; returns the page's path."""
    begun = begin(client, kind)
    assert begun.status_code == 200, begun.text
    key = begun.json["id"]
    body = {"kind": kind, "answers": answers_to(begun.json["questions"], mistakes), "submit": True}
    done = put(client, f"/api/v1/attempts/{key}", body)
    assert done.status_code == 200, done.text
    assert done.json["state"] == "final"
    return f"/hoc/kiem-tra/{key}"


def learn(client: FlaskClient, lesson: str = "b1") -> None:
    """Go through a lesson to its end."""
    for screen in (1, 2, 3, 4):
        assert post(client, f"/hoc/bai/{lesson}/{screen}").status_code == 303
