"""How hard a Vietnamese text reads, by a published measure of sentence and word length.

RL = 2·WL + 0.2·SL − 6, roughly the school year from which a text is read with ease: WL is the mean
length of a word in letters, SL the mean length of a sentence in words; a word is what stands between
two spaces. L. T. Nguyen and A. B. Henkin, "A Readability Formula for Vietnamese", Journal of Reading
26 (1982), pp. 243-251. It was fitted on printed prose from the fourth school year on, so lower
figures say no more than "easy". It sees length only: rare words, order and sense it does not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from courses.rules import Lesson

HARDEST = {
    "elderly": 4.0,
    "residents": 4.0,
    "traders": 4.0,
    "workers": 5.0,
    "students": 5.0,
    "officials": 6.0,
}
"""The level above which a lesson for this group gets advice: our choice, for people out of practice.

4 is where the printed prose begins that the measure was fitted on.
"""

_SENTENCE_END = re.compile(r"[.!?…]+(?=[\s”\")]|$)|\n\s*\n|\n(?=\s*(?:[-*>]|\d+\.)\s)")
_WORD = re.compile(r"[^\W_]+(?:[.,:/-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was counted in a text: letters (and digits), words, sentences."""

    letters: int
    words: int
    sentences: int

    @property
    def level(self) -> float:
        """The reading level in school years; 0 for a text without words."""
        if not self.words:
            return 0.0
        level = 2 * self.letters / self.words + 0.2 * self.words / self.sentences - 6
        return max(0.0, level)


def read_level(texts: Iterable[str]) -> Reading:
    """Count over several texts; Markdown marks are no letters, list entries are sentences."""
    sentences = [words for text in texts for words in _sentences(text)]
    words = [word for sentence in sentences for word in sentence]
    return Reading(sum(map(_letters, words)), len(words), len(sentences))


def lesson_level(lesson: Lesson) -> Reading:
    """The reading level of a lesson's screens, without titles and descriptions of pictures."""
    return read_level(screen.body for screen in lesson.screens)


def _sentences(text: str) -> list[list[str]]:
    found = (_WORD.findall(part) for part in _SENTENCE_END.split(text))
    return [words for words in found if words]


def _letters(word: str) -> int:
    return sum(letter.isalnum() for letter in word)
