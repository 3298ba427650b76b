"""Reading the register: who stands for whom, lists, one person, units. Always of one commune."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.core.errors import NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import fold
from lms.people.models import (
    Household,
    Membership,
    Person,
    PersonDistinct,
    PersonLink,
    RegisterImport,
    Residence,
    Unit,
)
from lms.people.rules import chains

PAGE = 50


# Merges


def standing_links(session: Session, commune_id: UUID) -> dict[UUID, UUID]:
    """Duplicate → the record it was joined to, for every link that is not undone."""
    rows = session.execute(
        select(PersonLink.duplicate_id, PersonLink.survivor_id).where(
            PersonLink.commune_id == commune_id, PersonLink.undone_at.is_(None)
        )
    )
    return {row[0]: row[1] for row in rows}


def survivors(session: Session, commune_id: UUID) -> dict[UUID, UUID]:
    """Every duplicate and the record that stands for it at the end of its chain; nobody else."""
    return chains.survivors(standing_links(session, commune_id))


def same_person(session: Session, commune_id: UUID, person_id: UUID) -> set[UUID]:
    """All records of the person that this record belongs to, the record itself included."""
    found = survivors(session, commune_id)
    root = found.get(person_id, person_id)
    return {root, *(duplicate for duplicate, stands in found.items() if stands == root)}


def distinct_pairs(session: Session, commune_id: UUID) -> set[frozenset[UUID]]:
    """Pairs that somebody looked at and found to be two people."""
    rows = session.execute(
        select(PersonDistinct.first_id, PersonDistinct.second_id).where(
            PersonDistinct.commune_id == commune_id
        )
    )
    return {frozenset((row[0], row[1])) for row in rows}


# Lists


@dataclass(frozen=True)
class Filter:
    """What a list of people shows; empty means everybody the actor may see."""

    text: str = ""
    unit_id: UUID | None = None
    group: str = ""


@dataclass(frozen=True)
class Line:
    """One person in a list: homes and groups that stand on the day."""

    id: UUID
    full_name: str
    birth_date: date | None
    birth_year: int | None
    sex: str | None
    unit: str
    household: str
    groups: tuple[str, ...]
    """Membership kinds."""


def people(
    session: Session, who: Actor, wanted: Filter, today: date, offset: int, limit: int = PAGE
) -> tuple[list[Line], int]:
    """A page of people by Vietnamese name order, and how many there are in all."""
    query = visible(who, today).where(*_conditions(who.commune, wanted, today))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(Person.sort_key, Person.id).offset(offset).limit(limit))
    return _lines(session, who.commune, list(rows), today), total


def named(session: Session, who: Actor, names: set[str], today: date) -> list[Line]:
    """Everybody whose folded name (`lms.core.text.fold`) is one of these, by Vietnamese name order."""
    query = visible(who, today).where(Person.search_key.in_(names))
    rows = session.scalars(query.order_by(Person.sort_key, Person.id))
    return _lines(session, who.commune, list(rows), today)


def those(
    session: Session, who: Actor, ids: Collection[UUID], words: str, today: date
) -> list[Line]:
    """Those of these people whose names hold the words, by Vietnamese name order."""
    query = visible(who, today).where(Person.id.in_(ids))
    query = query.where(*_conditions(who.commune, Filter(words), today))
    rows = session.scalars(query.order_by(Person.sort_key, Person.id))
    return _lines(session, who.commune, list(rows), today)


def visible(who: Actor, today: date) -> Select[Person]:
    """Everybody the actor may see, without records that another one stands for."""
    linked = (
        exists()
        .where(
            PersonLink.commune_id == Person.commune_id,
            PersonLink.duplicate_id == Person.id,
            PersonLink.undone_at.is_(None),
        )
        .correlate(Person)
    )
    query = select(Person).where(
        Person.commune_id == who.commune, Person.erased_on.is_(None), ~linked
    )
    if who.role is Role.UNIT_REPORTER:
        query = query.where(at_units(who.commune, who.unit_ids, today))
    return query


def _conditions(commune_id: UUID, wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Person.search_key.contains(word, autoescape=True) for word in fold(wanted.text).split()[:8]
    ]
    if wanted.unit_id:
        found.append(at_units(commune_id, {wanted.unit_id}, today))
    if wanted.group:
        found.append(_member(today, Membership.kind == wanted.group))
    return found


def within(commune_id: UUID, unit_ids: Collection[UUID]) -> Select[UUID]:
    """Ids of these units of the commune and of all that is part of one of them today."""
    return select(Unit.id).where(
        Unit.commune_id == commune_id,
        or_(Unit.id.in_(unit_ids), Unit.part_of_id.in_(unit_ids)),
    )


def at_units(commune_id: UUID, unit_ids: Collection[UUID], today: date) -> ColumnElement[bool]:
    """Who lives in one of these units, or belongs to it, as they stand today."""
    lives = (
        exists()
        .where(
            Residence.commune_id == Person.commune_id,
            Residence.person_id == Person.id,
            Residence.unit_id.in_(within(commune_id, unit_ids)),
            stands(Residence, today),
        )
        .correlate(Person)
    )
    return or_(lives, _member(today, Membership.unit_id.in_(within(commune_id, unit_ids))))


def _member(today: date, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            Membership.commune_id == Person.commune_id,
            Membership.person_id == Person.id,
            stands(Membership, today),
            condition,
        )
        .correlate(Person)
    )


def stands(table: type[Residence] | type[Membership], today: date) -> ColumnElement[bool]:
    return and_(
        or_(table.from_date.is_(None), table.from_date <= today),
        or_(table.to_date.is_(None), table.to_date > today),
    )


def _lines(
    session: Session, commune_id: UUID, rows: Sequence[Person], today: date
) -> list[Line]:  # fmt: skip
    ids = [person.id for person in rows]
    homes = homes_of(session, commune_id, ids, today)
    groups = _groups(session, commune_id, ids, today)
    return [
        Line(
            p.id, p.full_name, p.birth_date, p.birth_year, p.sex, *homes.get(p.id, ("", "")),
            groups=tuple(groups.get(p.id, ())),
        )
        for p in rows
    ]  # fmt: skip


def homes_of(
    session: Session, commune_id: UUID, ids: Collection[UUID], today: date
) -> Mapping[UUID, tuple[str, str]]:
    """Person → (unit as it stands today, household); of two homes at once the later one."""
    now = aliased(Unit)
    rows = session.execute(
        select(Residence.person_id, func.coalesce(now.name, Unit.name), Household.code, Unit.code)
        .join(Unit, unit_of(Residence))
        .outerjoin(now, and_(now.commune_id == Unit.commune_id, now.id == Unit.part_of_id))
        .outerjoin(
            Household,
            and_(
                Household.commune_id == Residence.commune_id, Household.id == Residence.household_id
            ),
        )
        .where(
            Residence.commune_id == commune_id,
            Residence.person_id.in_(ids),
            stands(Residence, today),
        )
        .order_by(func.coalesce(Residence.from_date, date(1, 1, 1)), Residence.id)
    )
    return {row[0]: (row[1], household_number(row[2], row[3])) for row in rows}


def household_number(code: str | None, unit_code: str) -> str:
    """The number as the village writes it: 'T1-63' in the commune is 63 in village T1 (or t1)."""
    text, prefix = code or "", f"{unit_code}-"
    return text[len(prefix) :] if text.lower().startswith(prefix.lower()) else text


def unit_of(table: type[Residence] | type[Membership]) -> ColumnElement[bool]:
    return and_(Unit.commune_id == table.commune_id, Unit.id == table.unit_id)


def _groups(
    session: Session, commune_id: UUID, ids: Sequence[UUID], today: date
) -> Mapping[UUID, list[str]]:
    rows = session.execute(
        select(Membership.person_id, Membership.kind)
        .where(
            Membership.commune_id == commune_id,
            Membership.person_id.in_(ids),
            stands(Membership, today),
        )
        .order_by(Membership.kind)
        .distinct()
    )
    found: dict[UUID, list[str]] = {}
    for person_id, kind in rows:
        found.setdefault(person_id, []).append(kind)
    return found


# One person


def person(session: Session, who: Actor, person_id: UUID, today: date) -> Person:
    """The record, or NotFound when it is missing, erased, foreign or outside the actor's units.

    A record that another one stands for is found too, so that a merge can be looked at and undone.
    """
    query = select(Person).where(
        Person.commune_id == who.commune, Person.id == person_id, Person.erased_on.is_(None)
    )
    if who.role is Role.UNIT_REPORTER:
        query = query.where(at_units(who.commune, who.unit_ids, today))
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("Không tìm thấy người này trong danh sách của xã."))
    return found


def names_of(session: Session, commune_id: UUID, ids: set[UUID]) -> dict[UUID, str]:
    """Person → name."""
    rows = session.execute(
        select(Person.id, Person.full_name).where(
            Person.commune_id == commune_id, Person.id.in_(ids)
        )
    )
    return {row[0]: row[1] for row in rows}


# Units and imports


def units(session: Session, who: Actor) -> list[Unit]:
    """The commune's open units in the order of their kinds and names; a reporter's own only."""
    query = select(Unit).where(Unit.commune_id == who.commune, Unit.closed_on.is_(None))
    if who.role is Role.UNIT_REPORTER:
        query = query.where(Unit.id.in_(who.unit_ids))
    return list(session.scalars(query.order_by(Unit.kind, Unit.name)))


def headcounts(session: Session, who: Actor, today: date) -> dict[UUID, tuple[int, int]]:
    """Unit → (people living there, members of it) on the day, each person once."""
    lives = _counted(session, who, Residence, today)
    members = _counted(session, who, Membership, today)
    return {unit: (lives.get(unit, 0), members.get(unit, 0)) for unit in {*lives, *members}}


def _counted(
    session: Session, who: Actor, table: type[Residence] | type[Membership], today: date
) -> dict[UUID, int]:
    joined = and_(Person.commune_id == table.commune_id, Person.id == table.person_id)
    stands_now = func.coalesce(Unit.part_of_id, Unit.id)
    rows = session.execute(
        visible(who, today)
        .with_only_columns(stands_now, func.count(func.distinct(table.person_id)))
        .select_from(Person)
        .join(table, joined)
        .join(Unit, unit_of(table))
        .where(stands(table, today))
        .group_by(stands_now)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def register_import(
    session: Session, commune_id: UUID, import_id: UUID, purpose: str = "register"
) -> RegisterImport:
    """The import of this purpose, or NotFound."""
    found = session.get(RegisterImport, (commune_id, import_id))
    if found is None or found.purpose != purpose:
        raise NotFound(_("Không tìm thấy lần nhập này. Hãy tải tệp lên lại."))
    return found


def applied_imports(session: Session, commune_id: UUID, limit: int = 10) -> list[RegisterImport]:
    """The last imports that were applied, the newest first; those taken back as well."""
    query = select(RegisterImport).where(
        RegisterImport.commune_id == commune_id,
        RegisterImport.purpose == "register",
        RegisterImport.status != "previewed",
    )
    return list(session.scalars(query.order_by(RegisterImport.applied_at.desc()).limit(limit)))


@dataclass(frozen=True)
class Undone:
    """What taking an import back did; `kept` are (person, name, code of the reason)."""

    removed: int
    restored: int
    kept: list[tuple[UUID, str, str]]
    kept_in_all: int


def undone_of(session: Session, row: RegisterImport) -> Undone | None:
    """What taking this import back did, or None while it stands."""
    told = row.summary.get("undone")
    if not isinstance(told, dict):
        return None
    ids = {UUID(key): why for key, why in told["kept"]}
    names = names_of(session, row.commune_id, set(ids))
    kept = [(key, names.get(key, ""), why) for key, why in ids.items()]
    return Undone(told["removed"], told["restored"], kept, told["kept_in_all"])
