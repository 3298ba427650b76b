"""How figures came about and where they go: the course ends in the figure, a forecast promises nothing."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.indicators.began import Course, Courses
from lms.indicators.forecast import Arrival, Forecast, Outlook, bounds_for, forecast, until_when
from lms.indicators.growth_view import month_ends
from lms.indicators.outlook import forecast_text, range_text
from lms.indicators.rules.day import Day
from lms.indicators.rules.deadlines import calendar_of
from lms.indicators.rules.engine import Bench
from lms.indicators.rules.facts import Facts, Settings
from lms.indicators.rules.figure import Figure, KnownBy, Size
from lms.indicators.rules.outcome import share_outcome
from lms.indicators.rules.plan import Counted, Measure, Population, Target
from lms.indicators.rules.vocabulary import (
    CountedOf,
    MeasureKind,
    Operator,
    Subject,
    TargetUnit,
    Window,
)
from tests.indicators.test_properties import DAY, PLANS, commune
from tests.indicators.village import Village

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 22)
DUE = date(2026, 12, 20)
FOUR_WEEKS = timedelta(days=28)


def figure(n: int | None, d: int, target: int | None = 80, **changes: object) -> Figure:
    """A figure of adults as the engine makes it."""
    counted = Counted(Subject.PERSON, Population("adults"), Measure(MeasureKind.ATTAINED))
    asked = target and Target(Operator.AT_LEAST, Decimal(target), TargetUnit.PERCENT)
    goal = asked or None
    return Figure(
        code="x",
        reading=None,
        counted=replace(counted, **changes),  # type: ignore[arg-type]  # The cases name real fields.
        target=goal,
        population=Size("adults", d, KnownBy.REGISTER, d),
        outcome=share_outcome(n, d, goal),
    )


def course(before: int, *weeks: int) -> Course:
    """So many before the four weeks, and so many in each of them."""
    bounds = bounds_for(TODAY)
    counted = [before, before]
    for came in weeks:
        counted.append(counted[-1] + came)
    return Course(tuple(sorted(bounds)), tuple(counted), (before, 0, *weeks))


@pytest.mark.parametrize(
    ("made", "way", "outlook", "low", "high", "arrival", "weekly"),
    [
        # 400 + 4 weeks at 20–20 a week: 480 of 800 is not 80%; 240 are asked, 60 each week.
        (figure(400, 800), course(320, 20, 20, 20, 20), "range", 480, 480, "will_not", 60),
        # The best week is left out below (24/3 = 8), the worst above (40/3): 4 weeks of each.
        (figure(600, 800), course(556, 20, 10, 10, 4), "range", 632, 653, "may", 10),
        (figure(630, 800), course(590, 10, 10, 10, 10), "range", 670, 670, "will", 3),
        # Nobody may be forecast twice: the population is the end.
        (figure(95, 100, 100), course(15, 20, 20, 20, 20), "range", 100, 100, "will", 2),
        (figure(400, 800), course(400, 0, 0, 0, 0), "stands_still", 400, 400, "will_not", 60),
        (figure(400, 800, None), course(320, 20, 20, 20, 20), "range", 480, 480, None, None),
        (figure(404, 800), course(400, 1, 1, 1, 1), "too_little", 0, 0, None, 59),
        (figure(80, 800), course(0, 20, 20, 20, 20), "too_little", 0, 0, None, 140),
        (figure(0, 800), course(0, 0, 0, 0, 0), "too_little", 0, 0, None, 160),
        (figure(700, 800), course(620, 20, 20, 20, 20), "met", 0, 0, None, None),
        (figure(None, 800), None, "no_figure", 0, 0, None, None),
        (figure(400, 800), None, "elsewhere", 0, 0, None, 60),
        (
            figure(400, 800, measure=Measure(MeasureKind.CONFIRMED)),
            course(320, 20, 20, 20, 20), "elsewhere", 0, 0, None, 60,
        ),
        (
            figure(4, 8, measure=Measure(MeasureKind.HAS_AT_LEAST, of=CountedOf.MENTEES)),
            course(4, 0, 0, 0, 0), "elsewhere", 0, 0, None, 1,
        ),
        (figure(400, 800, window=Window.WEEK), course(320, 20, 20, 20, 20), "restarts", 0, 0, None, 60),
    ],
)  # fmt: skip
def test_a_forecast_is_a_range_of_whole_people_or_says_why_there_is_none(
    made: Figure, way: Course | None, outlook: str, low: int, high: int, arrival: str | None,
    weekly: int | None,
) -> None:  # fmt: skip
    found = forecast(made, way, TODAY, DUE)
    assert (found.outlook, found.low, found.high) == (outlook, low, high)
    assert (found.arrival, found.weekly) == (arrival, weekly)


@pytest.mark.parametrize(
    ("low", "high", "of", "text"),
    [
        (880, 919, 1000, "88–91%"), (880, 889, 1000, "88%"), (0, 4, 1000, "dưới 1%"),
        (0, 0, 1000, "0%"), (999, 1000, 1000, "99–100%"), (9999, 9999, 10000, "99%"),
    ],
)  # fmt: skip
def test_a_range_is_cut_and_never_rounded_up(low: int, high: int, of: int, text: str) -> None:
    assert range_text(Forecast(Outlook.RANGE, DUE, low, high, of)) == text


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (
            Forecast(Outlook.RANGE, DUE, 880, 919, 1000, Arrival.WILL_NOT),
            "với nhịp 4 tuần qua, đến 20/12/2026 khoảng 88–91%: chưa đạt",
        ),
        (
            Forecast(Outlook.STANDS_STILL, DUE, 5, 5, 10, Arrival.WILL_NOT),
            "4 tuần qua không thêm ai; giữ nhịp này, đến 20/12/2026 vẫn như nay: chưa đạt",
        ),
        (Forecast(Outlook.TOO_LITTLE, DUE), "chưa đủ dữ liệu để dự báo"),
        (Forecast(Outlook.MET, DUE), ""),
        (Forecast(Outlook.NO_FIGURE, DUE), ""),
    ],
)
def test_a_forecast_is_said_in_one_plain_sentence(made: Forecast, text: str) -> None:
    assert forecast_text(made) == text


def test_the_deadline_is_the_next_cut_off_else_the_last_day_of_the_year() -> None:
    quarters = calendar_of(PLANS["dien-sanh"].reports, 2026)
    assert until_when(quarters, TODAY) == date(2026, 12, 9)
    assert until_when(quarters, date(2026, 12, 9)) == date(2026, 12, 31)
    assert until_when((), TODAY) == date(2026, 12, 31)


def test_somebody_counts_from_the_first_proof_that_still_counts() -> None:
    village = Village()
    village.unit("a", "thon")
    for name in ("lan", "mai", "tu"):
        village.person(name, date(1980, 1, 1), home="a")
    village.attained("lan", on=date(2026, 3, 10), proof="test_passed")
    village.attained("lan", on=date(2026, 5, 10), proof="task_observed")
    village.attained("mai", on=date(2026, 2, 1), level="basic", revoked=date(2026, 4, 1))
    village.attained("mai", on=date(2026, 6, 2))
    village.attained("tu", on=date(2026, 6, 3), proof="self_declared")
    way = courses_of(village.facts(), "hung-chau", "c", 2025)
    assert way.counted == (0, 0, 0, 1, 1, 1, 2)
    assert way.learned == (0, 0, 0, 1, 0, 0, 1)


def courses_of(facts: Facts, plan: str, code: str, level_year: int) -> Course:
    """The months of an indicator, counted by the rule of one of the plan's years."""
    indicator = next(one for one in PLANS[plan].indicators if one.code == code)
    bench = Bench(PLANS[plan], Day(facts, DAY, Settings()))
    made = bench.figure(code, "plan", indicator.years[level_year])
    found = Courses(bench.evidence, month_ends(DAY)).of(made)
    assert found is not None
    return found


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_course_ends_in_its_figure_and_never_falls(seed: int) -> None:
    facts = commune(seed).facts()
    for plan in PLANS.values():
        bench = Bench(plan, Day(facts, DAY, Settings()))
        courses = Courses(bench.evidence, (*month_ends(DAY), *bounds_for(DAY)))
        figures = [*map(bench.indicator, plan.indicators), *bench.commitments()]
        for one in figures:
            way = courses.of(one)
            if way is not None:
                assert way.counted[-1] == one.outcome.numerator, one.code
                assert list(way.counted) == sorted(way.counted), one.code
                assert sum(way.learned) <= way.counted[-1], one.code
