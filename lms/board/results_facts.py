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

from sqlalchemy import ColumnElement, Select, func, select
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
from lms.board.results_rules import Counted, Enrolled, Work, counted, earlier_classes, reached
from lms.cohorts.models import Attendance, Cohort, Enrolment
from lms.core import clock
from lms.people import queries as people_queries
from lms.people.models import Person

FEW = 900
"""So many ids are named in a statement; for more it is cheaper, and safe, to read all of the commune."""


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
    work: Work
    rungs: frozenset[str]
    number: str
    """Of the certificate that is valid; empty when there is none."""

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
    records: Mapping[UUID, frozenset[UUID]]
    """Person → every record of the person."""

    @property
    def lessons(self) -> tuple[str, ...]:
        """The codes of the lessons that the class learns."""
        return tuple(one.code for one in self.version.lessons_at(self.cohort.level))


def load(session: Session, commune_id: UUID, cohorts: Sequence[Cohort]) -> list[ClassFacts]:
    """The facts of these classes in their order, in about ten statements however many there are."""
    people = _People.of(session, commune_id, cohorts)
    work = _WorkRead.of(session, commune_id, people)
    versions = {
        key: courses_queries.version(session, key) for key in {one.version_id for one in cohorts}
    }
    return [_facts(one, versions[one.version_id], people, work) for one in cohorts]


def _facts(
    cohort: Cohort, version: ProgrammeVersion, people: "_People", work: "_WorkRead"
) -> ClassFacts:
    who = people.counted[cohort.id]
    lessons = [one.code for one in version.lessons_at(cohort.level)]
    found = []
    for person, own in who.records.items():
        earlier = people.earlier(cohort, own)
        held = work.certificate(cohort, people.records[person])
        done = work.of_person(cohort, own, earlier, people.records[person])
        done = replace(
            done,
            lessons=done.lessons.intersection(lessons),
            certificate=held.on if held else None,
        )
        found.append(
            Learner(
                own[0], person, people.names[person], people.born.get(person), own, earlier, done,
                reached(done, lessons), held.number if held else "",
            )
        )  # fmt: skip
    left = {fate: tuple(people.called[key] for key in keys) for fate, keys in who.left_out.items()}
    return ClassFacts(cohort, version, tuple(found), who.joined, left, people.records)


# --- who ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _People:
    """Who is in the classes. `called`: enrolment → name; `records`: person → every record of the person."""

    counted: Mapping[UUID, Counted]
    moves: Mapping[UUID, UUID]
    taught: Mapping[UUID, tuple[str, str]]
    """Enrolment that somebody left for another class → the programme and level of the class left."""
    names: Mapping[UUID, str]
    called: Mapping[UUID, str]
    records: Mapping[UUID, frozenset[UUID]]
    born: Mapping[UUID, int]

    @classmethod
    def of(cls, session: Session, commune_id: UUID, cohorts: Sequence[Cohort]) -> "_People":
        survivors = people_queries.survivors(session, commune_id)
        rows = session.execute(_enrolled(commune_id, [one.id for one in cohorts])).all()
        names = {survivors.get(row.person_id, row.person_id): row.full_name for row in rows}
        names |= _names(session, commune_id, survivors, names)
        by_class: defaultdict[UUID, list[Enrolled]] = defaultdict(list)
        for row in rows:
            person = survivors.get(row.person_id, row.person_id)
            by_class[row.cohort_id].append(_enrolment(row, person))
        return cls(
            {one.id: counted(by_class[one.id]) for one in cohorts},
            *_moves(session, commune_id),
            names,
            {row.id: row.full_name for row in rows},
            _records(names, survivors),
            {survivors.get(r.person_id, r.person_id): r.birth_year for r in rows if r.birth_year},
        )

    def earlier(self, cohort: Cohort, own: Iterable[UUID]) -> tuple[UUID, ...]:
        """The enrolments in classes before that taught the same, from which somebody came to this one."""
        wanted = (cohort.programme_code, cohort.level)
        came = dict.fromkeys(key for one in own for key in earlier_classes(self.moves, one))
        return tuple(key for key in came if self.taught[key] == wanted)

    @property
    def enrolments(self) -> set[UUID]:
        """Every enrolment whose work is asked for."""
        own = {
            key for who in self.counted.values() for keys in who.records.values() for key in keys
        }
        return own | {before for key in own for before in earlier_classes(self.moves, key)}


def _enrolled(
    commune_id: UUID, cohorts: Sequence[UUID]
) -> Select[UUID, UUID, UUID, date | None, UUID | None, str, date | None, int | None]:
    query = (
        select(Enrolment.id, Enrolment.cohort_id, Enrolment.person_id, Enrolment.withdrawn_on,
               Enrolment.moved_to, Person.full_name, Person.erased_on, Person.birth_year)
        .join(Person, (Person.commune_id == Enrolment.commune_id)
              & (Person.id == Enrolment.person_id))
        .where(Enrolment.commune_id == commune_id)
        .order_by(Person.sort_key, Enrolment.id)
    )  # fmt: skip
    return query.where(*among(Enrolment.cohort_id, cohorts))


def among(column: Any, ids: Collection[UUID]) -> list[ColumnElement[bool]]:
    """The condition that narrows a statement to these ids; none where they are too many to name."""
    return [column.in_(ids)] if len(ids) <= FEW else []


def _enrolment(row: Any, person: UUID) -> Enrolled:
    left = row.withdrawn_on is not None
    moved = left and row.moved_to is not None
    return Enrolled(row.id, person, moved, left, row.erased_on is not None)


def _names(
    session: Session, commune_id: UUID, survivors: Mapping[UUID, UUID], known: Collection[UUID]
) -> dict[UUID, str]:
    """The names of people who are called by a record that is in none of the classes, or by another one."""
    called = {root for root in survivors.values() if root in known}
    return people_queries.names_of(session, commune_id, called) if called else {}


def _moves(
    session: Session, commune_id: UUID
) -> tuple[dict[UUID, UUID], dict[UUID, tuple[str, str]]]:
    """Enrolment → the one gone on with, and enrolment → what its class taught."""
    rows = session.execute(
        select(Enrolment.id, Enrolment.moved_to, Cohort.programme_code, Cohort.level)
        .join(Cohort, (Cohort.commune_id == Enrolment.commune_id)
              & (Cohort.id == Enrolment.cohort_id))
        .where(Enrolment.commune_id == commune_id, Enrolment.moved_to.is_not(None))
    ).all()  # fmt: skip
    moves = {row[0]: row[1] for row in rows if row[1] is not None}
    return moves, {row[0]: (row[2], row[3]) for row in rows}


def _records(people: Iterable[UUID], survivors: Mapping[UUID, UUID]) -> dict[UUID, frozenset[UUID]]:
    found = {person: {person} for person in people}
    for duplicate, root in survivors.items():
        if root in found:
            found[root].add(duplicate)
    return {person: frozenset(records) for person, records in found.items()}


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

    meetings: Mapping[UUID, set[UUID]]
    lessons: Mapping[UUID, set[str]]
    tests: Mapping[UUID, int]
    minutes: Mapping[UUID, int]
    proofs: Mapping[UUID, list[Proof]]
    certificates: Mapping[UUID, list["Paper"]]

    @classmethod
    def of(cls, session: Session, commune_id: UUID, people: _People) -> "_WorkRead":
        ids, records = people.enrolments, {x for own in people.records.values() for x in own}
        return cls(
            _pairs(session, _present(commune_id, ids)),
            _pairs(session, _finished(commune_id, ids)),
            {row[0]: row[1] for row in session.execute(_tests(commune_id, ids))},
            {row[0]: row[1] for row in session.execute(_minutes(commune_id, ids))},
            proofs(session, commune_id, records),
            _certificates(session, commune_id, records),
        )

    def of_person(
        self, cohort: Cohort, own: Sequence[UUID], earlier: Sequence[UUID], records: Iterable[UUID]
    ) -> Work:
        """What somebody did for this class, under all enrolments and records."""
        everything = (*own, *earlier)
        held = [p for one in records for p in self.proofs.get(one, ()) if counts_for(p, cohort)]
        days: dict[str, date] = {}
        for one in held:
            days[one.proof] = min(one.on, days.get(one.proof, one.on))
        return Work(
            frozenset(m for key in own for m in self.meetings.get(key, ())),
            frozenset(code for key in everything for code in self.lessons.get(key, ())),
            sum(self.tests.get(key, 0) for key in everything),
            days,
            minutes=sum(self.minutes.get(key, 0) for key in everything),
        )

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


def _present(commune_id: UUID, ids: Collection[UUID]) -> Select[UUID, UUID]:
    return select(Attendance.enrolment_id, Attendance.class_session_id).where(
        Attendance.commune_id == commune_id,
        Attendance.state == "present",
        *among(Attendance.enrolment_id, ids),
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
