"""How far the units are, in numbers for the front page and in rows for the page of units."""

from dataclasses import dataclass

from lms.core.i18n import _
from lms.core.text import day
from lms.people.models import UNIT_KINDS, Unit
from lms.reports.unit_link_desk import Desk
from lms.reports.unit_link_models import UnitLink, UnitRemark


@dataclass(frozen=True, slots=True)
class Counts:
    """Units asked, and how many figures and remarks wait for the officer."""

    asked: int
    waiting: int
    remarks: int


def counts(desk: Desk) -> Counts:
    """For the front page: nothing of it needs a report to be counted."""
    return Counts(
        len(desk.units),
        sum(row.state == "waiting" for rows in desk.proposals.values() for row in rows),
        sum(is_open(row) for rows in desk.remarks.values() for row in rows),
    )


def is_open(row: UnitRemark) -> bool:
    """Whether somebody still has to read it."""
    return row.kind == "remark" and row.read_at is None


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit on the page of units."""

    unit: Unit
    kind: str
    asked: int
    owed: int
    waiting: int
    remarks: int
    checked: str
    """The day on which it last said that its rows are right."""
    link: UnitLink | None
    link_text: str
    machines: int


def states(desk: Desk) -> list[UnitState]:
    """Every unit that may be asked, in order."""
    return [_state(desk, unit) for unit in desk.units]


def _state(desk: Desk, unit: Unit) -> UnitState:
    asked, link = desk.asked(unit), desk.links.get(unit.id)
    remarks = desk.remarks.get(unit.id, [])
    right = next((row for row in remarks if row.kind == "right"), None)
    return UnitState(
        unit, UNIT_KINDS[unit.kind], len(asked), sum(one.is_owed for one in asked),
        len(desk.waiting(unit.id)), sum(is_open(row) for row in remarks),
        day(right.said_at) if right else "", link, _link_text(desk, link),
        desk.devices.get(link.id, 0) if link else 0,
    )  # fmt: skip


def _link_text(desk: Desk, link: UnitLink | None) -> str:
    if link is None:
        return _("chưa có")
    if link.until < desk.today:
        return _("hết hạn %(day)s", day=day(link.until))
    return _("đến %(day)s", day=day(link.until))
