"""Learners of the cast at the forms that measure a change, over real HTTP calls."""

from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from lms.cohorts.models import Enrolment, Sitting
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.people.models import Person, Residence
from tests.assessments.people import answers_to, post, put
from tests.assessments.tablet import MINUTE, Tablet
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


def crowd(database: Database, cast: Cast, size: int, p: str = "") -> list[str]:
    """So many more learners of class K1 (of the foreign commune with its prefix); their names in the cast."""
    names = [f"{p}nguoi-{n:02d}" for n in range(size)]
    with database.write() as session:
        for n, name in enumerate(names):
            person, enrolment = uuid7(), uuid7()
            commune = cast["KHA" if p else "TBT"]
            session.add(
                Person(
                    id=person,
                    commune_id=commune,
                    full_name=name,
                    sort_key=name,
                    search_key=name,
                    sex="nu",
                )
            )
            session.flush()
            session.add(
                Residence(
                    commune_id=commune,
                    person_id=person,
                    unit_id=cast[f"{p}thon_tay"],
                    household_id=None,
                )
            )
            session.add(
                Enrolment(
                    id=enrolment, commune_id=commune, cohort_id=cast[f"{p}k1"], person_id=person,
                    picture="con-ga", colour=f"mau-{n}", pin_hmac="-", pin_sealed="-",
                    enrolled_on=date(2026, 11, 2),
                )
            )  # fmt: skip
            session.flush()
            cast.ids |= {name: person, f"hv_{name}": enrolment}
    return names


def form(cast: Cast, name: str, kind: str, right: int, **fields: Any) -> Tablet:
    """A handed-in form with so many right answers of twelve, as a tablet tells it."""
    at = OPENED + (5 if kind == "entry" else 90) * MINUTE
    fields = {"at": at, "sitting": None, "seed": f"{name}-{kind}", **fields}
    tablet = Tablet(cast, learner=name, kind=kind, **fields)
    return tablet.start().answer_all(12 - right).submit()
