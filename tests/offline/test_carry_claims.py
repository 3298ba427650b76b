"""Work of a class without network is a claim until a trainer confirms it; then it counts as it happened."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from assessments.events import MODELS
from assessments.models import Attempt, TaskObservation
from lms.cohorts import claims
from lms.cohorts.carried_models import ClaimDecision
from lms.cohorts.models import ClassSession, Sitting
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Forbidden, Invalid
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.ledger.actions import accept
from lms.ledger.models import Batch, Event, ProjectionFault
from lms.ledger.projector import project_pending
from lms.ledger.rules import millis
from lms.people.audit_words import _WORDS
from tests.assessments.people import staff
from tests.assessments.tablet import MINUTE
from tests.cast import Cast
from tests.offline.carried import (
    ARRIVED,
    HELD,
    MADE,
    bring,
    carry,
    corner,
    decide,
    hash_of,
    hours,
    proofs,
    same_after_rebuild,
    sat,
    say,
    seen,
    trainer,
)

pytestmark = pytest.mark.db
CLAIMED = {"test_passed"}
WHOLE = {"test_passed", "test_supervised", "task_observed"}


@pytest.fixture
def carried(app: Flask, database: Database, cast: Cast) -> Cast:
    """The cast, with class K1 carried away."""
    carry(database, cast)
    return cast


def test_claimed_work_gives_no_proof_above_a_passed_test(database: Database, carried: Cast) -> None:
    bring(database, carried, [*hours(carried), *sat(carried).texts, seen(carried)])
    assert proofs(database, carried) == CLAIMED
    with database.read() as session:
        assert session.get(Sitting, (carried["TBT"], carried["k1_xa_thi"])) is None
        assert session.scalars(select(TaskObservation.claimed)).all() == [True]
    assert same_after_rebuild(database, carried)


def test_what_somebody_unknown_did_takes_nothing_from_what_was_seen_of_others(
    database: Database, carried: Cast
) -> None:
    """A walk-in's card has no name yet, so what was done with it waits, beside what was seen of Lan."""
    screen = {"lesson": "b1", "screen": 1}
    waits = say(corner(carried), "activity.opened", screen, learner=str(uuid7()))
    bring(database, carried, [*hours(carried), seen(carried), *sat(carried).texts, waits])
    with database.read() as session:
        assert session.scalars(select(TaskObservation.result)).all() == ["can_do"]
        assert len(session.scalars(select(ProjectionFault)).all()) == 1
    decide(database, carried, "lan")
    assert proofs(database, carried) == WHOLE
    assert same_after_rebuild(database, carried)


def test_what_is_confirmed_counts_from_the_day_it_happened(
    database: Database, carried: Cast
) -> None:
    bring(database, carried, [*hours(carried), *sat(carried).texts, seen(carried)])
    assert decide(database, carried, "lan") == 1
    assert decide(database, carried, "lan") == 0
    assert proofs(database, carried) == WHOLE
    with database.read() as session:
        sitting = session.get_one(Sitting, (carried["TBT"], carried["k1_xa_thi"]))
        meeting = session.get_one(ClassSession, (carried["TBT"], carried["k1_xa"]))
        attempt = session.scalars(select(Attempt)).one()
    assert sitting.carried
    assert sitting.proctor_id == carried["trang"]
    assert (sitting.opened_at, sitting.closed_at) == (HELD + MINUTE, HELD + 90 * MINUTE)
    assert (meeting.opened_at, meeting.closed_at, meeting.code) == (
        HELD, HELD + 90 * MINUTE, None,
    )  # fmt: skip
    assert attempt.sitting_id == sitting.id
    assert "claimed" not in attempt.trail
    assert same_after_rebuild(database, carried)


def test_each_learner_is_decided_on_alone(database: Database, carried: Cast) -> None:
    texts = [*hours(carried), *sat(carried).texts, *sat(carried, "hung").texts]
    bring(database, carried, texts)
    decide(database, carried, "lan")
    assert "test_supervised" in proofs(database, carried, "lan")
    assert proofs(database, carried, "hung") == CLAIMED
    assert same_after_rebuild(database, carried)


def test_a_refusal_takes_the_proof_back_and_the_newest_decision_stands(
    database: Database, carried: Cast
) -> None:
    bring(database, carried, [*hours(carried), *sat(carried).texts, seen(carried)])
    decide(database, carried, "lan")
    assert decide(database, carried, "lan", verdict=claims.REFUSED) == 1
    assert proofs(database, carried) == CLAIMED
    assert same_after_rebuild(database, carried)
    decide(database, carried, "lan")
    assert proofs(database, carried) == WHOLE
    with database.read() as session:
        assert len(session.scalars(select(ClaimDecision)).all()) == 1


def test_a_test_outside_the_hours_of_the_sitting_is_not_supervised(
    database: Database, carried: Cast
) -> None:
    early = sat(carried, at=HELD - 60 * MINUTE)
    late = sat(carried, "hung", at=HELD + 80 * MINUTE)
    bring(database, carried, [*hours(carried), *early.texts, *late.texts])
    decide(database, carried, "lan", "hung")
    # Who names a sitting saw it open, whatever the clock says; but late is late.
    assert "test_supervised" in proofs(database, carried, "lan")
    assert proofs(database, carried, "hung") == CLAIMED


def test_hours_that_arrive_after_the_decision_count_as_well(
    database: Database, carried: Cast
) -> None:
    opened, started, ended, closed = hours(carried)
    bring(database, carried, sat(carried).texts)
    decide(database, carried, "lan")
    assert proofs(database, carried) == CLAIMED
    bring(database, carried, [started])
    assert "test_supervised" in proofs(database, carried)
    with database.read() as session:
        sitting = session.get_one(Sitting, (carried["TBT"], carried["k1_xa_thi"]))
        # Nobody has said yet when it ended: it lasts until the night.
        assert sitting.closed_at is not None
        assert clock.local(sitting.closed_at).strftime("%d %H:%M") == "22 23:59"
    bring(database, carried, [ended, closed, opened])
    assert "test_supervised" in proofs(database, carried)
    assert same_after_rebuild(database, carried)


def test_hours_are_held_between_the_pack_and_the_arrival(database: Database, carried: Cast) -> None:
    bring(database, carried, hours(carried, at=MADE - timedelta(days=400)))
    bring(database, carried, hours(carried, "k2_may", at=ARRIVED + timedelta(days=9)), "k2_may")
    bring(database, carried, sat(carried).texts)
    decide(database, carried, "lan")
    with database.read() as session:
        sitting = session.get_one(Sitting, (carried["TBT"], carried["k1_xa_thi"]))
    assert (sitting.opened_at, sitting.closed_at) == (MADE, ARRIVED)


def test_a_proctor_who_does_not_teach_the_class_is_not_believed(
    database: Database, carried: Cast
) -> None:
    payload = {"sitting": str(carried["k1_xa_thi"]), "proctor": str(carried["tuan"])}
    text = say(corner(carried), "sitting.opened", payload)
    bring(database, carried, [text, *sat(carried).texts])
    with clock.frozen(ARRIVED), database.write() as session:
        officer = system(carried["TBT"])
        claims.decide(session, officer, carried["k1_xa"], [carried["hv_lan"]], claims.CONFIRMED)
    with database.read() as session:
        sitting = session.get_one(Sitting, (carried["TBT"], carried["k1_xa_thi"]))
    # Nobody is named as the confirmer either, so it is whoever carried the class away.
    assert sitting.proctor_id == carried["trang"]


def test_the_hours_of_a_meeting_that_a_page_opened_are_the_pages(
    database: Database, carried: Cast
) -> None:
    from lms.cohorts import classroom

    with clock.frozen(HELD + 5 * MINUTE), database.write() as session:
        first = session.get_one(ClassSession, (carried["TBT"], carried["k1_buoi"]))
        first.closed_at, first.code = HELD, None
        session.flush()
        classroom.open_session(session, system(carried["TBT"]), carried["k1_xa"])
        classroom.close_session(session, system(carried["TBT"]), carried["k1_xa"])
    bring(database, carried, [*hours(carried), *sat(carried).texts])
    decide(database, carried, "lan")
    with database.read() as session:
        meeting = session.get_one(ClassSession, (carried["TBT"], carried["k1_xa"]))
    assert meeting.opened_at == HELD + 5 * MINUTE
    assert "test_supervised" in proofs(database, carried)


def test_what_a_tablet_saw_in_a_class_with_network_waits_for_confirmation_too(
    database: Database, cast: Cast, app: Flask
) -> None:
    carry(database, cast)
    bring(database, cast, [seen(cast, **{"class": str(cast["k1_buoi"])})])
    with database.read() as session:
        assert session.scalars(select(TaskObservation.claimed)).all() == [True]
    decide(database, cast, "lan", meeting="k1_buoi")
    with database.read() as session:
        assert session.scalars(select(TaskObservation.claimed)).all() == [False]
    assert same_after_rebuild(database, cast)


def test_a_claimed_test_that_nobody_handed_in_blocks_no_other_for_ever(
    database: Database, carried: Cast
) -> None:
    begun = corner(carried)
    begun.attempt, begun.sitting, begun.at = sat(carried).attempt, "k1_xa_thi", HELD
    begun.start()
    again = sat(carried, at=HELD + timedelta(days=2))
    bring(database, carried, [*begun.texts, *again.texts])
    with database.read() as session:
        states = {row.id: row.state for row in session.scalars(select(Attempt))}
    assert states == {begun.attempt: "open", again.attempt: "final"}


@pytest.mark.long_on_postgresql
@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_and_decision_gives_the_same_state(
    database: Database, carried: Cast, seed: int
) -> None:
    from random import Random

    steps = _steps(carried)
    for step in steps:
        _do(database, carried, step)
    first, held = hash_of(database, carried["TBT"]), proofs(database, carried)
    _forget(database)
    mixed = _mixed(steps, Random(seed))
    for step in mixed:
        _do(database, carried, step)
    assert (hash_of(database, carried["TBT"]), proofs(database, carried)) == (first, held)
    assert held == WHOLE
    assert same_after_rebuild(database, carried)


Step = tuple[str, object]


def _steps(cast: Cast) -> list[Step]:
    """Two tablets, two learners, a test taken up on the other tablet; and decisions in between."""
    half = corner(cast, at=HELD + 30 * MINUTE)
    half.attempt, half.sitting, half.learner = sat(cast).attempt, "k1_xa_thi", "hung"
    half.start()
    other = half.other("k2_may", "s2")
    other.answer_all().submit()
    mine = [*hours(cast), *sat(cast).texts, seen(cast), *half.texts]
    present = {"learner": str(cast["hv_lan"]), "at": millis(HELD)}
    mine.append(say(corner(cast), "attendance.marked", {"state": "present"}, **present))
    theirs = [*hours(cast, "k2_may", HELD + 3 * MINUTE, 120), *other.texts]
    return [
        *(("k1_may", text) for text in mine),
        *(("k2_may", text) for text in theirs),
        ("confirm", "lan"),
        ("confirm", "hung"),
    ]


def _mixed(steps: list[Step], chance: object) -> list[Step]:
    mixed = [*steps, ("refuse", "lan")]
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # It is a Random.
    # The newest decision stands: in the end Lan's work is confirmed.
    return [step for step in mixed if step != ("confirm", "lan")] + [("confirm", "lan")]


def _do(database: Database, cast: Cast, step: Step) -> None:
    what, about = step
    if what in ("confirm", "refuse"):
        verdict = claims.CONFIRMED if what == "confirm" else claims.REFUSED
        decide(database, cast, str(about), verdict=verdict)
    else:
        bring(database, cast, [str(about)], what)


def _forget(database: Database) -> None:
    """Empty the store, what it made, and every decision."""
    with database.write() as session:
        from lms.cohorts.models import Attendance

        for model in (*MODELS, Attendance, ProjectionFault, Event, Batch, ClaimDecision):
            session.execute(delete(model))
        session.execute(delete(Sitting).where(Sitting.carried.is_(True)))
        for meeting in session.scalars(select(ClassSession).where(ClassSession.number == 2)):
            meeting.opened_at = meeting.closed_at = None


def test_only_a_trainer_of_the_class_decides_and_only_on_its_learners(
    database: Database, carried: Cast
) -> None:
    learner = [carried["hv_lan"]]
    with database.write() as session, pytest.raises(Forbidden):
        claims.decide(
            session, trainer(carried, "tuan", "k2"), carried["k1_xa"], learner, claims.CONFIRMED
        )
    stranger = [carried["hv_mai"]]
    with database.write() as session, pytest.raises(Invalid):
        claims.decide(session, trainer(carried), carried["k1_xa"], stranger, claims.CONFIRMED)
    with database.write() as session, pytest.raises(Invalid):
        claims.decide(session, trainer(carried), carried["k1_xa"], learner, "maybe")


def test_decisions_have_their_words_in_the_log(app: Flask) -> None:
    assert app is not None
    assert {("confirmed", "claim"), ("refused", "claim"), ("carry", "cohort")} <= _WORDS.keys()


def test_who_has_left_the_class_is_still_decided_on(
    app: Flask, database: Database, carried: Cast
) -> None:
    from assessments import claimed
    from lms.cohorts.models import Cohort, Enrolment

    bring(database, carried, [*hours(carried), *sat(carried).texts, seen(carried, "hung")])
    with database.write() as session:
        row = session.get_one(Enrolment, (carried["TBT"], carried["hv_lan"]))
        row.withdrawn_on = clock.day_of(ARRIVED)
    with database.read() as session:
        cohort = session.get_one(Cohort, (carried["TBT"], carried["k1"]))
        meeting = session.get_one(ClassSession, (carried["TBT"], carried["k1_xa"]))
        assert claimed.waiting(session, cohort) == {carried["k1_xa"]: 2}
        assert len(claimed.sheet(session, meeting).undecided) == 2
    decide(database, carried, "lan", verdict=claims.REFUSED)
    decide(database, carried, "hung")
    with database.read() as session:
        assert not claimed.waiting(session, session.get_one(Cohort, (cohort.commune_id, cohort.id)))


def test_the_page_says_what_came_after_the_decision_and_what_is_still_missing(
    app: Flask, database: Database, carried: Cast
) -> None:
    trang, path = staff(app, carried, "trang"), f"/buoi/{carried['k1_xa']}/xac-nhan"
    assert "Chưa có việc nào cần xác nhận" in trang.get(path).get_data(as_text=True)
    bring(database, carried, sat(carried).texts)
    assert "Chưa thấy giờ mở kiểm tra" in trang.get(path).get_data(as_text=True)
    decide(database, carried, "lan")
    with clock.frozen(ARRIVED + timedelta(days=1)), database.write() as session:
        accept(session, carried["TBT"], carried["k1_may"], [seen(carried)], clock.now())
    project_pending(database, carried["TBT"])
    page = trang.get(path).get_data(as_text=True)
    assert "có việc về sau khi quyết" in page
    assert "Gọi video" in page or "goi-video" in page
    assert "k1_may" in page
