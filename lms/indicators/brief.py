"""A plan in four answers for somebody with a minute: how many are met, what is most behind, whom to call,
by when. And what to do first where nothing can be counted yet, or no year of the plan holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lms.core.i18n import _
from lms.indicators.headline import next_deadline
from lms.indicators.rules.figure import PlanReport, State
from lms.indicators.rules.plan import Plan
from lms.indicators.sheet import Line

MOST = 3
MOST_CALLED = 5
UNKNOWN = (State.NO_DATA, State.NO_DENOMINATOR)


@dataclass(frozen=True, slots=True)
class Call:
    """A unit the plan makes answer for figures that are not met."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """The four answers; `due` is the title and last day of the next report, `days` how long until it.

    `calls` are the units that answer for most unmet figures and `more` how many others there are;
    `asks` are those whose figures are not known yet.
    """

    behind: tuple[Line, ...]
    unmet: int
    calls: tuple[Call, ...]
    more: int
    asks: tuple[Call, ...]
    due: tuple[str, date] | None
    days: int | None
    is_empty: bool
    outside: str


def brief(report: PlanReport, lines: Sequence[Line], today: date) -> Brief:
    """The plan at a glance."""
    unmet = [one for one in lines if one.figure.outcome.met is False]
    unknown = [one for one in lines if one.figure.outcome.state in UNKNOWN]
    due, calls = next_deadline(report, today), _calls(unmet)
    return Brief(
        behind=tuple(sorted(unmet, key=_nearness)[:MOST]),
        unmet=len(unmet),
        calls=calls[:MOST_CALLED],
        more=len(calls[MOST_CALLED:]),
        asks=_calls(unknown),
        due=due,
        days=(due[1] - today).days if due else None,
        is_empty=_is_empty(lines),
        outside=outside_text(report.plan, report.year),
    )


def _nearness(line: Line) -> tuple[Fraction, int]:
    """Which part of what is asked is there; of equal parts the one with more people to go comes first."""
    outcome = line.figure.outcome
    asked = outcome.needed or 1
    return Fraction(outcome.numerator or 0, asked), -(outcome.gap_people or 0)


def _calls(lines: Sequence[Line]) -> tuple[Call, ...]:
    """Units by how many of these figures they answer for, in the plan's order where equal."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        for name in dict.fromkeys((*line.roles.lead, *line.roles.done_by)):
            found.setdefault(name[:1].upper() + name[1:], []).append(line)
    calls = (Call(name, tuple(own)) for name, own in found.items())
    return tuple(sorted(calls, key=lambda call: -len(call.lines)))


def _is_empty(lines: Sequence[Line]) -> bool:
    """Whether nothing was recorded that any indicator of the plan could be counted from."""
    return all(one.figure.outcome.state in UNKNOWN for one in lines)


def outside_text(plan: Plan, year: int) -> str:
    """That the plan does not reach the year, and what is shown then; empty within the plan's years."""
    if plan.target_year(year) is not None:
        return ""
    first, last = min(plan.years), max(plan.years)
    if year < first:
        return _(
            "Kế hoạch bắt đầu từ năm %(first)s nên năm %(year)s chưa có mức giao. Số liệu vẫn được đếm để biết "
            "điểm xuất phát.",
            first=first, year=year,
        )  # fmt: skip
    return _(
        "Kế hoạch chỉ ghi mức giao đến hết năm %(last)s. Số liệu năm %(year)s vẫn được đếm, "
        "không có mức giao để so.",
        last=last, year=year,
    )  # fmt: skip
