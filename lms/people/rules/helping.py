"""The words of mentorships and visits, and what makes one of them impossible. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

PAIRINGS = ("assigned", "volunteer", "neighbour", "class", "other")
"""How an ambassador and a mentee came together."""
PURPOSES = ("invite", "guide", "review", "other")
OUTCOMES = ("agreed", "guided", "needs_help", "not_home", "declined", "other")
LONGEST_NOTE = 500
EARLIEST = date(2020, 1, 1)
"""Days before are slips of the pen: the movement began in 2025."""
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: the field and a code for the sentence that says what to do."""

    field: str
    code: str


def pairing_fault(from_date: date, to_date: date | None, today: date) -> Fault | None:
    """Why a pair cannot be written down like this, or None."""
    if not EARLIEST <= from_date <= today:
        return Fault("from_date", "day_far")
    if to_date is not None and not from_date <= to_date <= today:
        return Fault("to_date", "end_early")
    return None


def visit_fault(visited_on: date, next_on: date | None, note: str, today: date) -> Fault | None:
    """Why a visit cannot be written down like this, or None."""
    if not EARLIEST <= visited_on <= today:
        return Fault("visited_on", "day_far")
    if next_on is not None and not visited_on <= next_on <= today + FURTHEST:
        return Fault("next_on", "next_far")
    if len(note) > LONGEST_NOTE:
        return Fault("note", "note_long")
    return None


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
