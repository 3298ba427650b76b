"""Reading forms of classes and meetings: what was typed, what is wrong with it, in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from lms.cohorts.timetable_rules import MEETINGS_AT_MOST, days_on, is_near
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.text import clean

WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
_HOUR = re.compile(r"(\d{1,2}) ?(?:[:hg.]|giờ)? ?(\d{2})?")


@dataclass
class Form:
    """The typed values, kept so that a refused form is shown again as it was."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed in a field."""
        return self.values.get(name, "")

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(field, message), for the summary at the top."""
        return list(self.errors.items())

    def refuse(self, refusal: Invalid, rest: str) -> None:
        """Take over what the action says of each field; what it says of none stands at the field `rest`."""
        for name, messages in refusal.fields.items():
            self.errors[name] = "; ".join(messages)
        if not refusal.fields:
            self.errors[rest] = refusal.message

    def require(self, names: Mapping[str, str]) -> None:
        """Fields that must not be empty, with what to say."""
        for name, message in names.items():
            if not self.text(name):
                self.errors[name] = _(message)

    def day(self, name: str) -> date | None:
        """A day as the calendar of the browser sends it, no further than two years away."""
        typed = self.text(name)
        if not typed:
            return None
        try:
            found = date.fromisoformat(typed)
        except ValueError:
            self.errors[name] = _("Ngày chưa đúng. Hãy chọn lại trên lịch.")
            return None
        if not is_near(found, clock.today()):
            self.errors[name] = _("Ngày này quá xa hôm nay. Hãy xem lại năm.")
        return found

    def hour(self, name: str) -> time | None:
        """An hour as people write it: 18:30, 18h30, 18h, 18 giờ 30."""
        typed = self.text(name)
        if not typed:
            return None
        found = _HOUR.fullmatch(typed.lower())
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
        self.errors[name] = _("Giờ chưa đúng. Hãy ghi như 18:30.")
        return None

    def hours(self) -> tuple[time | None, time | None]:
        """From `starts_at` to `ends_at`, in this order."""
        starts, ends = self.hour("starts_at"), self.hour("ends_at")
        if starts and ends and ends <= starts:
            self.errors["ends_at"] = _("Giờ kết thúc phải sau giờ bắt đầu.")
        if ends and not starts and "starts_at" not in self.errors:
            self.errors["starts_at"] = _("Hãy ghi giờ bắt đầu, hoặc bỏ trống cả hai giờ.")
        return starts, ends

    def count(self, name: str, most: int = MEETINGS_AT_MOST) -> int:
        """A whole number from 0; empty is 0."""
        typed = self.text(name) or "0"
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1
        if not 0 <= number <= most:
            self.errors[name] = _("Hãy ghi một số từ 0 đến %(most)s.", most=most)
            return 0
        return number

    def revision(self) -> int:
        """Which state of the thing the form was opened with; 0 fits none."""
        typed = self.text("revision")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0

    def uuid(self, name: str) -> UUID | None:
        """An id chosen from a list."""
        typed = self.text(name)
        found = as_uuid(typed) if typed else None
        if typed and found is None:
            self.errors[name] = _("Hãy chọn lại từ danh sách.")
        return found


def as_uuid(typed: str) -> UUID | None:
    """The id, or None for what is none."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def typed_values(values: Mapping[str, str]) -> dict[str, str]:
    """One-line fields, in NFC and without odd blanks."""
    return {name: clean(value) for name, value in values.items()}


def read_weekdays(typed: list[str]) -> list[int]:
    """The ticked weekdays, 1 to 7; anything else is nobody's tick."""
    return [int(one) for one in typed if one in ("1", "2", "3", "4", "5", "6", "7")]


@dataclass(frozen=True)
class Plan:
    """The meetings that a form asks for."""

    days: list[date]
    starts_at: time | None
    ends_at: time | None
    place: str | None = None


def read_plan(form: Form, weekdays: list[str], first: date | None) -> Plan:
    """Fields `count`, `starts_at`, `ends_at` and the ticked weekdays; look at `form.errors` after it."""
    starts, ends = form.hours()
    count = form.count("count")
    days = days_on(first, read_weekdays(weekdays), count) if first else []
    return Plan(days, starts, ends, form.text("meeting_place")[:200] or None)
