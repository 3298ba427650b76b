"""What a Vietnamese keyboard left behind: 'Nguyeenx' (Telex) and 'Nguye6n4' (VNI) are 'Nguyễn'."""

import re
import unicodedata
from functools import lru_cache

from lms.people.rules.letters import bare

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
    r"(?:ieu|oai|oay|oeo|uay|uoi|uou|uya|uye|uyu|yeu"
    r"|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|ua|ue|ui|uo|uu|uy|ye|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_DOUBLED = (("dd", "đ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"))
_HORNED = (("uow", "ươ"), ("ưow", "ươ"), ("uwow", "ươ"), ("uw", "ư"), ("ow", "ơ"), ("aw", "ă"))
_NUMBERED = (("d9", "đ"), ("a6", "â"), ("e6", "ê"), ("o6", "ô"), ("uo7", "ươ"), ("u7", "ư"),
             ("o7", "ơ"), ("a8", "ă"))  # fmt: skip
_HINT = re.compile(r"[fjw0-9]|aa|ee|oo|dd|dđ|đd|[aeiouyâêôơưă][a-z]*[srx]")


@lru_cache(maxsize=20_000)
def typed(word: str) -> str:
    """The word that these keys were meant to give, lower case; the word as it is when they give none."""
    low = unicodedata.normalize("NFC", word.lower())
    if not _HINT.search(low):
        return word
    plain = low.replace("dđ", "đ").replace("đd", "đ")
    meant = _vni(plain) if any(c.isdigit() for c in plain) else _telex(plain)
    return meant if _SYLLABLE.fullmatch(bare(meant)) else word


def _telex(word: str) -> str:
    for keys, letter in (*_DOUBLED, *_HORNED):
        word = word.replace(keys, letter)
    return _toned(word, _TELEX_TONES)


def _vni(word: str) -> str:
    word = _toned(word, _VNI_TONES)
    for keys, letter in _NUMBERED:
        word = word.replace(keys, letter)
    return word


def _toned(word: str, tones: dict[str, str]) -> str:
    """The last key of a tone after a vowel is the tone; where it stands in the word says nothing."""
    start = re.match(r"(?:qu|gi)?[^aeiouyâêôơưă]*", unicodedata.normalize("NFC", word))
    head = start.end() if start else 0
    keys = [c for c in word[head:] if c in tones]
    rest = "".join(c for c in word[head:] if c not in tones)
    if len(keys) != 1:
        return word
    return unicodedata.normalize("NFC", word[:head] + rest + tones[keys[0]])
