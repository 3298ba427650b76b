"""A database that is busy after an answer: nothing is lost, and the test is whole when handed in."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from assessments.models import Attempt
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.ledger import projector
from lms.ledger.models import Event
from tests.assessments.people import answers_to, learner, post, put
from tests.cast import Cast

pytestmark = pytest.mark.db


def _busy(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The next `times` projections find the database locked."""
    real, left = projector._run, iter(range(times))

    def run(*given: Any) -> projector.Counts:
        if next(left, None) is not None:
            raise OperationalError("BEGIN", {}, Exception("database is locked"))
        return real(*given)

    monkeypatch.setattr(projector, "_run", run)


def _twelfth_answer_waits(app: Flask, cast: Cast, busy: pytest.MonkeyPatch, times: int) -> Any:
    """Lan's client and her test's path: eleven answers projected, the twelfth stored only."""
    lan = learner(app, cast, "lan")
    path = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="certifying").location
    questions = lan.get(path.replace("/hoc/kiem-tra", "/api/v1/attempts")).json["questions"]
    *others, last = enumerate(answers_to(questions), 1)
    for n, one in others:
        assert post(lan, f"{path}/{n}", choice=one["response"], go="next").status_code == 303
    _busy(busy, times)
    answer = post(lan, f"{path}/{last[0]}", choice=last[1]["response"], go="next")
    assert answer.status_code == 503
    assert "đã lưu rồi" in answer.text
    assert "tải lại trang" in answer.text
    answer.close()
    return lan, path


def _only(database: Database) -> Attempt:
    with database.read() as session:
        return session.scalars(select(Attempt)).one()


def test_an_answer_that_waits_is_in_the_hand_in(
    app: Flask, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Once in the request and once more in the healing that follows its answer.
    lan, path = _twelfth_answer_waits(app, cast, monkeypatch, times=2)
    assert projector.behind(database, cast["TBT"])
    assert post(lan, f"{path}/nop").status_code == 303
    held = _only(database)
    assert (held.state, held.points, held.max_points, held.passed) == ("final", 12, 12, True)
    assert not projector.behind(database, cast["TBT"])


def test_what_waits_is_shown_without_a_restart(
    app: Flask, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan, path = _twelfth_answer_waits(app, cast, monkeypatch, times=1)
    assert not projector.behind(database, cast["TBT"])
    assert "Đã trả lời hết 12 câu" in lan.get(f"{path}/nop").text


def test_a_beginning_that_waits_is_not_begun_again(
    app: Flask, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan, body = learner(app, cast, "lan"), {"kind": "certifying"}
    path = f"/api/v1/attempts/{uuid7()}"
    _busy(monkeypatch, times=2)
    refused = put(lan, path, body)
    assert refused.status_code == 503
    refused.close()
    assert put(lan, path, body).status_code == 200
    with database.read() as session:
        assert len(session.scalars(select(Event).where(Event.type == "attempt.started")).all()) == 1
