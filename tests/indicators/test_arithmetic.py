"""Targets, gaps and how numbers are shown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.indicators.rules.arithmetic import (
    decimal_text,
    gap_people,
    gap_points,
    is_met,
    needed,
    number_text,
    points_text,
    rate_text,
    truncated_rate,
)
from lms.indicators.rules.plan import Target
from lms.indicators.rules.vocabulary import Operator, TargetUnit
from tests.indicators.village import at_least, more_than

pytestmark = pytest.mark.pure

shares = st.decimals(min_value="0.1", max_value="99.9", places=1)
targets = st.builds(
    Target, st.sampled_from(Operator), shares, st.just(TargetUnit.PERCENT), st.none()
)


def test_of_820_people_more_than_95_percent_needs_780_and_at_least_95_needs_779() -> None:
    assert needed(more_than(95), 820) == 780
    assert needed(at_least(95), 820) == 779


def test_more_than_95_is_not_met_by_exactly_95() -> None:
    assert not is_met(more_than(95), 779, 820)
    assert is_met(at_least(95), 779, 820)
    assert is_met(more_than(95), 780, 820)


def test_a_share_with_a_decimal_is_compared_exactly() -> None:
    assert needed(at_least("85.5"), 1000) == 855
    assert is_met(at_least("85.5"), 855, 1000)
    assert not is_met(more_than("85.5"), 855, 1000)


def test_a_count_target_asks_for_a_number_whatever_the_population() -> None:
    assert needed(at_least(1, TargetUnit.COUNT), 0) == 1
    assert needed(more_than(3, TargetUnit.COUNT), 500) == 4
    assert is_met(at_least(2, TargetUnit.COUNT), 2, 0)
    assert gap_points(at_least(2, TargetUnit.COUNT), 1, 0) is None


def test_each_asks_for_all_of_them() -> None:
    each = at_least(100, TargetUnit.EACH)
    assert needed(each, 37) == 37
    assert not is_met(each, 36, 37)
    assert gap_points(each, 36, 37) == Decimal("2.8")


def test_points_are_rounded_up_and_never_nought_while_unmet() -> None:
    assert gap_points(at_least(100), 29999, 30000) == Decimal("0.1")
    assert gap_points(more_than(95), 19, 20) == Decimal("0.1")
    assert gap_points(at_least(80), 700, 1000) == Decimal("10.0")
    assert gap_points(at_least(80), 800, 1000) == Decimal("0.0")
    assert points_text(Decimal("0.1")) == "0,1"


def test_the_display_truncates_and_says_100_only_when_it_is_100() -> None:
    assert rate_text(9996, 10000) == "99,9%"
    assert rate_text(779, 820) == "95,0%"
    assert rate_text(855, 1000) == "85,5%"
    assert rate_text(3, 3) == "100%"
    assert rate_text(0, 7) == "0%"
    assert rate_text(1, 30000) == "0,0%"
    assert truncated_rate(9996, 10000) == Decimal("99.9")


def test_a_numerator_above_its_denominator_is_shown_as_it_is() -> None:
    assert rate_text(1032, 1000) == "103,2%"


def test_numbers_are_written_as_vietnamese_readers_expect() -> None:
    assert number_text(30500) == "30.500"
    assert number_text(999) == "999"
    assert decimal_text(Decimal("85.50")) == "85,5"
    assert decimal_text(Decimal("1000")) == "1.000"
    assert decimal_text(Decimal("-0.5")) == "-0,5"


@given(targets, st.integers(1, 40000))
def test_needed_is_the_smallest_number_that_meets_the_target(target: Target, d: int) -> None:
    least = needed(target, d)
    assert is_met(target, least, d)
    assert least == 0 or not is_met(target, least - 1, d)


@given(targets, st.integers(1, 5000), st.data())
def test_more_people_never_widen_a_gap(target: Target, d: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, d - 1))
    assert gap_people(target, n + 1, d) <= gap_people(target, n, d)
    fewer, more = gap_points(target, n, d), gap_points(target, n + 1, d)
    assert fewer is not None
    assert more is not None
    assert more <= fewer


@given(targets, st.integers(1, 5000), st.data())
def test_a_gap_is_nought_exactly_when_the_target_is_met(
    target: Target, d: int, data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, d))
    met = is_met(target, n, d)
    assert (gap_people(target, n, d) == 0) is met
    assert (gap_points(target, n, d) == 0) is met


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_shown_rate_is_never_above_the_true_one(n: int, d: int) -> None:
    assert truncated_rate(n, d) * d <= 100 * n
    assert (rate_text(n, d) == "100%") is (n == d)
