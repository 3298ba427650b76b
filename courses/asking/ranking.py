"""How well each screen fits a question: BM25 over places, words for one thing, and words that stand together.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with weighted places
as in their BM25F. A question is cut into units: a known phrase, or a syllable outside of any phrase. A unit
counts once, as the phrase or as its syllables, whichever the screen holds better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from courses.asking.index import Index
from courses.asking.lexicon import Lexicon
from courses.asking.words import Word, read_question

K1 = 1.2
B = 0.4
GROUP = 2.0
"""A phrase against a single syllable: it is worth about two of them."""
PAIR = 1.0
"""Two words that stand together as in the question, against a single one."""
NEAR = {1: 1.0, 2: 0.5, -1: 0.4}
"""How far the second word of a pair stands behind the first, and what it is worth."""
OTHER_MARKS = 0.2
"""A word that is the same but for its marks, in a question that was typed with marks."""
STOP = 0.15
FEWEST = 100
"""In fewer screens than this, what is common among them may still be rare."""
LEAST = 0.6
HEAD = 0.45
"""What it adds that a lesson's titles name what is asked."""
LESSON = 0.4
"""What the rest of a lesson adds to one of its screens."""
REMEDY = 1.6
"""A screen that says what to do, when something has happened."""
MEANING = 1.4
"""A screen headed "… là gì?", when somebody asks what a thing is."""
REVIEW = 0.7
"""The lines to take home against a screen, which says more."""
EXERCISE = 0.85
"""A screen to try something on, against one that tells it."""

Scores = Mapping[int, float]


@dataclass(frozen=True)
class Unit:
    """A part of a question. `most`: what a screen that holds it plainly gets; `counts`: it is no stop word;
    `names`: the words or the group by which a lesson's titles may name it."""

    scores: Scores
    most: float
    counts: bool
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """A question as it was understood. `pairs`: neighbouring words, which may stand together on a screen."""

    words: tuple[Word, ...]
    units: tuple[Unit, ...]
    pairs: tuple[Unit, ...]
    happened: bool
    asks_meaning: bool
    asks_figure: bool
    is_elsewhere: bool


@dataclass(frozen=True)
class Found:
    """A screen and how well it fits. The rest are shares of the question from 0 to 1: what the screen holds of
    it, what its lesson holds, what stands together as it was asked, and what the lesson's titles name."""

    number: int
    score: float
    held: float
    lesson_held: float
    tied: float
    headed: float


def read(index: Index, lexicon: Lexicon, question: str) -> Reading:
    """The question in units, each with what every screen holds of it."""
    words = read_question(question, index.known)
    spans = lexicon.groups.found(words)
    inside = {at for begin, end, _m in spans for at in range(begin, end)}
    asked = _Asked(index, lexicon, words)
    units = [asked.phrase(span) for span in spans]
    units += [asked.single(at) for at in range(len(words)) if at not in inside]
    pairs = [asked.pair(one, two) for one, two in asked.neighbours(spans)]
    return Reading(
        tuple(words),
        tuple(units),
        tuple(pairs),
        bool(lexicon.emergency.found(words)),
        bool(lexicon.meaning.found(words)),
        bool(lexicon.figure.found(words)),
        bool(lexicon.elsewhere.found(words)),
    )


def rank(index: Index, reading: Reading) -> list[Found]:
    """All screens that hold anything of the question, the best first."""
    best: dict[str, list[float]] = {}
    for at, unit in enumerate(reading.units):
        for number, score in unit.scores.items():
            held = best.setdefault(index.passages[number].key, [0.0] * len(reading.units))
            held[at] = max(held[at], score)
    found = [
        _found(index, reading, number, best[index.passages[number].key])
        for number in sorted({number for unit in reading.units for number in unit.scores})
    ]
    return sorted(found, key=lambda one: (-one.score, one.number))


def _found(index: Index, reading: Reading, number: int, lesson: Sequence[float]) -> Found:
    own = [unit.scores.get(number, 0.0) for unit in reading.units]
    tied = [pair.scores.get(number, 0.0) for pair in reading.pairs]
    heads = _headed(index, reading, index.passages[number].key)
    score = sum(own) + sum(tied) + LESSON * sum(lesson) + HEAD * sum(heads)
    score *= _factor(index, reading, number)
    return Found(
        number,
        score,
        _share(reading.units, own),
        _share(reading.units, lesson),
        _share(reading.pairs, tied),
        _share(reading.units, heads),
    )


def _headed(index: Index, reading: Reading, key: str) -> list[float]:
    heads = index.heads[key]
    return [0.0 if heads.isdisjoint(u.names) or not u.counts else u.most for u in reading.units]


def _factor(index: Index, reading: Reading, number: int) -> float:
    passage = index.passages[number]
    if passage.is_review:
        return REVIEW
    factor = EXERCISE if passage.prompt else 1.0
    if reading.happened and number in index.remedies:
        factor *= REMEDY
    if reading.asks_meaning and number in index.meanings:
        factor *= MEANING
    return factor


def _share(units: Sequence[Unit], scores: Sequence[float]) -> float:
    most = sum(unit.most for unit in units if unit.counts)
    got = sum(min(s, u.most) for u, s in zip(units, scores, strict=True) if u.counts)
    return got / most if most else 0.0


def rarity(index: Index, holding: int) -> float:
    """BM25's inverse document frequency; what stands everywhere still says something."""
    screens = max(FEWEST, len(index.passages))
    return max(LEAST, log(1 + (screens - holding + 0.5) / (holding + 0.5)))


def weighed(index: Index, rare: float, weights: Scores) -> dict[int, float]:
    """The BM25 score of something by its weight in each screen."""
    scores = {}
    for number, weight in weights.items():
        length = 1 - B + B * index.lengths[number] / index.mean
        scores[number] = rare * weight * (K1 + 1) / (weight + K1 * length)
    return scores


class _Asked:
    """The words of one question against one index."""

    def __init__(self, index: Index, lexicon: Lexicon, words: Sequence[Word]) -> None:
        self.index, self.words = index, words
        self.stops = [_is_stop(lexicon, word) for word in words]
        self.forms = [_forms(index, word) for word in words]

    def single(self, at: int) -> Unit:
        """One syllable."""
        stop = self.stops[at]
        rare = rarity(self.index, self._holding(at)) * (STOP if stop else 1.0)
        weights: dict[int, float] = {}
        for full, sure in self.forms[at].items():
            for number, posting in self.index.words[full].items():
                weights[number] = weights.get(number, 0.0) + sure * posting.weight
        sure = max(self.forms[at].values(), default=0.0)
        names = frozenset(full for full, s in self.forms[at].items() if s == sure)
        return Unit(weighed(self.index, rare, weights), rare, not stop, names)

    def _holding(self, at: int) -> int:
        """In how many screens it stands, not counting words that only share its letters."""
        forms = self.forms[at]
        sure = max(forms.values(), default=0.0)
        return len({n for full, s in forms.items() if s == sure for n in self.index.words[full]})

    def phrase(self, span: tuple[int, int, str]) -> Unit:
        """Words for one thing: as any of the words for it, or as these very syllables."""
        begin, end, meaning = span
        groups = self.index.groups.get(meaning, {})
        rare = GROUP * rarity(self.index, len(groups))
        whole = weighed(self.index, rare, groups)
        parts: dict[int, float] = {}
        for at in range(begin, end):
            for number, score in self.single(at).scores.items():
                parts[number] = parts.get(number, 0.0) + score
        numbers = {*whole, *parts}
        scores = {n: max(whole.get(n, 0.0), parts.get(n, 0.0)) for n in numbers}
        return Unit(scores, rare, counts=True, names=frozenset({f"={meaning}"}))

    def neighbours(self, spans: Sequence[tuple[int, int, str]]) -> list[tuple[int, int]]:
        """Words that follow one another, but for stop words between them, and are not of one phrase."""
        of = {at: span for span in spans for at in range(span[0], span[1])}
        said = [at for at in range(len(self.words)) if at in of or not self.stops[at]]
        both = pairwise(said)
        return [
            (one, two) for one, two in both if of.get(one) is None or of.get(one) != of.get(two)
        ]

    def pair(self, one: int, two: int) -> Unit:
        """Two words that stand near each other on a screen."""
        weights: dict[int, float] = {}
        for first, sure in self.forms[one].items():
            for second, too in self.forms[two].items():
                for number, worth in _near(self.index, first, second):
                    weights[number] = weights.get(number, 0.0) + worth * sure * too
        rare = PAIR * rarity(self.index, len(weights))
        return Unit(weighed(self.index, rare, weights), rare, counts=True)


def _near(index: Index, first: str, second: str) -> list[tuple[int, float]]:
    follows, found = index.words[second], []
    for number, posting in index.words[first].items():
        if number in follows:
            places = set(follows[number].places)
            worth = sum(
                NEAR[step] for place in posting.places for step in NEAR if place + step in places
            )
            if worth:
                found.append((number, worth))
    return found


def _forms(index: Index, word: Word) -> dict[str, float]:
    """The words of the screens that this one may be, and how surely."""
    fulls = index.fulls.get(word.bare, [])
    if word.loose or word.full not in index.words:
        return dict.fromkeys(fulls, 1.0 if word.loose else 2 * OTHER_MARKS)
    return {full: 1.0 if full == word.full else OTHER_MARKS for full in fulls}


def _is_stop(lexicon: Lexicon, word: Word) -> bool:
    return word.bare in lexicon.stop_bare if word.loose else word.full in lexicon.stop
