"""What the tests of certificates start from: learners of the cast who have passed, or not quite."""

from datetime import UTC, date, datetime
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from assessments.models import Attainment, TaskObservation
from certificates.issuer import Issuer
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.keys import make_keys
from lms.core.policy import Role
from tests.cast import Cast

BASE = "https://lop.tanbinhthuong.example"
ISSUER = Issuer(BASE, make_keys())
TODAY = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ORIGIN = {"Origin": "http://localhost"}


def officer(cast: Cast, p: str = "") -> Actor:
    """The commune's officer, as an action sees her."""
    return Actor(Role.OFFICER, cast["KHA" if p else "TBT"], cast[f"{p}oanh"])


def trainer(cast: Cast) -> Actor:
    """Trang, who teaches class K1."""
    return Actor(Role.TRAINER, cast["TBT"], cast["trang"], cohort_ids=frozenset({cast["k1"]}))


def attained(
    session: Session, cast: Cast, person: str, proof: str = "task_observed", p: str = "",
    class_: str = "k1", on: date = date(2026, 11, 20), level: str = "basic",
) -> UUID:  # fmt: skip
    """Write down that a person reached a proof in a class."""
    row = Attainment(
        id=uuid7(), commune_id=cast["KHA" if p else "TBT"], person_id=cast[p + person],
        enrolment_id=None, programme_code="nguoi-dan", version_id=cast["version"], level=level,
        proof=proof, occurred_on=on, evidence={},
        sitting_id=None if proof == "test_passed" else cast[f"{p}{class_}_thi"],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def could_do(session: Session, cast: Cast, person: str, task: str = "goi-video") -> None:
    """Write down that a trainer saw a person do a task."""
    session.add(
        TaskObservation(
            id=uuid7(), commune_id=cast["TBT"], enrolment_id=cast[f"hv_{person}"], task=task,
            result="can_do", observer_id=cast["trang"], event_id=uuid7(),
            occurred_at=datetime(2026, 11, 20, 5, 0, tzinfo=UTC),
        )
    )  # fmt: skip
    session.flush()


def as_staff(client: FlaskClient, cast: Cast, name: str) -> FlaskClient:
    """The browser of a member of staff."""
    client.set_cookie("lms_staff", cast.staff_tokens[name])
    return client


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    """Send a form from our own page."""
    return client.post(path, data=form, headers=ORIGIN)
