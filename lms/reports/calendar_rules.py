"""The duties of a commune as rules give them: which are late, which come, in which order. Pure.

A plan that names no day has no deadline: its duty stands at the end of its period without one, or at the
day the commune set for itself, which is said to be the commune's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

AHEAD = timedelta(days=365)
LATE_FOR = timedelta(days=120)
"""So long a missed day stands on top; afterwards it is history."""


class Step(StrEnum):
    """How far a report has come."""

    OPEN = "open"
    PROPOSED = "proposed"
    CLOSED = "closed"
    REPORTED = "reported"


class Phase(StrEnum):
    """Where today lies: before the period, within it, at the cut-off, past the last day."""

    LATER = "later"
    RUNNING = "running"
    NOW = "now"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Duty:
    """One report of one period. `last_day` is the plan's; `own_day` the commune's, where the plan has none."""

    plan: str
    plan_title: str
    report: str
    title: str
    starts: date
    ends: date
    last_day: date | None
    as_of: date | None
    own_day: date | None
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    since: date
    """The day the commune took the plan up here: what was due before is nobody's delay."""
    changed: datetime
    """When anything that is said of it changed last."""
    step: Step = Step.OPEN
    number: int | None = None
    snapshot: UUID | None = None

    @property
    def key(self) -> str:
        """The period in an address, as the closing page knows it."""
        return f"{self.report}|{self.ends.isoformat()}"

    @property
    def day(self) -> date | None:
        """By when: the plan's day, else the commune's own; None where nobody set one."""
        return self.last_day or self.own_day

    @property
    def is_own(self) -> bool:
        """Whether the day is the commune's and not the plan's."""
        return self.last_day is None and self.own_day is not None

    @property
    def is_done(self) -> bool:
        """Whether the figures are closed."""
        return self.step in (Step.CLOSED, Step.REPORTED)

    @property
    def stands_at(self) -> date:
        """Where it stands in the calendar: its day, or the end of its period."""
        return self.day or self.ends

    def days_left(self, today: date) -> int | None:
        """Days until its day, negative when it is past; None without a day."""
        return None if self.day is None else (self.day - today).days

    def phase(self, today: date) -> Phase:
        """Where today lies; closing may begin on the cut-off day."""
        if today > self.stands_at:
            return Phase.PAST
        if today < self.starts:
            return Phase.LATER
        return Phase.NOW if self.as_of is not None and today >= self.as_of else Phase.RUNNING

    def is_late(self, today: date) -> bool:
        """Whether its day went by lately without a closing, and after the plan was taken up."""
        if self.day is None or self.is_done or self.day < self.since:
            return False
        return self.day < today <= self.day + LATE_FOR

    def is_open_still(self, today: date) -> bool:
        """Whether it has no day, its period ended lately, after the plan was taken up, and is not closed."""
        if self.day is not None or self.is_done or self.ends < self.since:
            return False
        return self.ends < today <= self.ends + LATE_FOR


@dataclass(frozen=True, slots=True)
class Board:
    """All duties in three parts, each in the order in which it is read."""

    late: tuple[Duty, ...]
    coming: tuple[Duty, ...]
    past: tuple[Duty, ...]

    @property
    def next(self) -> Duty | None:
        """What is closed next: the oldest that is late, else the first that comes and is open."""
        first = (one for one in (*self.late, *self.coming) if one.step is Step.OPEN)
        return next(first, None)


def board(duties: Iterable[Duty], today: date) -> Board:
    """The duties of the coming year in order, the late ones before them, the past ones backwards."""
    ordered = sorted(duties, key=_order)
    late = tuple(one for one in ordered if one.is_late(today))
    coming = tuple(one for one in ordered if today <= one.stands_at <= today + AHEAD)
    past = (one for one in reversed(ordered) if one.stands_at < today and one not in late)
    return Board(late, coming, tuple(past))


def _order(duty: Duty) -> tuple[date, bool, str, str]:
    """By day; of the same day those with a deadline first."""
    return duty.stands_at, duty.day is None, duty.plan, duty.report
