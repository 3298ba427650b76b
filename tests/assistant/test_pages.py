"""Hỏi bài on plain pages: who may ask, what is told, and that nothing of it is kept."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms.assistant.pace import MOST, Pace
from lms.core.db import Base, Database
from lms.core.errors import TooMany
from lms.core.ids import uuid7
from tests.assessments.people import learner, post, put, staff
from tests.assistant.test_model import endpoint, saying
from tests.cast import Cast

pytestmark = pytest.mark.db
TAUGHT = "Nhớ kiểm tra trước khi bấm"
FOREIGN = "giá vàng hôm nay"


def asked(app: Flask, cast: Cast, cau: str) -> Any:
    return post(learner(app, cast, "lan"), "/hoc/hoi", cau=cau)


def test_a_learner_is_answered_with_the_lesson_and_opens_it_there(app: Flask, cast: Cast) -> None:
    home = learner(app, cast, "lan").get("/hoc").text
    assert "/hoc/hoi" in home
    told = asked(app, cast, TAUGHT)
    assert told.status_code == 200
    assert "Nhớ kiểm tra trước khi bấm." in told.text
    assert 'href="/hoc/bai/' in told.text


def test_a_learner_is_told_when_no_lesson_is_about_it(app: Flask, cast: Cast) -> None:
    told = asked(app, cast, FOREIGN).text
    assert "Tôi chưa có bài về việc này." in told
    assert "hỏi thầy cô" in told


def test_who_teaches_asks_over_all_programmes(app: Flask, cast: Cast) -> None:
    client = staff(app, cast, "trang")
    assert client.get("/hoi-bai").status_code == 200
    told = post(client, "/hoi-bai", cau=TAUGHT).text
    assert "#man-" in told
    assert "Chưa có bài nào" in post(client, "/hoi-bai", cau=FOREIGN).text


@pytest.mark.parametrize("cau", ["", "   ", "x" * 301])
def test_an_empty_or_endless_question_is_refused_with_what_to_do(
    app: Flask, cast: Cast, cau: str
) -> None:
    told = asked(app, cast, cau)
    assert told.status_code == 422
    assert "Mời" in told.text


def test_during_a_test_nothing_is_answered(app: Flask, cast: Cast) -> None:
    client = learner(app, cast, "lan")
    begun = put(client, f"/api/v1/attempts/{uuid7()}", {"kind": "certifying"})
    assert begun.status_code == 200
    assert client.get("/hoc/hoi").status_code == 409
    assert post(client, "/hoc/hoi", cau=TAUGHT).status_code == 409
    assert "/hoc/hoi" not in client.get("/hoc").text


def test_who_may_not_ask(app: Flask, cast: Cast) -> None:
    assert app.test_client().get("/hoi-bai").status_code in (302, 303, 401)
    assert staff(app, cast, "trang").get("/hoc/hoi").status_code == 403
    assert learner(app, cast, "lan").get("/hoi-bai").status_code in (401, 403)
    assert staff(app, cast, "tinh").get("/hoi-bai").status_code == 403


def test_a_question_is_counted_and_not_kept(app: Flask, cast: Cast, database: Database) -> None:
    post(staff(app, cast, "trang"), "/hoi-bai", cau="Chim Lạc số 0912345678 hỏi giá vàng hôm nay")
    scraped = app.test_client().get("/metrics").text
    assert 'lms_assistant_questions_total{asker="staff",outcome="refused"}' in scraped
    assert "0912345678" not in scraped
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            assert "0912345678" not in str(session.execute(select(table)).all())


def test_a_summary_of_a_model_stands_beside_the_lessons_own_words(app: Flask, cast: Cast) -> None:
    client = staff(app, cast, "trang")
    settings = app.extensions["lms.settings"]
    with endpoint(saying("Nhớ kiểm tra trước khi bấm [p1].")) as (address, heard):
        app.extensions["lms.settings"] = replace(settings, assistant_url=address)
        told = post(client, "/hoi-bai", cau=TAUGHT).text
        refused = post(client, "/hoi-bai", cau=FOREIGN).text
    assert "Máy tóm tắt từ bài học" in told
    assert "Nhớ kiểm tra trước khi bấm." in told
    assert "Máy tóm tắt" not in refused
    assert len(heard) == 1


@pytest.mark.pure
def test_somebody_who_asks_without_end_has_to_pause_and_others_do_not() -> None:
    pace, one, other = Pace(), UUID(int=1), UUID(int=2)
    for at in range(MOST):
        pace.count(one, now=float(at))
    with pytest.raises(TooMany) as refused:
        pace.count(one, now=float(MOST))
    assert refused.value.retry_after == 60 - MOST + 1
    pace.count(other, now=float(MOST))
    pace.count(one, now=61.0)
