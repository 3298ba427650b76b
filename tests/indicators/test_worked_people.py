"""Worked cases and settled choices: who is in a population, and rows that add up."""

from datetime import date

import pytest

from lms.indicators.rules.engine import YearMismatch, compute
from lms.indicators.rules.facts import Settings
from lms.indicators.rules.plan import Population
from tests.indicators.village import (
    Village,
    counted,
    figures_by_unit,
    indicator,
    plan,
    population,
)

pytestmark = pytest.mark.pure

OFFICIALS = counted("public_sector")
ADULTS = counted("adults")
END_2025 = date(2025, 12, 31)
END_2026 = date(2026, 12, 31)

# --- people and populations -----------------------------------------------------------------------


def test_born_31_12_2007_is_an_adult_on_31_12_2025() -> None:
    village = Village().person("an", date(2007, 12, 31)).attained("an", on=END_2025)
    assert village.figure(ADULTS, as_of=END_2025).population.size == 1
    assert village.figure(ADULTS, as_of=date(2025, 12, 30)).population.size == 0


def test_moved_out_on_1_11_is_in_no_residence_population_on_31_12_and_still_an_official() -> None:
    village = (
        Village().person("an", until=date(2026, 11, 1)).official("an").attained("an", "can-bo")
    )
    assert village.figure(ADULTS, as_of=date(2026, 10, 31)).population.size == 1
    assert village.figure(ADULTS).population.size == 0
    assert village.figure(counted("residents")).population.size == 0
    assert village.figure(OFFICIALS).outcome.numerator == 1


def test_the_day_of_moving_out_is_the_first_day_out() -> None:
    village = Village().person("an", until=date(2026, 11, 1))
    assert village.figure(ADULTS, as_of=date(2026, 11, 1)).population.size == 0


def test_a_death_counts_from_its_day() -> None:
    village = Village().person("an", died=date(2026, 5, 5)).official("an")
    assert village.figure(OFFICIALS, as_of=date(2026, 5, 4)).population.size == 1
    assert village.figure(OFFICIALS, as_of=date(2026, 5, 5)).population.size == 0


def test_an_official_who_lives_here_counts_in_officials_and_in_adults() -> None:
    village = Village().person("an").official("an").attained("an", "can-bo")
    assert village.figure(OFFICIALS).outcome.numerator == 1
    assert village.figure(ADULTS).outcome.numerator == 1


def test_an_official_of_the_next_commune_is_in_officials_and_not_in_adults() -> None:
    village = Village().person("an", home=None).person("binh").official("an")
    assert village.figure(OFFICIALS).population.size == 1
    assert village.figure(ADULTS).population.size == 1


def test_an_unknown_birth_is_in_no_population_that_asks_for_an_age() -> None:
    village = Village().person("an", None).person("binh", 1990).person("chi", 2008)
    size = village.figure(ADULTS, as_of=date(2026, 6, 1)).population
    assert size.size == 1
    assert size.births is not None
    assert (size.births.year_only, size.births.waiting, size.births.unknown) == (1, 1, 1)


def test_temporary_residents_count_unless_the_commune_says_no() -> None:
    village = Village().person("an", temporary=True)
    assert village.figure(ADULTS).population.size == 1
    without = village.figure(ADULTS, settings=Settings(count_temporary=False))
    assert without.population.size == 0


def test_of_two_homes_at_once_the_later_one_holds() -> None:
    village = Village().person("an", home="a", since=date(2020, 1, 1))
    village.home("an", "b", since=date(2025, 1, 1)).attained("an")
    assert figures_by_unit(village.figure(ADULTS)) == {"b": (1, 1)}


def test_urban_adults_are_those_of_urban_units() -> None:
    village = Village().unit("a", urban=True).unit("b").person("an").person("binh", home="b")
    assert village.figure(counted("urban_adults")).population.size == 1


def test_a_union_counts_each_person_once() -> None:
    village = Village().person("an").member("an", "trader").member("an", "farmer").person("binh")
    union = Population(
        "any_of", any_of=tuple(population(code) for code in ("traders", "farmers", "residents"))
    )
    assert village.figure(counted(union)).population.size == 2


def test_from_primary_school_on_ends_with_upper_secondary() -> None:
    village = Village()
    for level in ("primary", "lower_secondary", "upper_secondary", "tertiary"):
        village.person(level, date(2012, 1, 1)).member(level, "student", level=level)
    rule = counted(population("students", "primary", "lower_secondary", "upper_secondary"))
    assert village.figure(rule).population.size == 3
    assert village.figure(counted("students")).population.size == 4


def test_ward_officials_belong_to_the_public_sector() -> None:
    village = Village().person("an").member("an", "ward_official").official("an")
    assert village.figure(OFFICIALS).population.size == 1


def test_poor_and_disabled_people_are_those_who_live_here() -> None:
    village = Village().person("an").member("an", "poor").person("binh", home=None)
    village.member("binh", "poor").member("binh", "disabled")
    assert village.figure(counted("poor")).population.size == 1
    assert village.figure(counted("disabled")).population.size == 0


# --- merges ---------------------------------------------------------------------------------------


def test_two_records_of_one_person_are_counted_once_on_every_date() -> None:
    village = Village().person("an").person("an-2", home="b").merged("an-2", "an")
    village.attained("an").attained("an-2", "can-bo")
    for day in (date(2026, 1, 1), END_2026):
        assert village.figure(ADULTS, as_of=day).population.size == 1
    assert village.figure(ADULTS).outcome.numerator == 1


def test_the_survivors_blanks_are_filled_from_the_duplicate() -> None:
    village = Village().person("an", 1990).person("an-2", date(1990, 2, 3), home=None, sex="nu")
    village.merged("an-2", "an").attained("an-2")
    figure = village.figure(ADULTS)
    assert figure.population.births is not None
    assert figure.population.births.year_only == 0
    assert [(row.group, row.numerator) for row in figure.by_sex] == [("nu", 1)]


def test_a_bare_year_is_not_filled_from_a_birth_in_another_year() -> None:
    village = Village().person("an", 2010).person("an-2", date(1990, 2, 3)).merged("an-2", "an")
    assert village.figure(ADULTS).population.size == 0


def test_a_chain_of_merges_ends_with_its_last_survivor() -> None:
    village = Village().person("a1").person("a2").person("a3").merged("a3", "a2").merged("a2", "a1")
    village.attained("a3")
    figure = village.figure(ADULTS)
    assert figure.people == {"a1"}
    assert figure.population.size == 1


# --- breakdowns -----------------------------------------------------------------------------------


def test_unit_rows_follow_residence_and_the_rest_stand_in_a_row_of_their_own() -> None:
    village = Village().unit("a").unit("b").person("an").person("binh", home="b")
    village.person("chi", home=None).official("an").official("binh").official("chi")
    village.attained("an", "can-bo").attained("chi", "can-bo")
    figure = village.figure(OFFICIALS)
    assert figures_by_unit(figure) == {"a": (1, 1), "b": (1, 0), None: (1, 1)}
    assert [row.name for row in figure.by_unit] == ["A", "B", None]


def test_rows_by_sex_and_age_add_up_to_the_whole() -> None:
    village = Village().person("an", date(1950, 1, 1), sex="nam").person("binh", sex="nu")
    village.person("chi", 1999).attained("an").attained("chi")
    figure = village.figure(ADULTS)
    assert [(r.group, r.population, r.numerator) for r in figure.by_sex] == [
        ("nam", 1, 1),
        ("nu", 1, 0),
        (None, 1, 1),
    ]
    assert [(r.group, r.population, r.numerator) for r in figure.by_age] == [
        ("18-29", 1, 1),
        ("45-59", 1, 0),
        ("60+", 1, 1),
    ]


def test_the_targets_year_is_the_cut_offs_year() -> None:
    with pytest.raises(YearMismatch):
        compute(plan(indicator(ADULTS)), Village().facts(), 2026, END_2025)
