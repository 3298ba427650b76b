"""Where a figure arrives at today's pace: a range, a verdict, and what each week would have to bring.

The method is one that can be said in a sentence: the people who came in by learning in the last four
weeks, as a pace per week; the low end leaves out the best of the four weeks, the high end the
worst; the population stays as it is today. Nothing is forecast where there is little to go by, and
never what another body counts. Pure and exact: whole people, no rounding in anybody's favour.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from lms.indicators.began import Course
from lms.indicators.rules.arithmetic import is_met
from lms.indicators.rules.deadlines import CalendarEntry
from lms.indicators.rules.evidence import window_start
from lms.indicators.rules.figure import Figure
from lms.indicators.rules.vocabulary import OUTSIDE_FACTS, CountedOf, MeasureKind, Subject

WEEKS = 4
WEEK = timedelta(days=7)
FEWEST = 5
"""Fewer people than this in four weeks are no pace."""
LOOKED_BACK = timedelta(days=30)


class Outlook(StrEnum):
    """What can be said about the way to the deadline."""

    MET = "met"
    NO_FIGURE = "no_figure"
    ELSEWHERE = "elsewhere"
    RESTARTS = "restarts"
    TOO_LITTLE = "too_little"
    STANDS_STILL = "stands_still"
    RANGE = "range"


class Arrival(StrEnum):
    """Whether the target is met at the deadline, at this pace."""

    WILL = "will"
    MAY = "may"
    WILL_NOT = "will_not"


@dataclass(frozen=True, slots=True)
class Forecast:
    """`low` and `high` are numerators at the end of `until`, of a population of `of`.

    `weekly` is how many more each week must bring to meet the target; None without a gap.
    """

    outlook: Outlook
    until: date
    low: int = 0
    high: int = 0
    of: int = 0
    arrival: Arrival | None = None
    weekly: int | None = None
    days: int = 0


def bounds_for(as_of: date) -> tuple[date, ...]:
    """The days a trend and a pace ask for: 30 days ago, and the ends of the last five weeks."""
    return (as_of - LOOKED_BACK, *(as_of - n * WEEK for n in range(WEEKS, -1, -1)))


def until_when(calendar: tuple[CalendarEntry, ...], as_of: date) -> date:
    """The cut-off of the next report; without one to come, the last day of the target's year."""
    coming = (e.as_of for e in calendar if e.as_of is not None and e.as_of > as_of)
    return min(coming, default=date(as_of.year, 12, 31))


def forecast(figure: Figure, course: Course | None, as_of: date, until: date) -> Forecast:
    """The way of one figure from `as_of` to `until`, both days counted whole."""
    weekly, days = _weekly(figure, as_of, until), (until - as_of).days
    told = _told(figure, course, as_of, until)
    if told is not None or course is None:
        return Forecast(told or Outlook.ELSEWHERE, until, weekly=weekly, days=days)
    n, of = figure.outcome.numerator or 0, figure.population.size or 0
    came = _came(course, as_of)
    outlook = Outlook.RANGE if sum(came) else Outlook.STANDS_STILL
    low, high = (min(of, n + more) for more in _more(came, days))
    arrival = _arrival(figure, low, high, of)
    return Forecast(outlook, until, low, high, of, arrival, weekly, days)


def _told(figure: Figure, course: Course | None, as_of: date, until: date) -> Outlook | None:
    """Why nothing is forecast; None when something is."""
    if figure.outcome.numerator is None or not figure.population.size or figure.outcome.exceeds:
        return Outlook.NO_FIGURE
    if figure.outcome.met:
        return Outlook.MET
    if course is None or not is_own(figure):
        return Outlook.ELSEWHERE
    window = figure.counted.window
    if window_start(window, until) != window_start(window, as_of):
        return Outlook.RESTARTS
    return Outlook.TOO_LITTLE if _is_little(course, as_of) else None


def is_own(figure: Figure) -> bool:
    """Whether our own classes and tests make the figure: the only kind that has a pace of ours."""
    measure, subject = figure.counted.measure, figure.counted.subject
    if measure.kind is MeasureKind.HAS_AT_LEAST and measure.of is CountedOf.MENTEES:
        return False
    kinds = (MeasureKind.ATTAINED, MeasureKind.TRAINED, MeasureKind.HAS_AT_LEAST)
    lists = not set(OUTSIDE_FACTS).isdisjoint(figure.counted.counted_proofs)
    of_people = subject is Subject.PERSON
    grouped = subject in (Subject.HOUSEHOLD, Subject.TEAM) and not lists
    return measure.kind in kinds and (of_people or grouped)


def _is_little(course: Course, as_of: date) -> bool:
    """Nobody before the four weeks, or too few in them for a pace. Nobody at all is a standstill."""
    came = sum(_came(course, as_of))
    return course.at(as_of - WEEKS * WEEK) == 0 or 0 < came < FEWEST


def _came(course: Course, as_of: date) -> tuple[int, ...]:
    """How many each of the last four weeks brought by learning, the oldest first."""
    by_end = dict(zip(course.bounds, course.learned, strict=True))
    ends = [as_of - n * WEEK for n in range(WEEKS - 1, -1, -1)]
    return tuple(sum(n for day, n in by_end.items() if end - WEEK < day <= end) for end in ends)


def _more(came: tuple[int, ...], days: int) -> tuple[int, int]:
    """How many more at the slower and at the faster pace of three weeks out of the four."""
    weeks, total = Fraction(days, 7), sum(came)
    slow, fast = (Fraction(total - out, WEEKS - 1) for out in (max(came), min(came)))
    return floor(slow * weeks), floor(fast * weeks)


def _arrival(figure: Figure, low: int, high: int, of: int) -> Arrival | None:
    if figure.target is None:
        return None
    if is_met(figure.target, low, of):
        return Arrival.WILL
    return Arrival.MAY if is_met(figure.target, high, of) else Arrival.WILL_NOT


def _weekly(figure: Figure, as_of: date, until: date) -> int | None:
    """How many each week must bring; within the last week, how many are left altogether."""
    gap, days = figure.outcome.gap_people, (until - as_of).days
    if not gap or days <= 0:
        return None
    return ceil(Fraction(gap * 7, days)) if days > 7 else gap
