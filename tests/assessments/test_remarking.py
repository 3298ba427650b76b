"""A faulty question is marked again by a person's decision: logged, for everybody, only upwards."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from assessments import remarking, rules
from assessments.models import Answer, Attainment, Attempt, Remarking
from assessments.remarking import Decision
from certificates.models import Certificate
from courses.activities import KINDS
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.errors import Forbidden, Invalid
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.ledger.rebuild import rebuild, state_hash
from tests.assessments.tablet import VERSION, Tablet, deliver, right, whole, wrong
from tests.cast import OPENED, Cast
from tests.factories.activities import KIND_NAMES, every_kind

HOUR = timedelta(hours=1)
REASON = "Hai phương án đều đúng, thầy cô cả lớp cùng thấy."


def failing(cast: Cast, mistakes: int = 4) -> Tablet:
    """A test handed in with some wrong answers, the first ones of the form."""
    return whole(cast, mistakes=mistakes)


def decide(
    database: Database, cast: Cast, item: str, decision: Decision, key: UUID | None = None
) -> None:
    with database.write() as session:
        asked = remarking.secret_item(VERSION, item)
        remarking.remark(
            session, system(cast["TBT"]), key or uuid7(), VERSION, asked, decision, REASON
        )


def attempt_of(database: Database, tablet: Tablet) -> Attempt:
    with database.read() as session:
        found = session.scalar(select(Attempt).where(Attempt.id == tablet.attempt))
        assert found is not None
        return found


def same_after_rebuild(database: Database, cast: Cast) -> bool:
    with database.read() as session:
        before = state_hash(session, cast["TBT"])
    rebuild(database, cast["TBT"])
    with database.read() as session:
        return state_hash(session, cast["TBT"]) == before


@pytest.mark.pure
@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_correction_gives_the_point_and_never_takes_one(kind: str) -> None:
    version = every_kind().version
    item = version.item(f"{kind}-certifying-1")
    asked = rules.FormItem(item, KINDS[kind].parts(item))
    form = rules.Form(version.content_hash, "certifying", "basic", "s", (asked,))
    key = KINDS[kind].key(item)
    other = ("44000",) if kind == "number" else key[:1]
    for accepted in ((), (other,)):
        correction = {item.id: rules.Correction(not accepted, accepted)}
        for given, point in ((key, 1), (other, 1), ((), int(not accepted))):
            mark = rules.mark_answers(form, {item.id: given}, correction)
            assert next(one.points for one in mark.items if one.item == item.id) == point


@pytest.mark.db
@pytest.mark.usefixtures("app")
def test_a_further_right_answer_lifts_those_who_gave_it_and_a_pass_is_a_proof(
    database: Database, cast: Cast
) -> None:
    tablet = failing(cast, mistakes=3)
    deliver(database, cast, tablet.texts)
    assert attempt_of(database, tablet).passed is False
    item = tablet.items[0]
    decision = Decision(everybody=False, accepted=(tuple(wrong(item)),))
    with database.read() as session:
        asked = remarking.secret_item(VERSION, item)
        told = remarking.effect(session, cast["TBT"], VERSION.code, asked, decision)
        assert (told.attempts, told.raised, told.passing) == (1, 1, 1)
        given = remarking.given_answers(session, cast["TBT"], VERSION.code, asked)
        assert (list(given[0].response), given[0].count) == (wrong(item), 1)
        assert [one.count for one in given[1:]] == [0, 0]
    decide(database, cast, item, decision)
    lifted = attempt_of(database, tablet)
    assert (lifted.passed, lifted.points) == (True, 10)
    assert lifted.trail["remarked"] == [item]
    with database.read() as session:
        assert "test_supervised" in set(session.scalars(select(Attainment.proof)))
        assert session.scalars(select(Certificate)).all() == []
    assert same_after_rebuild(database, cast)


@pytest.mark.db
@pytest.mark.usefixtures("app")
def test_it_holds_for_attempts_that_arrive_later(database: Database, cast: Cast) -> None:
    tablet = failing(cast, mistakes=3)
    decide(database, cast, tablet.items[0], Decision(everybody=True))
    deliver(database, cast, tablet.texts)
    assert attempt_of(database, tablet).passed is True
    assert same_after_rebuild(database, cast)


@pytest.mark.db
@pytest.mark.usefixtures("app")
def test_what_was_allowed_stays_allowed_and_what_was_passed_stays_passed(
    database: Database, cast: Cast
) -> None:
    first = failing(cast, mistakes=3)
    later = whole(cast, seed="lần hai", at=OPENED + 26 * HOUR)
    deliver(database, cast, first.texts)
    deliver(database, cast, later.texts)
    with database.read() as session:
        proofs = set(session.scalars(select(Attainment.id)))
        assert proofs
    decide(database, cast, first.items[0], Decision(everybody=True))
    with database.read() as session:
        assert proofs <= set(session.scalars(select(Attainment.id)))
        states = {row.id: row.state for row in session.scalars(select(Attempt))}
        assert states == {first.attempt: "final", later.attempt: "final"}
        answer = session.scalar(
            select(Answer).where(
                Answer.attempt_id == first.attempt, Answer.item_id == first.items[0]
            )
        )
        assert answer is not None
        assert answer.response == wrong(first.items[0])


@pytest.mark.db
@pytest.mark.usefixtures("app")
def test_deciding_twice_under_one_key_is_once_and_it_is_logged(
    database: Database, cast: Cast
) -> None:
    tablet, key = failing(cast), uuid7()
    deliver(database, cast, tablet.texts)
    for _again in range(2):
        decide(database, cast, tablet.items[0], Decision(everybody=True), key)
    with database.read() as session:
        assert len(session.scalars(select(Remarking)).all()) == 1
        bodies = [row.body for row in session.scalars(select(AuditEntry))]
    assert sum('"remarked"' in body for body in bodies) == 1


@pytest.mark.db
@pytest.mark.usefixtures("app")
def test_a_decision_needs_a_reason_an_answer_of_the_question_and_the_right_to_decide(
    database: Database, cast: Cast
) -> None:
    item = remarking.secret_item(VERSION, next(i.id for i in VERSION.items if i.certifying))
    office = system(cast["TBT"])
    trainer = Actor(Role.TRAINER, cast["TBT"], cast["trang"])
    refused: list[tuple[Actor, Decision, str, type[Exception]]] = [
        (office, Decision(everybody=True), "ngắn", Invalid),
        (office, Decision(everybody=False), REASON, Invalid),
        (office, Decision(everybody=False, accepted=(("lạ",),)), REASON, Invalid),
        (trainer, Decision(everybody=True), REASON, Forbidden),
    ]
    for who, decision, reason, error in refused:
        with database.write() as session, pytest.raises(error):
            remarking.remark(session, who, uuid7(), VERSION, item, decision, reason)
    with database.read() as session:
        assert session.scalars(select(Remarking)).all() == []


@pytest.mark.db
@pytest.mark.usefixtures("app")
def test_the_key_of_the_item_is_untouched(database: Database, cast: Cast) -> None:
    tablet = whole(cast)
    deliver(database, cast, tablet.texts)
    decide(database, cast, tablet.items[0], Decision(False, (tuple(wrong(tablet.items[0])),)))
    assert attempt_of(database, tablet).points == 12
    assert right(tablet.items[0]) == sorted(VERSION.item(tablet.items[0]).right_options)
