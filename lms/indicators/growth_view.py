"""A figure's way through its year: the drawing, and the same numbers month by month."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lms.core.i18n import _
from lms.core.text import day as day_text
from lms.indicators.began import Course
from lms.indicators.charts import course as drawing
from lms.indicators.charts.scale import Scale, count_scale, share_scale
from lms.indicators.forecast import Forecast, Outlook
from lms.indicators.outlook import forecast_text
from lms.indicators.rules.arithmetic import number_text, rate_text
from lms.indicators.rules.figure import Figure, PlanReport
from lms.indicators.rules.vocabulary import Subject, TargetUnit, Window
from lms.indicators.sheet import Line
from lms.indicators.unit_lines import target_share, target_words


@dataclass(frozen=True, slots=True)
class Month:
    """One row of the table: up to which day, how many new, how many in all, and the share then."""

    name: str
    new: int
    total: int
    rate: str


@dataclass(frozen=True, slots=True)
class Growing:
    """The drawing, its words for those who do not see it, and its table."""

    drawing: drawing.Growth
    desc: str
    months: tuple[Month, ...]


def month_ends(as_of: date) -> tuple[date, ...]:
    """31/12 before the year, the ends of its months that are past, and the day itself."""
    ends = (date(as_of.year, m, monthrange(as_of.year, m)[1]) for m in range(1, 13))
    return (date(as_of.year - 1, 12, 31), *(end for end in ends if end < as_of), as_of)


def growing(
    line: Line, course: Course | None, ahead: Forecast | None, report: PlanReport
) -> Growing | None:
    """How the figure grew this year; None where its days are unknown or it begins anew each week."""
    figure = line.figure
    begins_anew = figure.counted.window in (Window.WEEK, Window.QUARTER)
    if course is None or begins_anew or not course.counted[-1]:
        return None
    ends = month_ends(report.as_of)
    totals = [(end, course.at(end)) for end in ends]
    return Growing(
        _drawn(line, totals, ahead, report), _desc(line, ahead), tuple(_months(figure, totals))
    )


def _months(figure: Figure, totals: list[tuple[date, int]]) -> Iterator[Month]:
    before = totals[0][1]
    if before:
        yield Month(
            _("trước %(year)s", year=totals[-1][0].year), before, before, _rate(figure, before)
        )
    for end, total in totals[1:]:
        whole = end.day == monthrange(end.year, end.month)[1]
        name = _("tháng %(m)s", m=end.month)
        name = name if whole else _("%(month)s (đến %(day)s)", month=name, day=day_text(end))
        yield Month(name, total - before, total, _rate(figure, total))
        before = total


def _rate(figure: Figure, n: int) -> str:
    of = figure.population.size
    return (
        rate_text(n, of) if of and figure.counted.subject is not Subject.THING and n <= of else "–"
    )


def _drawn(
    line: Line, totals: list[tuple[date, int]], ahead: Forecast | None, report: PlanReport
) -> drawing.Growth:
    of, target = line.denominator, _target(line.figure)
    values = [(end, _value(n, of)) for end, n in totals]
    coming = _coming(ahead, of)
    most = [value for _end, value in values] + ([coming.high] if coming else [])
    return drawing.growth(
        values, _scale(of, most, target), target=target,
        target_text=target_words(line.target),
        last_text=f"{line.value_text}" if of else number_text(totals[-1][1]),
        deadlines=_deadlines(report), ahead=coming,
    )  # fmt: skip


def _value(n: int, of: int | None) -> Fraction:
    return Fraction(100 * n, of) if of else Fraction(n)


def _scale(of: int | None, values: list[Fraction], target: Fraction | None) -> Scale:
    known = [*values, *([] if target is None else [target])]
    return share_scale(known) if of else count_scale(known)


def _target(figure: Figure) -> Fraction | None:
    if figure.counted.subject is Subject.THING:
        target = figure.target
        counts = target is not None and target.unit is TargetUnit.COUNT
        return Fraction(target.value) if target is not None and counts else None
    return target_share(figure)


def _coming(ahead: Forecast | None, of: int | None) -> drawing.Ahead | None:
    if ahead is None or not of or ahead.outlook not in (Outlook.RANGE, Outlook.STANDS_STILL):
        return None
    return drawing.Ahead(ahead.until, _value(ahead.low, of), _value(ahead.high, of))


def _deadlines(report: PlanReport) -> list[tuple[date, str]]:
    """The last days of the year's reports, each once."""
    days = sorted({e.last_day for e in report.calendar if e.last_day is not None})
    return [(day, f"{day.day}/{day.month}") for day in days]


def _desc(line: Line, ahead: Forecast | None) -> str:
    said = [
        _("Nay %(value)s, mức giao %(target)s.", value=line.value_text, target=line.target_text)
    ]
    if ahead and (text := forecast_text(ahead)):
        said.append(text[:1].upper() + text[1:] + ".")
    return " ".join([*said, _("Số từng tháng ở bảng bên dưới.")])
