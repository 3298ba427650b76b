"""Requests of data subjects: kinds, states and the days the law gives. Pure.

Luật 91/2025/QH15 and Nghị định 356/2025, in force since 1/1/2026: a request is acknowledged within two
working days; seeing, correcting and copying within 10 days, withdrawing consent 15, deleting 20. Public
holidays are not known here, so an acknowledgement may fall due a little early, never late.
"""

from dataclasses import dataclass
from datetime import date, timedelta

KINDS = ("see", "copy", "correct", "withdraw", "delete")
STATES = ("received", "acknowledged", "done", "refused")
ASKERS = ("self", "representative")
RECOGNISED = ("known", "paper", "vneid", "authority")
"""Known in person, showed a paper, showed VNeID, showed the paper that gives the authority to act."""
RELATIONS = ("father", "mother", "guardian", "other")
PURPOSES = ("phone", "commend", "disability")
"""Calling and texting, the name on a commendation list, keeping that somebody has a disability."""
FORMS = ("paper", "spoken", "electronic")

ACKNOWLEDGE = 2
"""Working days."""
DAYS = {"see": 10, "copy": 10, "correct": 10, "withdraw": 15, "delete": 20}
OWN_VOICE = 16
"""Whoever is younger asks and agrees through a representative."""


def working_day_after(start: date, count: int) -> date:
    """The `count`-th working day after `start`; Saturdays and Sundays do not count."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def acknowledge_by(received: date) -> date:
    """The last day to say that the request has come."""
    return working_day_after(received, ACKNOWLEDGE)


def answer_by(kind: str, received: date) -> date:
    """The last day to answer; the day of arrival is not counted, weekends are."""
    return received + timedelta(days=DAYS[kind])


@dataclass(frozen=True, slots=True)
class Due:
    """What is due next of a request, and whether its day has passed."""

    what: str
    """acknowledge, answer, or empty when nothing is due any more."""
    by: date | None
    late: bool


def due(kind: str, state: str, received: date, today: date) -> Due:
    """What an officer owes next."""
    if state in ("done", "refused"):
        return Due("", None, False)
    what = "acknowledge" if state == "received" else "answer"
    by = acknowledge_by(received) if what == "acknowledge" else answer_by(kind, received)
    return Due(what, by, today > by)


def is_minor(birth: date | None, year: int | None, today: date) -> bool | None:
    """Whether somebody is under 16; None when no birth is known. A bare year counts as its 31/12."""
    born = birth or (date(year, 12, 31) if year else None)
    if born is None:
        return None
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age < OWN_VOICE
