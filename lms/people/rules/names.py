"""How two written names agree: marks left out, middle names dropped, words in another order, initials,
titles, names used at home, slips of one letter.

`names_alike` gives one code, the strongest that fits; `lms.people.wording` has a phrase for each.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lms.people.rules.keystrokes import typed
from lms.people.rules.letters import (
    Syllable,
    bare,
    lost_marks,
    one_letter_apart,
    sound_alike,
    syllable,
)

TITLES = frozenset((
    "ông", "bà", "cụ", "anh", "chị", "em", "cô", "chú", "bác", "dì", "cậu", "mợ", "thím", "cháu", "bé",
    "thầy", "mế", "già",
))  # fmt: skip
"""Words of address before a name; only as written with their marks, for 'Chau' and 'Bá' are families."""
_PLAIN_TITLES = frozenset((
    "ong", "ba", "cu", "anh", "chi", "em", "co", "chu", "bac", "di", "cau", "mo", "thim", "chau", "be",
    "thay",
))  # fmt: skip
_FAMILIES = frozenset((
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho",
    "ngo", "duong", "ly", "li", "dinh", "trinh", "mai", "ta", "ha", "cao", "dao", "doan", "luong",
    "truong", "to", "tang", "lam", "trieu", "chu", "quach", "dam", "la", "nong", "vuong", "luu",
    "phung", "thai", "ngac", "ninh", "khuc", "thach", "danh", "kim", "lo", "quang", "giang", "sung",
    "vang", "vi", "hua", "ma",
))  # fmt: skip
"""Family names that may follow a title without marks; rarer ones only cost a question."""
_SAINTS = frozenset((
    "giuse", "phero", "phêrô", "maria", "anna", "teresa", "terexa", "têrêsa", "phaolo", "phaolô",
    "gioan", "daminh", "đaminh", "anton", "antôn", "micae", "matta", "martha", "vincente", "phanxico",
    "phanxicô", "giacobe", "giacôbê", "toma", "tôma", "luca", "mattheu", "augustino", "catarina",
    "cecilia", "rosa", "rôsa", "monica", "mônica", "lucia", "simon", "philipphe", "stephano",
))  # fmt: skip
"""Baptismal names as parishes write them, before the family name."""
_BEFORE_NAMES = TITLES | _PLAIN_TITLES | _SAINTS
_QUOTED = re.compile(r"[(\[{“\"«]([^)\]}”\"»]*)[)\]}”\"»]?")
_ALSO = re.compile(
    r"\s*(?:,|;|/|\s[-–]\s|\s(?:tức|tục|thường|còn|hay)(?: (?:là|gọi|danh|tên|thường))+\s|\stức\s"
    r"|\s(?:bí|biệt|pháp|thánh) danh\s)\s*(?:là\s|gọi là\s)?",
    re.IGNORECASE,
)
_SAID_TO = re.compile(
    r"(?<=\S)\s+(?:tức(?: là)?|(?:thường|còn|hay) gọi(?: là)?|tục gọi|(?:bí|biệt|pháp|thánh|tục) danh)\s.*$",
    re.IGNORECASE,
)
"""What stands after a name that is whole without it; commas and dashes may stand between two people."""
_BETWEEN = re.compile(r"[.\-–_’'`·\s]+")
_ODD = re.compile(r"[^\w\s.'’-]|\s[-–]\s|\b(?:tức|tục|gọi|danh)\b", re.IGNORECASE)
"""What only a name with another one beside it has."""
_CLANS = frozenset("hi")
"""'H' and 'Y' (read as i) before Ê-đê names tell woman and man; the name comes after, the clan last."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written: its words, what the person is also called, whether keys were left in it."""

    words: tuple[Syllable, ...]
    called: frozenset[str]
    """Bare words in brackets, after 'tức', and baptismal names."""
    was_typed: bool
    """Whether Telex or VNI keys stood in it."""
    is_marked: bool
    key: str
    """The bare words, joined."""
    is_clan: bool
    """Whether it begins with the 'Y' or 'H' of an Ê-đê name."""
    family: str
    """The bare word of the family or clan; empty without words."""
    given: str
    """The bare word that the person is called by."""
    is_shortened: bool
    """Whether one of the words is an initial."""


@lru_cache(maxsize=60_000)
def to_register(text: str) -> tuple[str, str]:
    """(the name to write down, what stood beside it): "Bà Lò Thị Hoa (Bé Tư)" is "Lò Thị Hoa".

    Only a title with its marks before a known family name is left out: 'Ông Ích Khiêm' is a whole name.
    """
    kept = _SAID_TO.sub("", _QUOTED.sub(" ", text)).strip()
    words = kept.split()
    if len(words) > 2 and words[0].lower() in TITLES and syllable(words[1]).bare in _FAMILIES:
        words = words[1:]
    name = " ".join(words)
    return (name, text) if name and name != " ".join(text.split()) else (text, "")


def parsed(text: str) -> Name:
    """The parts of a written name."""
    text, called = _called(unicodedata.normalize("NFC", text)) if _ODD.search(text) else (text, [])
    raw = [word for part in text.split() for word in _split(part)]
    if len(raw) > 1 and raw[0].lower() in _BEFORE_NAMES:
        raw, baptised = _after_titles(raw)
        called = [*called, *baptised]
    return _name(tuple(map(_read, raw)), frozenset(called))


@lru_cache(maxsize=20_000)
def _read(word: str) -> tuple[Syllable, bool, bool]:
    """(the word, whether keys were left in it, whether it is an initial)."""
    meant = typed(word)
    read = syllable(meant)
    return read, meant != word, is_initial(read.bare)


def _name(read: tuple[tuple[Syllable, bool, bool], ...], called: frozenset[str]) -> Name:
    if not read:
        return Name((), called, False, False, "", False, "", "", False)
    words, were_typed, initials = zip(*read, strict=True)
    is_clan = len(words) > 2 and words[0].bare in _CLANS and not initials[1]
    return Name(
        words, called, any(were_typed), any(word.is_marked for word in words),
        " ".join([word.bare for word in words]), is_clan,
        words[-1 if is_clan else 0].bare, words[1 if is_clan else -1].bare, any(initials),
    )  # fmt: skip


@lru_cache(maxsize=20_000)
def _split(part: str) -> tuple[str, ...]:
    """The words of what stands between two blanks: at points, hyphens and apostrophes, and at capitals
    ('MỹHạnh', 'HRiêm')."""
    return tuple(word for word in _BETWEEN.split(_apart(part)) if word)


def _apart(word: str) -> str:
    clan = len(word) > 2 and word[0] in "HY" and word[1].isupper() and word[2].islower()
    glued = [at for at in range(1, len(word)) if word[at].isupper() and word[at - 1].islower()]
    for at in reversed([1, *glued] if clan else glued):
        word = f"{word[:at]} {word[at:]}"
    return word


def _called(text: str) -> tuple[str, list[str]]:
    """The name without what stands in brackets or after 'tức', and those words."""
    inside = " ".join(_QUOTED.findall(text))
    outside = _QUOTED.sub(" ", text)
    if not outside.strip():
        return inside, []
    name, *after = _ALSO.split(outside, maxsplit=1)
    if after and len(name.split()) < 2:
        name, after = " ".join((name, *after)), []
    return name, bare(" ".join((inside, *after))).split()


def _after_titles(words: list[str]) -> tuple[list[str], list[str]]:
    """The words without titles and a baptismal name before them; at least one word stays."""
    while len(words) > 1 and _is_title(words[0], words[1], len(words)):
        words = words[1:]
    if len(words) > 2 and words[0].lower() in _SAINTS:
        return words[1:], [bare(words[0])]
    return words, []


def _is_title(word: str, following: str, count: int) -> bool:
    low = word.lower()
    if low in TITLES:
        return count > 2 or low in ("ông", "bà", "cụ", "bé")
    family = bare(following)
    return low in _PLAIN_TITLES and count > 2 and family in _FAMILIES and family != low


# Two words


def _one_word(a: Syllable, b: Syllable) -> bool:
    """Whether the words are one, marks left out at most."""
    return a is b or (a.bare == b.bare and lost_marks(a, b))


def _fits(a: Syllable, b: Syllable) -> bool:
    """Whether the words are one, or one abbreviates the other."""
    return _one_word(a, b) or _abbreviates(a.bare, b.bare)


def _abbreviates(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return is_initial(short) and long.startswith(short) and len(long) > len(short)


def is_initial(word: str) -> bool:
    """Whether a bare word is the beginning of one: a lone letter but the Y of Ê-đê names, or no vowel."""
    if len(word) == 1:
        return word != "i"
    return len(word) <= 3 and not set(word) & set("aeiouy")


def _equal(a: Syllable, b: Syllable) -> bool:
    return a.letters == b.letters and a.tone == b.tone


def _near(a: Syllable, b: Syllable) -> bool:
    """Whether a hand or an ear takes one word for the other."""
    return a.bare == b.bare or one_letter_apart(a.bare, b.bare) or sound_alike(a.bare, b.bare)


# Two names


@lru_cache(maxsize=200_000)
def names_alike(a: str, b: str) -> str | None:
    """The code of how two names agree, or None; symmetric in its arguments."""
    one, two = parsed(a), parsed(b)
    if not one.words or not two.words:
        return None
    if one.key == two.key and (same := _same_letters(one, two)):
        return same
    if len(one.words) == len(two.words):
        return _word_by_word(one, two)
    return _one_shorter(*sorted((one, two), key=lambda name: len(name.words)))


def _same_letters(one: Name, two: Name) -> str | None:
    """Names whose bare words are equal."""
    if all(is_initial(word.bare) for word in one.words):
        return "name_initials"
    if all(map(_equal, one.words, two.words)):
        return "name_same" if one.was_typed == two.was_typed else "name_typed"
    if not (one.is_marked and two.is_marked):
        return "name_marks"
    return "name_partly" if all(map(lost_marks, one.words, two.words)) else None


def _word_by_word(one: Name, two: Name) -> str | None:
    fits = _fits if one.is_shortened or two.is_shortened else _one_word
    unlike = [at for at, a in enumerate(one.words) if not fits(a, two.words[at])]
    if not unlike:
        return _abbreviated(list(zip(one.words, two.words, strict=True)))
    if len(one.key) == len(two.key) and sorted(one.key.split()) == sorted(two.key.split()):
        return "name_order" if one.key != two.key else _slips(one, two, unlike)
    if len(unlike) > 2:
        return None
    return _slips(one, two, unlike) or _other_word(one, two, unlike)


def _abbreviated(pairs: Sequence[tuple[Syllable, Syllable]]) -> str:
    short = [_abbreviates(a.bare, b.bare) for a, b in pairs]
    if not any(short):
        return "name_partly"
    return "name_initials" if short[-1] else "name_short"


def _slips(one: Name, two: Name, unlike: Sequence[int]) -> str | None:
    count = len(one.words)
    if count < 2 or not all(_near(one.words[at], two.words[at]) for at in unlike):
        return None
    if len(unlike) == 1:
        return "name_slip"
    return "name_slips" if len(unlike) == 2 < count else None


_SEX_WORDS = {"thi", "van"}


def _other_word(one: Name, two: Name, unlike: Sequence[int]) -> str | None:
    """One word is another: the family, a middle name, or the given name that is the one used at home."""
    if len(unlike) != 1:
        return None
    at = unlike[0]
    a, b = one.words[at], two.words[at]
    if a.bare == two.given or b.bare == one.given:
        return None
    if one.given in two.called or two.given in one.called:
        return "name_called"
    if one.given != two.given or (one.is_clan and at == 0) or len(one.words) < 3:
        return None
    if one.family != two.family:
        return "name_family"
    return None if {a.bare, b.bare} <= _SEX_WORDS else "name_other_middle"


def _one_shorter(short: Name, long: Name) -> str | None:
    if short.key.replace(" ", "") == long.key.replace(" ", ""):
        return "name_partly"
    spread = _spread(short)
    if len(spread) == len(long.words) and all(map(_fits, spread, long.words)):
        return "name_short"
    if short.given in long.called or long.given in short.called:
        return "name_called" if short.family == long.family else None
    if len(short.words) > 1 and _ends_fit(short, long) and _in_order(short.words, long.words):
        shortened = (short.is_shortened or long.is_shortened) and not short.is_clan
        return "name_short" if shortened else "name_middle"
    return _a_part(short, long)


def _spread(name: Name) -> list[Syllable]:
    """The words, with initials that stand together taken apart: 'NH Nghĩa' is 'N H Nghĩa'."""
    return [
        letter
        for word in name.words
        for letter in (map(syllable, word.letters) if is_initial(word.bare) else (word,))
    ]


def _ends_fit(short: Name, long: Name) -> bool:
    first = _fits(short.words[0], long.words[0])
    if short.is_clan and long.is_clan:
        return first and _fits(short.words[1], long.words[1])
    return first and _fits(short.words[-1], long.words[-1])


def _in_order(short: Sequence[Syllable], long: Sequence[Syllable]) -> bool:
    rest = iter(long)
    return all(any(_fits(word, other) for other in rest) for word in short)


def _a_part(short: Name, long: Name) -> str | None:
    """The end of the long name ('Bà Hai' of 'Lê Thị Hai'), or its beginning without the last word."""
    count = len(short.words)
    if all(map(_fits, short.words, long.words[-count:])):
        return "name_given"
    if count > 1 and all(map(_fits, short.words, long.words[:count])):
        return "name_beginning"
    return None
