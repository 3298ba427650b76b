"""Who is in classes: people after merges, who left and why, who came from another class.

It is read at once for however many classes, and decided by `results_rules.counted`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from lms.board.results_rules import Counted, Enrolled, came_from, counted, earlier_classes
from lms.cohorts.models import Cohort, Enrolment
from lms.people import queries as people_queries
from lms.people.models import Person

FEW = 900
"""So many ids are named in a statement; for more it is cheaper, and safe, to read all of the commune."""


@dataclass(frozen=True)
class People:
    """Who is in the classes. `called`: enrolment → name; `records`: person → every record of the person."""

    counted: Mapping[UUID, Counted]
    before: Mapping[UUID, Sequence[UUID]]
    """Enrolment → those from which somebody came to it."""
    taught: Mapping[UUID, tuple[str, str]]
    """Enrolment that somebody left for another class → the programme and level of the class left."""
    names: Mapping[UUID, str]
    called: Mapping[UUID, str]
    records: Mapping[UUID, frozenset[UUID]]
    born: Mapping[UUID, int]

    @classmethod
    def of(cls, session: Session, commune_id: UUID, cohorts: Sequence[Cohort]) -> "People":
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
        came = dict.fromkeys(key for one in own for key in earlier_classes(self.before, one))
        return tuple(key for key in came if self.taught[key] == wanted)

    @property
    def enrolments(self) -> set[UUID]:
        """Every enrolment whose work is asked for."""
        own = {
            key for who in self.counted.values() for keys in who.records.values() for key in keys
        }
        return own | {before for key in own for before in earlier_classes(self.before, key)}


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
) -> tuple[dict[UUID, list[UUID]], dict[UUID, tuple[str, str]]]:
    """Enrolment → those from which somebody came to it, and enrolment left → what its class taught."""
    rows = session.execute(
        select(Enrolment.id, Enrolment.moved_to, Cohort.programme_code, Cohort.level)
        .join(Cohort, (Cohort.commune_id == Enrolment.commune_id)
              & (Cohort.id == Enrolment.cohort_id))
        .where(Enrolment.commune_id == commune_id, Enrolment.moved_to.is_not(None))
    ).all()  # fmt: skip
    moves = {row[0]: row[1] for row in rows if row[1] is not None}
    return came_from(moves), {row[0]: (row[2], row[3]) for row in rows}


def _records(people: Iterable[UUID], survivors: Mapping[UUID, UUID]) -> dict[UUID, frozenset[UUID]]:
    found = {person: {person} for person in people}
    for duplicate, root in survivors.items():
        if root in found:
            found[root].add(duplicate)
    return {person: frozenset(records) for person, records in found.items()}
