"""Whom a trainer should go and see."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lms.board.watching import Seen, Stuck, stuck

pytestmark = pytest.mark.pure
NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def ago(minutes: float) -> datetime:
    """So many minutes before now."""
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        ({"signed_in_at": None, "last_at": ago(30)}, None),
        ({"signed_in_at": ago(20), "last_at": ago(1)}, None),
        ({"signed_in_at": ago(20), "last_at": ago(3.9)}, None),
        ({"signed_in_at": ago(20), "last_at": ago(6)}, Stuck("quiet", 6)),
        ({"signed_in_at": ago(5), "last_at": None}, Stuck("idle", 5)),
        # What was done before the learner came in again says nothing of now.
        ({"signed_in_at": ago(2), "last_at": ago(50)}, None),
        ({"signed_in_at": ago(4), "last_at": ago(50)}, Stuck("idle", 4)),
        # In a test people may think for long, and who handed in sits quietly.
        ({"signed_in_at": ago(20), "last_at": ago(9), "in_test": True}, None),
        ({"signed_in_at": ago(20), "last_at": ago(10), "in_test": True}, Stuck("quiet", 10)),
        ({"signed_in_at": ago(60), "last_at": ago(40), "done": True}, None),
        ({"signed_in_at": ago(9), "last_at": ago(0), "wrong_tries": 2}, None),
        ({"signed_in_at": ago(9), "last_at": ago(0), "wrong_tries": 3}, Stuck("wrong", 3)),
    ],
)
def test_the_trainer_is_sent_to_who_does_nothing_or_errs_again_and_again(
    seen: dict[str, Any], why: Stuck | None
) -> None:
    assert stuck(Seen(**seen), NOW) == why
