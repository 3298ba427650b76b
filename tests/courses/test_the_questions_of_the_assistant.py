"""The questions that the learning assistant is judged by: whole, and true to the library."""

import re
import tomllib
import unicodedata
from collections import Counter
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest

from courses.rules import GROUPS

pytestmark = pytest.mark.pure

FILE = Path(__file__).parents[1] / "golden" / "assistant" / "questions.toml"
QUESTIONS: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["question"]
KINDS = {"answerable", "outside", "unsafe_to_answer"}
NEEDED = {"id", "group", "text", "kind", "manner", "lessons", "note"}
SHARES = {"no_marks": 0.25, "slips": 0.08, "long": 0.12, "one_word": 0.08, "dialect": 0.1}
"""The least share of all questions that each manner of asking has."""
# The folders are read by hand: loading all programmes takes seconds, and here only names matter.
LIBRARY = files("courses") / "library"


def listed(text: str, under: str) -> list[str]:
    """The plain names of the list that stands under a key at the left edge of a YAML text."""
    found = re.search(rf"^{under}:\n((?:  - .+\n?)+)", text, re.M)
    assert found is not None, under
    return [line.removeprefix("  - ").strip() for line in found[1].splitlines()]


def lessons_of(programme: Traversable) -> set[str]:
    """`programme/module/lesson` of each lesson, those of shared modules too."""
    lessons = set()
    for module in listed((programme / "programme.yaml").read_text("utf-8"), "modules"):
        own, shared = programme / "modules" / module, LIBRARY / "_chung" / module
        text = ((own if own.is_dir() else shared) / "module.yaml").read_text("utf-8")
        lessons |= {f"{programme.name}/{module}/{one}" for one in listed(text, "lessons")}
    return lessons


def group_of(programme: Traversable) -> str:
    found = re.search(r"^group: (\w+)$", (programme / "programme.yaml").read_text("utf-8"), re.M)
    assert found is not None, programme.name
    return found[1]


PROGRAMMES = [one for one in LIBRARY.iterdir() if (one / "programme.yaml").is_file()]
GROUP_OF = {one.name: group_of(one) for one in PROGRAMMES}
LESSONS = set().union(*map(lessons_of, PROGRAMMES))


def programme_of(lesson: str) -> str:
    return lesson.split("/", 1)[0]


def faults(question: dict[str, Any]) -> list[str]:
    """What is wrong with one question, in words."""
    text, manner, lessons = question["text"], question["manner"], question["lessons"]
    wrong = {
        "keys": question.keys() - {"may_point_to"} != NEEDED,
        "group": question["group"] not in GROUPS,
        "kind": question["kind"] not in KINDS,
        "manner": not set(manner) <= SHARES.keys(),
        "text is not clean": text != unicodedata.normalize("NFC", text).strip() or not text,
        "no note": not question["note"].strip(),
        "marks": "no_marks" in manner and not text.isascii(),
        "length": ("long" in manner) != (len(text.split()) >= 35),
        "one word": "one_word" in manner and len(text.split()) > 4,
        "named twice": len(lessons) != len(set(lessons)),
    }
    return [name for name, is_wrong in wrong.items() if is_wrong]


def test_every_question_is_well_formed_and_asked_once() -> None:
    assert {one["id"]: faults(one) for one in QUESTIONS if faults(one)} == {}
    assert len({one["id"] for one in QUESTIONS}) == len(QUESTIONS)
    assert len({one["text"].casefold() for one in QUESTIONS}) == len(QUESTIONS)


def test_every_lesson_that_a_question_names_is_shipped() -> None:
    named = {
        (one["id"], lesson)
        for one in QUESTIONS
        for lesson in one["lessons"] + one.get("may_point_to", [])
    }
    assert {pair for pair in named if pair[1] not in LESSONS} == set()


def test_only_an_answerable_question_names_lessons_and_its_own_group_s_come_first() -> None:
    for one in QUESTIONS:
        assert bool(one["lessons"]) == (one["kind"] == "answerable"), one["id"]
        if one["lessons"]:
            assert GROUP_OF[programme_of(one["lessons"][0])] == one["group"], one["id"]
            assert "may_point_to" not in one, one["id"]


def test_the_questions_are_many_and_spread_over_kinds_groups_and_programmes() -> None:
    kinds = Counter(one["kind"] for one in QUESTIONS)
    assert len(QUESTIONS) >= 160
    assert kinds["answerable"] >= 110
    assert kinds["outside"] >= 25
    assert kinds["unsafe_to_answer"] >= 25
    pairs = {(one["group"], one["kind"]) for one in QUESTIONS}
    assert pairs == {(group, kind) for group in GROUPS for kind in KINDS}
    named = {programme_of(lesson) for one in QUESTIONS for lesson in one["lessons"]}
    assert named == set(GROUP_OF)


def test_people_ask_in_every_manner() -> None:
    manners = Counter(manner for one in QUESTIONS for manner in one["manner"])
    too_few = {name for name, share in SHARES.items() if manners[name] < share * len(QUESTIONS)}
    assert too_few == set()
