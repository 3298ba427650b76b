"""What the player loads of a programme version: an index, a part for each lesson, a bank of practice, and
what it needs to answer questions from the lessons.

Everything is deterministic JSON that is named by its SHA-256. Practice brings its key along, so that it
can be tried without network; a question of a test or of a measuring form is never in here.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assessments.moments import moment_words, moments_of
from assessments.shown import VIEWS
from courses.activities import KINDS, public_item
from courses.activities.matching import joined
from courses.asking.carried import carried
from courses.canonical import dumps, to_plain
from courses.rules import Blueprint, Item, Lesson, Module, ObservedTask, ProgrammeVersion, Screen
from courses.spoken import sentence, spoken
from lms.core.text import markdown_html

FORMAT = 1
Plain = dict[str, Any]
Address = Callable[[str], str]
"""SHA-256 of a picture → where it is fetched."""


class SecretItem(ValueError):
    """A question whose key stays with the service was about to be put into content."""


@dataclass(frozen=True)
class Part:
    """JSON text in UTF-8 and its name."""

    body: bytes
    sha256: str

    @classmethod
    def of(cls, plain: Plain) -> Part:
        """The part of this plain data; the same data always gives the same bytes."""
        body = dumps(plain).encode()
        return cls(body, hashlib.sha256(body).hexdigest())

    @property
    def told(self) -> Plain:
        """How the index names it."""
        return {"sha256": self.sha256, "bytes": len(self.body)}

    @cached_property
    def packed(self) -> bytes:
        """The body, compressed once."""
        return gzip.compress(self.body, 9, mtime=0)


@dataclass(frozen=True)
class Content:
    """A version at one level. `parts`: SHA-256 → part; `lessons`: code → name of its part."""

    index: Part
    parts: Mapping[str, Part]
    lessons: Mapping[str, str]
    bank: str


def content_of(version: ProgrammeVersion, level: str, address: Address) -> Content:
    """Index and parts of a version at one of its levels; courses.rules.UnknownContent for another."""
    lessons = {one.code: Part.of(_lesson(version, one)) for one in version.lessons_at(level)}
    bank, asking = Part.of(_bank(version, level)), Part.of(carried())
    index = Part.of(_index(version, level, lessons, bank, asking, address))
    parts = {part.sha256: part for part in (*lessons.values(), bank, asking)}
    return Content(index, parts, {code: p.sha256 for code, p in lessons.items()}, bank.sha256)


def _index(
    version: ProgrammeVersion, level: str, parts: Mapping[str, Part], bank: Part, asking: Part,
    address: Address,
) -> Plain:  # fmt: skip
    lessons, media = version.lessons_at(level), _media(version, level, address)
    plans = [plan for plan in version.blueprints if plan.level == level]
    rule = version.pass_rule(level)
    return {
        "format": FORMAT,
        "content": version.content_hash,
        "level": level,
        "programme": {
            name: getattr(version.programme, name) for name in ("code", "title", "address", "group")
        },
        "modules": [_module(one, plans) for one in version.modules_at(level)],
        "lessons": [_outline(one, parts[one.code]) for one in lessons],
        "skills": [
            {
                "code": skill.code,
                "title": skill.title,
                "lessons": [one.code for one in lessons if skill.code in one.skills],
            }
            for skill in version.programme.skills
        ],
        "plans": [_plan(one) for one in plans],
        "pass": {"share": rule.share, "skills": {bar.skill: bar.share for bar in rule.must_pass}},
        "tasks": [_task(version, one) for one in version.tasks(level)],
        "bank": bank.told,
        "asking": asking.told,
        "media": media,
        "bytes": sum(len(part.body) for part in (*parts.values(), bank, asking))
        + sum(one["bytes"] for one in media),
    }


def _module(module: Module, plans: Iterable[Blueprint]) -> Plain:
    quiz = next((one for one in plans if one.module == module.code), None)
    return {
        "code": module.code,
        "title": module.title,
        "lessons": [one.code for one in module.lessons],
        "quiz": {"count": quiz.count} if quiz else None,
    }


def _outline(lesson: Lesson, part: Part) -> Plain:
    named = {name: getattr(lesson, name) for name in ("code", "title", "minutes")}
    return named | {
        "screens": len(lesson.screens), "skills": list(lesson.skills), "part": part.told,
    }  # fmt: skip


def _plan(plan: Blueprint) -> Plain:
    named = {name: getattr(plan, name) for name in ("kind", "level", "module", "count", "code")}
    rows = [
        {"skill": row.skill, "count": row.count, "difficulty": list(row.difficulty)}
        for row in plan.rows
    ]
    return named | {"rows": rows}


def _task(version: ProgrammeVersion, task: ObservedTask) -> Plain:
    words, moments = moment_words(), moments_of(version, task.level, task.id)
    named = {name: getattr(task, name) for name in ("id", "title", "prompt", "prepare")}
    steps = [{"id": step.id, "text": step.text, "must": step.must} for step in task.steps]
    return named | {"steps": steps, "moments": [[code, str(words[code])] for code in moments]}


def _media(version: ProgrammeVersion, level: str, address: Address) -> list[Plain]:
    """The pictures of the level: its lessons' and questions', those of tests as well.

    A test begins without network, too, and its questions name their pictures only.
    """
    lessons, items = version.lessons_at(level), [x for x in version.items if x.level == level]
    practised = [version.item(s.practice) for one in lessons for s in one.screens if s.practice]
    names = {s.illustration.media for one in lessons for s in one.screens if s.illustration}
    names |= {name for item in (*items, *practised) for name in pictures_of(item)}
    return [
        {
            "name": one.name, "sha256": one.sha256, "bytes": one.size, "type": one.media_type,
            "url": address(one.sha256),
        }
        for one in version.media if one.name in names
    ]  # fmt: skip


def pictures_of(item: Item) -> set[str]:
    """The names of the pictures that a question shows."""
    names = {item.illustration.media} if item.illustration else set()
    parts = item.simulation.all_parts if item.simulation else ()
    return names | {part.media for part in parts if part.media}


def _lesson(version: ProgrammeVersion, lesson: Lesson) -> Plain:
    practised = {screen.practice for screen in lesson.screens if screen.practice}
    return {
        "code": lesson.code,
        "title": lesson.title,
        "screens": [_screen(screen) for screen in lesson.screens],
        "take_home": list(lesson.take_home),
        "items": {name: practice_item(version.item(name)) for name in practised},
    }


def _screen(screen: Screen) -> Plain:
    html = str(markdown_html(screen.body))
    return {
        "title": screen.title,
        "html": html,
        "say": f"{sentence(screen.title)} {spoken(html)}".strip(),
        "illustration": to_plain(screen.illustration) if screen.illustration else None,
        "item": screen.practice,
    }


def _bank(version: ProgrammeVersion, level: str) -> Plain:
    """All practice of the level: quizzes and practice forms are drawn from it on the tablet."""
    items = [x for x in version.items if x.level == level and x.bank == "practice"]
    return {
        "items": {item.id: practice_item(item) for item in items},
        "order": {level: [item.id for item in items]},
    }


def practice_item(item: Item) -> Plain:
    """A practice question with its key, hint and explanation; SecretItem for any other."""
    if item.secret:
        raise SecretItem(item.id)
    practice = {
        "key": KEYS[item.kind](item),
        "hint": item.hints[0] if item.hints else "",
        "explanation": item.explanation,
        "right_words": [str(words) for words in VIEWS[item.kind].right_words(item)],
    }
    return public_item(item) | {"difficulty": item.difficulty, "practice": practice}


def _ids(name: str) -> Callable[[Item], Plain]:
    return lambda item: {name: list(KINDS[item.kind].key(item))}


def _number_key(item: Item) -> Plain:
    key = item.number
    return {"value": key.value, "tolerance": key.tolerance} if key else {}


KEYS: Mapping[str, Callable[[Item], Plain]] = {
    "single": _ids("right"),
    "multiple": _ids("right"),
    "order": _ids("sequence"),
    "match": lambda item: {"pairs": joined(KINDS["match"].key(item))},
    "spot": _ids("dangers"),
    "number": _number_key,
    "simulation": lambda _item: {},
}
"""Kind → what a tablet needs to judge an answer; a simulated phone of practice holds it in its screens."""
