"""A batch is stored once, verbatim, event by event; whatever cannot be taken is kept raw."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.ledger import queries
from lms.ledger.actions import NewEvent, accept, append, release
from lms.ledger.models import Batch, Event, Quarantined
from lms.ledger.registry import EventType, register
from lms.ledger.rules import Outcome, Receipt
from tests.cast import Cast
from tests.ledger.events import Nothing, envelope, event_text, forget_type, nothing

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _listening(app: Flask) -> None:
    """The app makes the event types known."""


def deliver(database: Database, cast: Cast, texts: list[str], device: str = "k1_may") -> Receipt:
    commune = "KHA" if device.startswith("xa_") else "TBT"
    with database.write() as session:
        return accept(session, cast[commune], cast[device], texts, clock.now())


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_batch_is_stored_and_the_same_batch_again_is_a_duplicate(
    database: Database, cast: Cast
) -> None:
    texts = [event_text(cast, "help.asked", {}), event_text(cast, "help.asked", {})]
    for outcome in (Outcome.STORED, Outcome.DUPLICATE):
        receipt = deliver(database, cast, texts)
        assert [fate.outcome for fate in receipt.fates] == [outcome, outcome]
        assert sorted(receipt.confirmed) == sorted(json.loads(text)["id"] for text in texts)
    assert (count(database, Event), count(database, Batch)) == (2, 1)


def test_the_text_is_kept_verbatim_with_its_hash(database: Database, cast: Cast) -> None:
    text = "  " + event_text(cast, "help.asked", {}).replace(":", " :  ") + "\n"
    deliver(database, cast, [text])
    with database.read() as session:
        held = session.scalars(select(Event)).one()
    assert held.text == text
    assert held.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (held.class_id, held.learner_id) == (cast["k1_buoi"], cast["hv_lan"])


def test_a_batch_with_one_bad_event_stores_the_rest(database: Database, cast: Cast) -> None:
    good = [event_text(cast, "help.asked", {}) for _ in range(3)]
    receipt = deliver(database, cast, [good[0], "{", good[1], good[2]])
    assert [f.outcome.value for f in receipt.fates] == ["stored", "quarantined", "stored", "stored"]
    assert receipt.fates[1].reason == "unreadable"
    assert count(database, Event) == 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "dance.danced"}, "unknown_type"),
        ({"v": 7}, "unknown_version"),
        ({"class": "01890000-0000-7000-8000-000000000000"}, "unknown_class"),
        ({"device": "01890000-0000-7000-8000-000000000001"}, "wrong_device"),
        ({"payload": {"name": "Nguyễn Thị Lan"}}, "unreadable"),
        ({"payload": []}, "unreadable"),
        ({"name": "Nguyễn Thị Lan"}, "unreadable"),
        ({"id": "5b0e4f0c-6f0e-4b7e-9d55-2f7c1e0b8a11"}, "unreadable"),
        ({"class": None}, "unreadable"),
        ({"at": -1}, "unreadable"),
        ({"at": 10**15}, "unreadable"),
        ({"seq": 2**53}, "unreadable"),
        ({"epoch": "a\u0000b"}, "unreadable"),
    ],
)
def test_what_cannot_be_taken_is_kept_raw_once_with_its_reason(
    database: Database, cast: Cast, changes: dict[str, object], reason: str
) -> None:
    text = json.dumps(envelope(cast, "help.asked", {}) | changes, ensure_ascii=False)
    for _ in range(2):
        (fate,) = deliver(database, cast, [text]).fates
        assert (fate.outcome, fate.reason) == (Outcome.QUARANTINED, reason)
        assert fate.event_id == json.loads(text)["id"]
    with database.read() as session:
        held = session.scalars(select(Quarantined)).one()
    assert (held.text, held.encoding, held.reason) == (text, "text", reason)
    assert count(database, Event) == 0


def test_a_class_of_another_commune_is_unknown_here(database: Database, cast: Cast) -> None:
    text = event_text(cast, "help.asked", {}, **{"class": str(cast["xa_k1_buoi"])})
    assert deliver(database, cast, [text]).fates[0].reason == "unknown_class"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "{" * 5000, "[" * 60_000, ""])
def test_bytes_no_column_holds_are_kept_as_well(database: Database, cast: Cast, text: str) -> None:
    assert deliver(database, cast, [text]).fates[0].reason == "unreadable"
    assert count(database, Quarantined) == 1


def test_one_id_with_two_bodies_keeps_both_and_raises_the_alarm(
    database: Database, cast: Cast
) -> None:
    key = str(uuid7())
    first = event_text(cast, "attendance.marked", {"state": "present"}, id=key)
    second = event_text(cast, "attendance.marked", {"state": "absent"}, id=key)
    receipt = deliver(database, cast, [first, second, first])
    assert [(f.outcome.value, f.reason) for f in receipt.fates] == [
        ("stored", None), ("quarantined", "conflict"), ("duplicate", None),
    ]  # fmt: skip
    for _ in range(2):
        (fate,) = deliver(database, cast, [second]).fates
        assert (fate.outcome, fate.reason) == (Outcome.QUARANTINED, "conflict")
    with database.read() as session:
        assert session.scalars(select(Event.text)).all() == [first]
        assert [one.text for one in queries.conflicts(session, cast["TBT"])] == [second]


def test_the_same_id_in_two_communes_is_two_events(database: Database, cast: Cast) -> None:
    key = str(uuid7())
    here = event_text(cast, "help.asked", {}, id=key)
    changes = {
        "device": str(cast["xa_k1_may"]),
        "class": str(cast["xa_k1_buoi"]),
        "learner": str(cast["xa_hv_lan"]),
    }
    there = event_text(cast, "help.asked", {}, id=key, **changes)
    assert deliver(database, cast, [here]).fates[0].outcome == Outcome.STORED
    assert deliver(database, cast, [there], "xa_k1_may").fates[0].outcome == Outcome.STORED
    assert count(database, Event) == 2


def test_many_deliveries_at_once_lose_nothing_and_store_nothing_twice(
    database: Database, cast: Cast
) -> None:
    texts = [event_text(cast, "help.asked", {}, seq=n) for n in range(60)]
    batches = [texts[i : i + 10] for i in range(0, 60, 5)] * 3

    def one(batch: list[str]) -> Receipt:
        return deliver(database, cast, batch[::-1] if len(batch) % 2 else batch)

    with ThreadPoolExecutor(6) as threads:
        receipts = list(threads.map(one, batches))
    stored = [key for receipt in receipts for key in receipt.ids(Outcome.STORED)]
    assert len(stored) == len(set(stored)) == 60
    assert all(len(r.confirmed) == len(r.fates) for r in receipts)
    with database.read() as session:
        assert queries.have(session, cast["TBT"], cast["k1_may"]) == {"e1": [(0, 59)]}


def test_have_says_which_runs_are_held_of_each_epoch(database: Database, cast: Cast) -> None:
    numbers = [("e1", n) for n in (1, 2, 3, 7)] + [("e2", 0)]
    texts = [event_text(cast, "help.asked", {}, epoch=epoch, seq=n) for epoch, n in numbers]
    deliver(database, cast, texts)
    with database.read() as session:
        held = queries.have(session, cast["TBT"], cast["k1_may"])
    assert held == {"e1": [(1, 3), (7, 7)], "e2": [(0, 0)]}


def test_a_newer_release_reads_its_quarantine_again(database: Database, cast: Cast) -> None:
    text = event_text(cast, "newer.kind", {})
    deliver(database, cast, [text])
    register(EventType("newer.kind", "test", Nothing, nothing))
    try:
        assert release(database) == 1
        assert release(database) == 0
        assert deliver(database, cast, [text]).fates[0].outcome == Outcome.DUPLICATE
    finally:
        forget_type("newer.kind")


def test_an_event_of_the_server_counts_once_under_its_id(database: Database, cast: Cast) -> None:
    key = uuid7()
    new = NewEvent(
        "help.asked", {}, class_id=cast["k1_buoi"], learner_id=cast["hv_lan"], event_id=key
    )
    for _ in range(2):
        with database.write() as session:
            assert append(session, cast["TBT"], new) == key
    assert count(database, Event) == 1
