"""A report taken apart by group and by month: what its figures do not say themselves.

By unit, sex and age band a figure is broken down by the engine. Groups overlap, so their rows add
up to nothing; months say on which day everybody in the figure came into it (`lms.indicators.began`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.indicators.began import Courses
from lms.indicators.growth_view import month_ends
from lms.indicators.rules.day import Day
from lms.indicators.rules.evidence import Evidence
from lms.indicators.rules.facts import Facts
from lms.indicators.rules.figure import Figure, PlanReport
from lms.indicators.rules.vocabulary import MEMBERSHIP_KINDS, Subject, Window

NO_GROUP = ""
"""The row of those who belong to no group."""


@dataclass(frozen=True, slots=True)
class GroupPart:
    """One group's part of a figure; `population` is None where nobody is listed."""

    group: str
    population: int | None
    numerator: int


@dataclass(frozen=True, slots=True)
class MonthPart:
    """Up to which day, how many came since the row before, and how many counted then in all."""

    ends: date
    new: int
    total: int


@dataclass(frozen=True, slots=True)
class Parts:
    """Breakdowns by the code of a figure; a figure that cannot be taken apart so is not there."""

    groups: Mapping[str, tuple[GroupPart, ...]]
    months: Mapping[str, tuple[MonthPart, ...]]

    def data(self) -> dict[str, Any]:
        """As plain data, the same for the same parts."""
        return {
            "groups": {
                code: [
                    {"group": one.group, "population": one.population, "numerator": one.numerator}
                    for one in rows
                ]
                for code, rows in self.groups.items()
            },
            "months": {
                code: [
                    {"ends": one.ends.isoformat(), "new": one.new, "total": one.total}
                    for one in rows
                ]
                for code, rows in self.months.items()
            },
        }


def parts_in(data: Mapping[str, Any] | None) -> Parts | None:
    """The parts that plain data holds; None where a closing is older than they are."""
    if data is None:
        return None
    return Parts(
        {code: tuple(GroupPart(**one) for one in rows) for code, rows in data["groups"].items()},
        {
            code: tuple(
                MonthPart(date.fromisoformat(one["ends"]), one["new"], one["total"]) for one in rows
            )
            for code, rows in data["months"].items()
        },
    )


def parts_of(report: PlanReport, evidence: Evidence) -> Parts:
    """Every figure by group and by month."""
    figures = {one.code: one for one in (*report.figures, *report.commitments)}
    courses = Courses(evidence, month_ends(report.as_of))
    groups = {code: tuple(_groups(one, evidence.day)) for code, one in figures.items()}
    months = {code: tuple(_months(one, courses)) for code, one in figures.items()}
    return Parts(
        {code: rows for code, rows in groups.items() if rows},
        {code: rows for code, rows in months.items() if rows},
    )


def parts_from(report: PlanReport, facts: Facts) -> Parts:
    """The same of a report that was counted from these facts."""
    return parts_of(report, Evidence(Day(facts, report.as_of, report.settings)))


def _groups(figure: Figure, day: Day) -> Iterator[GroupPart]:
    if figure.counted.subject is not Subject.PERSON or figure.outcome.numerator is None:
        return
    people = figure.people
    whole = None if figure.missing is None else people | figure.missing
    if not people and not whole:
        return
    placed: set[Any] = set()
    for kind in MEMBERSHIP_KINDS:
        members = day.members.get(kind, set())
        placed |= members
        part = _part(kind, members & people, None if whole is None else members & whole)
        if part.numerator or part.population:
            yield part
    rest = None if whole is None else whole - placed
    part = _part(NO_GROUP, people - placed, rest)
    if part.numerator or part.population:
        yield part


def _part(group: str, people: Any, whole: Any) -> GroupPart:
    return GroupPart(group, None if whole is None else len(whole), len(people))


def _months(figure: Figure, courses: Courses) -> Iterator[MonthPart]:
    """Nothing where days are not known, or counting begins anew each week or quarter."""
    if figure.counted.window in (Window.WEEK, Window.QUARTER) or not figure.outcome.numerator:
        return
    course = courses.of(figure)
    if course is None:
        return
    before = 0
    for end in month_ends(courses.day.as_of):
        total = course.at(end)
        yield MonthPart(end, total - before, total)
        before = total
