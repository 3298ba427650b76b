"""A name as strangers see it: enough to compare with a paper in the hand, not enough to learn a name.

What is shown depends on the name alone, never on who else is there, so that two people of one name look alike.
"""

from __future__ import annotations

import re
import unicodedata

from lms.core.text import clean

_WORDS = re.compile(r"[\s/,;&+()\[\]|]+")
HIDDEN = "…"


def masked(full_name: str) -> str:
    """'Nguyễn Thị Đào' becomes 'N. T. Đào'.

    At least one letter of every name stays hidden. Where the words before the last hide nothing, because there
    are none or each is one letter, the last word is cut too: 'Lan' becomes 'L…', 'Y Moan' 'Y. M…', 'A' '…'.
    Marks and figures that part two names, such as 'Lan / Hùng', are left out.
    """
    words = [word for word in map(_letters, _WORDS.split(clean(full_name))) if word]
    if not words:
        return HIDDEN
    *before, last = words
    if not any(len(word) > 1 for word in before):
        last = [*last[:1], HIDDEN] if len(last) > 1 else [HIDDEN]
    return " ".join([*(f"{word[0]}." for word in before), "".join(last)])


def _letters(word: str) -> list[str]:
    """The letters of a word, each with the marks that no single code point holds: 'Ơ̆'. Else nothing."""
    found: list[str] = []
    for char in word:
        kind = unicodedata.category(char)
        if kind.startswith("M") and found:
            found[-1] += char
        elif kind.startswith("L") or (found and char in "'’-"):
            found.append(char)
    return found
