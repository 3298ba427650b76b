"""A file as an answer: its name becomes a header here and nowhere else.

Names are made of what people typed (a class, a unit, a programme). A line break in one of them would end the
answer in an error, or begin a header of somebody's own.
"""

import re
from typing import TypeVar

from werkzeug.wrappers import Response

from lms.core.text import fold

R = TypeVar("R", bound=Response)
LONGEST = 120
_ODD = re.compile(r"[^A-Za-z0-9._-]")
_RUNS = re.compile(r"-{2,}")


def plain(name: str) -> str:
    """A name with its ending that every system takes: 'Thẻ – Lớp K1.pdf' → 'The-Lop-K1.pdf'."""
    stem, _dot, ending = name.rpartition(".")
    stem, ending = _plain(stem), _plain(ending)[:8]
    stem = stem[: LONGEST - len(ending)].strip("-.") or "tep"
    return f"{stem}.{ending}" if ending else stem


def _plain(text: str) -> str:
    letters = ((fold(letter) or "-") if _ODD.match(letter) else letter for letter in text)
    return _RUNS.sub("-", _ODD.sub("-", "".join(letters))).strip("-.")


def as_file(answer: R, name: str, *, shown: bool = False) -> R:
    """The answer as a file of this name: to be saved, or shown in the browser."""
    how = "inline" if shown else "attachment"
    answer.headers["Content-Disposition"] = f'{how}; filename="{plain(name)}"'
    return answer
