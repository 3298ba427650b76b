"""Rebuilding gives the same ids and the same state hash, whatever order the batches came in."""

import json
import random
from collections.abc import Sequence
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from lms.cohorts.models import Attendance, HelpCall
from lms.core import clock
from lms.core.command import Context
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.settings import Settings
from lms.ledger.actions import accept, project_pending
from lms.ledger.commands import ledger
from lms.ledger.models import Batch, Event, ProjectionFault, Quarantined
from lms.ledger.rebuild import rebuild, state_hash, waiting
from tests.cast import Cast
from tests.ledger.events import event_text

pytestmark = pytest.mark.db
LEARNERS = ("hv_lan", "hv_hung")


@pytest.fixture(autouse=True)
def _listening(app: Flask) -> None:
    """The app makes the event types known."""


def empty(database: Database) -> None:
    with database.write() as session:
        for table in (Attendance, HelpCall, ProjectionFault, Quarantined, Event, Batch):
            session.execute(delete(table))


def deliver(database: Database, cast: Cast, batches: Sequence[Sequence[str]]) -> None:
    for batch in batches:
        with database.write() as session:
            accept(session, cast["TBT"], cast["k1_may"], batch, clock.now())


def state(database: Database, cast: Cast) -> str:
    with database.read() as session:
        return state_hash(session, cast["TBT"])


def ids(database: Database) -> set[UUID]:
    with database.read() as session:
        return {*session.scalars(select(Attendance.id)), *session.scalars(select(HelpCall.id))}


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, object]]:
    """What a trainer and two learners do in a class: markings that correct each other, calls, answers."""
    steps = draw(st.lists(st.tuples(st.sampled_from("mmca"), st.sampled_from(LEARNERS),
                                    st.sampled_from(["present", "absent", "excused"]),
                                    st.integers(-10**7, 10**7)), max_size=12))  # fmt: skip
    last: dict[tuple[str, str], str] = {}
    events = []
    for step, learner, word, skew in steps:
        key = str(uuid7())
        kind = {"m": "attendance.marked", "c": "help.asked", "a": "help.answered"}[step]
        parent = last.get((learner, "c" if step == "a" else step)) if step in "ma" else None
        payload = {"state": word} if step == "m" else {}
        events.append({"type": kind, "payload": payload, "id": key, "learner": learner,
                       "parent": parent, "offset": skew})  # fmt: skip
        last[learner, step] = key
    return events


@pytest.mark.long_on_postgresql
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories(), chance=st.integers(0, 2**32))
def test_order_duplicates_delays_and_rebuilds_change_nothing(
    database: Database, cast: Cast, history: list[dict[str, object]], chance: int
) -> None:
    at = 1_795_150_000_000
    with clock.frozen(clock.now()):
        texts = [
            event_text(cast, str(e["type"]), e["payload"], id=e["id"], parent=e["parent"],  # type: ignore[arg-type]  # A payload is a dict.
                       learner=str(cast[str(e["learner"])]), offset=e["offset"], at=at)
            for e in history
        ]  # fmt: skip
        empty(database)
        deliver(database, cast, [texts])
        project_pending(database, None)
        straight, made = state(database, cast), ids(database)

        empty(database)
        dice = random.Random(chance)
        shuffled = dice.sample(texts, len(texts)) + dice.choices(texts, k=3 if texts else 0)
        for size in (dice.randint(1, 4) for _ in range(len(shuffled))):
            deliver(database, cast, [shuffled[:size]])
            del shuffled[:size]
            if dice.random() < 0.5:
                project_pending(database, cast["TBT"])
        project_pending(database, None)
        project_pending(database, None)
        assert (state(database, cast), ids(database)) == (straight, made)

        rebuild(database, cast["TBT"])
        assert (state(database, cast), ids(database)) == (straight, made)


def test_a_rebuild_mends_rows_that_somebody_changed(database: Database, cast: Cast) -> None:
    deliver(database, cast, [[event_text(cast, "attendance.marked", {"state": "present"})]])
    project_pending(database, None)
    good = state(database, cast)
    with database.write() as session:
        session.scalars(select(Attendance)).one().state = "absent"
    assert state(database, cast) != good
    rebuild(database, cast["TBT"])
    assert state(database, cast) == good


def test_a_rebuild_that_is_killed_is_finished_by_the_next_start(
    database: Database, cast: Cast
) -> None:
    texts = [[event_text(cast, "help.asked", {})] for _ in range(5)]
    deliver(database, cast, texts)
    project_pending(database, None)
    good = state(database, cast)

    def kill(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(database, cast["TBT"], kill)
    with database.read() as session:
        assert waiting(session, cast["TBT"]) == 3
    project_pending(database, None)
    assert state(database, cast) == good


def test_another_commune_is_not_touched(database: Database, cast: Cast) -> None:
    deliver(database, cast, [[event_text(cast, "help.asked", {})]])
    project_pending(database, None)
    good = state(database, cast)
    rebuild(database, cast["KHA"])
    assert state(database, cast) == good


def test_the_commands_say_what_they_did(database: Database, cast: Cast, settings: Settings) -> None:
    bad = event_text(cast, "help.asked", {}, learner=str(uuid7()))
    one = event_text(cast, "attendance.marked", {"state": "present"}, id=(key := str(uuid7())))
    other = event_text(cast, "attendance.marked", {"state": "absent"}, id=key)
    deliver(database, cast, [[bad, one], [other], ["{"]])
    context = Context(settings, "TBT")
    said = {}
    for name in ("project", "rebuild", "status"):
        result = CliRunner().invoke(ledger, [name], obj=context)
        assert result.exit_code == 0, result.output
        said[name] = result.output
    context.close()
    assert "còn lỗi: 1" in said["project"]
    assert "Đã dựng lại 1 sự kiện" in said["rebuild"]
    assert json.loads(bad)["id"] in said["status"]
    assert key in said["status"]
