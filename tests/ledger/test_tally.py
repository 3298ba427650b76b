"""Whether everything a tablet made is here: a pure comparison of counts by epoch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.ledger.rules import Tally, tally

pytestmark = pytest.mark.pure


def test_everything_is_here() -> None:
    found = tally({"a": 200, "b": 12}, {"a": (200, 199), "b": (12, 11)})
    assert (found.held, found.made, found.missing, found.gap) == (212, 212, 0, 0)
    assert found.is_whole


def test_what_the_tablet_will_still_send_is_no_gap() -> None:
    found = tally({"a": 10}, {"a": (7, 6)}, unsent=3)
    assert (found.missing, found.gap, found.is_whole) == (3, 0, False)


def test_what_nobody_will_send_is_a_gap() -> None:
    assert tally({"a": 10}, {"a": (7, 9)}).gap == 3
    assert tally({"a": 10}, {}, unsent=4).gap == 6


def test_a_tablet_that_was_emptied_shows_by_the_numbers_that_came() -> None:
    # Nothing is known of epoch `old` any more but the numbers 0 to 9 without two of them.
    found = tally({"new": 4}, {"old": (8, 9), "new": (4, 3)})
    assert found == Tally(14, 12)
    assert found.gap == 2


def test_a_tablet_that_says_less_than_is_here_lacks_nothing() -> None:
    assert tally({"a": 3}, {"a": (5, 4)}).is_whole


@given(
    made=st.dictionaries(st.sampled_from("abc"), st.integers(0, 20)),
    lost=st.sets(st.tuples(st.sampled_from("abc"), st.integers(0, 19))),
    unsent=st.integers(0, 5),
)
def test_missing_is_what_was_made_and_did_not_come(
    made: dict[str, int], lost: set[tuple[str, int]], unsent: int
) -> None:
    came = {e: [n for n in range(count) if (e, n) not in lost] for e, count in made.items()}
    held = {epoch: (len(numbers), max(numbers)) for epoch, numbers in came.items() if numbers}
    found = tally(made, held, unsent)
    assert found.missing == sum(made.values()) - sum(map(len, came.values()))
    assert found.gap == max(0, found.missing - unsent)
    assert found.is_whole == (found.missing == 0 and unsent == 0)
