"""Names of the parts of a question, made so that no name tells which part is right."""

from __future__ import annotations

import re

from courses.canonical import digest

_MADE = re.compile(r"[0-9a-f]{8}")


def part_name(item: str, letter: str, text: str) -> str:
    """The name of a part: its letter and eight hexadecimal digits of the item's id and the text."""
    return letter + digest(f"{item}\n{text}")[:8]


def phone_name(item: str, letter: str, name: str) -> str:
    """The name of a screen (m), of something to tap (h) or to fill in (f) of a simulated phone.

    A name that is made already stays, so that a programme that was written back to a folder reads
    as the same content. Two parts of one name are refused wherever the names come from
    (courses.activities.phone_graph), so nobody can put one part in the place of another.
    """
    if name.startswith(letter) and _MADE.fullmatch(name[1:]):
        return name
    return part_name(item, letter, name)
