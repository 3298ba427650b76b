"""A class learns the modules of its level; a module may close with a quiz that is practice."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assessments.models import Attempt
from courses import actions
from courses.rules import Blueprint, BlueprintRow, Level, Module, PassRule, freeze
from lms.cohorts.models import Cohort
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.ledger.rebuild import rebuild, state_hash
from tests.assessments.people import learner, post, put
from tests.assessments.tablet import VERSION
from tests.cast import Cast

pytestmark = pytest.mark.db

SECOND = replace(VERSION.modules[0].lessons[0], code="nang-cao", title="Bài nâng cao")
QUIZ = Blueprint("practice", "basic", (BlueprintRow("an-toan", 2),), module="m1")


def two_levels() -> Any:
    """The small programme with a second level of one module, and a quiz after the first module."""
    higher = [replace(item, id=f"{item.id}-cao", level="proficient") for item in VERSION.items]
    plans = [replace(p, level="proficient") for p in VERSION.blueprints]
    return freeze(
        programme=replace(
            VERSION.programme,
            levels=(*VERSION.programme.levels, Level("proficient", "Thành thạo", 6)),
        ),
        modules=(*VERSION.modules, Module("m2", "Học phần 2", "Thử.", (SECOND,), "proficient")),
        items=[*VERSION.items, *higher],
        observed_tasks=VERSION.observed_tasks,
        blueprints=[*VERSION.blueprints, *plans, QUIZ],
        pass_rules=[*VERSION.pass_rules, PassRule("proficient", 75)],
        media=[],
    )


@pytest.fixture
def lan(app: Flask, database: Database, cast: Cast) -> Any:
    taught(database, cast, "basic")
    return learner(app, cast, "lan")


def taught(database: Database, cast: Cast, level: str) -> None:
    version = two_levels()
    with database.write() as session:
        actions.publish(session, version, {})
        session.flush()
        cohort = session.scalars(select(Cohort).where(Cohort.id == cast["k1"])).one()
        cohort.version_id, cohort.level = version.id, level


def finish(client: Any, lesson: str) -> str:
    for screen in range(1, 5):
        answer = post(client, f"/hoc/bai/{lesson}/{screen}")
    return str(client.get(answer.location).text)


def test_a_class_of_a_level_sees_the_lessons_of_that_level_only(
    lan: Any, database: Database, cast: Cast
) -> None:
    home = lan.get("/hoc").text
    assert "Bài b1" in home
    assert "Bài nâng cao" not in home
    assert lan.get("/hoc/bai/nang-cao/1").status_code == 404
    assert post(lan, "/hoc/bai/nang-cao/1").status_code == 404
    taught(database, cast, "proficient")
    home = lan.get("/hoc").text
    assert "Bài nâng cao" in home
    assert "Bài b1" not in home
    assert lan.get("/hoc/bai/nang-cao/1").status_code == 200


def test_after_the_last_lesson_of_a_module_its_quiz_is_offered(lan: Any) -> None:
    finish(lan, "b1")
    finish(lan, "b2")
    assert "Ôn nhanh 2 câu" not in lan.get("/hoc").text
    assert "Ôn nhanh 2 câu" in finish(lan, "b3")
    assert "Ôn nhanh 2 câu" in lan.get("/hoc").text


def test_a_quiz_is_practice_of_its_module_and_the_same_after_a_rebuild(
    lan: Any, database: Database, cast: Cast
) -> None:
    attempt = str(uuid7())
    begun = post(lan, "/hoc/kiem-tra", attempt=attempt, kind="practice", module="m1")
    assert begun.status_code == 303
    with database.read() as session:
        row = session.scalars(select(Attempt).where(Attempt.id == UUID(attempt))).one()
        assert (row.purpose, row.blueprint) == ("practice", "practice/basic/m1")
        assert len(row.form["items"]) == 2  # type: ignore[arg-type]  # Stored JSON.
    assert post(lan, f"/hoc/kiem-tra/{attempt}/nop").status_code == 303
    assert lan.get(f"/hoc/kiem-tra/{attempt}").status_code == 200
    with database.read() as session:
        before = state_hash(session, cast["TBT"])
    rebuild(database, cast["TBT"])
    with database.read() as session:
        assert state_hash(session, cast["TBT"]) == before


def test_a_quiz_of_no_module_and_a_test_of_a_module_are_refused(lan: Any) -> None:
    for kind, module in (("practice", "khong-co"), ("certifying", "m1")):
        answer = put(lan, f"/api/v1/attempts/{uuid7()}", {"kind": kind, "module": module})
        assert answer.status_code in (404, 409)
    body = {"kind": "practice", "module": "m1"}
    assert len(put(lan, f"/api/v1/attempts/{uuid7()}", body).json["questions"]) == 2
