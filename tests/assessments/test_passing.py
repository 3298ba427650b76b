"""Passing, trying again, and the chance of passing by guessing."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules import (
    EarlierTry,
    Mark,
    draw_form,
    form_guess_chance,
    guess_chance,
    mark_answers,
    may_try,
    passes,
)
from assessments.rules.marking import ItemMark
from courses.activities import KINDS
from courses.activity_parts import Option
from courses.chance import needed_points
from courses.loader import LoadedProgramme, shipped_programmes
from courses.rules import Blueprint, BlueprintRow, Item, PassRule, SkillBar
from tests.factories.content import REVIEWED, SKILLS, small_version

pytestmark = pytest.mark.pure

RULE = PassRule("basic", 75, must_pass=(SkillBar("an-toan", 60),))
VERSION = small_version()
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def marked(safe: int, other: int, **told: bool) -> Mark:
    """A mark of 3 items on safety and 9 others, with that many right."""
    items = [ItemMark(f"a{n}", "an-toan", int(n < safe), 1, True) for n in range(3)]
    items += [ItemMark(f"b{n}", "khac", int(n < other), 1, True) for n in range(9)]
    return Mark(tuple(items), **told)


def codes(mark: Mark, rule: PassRule = RULE) -> list[str]:
    return [reason.code for reason in passes(mark, rule).reasons]


def test_nine_of_twelve_pass_at_three_quarters() -> None:
    assert passes(marked(2, 7), RULE).passed
    (reason,) = passes(marked(2, 6), RULE).reasons
    assert (reason.code, reason.got, reason.needed) == ("total", 8, 9)


def test_a_skill_that_must_be_passed_is_asked_for_beside_the_total() -> None:
    (reason,) = passes(marked(1, 9), RULE).reasons
    assert (reason.code, reason.skill, reason.got, reason.needed) == ("skill", "an-toan", 1, 2)


def test_a_provisional_or_unsubmitted_mark_never_passes() -> None:
    assert codes(marked(3, 9, provisional=True)) == ["provisional"]
    assert codes(marked(3, 9, provisional=True, submitted=False)) == ["not_submitted"]


def test_a_form_without_the_skill_that_must_be_passed_does_not_pass() -> None:
    rule = PassRule("basic", 50, must_pass=(SkillBar("xa", 1),))
    assert codes(marked(3, 9), rule) == ["skill"]
    assert codes(Mark(()), PassRule("basic", 50)) == ["total"]


@given(st.integers(1, 100), st.integers(0, 40))
def test_the_points_needed_are_the_least_that_reach_the_share(share: int, most: int) -> None:
    needed = needed_points(share, most)
    assert 100 * needed >= share * most
    assert needed == 0 or 100 * (needed - 1) < share * most


@given(st.integers(0, 3), st.integers(0, 9))
def test_more_right_answers_never_turn_a_pass_into_a_fail(safe: int, other: int) -> None:
    if passes(marked(safe, other), RULE).passed:
        assert passes(marked(min(3, safe + 1), min(9, other + 1)), RULE).passed


def test_marks_are_counted_by_skill_and_strange_answers_count_for_nothing() -> None:
    form = draw_form(VERSION, VERSION.blueprint("certifying", "basic"), "s")
    rights = {asked.item.id: tuple(asked.item.right_options) for asked in form.items}
    found = mark_answers(form, rights | {"khác": ("x",)})
    assert (found.total, found.max, found.missing) == (12, 12, ())
    assert [(one.skill, one.points, one.max) for one in found.skills] == [
        (skill, 4, 4) for skill in sorted(SKILLS)
    ]
    assert mark_answers(form, dict.fromkeys(rights, ("không có",))).total == 0


def item(kind: str, right: int, wrong: int) -> Item:
    options = [Option(f"r{n}", f"r{n}", right=True) for n in range(right)]
    options += [Option(f"w{n}", f"w{n}") for n in range(wrong)]
    return Item("i", kind, "an-toan", 1, "basic", "?", "!", "s", REVIEWED, tuple(options))


@pytest.mark.parametrize(
    ("response", "points"),
    [(("r0", "r1"), 1), (("r1", "r0"), 1), (("r0",), 0), (("r0", "r1", "w0"), 0), ((), 0)],
)
def test_a_multiple_choice_counts_only_when_it_is_wholly_right(
    response: tuple[str, ...], points: int
) -> None:
    assert KINDS["multiple"].points(item("multiple", 2, 2), response) == points


def tried(hours_ago: float, *, passed: bool = False, supervised: bool = False) -> EarlierTry:
    at = NOON - hours_ago * HOUR
    return EarlierTry(at, at, passed, supervised)


def test_the_first_try_may_begin_at_once() -> None:
    assert may_try(NOON, [], RULE).allowed
    assert may_try(NOON, [], RULE).tries_left == 3


def test_after_a_fail_a_day_has_to_pass() -> None:
    answer = may_try(NOON, [tried(23)], RULE)
    assert (answer.code, answer.not_before, answer.tries_left) == ("wait", NOON + HOUR, 2)
    assert may_try(NOON, [tried(24)], RULE).allowed


def test_the_waiting_time_runs_from_the_end_of_the_last_fail() -> None:
    long_try = EarlierTry(NOON - 30 * HOUR, NOON - 20 * HOUR)
    assert may_try(NOON, [long_try], RULE).not_before == NOON + 4 * HOUR


def test_three_fails_use_up_the_tries() -> None:
    assert may_try(NOON, [tried(200), tried(100), tried(50)], RULE).code == "no_tries"


def test_an_open_try_is_gone_on_with() -> None:
    answer = may_try(NOON, [EarlierTry(NOON, None)], RULE)
    assert (answer.allowed, answer.code, answer.tries_left) == (False, "open", 2)


def test_a_voided_try_does_not_count() -> None:
    voided = EarlierTry(NOON, None, voided=True)
    assert may_try(NOON, [voided], RULE) == may_try(NOON, [], RULE)


def test_who_passed_at_home_may_take_the_supervised_test_at_once() -> None:
    assert may_try(NOON, [tried(1, passed=True)], RULE).allowed
    assert may_try(NOON, [tried(1, passed=True, supervised=True)], RULE).code == "reached"


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans(), st.booleans()), max_size=6))
def test_the_answer_does_not_depend_on_the_order_of_the_tries(
    history: list[tuple[int, bool, bool]],
) -> None:
    tries = [tried(h, passed=p, supervised=s) for h, p, s in history]
    assert may_try(NOON, tries, RULE) == may_try(NOON, tries[::-1], RULE)


@given(st.lists(st.sampled_from([2, 3, 4, 5]), min_size=1, max_size=7), st.integers(1, 100))
def test_the_guessing_chance_is_that_of_all_outcomes_counted_out(
    options: list[int], share: int
) -> None:
    """Against the sum over every pattern of right and wrong answers."""
    items = [
        Item(
            f"i{n}", "single", SKILLS[n % 2], 1, "basic", "?", "!", "s", REVIEWED,
            tuple(Option(f"o{m}", str(m), right=m == 0) for m in range(count)), certifying=True,
        )
        for n, count in enumerate(options)
    ]  # fmt: skip
    rule = PassRule("basic", share, must_pass=(SkillBar(SKILLS[0], 60),))
    expected = Fraction(0)
    for pattern in product((0, 1), repeat=len(items)):
        marks = [ItemMark(i.id, i.skill, p, 1, True) for i, p in zip(items, pattern, strict=True)]
        if passes(Mark(tuple(marks)), rule).passed:
            chances = [Fraction(1, count) for count in options]
            expected += prod(c if p else 1 - c for c, p in zip(chances, pattern, strict=True))
    version = small_version()
    version = type(version)(**{
        name: getattr(version, name)
        for name in ("programme", "modules", "observed_tasks", "pass_rules", "media", "blueprints")
    } | {"items": tuple(items)})  # fmt: skip
    counts = {skill: sum(i.skill == skill for i in items) for skill in SKILLS}
    rows = tuple(BlueprintRow(skill, count) for skill, count in counts.items() if count)
    blueprint = Blueprint("certifying", "basic", rows)
    assert guess_chance(version, blueprint, rule, 1) == expected
    assert form_guess_chance(draw_form(version, blueprint, "s"), rule) == expected
    assert guess_chance(version, blueprint, rule) == 1 - (1 - expected) ** 3


def test_ten_of_twelve_with_four_options_is_the_textbook_binomial() -> None:
    """P(X ≥ 10), X ~ B(12, 1/4), is (66·9 + 12·3 + 1) / 4¹² = 631 / 16777216."""
    blueprint = VERSION.blueprint("certifying", "basic")
    assert guess_chance(VERSION, blueprint, PassRule("basic", 80), 1) == Fraction(631, 16777216)


def test_a_multiple_choice_is_guessed_by_one_who_knows_how_many_are_right() -> None:
    assert KINDS["multiple"].guess(item("multiple", 2, 2)) == Fraction(1, 6)
    assert KINDS["single"].guess(item("single", 1, 3)) == Fraction(1, 4)


@pytest.mark.parametrize("loaded", shipped_programmes(), ids=lambda one: one.version.code)
def test_guessers_pass_shipped_certifying_forms_in_at_most_one_case_of_a_hundred(
    loaded: LoadedProgramme,
) -> None:
    version = loaded.version
    for rule in version.pass_rules:
        blueprint = version.blueprint("certifying", rule.level)
        assert guess_chance(version, blueprint, rule) <= Fraction(1, 100)
