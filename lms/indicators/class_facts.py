"""What classes tell an indicator: who came, who learned, and which classes were held.

Attended and learned are the two class rungs of the ladder; they are shown and never attainments.
A session counts on the day it was opened, a planned one that never was counts only in the total.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from assessments.models import LessonProgress
from courses import queries as courses
from lms.cohorts.models import Attendance, ClassSession, Cohort, Enrolment
from lms.core.clock import day_of
from lms.indicators.bare import BareId
from lms.indicators.rules.facts import Count, Participation
from lms.indicators.rules.vocabulary import (
    AI_OFFICE,
    ELDERS,
    MARKET,
    OFFICIALS,
    ONE_AI_TOOL,
    PEOPLE,
    PUBLIC_UNITS,
    RESIDENTIAL_UNITS,
    TEAMS,
    WORKERS,
)
from lms.people.models import Unit


@dataclass(frozen=True, slots=True)
class ClassCount:
    """Which of our own classes a thing counted by plans covers; None is any programme or unit.

    `by_session` counts every meeting, otherwise a class counts once, on its first day.
    """

    what: str
    programmes: frozenset[str] | None = None
    unit_kinds: frozenset[str] | None = None
    by_session: bool = False


CLASS_COUNTS = (
    ClassCount(
        "class-held",
        frozenset({OFFICIALS, TEAMS, PEOPLE, ELDERS, MARKET, ONE_AI_TOOL, AI_OFFICE}),
    ),
    ClassCount("worker-class-held", frozenset({WORKERS})),
    ClassCount("elderly-class", frozenset({ELDERS})),
    ClassCount("training-course", unit_kinds=PUBLIC_UNITS),
    ClassCount("community-class", unit_kinds=RESIDENTIAL_UNITS, by_session=True),
)
"""Things that the service counts by itself; what was held elsewhere is added by hand."""


def _same(table: Any, column: Any, other: Any) -> ColumnElement[bool]:
    """The composite join (commune_id, column) = other's key."""
    return and_(table.commune_id == other.commune_id, column == other.id)


# --- classes held -------------------------------------------------------------------------------


def class_counts(session: Session, commune_id: UUID) -> list[Count]:
    """Our own classes as things counted."""
    query = (
        select(
            BareId(ClassSession.id), BareId(Cohort.id), Cohort.programme_code, Unit.kind,
            BareId(Cohort.unit_id), ClassSession.opened_at,
        )
        .join(Cohort, _same(ClassSession, ClassSession.cohort_id, Cohort))
        .join(Unit, _same(Cohort, Cohort.unit_id, Unit))
        .where(ClassSession.commune_id == commune_id, ClassSession.opened_at.is_not(None))
        .order_by(ClassSession.opened_at, ClassSession.id)
    )  # fmt: skip
    counted = courses.counted_as(session, commune_id)
    held = [
        _Held(meeting, cohort, counted.get(programme, programme), kind, unit, opened)
        for meeting, cohort, programme, kind, unit, opened in session.execute(query)
    ]
    return [count for kind in CLASS_COUNTS for count in _counted(kind, held)]


@dataclass(frozen=True, slots=True)
class _Held:
    meeting: str
    cohort: str
    programme: str
    unit_kind: str
    unit: str
    opened_at: datetime | None


def _counted(kind: ClassCount, held: list[_Held]) -> Iterator[Count]:
    """The classes or meetings of one kind, earliest first; a class only once."""
    seen: set[str] = set()
    for row in held:
        key = row.meeting if kind.by_session else row.cohort
        wanted = kind.programmes is None or row.programme in kind.programmes
        placed = kind.unit_kinds is None or row.unit_kind in kind.unit_kinds
        if wanted and placed and row.opened_at and key not in seen:
            seen.add(key)
            yield Count(key, kind.what, day_of(row.opened_at), 1, row.unit)


# --- who came, who learned ----------------------------------------------------------------------


def participations(session: Session, commune_id: UUID) -> list[Participation]:
    """Everybody enrolled in a class, with the days attended and the day all lessons were done."""
    days = _session_days(session, commune_id)
    attended = _attended(session, commune_id, days)
    learned = _learned(session, commune_id)
    counted = courses.counted_as(session, commune_id)
    off = _not_held(session, commune_id)
    totals = {
        cohort: len({day for meeting, day in of.items() if meeting not in off})
        for cohort, of in days.items()
    }
    query = (
        select(
            BareId(Enrolment.id), BareId(Enrolment.person_id), Cohort.programme_code,
            BareId(Cohort.id), Enrolment.enrolled_on, Enrolment.withdrawn_on,
        )
        .join(Cohort, _same(Enrolment, Enrolment.cohort_id, Cohort))
        .where(Enrolment.commune_id == commune_id)
    )  # fmt: skip
    return [
        Participation(
            person, counted.get(programme, programme), cohort, enrolled, attended.get(key, ()),
            totals.get(cohort, 0), learned.get(key), withdrawn,
        )
        for key, person, programme, cohort, enrolled, withdrawn in session.execute(query)
    ]  # fmt: skip


def _session_days(session: Session, commune_id: UUID) -> dict[str, dict[str, date]]:
    """Cohort → session → its day: that of its opening, else the planned one."""
    table = ClassSession
    query = select(
        BareId(table.cohort_id), BareId(table.id), table.planned_on, table.opened_at
    ).where(table.commune_id == commune_id)
    found: defaultdict[str, dict[str, date]] = defaultdict(dict)
    for cohort, meeting, planned, opened in session.execute(query):
        found[cohort][meeting] = day_of(opened) if opened else planned
    return found


def _not_held(session: Session, commune_id: UUID) -> set[str]:
    """The sessions that were cancelled: nobody can have missed them."""
    query = select(BareId(ClassSession.id)).where(
        ClassSession.commune_id == commune_id,
        ClassSession.cancelled_at.is_not(None),
        ClassSession.opened_at.is_(None),
    )
    return set(session.scalars(query))


def _attended(
    session: Session, commune_id: UUID, days: Mapping[str, Mapping[str, date]]
) -> dict[str, tuple[date, ...]]:
    """Enrolment → the days on which its learner was there."""
    day = {meeting: when for of in days.values() for meeting, when in of.items()}
    query = select(BareId(Attendance.enrolment_id), BareId(Attendance.class_session_id)).where(
        Attendance.commune_id == commune_id, Attendance.state == "present"
    )
    found: defaultdict[str, set[date]] = defaultdict(set)
    for enrolment, meeting in session.execute(query):
        found[enrolment].add(day[meeting])
    return {enrolment: tuple(sorted(when)) for enrolment, when in found.items()}


def _learned(session: Session, commune_id: UUID) -> dict[str, date]:
    """Enrolment → the day its last lesson was finished, for those who finished every lesson.

    Only lessons of the class's version and level count: a tablet may name others.
    """
    lessons = _lessons(session, commune_id)
    if not lessons:
        return {}
    of_version = or_(
        *(
            and_(
                Cohort.version_id == version,
                Cohort.level == level,
                LessonProgress.lesson.in_(codes),
            )
            for (version, level), codes in lessons.items()
        )
    )
    query = (
        select(
            BareId(Enrolment.id), Cohort.version_id, Cohort.level, func.count(),
            func.max(LessonProgress.finished_at, type_=LessonProgress.finished_at.type),
        )
        .join(LessonProgress, _same(LessonProgress, LessonProgress.enrolment_id, Enrolment))
        .join(Cohort, _same(Enrolment, Enrolment.cohort_id, Cohort))
        .where(
            Enrolment.commune_id == commune_id, LessonProgress.finished_at.is_not(None), of_version
        )
        .group_by(Enrolment.id, Cohort.version_id, Cohort.level)
    )  # fmt: skip
    rows = session.execute(query)
    return {
        key: day_of(last)
        for key, version, level, done, last in rows
        if last is not None and done == len(lessons[version, level])
    }


def _lessons(session: Session, commune_id: UUID) -> dict[tuple[UUID, str], frozenset[str]]:
    """(version, level) → the codes of its lessons, for everything that the commune teaches."""
    columns = (Cohort.version_id, Cohort.level)
    taught = select(*columns).where(Cohort.commune_id == commune_id).distinct()
    return {
        (key, level): frozenset(
            lesson.code for lesson in courses.version(session, key).lessons_at(level)
        )
        for key, level in session.execute(taught)
    }
