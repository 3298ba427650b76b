"""Worked cases and settled choices: what counts as proof, for persons, households and teams."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from lms.core.clock import VIETNAM, day_of
from lms.indicators.rules.facts import Settings
from lms.indicators.rules.figure import State
from lms.indicators.rules.plan import Measure, Reading, Variant
from lms.indicators.rules.vocabulary import MeasureKind, Subject, TargetUnit
from tests.indicators.village import (
    CONFIRMED,
    HOUSEHOLD,
    MENTOR,
    TRAINED,
    Level,
    Village,
    Window,
    at_least,
    counted,
    figures_by_unit,
    indicator,
    population,
)

pytestmark = pytest.mark.pure

ADULTS = counted("adults")
END_2026 = date(2026, 12, 31)

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


# --- households, teams, mentors, learners, training -----------------------------------------------


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
    village = Village()
    for mentee in "12345":
        village.person(mentee)
    village.person("an").member("an", "ambassador").guides("an", *"12345", "5")
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
