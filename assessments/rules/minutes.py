"""How long somebody learned on a day, from the minutes in which something was done. Pure.

An act is a screen opened, a lesson finished, an answer given, a form begun or handed in. Nothing is
measured between two acts that lie further apart than `LONGEST_BREAK`: who went away was not learning.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

LONGEST_BREAK = 5
"""Minutes between two acts that still count as learning."""
MINUTES_OF_A_DAY = 24 * 60


def with_acts(held: Iterable[int], more: Iterable[int]) -> list[int]:
    """The minutes of a day (0 to 1439) in which something was done, in order and each once.

    Joining sets gives the same in whatever order, and however often, the acts arrive.
    """
    found = {*held, *more}
    if any(not 0 <= minute < MINUTES_OF_A_DAY for minute in found):
        raise ValueError("A minute of a day lies between 0 and 1439.")
    return sorted(found)


def minutes_learned(acts: Iterable[int]) -> int:
    """How many minutes were spent learning.

    A minute with an act counts, and so do the minutes between two acts at most `LONGEST_BREAK` apart.
    """
    ordered = sorted(set(acts))
    between = (later - earlier for earlier, later in pairwise(ordered))
    inside = sum(gap - 1 for gap in between if gap <= LONGEST_BREAK)
    return len(ordered) + inside
