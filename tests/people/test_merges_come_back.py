"""A merge that is taken back leaves nothing behind: figures, enrolments, results and certificates."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.models import Attainment, Attempt
from certificates.models import Certificate
from lms.cohorts.models import Enrolment
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.indicators import queries as indicators
from lms.ledger.actions import project_pending
from lms.ledger.rebuild import state_hash
from lms.people import actions, queries
from lms.people.queries import Filter
from tests.cast import Cast
from tests.contract import furnish

pytestmark = pytest.mark.db
TODAY = date(2026, 11, 22)
LEARNT = (
    (Enrolment, ("id", "person_id", "cohort_id", "status")),
    (Attempt, ("id", "person_id", "mark", "level")),
    (Attainment, ("id", "person_id", "level", "proof", "occurred_on")),
    (Certificate, ("id", "person_id", "status", "status_reason")),
)


def everything(session: Session, cast: Cast, who: Actor) -> dict[str, Any]:
    """What a reader sees of the commune, and what stands in the rows below it."""
    told = {
        model.__tablename__: sorted(
            tuple(str(getattr(row, name, None)) for name in names)
            for row in session.scalars(select(model).where(model.commune_id == cast["TBT"]))
        )
        for model, names in LEARNT
    }
    lines, total = queries.people(session, who, Filter(), TODAY, 0)
    return told | {
        "people": ([line.id for line in lines], total),
        "figures": indicators.report(session, cast["TBT"], furnish.PLAN, 2026, TODAY),
        "state": state_hash(session, cast["TBT"]),
    }


def test_after_undoing_a_merge_every_figure_and_enrolment_is_as_before(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    for furnishing in (furnish._learn, furnish._certify):
        furnishing(database, cast, "", cast["TBT"])
    furnish._office(database, keys, cast, "", cast["TBT"])
    who = Actor(Role.OFFICER, cast["TBT"], cast["oanh"])
    with database.read() as session:
        before = everything(session, cast, who)
    with database.write() as session:
        link = actions.link(session, who, cast["mai"], cast["lan"], "cùng người").id
    project_pending(database, cast["TBT"])
    with database.read() as session:
        during = everything(session, cast, who)
    assert during["people"] != before["people"]
    assert during["figures"] != before["figures"]
    with database.write() as session:
        actions.undo_link(session, who, link)
    project_pending(database, cast["TBT"])
    with database.read() as session:
        assert everything(session, cast, who) == before
