"""The duties as an iCalendar (RFC 5545): one all-day event on each last day; the same duties, the same bytes.

Nothing of a person stands in it. A duty without any day is no event: no date is made up.
"""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.text import day
from lms.reports.calendar_rules import Duty

if TYPE_CHECKING:
    from icalendar import Alarm, Event

TYPE = "text/calendar; charset=utf-8"
MAKER = "-//Lop Hoc So//Lich bao cao//VI"
WARNINGS = (timedelta(days=-7, hours=8), timedelta(days=-1, hours=8), timedelta(hours=8))
"""From midnight of the last day: a week before, the day before and on the day itself, at 8 o'clock."""


def calendar_bytes(duties: Iterable[Duty], commune_id: UUID, place: str, page: str) -> bytes:
    """The calendar; `page` is the address of the officer's page, which asks for sign-in."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Hạn báo cáo – %(place)s", place=place))
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("x-published-ttl", "PT12H")
    for duty in duties:
        if duty.day is not None:
            calendar.add_component(_event(duty, commune_id, page))
    return bytes(calendar.to_ical())


def etag_of(content: bytes) -> str:
    """A strong validator of the bytes."""
    return sha256(content).hexdigest()[:32]


def uid_of(duty: Duty, commune_id: UUID) -> str:
    """The same for ever for the same report of the same period, whatever becomes of it."""
    return f"{derived('report-duty', commune_id, duty.plan, duty.report, duty.ends)}@lop-hoc-so"


def _event(duty: Duty, commune_id: UUID, page: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", uid_of(duty, commune_id))
    event.add("dtstamp", duty.changed)
    event.add("last-modified", duty.changed)
    event.add("summary", _summary(duty))
    event.add("description", "\n".join(_lines(duty)))
    event.add("dtstart", duty.day)
    event.add("transp", "TRANSPARENT")
    event.add("url", page)
    for before in () if duty.is_done else WARNINGS:
        event.add_component(_alarm(duty, before))
    return event


def _alarm(duty: Duty, before: timedelta) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(duty))
    alarm.add("trigger", before)
    return alarm


def _summary(duty: Duty) -> str:
    if duty.is_done:
        return _("Đã chốt: %(title)s", title=duty.title)
    if duty.is_own:
        return _("Ngày nhắc của xã: %(title)s", title=duty.title)
    return _("Hạn: %(title)s", title=duty.title)


def _lines(duty: Duty) -> list[str]:
    lines = [duty.plan_title, _("Kỳ từ %(a)s đến %(b)s.", a=day(duty.starts), b=day(duty.ends))]
    if duty.is_own:
        lines.append(_("Kế hoạch không ghi ngày; ngày này do xã tự đặt để nhắc."))
    elif duty.as_of is not None:
        lines.append(_("Số liệu chốt đến hết ngày %(day)s.", day=day(duty.as_of)))
    if duty.receiver:
        lines.append(_("Nơi nhận: %(who)s.", who="; ".join(duty.receiver)))
    return lines
