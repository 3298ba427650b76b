"""The slips of a class: what each learner takes home on paper, in five reads whatever the size of the class."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import queries
from assessments.models import Attempt, LessonProgress
from assessments.rules.slip import Slip, slip_of
from courses import queries as courses_queries
from courses.rules import ProgrammeVersion
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.guard import Actor, require_cohort
from lms.people.models import Person

PROVING = ("practice", "certifying")
"""Forms that show what somebody can do; the measuring ones tell how a class changed."""


@dataclass(frozen=True)
class NamedSlip:
    """A learner's full name and slip."""

    name: str
    slip: Slip


@dataclass(frozen=True)
class Slips:
    """What is printed. `pairs` are the sheets: two slips on each, None where one is left over."""

    cohort: Cohort
    version: ProgrammeVersion
    trainers: Sequence[str]
    printed_on: date
    slips: Sequence[NamedSlip]

    @property
    def address(self) -> str:
        """How the programme addresses the learner: 'cô chú'."""
        return self.version.programme.address

    @property
    def pairs(self) -> list[tuple[NamedSlip, NamedSlip | None]]:
        """The slips two by two."""
        rest = [*self.slips[1::2], None]
        return list(zip(self.slips[::2], rest, strict=False))


def of_class(session: Session, who: Actor, cohort_id: UUID) -> Slips:
    """The slips of all learners of a class the actor may work in, in the order of their names."""
    cohort = cohorts_queries.cohort(session, who.commune, cohort_id)
    require_cohort(who, cohort.id)
    return _slips(session, cohort, cohorts_queries.learners(session, who.commune, cohort.id))


def of_learner(session: Session, who: Actor, enrolment_id: UUID) -> Slips:
    """The slip of one learner of such a class."""
    enrolment = cohorts_queries.enrolment(session, who.commune, enrolment_id)
    cohort = cohorts_queries.cohort(session, who.commune, enrolment.cohort_id)
    require_cohort(who, cohort.id)
    person = session.get_one(Person, (who.commune, enrolment.person_id))
    return _slips(session, cohort, [(enrolment, person)])


def _slips(session: Session, cohort: Cohort, learners: Sequence[tuple[Enrolment, Person]]) -> Slips:
    version = courses_queries.version(session, cohort.version_id)
    ids = [enrolment.id for enrolment, _person in learners]
    done, mastered = _done(session, cohort, ids), _mastered(session, cohort, ids)
    seen: dict[UUID, dict[str, str]] = defaultdict(dict)
    observed = queries.newest_observations(session, cohort.commune_id, ids)
    for (enrolment, task), one in observed.items():
        seen[enrolment][task] = one.result
    slips = [
        NamedSlip(
            person.full_name,
            slip_of(version, cohort.level, done[e.id], seen[e.id], mastered[e.id]),
        )
        for e, person in learners
    ]
    trainers = cohorts_queries.trainers_of(session, cohort.commune_id, cohort.id)
    return Slips(cohort, version, [one.display_name for one in trainers], clock.today(), slips)


def _done(session: Session, cohort: Cohort, ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Enrolment → codes of the lessons it finished."""
    rows = session.execute(
        select(LessonProgress.enrolment_id, LessonProgress.lesson).where(
            LessonProgress.commune_id == cohort.commune_id,
            LessonProgress.enrolment_id.in_(ids),
            LessonProgress.finished_at.is_not(None),
        )
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for enrolment, lesson in rows:
        found[enrolment].add(lesson)
    return found


def _mastered(
    session: Session, cohort: Cohort, ids: Sequence[UUID]
) -> dict[UUID, list[dict[str, bool]]]:
    """Enrolment → of each attempt that counts, the oldest first: skill → mastered."""
    rows = session.scalars(
        select(Attempt)
        .where(
            Attempt.commune_id == cohort.commune_id,
            Attempt.enrolment_id.in_(ids),
            Attempt.purpose.in_(PROVING),
            Attempt.state == "final",
        )
        .order_by(Attempt.submitted_at, Attempt.id)
    ).all()
    versions = {key: courses_queries.version(session, key) for key in {r.version_id for r in rows}}
    found: dict[UUID, list[dict[str, bool]]] = defaultdict(list)
    for row in rows:
        results = queries.skills_in(versions[row.version_id], row)
        found[row.enrolment_id].append({one.skill.code: one.mastered for one in results})
    return found
