"""A class as a whole: its state, two trainers who change it at once, its end."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from lms.cohorts.managing import state_of

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 12, 7)


@dataclass(frozen=True)
class Class:
    """A class as the rule sees it."""

    starts_on: date = date(2026, 12, 1)
    ends_on: date | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True)
class Meeting:
    """A meeting as the rule sees it."""

    planned_on: date = date(2026, 12, 1)
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None


@pytest.mark.pure
def test_a_class_is_in_one_state_at_a_time() -> None:
    later, past = date(2026, 12, 9), date(2026, 12, 5)
    held, opened = Meeting(opened_at=AT, closed_at=AT), Meeting(opened_at=AT)
    cases = [
        (Class(), [], "running"),
        (Class(starts_on=later), [], "planned"),
        (Class(starts_on=later), [held], "running"),
        (Class(), [held, opened], "open"),
        (Class(closed_at=AT), [opened], "open"),
        (Class(closed_at=AT), [held], "ended"),
        (Class(ends_on=past), [held], "ended"),
        (Class(ends_on=TODAY), [held], "running"),
        (Class(ends_on=past), [held, Meeting(later)], "running"),
        (Class(ends_on=past), [held, Meeting(later, cancelled_at=AT)], "ended"),
        (Class(cancelled_at=AT, closed_at=AT), [opened], "cancelled"),
    ]  # fmt: skip
    for cohort, meetings, state in cases:
        assert state_of(cohort, meetings, TODAY) == state, (cohort, meetings)
