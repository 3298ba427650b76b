"""Rules of a class's days: what state it is in. Standard library only; no clock, no session."""

from collections.abc import Iterable
from datetime import date, datetime
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
