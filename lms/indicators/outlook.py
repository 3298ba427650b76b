"""Trend and forecast of every figure of a plan, in words for the officer and the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.began import Course, Courses
from lms.indicators.forecast import (
    LOOKED_BACK,
    WEEKS,
    Arrival,
    Forecast,
    Outlook,
    bounds_for,
    forecast,
    until_when,
)
from lms.indicators.rules.arithmetic import number_text, points_text
from lms.indicators.rules.evidence import Evidence
from lms.indicators.rules.figure import PlanReport
from lms.indicators.rules.vocabulary import Window
from lms.indicators.sheet import Line


@dataclass(frozen=True, slots=True)
class Closed:
    """What the last closed period says of one figure."""

    as_of: date
    numerator: int | None
    size: int | None
    value: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """One figure's past and future: what came in 30 days, since the last closing, and what is to come."""

    line: Line
    course: Course | None
    forecast: Forecast | None
    closed: Closed | None

    @property
    def came(self) -> int | None:
        """How many came in within the last 30 days; None where nobody can know."""
        if self.course is None:
            return None
        return self.course.counted[-1] - self.course.at(self.course.bounds[-1] - LOOKED_BACK)

    @property
    def trend_text(self) -> str:
        """'30 ngày qua: thêm 12 người (+0,5 điểm)'."""
        if self.came is None or self.line.figure.counted.window is Window.WEEK:
            return ""
        if self.came == 0:
            return _("30 ngày qua: không thêm")
        said = _("30 ngày qua: thêm %(n)s %(unit)s", n=number_text(self.came), unit=self.unit)
        points = self._points(self.came)
        return said.strip() + (f" (+{points_text(points)} {_('điểm')})" if points else "")

    @property
    def unit(self) -> str:
        """What is counted."""
        return self.line.unit_word or self.line.figure.counted.measure.label or ""

    def _points(self, n: int) -> Decimal | None:
        """So many of the population in points, cut to one decimal; none where it would be 0,0."""
        of = self.line.denominator
        return Decimal(1000 * n // of) / 10 or None if of else None

    @property
    def closed_text(self) -> str:
        """'kỳ chốt 09/09/2026: 43,1%, nay thêm 35 người'."""
        closed = self.closed
        if closed is None:
            return ""
        said = _("kỳ chốt %(day)s: %(value)s", day=day(closed.as_of), value=closed.value)
        now = self.line.numerator
        if closed.numerator is None or now is None or now == closed.numerator:
            return said
        change, unit = now - closed.numerator, self.unit
        if change > 0:
            return said + _(", nay thêm %(n)s %(unit)s", n=number_text(change), unit=unit).rstrip()
        return said + _(", nay bớt %(n)s %(unit)s", n=number_text(-change), unit=unit).rstrip()

    @property
    def forecast_text(self) -> str:
        """'với nhịp 4 tuần qua, đến hết 13/12 khoảng 88–91%: chưa đạt', or why nothing is said."""
        if self.forecast is None or (self.line.target is None and self.forecast.outlook in _SILENT):
            return ""
        return forecast_text(self.forecast)

    @property
    def weekly_text(self) -> str:
        """'cần thêm 12 người mỗi tuần'; nothing where it is met or the pace is not ours."""
        f = self.forecast
        if f is None or f.weekly is None or f.outlook in _SILENT:
            return ""
        n, unit = number_text(f.weekly), self.unit
        if f.days <= 7:
            return _("cần thêm %(n)s %(unit)s trong %(days)s ngày", n=n, unit=unit, days=f.days)
        return _("cần thêm %(n)s %(unit)s mỗi tuần", n=n, unit=unit)

    @property
    def state(self) -> str:
        """The colour that goes with the forecast; its word is in the text."""
        found = self.forecast.arrival if self.forecast else None
        return "" if found is None else _STATES[found]


_SILENT = (Outlook.MET, Outlook.NO_FIGURE, Outlook.ELSEWHERE, Outlook.RESTARTS)
_STATES = {Arrival.WILL: "success", Arrival.MAY: "info", Arrival.WILL_NOT: "warning"}


def forecast_text(f: Forecast) -> str:
    """A forecast in one sentence; why there is none where there is none."""
    until = day(f.until)
    if f.outlook in (Outlook.MET, Outlook.NO_FIGURE):
        return ""
    if f.outlook is Outlook.ELSEWHERE:
        return _("không dự báo: số này không đi theo nhịp học của lớp")
    if f.outlook is Outlook.RESTARTS:
        return _("không dự báo: hạn %(day)s thuộc kỳ đếm sau", day=until)
    if f.outlook is Outlook.TOO_LITTLE:
        return _("chưa đủ dữ liệu để dự báo")
    end = {
        Arrival.WILL: _("kịp đạt"),
        Arrival.MAY: _("có thể đạt"),
        Arrival.WILL_NOT: _("chưa đạt"),
    }
    verdict = f": {end[f.arrival]}" if f.arrival else ""
    if f.outlook is Outlook.STANDS_STILL:
        said = _("4 tuần qua không thêm ai; giữ nhịp này, đến %(day)s vẫn như nay", day=until)
        return said + verdict
    return (
        _("với nhịp 4 tuần qua, đến %(day)s khoảng %(range)s", day=until, range=range_text(f))
        + verdict
    )


def range_text(f: Forecast) -> str:
    """'88–91%', '88%', 'dưới 1%': whole percents, cut and never rounded up."""
    low, high = (100 * n // f.of for n in (f.low, f.high))
    if high == 0:
        return _("dưới 1%") if f.high else "0%"
    return f"{high}%" if low == high else f"{low}–{high}%"


def method_text() -> str:
    """How a forecast is made, in one sentence for the foot of the page."""
    return _(
        "Dự báo: lấy số người đạt thêm qua lớp học của xã trong %(weeks)s tuần gần nhất làm nhịp mỗi tuần; "
        "số thấp bỏ tuần nhiều nhất, số cao bỏ tuần ít nhất; giữ đối tượng như hôm nay. "
        "Không dự báo số khai báo và số do nơi khác đếm.",
        weeks=WEEKS,
    )


def aheads(
    report: PlanReport, lines: Sequence[Line], evidence: Evidence, today: date,
    closed: Mapping[str, Closed],
) -> dict[str, Ahead]:  # fmt: skip
    """Past and future of every line, by code."""
    courses = Courses(evidence, bounds_for(report.as_of))
    return {
        line.code: ahead_of(line, courses.of(line.figure), report, today, closed) for line in lines
    }


def ahead_of(
    line: Line, course: Course | None, report: PlanReport, today: date, closed: Mapping[str, Closed]
) -> Ahead:
    """Past and future of one line. Only from today on is anything forecast."""
    until = until_when(report.calendar, report.as_of)
    coming = forecast(line.figure, course, report.as_of, until) if report.as_of == today else None
    return Ahead(line, course, coming, closed.get(line.code))
