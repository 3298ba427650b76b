"""What the officer's front page of reports says of each duty: by when, how far, and what to press."""

from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators import queries
from lms.indicators.closing_period import Check, Wanted, quick_checklist
from lms.reports.calendar_rules import Duty, Phase, Step

SOON = 14
"""Days before the last day from which the days left are coloured."""


@dataclass(frozen=True, slots=True)
class Row:
    """One duty on the page; `href` is empty where there is nothing to press yet."""

    duty: Duty
    when: str
    left: str
    left_state: str
    state: str
    state_kind: str
    action: str
    href: str


def row(duty: Duty, today: date) -> Row:
    """A duty as it stands today."""
    action, href = _action(duty, today)
    return Row(duty, _when(duty), *_left(duty, today), *_state(duty), action, href)


def _when(duty: Duty) -> str:
    if duty.day is None:
        return _("kế hoạch không ghi ngày")
    return _("%(day)s (ngày nhắc của xã)", day=day(duty.day)) if duty.is_own else day(duty.day)


def _left(duty: Duty, today: date) -> tuple[str, str]:
    left = duty.days_left(today)
    if left is None or duty.is_done:
        return "", "neutral"
    if left < 0:
        past = (
            _("quá ngày nhắc %(n)s ngày", n=-left) if duty.is_own else _("trễ %(n)s ngày", n=-left)
        )
        return past, "warning" if duty.is_own else "error"
    if left == 0:
        return _("hôm nay"), "error"
    return _("còn %(n)s ngày", n=left), "warning" if left <= SOON else "neutral"


def _state(duty: Duty) -> tuple[str, str]:
    return {
        Step.OPEN: (_("chưa chốt"), "neutral"),
        Step.PROPOSED: (_("đang chờ duyệt"), "info"),
        Step.CLOSED: (_("đã chốt số %(n)s", n=duty.number), "success"),
        Step.REPORTED: (_("đã có báo cáo"), "success"),
    }[duty.step]


def _action(duty: Duty, today: date) -> tuple[str, str]:
    """The one button of a duty: its words and its address."""
    if duty.step is Step.PROPOSED:
        return _("Xem để duyệt"), url_for("indicators.snapshot", snapshot_id=duty.snapshot)
    if duty.is_done:
        words = _("Mở báo cáo") if duty.step is Step.REPORTED else _("Soạn báo cáo")
        return words, report_page(duty)
    if duty.phase(today) is Phase.LATER:
        return "", ""
    href = url_for("indicators.closing", code=duty.plan, ky=duty.key)
    ready = duty.phase(today) in (Phase.NOW, Phase.PAST)
    return (_("Chốt số liệu") if ready else _("Xem còn thiếu gì")), href


def report_page(duty: Duty) -> str:
    """Where the report of a closed period is written."""
    return url_for("documents.of_snapshot", snapshot_id=duty.snapshot)


def gaps(session: Session, who: Actor, duty: Duty, today: date) -> list[Check]:
    """What the next duty still lacks, without what takes long to look for."""
    as_of = min(duty.as_of or duty.ends, today)
    wanted = Wanted(duty.report, duty.title, duty.starts, duty.ends, as_of)
    plan = queries.adopted(session, who.commune, duty.plan)
    report = queries.report_of(session, who.commune, plan, as_of.year, as_of)
    return [one for one in quick_checklist(session, who, report, wanted) if one.is_gap]
