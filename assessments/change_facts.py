"""Who was measured when: one record per person and programme, from the forms that count.

Of each kind the earliest form that was handed in counts, over all classes of the programme and all
records of the person; the others are kept. An entry form handed in after a lesson was finished, or after
the exit form, measures no beginning and does not count; nor does a repeat before the exit form.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.models import Attempt, LessonProgress
from assessments.moments import Seen, seen_tasks
from assessments.rules.gain import Score
from courses import queries as courses_queries
from courses.rules import MEASURING_KINDS, ProgrammeVersion, UnknownContent
from lms.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.people import queries as people_queries

Subject = tuple[UUID, str, str]
"""(person after merges, programme, level)."""


@dataclass(frozen=True)
class Form:
    """One handed-in form that may count."""

    kind: str
    at: datetime
    key: str
    enrolment: UUID
    score: Score


@dataclass(frozen=True)
class Course:
    """A person's way through a programme. `cohort`: the class it is counted in.

    That is the class of the exit form that counts, else of the entry form, else the newest one, so
    that everybody is counted in one class of a programme and classes add up.
    """

    person: UUID
    programme: str
    level: str
    cohort: UUID
    forms: Mapping[str, Form]
    verdicts: Mapping[tuple[str, str], str]
    """(task, moment) → the verdict."""
    learning: bool

    def score(self, kind: str) -> Score | None:
        """The score of the form of this kind that counts."""
        return self.forms[kind].score if kind in self.forms else None

    def has(self, *kinds: str) -> bool:
        """Whether all these forms count."""
        return all(kind in self.forms for kind in kinds)


@dataclass(frozen=True)
class Facts:
    """Everything that a report on the change needs."""

    courses: Sequence[Course]
    cohorts: Mapping[UUID, Cohort]
    """The classes whose programme has an entry and an exit form at their level."""
    versions: Mapping[UUID, ProgrammeVersion]
    """Class → what it teaches."""
    unmeasured: int
    """Classes whose programme has none."""


def load(session: Session, commune_id: UUID, only: Collection[UUID] | None = None) -> Facts:
    """The facts of the commune, or of the people who are in the classes `only`.

    Those people's work in other classes of the programme is read as well: it may be what counts.
    """
    cohorts, versions, unmeasured = _cohorts(session, commune_id, only)
    survivors = people_queries.survivors(session, commune_id)
    people = None if only is None else _people(session, commune_id, only, survivors)
    enrolments = _enrolments(session, commune_id, people)
    known = {e.id: e for e in enrolments if e.cohort_id in cohorts}
    found = _courses(session, commune_id, known, cohorts, versions, survivors)
    shown = [one for one in found if only is None or one.cohort in only]
    return Facts(shown, cohorts, versions, unmeasured)


def _cohorts(
    session: Session, commune_id: UUID, only: Collection[UUID] | None
) -> tuple[dict[UUID, Cohort], dict[UUID, ProgrammeVersion], int]:
    """All classes that measure, what they teach, and how many of the asked ones do not.

    Of other programmes than those of the classes `only` nothing is asked, so nothing is read.
    """
    own = select(Cohort).where(Cohort.commune_id == commune_id)
    if only is not None:
        asked_of = own.with_only_columns(Cohort.programme_code).where(Cohort.id.in_(only))
        own = own.where(Cohort.programme_code.in_(asked_of))
    rows = session.scalars(own.order_by(Cohort.starts_on, Cohort.code)).all()
    versions = {key: courses_queries.version(session, key) for key in {r.version_id for r in rows}}
    measuring = [row for row in rows if measures(versions[row.version_id], row.level)]
    asked = [row for row in rows if only is None or row.id in only]
    told = {row.id: versions[row.version_id] for row in measuring}
    return {r.id: r for r in measuring}, told, sum(row.id not in told for row in asked)


def measures(version: ProgrammeVersion, level: str) -> bool:
    """Whether the version has an entry and an exit form at this level."""
    try:
        return bool(version.blueprint("entry", level) and version.blueprint("exit", level))
    except UnknownContent:
        return False


def _people(
    session: Session, commune_id: UUID, only: Collection[UUID], survivors: Mapping[UUID, UUID]
) -> set[UUID]:
    """Every record of the people enrolled in these classes."""
    rows = session.scalars(
        select(Enrolment.person_id).where(
            Enrolment.commune_id == commune_id, Enrolment.cohort_id.in_(only)
        )
    )
    roots = {survivors.get(person, person) for person in rows}
    return roots | {duplicate for duplicate, root in survivors.items() if root in roots}


def _enrolments(
    session: Session, commune_id: UUID, people: Collection[UUID] | None
) -> Sequence[Enrolment]:
    query = select(Enrolment).where(Enrolment.commune_id == commune_id)
    if people is not None:
        query = query.where(Enrolment.person_id.in_(people))
    return session.scalars(query.order_by(Enrolment.enrolled_on, Enrolment.id)).all()


def _courses(
    session: Session,
    commune_id: UUID,
    enrolments: Mapping[UUID, Enrolment],
    cohorts: Mapping[UUID, Cohort],
    versions: Mapping[UUID, ProgrammeVersion],
    survivors: Mapping[UUID, UUID],
) -> list[Course]:
    subjects: dict[Subject, list[Enrolment]] = defaultdict(list)
    for one in enrolments.values():
        cohort = cohorts[one.cohort_id]
        person = survivors.get(one.person_id, one.person_id)
        subjects[person, cohort.programme_code, cohort.level].append(one)
    people = {one.person_id for one in enrolments.values()}
    forms = _forms(session, commune_id, people)
    learned = _first_lessons(session, commune_id, people)
    verdicts = _verdicts(session, commune_id, people, versions)
    return [
        _course(subject, own, cohorts, counted(_of(own, forms), learned), _of(own, verdicts))
        for subject, own in sorted(subjects.items(), key=lambda pair: str(pair[0]))
    ]


def _of(own: Iterable[Enrolment], held: Mapping[UUID, Sequence[Any]]) -> list[Any]:
    return [one for enrolment in own for one in held.get(enrolment.id, ())]


def _about(query: Any, commune_id: UUID, people: Collection[UUID], table: Any) -> Any:
    """Narrow a query to a few people; for many it is cheaper to read all of the commune."""
    query = query.where(table.commune_id == commune_id)
    if len(people) > FEW:
        return query
    own = select(Enrolment.id).where(
        Enrolment.commune_id == commune_id, Enrolment.person_id.in_(people)
    )
    return query.where(table.enrolment_id.in_(own))


FEW = 2000


def _forms(session: Session, commune_id: UUID, people: Collection[UUID]) -> dict[UUID, list[Form]]:
    """Enrolment → its handed-in measuring forms of which all answers are held."""
    query = select(
        Attempt.purpose, Attempt.submitted_at, Attempt.id, Attempt.enrolment_id,
        Attempt.points, Attempt.max_points, Attempt.mark,
    ).where(Attempt.purpose.in_(MEASURING_KINDS), Attempt.state == "final")  # fmt: skip
    found: dict[UUID, list[Form]] = defaultdict(list)
    for kind, at, key, enrolment, points, most, mark in session.execute(
        _about(query, commune_id, people, Attempt)
    ):
        if most:
            skills = {skill: (got, of) for skill, (got, of) in mark["skills"].items()}
            form = Form(kind, at, str(key), enrolment, Score(points, most, skills))
            found[enrolment].append(form)
    return found


def _first_lessons(
    session: Session, commune_id: UUID, people: Collection[UUID]
) -> dict[UUID, datetime]:
    """Enrolment → when its first lesson was finished."""
    query = (
        select(LessonProgress.enrolment_id, func.min(LessonProgress.finished_at))
        .where(LessonProgress.finished_at.is_not(None))
        .group_by(LessonProgress.enrolment_id)
    )
    rows = session.execute(_about(query, commune_id, people, LessonProgress))
    return {row[0]: row[1] for row in rows}


def _verdicts(
    session: Session, commune_id: UUID, people: Collection[UUID],
    versions: Mapping[UUID, ProgrammeVersion],
) -> dict[UUID, list[Seen]]:  # fmt: skip
    """Enrolment → what was seen at the beginning and the end, if any programme asks for it."""
    held = {version.id: version for version in versions.values()}
    plans = (plan for version in held.values() for plan in version.blueprints)
    tasks = {task for plan in plans for task in plan.tasks}
    found: dict[UUID, list[Seen]] = defaultdict(list)
    if tasks:
        few = people if len(people) <= FEW else None
        for seen in seen_tasks(session, commune_id, tasks, people=few):
            found[seen.enrolment].append(seen)
    return found


def counted(forms: Sequence[Form], learned: Mapping[UUID, datetime]) -> dict[str, Form]:
    """Kind → the form that counts: see the head of this module."""
    held: dict[str, Form] = {}
    for form in sorted(forms, key=lambda one: (one.at, one.key)):
        lesson = learned.get(form.enrolment)
        if form.kind == "entry" and lesson is not None and form.at > lesson:
            continue
        held.setdefault(form.kind, form)
    end = held.get("exit")
    # A tablet with a clock far behind puts both at the opening of the class; then nothing is out of order.
    if end and "entry" in held and held["entry"].at > end.at:
        del held["entry"]
    for kind in ("after30", "after90"):
        if kind in held and (end is None or held[kind].at <= end.at):
            del held[kind]
    return held


def _course(
    subject: Subject,
    own: Sequence[Enrolment],
    cohorts: Mapping[UUID, Cohort],
    forms: Mapping[str, Form],
    seen: Iterable[Seen],
) -> Course:
    homes = {one.id: one.cohort_id for one in own}
    telling = forms.get("exit") or forms.get("entry")
    cohort = homes[telling.enrolment] if telling else own[-1].cohort_id
    ordered = sorted(seen, key=lambda one: (one.at, one.key))
    verdicts = {(one.task, one.moment): one.result for one in ordered}
    return Course(*subject, cohort, forms, verdicts, _is_running(cohorts[cohort]))


def _is_running(cohort: Cohort) -> bool:
    over = cohort.ends_on is not None and cohort.ends_on < clock.today()
    return cohort.closed_at is None and not over
