"""Old Vietnamese encodings: TCVN3 (.VnTime fonts), VNI and windows-1258, recognised and converted.

Text in them comes as letters of Latin-1: as bytes of a file, or typed in an old font into Unicode cells.
Whether a reading is right is judged by the syllables: 'NguyÔn' is no Vietnamese syllable, 'Nguyễn' is.
Tables: TCVN 5712:1993 (VN3), the VNI-Windows map of VNI-Times, code page 1258 of Windows.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_VNI_MARKS = dict(
    zip(
        "ùøûõïâáàåãäêéèúüë",
        ["\u0301", "\u0300", "\u0309", "\u0303", "\u0323", "\u0302", *(
            f"\u0302{tone}" for tone in "\u0301\u0300\u0309\u0303\u0323"
        ), "\u0306", *(f"\u0306{tone}" for tone in "\u0301\u0300\u0309\u0303\u0323")],
        strict=True,
    )
)  # fmt: skip
"""A letter after a vowel → the marks that it puts on that vowel."""
_VNI_ALONE = dict(zip("íìæóòôöñî", "íìỉĩịơưđỵ", strict=True))
_VNI_BEARERS = set("aeouyôö")


def from_tcvn3(text: str) -> str:
    """'NguyÔn V¨n' becomes 'Nguyễn Văn'; what .VnTimeH shows as capitals is capitals."""
    turned = "".join(_TCVN3.get(letter, letter) for letter in text)
    return "".join(_capitals(part) for part in re.split(r"([\t\r\n,;|]+)", turned))


def _capitals(cell: str) -> str:
    """TCVN3 has no capitals with tones: 'VŨ ĐứC' was typed for 'VŨ ĐỨC', 'Ngọc ánh' for 'Ngọc Ánh'."""
    plain = [letter for letter in cell if letter.isascii() and letter.isalpha()]
    if len(plain) > 1 and "".join(plain).isupper():
        return cell.upper()
    words = cell.split(" ")
    lower = [word for word in words if word[:1].islower()]
    is_name = len(words) - len(lower) > 1 and all(not word.isascii() for word in lower)
    return " ".join(word[:1].upper() + word[1:] for word in words) if is_name else cell


def from_vni(text: str) -> str:
    """'Nguyeãn Vaên' becomes 'Nguyễn Văn'."""
    out: list[str] = []
    before = ""
    for letter in text:
        small = letter.lower()
        if small in _VNI_MARKS and before in _VNI_BEARERS:
            out.append(_VNI_MARKS[small])
            before = ""
            continue
        alone = _VNI_ALONE.get(small)
        out.append(letter if alone is None else alone if letter == small else alone.upper())
        before = small
    return unicodedata.normalize("NFC", "".join(out))


def from_1258(text: str) -> str:
    """'Nguyêƃn' as Latin-1 shows it ('NguyêÞn') becomes 'Nguyễn': letters, then marks of their own."""
    bytes_ = text.encode("cp1252", "ignore") if not _is_latin1(text) else text.encode("latin-1")
    return unicodedata.normalize("NFC", bytes_.decode("cp1258", "replace"))


def _is_latin1(text: str) -> bool:
    return all(ord(letter) < 0x100 for letter in text)


ENCODINGS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "tcvn3": ("TCVN3 (ABC, phông .VnTime)", from_tcvn3),
    "vni": ("VNI (phông VNI-Times)", from_vni),
    "1258": ("Windows-1258", from_1258),
}
"""Code → (its name for people, text as Latin-1 → Unicode)."""


def title(code: str) -> str:
    """The name of an encoding as people know it."""
    return ENCODINGS[code][0]


# Which words are Vietnamese

_ONSET = "(?:ngh|ng|nh|kh|gh|gi|ch|th|tr|ph|qu|[bcdđghklmnprstvx])?"
_RIME = (
    "(?:uyê[nt]|uyên|uya|uyu|uy(?:ch|nh|[pt])?|uê(?:ch|nh)?|uâ(?:ng|[nt]|y)|uơ|"
    "oă(?:ng|[cmnt])|oa(?:ch|ng|nh|[cimnoptuy])?|oe(?:o|[mnt])?|oo(?:ng|[cn])|"
    "iê(?:ng|[cmnptu])|yê(?:ng|[mntu])|iê|yê|ia|ya|"
    "uô(?:ng|[cimnt])|ua|ươ(?:ng|[cimnptu])|ưa|"
    "a(?:ch|ng|nh|[cimnoptuy])?|ă(?:ng|[cmnpt])|â(?:ng|[cmnptuy])|"
    "e(?:ng|nh|[cmnopt])?|ê(?:ch|nh|ng|[mnptu])?|i(?:ch|nh|[cmnptu])?|"
    "o(?:ng|[cimnpt])?|ô(?:ng|[cimnpt])?|ơ(?:[imnpt])?|"
    "u(?:ng|[cimnpty])?|ư(?:ng|[cimntu])?|y(?:nh|[tu])?)"
)
_SYLLABLE = re.compile(_ONSET + _RIME)
_TONES = re.compile("[\u0300\u0309\u0303\u0301\u0323]")
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~0-9“”‘’–—…•]+")


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether a word may be Vietnamese: one tone at most, and letters in the order of a syllable."""
    apart = unicodedata.normalize("NFD", word.lower())
    bare, tones = _TONES.subn("", apart)
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)))


def _marked(text: str) -> list[str]:
    """The words of a text that hold more than plain letters."""
    return [word for word in _WORD.findall(text) if not word.isascii()]


_UNICODE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯư\u0300-\u0323Ạ-ỹ]")
"""Letters that Latin-1 does not have: a cell with one of them is Unicode."""


@dataclass(frozen=True)
class Verdict:
    """What some words are written in: a code of ENCODINGS, or None when there is no saying."""

    code: str | None
    likely: str | None = None
    """What it seems to be, sure or not; None when everything reads as Vietnamese or as another language."""


LEAST, SURE = 2, 0.9
"""Different words that speak for an encoding, and their share of all words that speak."""


def judge(words: Iterable[str]) -> Verdict:
    """Which encoding makes syllables of these words, each of which is none as it stands."""
    wrong = {word for word in words if not is_syllable(word)}
    shares = sorted(
        (sum(is_syllable(turn(word)) for word in wrong) / len(wrong), code)
        for code, (_name, turn) in ENCODINGS.items()
    ) if wrong else []  # fmt: skip
    if not shares or shares[-1][0] < 0.5:
        return Verdict(None)
    (share, best), (next_share, _next) = shares[-1], shares[-2]
    is_sure = share >= SURE and next_share < share and len(wrong) >= LEAST
    return Verdict(best if is_sure else None, best)


def of_bytes(text: str) -> Verdict:
    """The encoding of a file that is not Unicode, its bytes read as Latin-1."""
    return judge(_marked(text))


@dataclass(frozen=True)
class Converted:
    """Cells after conversion: the encoding, the cells, and some (before, after) to look at."""

    code: str
    rows: list[list[object]]
    samples: tuple[tuple[str, str], ...]


SAMPLES = 5


def convert_cells(rows: Sequence[Sequence[object]]) -> Converted | Verdict:
    """Cells typed in an old font, converted; the Verdict says why there was nothing or no sureness.

    A column is converted as a whole, because short names ('Hé' is 'Hộ' in TCVN3) read well both ways; a
    cell with a letter that Latin-1 does not have stays, such as a heading over an old list.
    """
    latin = [str(cell) for row in rows for cell in row if _may_be_old(cell)]
    verdict = judge(word for cell in latin for word in _marked(cell))
    if verdict.code is None:
        return verdict
    turn = ENCODINGS[verdict.code][1]
    columns = [_speaks(rows, column, turn) for column in range(max(map(len, rows), default=0))]
    if any(mixed for _is_old, mixed in columns):
        return Verdict(None, verdict.code)
    samples: dict[str, str] = {}
    out: list[list[object]] = []
    for row in rows:
        new: list[object] = []
        for cell, (is_old, _mixed) in zip(row, columns, strict=False):
            if not (is_old and _may_be_old(cell)):
                new.append(cell)
                continue
            turned = turn(str(cell))
            new.append(turned)
            if len(samples) < SAMPLES and " " in turned.strip() and len(turned) < 60:
                samples[str(cell)] = turned
        out.append(new)
    return Converted(verdict.code, out, tuple(samples.items()))


def _may_be_old(cell: object) -> bool:
    return isinstance(cell, str) and not cell.isascii() and not _UNICODE_ONLY.search(cell)


def _speaks(
    rows: Sequence[Sequence[object]], column: int, turn: Callable[[str], str]
) -> tuple[bool, bool]:
    """(the column is old, old and Unicode cells are mixed so that some cells could be either)."""
    cells = [row[column] for row in rows if column < len(row)]
    latin = [str(cell) for cell in cells if _may_be_old(cell)]
    unicode_ = sum(isinstance(c, str) and bool(_UNICODE_ONLY.search(c)) for c in cells)
    old = sum(any(not is_syllable(word) for word in _marked(cell)) for cell in latin)
    either = len(latin) - old
    if not old or not any(is_syllable(w) for cell in latin for w in _marked(turn(cell))):
        return False, False
    # Headings and titles above an old list are often Unicode.
    return True, bool(either) and unicode_ > max(8, old)
