"""Two officers close the same period at the same moment: one closing stands, the other hears of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.guard import Actor
from lms.core.policy import Role
from lms.indicators import actions, snapshots
from lms.indicators import snapshot_queries as held
from lms.indicators.closing_period import free_day
from tests.cast import Cast

pytestmark = pytest.mark.db


def test_of_two_officers_who_press_at_once_one_is_told_clearly(
    database: Database, cast: Cast
) -> None:
    officers = [
        Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Oanh"),
        Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"], "An"),
    ]
    with database.write() as session:
        actions.adopt_shipped(session, officers[0], "hung-chau")
    together = Barrier(2)

    def press(who: Actor) -> str:
        together.wait()
        try:
            with database.write() as session:
                closing = snapshots.Closing(free_day(date(2026, 11, 15)), in_spite="Để thử.")
                return snapshots.close(session, who, "hung-chau", closing).state
        except Conflict as refusal:
            return refusal.message

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(press, officers), key=len)
    assert said[0] == "standing"
    assert "đã được chốt" in said[1] or "vừa chốt kỳ này" in said[1]
    with database.read() as session:
        rows = held.snapshots(session, cast["TBT"], "hung-chau")
        assert [(row.number, row.state) for row in rows] == [(1, "standing")]
