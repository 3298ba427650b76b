"""The screens of some lessons, held by their words: the same for the same screens in the same order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from courses.asking.lexicon import Lexicon
from courses.asking.words import Word, bare_form, syllables

WEIGHTS = {"title": 2.2, "text": 1.0, "lesson": 1.6, "module": 0.4, "prompt": 0.5}
"""How much a word counts by the place where it stands."""
HEADS = ("title", "lesson", "module")
GAP = 1000
"""Places are numbered apart by it, so that no phrase reaches from one into the next."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A screen of a lesson, or the lines to take home behind its last one, as it may be shown as an answer.

    `say` are its sentences, `prompt` the practice question that stands on it: it helps to find the screen
    and is never shown. `key` names the lesson among those that are searched together.
    """

    key: str
    lesson: str
    module: str
    screen: int
    title: str
    say: str
    prompt: str = ""
    is_review: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """A word in one passage: its weight by place, and where it stands."""

    weight: float
    places: tuple[int, ...]


@dataclass
class Index:
    """Passages by word. `lengths` are in syllables of the text; `remedies` tell what to do when something has
    happened, `meanings` what a thing is. `heads`: lesson → words and groups of its titles and its lines to
    take home, which are what it is about; the rest may be an example."""

    passages: tuple[Passage, ...]
    words: dict[str, dict[int, Posting]] = field(default_factory=dict)
    groups: dict[str, dict[int, float]] = field(default_factory=dict)
    fulls: dict[str, list[str]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)
    mean: float = 1.0
    remedies: frozenset[int] = frozenset()
    meanings: frozenset[int] = frozenset()
    heads: dict[str, set[str]] = field(default_factory=dict)


def build(passages: Iterable[Passage], lexicon: Lexicon) -> Index:
    """The index of these passages."""
    index = Index(tuple(passages))
    for number, passage in enumerate(index.passages):
        taken = _Taken(number, index, lexicon)
        for at, (place, text) in enumerate(_places(passage)):
            taken.take(place, at * GAP, text)
        taken.keep()
    titles = [_exact(syllables(passage.title)) for passage in index.passages]
    index.remedies = frozenset(n for n, title in enumerate(titles) if lexicon.remedy.found(title))
    index.meanings = frozenset(n for n, title in enumerate(titles) if lexicon.meaning.found(title))
    index.mean = sum(index.lengths) / max(1, len(index.lengths))
    for full, held in sorted(index.words.items()):
        bare = bare_form(full)
        index.fulls.setdefault(bare, []).append(full)
        index.known[bare] = index.known.get(bare, 0) + len(held)
    for bare in lexicon.bare:
        index.known.setdefault(bare, 0)
    return index


def _places(passage: Passage) -> Sequence[tuple[str, str]]:
    return (
        ("title", passage.title), ("text", passage.say), ("lesson", passage.lesson),
        ("module", passage.module), ("prompt", passage.prompt),
    )  # fmt: skip


def _exact(fulls: Sequence[str]) -> list[Word]:
    return [Word(full, bare_form(full), loose=False) for full in fulls]


class _Taken:
    """The words of one passage while it is read."""

    def __init__(self, number: int, index: Index, lexicon: Lexicon) -> None:
        self.number, self.index, self.lexicon = number, index, lexicon
        self.weights: dict[str, float] = {}
        self.places: dict[str, list[int]] = {}
        self.groups: dict[str, float] = {}

    def take(self, place: str, begin: int, text: str) -> None:
        fulls = syllables(text)
        if place == "text":
            self.index.lengths.append(len(fulls))
        weight = WEIGHTS[place]
        for at, full in enumerate(fulls):
            self.weights[full] = self.weights.get(full, 0.0) + weight
            self.places.setdefault(full, []).append(begin + at)
        groups = [meaning for _from, _to, meaning in self.lexicon.groups.found(_exact(fulls))]
        for meaning in groups:
            self.groups[meaning] = self.groups.get(meaning, 0.0) + weight
        passage = self.index.passages[self.number]
        if place in HEADS or (place == "text" and passage.is_review):
            heads = self.index.heads.setdefault(passage.key, set())
            heads.update(fulls, (f"={meaning}" for meaning in groups))

    def keep(self) -> None:
        for full, weight in self.weights.items():
            held = self.index.words.setdefault(full, {})
            held[self.number] = Posting(weight, tuple(self.places[full]))
        for meaning, weight in self.groups.items():
            self.index.groups.setdefault(meaning, {})[self.number] = weight


def vocabulary(index: Index) -> Mapping[str, int]:
    """Bare form → in how many passages it stands."""
    return index.known
