"""Vietnamese words as people type them: with marks, without, half typed, misspelled.

A syllable has two forms. The full one keeps its letters and tells the tone behind a dot, so that "hòa" and
"hoà" are one ("hoa.f"), and so are hỏi and ngã. The bare one is what is left without any mark ("hoa").
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 300
"""Letters of a question that are read; nobody asks in more."""
SURE_LETTERS = 4
"""A shorter syllable with a slip may be anything."""
_WORD = re.compile(r"[^\W_]+")
_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "r", "\u0323": "j"}
_HEADS = (
    ("s", "x"), ("x", "s"), ("ch", "tr"), ("tr", "ch"), ("gi", "d"), ("gi", "r"), ("d", "gi"), ("d", "r"),
    ("r", "d"), ("r", "gi"), ("v", "d"), ("d", "v"), ("l", "n"), ("n", "l"), ("k", "c"), ("c", "k"),
    ("ngh", "ng"), ("ng", "ngh"), ("g", "gh"), ("gh", "g"), ("h", "qu"), ("qu", "h"), ("f", "ph"), ("z", "d"),
    ("w", "qu"), ("j", "gi"), ("b", "p"), ("p", "b"),
)  # fmt: skip
_TAILS = (
    ("n", "ng"), ("ng", "n"), ("t", "c"), ("c", "t"), ("i", "y"), ("y", "i"), ("ch", "t"), ("nh", "n"),
    ("n", "nh"), ("o", "u"), ("u", "o"), ("oet", "uet"), ("k", "c"),
)  # fmt: skip
"""How syllables are confused where they sound alike: beginnings and ends, each to what may be meant."""


@dataclass(frozen=True, slots=True)
class Word:
    """A syllable of a question. `loose`: its marks tell nothing, any of its full forms may be meant."""

    full: str
    bare: str
    loose: bool


def syllables(text: str) -> list[str]:
    """The full forms of a text's syllables, in order."""
    return [full_form(word) for word in _WORD.findall(unicodedata.normalize("NFC", text).lower())]


@lru_cache(maxsize=8192)
def full_form(word: str) -> str:
    """'khẩu' → 'khâu.r': letters with their hats, then the tone."""
    letters, tone = "", ""
    for letter in unicodedata.normalize("NFD", word):
        if letter in _TONES:
            tone = _TONES[letter]
        else:
            letters += letter
    letters = unicodedata.normalize("NFC", letters)
    return f"{letters}.{tone}" if tone else letters


@lru_cache(maxsize=8192)
def bare_form(full: str) -> str:
    """'khâu.r' → 'khau'."""
    letters = unicodedata.normalize("NFD", full.partition(".")[0].replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def read_question(text: str, known: Mapping[str, int]) -> list[Word]:
    """The syllables of a question. `known`: bare form → how often it stands in what is searched.

    A question without any mark was typed without; a syllable that nobody taught is read as the leftover of a
    typing method, then as one that sounds alike, then as a slip of one letter.
    """
    fulls = syllables(text[:LONGEST])
    marked = any(full != bare_form(full) for full in fulls)
    return [_read(full, known, marked) for full in fulls]


def _read(full: str, known: Mapping[str, int], marked: bool) -> Word:
    bare = bare_form(full)
    if bare in known:
        return Word(full, bare, not marked)
    meant = _meant(bare, known)
    return Word(meant, meant, True) if meant else Word(full, bare, not marked)


def _meant(bare: str, known: Mapping[str, int]) -> str:
    """The known syllable that was probably meant, or an empty text."""
    for guesses in (_typed(bare), _alike(bare), _slipped(bare)):
        found = [one for one in guesses if one in known]
        if found:
            return min(found, key=lambda one: (-known[one], one))
    return ""


def _typed(bare: str) -> list[str]:
    """What Telex or VNI left behind: 'chuyeenr' and 'chuye63n' are both 'chuyen'."""
    plain = "".join(letter for letter in bare if not letter.isdigit())
    found = [plain] if plain and plain != bare else []
    rest = plain
    for double in ("aa", "ee", "oo", "dd"):
        rest = rest.replace(double, double[0])
    rest = rest[:1].replace("w", "u") + rest[1:].replace("w", "")
    for at in range(len(rest) - 1, 0, -1):
        if rest[at] in "sfrxj":
            found.append(rest[:at] + rest[at + 1 :])
    return [*found, rest] if rest != bare else found


def _alike(bare: str) -> list[str]:
    """Syllables that sound alike in one region or another."""
    heads = [bare, *(new + bare[len(old) :] for old, new in _HEADS if bare.startswith(old))]
    tails = [head[: -len(old)] + new for head in heads for old, new in _TAILS if head.endswith(old)]
    return [*heads[1:], *tails]


def _slipped(bare: str) -> list[str]:
    """One letter too many, too few, wrong, or two in the wrong order; short syllables are left alone."""
    if len(bare) < SURE_LETTERS:
        return []
    letters = "abcdeghiklmnopqrstuvxy"
    cut = [(bare[:at], bare[at:]) for at in range(len(bare) + 1)]
    fewer = [head + tail[1:] for head, tail in cut if tail]
    swapped = [head + tail[1] + tail[0] + tail[2:] for head, tail in cut if len(tail) > 1]
    other = [head + new + tail[1:] for head, tail in cut if tail for new in letters]
    more = [head + new + tail for head, tail in cut for new in letters]
    return [*fewer, *swapped, *other, *more]


@dataclass(frozen=True)
class Phrases:
    """Phrases and what each stands for, by the bare form of their first syllable, the longest first."""

    begun: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]

    @classmethod
    def of(cls, meanings: Sequence[tuple[str, str]]) -> "Phrases":
        """`meanings`: (phrase, what it stands for), the first meaning of a phrase counts."""
        named: dict[tuple[str, ...], str] = {}
        for phrase, meaning in meanings:
            named.setdefault(tuple(syllables(phrase)), meaning)
        begun: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for fulls, meaning in sorted(named.items(), key=lambda one: (-len(one[0]), one[0])):
            begun.setdefault(bare_form(fulls[0]), []).append((fulls, meaning))
        return cls(begun)

    def found(self, words: Sequence[Word]) -> list[tuple[int, int, str]]:
        """(from, to, meaning) of the phrases in these words: from the left, the longest first."""
        spans, at = [], 0
        while at < len(words):
            span = self._at(words, at)
            if span:
                spans.append(span)
            at = span[1] if span else at + 1
        return spans

    def _at(self, words: Sequence[Word], at: int) -> tuple[int, int, str] | None:
        for fulls, meaning in self.begun.get(words[at].bare, ()):
            here = words[at : at + len(fulls)]
            if len(here) == len(fulls) and all(map(_is, here, fulls)):
                return at, at + len(fulls), meaning
        return None


def _is(word: Word, full: str) -> bool:
    return word.bare == bare_form(full) if word.loose else word.full == full
