"""What reads badly: long screens and sentences, hard lessons, pictures with hardly a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from courses.advice.finding import Advice
from courses.reading_level import HARDEST, lesson_level
from courses.rules import Item, Lesson, ProgrammeVersion
from lms.core.i18n import _

SCREEN_WORDS = 60
SENTENCE_WORDS = 32
SCREENS = range(4, 11)
SHORTEST_ALT = 15
"""Letters; fewer do not say what is drawn."""

_SENTENCE_END = re.compile(r"[.!?:;…]\s+|\n+")


def lesson_advice(version: ProgrammeVersion) -> Iterator[Advice]:
    """All advice about lessons and pictures."""
    for lesson in version.lessons:
        if len(lesson.screens) not in SCREENS:
            yield Advice(f"lesson:{lesson.code}", _("Một bài nên có từ 4 đến 10 màn hình."))
        if not any(screen.practice for screen in lesson.screens):
            yield Advice(f"lesson:{lesson.code}", _("Bài chưa có câu luyện nào."))
        yield from _level(lesson, HARDEST[version.programme.group])
        yield from _screens(lesson)
    yield from _pictures(version)


def _level(lesson: Lesson, hardest: float) -> Iterator[Advice]:
    level = lesson_level(lesson).level
    if level > hardest:
        message = _(
            "Bài khó đọc: mức %(level)s, với nhóm này nên dưới %(most)s. Hãy cắt câu, dùng từ ngắn.",
            level=f"{level:.1f}".replace(".", ","), most=f"{hardest:.0f}",
        )  # fmt: skip
        yield Advice(f"lesson:{lesson.code}", message)


def _screens(lesson: Lesson) -> Iterator[Advice]:
    for number, screen in enumerate(lesson.screens, 1):
        place = f"lesson:{lesson.code}/{number}"
        if len(screen.body.split()) > SCREEN_WORDS:
            yield Advice(place, _("Màn hình dài quá 60 chữ. Hãy chia làm hai."))
        if any(len(part.split()) > SENTENCE_WORDS for part in _SENTENCE_END.split(screen.body)):
            yield Advice(place, _("Có câu dài quá 32 chữ. Hãy cắt câu."))


def _pictures(version: ProgrammeVersion) -> Iterator[Advice]:
    for place, words in _described(version):
        if len(words) < SHORTEST_ALT:
            message = _(
                "Lời tả hình “%(words)s” ngắn quá: người không nhìn thấy chưa biết vẽ gì.",
                words=words,
            )
            yield Advice(place, message)


def _described(version: ProgrammeVersion) -> Iterator[tuple[str, str]]:
    for lesson in version.lessons:
        for number, screen in enumerate(lesson.screens, 1):
            if screen.illustration:
                yield f"lesson:{lesson.code}/{number}", screen.illustration.alt
    for item in version.items:
        yield from ((f"item:{item.id}", words) for words in _described_in(item))


def _described_in(item: Item) -> Iterator[str]:
    if item.illustration:
        yield item.illustration.alt
    for part in item.simulation.all_parts if item.simulation else ():
        if part.media:
            yield part.label
