"""Vietnamese letters for comparing: without marks, and a syllable apart from its tone."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TONES = "\u0300\u0309\u0303\u0301\u0323"
_VOWELS = set("aăâeêioôơuưy")

Mark = tuple[int, str]
"""A mark and the letter it stands on, counted from 0; a tone belongs to the whole word (−1)."""


def bare(text: str) -> str:
    """Lower case, without marks, one blank between words: 'Họ  và Tên' becomes 'ho va ten'."""
    apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


@dataclass(frozen=True, slots=True)
class Syllable:
    """One word of a name: its letters without the tone, the tone, and the letters without any mark."""

    letters: str
    tone: str
    bare: str

    @property
    def is_marked(self) -> bool:
        """Whether anything of it needs a Vietnamese keyboard."""
        return bool(self.tone) or self.letters != self.bare


@lru_cache(maxsize=20_000)
def syllable(word: str) -> Syllable:
    """The word apart from its tone, so that 'hoà' is 'hòa'; a lone final y is i, so that 'Lý' is 'Lí'."""
    apart = unicodedata.normalize("NFD", word.lower())
    tone = "".join(c for c in apart if c in _TONES)
    letters = unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES))
    letters = _one_i(letters)
    return Syllable(letters, tone, bare(letters))


def _one_i(letters: str) -> str:
    # 'Lý/Lí' and 'Quý/Quí' are one name written two ways; 'Mai' and 'May' are two names.
    if letters.endswith("y") and (letters[:-1] == "qu" or letters[-2:-1] not in _VOWELS):
        return letters[:-1] + "i"
    return letters


@lru_cache(maxsize=60_000)
def syllables(name: str) -> tuple[Syllable, ...]:
    """A name's words in order."""
    return tuple(syllable(word) for word in name.split())


@lru_cache(maxsize=20_000)
def marks(word: Syllable) -> frozenset[Mark]:
    """Every mark of the word with its place: 'đường' has the bar of its đ, two horns and its tone."""
    found: list[Mark] = [(-1, tone) for tone in word.tone]
    at = -1
    for c in unicodedata.normalize("NFD", word.letters):
        at += not unicodedata.combining(c)
        if c == "đ" or unicodedata.combining(c):
            found.append((at, c))
    return frozenset(found)


def lost_marks(a: Syllable, b: Syllable) -> bool:
    """Whether one word is the other with marks left out: 'Trưong' and 'Trương', not 'Hùng' and 'Hưng'."""
    if a.bare != b.bare:
        return False
    one, two = marks(a), marks(b)
    return one <= two or two <= one


# Slips of letters


_REGIONAL = (
    ("tr", "ch"),
    ("gi", "d"),
    ("r", "d"),
    ("v", "d"),
    ("s", "x"),
    ("l", "n"),
    ("ngh", "ng"),
)
"""First letters that are said alike somewhere in the country, and so taken for each other."""
_FAMILY_OF_SOUNDS = (
    ("hoang", "huynh"), ("vu", "vo"), ("phuc", "phuoc"), ("nghia", "ngai"), ("nhan", "nhon"),
    ("nhat", "nhut"), ("canh", "kieng"), ("chau", "chu"), ("thinh", "thanh"), ("tinh", "tanh"),
    ("linh", "lanh"), ("sinh", "sanh"), ("chinh", "chanh"), ("tung", "tong"), ("cuong", "cang"),
    ("hong", "huong"), ("son", "san"), ("bao", "buu"), ("quy", "qui"), ("truong", "trang"),
)  # fmt: skip
"""One name said in two ways in North and South, because a lord's name was avoided or by dialect."""
_SAID_AS = {word: pair[0] for pair in _FAMILY_OF_SOUNDS for word in pair}


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    start = next((to + word[len(at) :] for at, to in _REGIONAL if word.startswith(at)), word)
    end = start[:-1] if start.endswith(("ng", "nh")) else start
    return end[:-1] + "t" if end.endswith("c") else end


def one_letter_apart(a: str, b: str) -> bool:
    """Whether two bare words differ by one letter; words of one or two letters are never near."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) < 3 or len(long) - len(short) > 1:
        return False
    start = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    return short[start + (len(short) == len(long)) :] == long[start + 1 :]


def sound_alike(a: str, b: str) -> bool:
    """Whether two bare words are one in some region's mouth: 'trường' and 'chường', 'Hoàng' and 'Huỳnh'."""
    return _SAID_AS.get(a, a) == _SAID_AS.get(b, b) or _sound(a) == _sound(b)
