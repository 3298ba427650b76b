"""Vietnamese letters for comparing: without marks, and a syllable apart from its tone."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TONES = "\u0300\u0309\u0303\u0301\u0323"
_VOWELS = set("aăâeêioôơuưy")


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
