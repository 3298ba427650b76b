"""Figures before, on and after the day units were renamed or merged: July 2025 in small."""

import json
from datetime import date
from decimal import Decimal

import pytest

from lms.indicators.rules.day import Day
from lms.indicators.rules.facts import Settings
from lms.indicators.rules.figure import Figure, canonical
from lms.indicators.rules.plan import Target
from lms.indicators.rules.vocabulary import Operator, Subject, TargetUnit, Window
from lms.indicators.snapshot_facts import pack_facts, unpack_facts
from lms.people.rules.unit_history import Change
from tests.indicators.village import (
    CLASSES,
    HOUSEHOLD,
    SMARTPHONE,
    Village,
    at_least,
    counted,
    figures_by_unit,
)

pytestmark = pytest.mark.pure

BEFORE, JULY, YEAR_END = date(2025, 6, 30), date(2025, 7, 1), date(2025, 12, 31)


def three_hamlets() -> Village:
    """A and B become one on 1/7/2025 that is called Đông Sơn from then on; C stays as it is."""
    village = Village()
    for unit, people in (("a", 3), ("b", 5), ("c", 2)):
        village.unit(unit)
        for n in range(people):
            village.person(f"{unit}{n}", home=unit, house=f"h-{unit}{n % 2}")
    village.attained("a0", on=date(2025, 3, 1)).attained("b0", on=date(2025, 9, 1))
    return village.unit_merged("a", "b", JULY).unit_renamed("b", "Đông Sơn", JULY)


def passed(figure: Figure) -> tuple[int | None, list[str]]:
    """The size of the population, and who of it passes."""
    return figure.population.size, sorted(map(str, figure.people))


def rows(figure: Figure) -> dict[str | None, tuple[int | None, int]]:
    return {row.name: (row.population, row.numerator) for row in figure.by_unit}


def test_a_day_before_shows_the_old_units_by_their_old_names() -> None:
    figure = three_hamlets().figure(counted(), as_of=BEFORE)
    assert rows(figure) == {"A": (3, 1), "B": (5, 0), "C": (2, 0)}


@pytest.mark.parametrize("day", [JULY, YEAR_END])
def test_from_the_day_on_the_rows_are_those_of_the_new_unit(day: date) -> None:
    figure = three_hamlets().figure(counted(), as_of=day)
    reached = 1 if day == JULY else 2
    assert rows(figure) == {"Đông Sơn": (8, reached), "C": (2, 0)}
    assert figure.outcome.numerator == reached
    assert figure.population.size == 10


def test_households_teams_and_urban_people_follow_their_unit() -> None:
    village = three_hamlets().team("tổ-a", "a").team("tổ-b", "b")
    village.member("c0", "digital_team", "tổ-a").attained("c0", "to-cong-nghe-so", "proficient")
    homes = counted("households", HOUSEHOLD, subject=Subject.HOUSEHOLD)
    assert rows(village.figure(homes, as_of=BEFORE))["A"] == (2, 1)
    assert rows(village.figure(homes, as_of=YEAR_END))["Đông Sơn"] == (4, 2)
    teams = counted("digital_teams", subject=Subject.TEAM)
    assert figures_by_unit(village.figure(teams, as_of=YEAR_END)) == {"b": (2, 0)}
    town = Village().unit("a").unit("b", "to_dan_pho", urban=True).person("p", home="a")
    town.unit_merged("a", "b", JULY)
    assert town.figure(counted("urban_adults"), as_of=BEFORE).population.size == 0
    assert town.figure(counted("urban_adults"), as_of=JULY).population.size == 1


def test_a_team_merged_into_another_brings_its_members() -> None:
    village = Village().unit("a").team("t1", "a").team("t2", "a").person("p").person("q")
    village.member("p", "digital_team", "t1").member("q", "digital_team", "t2")
    village.attained("q", "to-cong-nghe-so", on=date(2025, 1, 5)).unit_merged("t1", "t2", JULY)
    rule = counted("digital_teams", subject=Subject.TEAM)
    before, after = village.figure(rule, as_of=BEFORE), village.figure(rule, as_of=JULY)
    assert passed(before) == (2, ["t2"])
    assert passed(after) == (1, [])


def test_a_merged_unit_is_asked_for_nothing_and_what_it_held_counts_for_the_new_one() -> None:
    village = Village().unit("a").unit("b").unit("c").unit_merged("a", "b", date(2025, 7, 2))
    village.held(date(2025, 6, 30), unit="a").held(date(2025, 7, 2), unit="c")
    each = Target(Operator.AT_LEAST, Decimal(1), TargetUnit.EACH)
    rule = counted("residential_units", CLASSES, subject=Subject.UNIT, window=Window.WEEK)
    tuesday = village.figure(rule, each, as_of=date(2025, 7, 1))
    assert passed(tuesday) == (3, ["a"])
    wednesday = village.figure(rule, each, as_of=date(2025, 7, 2))
    assert passed(wednesday) == (2, ["b", "c"])


def test_chains_and_later_names() -> None:
    village = three_hamlets().unit_merged("b", "c", date(2026, 1, 1))
    village.unit_renamed("c", "Khối 1", date(2026, 3, 1))
    assert rows(village.figure(counted(), as_of=date(2026, 1, 1))) == {"C": (10, 2)}
    assert rows(village.figure(counted(), as_of=date(2026, 3, 1))) == {"Khối 1": (10, 2)}
    assert set(rows(village.figure(counted(), as_of=BEFORE))) == {"A", "B", "C"}


# --- declared figures -----------------------------------------------------------------------------


def declared(village: Village, day: date) -> tuple[int | None, dict[object, int | None]]:
    """The declared size on a day, and that of every row."""
    figure = village.figure(counted(), as_of=day)
    return figure.population.size, {row.unit: row.population for row in figure.by_unit}


@pytest.mark.parametrize(
    ("more", "whole", "of_b"),
    [
        ([], 130, 100),
        ([("b", 105, JULY)], 135, 105),
        ([("b", None, JULY)], None, None),
        ([("b", 61, BEFORE)], 131, 101),
        # A part that is counted once more stands beside the last figure of the other part alone.
        ([("b", 105, JULY), ("a", 41, date(2025, 9, 1))], 131, 101),
        # Of one day the whole holds.
        ([("b", 105, JULY), ("a", 41, JULY)], 135, 105),
        ([("b", 105, JULY), ("b", 106, date(2025, 8, 1))], 136, 106),
    ],
)
def test_declared_figures_of_merged_units_are_summed_and_never_counted_twice(
    more: list[tuple[str, int | None, date]], whole: int | None, of_b: int | None
) -> None:
    village = three_hamlets()
    for unit, value in (("a", 40), ("b", 60), ("c", 30)):
        village.declares(value, on=date(2025, 3, 1), unit=unit)
    for unit, number, day in more:
        village.declares(number, on=day, unit=unit)
    assert declared(village, YEAR_END) == (whole, {"b": of_b, "c": 30})
    assert declared(village, date(2025, 3, 1)) == (130, {"a": 40, "b": 60, "c": 30})


def test_declared_measures_are_summed_too() -> None:
    village = three_hamlets()
    for unit, n, d in (("a", 10, 40), ("b", 20, 60), ("c", 5, 30)):
        village.declares_measure(n, d, unit=unit, on=date(2025, 3, 1))
    figure = village.figure(counted("adults", SMARTPHONE), at_least(85), as_of=YEAR_END)
    assert figures_by_unit(figure) == {"b": (100, 30), "c": (30, 5)}
    assert (figure.outcome.numerator, figure.population.size) == (35, 130)
    assert len(figure.records) == 3


def test_a_closed_period_keeps_the_units_of_its_day() -> None:
    """A snapshot packs the facts; read again, they count the same."""
    village = three_hamlets()
    facts = village.facts()
    again = unpack_facts(pack_facts(facts))
    assert list(again.unit_changes) == list(facts.unit_changes)
    assert all(isinstance(row, Change) for row in again.unit_changes)
    for day in (BEFORE, JULY):
        before, after = Day(facts, day, Settings()), Day(again, day, Settings())
        assert before.unit_names == after.unit_names
        assert before.homes == after.homes
    assert not list(unpack_facts(pack_facts(Village().unit("a").facts())).unit_changes)


def test_a_change_that_waits_changes_nothing_and_the_report_stays_plain_json() -> None:
    village = three_hamlets()
    village.unit_merged("c", "b", date(2027, 1, 1))
    figure = village.figure(counted(), as_of=YEAR_END)
    assert set(rows(figure)) == {"Đông Sơn", "C"}
    assert json.dumps(canonical(figure), sort_keys=True).count('"unit": "b"') == 1
