"""Events become attempts, answers and attainments, the same in any order of arrival."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import events  # noqa: F401 - its types must be known to the ledger.
from assessments.models import Answer, Attainment, Attempt, TaskObservation
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.ledger.rules import millis
from tests.assessments.tablet import MINUTE, Tablet, confirm, deliver, right, whole, wrong
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def types_known(app: Any) -> None:
    """The app makes the event types known."""


def attempt(database: Database, tablet: Tablet) -> Attempt:
    with database.read() as session:
        return session.scalars(select(Attempt).where(Attempt.id == tablet.attempt)).one()


def proofs(database: Database) -> dict[str, date]:
    with database.read() as session:
        return {row.proof: row.occurred_on for row in session.scalars(select(Attainment))}


def observe(cast: Cast, result: str = "can_do", at: datetime = OPENED + 60 * MINUTE) -> str:
    tablet = Tablet(cast)
    payload = {"task": "goi-video", "result": result, "observer": str(cast["trang"])}
    tablet.write("task.observed", payload, attempt=None, at=millis(at))
    return tablet.texts[0]


def test_a_supervised_pass_and_an_observed_task_reach_three_proofs(
    database: Database, cast: Cast
) -> None:
    tablet = whole(cast, mistakes=2)
    deliver(database, cast, [*tablet.texts, observe(cast)])
    confirm(database, cast)
    row = attempt(database, tablet)
    assert (row.state, row.points, row.max_points, row.passed) == ("final", 10, 12, True)
    assert row.sitting_id == cast["k1_thi"]
    day = date(2026, 11, 20)
    assert proofs(database) == {
        "test_passed": day, "test_supervised": day, "task_observed": day
    }  # fmt: skip


def test_too_many_mistakes_reach_nothing(database: Database, cast: Cast) -> None:
    tablet = whole(cast, mistakes=3)
    deliver(database, cast, [*tablet.texts, observe(cast)])
    assert attempt(database, tablet).passed is False
    assert proofs(database) == {}


def test_half_past_eleven_at_night_on_the_last_of_december_counts_in_that_year(
    database: Database, cast: Cast
) -> None:
    last = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    tablet = Tablet(cast, at=last - 13 * MINUTE).start().answer_all().submit()
    deliver(database, cast, tablet.texts, now=last + timedelta(days=4))
    assert attempt(database, tablet).submitted_at == last
    assert set(proofs(database).values()) == {date(2026, 12, 31)}


def test_a_task_seen_after_new_year_is_of_the_new_year(database: Database, cast: Cast) -> None:
    tablet = whole(cast)
    seen = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)
    deliver(database, cast, [*tablet.texts, observe(cast, at=seen)], now=seen + timedelta(days=9))
    confirm(database, cast)
    assert proofs(database)["test_supervised"] == date(2026, 11, 20)
    assert proofs(database)["task_observed"] == date(2027, 1, 1)


def test_a_later_worse_observation_takes_nothing_away(database: Database, cast: Cast) -> None:
    deliver(database, cast, [*whole(cast).texts, observe(cast)])
    confirm(database, cast)
    deliver(database, cast, [observe(cast, "not_yet", OPENED + timedelta(days=2))])
    assert "task_observed" in proofs(database)
    with database.read() as session:
        assert len(session.scalars(select(TaskObservation)).all()) == 2


def test_a_submit_without_all_its_answers_is_provisional_until_they_come(
    database: Database, cast: Cast
) -> None:
    tablet = whole(cast)
    late = tablet.texts[3:6]
    deliver(database, cast, [text for text in tablet.texts if text not in late])
    assert attempt(database, tablet).state == "provisional"
    assert attempt(database, tablet).passed is None
    assert proofs(database) == {}
    deliver(database, cast, late)
    assert attempt(database, tablet).state == "final"
    assert "test_supervised" in proofs(database)


def test_answers_that_come_before_their_start_wait_for_it(database: Database, cast: Cast) -> None:
    tablet = whole(cast)
    counts = deliver(database, cast, tablet.texts[1:])
    assert counts.faults == 0
    with database.read() as session:
        assert session.scalars(select(Attempt)).all() == []
    deliver(database, cast, tablet.texts[:1])
    assert attempt(database, tablet).state == "final"


def test_the_last_answer_to_a_question_counts(database: Database, cast: Cast) -> None:
    tablet = Tablet(cast).start()
    tablet.answer(tablet.items[0], wrong(tablet.items[0]))
    tablet.answer_all().submit()
    deliver(database, cast, reversed(tablet.texts))
    assert attempt(database, tablet).points == 12


def test_an_answer_after_the_submit_does_not_count(database: Database, cast: Cast) -> None:
    tablet = whole(cast, mistakes=1)
    tablet.answer(tablet.items[0], right(tablet.items[0]))
    deliver(database, cast, tablet.texts)
    assert attempt(database, tablet).points == 11


def test_the_fourth_try_is_refused_and_kept(database: Database, cast: Cast) -> None:
    tablets = [
        whole(cast, mistakes=12 if n < 3 else 0, at=OPENED + timedelta(days=2 * n), sitting=None)
        for n in range(4)
    ]
    for tablet in tablets:
        deliver(database, cast, tablet.texts)
    states = [attempt(database, tablet).state for tablet in tablets]
    assert states == ["final", "final", "final", "refused"]
    fourth = attempt(database, tablets[3])
    assert (fourth.refusal, fourth.passed, fourth.points) == ("no_tries", None, 12)
    assert proofs(database) == {}


def test_a_try_within_a_day_of_the_last_is_refused(database: Database, cast: Cast) -> None:
    first = whole(cast, mistakes=12)
    second = whole(cast, at=first.at + timedelta(hours=23))
    third = whole(cast, at=first.at + timedelta(hours=24))
    for tablet in (third, second, first):
        deliver(database, cast, tablet.texts)
    assert attempt(database, second).refusal == "wait"
    assert attempt(database, third).state == "final"
    assert proofs(database)["test_supervised"] == date(2026, 11, 21)


def test_a_late_first_try_takes_back_what_a_refused_second_seemed_to_reach(
    database: Database, cast: Cast
) -> None:
    first = whole(cast, mistakes=12)
    second = whole(cast, at=first.at + timedelta(hours=2))
    deliver(database, cast, second.texts)
    assert "test_supervised" in proofs(database)
    deliver(database, cast, first.texts)
    assert attempt(database, second).refusal == "wait"
    assert proofs(database) == {}


def _close(database: Database, cast: Cast, at: datetime, name: str = "k1_thi") -> None:
    from lms.cohorts.models import Sitting

    with database.write() as session:
        sitting = session.get(Sitting, (cast["TBT"], cast[name]))
        assert sitting is not None
        sitting.closed_at = at


def test_a_submit_after_the_sitting_closed_is_not_supervised(
    database: Database, cast: Cast
) -> None:
    tablet = whole(cast)
    _close(database, cast, OPENED + 15 * MINUTE)
    deliver(database, cast, tablet.texts)
    assert attempt(database, tablet).sitting_id is None
    assert proofs(database).keys() == {"test_passed"}


def test_a_sitting_of_another_class_supervises_nothing(database: Database, cast: Cast) -> None:
    tablet = whole(cast, sitting="k2_thi")
    deliver(database, cast, tablet.texts)
    assert attempt(database, tablet).sitting_id is None
    assert proofs(database).keys() == {"test_passed"}


def test_a_slow_clock_does_not_put_a_try_before_its_sitting(database: Database, cast: Cast) -> None:
    tablet = whole(cast, at=OPENED - timedelta(hours=3))
    deliver(database, cast, tablet.texts)
    row = attempt(database, tablet)
    assert (row.sitting_id, row.started_at, row.clock_flag) == (cast["k1_thi"], OPENED, True)


def test_a_try_nobody_handed_in_ends_with_its_sitting(database: Database, cast: Cast) -> None:
    lost = Tablet(cast).start()
    _close(database, cast, OPENED + timedelta(hours=1))
    early = whole(cast, at=OPENED + timedelta(hours=2))
    late = whole(cast, at=OPENED + timedelta(hours=25))
    deliver(database, cast, lost.texts + early.texts + late.texts)
    assert attempt(database, lost).state == "open"
    assert attempt(database, early).refusal == "wait"
    assert attempt(database, late).state == "final"


def test_in_a_forked_test_the_first_complete_submit_stands(database: Database, cast: Cast) -> None:
    one = Tablet(cast).start()
    other = one.other("k2_may", "s2")
    one.answer_all(mistakes=12).submit()
    other.at = one.at + MINUTE
    other.answer_all().submit()
    deliver(database, cast, other.texts, device="k2_may")
    deliver(database, cast, one.texts)
    row = attempt(database, one)
    assert (row.points, row.trail["forked"]) == (0, True)
    with database.read() as session:
        assert not any(session.scalars(select(Answer.correct)))


def test_in_forked_practice_the_best_counts(database: Database, cast: Cast) -> None:
    one = Tablet(cast, kind="practice", sitting=None).start()
    other = one.other("k2_may", "s2")
    one.answer_all(mistakes=12).submit()
    other.answer_all(mistakes=1).submit()
    deliver(database, cast, one.texts)
    deliver(database, cast, other.texts, device="k2_may")
    assert attempt(database, one).points == 11
    assert proofs(database) == {}


def test_going_on_at_another_tablet_is_no_fork(database: Database, cast: Cast) -> None:
    one = Tablet(cast).start()
    for item in one.items[:5]:
        one.answer(item, right(item))
    other = one.other("k2_may", "s2")
    for item in one.items[5:]:
        other.answer(item, right(item))
    other.submit()
    deliver(database, cast, other.texts, device="k2_may")
    deliver(database, cast, one.texts)
    row = attempt(database, one)
    assert (row.points, row.state, row.trail["forked"]) == (12, "final", False)


def test_somebody_elses_events_in_an_attempt_change_nothing(database: Database, cast: Cast) -> None:
    tablet = Tablet(cast).start().answer_all(mistakes=3)
    foreign = str(cast["hv_hung"])
    item = tablet.items[0]
    tablet.write("answer.given", {"item": item, "response": right(item)}, learner=foreign)
    tablet.submit()
    deliver(database, cast, tablet.texts)
    row = attempt(database, tablet)
    assert (row.points, row.enrolment_id) == (9, cast["hv_lan"])


@pytest.mark.parametrize("change", ["easy", "short", "twice"])
def test_a_pinned_form_that_does_not_fit_the_blueprint_is_a_fault(
    database: Database, cast: Cast, change: str
) -> None:
    tablet = Tablet(cast)
    practice = Tablet(cast, kind="practice").items[0]
    names = {
        "easy": [practice, *tablet.items[1:]],
        "short": tablet.items[1:],
        "twice": [tablet.items[1], *tablet.items[1:]],
    }[change]
    from tests.assessments.tablet import VERSION

    tablet.start(items=[[n, [o.id for o in VERSION.item(n).options]] for n in names])
    assert deliver(database, cast, tablet.texts).faults == 1


def test_only_somebody_of_the_commune_observes(database: Database, cast: Cast) -> None:
    tablet = Tablet(cast)
    for account in (cast["xa_trang"], uuid7()):
        payload = {"task": "goi-video", "result": "can_do", "observer": str(account)}
        tablet.write("task.observed", payload, attempt=None)
    assert deliver(database, cast, tablet.texts).faults == 2


def test_no_attainment_without_a_sitting_passes_the_database(
    database: Database, cast: Cast
) -> None:
    from sqlalchemy.exc import IntegrityError

    def add(session: Session) -> None:
        session.add(
            Attainment(
                commune_id=cast["TBT"], person_id=cast["lan"], programme_code="nguoi-dan",
                version_id=cast["version"], level="basic", proof="test_supervised",
                occurred_on=date(2026, 11, 20), evidence={},
            )
        )  # fmt: skip
        session.flush()

    with pytest.raises(IntegrityError), database.write() as session:
        add(session)
