"""How long somebody learned: what counts as a minute, and rows that are the same in any order of arrival."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assessments.models import LearningDay
from assessments.rules.minutes import LONGEST_BREAK, minutes_learned, with_acts
from assessments.study_time import record_time
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.ledger.actions import paper_device
from lms.ledger.queries import attempt_events
from lms.ledger.rebuild import rebuild, state_hash
from tests.assessments.measuring import learn
from tests.assessments.people import learner
from tests.assessments.tablet import Tablet, deliver, whole
from tests.cast import OPENED, Cast

MINUTES = st.lists(st.integers(0, 1439), max_size=40)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("acts", "minutes"),
    [
        ([], 0),
        ([600], 1),
        ([600, 600, 600], 1),
        ([600, 601], 2),
        ([600, 605], 6),
        ([600, 606], 2),
        ([600, 604, 609, 700], 11),
        ([700, 600, 604, 609], 11),
        ([0, 1439], 2),
    ],
)
def test_a_minute_counts_when_something_is_done_in_it_or_a_short_break_lies_over_it(
    acts: list[int], minutes: int
) -> None:
    assert minutes_learned(acts) == minutes


@pytest.mark.pure
def test_a_minute_outside_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="1439"):
        with_acts([], [1440])


@pytest.mark.pure
@given(MINUTES, MINUTES)
def test_acts_joined_in_any_order_are_the_same_and_never_make_less_time(
    one: list[int], two: list[int]
) -> None:
    both = with_acts(with_acts([], one), two)
    assert both == with_acts(with_acts(with_acts([], two), one), two)
    assert minutes_learned(both) >= max(minutes_learned(one), minutes_learned(two))
    assert minutes_learned(both) <= len(both) * LONGEST_BREAK


def days(database: Database, cast: Cast) -> list[LearningDay]:
    with database.read() as session:
        query = select(LearningDay).where(LearningDay.enrolment_id == cast["hv_lan"])
        return list(session.scalars(query.order_by(LearningDay.day)))


@pytest.mark.db
def test_time_is_the_same_in_pieces_out_of_order_and_after_a_rebuild(
    app: Flask, database: Database, cast: Cast
) -> None:
    texts = whole(cast).texts
    later = Tablet(cast, kind="practice", sitting=None, at=OPENED + timedelta(days=1)).start().texts
    for part in (texts[7:], later, texts[:3], texts[3:7]):
        deliver(database, cast, part)
    found = days(database, cast)
    assert [(one.day.day, one.minutes, len(one.acts)) for one in found] == [
        (20, 14, 14),
        (21, 1, 1),
    ]
    # The class is opened at eight by the clock on the wall, the test is begun ten minutes later.
    assert found[0].acts[0] == 8 * 60 + 10
    with database.read() as session:
        before = state_hash(session, cast["TBT"])
    rebuild(database, cast["TBT"])
    with database.read() as session:
        assert state_hash(session, cast["TBT"]) == before


@pytest.mark.db
def test_lessons_take_time_and_sheets_of_paper_that_are_typed_in_do_not(
    app: Flask, database: Database, cast: Cast
) -> None:
    learn(learner(app, cast, "lan"))
    (today,) = days(database, cast)
    assert today.minutes >= 1
    tablet = whole(cast)
    deliver(database, cast, tablet.texts)
    with database.write() as session:
        for row in session.scalars(select(LearningDay)):
            session.delete(row)
        session.flush()
        events = attempt_events(session, cast["TBT"], tablet.attempt)
        paper = paper_device(cast["TBT"])
        record_time(session, cast["TBT"], [replace(one, device_id=paper) for one in events])
        record_time(session, cast["TBT"], [replace(one, learner_id=uuid7()) for one in events])
    assert days(database, cast) == []
