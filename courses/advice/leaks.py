"""Questions that are asked twice, and keys that stand where a learner may read them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from courses.advice.finding import Advice
from courses.advice.likeness import holds, resemblance, right_texts, shingles_of, words_of
from courses.rules import Item, ProgrammeVersion
from lms.core.i18n import _
from lms.core.text import fold

ALIKE = 0.7
"""From this resemblance on, two questions are one to whoever has seen the other."""
QUOTED_WORDS = 9
"""A right answer of at least so many words that stands elsewhere word for word is given away."""


def leak_advice(version: ProgrammeVersion) -> Iterator[Advice]:
    """All advice about questions that are asked twice and keys that can be read."""
    yield from _doubles(version)
    secret = [(item, text) for item in version.items if item.secret for text in right_texts(item)]
    for item, text in secret:
        quoted = words_of(text)
        if len(quoted) >= QUOTED_WORDS:
            places = (where for where, words in _readable(version, item) if holds(words, quoted))
            for where in list(dict.fromkeys(places))[:1]:
                message = _(
                    "Đáp án “%(answer)s” viết y nguyên ở %(where)s. Hãy đổi lời.",
                    answer=text,
                    where=where,
                )
                yield Advice(f"item:{item.id}", message)


def _doubles(version: ProgrammeVersion) -> Iterator[Advice]:
    asked = {item.id: shingles_of(item) for item in version.items}
    for one, other in combinations(version.items, 2):
        if not _is_double(one, other, resemblance(asked[one.id], asked[other.id])):
            continue
        later, first = (other, one) if other.secret else (one, other)
        if one.secret != other.secret:
            message = _(
                "Câu này gần như câu luyện “%(id)s”: luyện rồi là biết đáp án.", id=first.id
            )
        else:
            message = _(
                "Câu này gần như câu “%(id)s”. Hãy bỏ một câu hoặc hỏi khác đi.", id=first.id
            )
        yield Advice(f"item:{later.id}", message)


def _is_double(one: Item, other: Item, likeness: float) -> bool:
    """Questions that measure are parallel on purpose: of them only the very same is a double.

    The same prompt is enough where the prompt is the question; pictures, pairs and phones ask anew.
    """
    if one.measuring and other.measuring:
        return likeness == 1
    same = one.kind == other.kind and fold(one.prompt) == fold(other.prompt)
    return likeness >= ALIKE or (same and one.kind in ("single", "multiple", "number"))


def _readable(version: ProgrammeVersion, item: Item) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where a learner may read before or while answering `item`: (place in words, its words)."""
    for lesson in version.lessons:
        where = _("bài “%(title)s”", title=lesson.title)
        yield from ((where, words_of(screen.body)) for screen in lesson.screens)
        yield from ((where, words_of(line)) for line in lesson.take_home)
    for other in version.items:
        if other.id == item.id:
            continue
        where = _("câu “%(id)s”", id=other.id)
        yield where, words_of(other.prompt)
        if not other.secret:
            yield from ((where, words_of(text)) for text in (other.explanation, *other.hints))
