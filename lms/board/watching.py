"""Whom a trainer should go and see: from what a learner did last. Pure; no clock.

Sitting quietly is no fault, and in a test somebody may think for long: so the words are an invitation to
look, and the limits are generous.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

QUIET = timedelta(minutes=4)
"""While learning: a screen is read in less."""
QUIET_IN_TEST = timedelta(minutes=10)
WRONG_TRIES = 3
"""Wrong tries at one question of practice."""


@dataclass(frozen=True)
class Seen:
    """What is known of a learner in a meeting."""

    signed_in_at: datetime | None
    """Since when the learner sits at a machine; None: at none."""
    last_at: datetime | None
    """When the learner last did something in this meeting."""
    in_test: bool = False
    wrong_tries: int = 0
    """The most wrong tries at one question that is not answered right yet; practice only."""
    done: bool = False
    """The test is handed in: sitting quietly is all there is to do."""


@dataclass(frozen=True)
class Stuck:
    """Why to go there. `code`: idle (nothing since coming in), quiet or wrong; `n`: minutes or tries."""

    code: str
    n: int


def stuck(seen: Seen, now: datetime) -> Stuck | None:
    """Why the trainer should look at a learner, or None."""
    if seen.signed_in_at is None or seen.done:
        return None
    if seen.wrong_tries >= WRONG_TRIES:
        return Stuck("wrong", seen.wrong_tries)
    since = max(seen.last_at or seen.signed_in_at, seen.signed_in_at)
    silent = now - since
    if silent < (QUIET_IN_TEST if seen.in_test else QUIET):
        return None
    begun = seen.last_at is not None and seen.last_at >= seen.signed_in_at
    return Stuck("quiet" if begun else "idle", int(silent.total_seconds() // 60))
