"""Who belongs to a unit, a group or a school level: the list from which a whole class is ticked."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.core.guard import Actor
from lms.core.text import fold
from lms.people.models import Membership, Person, Residence, Unit
from lms.people.queries import stands, visible, within

MOST = 300
"""People shown at once; a longer list asks for a narrower choice."""


@dataclass(frozen=True)
class Wanted:
    """Which people; the unit is always named, so that nobody browses the whole register."""

    unit_id: UUID | None = None
    group: str = ""
    level: str = ""
    year: int | None = None


@dataclass(frozen=True)
class One:
    """Somebody of the list. `born` is told only where another one of the list bears the same name."""

    id: UUID
    name: str
    born: date | None
    year: int | None


def people(session: Session, who: Actor, wanted: Wanted, today: date) -> tuple[list[One], int]:
    """The people in Vietnamese name order, at most MOST, and how many there are in all."""
    if wanted.unit_id is None:
        return [], 0
    query = visible(who, today).where(_at(who, wanted, today))
    if wanted.year is not None:
        query = query.where(Person.birth_year == wanted.year)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    shown = query.with_only_columns(
        Person.id, Person.full_name, Person.birth_date, Person.birth_year
    ).order_by(Person.sort_key, Person.id)
    found = [One(*row) for row in session.execute(shown.limit(MOST))]
    named = Counter(fold(one.name) for one in found)
    return [one if named[fold(one.name)] > 1 else replace(one, born=None) for one in found], total


def _units(who: Actor, wanted: Wanted) -> Select[UUID]:
    """The unit, and all that was merged into it."""
    return within(who.commune, [wanted.unit_id] if wanted.unit_id else [])


def _at(who: Actor, wanted: Wanted, today: date) -> ColumnElement[bool]:
    belongs = [
        Membership.commune_id == Person.commune_id,
        Membership.person_id == Person.id,
        Membership.unit_id.in_(_units(who, wanted)),
        stands(Membership, today),
    ]
    if wanted.group:
        belongs.append(Membership.kind == wanted.group)
    if wanted.level:
        belongs.append(Membership.level == wanted.level)
    member = exists().where(and_(*belongs)).correlate(Person)
    lives = exists().where(
        Residence.commune_id == Person.commune_id,
        Residence.person_id == Person.id,
        Residence.unit_id.in_(_units(who, wanted)),
        stands(Residence, today),
    )
    if wanted.level:
        return member
    if not wanted.group:
        return or_(member, lives.correlate(Person))
    grouped = exists().where(
        Membership.commune_id == Person.commune_id,
        Membership.person_id == Person.id,
        Membership.kind == wanted.group,
        stands(Membership, today),
    )
    return or_(member, and_(lives.correlate(Person), grouped.correlate(Person)))


def years(session: Session, who: Actor, wanted: Wanted, today: date) -> list[int]:
    """The years of birth of the unit's people, the youngest first: pupils of one grade share one."""
    if wanted.unit_id is None:
        return []
    without = Wanted(wanted.unit_id, wanted.group, wanted.level)
    query = visible(who, today).where(_at(who, without, today)).with_only_columns(Person.birth_year)
    found = session.scalars(query.distinct().order_by(Person.birth_year.desc()))
    return [year for year in found if year is not None]


def units(session: Session, who: Actor) -> list[Unit]:
    """The commune's open units, schools first."""
    query = select(Unit).where(Unit.commune_id == who.commune, Unit.closed_on.is_(None))
    return list(session.scalars(query.order_by(Unit.kind != "truong", Unit.kind, Unit.name)))
