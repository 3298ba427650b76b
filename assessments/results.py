"""What a class has reached, learner by learner: for the trainer's board and the API."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments import queries
from assessments.models import Attainment, Attempt, LessonProgress
from assessments.projection import row_of
from courses import queries as courses_queries
from courses.rules import ProgrammeVersion
from lms.cohorts.models import Cohort, Enrolment
from lms.core.errors import NotFound
from lms.core.guard import Actor, require_cohort
from lms.core.i18n import _


@dataclass
class Result:
    """One learner's work in a class. `proofs`: proof → day; `tasks`: task → newest result."""

    enrolment: UUID
    lessons: int
    lessons_begun: int = 0
    lessons_done: int = 0
    tries: int = 0
    best_points: int | None = None
    max_points: int | None = None
    last_state: str | None = None
    """State of the newest certifying attempt: open, provisional, final or refused."""
    proofs: dict[str, date] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """The test is passed, supervised or not."""
        return "test_passed" in self.proofs


def of_class(session: Session, who: Actor, cohort_id: UUID) -> list[Result]:
    """The results of a class the actor may see, in no order that names anybody."""
    cohort = row_of(session, Cohort, who.commune, cohort_id)
    if cohort is None:
        raise NotFound(_("Không tìm thấy lớp này."))
    require_cohort(who, cohort_id)
    enrolments = session.scalars(
        select(Enrolment)
        .where(Enrolment.commune_id == who.commune, Enrolment.cohort_id == cohort_id)
        .order_by(Enrolment.id)
    ).all()
    return list(of_enrolments(session, cohort, enrolments).values())


def of_enrolments(
    session: Session, cohort: Cohort, enrolments: Sequence[Enrolment]
) -> dict[UUID, Result]:
    """Enrolment → result, in five reads whatever the size of the class."""
    version = courses_queries.version(session, cohort.version_id)
    ids = [enrolment.id for enrolment in enrolments]
    found = {one: Result(one, len(version.lessons_at(cohort.level))) for one in ids}
    _add_lessons(session, cohort, version, found)
    _add_tests(session, cohort, found)
    _add_proofs(session, cohort, enrolments, found)
    for (enrolment, task), seen in queries.newest_observations(
        session, cohort.commune_id, ids
    ).items():
        found[enrolment].tasks[task] = seen.result
    return found


def _add_lessons(
    session: Session, cohort: Cohort, version: ProgrammeVersion, found: dict[UUID, Result]
) -> None:
    known = [lesson.code for lesson in version.lessons_at(cohort.level)]
    rows = session.execute(
        select(
            LessonProgress.enrolment_id,
            func.count(LessonProgress.finished_at),
            func.count(),
        )
        .where(
            LessonProgress.commune_id == cohort.commune_id,
            LessonProgress.enrolment_id.in_(found),
            LessonProgress.lesson.in_(known),
        )
        .group_by(LessonProgress.enrolment_id)
    )
    for enrolment, done, begun in rows:
        found[enrolment].lessons_done, found[enrolment].lessons_begun = done, begun


def _add_tests(session: Session, cohort: Cohort, found: dict[UUID, Result]) -> None:
    rows = session.scalars(
        select(Attempt)
        .where(
            Attempt.commune_id == cohort.commune_id,
            Attempt.enrolment_id.in_(found),
            Attempt.purpose == "certifying",
        )
        .order_by(Attempt.started_at, Attempt.id)
    )
    for attempt in rows:
        result = found[attempt.enrolment_id]
        result.last_state = attempt.state
        if attempt.state == "refused":
            continue
        result.tries += 1
        if attempt.points is not None and attempt.points >= (result.best_points or 0):
            result.best_points, result.max_points = attempt.points, attempt.max_points


def _add_proofs(
    session: Session,
    cohort: Cohort,
    enrolments: Sequence[Enrolment],
    found: dict[UUID, Result],
) -> None:
    people = {enrolment.person_id: enrolment.id for enrolment in enrolments}
    rows = session.scalars(
        select(Attainment).where(
            Attainment.commune_id == cohort.commune_id,
            Attainment.person_id.in_(people),
            Attainment.programme_code == cohort.programme_code,
            Attainment.level == cohort.level,
        )
    )
    for row in rows:
        proofs = found[people[row.person_id]].proofs
        proofs[row.proof] = min(proofs.get(row.proof, row.occurred_on), row.occurred_on)


@dataclass(frozen=True)
class SittingCount:
    """How many learners are at the test of a sitting, and how many have handed in."""

    unfinished: int
    handed_in: int


def count_sitting(session: Session, commune_id: UUID, sitting_id: UUID) -> SittingCount:
    """The tests of a sitting; refused tries are in neither number."""
    states = session.scalars(
        select(Attempt.state).where(
            Attempt.commune_id == commune_id,
            Attempt.sitting_id == sitting_id,
            Attempt.purpose == "certifying",
        )
    )
    counted = Counter(states)
    return SittingCount(counted["open"], counted["provisional"] + counted["final"])
