"""When a plan wants its reports: rules that give a calendar of any year.

Source: design/domain.md: period, deadline and cut-off are three things. "trước 15/5" means that
14/5 is the last day; the cut-off (`as_of`) is by default the day before the last day.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Period(StrEnum):
    """What a report covers; `unspecified` when the plan only says "định kỳ"."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    UNSPECIFIED = "unspecified"


class DueKind(StrEnum):
    """The three ways plans write a deadline, and the silence of the others."""

    DAY_OF_LAST_MONTH = "day_of_last_month"
    BEFORE = "before"
    ON = "on"
    NOT_SET = "not_set"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline rule: a day of the period's last month, or a day and month of the year."""

    kind: DueKind
    day: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class ReportDuty:
    """One kind of report a plan asks for: who to whom, which period, due when."""

    code: str
    title: str
    where: str
    period: Period
    due: Due
    sender: tuple[str, ...] = ()
    receiver: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One report of one period. `last_day` and `as_of` are None where the plan names no day."""

    duty: str
    title: str
    period: Period
    starts: date
    ends: date
    last_day: date | None
    as_of: date | None


_PHRASES = (
    (re.compile(r"ngày (\d{1,2}) tháng cuối (?:quý|kỳ)"), DueKind.DAY_OF_LAST_MONTH),
    (re.compile(r"trước (?:ngày )?(\d{1,2})/(\d{1,2})"), DueKind.BEFORE),
    (re.compile(r"ngày (\d{1,2})/(\d{1,2})"), DueKind.ON),
)


def parse_due(text: str) -> Due | None:
    """Read a deadline phrase; None when it is not one of the four.

    "ngày 10 tháng cuối quý", "trước 15/5", "ngày 20/6", "không quy định".
    """
    phrase = " ".join(text.lower().split())
    if phrase == "không quy định":
        return Due(DueKind.NOT_SET)
    for pattern, kind in _PHRASES:
        if match := pattern.fullmatch(phrase):
            return _checked(kind, *(int(number) for number in match.groups()))
    return None


def _checked(kind: DueKind, day: int, month: int | None = None) -> Due | None:
    """A due rule whose day exists every year; 28 is the last day every month has."""
    longest = 28 if month is None else monthrange(2001, month)[1] if 1 <= month <= 12 else 0
    return Due(kind, day, month) if 1 <= day <= longest else None


def periods_of(period: Period, year: int) -> tuple[tuple[date, date], ...]:
    """First and last day of every such period of a year."""
    months = {Period.QUARTER: 3, Period.HALF_YEAR: 6}.get(period, 12)
    return tuple(
        (date(year, first, 1), date(year, first + months - 1, _month_end(year, first + months - 1)))
        for first in range(1, 13, months)
    )


def _month_end(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def last_day(due: Due, ends: date) -> date | None:
    """The last day on which the report of a period ending on `ends` is in time."""
    if due.day is None:
        return None
    if due.kind is DueKind.DAY_OF_LAST_MONTH:
        return ends.replace(day=due.day)
    named = date(ends.year, due.month or ends.month, due.day)
    return named - timedelta(days=1) if due.kind is DueKind.BEFORE else named


def calendar_of(duties: tuple[ReportDuty, ...], year: int) -> tuple[CalendarEntry, ...]:
    """Every report of a year in order of its last day; those without a day stand at the end."""
    entries = [_entry(duty, *span) for duty in duties for span in _spans(duty, year)]
    return tuple(sorted(entries, key=lambda e: (e.last_day or date.max, e.ends, e.duty)))


def _spans(duty: ReportDuty, year: int) -> tuple[tuple[date, date], ...]:
    """The periods a duty covers; a deadline that names a day of the year has the one around it."""
    spans = periods_of(duty.period, year)
    if duty.due.month is None or duty.due.day is None:
        return spans
    named = date(year, duty.due.month, duty.due.day)
    return tuple((starts, ends) for starts, ends in spans if starts <= named <= ends)


def _entry(duty: ReportDuty, starts: date, ends: date) -> CalendarEntry:
    last = last_day(duty.due, ends)
    cut_off = None if last is None else last - timedelta(days=1)
    return CalendarEntry(duty.code, duty.title, duty.period, starts, ends, last, cut_off)


def default_as_of(calendar: tuple[CalendarEntry, ...], today: date) -> date:
    """The cut-off to offer today: that of the next deadline, but never a day to come."""
    coming = (e.as_of for e in calendar if e.last_day and e.as_of and e.last_day >= today)
    return min(next(coming, today), today)
