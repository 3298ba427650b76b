"""How a learner looks on a class tablet: drawing, colour, given name and an initial. Never a photograph."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from lms.cohorts import limits, pictures, queries
from lms.cohorts.models import Enrolment
from lms.core.text import short_name
from lms.people.models import Person


def face(row: Enrolment, person: Person) -> dict[str, Any]:
    """{id, name, picture, colour, spoken} of a learner; `spoken` is 'Con gà, nền vàng'."""
    return {
        "id": row.id,
        "name": short_name(person.full_name),
        "picture": row.picture,
        "colour": row.colour,
        "spoken": pictures.spoken(row.picture, row.colour),
    }


def face_of(session: Session, row: Enrolment) -> dict[str, Any]:
    """The same, for an enrolment alone."""
    return face(row, session.get_one(Person, (row.commune_id, row.person_id)))


def tiles(session: Session, commune_id: UUID, cohort_id: UUID) -> list[dict[str, Any]]:
    """Everybody of a class with whether five wrong tries have locked the way in."""
    rows = queries.learners(session, commune_id, cohort_id)
    locked = limits.locked_learners(session, commune_id, [row.id for row, _person in rows])
    return [face(row, person) | {"locked": row.id in locked} for row, person in rows]
