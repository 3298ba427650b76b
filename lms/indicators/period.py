"""Which year and which cut-off a reader asks for, from an address or a command."""

from dataclasses import dataclass
from datetime import date

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.text import typed_day
from lms.indicators.rules.deadlines import calendar_of, default_as_of
from lms.indicators.rules.plan import Plan

FIRST_DAY = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The target's year and the last day that counts; the year is that of the day."""

    year: int
    as_of: date


def period(plan: Plan, today: date, year: str = "", as_of: str = "") -> Period:
    """The asked period; without one, the next deadline's cut-off or today. Invalid says why not.

    A year alone means its last day, or today in the present year.
    """
    if as_of:
        chosen = _day(as_of)
    elif year and _year(year) != today.year:
        chosen = date(_year(year), 12, 31)
    else:
        chosen = default_as_of(calendar_of(plan.reports, today.year), today)
    _check(chosen, today, year)
    return Period(chosen.year, chosen)


def years_to_offer(plan: Plan, today: date) -> list[int]:
    """Years that have begun: those of the plan, and the present one."""
    return sorted({*(year for year in plan.years if year <= today.year), today.year})


def _check(chosen: date, today: date, year: str) -> None:
    if not FIRST_DAY <= chosen <= today:
        wrong = _("Ngày chốt phải từ 01/01/2020 đến hôm nay. Hãy chọn lại.")
        raise Invalid(wrong, fields={"as_of": [wrong]})
    if year and _year(year) != chosen.year:
        wrong = _("Ngày chốt phải nằm trong năm báo cáo. Hãy chọn lại ngày hoặc năm.")
        raise Invalid(wrong, fields={"year": [wrong]})


def _year(text: str) -> int:
    if len(text) == 4 and text.isascii() and text.isdigit() and 2020 <= int(text) <= 2100:
        return int(text)
    wrong = _("Năm phải là bốn chữ số, ví dụ 2026.")
    raise Invalid(wrong, fields={"year": [wrong]})


def _day(text: str) -> date:
    """A day as browsers send it (2026-11-21) or as people write it (21/11/2026)."""
    found = typed_day(text)
    if found is not None:
        return found
    wrong = _("Ngày phải có dạng ngày/tháng/năm, ví dụ 21/11/2026.")
    raise Invalid(wrong, fields={"as_of": [wrong]})
