"""Rules of a class's days: its state, which days it meets, what clashes. Standard library only; no clock."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol


class ClassLike(Protocol):
    """What a class's state follows from; `lms.cohorts.models.Cohort` fits."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


class MeetingLike(Protocol):
    """What a meeting adds to it; `lms.cohorts.models.ClassSession` fits."""

    @property
    def planned_on(self) -> date: ...
    @property
    def opened_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


STATES = ("open", "running", "planned", "ended", "cancelled")


def state_of(cohort: ClassLike, meetings: Iterable[MeetingLike], today: date) -> str:
    """One of `STATES`: a meeting is open now; it runs; nothing was held and the first day is to come; …

    A class that ran past its last day while a meeting is still to come has not ended.
    """
    held = [one for one in meetings if one.cancelled_at is None]
    if cohort.cancelled_at is not None:
        return "cancelled"
    if any(one.opened_at and not one.closed_at for one in held):
        return "open"
    coming = [one for one in held if one.opened_at is None and one.planned_on >= today]
    if cohort.closed_at or (cohort.ends_on and cohort.ends_on < today and not coming):
        return "ended"
    begun = cohort.starts_on <= today or any(one.opened_at for one in held)
    return "running" if begun else "planned"


MEETINGS_AT_MOST = 60
"""In one go: three a week for twenty weeks. More is a slip of the finger."""
DAYS_AWAY = 2 * 366
"""How far from today a class may be planned; further is a slip of the finger."""


def days_on(first: date, weekdays: Collection[int], count: int) -> list[date]:
    """The first `count` days from `first` on that fall on these weekdays (Monday is 1, Sunday 7).

    Without weekdays: once a week, on the weekday of `first`.
    """
    wanted = set(weekdays) or {first.isoweekday()}
    near = (first + timedelta(days=n) for n in range(7 * count + 7))
    return [day for day in near if day.isoweekday() in wanted][:count]


def shifted(days: Sequence[date], first: date) -> list[date]:
    """The days, moved together so that the earliest is `first`."""
    if not days:
        return []
    step = first - min(days)
    return sorted(day + step for day in days)


def next_first(days: Sequence[date], today: date) -> date:
    """The first day proposed for a copy: the weekday of the old first day, after it all and after today."""
    if not days:
        return today + timedelta(days=1)
    after, weekday = max(*days, today) + timedelta(days=1), min(days).isoweekday()
    return days_on(after, [weekday], 1)[0]


def is_near(day: date, today: date) -> bool:
    """Whether a day is a likely one for a class."""
    return abs((day - today).days) <= DAYS_AWAY


def proposed_name(programme: str, unit: str, first: date) -> str:
    """'Kỹ năng số cơ bản – Thôn Đông – 12/2026': what a class is called when nobody names it."""
    tail = f"{unit} – {first.month:02d}/{first.year}"
    return f"{programme[: 196 - len(tail)]} – {tail}"[:200]


@dataclass(frozen=True)
class Slot:
    """When, where and by whom a meeting is held; `place` as it is compared, `trainers` by id."""

    key: str
    day: date
    starts: time | None
    ends: time | None
    place: str
    trainers: frozenset[str]


@dataclass(frozen=True)
class Clash:
    """Two meetings that get into each other's way. `sure`: both have hours, and these overlap."""

    other: str
    same_trainer: bool
    same_place: bool
    sure: bool


def clash_of(one: Slot, other: Slot) -> Clash | None:
    """What is wrong with these two, or None. A meeting without hours may be at any hour of its day."""
    trainer = bool(one.trainers & other.trainers)
    place = bool(one.place) and one.place == other.place
    if one.day != other.day or not (trainer or place) or _apart(one, other):
        return None
    sure = None not in (one.starts, one.ends, other.starts, other.ends)
    return Clash(other.key, trainer, place, sure)


def _apart(one: Slot, other: Slot) -> bool:
    """Whether one certainly ends before the other begins."""
    first, second = sorted((one, other), key=lambda slot: slot.starts or time.min)
    if first.starts is None or second.starts is None:
        return False
    # Without an end, a meeting that begins earlier is taken to last into the next one.
    return first.ends is not None and first.ends <= second.starts
