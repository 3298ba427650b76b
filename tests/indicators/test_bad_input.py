"""What comes late or against itself: back-dated facts, two homes at once, sums that do not fit.

People merged and split again, through the database: tests/indicators/test_db_facts.py.
"""

from datetime import date
from decimal import Decimal

import pytest

from lms.indicators.plan_file import PlanError, load_plan
from lms.indicators.rules.figure import Figure, State
from tests.indicators.village import MENTOR, Village, at_least, counted, figures_by_unit

pytestmark = pytest.mark.pure

SPRING, SUMMER, YEAR_END = date(2026, 3, 31), date(2026, 6, 30), date(2026, 12, 31)


def hamlet() -> Village:
    village = Village().unit("a").unit("b")
    for key in ("p0", "p1", "p2", "p3"):
        village.person(key)
    return village


def said(figure: Figure) -> tuple[int | None, int | None]:
    return figure.outcome.numerator, figure.population.size


def test_a_back_dated_result_counts_from_its_own_day_on_every_report() -> None:
    """It arrives in December and says March: the report of June has it too, that of February not."""
    village = hamlet().attained("p0", on=date(2026, 3, 1))
    assert said(village.figure(counted(), as_of=date(2026, 2, 28))) == (0, 4)
    assert said(village.figure(counted(), as_of=SUMMER)) == (1, 4)


def test_a_back_dated_revocation_stops_the_result_from_its_day_and_not_before() -> None:
    village = hamlet().attained("p0", on=date(2026, 3, 1), revoked=SUMMER)
    assert said(village.figure(counted(), as_of=date(2026, 6, 29))) == (1, 4)
    assert said(village.figure(counted(), as_of=SUMMER)) == (0, 4)


def test_a_revocation_dated_before_its_result_leaves_nothing_to_count() -> None:
    village = hamlet().attained("p0", on=SUMMER, revoked=SPRING)
    assert [said(village.figure(counted(), as_of=on)) for on in (SPRING, SUMMER, YEAR_END)] == [
        (0, 4)
    ] * 3


def test_a_back_dated_death_and_move_change_the_reports_of_their_day() -> None:
    village = hamlet().person("dead", died=SUMMER).person("gone", until=SUMMER)
    assert said(village.figure(counted(), as_of=date(2026, 6, 29)))[1] == 6
    assert said(village.figure(counted(), as_of=SUMMER))[1] == 4


def test_a_move_between_villages_is_counted_once_on_its_day() -> None:
    village = hamlet().attained("p0", on=SPRING)
    village.person("p4", home="a", until=SUMMER).home("p4", "b", since=SUMMER)
    before = figures_by_unit(village.figure(counted(), as_of=date(2026, 6, 29)))
    after = figures_by_unit(village.figure(counted(), as_of=SUMMER))
    assert (before["a"][0], before.get("b")) == (5, None)
    assert (after["a"][0], after["b"][0]) == (4, 1)


def test_a_mentee_who_died_is_guided_no_more() -> None:
    """Found by the oracle: a mentor of five kept them all after one had died."""
    village = hamlet().member("p0", "mentor")
    for n in range(5):
        village.person(f"m{n}", died=SUMMER if n == 0 else None)
    village.guides("p0", *(f"m{n}" for n in range(5)))
    rule = counted("mentors", MENTOR)
    assert said(village.figure(rule, as_of=SPRING)) == (1, 1)
    assert said(village.figure(rule, as_of=SUMMER)) == (0, 1)


def test_of_two_homes_of_one_day_the_one_with_a_household_holds_whatever_the_keys() -> None:
    """Found by the oracle: which home held depended on the keys of the villages."""
    for first, second in (("a", "b"), ("b", "a")):
        village = Village().unit("a").unit("b").person("p", home=first, house="h", since=SPRING)
        village.home("p", second, since=SPRING).attained("p", on=SPRING)
        assert set(figures_by_unit(village.figure(counted()))) == {first}


def test_a_numerator_above_the_figures_of_merged_units_is_flagged_and_not_clipped() -> None:
    village = hamlet().unit_merged("a", "b", SUMMER)
    for key in ("p0", "p1", "p2"):
        village.attained(key)
    village.declares(1, on=SPRING, unit="a").declares(1, on=SPRING, unit="b")
    figure = village.figure(counted(), at_least(100))
    assert said(figure) == (3, 2)
    assert figure.outcome.exceeds
    assert figure.outcome.rate == Decimal("150.0")
    assert figure.outcome.not_yet is None
    assert figures_by_unit(figure) == {"b": (2, 3)}


def test_a_population_declared_as_nought_is_a_missing_denominator_and_not_100() -> None:
    figure = hamlet().attained("p0").declares(0, on=SPRING).figure(counted(), at_least(100))
    assert figure.outcome.state is State.NO_DENOMINATOR
    assert (figure.outcome.rate, figure.outcome.met) == (None, None)


def test_a_plan_with_a_year_missing_is_refused_with_the_year_and_what_to_do() -> None:
    text = """
code: thieu-nam
title: Thiếu năm
place: {kind: xã, name: Thử, province: Thử}
letterhead: ubnd
years: [2025, 2026]
indicators:
  - no: 1
    title: Người dân
    where: "II"
    population: adults
    measure: attained
    targets:
      2025: {operator: ">=", value: 80}
"""
    with pytest.raises(PlanError, match="thiếu năm 2026"):
        load_plan(text, "thieu-nam")
