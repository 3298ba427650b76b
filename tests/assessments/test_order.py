"""The same events give the same rows, in whatever order and batches they arrive, and again on rebuild."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from assessments.events import MODELS
from lms.core.db import Database
from lms.ledger.models import Batch, Event, ProjectionFault
from lms.ledger.rebuild import rebuild, state_hash
from lms.ledger.rules import millis
from tests.assessments.tablet import MINUTE, Tablet, confirm, deliver, right, wrong
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db

State = dict[str, list[tuple[Any, ...]]]


def state_of(database: Database) -> State:
    """Every projected row of this package, in the order of ids."""
    found = {}
    with database.read() as session:
        for model in MODELS:
            names = sorted(column.key for column in model.__table__.columns)
            rows = session.scalars(select(model).order_by(model.id))
            found[model.__tablename__] = [
                tuple((name, str(getattr(row, name))) for name in names) for row in rows
            ]
    return found


def forget(database: Database) -> None:
    """Empty the store and what it made."""
    with database.write() as session:
        for model in (*MODELS, ProjectionFault, Event, Batch):
            session.execute(delete(model))


@dataclass
class Work:
    """What a scenario writes: texts by the device that brings them."""

    texts: list[tuple[str, str]]


def attempts(draw: Any, cast: Cast) -> list[tuple[str, str]]:
    """One to three tries of Lan's at drawn times, whole, cut short, or taken up on a second tablet."""
    texts: list[tuple[str, str]] = []
    for _ in range(draw(st.integers(1, 3))):
        start = OPENED + timedelta(hours=draw(st.integers(0, 60)))
        one = Tablet(cast, at=start, sitting=draw(st.sampled_from(["k1_thi", None]))).start()
        half = draw(st.integers(0, 12))
        for item in one.items[:half]:
            one.answer(item, right(item))
        two = one.other("k2_may", "s2")
        good = draw(st.booleans())
        for tablet in (one, two) if draw(st.booleans()) else (one,):
            for item in one.items[half:]:
                tablet.answer(item, right(item) if good else wrong(item))
            if draw(st.booleans()):
                tablet.submit()
        texts += [("k1_may", text) for text in one.texts]
        texts += [("k2_may", text) for text in two.texts]
    return texts


def observations(draw: Any, cast: Cast) -> list[tuple[str, str]]:
    """Up to two observations and some screens of a lesson."""
    tablet = Tablet(cast)
    for result in draw(st.lists(st.sampled_from(["can_do", "not_yet"]), max_size=2)):
        payload = {"task": "goi-video", "result": result, "observer": str(cast["trang"])}
        at = OPENED + timedelta(hours=draw(st.integers(0, 60)))
        tablet.write("task.observed", payload, attempt=None, at=millis(at))
    for screen in draw(st.lists(st.integers(1, 3), max_size=3)):
        kind = draw(st.sampled_from(["activity.opened", "activity.finished"]))
        tablet.write(kind, {"lesson": "b1", "screen": screen}, attempt=None)
    return [("k1_may", text) for text in tablet.texts]


def bring(database: Database, cast: Cast, texts: list[tuple[str, str]], size: int) -> State:
    """Deliver the texts in batches of at most `size`, each from its own device."""
    for start in range(0, len(texts), size):
        for device in ("k1_may", "k2_may"):
            own = [text for name, text in texts[start : start + size] if name == device]
            if own:
                deliver(database, cast, own, device, now=OPENED + timedelta(days=30) + MINUTE)
    return state_of(database)


@pytest.mark.long_on_postgresql
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_order_of_arrival_gives_the_same_rows(
    app: Flask, database: Database, cast: Cast, data: st.DataObject
) -> None:
    forget(database)
    texts = attempts(data.draw, cast) + observations(data.draw, cast)
    first = bring(database, cast, texts, 100)
    forget(database)
    mixed = data.draw(st.permutations(texts))
    second = bring(database, cast, mixed, data.draw(st.sampled_from([5, 17, 60])))
    assert first == second


def test_a_rebuild_gives_the_same_rows_and_hash(app: Flask, database: Database, cast: Cast) -> None:
    one = Tablet(cast).start().answer_all(mistakes=12).submit()
    later = Tablet(cast, at=one.at + timedelta(hours=25)).start().answer_all().submit()
    seen = Tablet(cast, at=later.at)
    payload = {"task": "goi-video", "result": "can_do", "observer": str(cast["trang"])}
    seen.write("task.observed", payload, attempt=None)
    seen.write("activity.opened", {"lesson": "b1", "screen": 2}, attempt=None)
    deliver(database, cast, [*seen.texts, *later.texts, *one.texts])
    confirm(database, cast)
    before = state_of(database)
    with database.read() as session:
        hashed = state_hash(session, cast["TBT"])
    assert len(before["attainment"]) == 3
    counts = rebuild(database, cast["TBT"])
    assert counts.faults == 0
    assert state_of(database) == before
    with database.read() as session:
        assert state_hash(session, cast["TBT"]) == hashed
