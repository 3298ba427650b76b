"""An answer, or an honest "there is no lesson on this": how sure one must be to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from courses.asking.index import Index, Passage
from courses.asking.lexicon import Lexicon
from courses.asking.ranking import Found, Reading, rank, read

SURE: Mapping[str, float] = {
    "held": 0.26, "tied": 0.31, "headed": 1.13, "score": 3.55, "asked": -1.02, "words": -1.74,
    "figure": -2.63, "elsewhere": -2.04,
}  # fmt: skip
"""A logistic regression on the questions of development: what speaks for the best screen, and against it."""
SURE_FROM = -5.04
SHORT = 9
"""In a longer question, a story, what is only named among other things is not what is asked for."""
THRESHOLD = 0.52
"""A wrong answer is worse than an honest refusal, so more than even odds are asked for."""
BESIDE = 0.6
"""A screen of another lesson is told beside the answer if it fits at least so well against it."""
NEAR = 0.35
"""What a lesson must hold of a question to be named near it."""
MOST_BESIDE, MOST_NEAR = 2, 3


@dataclass(frozen=True)
class Answer:
    """`answer` is the screen that answers, or None. `beside` are screens of other lessons: with an answer those
    that speak of it too, without one the nearest, which may well not be meant.

    `happened`: somebody tells that something has just gone wrong.
    """

    answer: Passage | None
    beside: tuple[Passage, ...]
    happened: bool
    certainty: float


def answer(index: Index, lexicon: Lexicon, question: str) -> Answer:
    """What the lessons of the index say to a question."""
    reading = read(index, lexicon, question)
    found = rank(index, reading)
    certainty = sureness(reading, found[0]) if found else 0.0
    if certainty >= THRESHOLD:
        best = index.passages[found[0].number]
        beside = _others(index, [f for f in found if f.score >= BESIDE * found[0].score], best)
        return Answer(best, beside[:MOST_BESIDE], reading.happened, certainty)
    near = _others(index, [f for f in found if f.lesson_held >= NEAR], None)
    return Answer(None, near[:MOST_NEAR], reading.happened, certainty)


def sureness(reading: Reading, best: Found) -> float:
    """How sure it is, 0 to 1, that this screen answers the question."""
    asked = sum(unit.most for unit in reading.units if unit.counts)
    words = sum(unit.counts for unit in reading.units)
    speaks = {
        "held": best.held,
        "tied": best.tied,
        "headed": best.headed,
        "score": log(1 + best.score),
        "asked": log(1 + asked),
        "words": log(1 + words),
        "figure": float(reading.asks_figure and words <= SHORT),
        "elsewhere": float(reading.is_elsewhere and words <= SHORT),
    }
    if not asked:
        return 0.0
    return 1 / (1 + exp(-SURE_FROM - sum(SURE[name] * speaks[name] for name in SURE)))


def _others(index: Index, found: Sequence[Found], best: Passage | None) -> tuple[Passage, ...]:
    """The best screen of each lesson, without that of the answer; a shared lesson stands here once."""
    told = {(best.lesson, best.module)} if best else set()
    others = []
    for one in found:
        passage = index.passages[one.number]
        if (passage.lesson, passage.module) not in told:
            told.add((passage.lesson, passage.module))
            others.append(passage)
    return tuple(others)
