"""Somebody who stands at the door and is perhaps not in the register: looked up by a few facts, then added.

A trainer may not browse the register: what is shown are the few records that this very person may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Invalid
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.text import fold
from lms.people import queries, register, wording
from lms.people.importing import home_of
from lms.people.models import Person, Unit
from lms.people.plan import Plan
from lms.people.rules import identity, matching
from lms.people.rules.identity import Birth, Problem
from lms.people.rules.matching import Level, Likeness, Traits
from lms.people.rules.places import Place
from lms.people.rules.register import Home, Record, settle

T = TypeVar("T")
WELCOMERS = (Role.TRAINER, Role.OFFICER, Role.ADMINISTRATOR)
MOST_SHOWN = 5


@dataclass(frozen=True)
class Typed:
    """The short form as it was typed."""

    id: UUID
    """Made by the client, so that a repeat adds nobody twice."""
    name: str
    born: str = ""
    sex: str = ""
    home: str = ""
    phone: str = ""


@dataclass(frozen=True)
class WalkIn:
    """The form as it was understood."""

    id: UUID
    name: str
    birth: Birth | None
    sex: str | None
    home: Place | None
    phone: str | None

    def traits(self) -> Traits:
        """What is compared."""
        born, year = (self.birth.day, self.birth.year) if self.birth else (None, None)
        unit = self.home.id if self.home else None
        return Traits(self.name, born, year, self.sex, unit, None, self.phone)


@dataclass(frozen=True)
class Likely:
    """Somebody of the register whom this may be."""

    id: UUID
    name: str
    born: date | None
    year: int | None
    sex: str | None
    unit: str
    reasons: str
    is_sure: bool


def read(session: Session, who: Actor, typed: Typed) -> WalkIn:
    """The form understood; Invalid names every field to mend."""
    require(who, *WELCOMERS)
    wrong: dict[str, list[str]] = {}
    name = _good(identity.name(typed.name), "name", wrong)
    birth = _good(identity.birth(typed.born, clock.today()), "born", wrong)
    sex = _good(identity.sex(typed.sex), "sex", wrong)
    phone = identity.phone(typed.phone)
    if phone.value is None and phone.odd:
        wrong["phone"] = [wording.problem(phone.odd)]
    home = _home(session, who, typed.home, wrong)
    if wrong or not isinstance(name, str):
        raise Invalid(_("Có chỗ chưa đúng. Hãy sửa rồi gửi lại."), fields=wrong)
    return WalkIn(typed.id, name, birth, sex, home, phone.value)


def _good(found: T | Problem | None, field: str, wrong: dict[str, list[str]]) -> T | None:
    if isinstance(found, Problem):
        wrong[field] = [wording.problem(found)]
        return None
    return found


def _home(
    session: Session, who: Actor, text: str, wrong: dict[str, list[str]]
) -> Place | None:  # fmt: skip
    if not text:
        return None
    try:
        return home_of(register.places(session, who.commune).all, UUID(text))
    except (ValueError, Invalid):
        wrong["home"] = [_("Không có thôn, tổ dân phố này. Hãy chọn lại.")]
        return None


def likely(session: Session, who: Actor, walk_in: WalkIn) -> list[Likely]:
    """Who of the register this may be, the most alike first; a handful at most."""
    require(who, *WELCOMERS)
    records = register.load_people(session, who.commune, _near(session, who.commune, walk_in))
    traits = walk_in.traits()
    compared = ((record, _at_the_door(traits, record.traits())) for record in records)
    alike = [one for one in compared if one[1].level is not Level.DIFFERENT or _same_name(one[1])]
    alike.sort(key=lambda one: -one[1].points)
    stands = queries.survivors(session, who.commune)
    places = _places(session, who.commune)
    found: dict[UUID, Likely] = {}
    for record, like in alike:
        key = stands.get(record.id, record.id)
        found.setdefault(key, _shown(key, record, like, places))
    return list(found.values())[:MOST_SHOWN]


def _at_the_door(walker: Traits, known: Traits) -> Likeness:
    like = matching.likeness(walker, known)
    if like.level is not Level.DIFFERENT:
        return like
    # A name alone amounts to nothing in a list; here it is looked at all the same.
    return Likeness(0, Level.DIFFERENT, matching.said_of(walker, known))


def _same_name(like: Likeness) -> bool:
    """At the door a name is often all that is said: who bears it is asked for, if nothing speaks against it."""
    codes = set(like.reasons)
    return bool(codes & {"name_same", "name_marks"}) and not any(
        c.endswith("_differs") for c in codes
    )


def _near(session: Session, commune_id: UUID, walk_in: WalkIn) -> list[UUID]:
    """Records worth comparing: the same given name, or the same telephone."""
    given = fold(walk_in.name).split()[-1]
    which = [Person.search_key == given, Person.search_key.endswith(f" {given}", autoescape=True)]
    if walk_in.phone:
        which.append(Person.phone == walk_in.phone)
    query = select(Person.id).where(
        Person.commune_id == commune_id,
        Person.erased_on.is_(None),
        # The form was sent before: the record that it made is not somebody else.
        Person.id != walk_in.id,
        or_(*which),
    )
    if walk_in.birth:
        years = (walk_in.birth.year - 1, walk_in.birth.year, walk_in.birth.year + 1)
        query = query.where(or_(Person.birth_year.is_(None), Person.birth_year.in_(years)))
    return list(session.scalars(query.limit(2000)))


def _places(session: Session, commune_id: UUID) -> dict[UUID, str]:
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.commune_id == commune_id))
    return {row[0]: row[1] for row in rows}


def _shown(key: UUID, record: Record, like: Likeness, places: dict[UUID, str]) -> Likely:
    home = record.home()
    unit = places.get(home.unit_id, "") if home else ""
    return Likely(key, record.name, record.born, record.year, record.sex, unit,
                  wording.reasons(like.reasons), like.level is Level.SAME)  # fmt: skip


def add(
    session: Session, who: Actor, keys: Keys, walk_in: WalkIn, told_apart: Sequence[UUID]
) -> UUID:
    """Add the person to the register; the same form twice adds one. Whom it is not is remembered."""
    require(who, *WELCOMERS)
    if session.get(Person, (who.commune, walk_in.id)) is not None:
        return walk_in.id
    audit.lock_chain(session, who.commune)
    record = Record(walk_in.id, walk_in.name, sex=walk_in.sex, phone=walk_in.phone, state="new")
    if walk_in.birth:
        record.born, record.year = walk_in.birth.day, walk_in.birth.year
    if walk_in.home:
        settle(record, Home(walk_in.home.id, None, None, None, None), clock.today(), uuid7)
    register.save(session, keys, who.commune, Plan(records=[record]))
    register.tell_apart(session, who, [(walk_in.id, other) for other in told_apart])
    audit.record(session, who, "added", "person", walk_in.id)
    return walk_in.id
