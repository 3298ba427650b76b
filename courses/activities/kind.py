"""What every kind of question has to say about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from courses.rules import Item

Response = Sequence[str]
"""What the learner did, as short texts; what they mean depends on the kind. Empty: not answered."""

MOST_TOKENS = 80
LONGEST_TOKEN = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a question: a code of courses.faults, and the id of the part, if any."""

    code: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question, as pure functions of the item.

    `faults`: what an author must mend. `parts`: the ids that a form may shuffle, in a fixed order.
    `public`: what a learner may see, its parts in the order given. `fits`: whether a response can be
    an answer to it at all. `points`: 1 when it is right, else 0. `key`: one right response.
    `guess`: the chance of somebody who knows nothing, taken at its best.
    """

    faults: Callable[[Item], tuple[Fault, ...]]
    parts: Callable[[Item], tuple[str, ...]]
    public: Callable[[Item, Sequence[str]], dict[str, object]]
    fits: Callable[[Item, Response], bool]
    points: Callable[[Item, Response], int]
    key: Callable[[Item], tuple[str, ...]]
    guess: Callable[[Item], Fraction]
    shuffled: bool = True
    """Whether a form shows the parts in an order of its own."""
