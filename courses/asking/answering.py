"""An answer, or an honest "there is no lesson on this": how sure one must be to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from courses.asking.index import Index, Passage
from courses.asking.lexicon import Lexicon
from courses.asking.ranking import Found, Reading, rank, read

SURE: Mapping[str, float] = {
    "held": 0.25, "lesson_held": 0.49, "tied": 0.23, "headed": 1.56, "score": 2.95, "asked": -1.58,
    "figure": -2.54, "elsewhere": -2.4,
}  # fmt: skip
"""A logistic regression on the questions of development: what speaks for the best screen, and against it."""
SURE_FROM = -4.76
THRESHOLD = 0.58
"""A wrong answer is worse than an honest refusal, so a little more than even odds are asked for."""
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
    speaks = {
        "held": best.held,
        "lesson_held": best.lesson_held,
        "tied": best.tied,
        "headed": best.headed,
        "score": log(1 + best.score),
        "asked": log(1 + asked),
        "figure": float(reading.asks_figure),
        "elsewhere": float(reading.is_elsewhere),
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
