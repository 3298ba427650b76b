"""How alike two questions are, and whether one text stands inside another.

Likeness is the resemblance of A. Z. Broder, "On the resemblance and containment of documents",
Compression and Complexity of Sequences (1997): the share of pairs of neighbouring words that both
texts have among those that either has. 1 means the same words in the same order, 0 nothing shared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import pairwise

from courses.activity_parts import Simulation
from courses.rules import Item
from lms.core.text import clean

Shingle = tuple[str, ...]
"""Two neighbouring words, or the only word of a text."""

_WORD = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, marks kept: in Vietnamese they tell words apart."""
    return tuple(_WORD.findall(clean(text).casefold()))


def resemblance(one: Set[Shingle], other: Set[Shingle]) -> float:
    """From 0 to 1, see above."""
    return len(one & other) / len(one | other) if one | other else 1.0


def _shingles(text: str) -> set[Shingle]:
    words = words_of(text)
    return set(pairwise(words)) if len(words) > 1 else {words}


def holds(text: Sequence[str], quoted: Sequence[str]) -> bool:
    """Whether the words of `quoted` stand in `text`, one behind the other."""
    return f" {' '.join(quoted)} " in f" {' '.join(text)} "


def longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words stand in both, one behind the other."""
    lengths = (
        length
        for length in range(len(one), 0, -1)
        if any(holds(other, one[at : at + length]) for at in range(len(one) - length + 1))
    )
    return next(lengths, 0)


def right_texts(item: Item) -> tuple[str, ...]:
    """The texts of a question that say what is right, for kinds whose key is a text of its own."""
    if item.options:
        return tuple(option.text for option in item.options if option.right)
    return tuple(f"{pair.left} {pair.right}" for pair in item.pairs)


def shingles_of(item: Item) -> frozenset[Shingle]:
    """The pairs of words of a question as a learner sees it: the prompt and what may be chosen."""
    texts = [item.prompt, *(option.text for option in item.options)]
    texts += [step.text for step in item.sequence]
    texts += [text for pair in item.pairs for text in (pair.left, pair.right)]
    texts += [spot.label for spot in item.spots]
    texts += [item.number.value] if item.number else []
    texts += _phone_texts(item.simulation) if item.simulation else []
    return frozenset(shingle for text in texts for shingle in _shingles(text))


def _phone_texts(plan: Simulation) -> list[str]:
    return [screen.title for screen in plan.screens] + [
        f"{part.label} {part.text}" for part in plan.all_parts
    ]
