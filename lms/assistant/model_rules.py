"""What a language model is given, and what of its words may be shown. Pure.

It gets passages of lessons and a question in which nothing is left that may name somebody. Shown is only an
answer of which every sentence names a passage that bears it; otherwise the lesson speaks for itself.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from courses.asking.index import Passage
from courses.asking.words import bare_form, syllables

MASK = "…"
FAMILIES = frozenset({"nguyen", "huynh", "pham", "tran", "bui", "ngo"})
"""Family names that hardly mean anything else; what is written large needs no list."""
NAME = 4
"""A family name and the syllables that may follow it."""
NUMERALS = frozenset(
    (
        "khong",
        "mot",
        "hai",
        "ba",
        "bon",
        "tu",
        "nam",
        "lam",
        "sau",
        "bay",
        "tam",
        "chin",
        "muoi",
        "tram",
        "linh",
    )
)
SPELLED = 4
"""So many of these words in a row are a number, and one that may be somebody's."""
SUPPORT = 0.8
"""The share of a sentence's words that its passage must hold."""
MOST_SENTENCES, LONGEST = 4, 600
RULES = (
    "Bạn giúp người học tìm câu trả lời. Chỉ dùng các đoạn được đưa, không thêm điều gì ở ngoài. Trả lời bằng "
    "một đến ba câu ngắn, dùng lại lời của đoạn. Cuối mỗi câu ghi mã của đoạn trong ngoặc vuông, ví dụ: "
    "Không đọc mã cho ai [p1]. Nếu các đoạn không trả lời được thì chỉ ghi: KHÔNG BIẾT."
)
_WORD = re.compile(r"[^\W_]+")
_PERSONAL = re.compile(r"[\d@/\\]|\w[._]\w")
"""Numbers, addresses of mail and pages: the whole chunk goes."""
_AROUND = ".,;:!?…()[]“”\"'"
_CITED = re.compile(r"\[(p\d+)\]")
_CUT = re.compile(r"(?<=[.!?…\]])\s+(?=[^\[])|\n+")
_NOT = frozenset({"không", "đưng.f", "chưa", "chơ.s", "chăng.r", "câm.s", "khoi.r", "ngưng"})


@dataclass(frozen=True)
class Masked:
    """A question without anything personal. `left`: how many words are still there."""

    text: str
    left: int


def masked(question: str, passages: Sequence[Passage], common: Collection[str]) -> Masked:
    """Only words of these passages and `common` syllables (bare forms) are left: no digit, no name.

    What is written large inside a sentence is a name, and so is what follows a family name.
    """
    texts = [f"{passage.title} {passage.say}" for passage in passages]
    written = {word for text in texts for word in _WORD.findall(text)}
    known = {bare_form(full) for text in texts for full in syllables(text)}
    kept, named, begins = [], 0, True
    for chunk in question.split():
        for word in _WORD.findall(chunk) if not _PERSONAL.search(chunk) else ["0"]:
            bares = [bare_form(full) for full in syllables(word)]
            named = NAME if FAMILIES.intersection(bares) else max(0, named - 1)
            large = word[0].isupper() and not begins and word not in written
            plain = word.isalpha() and all(bare in known or bare in common for bare in bares)
            kept.append(MASK if named or large or not plain else word.lower())
            begins = False
        named, begins = (0, chunk[-1] in ".!?") if chunk[-1] in ".,;:!?" else (named, begins)
    kept = _without_numbers(kept)
    words = [word for n, word in enumerate(kept) if word != MASK or n == 0 or kept[n - 1] != MASK]
    return Masked(" ".join(words), sum(word != MASK for word in words))


def _without_numbers(words: Sequence[str]) -> list[str]:
    """A telephone number that is written in words is one too."""
    kept: list[str] = []
    for is_numeral, run in groupby(words, key=_is_numeral):
        held = list(run)
        kept += [MASK] * len(held) if is_numeral and len(held) >= SPELLED else held
    return kept


def _is_numeral(word: str) -> bool:
    return any(bare_form(full) in NUMERALS for full in syllables(word))


def prompt(question: str, passages: Sequence[Passage]) -> list[dict[str, str]]:
    """The messages of a chat: the rules, then the passages by their marks, then the question."""
    told = "\n".join(f"[{mark}] {p.title}. {p.say}" for mark, p in marks(passages).items())
    return [
        {"role": "system", "content": RULES},
        {"role": "user", "content": f"Các đoạn:\n{told}\n\nCâu hỏi: {question}"},
    ]


def marks(passages: Sequence[Passage]) -> dict[str, Passage]:
    """p1, p2, … → passage."""
    return {f"p{number}": passage for number, passage in enumerate(passages, 1)}


def borne(answer: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The sentences of an answer without their marks; none unless every one is borne by what it cites."""
    held = marks(passages)
    parts = [part.strip() for part in _CUT.split(answer.strip()) if part.strip()]
    if not parts or len(parts) > MOST_SENTENCES or len(answer) > LONGEST:
        return ()
    if not all(_is_borne(part, held) for part in parts):
        return ()
    return tuple(" ".join(_CITED.sub("", part).split()).replace(" .", ".") for part in parts)


def _is_borne(part: str, held: Mapping[str, Passage]) -> bool:
    cited, bare = _CITED.findall(part), _CITED.sub(" ", part)
    words = syllables(bare)
    return bool(cited and words) and all(
        mark in held and _bears(held[mark], words) and _writes(held[mark], bare) for mark in cited
    )


def _writes(passage: Passage, part: str) -> bool:
    """Every number, address or page of the sentence stands in the passage just so: none may be slipped in."""
    text = f"{passage.title} {passage.say}".lower()
    chunks = (chunk.strip(_AROUND) for chunk in part.lower().split())
    return all(chunk in text for chunk in chunks if _PERSONAL.search(chunk))


def _bears(passage: Passage, words: Sequence[str]) -> bool:
    """One run of the passage's sentences, or of their parts, holds the words, their numbers and each “not”."""
    text = f"{passage.title}. {passage.say}"
    sentences = [syllables(one) for one in re.split(r"[.!?…:;]", text)]
    parts = [syllables(one) for one in re.split(r"[.!?…:;,]", text)]
    runs = [*sentences, *parts, *([*a, *b] for a, b in pairwise(sentences))]
    return any(_holds(run, words) for run in runs if run)


def _holds(run: Sequence[str], words: Sequence[str]) -> bool:
    inside = set(run)
    exact = [word for word in words if word in _NOT or any(letter.isdigit() for letter in word)]
    if any(word not in inside for word in exact):
        return False
    # A sentence that leaves out one “not” of its passage, or says it of something else, says the opposite.
    if _denied(run) != _denied(words):
        return False
    return sum(word in inside for word in words) >= SUPPORT * len(words)


def _denied(words: Sequence[str]) -> list[tuple[str, str]]:
    """Each “not” with the word behind it."""
    return sorted((one, after) for one, after in pairwise([*words, ""]) if one in _NOT)
