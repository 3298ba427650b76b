"""What teachers write as the key: B, "A, C", 2, the words of the answer, a star, an x."""

from __future__ import annotations

import re
from collections.abc import Sequence

from courses.exchange.losses import NotCarried, quoted
from lms.core.i18n import _
from lms.core.text import fold

LETTERS = "ABCDEFGHIJ"
_STAR = re.compile(r"^\s*\*+\s*|\s*\*+\s*$|\s*\((?:x|X|đúng|Đúng|\*)\)\s*$")
_PREFIX = re.compile(
    r"^(?:(?:cac )?(?:dap an|phuong an|cau|y|chon|lua chon)(?: dung)?(?: la)?\s*[:.]?\s+)+"
)
_AND = re.compile(r"\b(?:va|and)\b")
_LETTER_LIST = re.compile(r"[a-j](?:\s*(?:[,;./&+>\-]|\bva\b|\band\b)?\s*[a-j]\b|[a-j])*[.)]?")
_NUMBER_LIST = re.compile(r"\d{1,2}(?:\s*(?:[,;&+>\-]|va|and)\s*\d{1,2})*[.)]?")
_MARKS = {"x", "✓", "✔", "v", "dung", "true", "1", "*", "☑", "yes"}


def starred(text: str) -> tuple[bool, str]:
    """Whether an option carries a star or “(đúng)”, and its words without it."""
    bare = _STAR.sub("", text)
    return bare != text, bare.strip() or text


def is_mark(text: str) -> bool:
    """Whether a cell beside an option says that it is right."""
    return fold(text) in _MARKS


def right_ones(key: str, options: Sequence[str], labels: Sequence[str]) -> set[int]:
    """Which options the key names, from 0; NotCarried when it names none or may mean two things.

    `labels` are the letters of the options, which need not follow each other without a gap.
    """
    bare = _PREFIX.sub("", fold(key)).strip()
    by_text = {i for i, option in enumerate(options) if fold(option) == fold(key)}
    by_name = _named(bare, labels)
    if by_text and by_name and by_text != by_name:
        message = _(
            "Đáp án %(key)s vừa là tên vừa là chữ của phương án khác. Hãy ghi chữ cái A, B, C…"
        )
        raise NotCarried(message % {"key": quoted(key)})
    found = by_text or by_name or _listed(key, options)
    if not found:
        raise NotCarried(_("Không thấy phương án nào khớp đáp án %(key)s. Hãy ghi chữ cái của phương án đúng, "
                           "ví dụ B hoặc A, C.", key=quoted(key)))  # fmt: skip
    return found


def named_order(key: str, labels: Sequence[str]) -> list[int]:
    """The order that "B, A, C" or "2-1-3" names, from 0; empty when it does not name every option once."""
    found = [labels.index(name) for name in _names(_PREFIX.sub("", fold(key))) if name in labels]
    return found if sorted(found) == list(range(len(labels))) else []


def _named(bare: str, labels: Sequence[str]) -> set[int]:
    names = _names(bare)
    return {labels.index(name) for name in names} if set(names) <= set(labels) else set()


def _names(bare: str) -> list[str]:
    """The letters that a folded key names: "a va c", "ac", "1, 3" and "2-1-3" among others."""
    if _LETTER_LIST.fullmatch(bare):
        return [letter.upper() for letter in re.findall(r"[a-j]", _AND.sub(",", bare))]
    if _NUMBER_LIST.fullmatch(bare):
        numbers = [int(number) for number in re.findall(r"\d+", bare)]
        return [LETTERS[n - 1] if 1 <= n <= len(LETTERS) else "?" for n in numbers]
    return []


def _listed(key: str, options: Sequence[str]) -> set[int]:
    """Several answers in their own words, one a line or with semicolons between them."""
    wanted = [fold(part) for part in re.split(r"[;\n]", key) if part.strip()]
    places = {fold(option): i for i, option in enumerate(options)}
    return {places[part] for part in wanted} if all(part in places for part in wanted) else set()
