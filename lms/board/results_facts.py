"""What is known of the people of classes, read for one class or for all of a commune alike.

Two records of one person count as one, with the work of both. Who left the class is not counted in it.
Who came from another class brings the lessons, tests and minutes from there; being present is always
of this class's own meetings. Proofs and certificates are the person's, wherever they were reached.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assessments.models import (
    Attainment,
    AttainmentRevocation,
    Attempt,
    LearningDay,
    LessonProgress,
)
from certificates.models import Certificate
from certificates.rules import VALID
from courses import queries as courses_queries
from courses.rules import LEVELS, ProgrammeVersion
from lms.board.results_people import People, among
from lms.board.results_rules import (
    STATES,
    Work,
    reached,
    strongest,
)
from lms.cohorts.models import Attendance, Cohort
from lms.core import clock

PRESENT = STATES[0]


@dataclass(frozen=True)
class Learner:
    """One person of a class. `key` is the enrolment that stands and names the learner's sheet.

    `enrolments` are all those in this class that are the person's, `earlier` those in classes before.
    """

    key: UUID
    person: UUID
    name: str
    birth_year: int | None
    enrolments: tuple[UUID, ...]
    earlier: tuple[UUID, ...]
    marks: Mapping[UUID, str]
    """Meeting → present, excused or absent, over all records of the person."""
    work: Work
    rungs: frozenset[str]
    number: str
    """Of the certificate that is valid; empty when there is none."""
    proofs: tuple["Proof", ...]
    """Those that count for the class, each with the sitting it was reached in."""

    @property
    def all_enrolments(self) -> tuple[UUID, ...]:
        """Everything that the learner's lessons and tests may hang on."""
        return (*self.enrolments, *self.earlier)


@dataclass(frozen=True)
class ClassFacts:
    """A class with its people in the order of their names. `left_out`: fate → names."""

    cohort: Cohort
    version: ProgrammeVersion
    learners: tuple[Learner, ...]
    joined: int
    left_out: Mapping[str, tuple[str, ...]]

    @property
    def lessons(self) -> tuple[str, ...]:
        """The codes of the lessons that the class learns."""
        return tuple(one.code for one in self.version.lessons_at(self.cohort.level))


def load(session: Session, commune_id: UUID, cohorts: Sequence[Cohort]) -> list[ClassFacts]:
    """The facts of these classes in their order, in about ten statements however many there are."""
    people = People.of(session, commune_id, cohorts)
    work = _WorkRead.of(session, commune_id, people)
    versions = {
        key: courses_queries.version(session, key) for key in {one.version_id for one in cohorts}
    }
    return [_facts(one, versions[one.version_id], people, work) for one in cohorts]


def _facts(
    cohort: Cohort, version: ProgrammeVersion, people: People, work: "_WorkRead"
) -> ClassFacts:
    who = people.counted[cohort.id]
    lessons = [one.code for one in version.lessons_at(cohort.level)]
    found = []
    for person, own in who.records.items():
        earlier = people.earlier(cohort, own)
        held, marks = work.certificate(cohort, people.records[person]), work.marks_of(own)
        done = work.of_person(cohort, (*own, *earlier), people.records[person])
        done = replace(
            done,
            meetings=frozenset(m for m, state in marks.items() if state == PRESENT),
            lessons=done.lessons.intersection(lessons),
            certificate=held.on if held else None,
        )
        found.append(
            Learner(
                own[0], person, people.names[person], people.born.get(person), own, earlier,
                marks, done, reached(done, lessons), held.number if held else "",
                work.proofs_of(cohort, people.records[person]),
            )
        )  # fmt: skip
    left = {fate: tuple(people.called[key] for key in keys) for fate, keys in who.left_out.items()}
    return ClassFacts(cohort, version, tuple(found), who.joined, left)


# --- what they did ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    """A proof that counts today."""

    person: UUID
    programme: str
    level: str
    proof: str
    on: date
    sitting: UUID | None
    enrolment: UUID | None


@dataclass(frozen=True)
class Paper:
    """A certificate that is valid."""

    programme: str
    level: str
    on: date
    number: str


@dataclass(frozen=True)
class _WorkRead:
    """By enrolment: meetings, lessons, tests and minutes; by record of a person: proofs, certificates."""

    meetings: Mapping[UUID, set[tuple[UUID, str]]]
    lessons: Mapping[UUID, set[str]]
    tests: Mapping[UUID, int]
    minutes: Mapping[UUID, int]
    proofs: Mapping[UUID, list[Proof]]
    certificates: Mapping[UUID, list["Paper"]]

    @classmethod
    def of(cls, session: Session, commune_id: UUID, people: People) -> "_WorkRead":
        ids, records = people.enrolments, {x for own in people.records.values() for x in own}
        return cls(
            _marks(session, _attendance(commune_id, ids)),
            _pairs(session, _finished(commune_id, ids)),
            {row[0]: row[1] for row in session.execute(_tests(commune_id, ids))},
            {row[0]: row[1] for row in session.execute(_minutes(commune_id, ids))},
            proofs(session, commune_id, records),
            _certificates(session, commune_id, records),
        )

    def marks_of(self, own: Iterable[UUID]) -> dict[UUID, str]:
        """Meeting → what is written of a person; of two records of one person, that they were there."""
        found: dict[UUID, str] = {}
        for meeting, state in (mark for key in own for mark in self.meetings.get(key, ())):
            found[meeting] = strongest((state, found.get(meeting))) or state
        return found

    def of_person(
        self, cohort: Cohort, enrolments: Sequence[UUID], records: Iterable[UUID]
    ) -> Work:
        """What somebody did, under all these enrolments and records; meetings and certificate apart."""
        days: dict[str, date] = {}
        for one in self.proofs_of(cohort, records):
            days[one.proof] = min(one.on, days.get(one.proof, one.on))
        return Work(
            lessons=frozenset(code for key in enrolments for code in self.lessons.get(key, ())),
            tests=sum(self.tests.get(key, 0) for key in enrolments),
            proofs=days,
            minutes=sum(self.minutes.get(key, 0) for key in enrolments),
        )

    def proofs_of(self, cohort: Cohort, records: Iterable[UUID]) -> tuple[Proof, ...]:
        """The proofs of a person in the class's programme, at its level or above."""
        found = (proof for one in records for proof in self.proofs.get(one, ()))
        return tuple(proof for proof in found if counts_for(proof, cohort))

    def certificate(self, cohort: Cohort, records: Iterable[UUID]) -> "Paper | None":
        """The valid certificate of the class's programme and level; after a merge the earlier one."""
        wanted = (cohort.programme_code, cohort.level)
        own = (paper for one in records for paper in self.certificates.get(one, ()))
        held = [paper for paper in own if (paper.programme, paper.level) == wanted]
        return min(held, key=lambda paper: (paper.on, paper.number), default=None)


def counts_for(proof: Proof, cohort: Cohort) -> bool:
    """A proof of the class's programme, at its level or above."""
    enough = LEVELS.index(proof.level) >= LEVELS.index(cohort.level)
    return proof.programme == cohort.programme_code and enough


def _pairs(session: Session, query: Select[UUID, Any]) -> dict[UUID, set[Any]]:
    found: defaultdict[UUID, set[Any]] = defaultdict(set)
    for key, value in session.execute(query):
        found[key].add(value)
    return found


def _marks(session: Session, query: Select[UUID, UUID, str]) -> dict[UUID, set[tuple[UUID, str]]]:
    found: defaultdict[UUID, set[tuple[UUID, str]]] = defaultdict(set)
    for enrolment, meeting, state in session.execute(query):
        found[enrolment].add((meeting, state))
    return found


def _attendance(commune_id: UUID, ids: Collection[UUID]) -> Select[UUID, UUID, str]:
    return select(Attendance.enrolment_id, Attendance.class_session_id, Attendance.state).where(
        Attendance.commune_id == commune_id, *among(Attendance.enrolment_id, ids)
    )


def _finished(commune_id: UUID, ids: Collection[UUID]) -> Select[UUID, str]:
    return select(LessonProgress.enrolment_id, LessonProgress.lesson).where(
        LessonProgress.commune_id == commune_id,
        LessonProgress.finished_at.is_not(None),
        *among(LessonProgress.enrolment_id, ids),
    )


def finished_at(
    commune_id: UUID, ids: Collection[UUID], lessons: Collection[str]
) -> Select[UUID, datetime | None]:
    """Enrolment → when the last of these lessons was finished."""
    last = func.max(LessonProgress.finished_at, type_=LessonProgress.finished_at.type)
    return (
        select(LessonProgress.enrolment_id, last)
        .where(
            LessonProgress.commune_id == commune_id,
            LessonProgress.finished_at.is_not(None),
            LessonProgress.enrolment_id.in_(ids),
            LessonProgress.lesson.in_(lessons),
        )
        .group_by(LessonProgress.enrolment_id)
    )


def _tests(commune_id: UUID, ids: Collection[UUID]) -> Select[UUID, int]:
    """Tests handed in, of which some answers may still be on their way; refused ones are none."""
    return (
        select(Attempt.enrolment_id, func.count())
        .where(
            Attempt.commune_id == commune_id,
            Attempt.purpose == "certifying",
            Attempt.submitted_at.is_not(None),
            Attempt.state != "refused",
            *among(Attempt.enrolment_id, ids),
        )
        .group_by(Attempt.enrolment_id)
    )


def _minutes(commune_id: UUID, ids: Collection[UUID]) -> Select[UUID, int]:
    return (
        select(LearningDay.enrolment_id, func.sum(LearningDay.minutes, type_=LearningDay.minutes.type))
        .where(LearningDay.commune_id == commune_id, *among(LearningDay.enrolment_id, ids))
        .group_by(LearningDay.enrolment_id)
    )  # fmt: skip


def proofs(
    session: Session, commune_id: UUID, records: Collection[UUID]
) -> dict[UUID, list[Proof]]:
    """Record of a person → the proofs that count today: those withdrawn until today do not."""
    revoked = select(AttainmentRevocation.attainment_id).where(
        AttainmentRevocation.commune_id == commune_id,
        AttainmentRevocation.revoked_on <= clock.today(),
    )
    rows = session.execute(
        select(Attainment.person_id, Attainment.programme_code, Attainment.level, Attainment.proof,
               Attainment.occurred_on, Attainment.sitting_id, Attainment.enrolment_id)
        .where(Attainment.commune_id == commune_id, Attainment.id.not_in(revoked),
               *among(Attainment.person_id, records))
    )  # fmt: skip
    found: defaultdict[UUID, list[Proof]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(Proof(*row))
    return found


def _certificates(
    session: Session, commune_id: UUID, records: Collection[UUID]
) -> dict[UUID, list[Paper]]:
    rows = session.execute(
        select(Certificate.person_id, Certificate.programme_code, Certificate.level,
               Certificate.issued_on, Certificate.number)
        .where(Certificate.commune_id == commune_id, Certificate.status == VALID,
               *among(Certificate.person_id, records))
    )  # fmt: skip
    found: defaultdict[UUID, list[Paper]] = defaultdict(list)
    for person, programme, level, day, number in rows:
        found[person].append(Paper(programme, level, day, number))
    return found
