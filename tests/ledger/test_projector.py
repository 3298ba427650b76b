"""The projector: after the answer, in any order, one fault blocks nobody."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.models import Attendance, Enrolment, HelpCall
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.settings import Settings
from lms.ledger import queries
from lms.ledger.actions import accept, project_pending
from lms.ledger.feature import lag_seconds
from lms.ledger.models import Batch
from lms.ledger.registry import EventType, StoredEvent, register
from tests.cast import Cast
from tests.ledger.events import Nothing, event_text, forget_type, nothing

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _listening(app: Flask) -> None:
    """The app makes the event types known."""


@pytest.fixture
def seen() -> Iterator[list[list[UUID]]]:
    """A type whose projection notes the events of the attempt it was handed."""
    calls: list[list[UUID]] = []

    def note(_session: Session, _commune_id: UUID, events: Sequence[StoredEvent]) -> None:
        calls.append([event.id for event in events])
        if any(event.seq == 99 for event in events):
            raise ValueError("this attempt cannot be read")

    register(EventType("try.made", "test", Nothing, note, by_attempt=True))
    yield calls
    forget_type("try.made")


def deliver(database: Database, cast: Cast, *texts: str) -> None:
    with database.write() as session:
        accept(session, cast["TBT"], cast["k1_may"], texts, clock.now())


def test_what_was_accepted_before_a_kill_is_projected_at_start(
    database: Database, cast: Cast
) -> None:
    deliver(database, cast, event_text(cast, "attendance.marked", {"state": "present"}))
    assert lag_seconds(database) >= 0
    with database.read() as session:
        assert session.scalars(select(Attendance)).all() == []
        assert queries.status(session, cast["TBT"]).waiting == 1
    counts = project_pending(database, None)
    assert (counts.events, counts.faults) == (1, 0)
    with database.read() as session:
        assert session.scalars(select(Attendance.state)).all() == ["present"]
        assert queries.status(session, cast["TBT"]).waiting == 0
    assert project_pending(database, None).batches == 0
    assert lag_seconds(database) == 0


def test_one_event_that_cannot_be_applied_blocks_no_other(database: Database, cast: Cast) -> None:
    stranger = event_text(cast, "help.asked", {}, learner=str(uuid7()))
    deliver(database, cast, stranger, event_text(cast, "help.asked", {}))
    deliver(database, cast, event_text(cast, "attendance.marked", {"state": "excused"}))
    counts = project_pending(database, cast["TBT"])
    assert (counts.batches, counts.events, counts.faults) == (2, 2, 1)
    with database.read() as session:
        (fault,) = queries.faults(session, cast["TBT"])
        assert "ghi danh" in fault.message
        assert len(session.scalars(select(HelpCall)).all()) == 1


def test_an_event_waits_for_its_parent_and_is_applied_when_it_came(
    database: Database, cast: Cast
) -> None:
    key = uuid7()
    deliver(
        database,
        cast,
        event_text(cast, "attendance.marked", {"state": "present"}, learner=str(key)),
    )
    assert project_pending(database, None).faults == 1
    assert project_pending(database, None).faults == 1
    with database.write() as session:
        session.add(
            Enrolment(
                commune_id=cast["TBT"], id=key, cohort_id=cast["k1"], person_id=cast["mai"],
                picture="con-ca", colour="blue", pin_hmac="", pin_sealed="",
                enrolled_on=clock.today(),
            )
        )  # fmt: skip
    counts = project_pending(database, None)
    assert (counts.events, counts.faults) == (1, 0)
    with database.read() as session:
        assert queries.faults(session, cast["TBT"]) == []
        assert session.scalars(select(Attendance.enrolment_id)).all() == [key]


def test_an_attempt_gets_all_its_events_each_time_one_arrives(
    database: Database, cast: Cast, seen: list[list[UUID]]
) -> None:
    attempt, keys = str(uuid7()), [uuid7() for _ in range(3)]
    texts = [event_text(cast, "try.made", {}, attempt=attempt, id=str(key)) for key in keys]
    deliver(database, cast, texts[2], texts[0])
    project_pending(database, cast["TBT"])
    deliver(database, cast, texts[1])
    project_pending(database, cast["TBT"])
    assert seen == [[keys[2], keys[0]], [keys[2], keys[0], keys[1]]]


def test_an_attempt_of_several_waiting_batches_is_read_once(
    database: Database, cast: Cast, seen: list[list[UUID]]
) -> None:
    attempt, keys = str(uuid7()), [uuid7() for _ in range(3)]
    for key in keys:
        deliver(database, cast, event_text(cast, "try.made", {}, attempt=attempt, id=str(key)))
    counts = project_pending(database, cast["TBT"])
    assert (counts.batches, counts.events, counts.faults) == (3, 3, 0)
    assert seen == [keys]


def test_an_attempt_that_could_not_be_read_is_tried_with_its_next_batch(
    database: Database, cast: Cast, seen: list[list[UUID]]
) -> None:
    attempt = str(uuid7())
    for number in (99, 1):
        deliver(database, cast, event_text(cast, "try.made", {}, attempt=attempt, seq=number))
    assert project_pending(database, cast["TBT"]).faults == 2
    assert len(seen) == 2


def test_an_attempt_that_fails_is_listed_and_others_go_on(
    database: Database, cast: Cast, seen: list[list[UUID]]
) -> None:
    bad, good = str(uuid7()), str(uuid7())
    deliver(
        database, cast,
        event_text(cast, "try.made", {}, attempt=bad, seq=99),
        event_text(cast, "try.made", {}, attempt=good),
        event_text(cast, "help.asked", {}),
    )  # fmt: skip
    counts = project_pending(database, cast["TBT"])
    assert (counts.events, counts.faults) == (2, 1)
    with database.read() as session:
        (fault,) = queries.faults(session, cast["TBT"])
        # A fault names the type and the class of the error, never values.
        assert fault.message == "try.made: ValueError"


def test_an_attempt_that_can_be_read_at_last_is_through_with_all_its_events(
    database: Database, cast: Cast, seen: list[list[UUID]]
) -> None:
    attempt = str(uuid7())
    deliver(database, cast, event_text(cast, "try.made", {}, attempt=attempt))
    forget_type("try.made")
    assert project_pending(database, cast["TBT"]).faults == 1
    register(EventType("try.made", "test", Nothing, nothing, by_attempt=True))
    deliver(database, cast, event_text(cast, "try.made", {}, attempt=attempt))
    project_pending(database, cast["TBT"])
    with database.read() as session:
        assert queries.faults(session, cast["TBT"]) == []


def test_a_type_this_release_forgot_waits_for_one_that_knows_it(
    database: Database, cast: Cast, seen: list[list[UUID]]
) -> None:
    deliver(database, cast, event_text(cast, "try.made", {}, attempt=str(uuid7())))
    forget_type("try.made")
    assert project_pending(database, cast["TBT"]).faults == 1


def test_two_projectors_do_no_batch_twice(
    database: Database, cast: Cast, seen: list[list[UUID]]
) -> None:
    for _ in range(12):
        deliver(database, cast, event_text(cast, "try.made", {}, attempt=str(uuid7())))
    # SQLite allows one process; on PostgreSQL the second pool stands for another one.
    other = Database(database_settings(database)) if is_postgresql(database) else database
    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(project_pending, d, cast["TBT"]) for d in (database, other) * 2]
        counts = [job.result() for job in jobs]
    if other is not database:
        other.close()
    assert sum(count.batches for count in counts) == len(seen) == 12


def is_postgresql(database: Database) -> bool:
    """Whether the store is PostgreSQL."""
    return database.engine.dialect.name == "postgresql"


def database_settings(database: Database) -> Settings:
    """The settings that open the same store a second time, as another process would."""
    return Settings(database_url=database.engine.url.render_as_string(hide_password=False))


def test_the_last_correction_of_attendance_stands_in_any_order(
    database: Database, cast: Cast
) -> None:
    keys = [uuid7() for _ in range(3)]
    states, parents = ("present", "absent", "excused"), (None, keys[0], keys[1])
    texts = [
        event_text(cast, "attendance.marked", {"state": s}, id=str(k), parent=str(p) if p else None)
        for s, k, p in zip(states, keys, parents, strict=True)
    ]
    for text in (texts[2], texts[0], texts[1]):
        deliver(database, cast, text)
        project_pending(database, cast["TBT"])
    with database.read() as session:
        row = session.scalars(select(Attendance)).one()
        assert (row.state, row.event_id) == ("excused", keys[2])
        assert session.scalars(select(Batch.number).order_by(Batch.number)).all() == [1, 2, 3]
