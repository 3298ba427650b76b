"""Item statistics: published figures reproduced, textbook formulas beside ours, laws that always hold."""

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.rules import statistics as s
from assessments.rules.statistics import Choice, Given, Question

pytestmark = pytest.mark.pure

# The counts of the 32 response patterns 00000, 00001, … 11111 of a thousand people to five questions
# of the Law School Admission Test: R. D. Bock and M. Lieberman, "Fitting a response model for n
# dichotomously scored items", Psychometrika 35 (1970), 179-197; sections 6 and 7.
LSAT6 = (
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
    10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
)  # fmt: skip
LSAT7 = (
    12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28,
    7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308,
)  # fmt: skip
# What is published of them: R. P. Chalmers, "mirt: a multidimensional item response theory package for
# the R environment", Journal of Statistical Software 48(6) (2012), 1-29; output of `itemstats` in the
# package's reference manual, pages LSAT6 and LSAT7: mean and item-rest correlation ("total.r_if_rm") of
# each item, alpha and its standard error of measurement.
PUBLISHED6 = (
    ((0.924, 0.113), (0.709, 0.153), (0.553, 0.173), (0.763, 0.144), (0.870, 0.122)),
    (0.295, 0.869),
)
PUBLISHED7 = (
    ((0.828, 0.246), (0.658, 0.247), (0.772, 0.313), (0.606, 0.223), (0.843, 0.175)),
    (0.453, 0.886),
)


def row(points: Sequence[int | None]) -> dict[str, Given]:
    """A person's points on items 0, 1, …; None was not asked."""
    return {f"{n:02}": Given(x) for n, x in enumerate(points) if x is not None}


def spelled_out(counts: Sequence[int]) -> list[dict[str, Given]]:
    """A row for each of the thousand people."""
    patterns = product((0, 1), repeat=5)
    return [row(p) for p, people in zip(patterns, counts, strict=True) for _ in range(people)]


@pytest.mark.parametrize(
    ("counts", "published"), [(LSAT6, PUBLISHED6), (LSAT7, PUBLISHED7)], ids=["LSAT6", "LSAT7"]
)
def test_the_figures_of_bock_and_lieberman_come_out_as_published(
    counts: Sequence[int],
    published: tuple[Sequence[tuple[float, float]], tuple[float, float]],
) -> None:
    rows = spelled_out(counts)
    tallies = s.tally(rows)
    found = [s.figures(tallies[item], Question()) for item in sorted(tallies)]
    assert [(round(f.facility, 3), round(f.item_rest or 0, 3)) for f in found if f] == list(
        published[0]
    )
    whole = s.reliability(rows, 5)
    assert whole is not None
    # The published error is s·√(1-α) with n-1 in s, as ours.
    assert (round(whole.alpha, 3), round(whole.error, 3)) == published[1]
    assert (whole.people, whole.pairs, whole.complete) == (1000, 10, True)


def test_the_totals_of_lsat6_are_its_patterns_added_up() -> None:
    assert s.totals(spelled_out(LSAT6), 5) == (3, 20, 85, 237, 357, 298)


# --- the textbook, written another way ----------------------------------------------------------


def kr20(table: Sequence[Sequence[int]]) -> float:
    """k/(k-1)·(1 - Σpq/σ²), exact until the end (Kuder and Richardson 1937, formula 20)."""
    n, k = len(table), len(table[0])
    shares = [Fraction(sum(person[i] for person in table), n) for i in range(k)]
    sums = [Fraction(sum(person)) for person in table]
    mean = sum(sums) / n
    variance = sum((x - mean) ** 2 for x in sums) / n
    return float(Fraction(k, k - 1) * (1 - sum(p * (1 - p) for p in shares) / variance))


def point_biserial(right: Sequence[float], wrong: Sequence[float]) -> float:
    """(M₁ - M₀)·√(pq)/σ, the textbook's way to correlate right or wrong with a measure."""
    all_ = [*right, *wrong]
    mean = sum(all_) / len(all_)
    sigma = math.sqrt(sum((x - mean) ** 2 for x in all_) / len(all_))
    p = len(right) / len(all_)
    return (sum(right) / len(right) - sum(wrong) / len(wrong)) * math.sqrt(p * (1 - p)) / sigma


tables = st.integers(2, 6).flatmap(
    lambda k: st.lists(
        st.lists(st.integers(0, 1), min_size=k, max_size=k), min_size=30, max_size=60
    )
)
holed = st.integers(3, 6).flatmap(
    lambda k: st.lists(
        st.lists(st.sampled_from([0, 1, 1, None]), min_size=k, max_size=k), min_size=30, max_size=60
    )
)


@given(tables)
@settings(max_examples=60, deadline=None)
def test_alpha_for_holes_is_kr20_where_there_are_none(table: list[list[int]]) -> None:
    found = s.reliability([row(person) for person in table], len(table[0]))
    if len({sum(person) for person in table}) == 1:
        assert found is None or found.alpha < -1e6
        return
    assert found is not None
    assert found.alpha == pytest.approx(kr20(table), rel=1e-9, abs=1e-9)


@given(tables)
@settings(max_examples=60, deadline=None)
def test_the_error_of_measurement_is_the_spread_times_the_root_of_what_is_not_reliable(
    table: list[list[int]],
) -> None:
    found = s.reliability([row(person) for person in table], len(table[0]))
    sums = [sum(person) for person in table]
    if found is None or len(set(sums)) == 1:
        return
    mean = sum(sums) / len(sums)
    variance = sum((x - mean) ** 2 for x in sums) / (len(sums) - 1)
    assert found.error**2 == pytest.approx(variance * (1 - found.alpha), rel=1e-9, abs=1e-9)


@given(tables)
@settings(max_examples=60, deadline=None)
def test_the_item_rest_correlation_is_the_point_biserial_of_the_textbook(
    table: list[list[int]],
) -> None:
    found = s.figures(s.tally(map(row, table))["00"], Question())
    assert found is not None
    right = [float(sum(person[1:])) for person in table if person[0]]
    wrong = [float(sum(person[1:])) for person in table if not person[0]]
    if not right or not wrong or len({*right, *wrong}) == 1:
        assert found.item_rest is None
        return
    assert found.item_rest == pytest.approx(point_biserial(right, wrong), abs=1e-9)


# --- laws ---------------------------------------------------------------------------------------


@given(holed, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_people_changes_nothing(
    table: list[list[int | None]], dice: random.Random
) -> None:
    rows = [row(person) for person in table]
    mixed = dice.sample(rows, len(rows))
    assert s.tally(rows) == s.tally(mixed)
    assert s.totals(rows, 3) == s.totals(mixed, 3)
    one, other = s.reliability(rows, 3), s.reliability(mixed, 3)
    assert (one is None) == (other is None)
    assert one is None or other is None or one.alpha == pytest.approx(other.alpha)


@given(tables)
@settings(max_examples=50, deadline=None)
def test_everybody_right_on_one_more_question_changes_no_correlation(
    table: list[list[int]],
) -> None:
    """A constant added to every total is no information about anybody."""
    before = s.figures(s.tally(map(row, table))["00"], Question())
    after = s.figures(s.tally(row([*person, 1]) for person in table)["00"], Question())
    assert before is not None
    assert after is not None
    assert after.upper_lower == pytest.approx(before.upper_lower)
    assert (after.item_rest is None) == (before.item_rest is None)
    assert after.item_rest is None or after.item_rest == pytest.approx(before.item_rest, abs=1e-9)


@given(tables)
@settings(max_examples=50, deadline=None)
def test_turning_right_into_wrong_turns_no_correlation(table: list[list[int]]) -> None:
    turned = [[1 - x for x in person] for person in table]
    one = s.figures(s.tally(map(row, table))["00"], Question())
    other = s.figures(s.tally(map(row, turned))["00"], Question())
    assert one is not None
    assert other is not None
    assert other.facility == pytest.approx(1 - one.facility)
    assert other.upper_lower == pytest.approx(one.upper_lower)
    assert (other.item_rest is None) == (one.item_rest is None)
    assert one.item_rest is None or other.item_rest == pytest.approx(one.item_rest, abs=1e-9)


@given(holed)
@settings(max_examples=50, deadline=None)
def test_every_figure_stays_in_its_bounds(table: list[list[int | None]]) -> None:
    for counts in s.tally(map(row, table)).values():
        found = s.figures(counts, Question())
        if found is None:
            assert sum(counts.values()) < s.LEAST_PEOPLE
            continue
        assert 0 <= found.low <= found.facility <= found.high <= 1
        assert found.item_rest is None or -1.000001 <= found.item_rest <= 1.000001
        assert found.upper_lower is None or -1 <= found.upper_lower <= 1


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    # A. Agresti, Categorical Data Analysis, 2nd edition (2002), 16: of 25 people none: 0 to 0.133.
    low, high = s.wilson(0, 25)
    assert (round(low, 3), round(high, 3)) == (0.0, 0.133)
    z, n, p = 1.959963984540054, 40, 0.7
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert s.wilson(28, 40) == pytest.approx((middle - half, middle + half))


def test_holes_at_random_leave_alpha_where_it_is() -> None:
    """Each of 4,000 people sees 10 of 20 questions of one trait: alpha is near that of all for ten."""
    dice = random.Random(757)
    whole, seen = [], []
    for _ in range(4000):
        able = dice.gauss(0, 1)
        person = [int(dice.random() < 1 / (1 + math.exp(n / 10 - 1 - able))) for n in range(20)]
        asked = set(dice.sample(range(20), 10))
        whole.append(row(person))
        seen.append(row([x if n in asked else None for n, x in enumerate(person)]))
    full, holes = s.reliability(whole, 10), s.reliability(seen, 10)
    assert full is not None
    assert holes is not None
    assert abs(full.alpha - holes.alpha) < 0.015
    assert (full.complete, holes.complete) == (True, False)
    assert holes.pairs == 190


# --- nothing under thirty -----------------------------------------------------------------------


def test_nothing_is_said_of_twenty_nine_people() -> None:
    rows = [row([n % 2, n % 3 and 1, 1]) for n in range(29)]
    assert s.figures(s.tally(rows)["00"], Question()) is None
    assert s.reliability(rows, 3) is None
    assert s.totals(rows, 3) is None
    rows.append(row([1, 1, 1]))
    assert s.figures(s.tally(rows)["00"], Question()) is not None
    assert s.reliability(rows, 3) is not None
    assert s.totals(rows, 3) is not None


def test_no_reliability_where_no_thirty_people_saw_the_same_two_questions() -> None:
    rows = [row([n % 2, None, 1]) if n % 2 else row([None, 1, n % 3 and 1]) for n in range(58)]
    assert s.reliability(rows, 2) is None


def test_no_reliability_where_everybody_did_the_same() -> None:
    assert s.reliability([row([1, 0, 1])] * 40, 3) is None


def test_a_question_asked_alone_has_a_facility_and_no_correlation() -> None:
    found = s.figures(s.tally([row([n % 2]) for n in range(40)])["00"], Question())
    assert found is not None
    assert (found.facility, found.item_rest, found.upper_lower) == (0.5, None, None)


# --- choices ------------------------------------------------------------------------------------

KEY, TRAP, IDLE = (
    Choice("dung", right=True, offered=True),
    Choice("sai", offered=True),
    Choice("thua", offered=True),
)
NAMED = {choice.key: choice for choice in (KEY, TRAP, IDLE)}
SINGLE = Question(
    guess=1 / 3,
    chosen=lambda response: [NAMED[token] for token in response],
    offered=(KEY, TRAP, IDLE),
)


def answered(chosen: str, strong: bool) -> dict[str, Given]:
    """A person who chose this, and is right on all or none of three other questions."""
    own = Given(int(chosen == "dung"), (chosen,) if chosen else ())
    return {"cau": own, **{f"khac-{n}": Given(int(strong)) for n in range(3)}}


def told(rows: list[dict[str, Given]]) -> s.Figures:
    found = s.figures(s.tally(rows)["cau"], SINGLE)
    assert found is not None
    return found


def test_a_good_question_has_no_flag() -> None:
    strong = [answered("dung", True)] * 20
    weak = [answered("sai", False)] * 14 + [answered("thua", False)] * 6
    found = told(strong + weak)
    assert found.flags == ()
    assert found.item_rest == pytest.approx(1)
    assert found.upper_lower == 1
    assert [(f.choice.key, f.count, f.rest) for f in found.choices] == [
        ("dung", 20, 1.0),
        ("sai", 14, 0.0),
        ("thua", 6, 0.0),
    ]


def test_a_wrong_option_that_the_best_choose_makes_the_key_suspect() -> None:
    found = told(
        [answered("sai", True)] * 20
        + [answered("dung", False)] * 15
        + [answered("thua", False)] * 5
    )
    assert found.flags[:2] == ("key_suspect", "negative")
    assert [f.choice.key for f in found.choices if f.beats_key] == ["sai"]
    assert found.upper_lower == pytest.approx(-0.75)


def test_an_option_that_nobody_chooses_is_dead() -> None:
    found = told([answered("dung", True)] * 20 + [answered("sai", False)] * 20)
    assert found.flags == ("dead",)
    idle = next(f for f in found.choices if f.choice == IDLE)
    assert (idle.dead, idle.count, idle.rest) == (True, 0, None)


def test_where_few_are_wrong_no_option_is_called_dead() -> None:
    rows = [answered("dung", n % 2 == 0) for n in range(37)] + [answered("sai", False)] * 3
    assert told(rows).flags == ()


def test_a_question_nobody_fails_is_too_easy_and_nothing_is_said_of_its_options() -> None:
    found = told([answered("dung", n % 2 == 0) for n in range(40)])
    assert found.flags == ("too_easy",)
    assert found.item_rest is None


def test_a_question_no_better_than_guessing_is_too_hard() -> None:
    rows = [answered("dung", n % 2 == 0) for n in range(14)]
    rows += [answered("sai", n % 2 == 0) for n in range(13)]
    rows += [answered("thua", n % 2 == 0) for n in range(13)]
    assert "too_hard" in told(rows).flags


def test_an_answer_left_out_counts_as_wrong_and_has_its_own_line() -> None:
    found = told([answered("dung", True)] * 20 + [answered("", True)] * 20)
    left_out = found.choices[-1]
    assert (left_out.choice.key, left_out.count, left_out.beats_key) == ("", 20, False)
    assert found.facility == 0.5


def test_people_tied_at_the_edge_of_the_upper_group_count_in_part() -> None:
    found = told([answered("dung", True)] * 20 + [answered("sai", True)] * 20)
    assert [f.upper for f in found.choices if f.count] == pytest.approx([0.5, 0.5])
    assert found.upper_lower == 0
    assert not any(f.beats_key for f in found.choices)
