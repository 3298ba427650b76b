"""One next lesson for one person, and why."""

from uuid import uuid4

import pytest
from flask import Flask

from assessments.next_steps import advice
from assessments.queries import desk_at, lesson_states
from assessments.rules.next_step import LessonAt, SkillAt, Step, newest, next_step
from lms.cohorts.models import Enrolment
from lms.core.db import Database
from tests.assessments.people import answers_to, learner, post, put
from tests.cast import Cast

SAFE, PAY = SkillAt("an-toan", 1, 4, mastered=False), SkillAt("tra-tien", 3, 4, mastered=False)
KNOWN = SkillAt("an-toan", 4, 4, mastered=True)


def at(code: str, skill: str, state: str) -> LessonAt:
    return LessonAt(code, (skill,), state)


CASES = [
    ("what is begun is gone on with",
     [at("a", "an-toan", "done"), at("b", "x", "begun")], [SAFE], Step("b", "begun")),
    ("the next lesson teaches what was missed",
     [at("a", "x", "done"), at("b", "an-toan", "new")], [SAFE], Step("b", "missed", SAFE)),
    ("a learned lesson is seen again before others when its skill was missed",
     [at("a", "an-toan", "done"), at("b", "x", "new")], [SAFE], Step("a", "again", SAFE)),
    ("the weakest skill first",
     [at("a", "tra-tien", "done"), at("b", "an-toan", "done")], [PAY, SAFE], Step("b", "again", SAFE)),
    ("of two lessons the one that teaches least besides",
     [LessonAt("a", ("an-toan", "x"), "done"), at("b", "an-toan", "done")], [SAFE], Step("b", "again", SAFE)),
    ("what is mastered is not seen again",
     [at("a", "an-toan", "done"), at("b", "x", "new")], [KNOWN], Step("b", "next")),
    ("nothing was asked yet", [at("a", "x", "new")], [], Step("a", "next")),
    ("a skill that no lesson of the class teaches", [at("a", "x", "done")], [SAFE], None),
    ("all is learned and known", [at("a", "an-toan", "done")], [KNOWN], None),
    ("a class without lessons", [], [SAFE], None),
]  # fmt: skip


@pytest.mark.pure
@pytest.mark.parametrize(
    ("lessons", "skills", "step"), [x[1:] for x in CASES], ids=[x[0] for x in CASES]
)
def test_the_next_step(lessons: list[LessonAt], skills: list[SkillAt], step: Step | None) -> None:
    assert next_step(lessons, skills) == step


@pytest.mark.pure
def test_the_newest_form_that_asked_decides() -> None:
    assert newest([{"an-toan": SAFE}, {"tra-tien": PAY}, {"an-toan": KNOWN}]) == [KNOWN, PAY]


@pytest.mark.db
def test_a_learner_is_told_what_was_missed_and_which_lesson_teaches_it(
    app: Flask, cast: Cast, database: Database
) -> None:
    client, attempt = learner(app, cast, "lan"), uuid4()
    begun = put(client, f"/api/v1/attempts/{attempt}", {"kind": "practice"}).get_json()
    answers = answers_to(begun["questions"], mistakes=len(begun["questions"]))
    put(client, f"/api/v1/attempts/{attempt}", {"answers": answers})
    post(client, f"/hoc/kiem-tra/{attempt}/nop")
    with database.read() as session:
        desk = desk_at(session, session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"])), None)
        found = advice(session, desk, lesson_states(session, desk))
    assert found is not None
    assert (found.why, found.at.number, found.missed) == ("missed", 1, found.most)
    assert client.get("/hoc").status_code == 200
