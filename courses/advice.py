"""Advice to authors: what the loader accepts and a good lesson should still not have.

`courses.checks` refuses what cannot work; this points at what reads badly, tells the key away, or
leaves a skill without questions.  The shipped library has to be free of advice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from courses.rules import Item, Lesson, ProgrammeVersion
from lms.core.i18n import _

SCREEN_WORDS = 60
SENTENCE_WORDS = 32
SCREENS = range(4, 11)
LONGER_BY = 1.15
TELLING_SHARE = 0.35
ALTERNATIVES = 3
PARALLEL_FORMS = 2

_CATCH_ALL = re.compile(
    r"(tất cả|cả (hai|ba|a và b)).{0,20}(đáp án|phương án|ý) (trên|kia)|đều đúng", re.I
)
_SENTENCE_END = re.compile(r"[.!?:;…]\s+|\n+")


@dataclass(frozen=True, slots=True, order=True)
class Advice:
    """`place` names the lesson, item or skill ("item:dt-01")."""

    place: str
    message: str


def advise(version: ProgrammeVersion) -> tuple[Advice, ...]:
    """All advice for one programme, sorted by place."""
    found = [*_lessons(version), *_items(version), *_bank(version), *_skills(version)]
    return tuple(sorted(found))


def _lessons(version: ProgrammeVersion) -> Iterator[Advice]:
    for lesson in version.lessons:
        if len(lesson.screens) not in SCREENS:
            yield Advice(f"lesson:{lesson.code}", _("Một bài nên có từ 4 đến 10 màn hình."))
        if not any(screen.practice for screen in lesson.screens):
            yield Advice(f"lesson:{lesson.code}", _("Bài chưa có câu luyện nào."))
        yield from _screens(lesson)


def _screens(lesson: Lesson) -> Iterator[Advice]:
    for number, screen in enumerate(lesson.screens, 1):
        place = f"lesson:{lesson.code}/{number}"
        if len(screen.body.split()) > SCREEN_WORDS:
            yield Advice(place, _("Màn hình dài quá 60 chữ. Hãy chia làm hai."))
        if any(len(part.split()) > SENTENCE_WORDS for part in _SENTENCE_END.split(screen.body)):
            yield Advice(place, _("Có câu dài quá 32 chữ. Hãy cắt câu."))


def _items(version: ProgrammeVersion) -> Iterator[Advice]:
    for item in version.items:
        texts = [item.prompt, *(option.text for option in item.options)]
        if any(_CATCH_ALL.search(text) for text in texts):
            yield Advice(f"item:{item.id}", _("Không dùng phương án “tất cả các ý trên”."))
        right, wrong = _lengths(item)
        if right > wrong * LONGER_BY:
            yield Advice(f"item:{item.id}", _("Đáp án đúng dài hơn hẳn các phương án khác."))


def _lengths(item: Item) -> tuple[int, int]:
    """The length in letters of the longest right and of the longest wrong option."""
    right = max((len(option.text) for option in item.options if option.right), default=0)
    return right, max((len(option.text) for option in item.options if not option.right), default=0)


def _bank(version: ProgrammeVersion) -> Iterator[Advice]:
    """Length must not tell the key over the whole bank either way."""
    asked = [item for item in version.items if item.kind == "single" and item.options]
    longest = sum(_lengths(item)[0] > _lengths(item)[1] for item in asked)
    shortest = sum(_is_shortest(item) for item in asked)
    if longest > TELLING_SHARE * len(asked):
        yield Advice("bank", _("Đáp án đúng thường dài nhất. Hãy viết lại một số câu."))
    if shortest > TELLING_SHARE * len(asked):
        yield Advice("bank", _("Đáp án đúng thường ngắn nhất. Hãy viết lại một số câu."))


def _is_shortest(item: Item) -> bool:
    wrong = min(len(option.text) for option in item.options if not option.right)
    return all(len(option.text) < wrong for option in item.options if option.right)


def _skills(version: ProgrammeVersion) -> Iterator[Advice]:
    taught = {skill for lesson in version.lessons for skill in lesson.skills}
    for skill in version.programme.skills:
        if skill.code not in taught:
            yield Advice(f"skill:{skill.code}", _("Chưa có bài học nào dạy kỹ năng này."))
    for plan in version.blueprints:
        if plan.kind != "certifying":
            continue
        for row in plan.rows:
            held = len(version.pool(plan.kind, plan.level, row))
            if held < max(ALTERNATIVES, PARALLEL_FORMS * row.count):
                yield Advice(f"skill:{row.skill}", _("Chưa đủ câu thi để có hai đề khác nhau."))
