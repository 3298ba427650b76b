"""What comes out of a foreign file: questions, and everything that could not come with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.problems import ContentError, Problem
from lms.core.text import clean

QUOTED = 60


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is not carried, where it stands, and why or what to do.

    `whole` when the question is missing altogether; else the question is there without this part.
    """

    where: str
    message: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave.

    `items` have the shape of the entries of items/*.yaml, without skill, level, source and the other
    common fields; each loads as it is, but for an explanation that is empty or too long, which stands
    in `losses`. `places` says for each item where in the file it came from. `media` maps the name of
    a drawing to its bytes.
    """

    items: tuple[dict[str, Any], ...]
    losses: tuple[Loss, ...]
    places: tuple[str, ...] = ()
    media: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every question of the file is there, if perhaps without some of its parts."""
        return not any(loss.whole for loss in self.losses)


class NotCarried(Exception):
    """This question cannot be one of ours; the message says why."""


def quoted(text: str) -> str:
    """The beginning of a text between quotation marks, on one line."""
    whole = clean(text)
    return f"“{whole}”" if len(whole) <= QUOTED else f"“{whole[: QUOTED - 1].rstrip()}…”"


def refused(file: str, line: int, message: str) -> ContentError:
    """The file as a whole is refused; line 0 means no line in particular."""
    return ContentError([Problem(file, line, message)])
