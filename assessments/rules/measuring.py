"""When a learner may fill in a measuring form: at the beginning, at the end, 30 and 90 days later. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from courses.rules import MEASURING_KINDS

DAYS_AFTER = {"after30": 30, "after90": 90}
"""Vietnamese days between handing in the exit form and the repeat."""
LAST_DAY_OF_30 = DAYS_AFTER["after90"] - 1
"""From the 90th day on, the repeat after 30 days would measure something else."""

OK = "ok"
OPEN = "open"
DONE = "done"
NO_FORM = "no_form"
TOO_LATE = "too_late"
LESSON_FIRST = "lesson_first"
EXIT_FIRST = "exit_first"
NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a learner has done in a class so far, on a day.

    `planned` are the kinds that the version has a form for; `begun` the kinds that were begun and not
    handed in; `handed_in` kind → Vietnamese day; `lessons_done` finished lessons.
    """

    today: date
    planned: frozenset[str]
    begun: frozenset[str] = frozenset()
    handed_in: Mapping[str, date] | None = None
    lessons_done: int = 0

    def day_of(self, kind: str) -> date | None:
        """When the form of this kind was handed in."""
        return (self.handed_in or {}).get(kind)


def may_measure(kind: str, standing: Standing) -> str:
    """Whether the form of `kind` (of MEASURING_KINDS) may be filled in now, as a code.

    ok; open (begun, go on with it); done; no_form; too_late (an entry form after the first lesson, a
    repeat after 30 days from the 90th day on); lesson_first; exit_first; not_yet (see `due_on`).
    """
    if kind not in standing.planned:
        return NO_FORM
    if standing.day_of(kind) is not None:
        return DONE
    if kind == "entry":
        barred = TOO_LATE if standing.lessons_done else ""
    elif kind == "exit":
        barred = "" if standing.lessons_done else LESSON_FIRST
    else:
        barred = _after(kind, standing)
    return barred or (OPEN if kind in standing.begun else OK)


def _after(kind: str, standing: Standing) -> str:
    due, left = due_on(kind, standing), standing.day_of("exit")
    if due is None or left is None:
        return EXIT_FIRST
    if standing.today < due:
        return NOT_YET
    late = kind == "after30" and standing.today > left + timedelta(days=LAST_DAY_OF_30)
    return TOO_LATE if late else ""


def due_on(kind: str, standing: Standing) -> date | None:
    """The first day of a repeat, once the exit form is handed in; None for entry and exit."""
    left = standing.day_of("exit")
    if kind not in DAYS_AFTER or left is None:
        return None
    return left + timedelta(days=DAYS_AFTER[kind])


def may_all(standing: Standing) -> dict[str, str]:
    """Kind → code, for every kind that the version has a form for, in the order of a course."""
    kinds = (kind for kind in MEASURING_KINDS if kind in standing.planned)
    return {kind: may_measure(kind, standing) for kind in kinds}
