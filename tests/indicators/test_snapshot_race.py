"""Two officers at the same moment: one closing stands, the other hears of it; of two choices both stay."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event
from time import sleep

import pytest

from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.guard import Actor, system
from lms.core.policy import Role
from lms.indicators import actions, queries, snapshots
from lms.indicators import snapshot_queries as held
from lms.indicators.closing_period import free_day
from tests.cast import Cast

pytestmark = pytest.mark.db


@pytest.mark.counts("race submits, one result each", n=2)
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


@pytest.mark.counts("race submits, one result each", n=2)
def test_of_two_choices_made_at_once_both_stay(database: Database, cast: Cast) -> None:
    who, code, chosen = system(cast["TBT"]), "hung-chau", Event()
    with database.write() as session:
        actions.adopt_shipped(session, who, code)

    def first() -> None:
        with database.write() as session:
            actions.choose(session, who, code, "denominators", "adults", "register")
            chosen.set()
            sleep(0.2)  # The other one comes before this is committed.

    def second() -> None:
        chosen.wait()
        with database.write() as session:
            actions.choose(session, who, code, "denominators", "public_sector", "register")

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(first), pool.submit(second)]:
            done.result()
    with database.read() as session:
        row = queries.adopted(session, cast["TBT"], code).row
        assert set(row.choices["denominators"]) == {"adults", "public_sector"}
