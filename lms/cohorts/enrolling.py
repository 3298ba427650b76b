"""Many people into one class at once: pictures and PINs drawn together, a handful of statements in all."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.cohorts import queries, rules
from lms.cohorts.actions import printed_pin, refuse_stopped, teach
from lms.cohorts.models import Enrolment
from lms.cohorts.pictures import colours, drawings
from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.people import queries as people_queries
from lms.people.models import Person


@dataclass
class Joined:
    """Enrolments that came by one act, by how they came."""

    made: list[UUID] = field(default_factory=list)
    returned: list[UUID] = field(default_factory=list)
    """Of people who had left the class."""
    already: int = 0
    """People who were in the class before."""


def free_places(session: Session, commune_id: UUID, cohort_id: UUID) -> int:
    """How many more people the class may hold: pairs of a drawing and a ground that nobody has."""
    taken = set(queries.pictures_taken(session, commune_id, cohort_id))
    return len(drawings()) * len(colours()) - len(taken)


def of_class(session: Session, commune_id: UUID, cohort_id: UUID) -> dict[UUID, Enrolment]:
    """Person → enrolment in the class, of those who left as well; merged records stand for their person."""
    stands = people_queries.survivors(session, commune_id)
    rows = session.scalars(
        select(Enrolment).where(
            Enrolment.commune_id == commune_id, Enrolment.cohort_id == cohort_id
        )
    )
    return {stands.get(row.person_id, row.person_id): row for row in rows}


def enrol_all(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, person_ids: Sequence[UUID]
) -> Joined:
    """Put all of these people into the class, in their order. Twice is once; a leave ends.

    Conflict when the class has not places for all of them: nobody is enrolled then. A record that
    another one stands for is enrolled as that one.
    """
    refuse_stopped(teach(session, who, cohort_id))
    wanted = _known(session, who.commune, person_ids)
    held = of_class(session, who.commune, cohort_id)
    joined = Joined(already=sum(p in held and held[p].withdrawn_on is None for p in wanted))
    joined.returned = [held[p].id for p in wanted if p in held and held[p].withdrawn_on is not None]
    _take_back(session, who.commune, joined.returned)
    new = [person for person in wanted if person not in held]
    joined.made = _enrol(session, who.commune, keys, cohort_id, new, list(held.values()))
    return joined


def _known(session: Session, commune_id: UUID, person_ids: Sequence[UUID]) -> list[UUID]:
    """Who stands for these records, each once; NotFound when one is no record of the commune."""
    stands = people_queries.survivors(session, commune_id)
    wanted = list(dict.fromkeys(stands.get(key, key) for key in person_ids))
    found: set[UUID] = set()
    for start in range(0, len(wanted), 500):
        query = select(Person.id).where(
            Person.commune_id == commune_id, Person.id.in_(wanted[start : start + 500]),
            Person.erased_on.is_(None),
        )  # fmt: skip
        found.update(session.scalars(query))
    if len(found) < len(wanted):
        raise NotFound(_("Không thấy người này trong danh sách dân cư của xã."))
    return wanted


def _take_back(session: Session, commune_id: UUID, enrolment_ids: Sequence[UUID]) -> None:
    session.execute(
        update(Enrolment)
        .where(Enrolment.commune_id == commune_id, Enrolment.id.in_(enrolment_ids))
        .values(withdrawn_on=None, withdraw_reason=None, moved_to=None)
    )


def _enrol(
    session: Session, commune_id: UUID, keys: Keys, cohort_id: UUID, people: Sequence[UUID],
    held: Sequence[Enrolment],
) -> list[UUID]:  # fmt: skip
    pairs = _pairs(session, commune_id, cohort_id, len(people))
    pins = {printed_pin(keys, row) for row in held}
    rows: list[dict[str, Any]] = []
    for person_id, (picture, colour) in zip(people, pairs, strict=True):
        key, pin = uuid7(), rules.draw_pin(secrets.randbelow, pins)
        pins.add(pin)
        rows.append({
            "commune_id": commune_id, "id": key, "cohort_id": cohort_id, "person_id": person_id,
            "picture": picture, "colour": colour, "pin_hmac": keys.digest("pin", f"{key}:{pin}"),
            "pin_sealed": keys.seal(pin, str(key)), "enrolled_on": clock.today(),
        })  # fmt: skip
    if rows:
        session.execute(insert(Enrolment), rows)
    return [row["id"] for row in rows]


def _pairs(
    session: Session, commune_id: UUID, cohort_id: UUID, count: int
) -> list[tuple[str, str]]:  # fmt: skip
    taken = queries.pictures_taken(session, commune_id, cohort_id)
    names, grounds, found = list(drawings()), list(colours()), list[tuple[str, str]]()
    for _n in range(count):
        pair = rules.draw_picture([*taken, *found], names, grounds)
        if pair is None:
            raise Conflict(
                _("Lớp chỉ còn chỗ cho %(left)s người nữa, danh sách có %(count)s người mới. Hãy chia "
                  "thành hai lớp.", left=len(found), count=count)
            )  # fmt: skip
        found.append(pair)
    return found
