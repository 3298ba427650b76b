"""What tells the key of a question away, looked at each question and over the whole bank."""

from __future__ import annotations

import re
from collections.abc import Iterator

from courses.advice.finding import Advice
from courses.advice.likeness import longest_run, words_of
from courses.rules import Item, ProgrammeVersion
from lms.core.i18n import _

LONGER_BY = 1.15
TELLING_SHARE = 0.35
ECHO_WORDS, ECHO_AHEAD = 3, 2
"""A right answer that repeats a run of so many words, so many longer than any wrong one's, is an echo."""

_CATCH_ALL = re.compile(
    r"(tất cả|cả (hai|ba|a và b)).{0,20}(đáp án|phương án|ý) (trên|kia)|đều đúng", re.I
)


def item_advice(version: ProgrammeVersion) -> Iterator[Advice]:
    """All advice about single questions, and about lengths in the bank."""
    for item in version.items:
        yield from (Advice(f"item:{item.id}", message) for message in _item(item))
    yield from _bank(version)


def _item(item: Item) -> Iterator[str]:
    texts = [item.prompt, *(option.text for option in item.options)]
    if any(_CATCH_ALL.search(text) for text in texts):
        yield _("Không dùng phương án “tất cả các ý trên”.")
    right, wrong = _lengths(item)
    if right > wrong * LONGER_BY:
        yield _("Đáp án đúng dài hơn hẳn các phương án khác.")
    if item.secret and _is_echo(item):
        yield _("Đáp án đúng nhắc lại lời câu hỏi, các phương án khác thì không. Hãy viết lại.")


def _lengths(item: Item) -> tuple[int, int]:
    """The length in letters of the longest right and of the longest wrong option."""
    right = max((len(option.text) for option in item.options if option.right), default=0)
    return right, max((len(option.text) for option in item.options if not option.right), default=0)


def _is_echo(item: Item) -> bool:
    prompt = words_of(item.prompt)
    runs = [(longest_run(words_of(one.text), prompt), one.right) for one in item.options]
    right = min((run for run, is_right in runs if is_right), default=0)
    wrong = max((run for run, is_right in runs if not is_right), default=0)
    return right >= max(ECHO_WORDS, wrong + ECHO_AHEAD)


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
