"""What a trainer changes on a sitting after a test counts at once, as it would after a rebuild."""

import pytest
from sqlalchemy import select

from assessments.models import Attainment
from lms.cohorts import classroom
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import system
from lms.ledger.rebuild import rebuild, state_hash
from tests.assessments.tablet import MINUTE, deliver, whole
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db


def _proofs(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.scalars(select(Attainment.proof)))


def _same_after_rebuild(database: Database, cast: Cast) -> bool:
    with database.read() as session:
        before = state_hash(session, cast["TBT"])
    rebuild(database, cast["TBT"])
    with database.read() as session:
        return state_hash(session, cast["TBT"]) == before


def _allow(database: Database, cast: Cast, *allowed: str) -> None:
    with database.write() as session:
        classroom.accommodate(session, system(cast["TBT"]), cast["k1"], cast["hv_lan"], allowed)


@pytest.mark.usefixtures("app")
def test_help_recorded_after_the_test_counts_as_after_a_rebuild(
    database: Database, cast: Cast
) -> None:
    deliver(database, cast, whole(cast).texts)
    plain = _proofs(database)
    assert "test_supervised" in plain
    _allow(database, cast, "helper")
    assert _proofs(database) != plain
    assert _same_after_rebuild(database, cast)
    _allow(database, cast)
    assert _proofs(database) == plain
    assert _same_after_rebuild(database, cast)


@pytest.mark.usefixtures("app")
def test_the_end_of_a_sitting_counts_as_after_a_rebuild(database: Database, cast: Cast) -> None:
    # The box's clock was set back, so the sitting ends before what was handed in.
    deliver(database, cast, whole(cast).texts)
    assert "test_supervised" in _proofs(database)
    with clock.frozen(OPENED + 15 * MINUTE), database.write() as session:
        classroom.close_sitting(session, system(cast["TBT"]), cast["k1"])
    assert "test_supervised" not in _proofs(database)
    assert _same_after_rebuild(database, cast)
