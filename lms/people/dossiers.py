"""One person of the register in full: the record, its homes, groups and merges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.core.guard import Actor
from lms.people.models import Household, Membership, Person, PersonLink, Residence, Unit
from lms.people.queries import household_number, names_of, person, unit_of, visible


@dataclass(frozen=True)
class Stay:
    """A home on the person's page."""

    unit: str
    household: str
    kind: str
    from_date: date | None
    to_date: date | None


@dataclass(frozen=True)
class Belonging:
    """A group on the person's page."""

    kind: str
    unit: str
    level: str | None
    from_date: date | None
    to_date: date | None


@dataclass(frozen=True)
class Merge:
    """A link that stands, as seen from one of its two records."""

    id: UUID
    other_id: UUID
    other_name: str
    reason: str
    is_survivor: bool
    """Whether the record looked at is the one that stands for the other."""


@dataclass(frozen=True)
class Dossier:
    """Everything of one record."""

    person: Person
    stays: tuple[Stay, ...]
    belongings: tuple[Belonging, ...]
    merges: tuple[Merge, ...]


def dossier(session: Session, who: Actor, person_id: UUID, today: date) -> Dossier:
    """The record with its homes, groups and merges."""
    found = person(session, who, person_id, today)
    return Dossier(
        found,
        tuple(_stays(session, who.commune, {person_id}).get(person_id, ())),
        tuple(_belongings(session, who.commune, {person_id}).get(person_id, ())),
        tuple(merges(session, who.commune, person_id)),
    )


def several(session: Session, who: Actor, ids: set[UUID], today: date) -> dict[UUID, Dossier]:
    """The records of these ids that nothing stands for, by three queries; without merges."""
    people = session.scalars(visible(who, today).where(Person.id.in_(ids))).all()
    stays = _stays(session, who.commune, ids)
    belongings = _belongings(session, who.commune, ids)
    return {
        one.id: Dossier(one, tuple(stays.get(one.id, ())), tuple(belongings.get(one.id, ())), ())
        for one in people
    }


def _stays(session: Session, commune_id: UUID, ids: set[UUID]) -> dict[UUID, list[Stay]]:
    rows = session.execute(
        select(
            Residence.person_id, Unit.name, Household.code, Unit.code, Residence.kind,
            Residence.from_date, Residence.to_date,
        )
        .select_from(Residence)
        .join(Unit, unit_of(Residence))
        .outerjoin(
            Household,
            and_(
                Household.commune_id == Residence.commune_id, Household.id == Residence.household_id
            ),
        )
        .where(Residence.commune_id == commune_id, Residence.person_id.in_(ids))
        .order_by(Residence.id.desc())
    )  # fmt: skip
    found: dict[UUID, list[Stay]] = {}
    for owner, unit, code, unit_code, kind, start, end in rows:
        stay = Stay(unit, household_number(code, unit_code), kind, start, end)
        found.setdefault(owner, []).append(stay)
    return found


def _belongings(session: Session, commune_id: UUID, ids: set[UUID]) -> dict[UUID, list[Belonging]]:
    rows = session.execute(
        select(
            Membership.person_id, Membership.kind, Unit.name, Membership.level,
            Membership.from_date, Membership.to_date,
        )
        .select_from(Membership)
        .outerjoin(Unit, unit_of(Membership))
        .where(Membership.commune_id == commune_id, Membership.person_id.in_(ids))
        .order_by(Membership.id.desc())
    )  # fmt: skip
    found: dict[UUID, list[Belonging]] = {}
    for owner, kind, unit, level, start, end in rows:
        found.setdefault(owner, []).append(Belonging(kind, unit or "", level, start, end))
    return found


def merges(session: Session, commune_id: UUID, person_id: UUID) -> list[Merge]:
    """The standing links of this record, in both directions."""
    links = session.scalars(
        select(PersonLink)
        .where(
            PersonLink.commune_id == commune_id,
            PersonLink.undone_at.is_(None),
            or_(PersonLink.duplicate_id == person_id, PersonLink.survivor_id == person_id),
        )
        .order_by(PersonLink.id)
    ).all()
    return _as_merges(session, commune_id, links, person_id)


def _as_merges(
    session: Session, commune_id: UUID, links: Sequence[PersonLink], seen_from: UUID | None
) -> list[Merge]:
    ids = {link.duplicate_id for link in links} | {link.survivor_id for link in links}
    names = names_of(session, commune_id, ids)
    found = []
    for link in links:
        is_survivor = link.duplicate_id != seen_from
        other = link.duplicate_id if is_survivor else link.survivor_id
        found.append(Merge(link.id, other, names.get(other, ""), link.reason, is_survivor))
    return found


def merge_of(session: Session, commune_id: UUID, link_id: UUID) -> tuple[Merge, str] | None:
    """One merge that stands, seen from the duplicate, with the duplicate's name; None when it is undone."""
    link = session.get(PersonLink, (commune_id, link_id))
    if link is None or link.undone_at is not None:
        return None
    return _seen_from_duplicates(session, commune_id, [link])[0]


def recent_merges(session: Session, commune_id: UUID, limit: int = 20) -> list[tuple[Merge, str]]:
    """The last merges that stand, seen from the duplicate, each with the duplicate's name."""
    links = session.scalars(
        select(PersonLink)
        .where(PersonLink.commune_id == commune_id, PersonLink.undone_at.is_(None))
        .order_by(PersonLink.id.desc())
        .limit(limit)
    ).all()
    return _seen_from_duplicates(session, commune_id, links)


def _seen_from_duplicates(
    session: Session, commune_id: UUID, links: Sequence[PersonLink]
) -> list[tuple[Merge, str]]:
    ids = {link.duplicate_id for link in links} | {link.survivor_id for link in links}
    names = names_of(session, commune_id, ids)
    return [
        (
            Merge(link.id, link.survivor_id, names.get(link.survivor_id, ""), link.reason, False),
            names.get(link.duplicate_id, ""),
        )
        for link in links
    ]
