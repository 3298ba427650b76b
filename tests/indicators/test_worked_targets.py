"""Worked cases and settled choices: counts, declared figures, and what is said in silence."""

from datetime import date
from decimal import Decimal

import pytest

from lms.indicators.rules.facts import Settings
from lms.indicators.rules.figure import KnownBy, State, canonical
from lms.indicators.rules.plan import Measure, Population, Reading, Variant
from lms.indicators.rules.vocabulary import MeasureKind, Subject, TargetUnit
from tests.indicators.village import (
    CLASSES,
    SMARTPHONE,
    Level,
    Village,
    Window,
    at_least,
    counted,
    figures_by_unit,
    indicator,
    more_than,
    population,
)

pytestmark = pytest.mark.pure

ADULTS = counted("adults")
END_2025 = date(2025, 12, 31)

# --- counts ---------------------------------------------------------------------------------------


def test_classes_are_counted_in_their_week_quarter_year_or_ever() -> None:
    village = Village().held(date(2025, 5, 1)).held(date(2026, 1, 5), n=2).held(date(2026, 4, 6))
    day = date(2026, 4, 8)
    found = {
        window: village.figure(
            counted("residents", CLASSES, subject=Subject.THING, window=window), as_of=day
        ).outcome.numerator
        for window in Window
    }
    assert found == {Window.EVER: 4, Window.YEAR: 3, Window.QUARTER: 1, Window.WEEK: 1}


def test_a_count_has_no_rate_and_no_denominator() -> None:
    figure = (
        Village()
        .held(date(2026, 4, 6))
        .figure(counted("residents", CLASSES, subject=Subject.THING), at_least(2, TargetUnit.COUNT))
    )
    outcome = figure.outcome
    assert (outcome.state, outcome.rate, outcome.not_yet) == (State.OK, None, None)
    assert (outcome.met, outcome.needed, outcome.gap_people) == (False, 2, 1)
    assert len(figure.records) == 1


def test_each_unit_needs_its_own_class_in_the_week() -> None:
    village = Village().unit("a").unit("b", "to_dan_pho").unit("x", "truong")
    village.held(date(2026, 4, 6), unit="a").held(date(2026, 3, 30), unit="b")
    rule = counted("residential_units", CLASSES, subject=Subject.UNIT, window=Window.WEEK)
    figure = village.figure(rule, at_least(1, TargetUnit.EACH), as_of=date(2026, 4, 8))
    assert (figure.people, figure.missing) == ({"a"}, {"b"})
    assert (figure.outcome.needed, figure.outcome.met) == (2, False)
    assert figures_by_unit(figure) == {"a": (1, 1), "b": (1, 0)}


def test_people_posted_are_those_at_the_one_stop_centre() -> None:
    village = Village().unit("centre", "trung_tam_hcc").unit("school", "truong").person("an")
    village.person("binh").member("an", "ambassador", "centre").member(
        "binh", "ambassador", "school"
    )
    measure = Measure(MeasureKind.COUNT, what="posted", label="…", posted_at="trung_tam_hcc")
    rule = counted("ambassadors", measure, subject=Subject.THING)
    figure = village.figure(rule, at_least(1, TargetUnit.COUNT))
    assert (figure.people, figure.outcome.met) == ({"an"}, True)


def test_people_posted_may_be_entered_as_a_number_while_no_list_exists() -> None:
    measure = Measure(MeasureKind.COUNT, what="posted", label="…", posted_at="trung_tam_hcc")
    rule = counted("ambassadors", measure, subject=Subject.THING)
    assert Village().figure(rule).outcome.state is State.NO_DATA
    village = Village().held(date(2026, 4, 6), "posted", 2)
    assert village.figure(rule).outcome.numerator == 2


# --- denominators, declared figures, silence ------------------------------------------------------


def test_no_list_imported_yet_is_no_data() -> None:
    village = Village().person("an", home=None).attained("an")
    assert village.figure(ADULTS, at_least(80)).outcome.state is State.NO_DATA


def test_nothing_of_a_kind_ever_recorded_is_no_data_and_not_nought() -> None:
    outcome = Village().person("an").figure(ADULTS, at_least(80)).outcome
    assert (outcome.state, outcome.numerator, outcome.rate) == (State.NO_DATA, None, None)


def test_a_kind_recorded_with_nobody_in_it_is_nought() -> None:
    village = Village().person("an").person("binh", home=None).attained("binh")
    outcome = village.figure(ADULTS, at_least(80)).outcome
    assert (outcome.state, outcome.numerator, outcome.rate_text) == (State.OK, 0, "0%")


def test_no_data_is_said_before_no_denominator_and_both_before_no_target() -> None:
    village = Village().person("an", date(2020, 1, 1))
    assert village.figure(ADULTS).outcome.state is State.NO_DATA
    village.attained("an")
    assert village.figure(ADULTS).outcome.state is State.NO_DENOMINATOR
    village.person("binh")
    assert village.figure(ADULTS).outcome.state is State.NO_TARGET


def test_without_a_target_the_value_is_shown_and_nothing_is_compared() -> None:
    outcome = Village().person("an").person("binh").attained("an").figure(ADULTS).outcome
    assert (outcome.state, outcome.rate_text, outcome.not_yet) == (State.NO_TARGET, "50,0%", 1)
    assert (outcome.met, outcome.needed, outcome.gap_people) == (None, None, None)


def test_outside_the_plans_years_the_value_is_shown_without_a_target() -> None:
    village = Village().person("an").attained("an", on=date(2025, 1, 1))
    one = indicator(ADULTS, at_least(80), year=2025)
    assert village.figure(one, as_of=END_2025).outcome.state is State.OK
    for year in (2024, 2026):
        outcome = village.figure(one, as_of=date(year, 12, 31)).outcome
        assert outcome.state is State.NO_TARGET


def test_a_plan_without_a_last_year_keeps_its_last_targets() -> None:
    village = Village().person("an").attained("an")
    one = indicator(ADULTS, at_least(80), year=2025)
    assert village.figure(one, open_ended=True).outcome.met is True


def test_before_the_month_it_starts_in_an_indicator_has_no_target() -> None:
    village = Village().person("an").attained("an", on=date(2025, 1, 1))
    one = indicator(ADULTS, at_least(80), year=2025, starts=date(2025, 9, 1))
    early = village.figure(one, as_of=date(2025, 8, 31))
    assert (early.outcome.state, early.starts) == (State.NO_TARGET, date(2025, 9, 1))
    assert village.figure(one, as_of=date(2025, 9, 1)).outcome.met is True


def test_a_reading_never_brings_a_target_into_a_year_outside_the_plan() -> None:
    reading = Reading("x", "contradiction", "Phụ lục", "…", variant=Variant(target=at_least(50)))
    one = indicator(ADULTS, at_least(80), year=2025, readings=(reading,))
    assert Village().person("an").attained("an").figure(one).readings == ()


def test_a_declared_denominator_gives_the_missing_as_a_number_and_the_registers_count_beside() -> (
    None
):
    village = Village().person("an").person("binh").attained("an").declares(200)
    figure = village.figure(ADULTS, at_least(80))
    size = figure.population
    assert (size.known_by, size.size, size.register_size) == (KnownBy.DECLARED, 200, 2)
    assert (size.sources, size.declared_on, size.official) == (
        ("Công an xã",),
        date(2026, 1, 1),
        True,
    )
    assert (figure.outcome.not_yet, figure.outcome.gap_people, figure.missing) == (199, 159, None)


def test_the_commune_may_choose_the_register_over_a_declared_figure() -> None:
    village = Village().person("an").attained("an").declares(200)
    figure = village.figure(ADULTS, settings=Settings(denominators={"adults": "register"}))
    assert (figure.population.size, figure.missing) == (1, frozenset())
    wanted = Village().person("an").attained("an")
    blank = wanted.figure(ADULTS, settings=Settings(denominators={"adults": "declared"}))
    assert blank.outcome.state is State.NO_DENOMINATOR


def test_the_newest_declared_figure_on_or_before_the_day_holds() -> None:
    village = Village().person("an").attained("an").declares(100, on=date(2026, 1, 1))
    village.declares(110, on=date(2026, 6, 1)).declares(120, on=date(2026, 9, 1))
    assert village.figure(ADULTS, as_of=date(2026, 8, 31)).population.size == 110
    assert village.figure(ADULTS, as_of=date(2026, 9, 1)).population.size == 120


def test_of_one_day_an_official_figure_comes_before_an_estimate() -> None:
    village = Village().person("an").attained("an").declares(100).declares(150, official=False)
    assert village.figure(ADULTS).population.size == 100


def test_a_commune_figure_wins_over_a_sum_of_units_when_it_is_as_new() -> None:
    day = date(2026, 6, 1)
    village = Village().unit("a").unit("b").person("an").attained("an")
    village.declares(30, on=day, unit="a").declares(40, on=day, unit="b")
    figure = village.figure(ADULTS)
    assert figure.population.size == 70
    assert figures_by_unit(figure) == {"a": (30, 1), "b": (40, 0)}
    village.declares(100, on=date(2026, 1, 1))
    assert village.figure(ADULTS).population.size == 70
    village.declares(90, on=day)
    assert village.figure(ADULTS).population.size == 90


def test_a_sum_of_units_is_only_as_new_as_its_oldest_part() -> None:
    village = Village().person("an").attained("an").declares(90, on=date(2026, 3, 1))
    village.declares(30, on=date(2026, 1, 1), unit="a").declares(40, on=date(2026, 6, 1), unit="b")
    assert village.figure(ADULTS).population.size == 90


def test_a_sum_that_lacks_a_unit_never_stands_for_the_commune() -> None:
    """Two of three villages told newer figures: 70 people are not the commune."""
    day = date(2026, 6, 1)
    village = Village().unit("a").unit("b", "to_dan_pho").unit("c").unit("trường", "truong")
    village.person("an").person("binh").person("chi").attained("an")
    village.declares(30, on=day, unit="a").declares(40, on=day, unit="b")
    assert village.figure(ADULTS).population.known_by is KnownBy.REGISTER
    chosen = Settings(denominators={"adults": "declared"})
    silent = village.figure(ADULTS, settings=chosen).outcome
    assert silent.state is State.NO_DENOMINATOR
    village.declares(100, on=date(2026, 1, 1))
    assert village.figure(ADULTS).population.size == 100
    village.declares(25, on=day, unit="c")
    assert village.figure(ADULTS).population.size == 95
    # A village that has closed, or is part of another one now, is no longer asked for.
    village.unit("d").unit_merged("d", "c", date(2026, 7, 1))
    assert village.figure(ADULTS, as_of=date(2026, 6, 30)).population.size == 100
    assert village.figure(ADULTS).population.size == 100
    village.declares(60, on=date(2026, 7, 1), unit="c")
    assert village.figure(ADULTS).population.size == 130


def test_only_those_are_asked_whose_people_are_counted() -> None:
    village = Village().unit("a").unit("phố", "to_dan_pho", urban=True).person("an", home="phố")
    village.unit("x", "truong").unit("y", "truong").unit("ubnd", "co_quan")
    village.attained("an").declares(9, "urban_adults", unit="phố")
    village.member("em", "student", "x").person("em").declares(5, "students", unit="x")
    village.member("an", "public_sector", "ubnd").declares(8, "public_sector", unit="x")
    assert village.figure(counted("urban_adults")).population.size == 9
    village.unit("ngõ", "to_dan_pho", urban=True)
    assert village.figure(counted("urban_adults")).population.known_by is KnownBy.REGISTER
    assert village.figure(counted("students")).population.known_by is KnownBy.REGISTER
    village.declares(7, "students", unit="y").declares(6, "public_sector", unit="y")
    assert village.figure(counted("students")).population.size == 12
    assert village.figure(counted("public_sector")).population.known_by is KnownBy.REGISTER
    village.declares(20, "public_sector", unit="ubnd")
    assert village.figure(counted("public_sector")).population.size == 34


def test_a_measure_that_some_units_have_told_says_how_many_are_lacking() -> None:
    village = Village().unit("a").unit("b").unit("c").declares_measure(9, 10, unit="a")
    figure = village.figure(counted("adults", SMARTPHONE), at_least(50))
    assert (figure.outcome.numerator, figure.population.size, figure.lacks) == (9, 10, ("b", "c"))
    assert canonical(figure)["lacks"] == ["b", "c"]
    village.declares_measure(400, 900, on=date(2025, 12, 1))
    whole = village.figure(counted("adults", SMARTPHONE), at_least(50))
    assert (whole.outcome.numerator, whole.lacks) == (400, ())
    assert "lacks" not in canonical(whole)


def test_a_commune_figure_gives_unit_rows_without_a_population_of_their_own() -> None:
    village = Village().unit("a").person("an").attained("an").declares(90)
    (row,) = village.figure(ADULTS).by_unit
    assert (row.population, row.register_size, row.numerator) == (None, 1, 1)


def test_a_blank_denominator_is_a_missing_denominator() -> None:
    village = Village().person("an").attained("an").declares(None)
    outcome = village.figure(ADULTS, at_least(80)).outcome
    assert (outcome.state, outcome.numerator) == (State.NO_DENOMINATOR, 1)
    village = Village().declares_measure(40, None)
    assert village.figure(counted("adults", SMARTPHONE)).outcome.state is State.NO_DENOMINATOR


def test_school_levels_declared_one_by_one_add_up_and_unions_never_do() -> None:
    levels = population("students", "lower_secondary", "upper_secondary")
    village = Village().person("an").member("an", "student", level="lower_secondary")
    village.attained("an", "hoc-sinh").declares(300, "students(lower_secondary)")
    assert village.figure(counted(levels)).population.known_by is KnownBy.REGISTER
    village.declares(200, "students(upper_secondary)")
    assert village.figure(counted(levels)).population.size == 500
    union = Population("any_of", any_of=(population("traders"), population("farmers")))
    village.member("an", "trader").declares(10, "traders").declares(20, "farmers")
    assert village.figure(counted(union)).population.known_by is KnownBy.REGISTER


def test_a_declared_measure_is_never_computed_from_our_data() -> None:
    village = Village().person("an").attained("an")
    rule = counted("adults", SMARTPHONE)
    assert village.figure(rule).outcome.state is State.NO_DATA
    village.declares_measure(850, 1000)
    figure = village.figure(rule, more_than(85))
    assert (figure.outcome.numerator, figure.outcome.met) == (850, False)
    assert (figure.population.size, figure.population.register_size) == (1000, 1)
    assert figure.people == frozenset()


def test_declared_measures_of_units_are_summed_and_never_averaged() -> None:
    village = Village().unit("a").unit("b").declares_measure(9, 10, unit="a")
    village.declares_measure(10, 100, unit="b")
    figure = village.figure(counted("adults", SMARTPHONE), at_least(50))
    assert figure.outcome.rate == Decimal("17.2")
    assert figures_by_unit(figure) == {"a": (10, 9), "b": (100, 10)}


def test_a_numerator_above_its_denominator_is_flagged_and_not_clipped() -> None:
    village = Village().person("an").person("binh").attained("an").attained("binh").declares(1)
    outcome = village.figure(ADULTS, at_least(80)).outcome
    assert (outcome.exceeds, outcome.numerator, outcome.rate_text) == (True, 2, "200,0%")
    assert outcome.not_yet is None


def test_those_missing_and_those_needed_are_two_different_numbers() -> None:
    village = Village()
    for n in range(10):
        village.person(f"p{n}")
    village.attained("p0").attained("p1")
    figure = village.figure(ADULTS, at_least(50))
    assert (figure.outcome.not_yet, figure.outcome.gap_people) == (8, 3)
    assert figure.missing == {f"p{n}" for n in range(2, 10)}


def test_students_are_asked_for_basic_unless_the_commune_chooses() -> None:
    village = Village().person("an").member("an", "student", level="primary")
    village.attained("an", "hoc-sinh", "basic")
    assert village.figure(counted("students")).outcome.numerator == 1
    proficient = Settings(levels={"1": "proficient"})
    assert village.figure(counted("students"), settings=proficient).outcome.numerator == 0
    written = counted("students", level=Level.BASIC)
    assert village.figure(written, settings=proficient).outcome.numerator == 1
