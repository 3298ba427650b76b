"""The change within people: figures worked by hand, t quantiles against the published table."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules.gain import (
    MIN_PAIRS,
    Change,
    DropOut,
    Measured,
    Pair,
    Score,
    TaskChange,
    change,
    change_by_skill,
    drop_out,
    interval_half,
    t_quantile,
    t_within,
    task_change,
)

pytestmark = pytest.mark.pure


def pair(before: int, after: int, most: int = 10) -> Pair:
    """A person with so many of ten points before and after, all of one skill."""
    return Pair(
        Score(before, most, {"an-toan": (before, most)}),
        Score(after, most, {"an-toan": (after, most)}),
    )


# Student, "The probable error of a mean" (1908), as tabulated for two-sided 95 % and 99 % in the NIST/SEMATECH
# e-Handbook of Statistical Methods, 1.3.6.7.2, to three decimals.
NIST = {
    1: (12.706, 63.657), 2: (4.303, 9.925), 3: (3.182, 5.841), 4: (2.776, 4.604), 5: (2.571, 4.032),
    6: (2.447, 3.707), 7: (2.365, 3.499), 8: (2.306, 3.355), 9: (2.262, 3.250), 10: (2.228, 3.169),
    15: (2.131, 2.947), 19: (2.093, 2.861), 20: (2.086, 2.845), 25: (2.060, 2.787),
    29: (2.045, 2.756), 30: (2.042, 2.750), 40: (2.021, 2.704), 60: (2.000, 2.660),
    100: (1.984, 2.626),
}  # fmt: skip


@pytest.mark.parametrize("freedom", NIST)
def test_the_t_quantiles_are_those_of_the_published_table(freedom: int) -> None:
    found = (t_quantile(0.975, freedom), t_quantile(0.995, freedom))
    assert tuple(round(one, 3) for one in found) == NIST[freedom]


def test_with_many_people_t_becomes_the_normal_quantile() -> None:
    assert t_quantile(0.975, 30_000) == pytest.approx(1.95996, abs=1e-4)


def test_the_middle_of_the_distribution_is_zero_and_one_degree_is_cauchy() -> None:
    assert t_quantile(0.5, 7) == pytest.approx(0, abs=1e-12)
    assert t_within(1, 1) == pytest.approx(0.5)
    assert t_within(math.sqrt(2), 2) == pytest.approx(math.sqrt(0.5))


def test_ten_who_gain_two_and_ten_who_gain_four_gain_three_in_the_mean() -> None:
    """By hand: mean 30 points; s = √(20·100/19) = 10.2598; s/√20 = 2.29416; t₁₉ = 2.093024; 4.80174."""
    found = change([*(pair(4, 6) for _ in range(10)), *(pair(4, 8) for _ in range(10))])
    assert (found.code, found.n) == ("ok", 20)
    assert (found.before, found.after) == (pytest.approx(40), pytest.approx(70))
    assert found.gain == pytest.approx(30)
    assert found.low == pytest.approx(30 - 4.80174, abs=1e-4)
    assert found.high == pytest.approx(30 + 4.80174, abs=1e-4)
    assert found.direction == "up"


def test_the_paired_interval_of_a_textbook_example() -> None:
    """1, 2, 3, 4, 5: mean 3, s = √2.5, s/√5 = 0.70711, t₄ = 2.77645, half the width 1.96324."""
    assert interval_half([1, 2, 3, 4, 5]) == pytest.approx(1.96324, abs=1e-5)


def test_nineteen_people_are_not_enough_and_only_counted() -> None:
    assert change(pair(1, 9) for _ in range(MIN_PAIRS - 1)) == Change("not_enough", 19)
    assert change([]) == Change("not_enough", 0)


def test_people_who_all_gain_the_same_have_no_width() -> None:
    found = change(pair(2, 5) for _ in range(25))
    assert found.low == pytest.approx(found.high)
    assert found.gain == pytest.approx(30)


def test_a_gain_that_may_be_chance_is_neither_up_nor_down() -> None:
    found = change([*(pair(4, 9) for _ in range(10)), *(pair(8, 4) for _ in range(10))])
    assert found.low < 0 < found.high
    assert found.direction == "unclear"
    assert change(pair(8, 2) for _ in range(20)).direction == "down"


def test_who_had_all_points_at_first_is_counted_as_being_at_the_ceiling() -> None:
    found = change([*(pair(10, 10) for _ in range(5)), *(pair(5, 8) for _ in range(15))])
    assert found.full_before == pytest.approx(25)


def test_a_skill_counts_whom_both_forms_asked_it() -> None:
    half = Score(3, 4, {"an-toan": (1, 2), "tim-kiem": (2, 2)})
    other = Score(3, 4, {"an-toan": (2, 2), "thanh-toan": (1, 2)})
    found = change_by_skill([Pair(half, other)] * 20, ["an-toan", "tim-kiem", "thanh-toan"])
    assert found["an-toan"].gain == pytest.approx(50)
    assert found["tim-kiem"] == Change("not_enough", 0)
    assert found["thanh-toan"] == Change("not_enough", 0)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=20, max_size=60),
       st.randoms(use_true_random=False))  # fmt: skip
def test_the_order_of_people_changes_no_bit(
    points: list[tuple[int, int]], shuffle: random.Random
) -> None:
    people = [pair(before, after, 12) for before, after in points]
    told = change(people)
    shuffle.shuffle(people)
    assert change(people) == told
    assert told.low <= told.gain <= told.high
    assert told.gain == pytest.approx(told.after - told.before)


def test_everybody_is_counted_once_whether_measured_or_not() -> None:
    people = [Measured(True, True)] * 4 + [Measured(True, False)] * 2
    people += [Measured(True, False, learning=True)] * 3 + [
        Measured(False, True),
        Measured(False, False),
    ]
    found = drop_out(people)
    assert found == DropOut(both=4, first_only=5, second_only=1, neither=1, still_learning=3)
    assert found.people == len(people)


def test_a_task_counts_people_who_were_seen_both_times() -> None:
    seen = (
        [("not_yet", "can_do")] * 15 + [("can_do", "can_do")] * 5 + [("needs_help", "not_yet")] * 2
    )
    assert task_change([*seen, ("can_do", None), (None, "can_do")]) == TaskChange("ok", 22, 5, 20)
    assert task_change(seen[:19]) == TaskChange("not_enough", 19)
