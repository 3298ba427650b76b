"""A turn at the wrong picture is given to the one who sat there: at once, in any order, and undoable."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select

from assessments import settling
from assessments.models import Answer, Attainment, Attempt, LessonProgress
from certificates import actions as certificates
from certificates.issuer import Issuer
from certificates.models import Certificate
from lms.cohorts import claims, turn_moves
from lms.cohorts.hall_models import TurnMove
from lms.cohorts.models import Enrolment
from lms.cohorts.turn_moves import Move
from lms.cohorts.turns import Turn
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.core.keys import make_keys
from lms.ledger.models import Batch, Event
from lms.ledger.rebuild import rebuild, state_hash
from tests.assessments.people import learner, post, put, staff
from tests.assessments.tablet import MINUTE, Tablet, deliver, whole, wrong
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db
NEXT_DAY = OPENED + 60 * 24 * MINUTE


def turn(cast: Cast, name: str = "luot-1", learner: str = "lan") -> Turn:
    """What a tablet calls a turn."""
    return Turn(cast["k1_may"], name, cast[f"hv_{learner}"])


def sat(
    cast: Cast, name: str = "luot-1", who: str = "lan", mistakes: int = 0, **more: Any
) -> Tablet:
    """A lesson and a whole test in one turn at this learner's picture."""
    tablet = Tablet(cast, who, segment=name, **more)
    tablet.write("turn.began", {"how": "pin"}, attempt=None)
    tablet.write("activity.opened", {"lesson": "b1", "screen": 1}, attempt=None)
    tablet.write("activity.finished", {"lesson": "b1", "screen": 4}, attempt=None)
    return tablet.start().answer_all(mistakes).submit()


def move(database: Database, cast: Cast, one: Turn, to: str = "hung") -> UUID:
    """The decision, as `system` takes it."""
    with clock.frozen(NEXT_DAY), database.write() as session:
        asked = Move(one, cast[f"hv_{to}"], "Bấm nhầm hình")
        return turn_moves.move_turn(session, system(cast["TBT"]), cast["k1_buoi"], asked).id


def undo(database: Database, cast: Cast, key: UUID) -> None:
    with clock.frozen(NEXT_DAY), database.write() as session:
        turn_moves.undo_move(session, system(cast["TBT"]), key)


def state(database: Database, cast: Cast) -> str:
    with database.read() as session:
        return state_hash(session, cast["TBT"])


def work_of(database: Database, cast: Cast, name: str) -> tuple[int, list[str], list[str]]:
    """(lessons, states of tests, proofs) that count for somebody."""
    with database.read() as session:
        own = cast[f"hv_{name}"]
        lessons = session.scalars(
            select(LessonProgress.lesson).where(LessonProgress.enrolment_id == own)
        ).all()
        tests = session.scalars(select(Attempt.state).where(Attempt.enrolment_id == own)).all()
        proofs = session.scalars(
            select(Attainment.proof).where(Attainment.person_id == cast[name])
        ).all()
    return len(lessons), sorted(tests), sorted(proofs)


def test_the_work_of_a_turn_counts_for_who_sat_there_and_comes_back_when_undone(
    database: Database, cast: Cast, app: Flask
) -> None:
    deliver(database, cast, sat(cast).texts)
    before, theirs = state(database, cast), work_of(database, cast, "lan")
    assert theirs == (1, ["final"], ["test_passed", "test_supervised"])
    key = move(database, cast, turn(cast))
    assert work_of(database, cast, "lan") == (0, [], [])
    assert work_of(database, cast, "hung") == theirs
    assert move(database, cast, turn(cast)) == key
    moved = state(database, cast)
    rebuild(database, cast["TBT"])
    assert state(database, cast) == moved
    undo(database, cast, key)
    undo(database, cast, key)
    assert state(database, cast) == before
    rebuild(database, cast["TBT"])
    assert state(database, cast) == before
    with database.read() as session:
        row = session.scalars(select(TurnMove)).one()
        assert (row.reason, row.undone_at is None) == ("Bấm nhầm hình", False)


def test_whatever_comes_first_the_decision_or_the_work_the_rows_are_the_same(
    database: Database, cast: Cast, app: Flask
) -> None:
    texts = sat(cast).texts
    parts = [texts[:2], texts[2:9], texts[9:]]
    move(database, cast, turn(cast))
    found = set()
    for order in itertools.islice(itertools.permutations(parts), 0, 6, 2):
        with database.write() as session:
            for table in (Event, Batch):
                session.execute(delete(table))
        rebuild(database, cast["TBT"])
        for one in order:
            deliver(database, cast, one)
        found.add(state(database, cast))
        assert work_of(database, cast, "hung")[1] == ["final"]
    assert len(found) == 1
    rebuild(database, cast["TBT"])
    assert state(database, cast) in found


@pytest.mark.long
def test_two_who_sat_at_each_others_pictures_change_places(
    database: Database, cast: Cast, app: Flask
) -> None:
    deliver(database, cast, sat(cast).texts)
    deliver(database, cast, sat(cast, "luot-2", "hung", mistakes=12, seed="hat-khac").texts)
    move(database, cast, turn(cast), "hung")
    move(database, cast, turn(cast, "luot-2", "hung"), "lan")
    assert work_of(database, cast, "hung")[2] == ["test_passed", "test_supervised"]
    assert work_of(database, cast, "lan") == (1, ["final"], [])
    both = state(database, cast)
    rebuild(database, cast["TBT"])
    assert state(database, cast) == both


def test_two_who_changed_places_are_settled_by_two_trainers_at_once(
    database: Database, cast: Cast, app: Flask
) -> None:
    """Each of them is settled with the other, so both are held in one order, whoever comes first."""
    deliver(database, cast, sat(cast).texts)
    deliver(database, cast, sat(cast, "luot-2", "hung", mistakes=12, seed="hat-khac").texts)
    move(database, cast, turn(cast), "hung")
    move(database, cast, turn(cast, "luot-2", "hung"), "lan")
    before, ready = state(database, cast), Barrier(2)

    def settle(name: str) -> None:
        for _again in range(12):
            ready.wait(20)
            with database.write() as session:
                settling.settle(session, cast["TBT"], cast[name], "nguoi-dan")

    with ThreadPoolExecutor(2) as trainers:
        for done in [trainers.submit(settle, name) for name in ("lan", "hung")]:
            done.result(60)
    assert state(database, cast) == before


def test_what_a_stranger_did_in_ones_test_counts_for_neither(
    database: Database, cast: Cast, app: Flask
) -> None:
    """Lan began her test; Hùng sat down at it and went on. Her own answers stay, his are not hers."""
    first = Tablet(cast, segment="luot-1").start()
    for item in first.items[:4]:
        first.answer(item, wrong(item))
    second = first.other("k1_may", "luot-2")
    second.answer_all(mistakes=12).submit()
    deliver(database, cast, [*first.texts, *second.texts])
    move(database, cast, turn(cast, "luot-2"))
    assert work_of(database, cast, "lan")[1] == ["open"]
    assert work_of(database, cast, "hung")[1] == []
    with database.read() as session:
        assert len(session.scalars(select(Answer)).all()) == 4


def test_time_in_a_strange_test_stays_when_another_turn_is_moved(
    database: Database, cast: Cast, app: Flask
) -> None:
    """What Hùng did in Lan's test is no work of his, but took him time, as a rebuild says too."""
    first = Tablet(cast, segment="luot-1").start()
    second = first.other("k1_may", "luot-2")
    second.answer_all()
    deliver(database, cast, [*first.texts, *second.texts])
    move(database, cast, turn(cast, "luot-2"))
    deliver(database, cast, sat(cast, "luot-3", "hung", at=OPENED + 90 * MINUTE).texts)
    minh = uuid7()
    with database.write() as session:
        session.add(
            Enrolment(
                id=minh, commune_id=cast["TBT"], cohort_id=cast["k1"], person_id=cast["minh"],
                picture="con-ga", colour="xanh", pin_hmac="-", pin_sealed="-",
                enrolled_on=OPENED.date(),
            )
        )  # fmt: skip
    with clock.frozen(NEXT_DAY), database.write() as session:
        asked = Move(turn(cast, "luot-3", "hung"), minh, "Bấm nhầm hình")
        turn_moves.move_turn(session, system(cast["TBT"]), cast["k1_buoi"], asked)
    moved = state(database, cast)
    rebuild(database, cast["TBT"])
    assert state(database, cast) == moved


def test_a_failed_try_given_to_somebody_who_needs_none_is_not_won_back(
    database: Database, cast: Cast, app: Flask
) -> None:
    """Hùng has passed. Lan's failed tries would count for nobody, and she could try for ever."""
    deliver(database, cast, whole(cast, learner="hung", segment="cua-hung").texts)
    failed = sat(cast, "luot-2", mistakes=12, seed="hat-khac", at=OPENED + 60 * MINUTE)
    deliver(database, cast, failed.texts)
    move(database, cast, turn(cast, "luot-2"))
    assert work_of(database, cast, "hung")[1] == ["final", "refused"]
    soon = whole(cast, seed="hat-ba", segment="luot-3", at=OPENED + 120 * MINUTE)
    deliver(database, cast, soon.texts)
    assert work_of(database, cast, "lan")[1] == ["refused"]
    moved = state(database, cast)
    rebuild(database, cast["TBT"])
    assert state(database, cast) == moved


def test_a_try_that_was_another_s_is_free_again(database: Database, cast: Cast, app: Flask) -> None:
    """It really was Hùng's first try, so Lan has all of hers."""
    deliver(database, cast, sat(cast, mistakes=12).texts)
    move(database, cast, turn(cast))
    assert work_of(database, cast, "hung")[1] == ["final"]
    own = whole(cast, seed="hat-ba", segment="luot-3", at=OPENED + 120 * MINUTE)
    deliver(database, cast, own.texts)
    assert work_of(database, cast, "lan")[1:] == (["final"], ["test_passed", "test_supervised"])


def test_a_certificate_stays_as_it_is_and_the_end_of_the_class_asks_to_look_at_it(
    database: Database, cast: Cast, app: Flask
) -> None:
    tablet = sat(cast)
    observed = {"task": "goi-video", "result": "can_do", "observer": str(cast["trang"])}
    tablet.write("task.observed", observed, attempt=None, segment=None)
    deliver(database, cast, tablet.texts, now=OPENED + 60 * MINUTE)
    with clock.frozen(NEXT_DAY), database.write() as session:
        claims.decide(
            session, system(cast["TBT"]), cast["k1_buoi"], [cast["hv_lan"]], claims.CONFIRMED
        )
        certificates.issue(
            session, system(cast["TBT"]), cast["k1"], None, Issuer("http://localhost", make_keys())
        )
        numbers = session.scalars(select(Certificate.number)).all()
        assert len(numbers) == 1
    trang = staff(app, cast, "trang")
    path = f"/lop-hoc/{cast['k1']}/ket-thuc"
    assert "cần xem lại" not in trang.get(path).text
    move(database, cast, turn(cast))
    with database.read() as session:
        rows = session.scalars(select(Certificate)).all()
    assert [(row.number, row.status) for row in rows] == [(numbers[0], "valid")]
    assert "Giấy chứng nhận đã cấp cần xem lại" in trang.get(path).text


def test_the_page_of_turns_moves_one_with_a_reason_and_shows_both_traces(
    app: Flask, database: Database, cast: Cast
) -> None:
    """On the plain pages a turn is the learner's session: what Lan's card did was Hùng."""
    with clock.frozen(OPENED + 5 * MINUTE):
        lan = learner(app, cast, "lan")
        body = {"kind": "certifying"}
        questions = put(lan, f"/api/v1/attempts/{cast['k1']}", body).json["questions"]
        trang, path = staff(app, cast, "trang"), f"/buoi-hoc/{cast['k1_buoi']}/doi-nguoi"
        page = trang.get(path).text
        assert len(questions) == 12
        assert "kiểm tra: 0 câu" in page
        key = page.split("luot=")[1].split('"')[0].replace("%2F", "/").replace("&amp;", "&")
        form = {"turn": key, "to": str(cast["hv_hung"])}
        refused = post(trang, path, **form)
        assert refused.status_code == 422
        assert "Hãy ghi vì sao đổi người" in refused.text
        assert post(trang, path, **form, reason="Cầm nhầm thẻ").status_code == 303
        assert work_of(database, cast, "hung")[1] == ["open"]
        page = trang.get(path).text
        assert "ngồi ở hình của Nguyễn Thị Lan" in page
        assert "từ Nguyễn Thị Lan sang Trần Văn Hùng. Cầm nhầm thẻ" in page
        # Who sat at the wrong picture is signed out, and comes in again with the own one.
        assert lan.get("/hoc").status_code != 200
        with database.read() as session:
            row = session.scalars(select(TurnMove)).one()
        assert post(staff(app, cast, "tuan"), f"/doi-nguoi/{row.id}/hoan-tac").status_code == 403
        assert post(trang, f"/doi-nguoi/{row.id}/hoan-tac").status_code == 303
        assert work_of(database, cast, "lan")[1] == ["open"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"turn": "khong-phai", "to": "@hv_hung", "reason": "x"}, "Hãy chọn lượt cần đổi"),
        ({"turn": "@turn", "to": "", "reason": "x"}, "Hãy chọn người đã thật sự ngồi máy"),
        ({"turn": "@turn", "to": "@hv_lan", "reason": "x"}, "Lượt này đang ghi đúng người đó rồi"),
        ({"turn": "@turn", "to": "@hv_mai", "reason": "x"}, "không thuộc lớp này"),
    ],
)
def test_a_wrong_choice_changes_nothing_and_says_what_to_do(
    app: Flask, cast: Cast, form: dict[str, str], words: str
) -> None:
    one = turn(cast)
    whole_key = f"{one.device_id}/{one.learner_id}/{one.segment}"
    filled = {
        name: whole_key if v == "@turn" else str(cast[v[1:]]) if v.startswith("@") else v
        for name, v in form.items()
    }
    answer = post(staff(app, cast, "trang"), f"/buoi-hoc/{cast['k1_buoi']}/doi-nguoi", **filled)
    assert answer.status_code == 422
    assert words in answer.text
