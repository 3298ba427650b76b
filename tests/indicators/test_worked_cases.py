"""The worked cases and settled choices of the design, one sentence each."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from lms.core.clock import VIETNAM, day_of
from lms.indicators.rules.engine import YearMismatch, compute
from lms.indicators.rules.facts import Settings
from lms.indicators.rules.figure import KnownBy, State
from lms.indicators.rules.plan import Measure, Population, Reading, Variant
from lms.indicators.rules.vocabulary import MeasureKind, Subject, TargetUnit
from tests.indicators.village import (
    CLASSES,
    CONFIRMED,
    HOUSEHOLD,
    MENTOR,
    SMARTPHONE,
    TRAINED,
    Level,
    Village,
    Window,
    at_least,
    counted,
    figures_by_unit,
    indicator,
    more_than,
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


# --- evidence -------------------------------------------------------------------------------------


def test_an_attainment_at_23_30_on_31_12_vietnam_time_counts_in_that_year() -> None:
    vietnam = datetime(2026, 12, 31, 23, 30, tzinfo=VIETNAM)
    utc = datetime(2027, 1, 1, 6, 30, tzinfo=UTC) - timedelta(hours=14)
    assert vietnam == utc
    village = Village().person("an").attained("an", on=day_of(vietnam))
    village.person("binh").attained("binh", on=day_of(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)))
    yearly = counted("adults", window=Window.YEAR)
    assert village.figure(yearly, as_of=END_2026).people == {"an"}
    assert village.figure(yearly, as_of=date(2027, 1, 1)).people == {"binh"}


def test_an_attainment_on_31_12_counts_in_that_year_and_not_the_day_before() -> None:
    village = Village().person("an").attained("an", on=END_2026)
    yearly = counted("adults", window=Window.YEAR)
    assert village.figure(yearly).outcome.numerator == 1
    assert village.figure(yearly, as_of=date(2026, 12, 30)).outcome.numerator == 0
    assert village.figure(yearly, as_of=date(2027, 1, 1)).outcome.numerator == 0
    assert village.figure(ADULTS, as_of=date(2027, 1, 1)).outcome.numerator == 1


def test_windows_begin_with_the_year_the_quarter_and_monday() -> None:
    village = Village().person("an").attained("an", on=date(2026, 6, 30))
    quarter, week = (counted("adults", window=w) for w in (Window.QUARTER, Window.WEEK))
    assert village.figure(quarter, as_of=date(2026, 6, 30)).outcome.numerator == 1
    assert village.figure(quarter, as_of=date(2026, 7, 1)).outcome.numerator == 0
    assert village.figure(week, as_of=date(2026, 7, 5)).outcome.numerator == 1
    assert village.figure(week, as_of=date(2026, 7, 6)).outcome.numerator == 0


def test_proficient_implies_basic_and_not_the_other_way_round() -> None:
    village = Village().person("an").attained("an", level="proficient")
    village.person("binh").attained("binh", level="basic")
    assert village.figure(counted("adults", level=Level.BASIC)).outcome.numerator == 2
    assert village.figure(counted("adults", level=Level.PROFICIENT)).outcome.numerator == 1


@pytest.mark.parametrize(
    "programme", ["nguoi-dan", "nguoi-cao-tuoi", "tieu-thuong-4t", "nguoi-lao-dong", "can-bo"]
)
def test_an_adults_basic_may_come_from_any_accepted_programme(programme: str) -> None:
    village = Village().person("an").attained("an", programme)
    assert village.figure(ADULTS).outcome.numerator == 1


def test_an_adults_basic_does_not_come_from_the_pupils_programme() -> None:
    village = Village().person("an").attained("an", "hoc-sinh")
    assert village.figure(ADULTS).outcome.numerator == 0


def test_officials_workers_and_students_accept_their_own_programme() -> None:
    village = Village().person("an").official("an").member("an", "worker").attained("an")
    village.member("an", "student", level="tertiary")
    for code in ("public_sector", "workers", "students"):
        assert village.figure(counted(code)).outcome.numerator == 0
    village.attained("an", "nguoi-lao-dong")
    assert village.figure(counted("workers")).outcome.numerator == 1


def test_level_and_proof_must_come_from_one_attainment() -> None:
    village = Village().person("an").attained("an", level="proficient", proof="self_declared")
    village.attained("an", level="basic", proof="task_observed")
    assert village.figure(counted("adults", level=Level.PROFICIENT)).outcome.numerator == 0
    assert village.figure(counted("adults", level=Level.BASIC)).outcome.numerator == 1


def test_a_self_declaration_counts_only_where_the_plan_accepts_it() -> None:
    village = Village().person("an").attained("an", proof="self_declared")
    assert village.figure(ADULTS).outcome.numerator == 0
    rule = counted("adults", accepts=("self_declared", "test_passed"))
    assert village.figure(rule).outcome.numerator == 1


def test_a_revocation_stops_counting_from_its_day_and_stays_visible_before() -> None:
    village = Village().person("an").attained("an", revoked=date(2026, 8, 1))
    assert village.figure(ADULTS, as_of=date(2026, 7, 31)).outcome.numerator == 1
    assert village.figure(ADULTS, as_of=date(2026, 8, 1)).outcome.numerator == 0


def test_a_confirmation_counts_from_its_own_date() -> None:
    village = Village().person("an").outside("an", on=date(2026, 4, 2))
    rule = counted("adults", CONFIRMED)
    assert village.figure(rule, as_of=date(2026, 4, 1)).outcome.numerator == 0
    assert village.figure(rule, as_of=date(2026, 4, 2)).outcome.numerator == 1


def test_confirmed_is_never_inferred_from_our_own_results() -> None:
    village = Village().person("an").attained("an", proof="task_observed")
    assert village.figure(counted("adults", CONFIRMED)).outcome.state is State.NO_DATA
    village.person("binh").outside("binh")
    assert village.figure(counted("adults", CONFIRMED)).outcome.numerator == 1


def test_a_total_of_confirmations_from_the_police_holds_while_no_list_was_imported() -> None:
    village = Village().person("an").declares_measure(120, 400, "vneid_confirmed")
    outcome = village.figure(counted("adults", CONFIRMED), at_least(50)).outcome
    assert (outcome.numerator, outcome.rate_text, outcome.met) == (120, "30,0%", False)
    village.outside("an")
    assert village.figure(counted("adults", CONFIRMED)).outcome.numerator == 1


def test_outside_facts_count_only_for_an_indicator_that_names_them() -> None:
    village = Village().person("an").outside("an", "prior_record", programme="nguoi-dan")
    village.person("binh").attained("binh")
    assert village.figure(ADULTS).outcome.numerator == 1
    rule = counted("adults", accepts=("test_supervised", "prior_record"))
    figure = village.figure(rule)
    assert figure.outcome.numerator == 2
    assert figure.outside["prior_record"] == 1


def test_an_outside_fact_counts_for_its_own_programme_and_for_basic_when_silent() -> None:
    rule = {"accepts": ("external_certificate", "vneid_confirmed")}
    village = Village().person("an").outside("an", "external_certificate", programme="hoc-sinh")
    assert village.figure(counted("adults", **rule)).outcome.numerator == 0
    village.person("binh").outside("binh", "external_certificate")
    assert village.figure(counted("adults", **rule)).outcome.numerator == 0
    village.person("chi").outside("chi", "external_certificate", programme="nguoi-dan")
    village.person("dung").outside("dung")
    assert village.figure(counted("adults", **rule)).outcome.numerator == 2
    proficient = counted("adults", level=Level.PROFICIENT, **rule)
    assert village.figure(proficient).outcome.numerator == 0


def test_the_strongest_then_the_earliest_proof_is_the_one_that_counted() -> None:
    village = (
        Village().person("an").attained("an", proof="test_passed", on=date(2026, 1, 1), key="x")
    )
    village.attained("an", proof="task_observed", on=date(2026, 3, 1), key="z")
    village.attained("an", proof="task_observed", on=date(2026, 2, 1), key="y")
    figure = village.figure(ADULTS)
    assert figure.evidence_of("an") == ("y",)
    assert figure.evidence_of("nobody") == ()


def test_the_ladder_counts_everybody_at_least_on_each_rung() -> None:
    day = date(2026, 3, 1)
    village = Village().person("an").came("an", day).person("binh").came("binh", learned=day)
    village.person("chi").attained("chi", proof="self_declared")
    village.person("dung").attained("dung", proof="task_observed")
    village.person("em", home=None).attained("em", proof="task_observed")
    assert village.figure(ADULTS).ladder == {
        "attended": 4,
        "learned": 3,
        "self_declared": 2,
        "test_passed": 1,
        "test_supervised": 1,
        "task_observed": 1,
    }


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


# --- households, teams, mentors, learners, training ----------------------------------------------


def test_a_trained_pupil_makes_the_household_trained() -> None:
    village = Village().person("ba", house="h1").person("con", date(2014, 1, 1), house="h1")
    village.person("co", house="h2", home="b").attained("con", "hoc-sinh")
    rule = counted("households", HOUSEHOLD, subject=Subject.HOUSEHOLD)
    figure = village.figure(rule, at_least(100, TargetUnit.EACH))
    assert (figure.outcome.numerator, figure.population.size, figure.outcome.met) == (1, 2, False)
    assert figure.people == {"h1"}
    assert figure.missing == {"h2"}
    assert len(figure.evidence_of("h1")) == 1
    assert figures_by_unit(figure) == {"a": (1, 1), "b": (1, 0)}


def test_a_household_whose_proven_member_moved_out_is_no_longer_trained() -> None:
    village = Village().person("ba", house="h1")
    village.person("con", house="h1", until=date(2026, 6, 1)).attained("con")
    rule = counted("households", HOUSEHOLD, subject=Subject.HOUSEHOLD)
    assert village.figure(rule, as_of=date(2026, 5, 31)).outcome.numerator == 1
    assert village.figure(rule).outcome.numerator == 0


def test_a_team_has_it_when_all_its_active_members_have_it() -> None:
    village = Village().team("t1", "a").team("t2", "b").team("t3")
    for who, team in (("an", "t1"), ("binh", "t1"), ("chi", "t2")):
        village.person(who).member(who, "digital_team", team)
        village.attained(who, "to-cong-nghe-so", "proficient")
    village.person("dung").member("dung", "digital_team", "t1")
    rule = counted("digital_teams", subject=Subject.TEAM, level=Level.PROFICIENT)
    figure = village.figure(rule, at_least(100))
    assert figure.people == {"t2"}
    assert (figure.outcome.numerator, figure.population.size) == (1, 3)
    assert figures_by_unit(figure) == {"a": (1, 0), "b": (1, 1), None: (1, 0)}


def test_a_member_who_left_the_team_no_longer_holds_it_back() -> None:
    village = Village().team("t1", "a").person("an").member("an", "digital_team", "t1")
    village.attained("an", "to-cong-nghe-so").person("binh")
    village.member("binh", "digital_team", "t1", until=date(2026, 6, 1))
    rule = counted("digital_teams", subject=Subject.TEAM)
    assert village.figure(rule, as_of=date(2026, 5, 31)).outcome.numerator == 0
    assert village.figure(rule).outcome.numerator == 1


def test_the_other_reading_of_all_teams_counts_their_members() -> None:
    village = Village().team("t1").person("an").person("binh")
    village.member("an", "digital_team", "t1").member("binh", "digital_team", "t1")
    village.attained("an", "to-cong-nghe-so")
    variant = Variant(subject=Subject.PERSON, population=population("digital_team"))
    reading = Reading("thanh-vien", "reading", "III.6", "Thành viên", variant=variant)
    rule = counted("digital_teams", subject=Subject.TEAM)
    figure = village.figure(indicator(rule, at_least(100), readings=(reading,)))
    assert (figure.outcome.numerator, figure.population.size) == (0, 1)
    (other,) = figure.readings
    assert (other.reading, other.outcome.numerator, other.population.size) == ("thanh-vien", 1, 2)


def test_the_commune_may_choose_a_reading_and_the_plans_own_stays_beside_it() -> None:
    village = Village().person("an").person("binh").came("an", date(2026, 3, 1))
    village.attained("an", "ai-mot-cong-cu")
    reading = Reading(
        "toan-dan", "reading", "III.8", "…", variant=Variant(population=population("residents"))
    )
    rule = counted("learners", programmes=("ai-mot-cong-cu",))
    one = indicator(rule, at_least(60), readings=(reading,))
    plain = village.figure(one)
    assert (plain.reading, plain.population.size, plain.outcome.met) == ("plan", 1, True)
    chosen = village.figure(one, settings=Settings(readings={"1": "toan-dan"}))
    assert (chosen.reading, chosen.population.size, chosen.outcome.met) == ("toan-dan", 2, False)
    assert [other.reading for other in chosen.readings] == ["plan"]


def test_learners_are_those_enrolled_or_present_in_the_year_of_the_cut_off() -> None:
    village = Village().person("an", home=None).came("an", enrolled=date(2026, 2, 1))
    village.person("binh").came("binh", date(2026, 1, 9), enrolled=date(2025, 12, 1), klass="cũ")
    village.person("chi").came("chi", date(2025, 3, 1), enrolled=date(2025, 2, 1), klass="cũ")
    rule = counted("learners")
    assert village.figure(rule, as_of=END_2026).population.size == 2
    assert village.figure(rule, as_of=date(2026, 1, 8)).population.size == 0


def test_a_mentor_needs_five_different_mentees() -> None:
    village = Village().person("an").member("an", "ambassador").guides("an", *"12345", "5")
    village.person("binh").member("binh", "ward_official").guides("binh", "1", "2", "binh")
    village.person("chi").member("chi", "ambassador")
    figure = village.figure(counted("mentors", MENTOR), at_least(100, TargetUnit.EACH))
    assert (figure.people, figure.population.size) == ({"an"}, 2)
    assert figure.evidence_of("an") == ("1", "2", "3", "4", "5")


def test_nobody_is_his_own_mentee() -> None:
    village = Village().person("an").member("an", "mentor").guides("an", *"1234", "an")
    assert village.figure(counted("mentors", MENTOR)).outcome.numerator == 0


def test_trained_means_the_asked_share_of_sessions_and_no_test() -> None:
    days = [date(2026, 3, n) for n in (1, 8, 15, 22)]
    village = Village().person("an").member("an", "digital_team").person("binh")
    village.member("binh", "digital_team").came("an", *days, programme="to-cong-nghe-so")
    village.came("binh", *days[:3], programme="to-cong-nghe-so")
    rule = counted("digital_team", TRAINED)
    assert village.figure(rule).people == {"an"}
    assert village.figure(rule, as_of=date(2026, 3, 21)).outcome.numerator == 0
    yearly = counted("digital_team", TRAINED, window=Window.YEAR)
    assert village.figure(yearly, as_of=date(2027, 1, 1)).outcome.numerator == 0


def test_a_share_that_is_not_a_whole_number_of_sessions_is_rounded_up() -> None:
    days = [date(2026, 3, n) for n in (1, 8, 15, 22)]
    measure = Measure(MeasureKind.TRAINED, share=Decimal(70))
    village = Village().person("an").person("binh").member("an", "worker").member("binh", "worker")
    village.came("an", *days, programme="nguoi-lao-dong")
    village.came("binh", *days[:3], programme="nguoi-lao-dong")
    assert village.figure(counted("workers", measure)).people == {"an"}


def test_sessions_of_two_merged_records_in_one_class_are_added_up() -> None:
    village = Village().person("an").person("an-2", home=None).merged("an-2", "an")
    village.member("an", "worker").came("an", date(2026, 3, 1), programme="nguoi-lao-dong", total=2)
    village.came("an-2", date(2026, 3, 8), programme="nguoi-lao-dong", total=2)
    rule = counted("workers", Measure(MeasureKind.TRAINED, share=Decimal(100)))
    assert village.figure(rule).people == {"an"}


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
