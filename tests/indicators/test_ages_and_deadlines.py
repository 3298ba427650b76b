"""Full ages, and the calendar a plan's deadlines give."""

from datetime import date

import pytest

from lms.indicators.plan_file import load_plan, shipped_plans
from lms.indicators.rules.ages import (
    age_bands,
    birth_number,
    full_age,
    latest_birth_of_full_age,
)
from lms.indicators.rules.deadlines import (
    CalendarEntry,
    Due,
    DueKind,
    calendar_of,
    default_as_of,
    parse_due,
)

pytestmark = pytest.mark.pure


def is_full(born: date | int, age: int, on: date) -> bool:
    number = birth_number(None, born) if isinstance(born, int) else birth_number(born, born.year)
    assert number is not None
    return number <= latest_birth_of_full_age(age, on)


def test_born_31_12_2007_is_an_adult_on_31_12_2025_and_not_the_day_before() -> None:
    assert is_full(date(2007, 12, 31), 18, date(2025, 12, 31))
    assert not is_full(date(2007, 12, 31), 18, date(2025, 12, 30))


def test_a_year_only_birth_is_never_early() -> None:
    assert not is_full(2007, 18, date(2025, 12, 30))
    assert is_full(2007, 18, date(2025, 12, 31))
    assert not is_full(1966, 60, date(2026, 6, 1))


def test_born_on_29_2_comes_of_age_on_1_3_of_a_common_year() -> None:
    assert not is_full(date(2008, 2, 29), 18, date(2026, 2, 28))
    assert is_full(date(2008, 2, 29), 18, date(2026, 3, 1))
    assert is_full(date(2008, 2, 29), 16, date(2024, 2, 29))


def test_age_bands_change_on_the_birthday() -> None:
    born = 20080601
    assert age_bands([born], date(2026, 5, 31))[born] == "16-17"
    assert age_bands([born], date(2026, 6, 1))[born] == "18-29"
    assert age_bands([19660101, 20200101], date(2026, 6, 1)) == {
        19660101: "60+",
        20200101: "0-15",
    }
    assert full_age(born, date(2026, 5, 31)) == 17


def calendar(code: str, year: int = 2026) -> list[CalendarEntry]:
    plan = load_plan(shipped_plans()[code], code)
    return list(calendar_of(plan.reports, year))


def test_the_tenth_of_the_quarters_last_month_gives_four_days_and_cut_offs_a_day_before() -> None:
    days = [(entry.last_day, entry.as_of) for entry in calendar("dien-sanh")]
    assert days == [
        (date(2026, 3, 10), date(2026, 3, 9)),
        (date(2026, 6, 10), date(2026, 6, 9)),
        (date(2026, 9, 10), date(2026, 9, 9)),
        (date(2026, 12, 10), date(2026, 12, 9)),
    ]


def test_before_15_5_means_that_14_5_is_the_last_day() -> None:
    half, year = calendar("song-cong")
    assert (half.starts, half.ends) == (date(2026, 1, 1), date(2026, 6, 30))
    assert (half.last_day, half.as_of) == (date(2026, 5, 14), date(2026, 5, 13))
    assert (year.last_day, year.as_of) == (date(2026, 11, 14), date(2026, 11, 13))


def test_a_plan_that_names_no_day_gives_periods_without_a_day() -> None:
    entries = calendar("viet-tri")
    assert [entry.last_day for entry in entries] == [None] * 7
    assert {entry.duty for entry in entries} == {"quy", "sau-thang", "nam"}


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("ngày 10 tháng cuối quý", Due(DueKind.DAY_OF_LAST_MONTH, 10)),
        ("Trước  ngày 15/11", Due(DueKind.BEFORE, 15, 11)),
        ("ngày 20/6", Due(DueKind.ON, 20, 6)),
        ("không quy định", Due(DueKind.NOT_SET)),
    ],
)
def test_deadline_phrases_are_read(phrase: str, due: Due) -> None:
    assert parse_due(phrase) == due


@pytest.mark.parametrize(
    "phrase", ["trước 31/2", "ngày 30 tháng cuối quý", "trước 15/13", "cuối quý", "ngày 0/5"]
)
def test_a_deadline_that_does_not_exist_is_not_read(phrase: str) -> None:
    assert parse_due(phrase) is None


def test_before_1_3_is_the_last_of_february_in_any_year() -> None:
    plan = load_plan(shipped_plans()["song-cong"].replace("trước 15/5", "trước 1/3"), "x")
    assert calendar_of(plan.reports, 2028)[0].last_day == date(2028, 2, 29)
    assert calendar_of(plan.reports, 2026)[0].last_day == date(2026, 2, 28)


def test_the_cut_off_to_offer_is_that_of_the_next_deadline_and_never_a_day_to_come() -> None:
    entries = tuple(calendar("dien-sanh"))
    assert default_as_of(entries, date(2026, 3, 10)) == date(2026, 3, 9)
    assert default_as_of(entries, date(2026, 3, 1)) == date(2026, 3, 1)
    assert default_as_of(entries, date(2026, 12, 20)) == date(2026, 12, 20)
    assert default_as_of((), date(2026, 7, 1)) == date(2026, 7, 1)
