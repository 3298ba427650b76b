"""From tables to `Facts`: one plain read per table, once per report, for 30,000 people or more.

Ids travel as 32 hexadecimal digits on both databases (`BareId`): making a UUID object for each of
hundreds of thousands of ids would cost three times the reading itself. Times become days of
Asia/Ho_Chi_Minh; merges, cut-offs and all counting are the engine's.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assessments.models import Attainment, AttainmentRevocation
from lms.indicators.bare import BareId
from lms.indicators.class_facts import class_counts, participations
from lms.indicators.models import (
    CountedThing,
    DeclaredMeasure,
    DeclaredPopulation,
    FactImport,
    OutsideFact,
)
from lms.indicators.rules import facts
from lms.people.models import Household, Membership, Person, PersonLink, Residence, Unit

TEAM = "to_cong_nghe_so"
MENTEE = "mentee"
Row = TypeVar("Row")


def load_facts(session: Session, commune_id: UUID) -> facts.Facts:
    """Everything the engine needs to know of a commune."""
    units = _units(session, commune_id)
    mentees = Membership.kind == MENTEE
    return facts.Facts(
        persons=_read(session, commune_id, facts.Person, Person, *_PERSON),
        residences=_read(session, commune_id, facts.Residence, Residence, *_RESIDENCE),
        memberships=_read(
            session, commune_id, facts.Membership, Membership, *_MEMBERSHIP, where=~mentees
        ),
        units=[unit for unit in units if unit.kind != TEAM],
        teams=[_team(unit) for unit in units if unit.kind == TEAM],
        merges=_merges(session, commune_id),
        attainments=_attainments(session, commune_id),
        outside=_outside(session, commune_id),
        participations=participations(session, commune_id),
        mentorings=_read(
            session, commune_id, facts.Mentoring, Membership, *_MENTORING, where=mentees
        ),
        declared_populations=_declared_populations(session, commune_id),
        declared_measures=_declared_measures(session, commune_id),
        counts=[*_counts(session, commune_id), *class_counts(session, commune_id)],
        household_units=_household_units(session, commune_id),
        recorded=_recorded(session, commune_id),
    )


_PERSON = (BareId(Person.id), Person.birth_date, Person.birth_year, Person.sex, Person.died_on)
_RESIDENCE = (
    BareId(Residence.person_id),
    BareId(Residence.unit_id),
    BareId(Residence.household_id),
    Residence.kind == "tam_tru",
    Residence.from_date,
    Residence.to_date,
)
_MEMBERSHIP = (
    BareId(Membership.person_id),
    Membership.kind,
    BareId(Membership.unit_id),
    Membership.level,
    Membership.from_date,
    Membership.to_date,
)
_MENTORING = (
    BareId(Membership.mentor_id),
    BareId(Membership.person_id),
    Membership.from_date,
    Membership.to_date,
)
_UNIT = (
    BareId(Unit.id),
    Unit.name,
    Unit.kind,
    Unit.is_urban,
    BareId(Unit.parent_id),
    Unit.closed_on,
)


def _read(
    session: Session, commune_id: UUID, row: Callable[..., Row], table: Any, *columns: Any,
    where: Any = None,
) -> list[Row]:  # fmt: skip
    """The rows of one table of the commune, each made by `row` from its columns."""
    query = select(*columns).where(table.commune_id == commune_id)
    if where is not None:
        query = query.where(where)
    return [row(*found) for found in session.execute(query)]


def _units(session: Session, commune_id: UUID) -> list[facts.Unit]:
    return _read(session, commune_id, facts.Unit, Unit, *_UNIT)


def _team(unit: facts.Unit) -> facts.Team:
    return facts.Team(unit.key, unit.name, unit.parent, None, unit.closed_on)


def _merges(session: Session, commune_id: UUID) -> list[facts.Merge]:
    """Merges that stand today."""
    ids = (BareId(PersonLink.duplicate_id), BareId(PersonLink.survivor_id))
    standing = PersonLink.undone_at.is_(None)
    return _read(session, commune_id, facts.Merge, PersonLink, *ids, where=standing)


def _attainments(session: Session, commune_id: UUID) -> list[facts.Attainment]:
    """Attainments with the day, if any, from which each no longer counts."""
    revoked = and_(
        AttainmentRevocation.commune_id == Attainment.commune_id,
        AttainmentRevocation.attainment_id == Attainment.id,
    )
    query = (
        select(
            BareId(Attainment.id), BareId(Attainment.person_id), Attainment.programme_code,
            Attainment.level, Attainment.proof, Attainment.occurred_on,
            AttainmentRevocation.revoked_on,
        )
        .outerjoin(AttainmentRevocation, revoked)
        .where(Attainment.commune_id == commune_id)
    )  # fmt: skip
    return [facts.Attainment(*row) for row in session.execute(query)]


def _outside(session: Session, commune_id: UUID) -> list[facts.OutsideFact]:
    """Facts of the lists that stand; an undone list is as if it had never come."""
    source = and_(
        FactImport.commune_id == OutsideFact.commune_id, FactImport.id == OutsideFact.import_id
    )
    query = (
        select(
            BareId(OutsideFact.id), OutsideFact.kind, BareId(OutsideFact.person_id),
            OutsideFact.occurred_on, OutsideFact.programme_code, OutsideFact.level,
            BareId(OutsideFact.import_id),
        )
        .join(FactImport, source)
        .where(OutsideFact.commune_id == commune_id, FactImport.undone_at.is_(None))
    )  # fmt: skip
    return [facts.OutsideFact(*row) for row in session.execute(query)]


def _household_units(session: Session, commune_id: UUID) -> dict[facts.Key, facts.Key]:
    """The unit in which the commune's own list keeps each household."""
    query = select(BareId(Household.id), BareId(Household.unit_id)).where(
        Household.commune_id == commune_id
    )
    return dict(session.execute(query).tuples().all())


def _recorded(session: Session, commune_id: UUID) -> frozenset[str]:
    """Kinds of list that came, also where a list names nobody: then the figure is 0, not unknown."""
    query = select(FactImport.kind).where(
        FactImport.commune_id == commune_id, FactImport.undone_at.is_(None)
    )
    return frozenset(session.scalars(query))


def _declared_populations(session: Session, commune_id: UUID) -> list[facts.DeclaredPopulation]:
    table = DeclaredPopulation
    columns = (
        BareId(table.id), table.population, table.value, table.as_of, table.source,
        table.status == "official", BareId(table.unit_id),
    )  # fmt: skip
    return _read(session, commune_id, facts.DeclaredPopulation, table, *columns)


def _declared_measures(session: Session, commune_id: UUID) -> list[facts.DeclaredMeasure]:
    table = DeclaredMeasure
    columns = (
        BareId(table.id), table.measure, table.numerator, table.denominator, table.as_of,
        table.source, table.status == "official", BareId(table.unit_id),
    )  # fmt: skip
    return _read(session, commune_id, facts.DeclaredMeasure, table, *columns)


def _counts(session: Session, commune_id: UUID) -> list[facts.Count]:
    """Things counted by hand."""
    columns = (
        BareId(CountedThing.id), CountedThing.what, CountedThing.occurred_on,
        CountedThing.quantity, BareId(CountedThing.unit_id),
    )  # fmt: skip
    return _read(session, commune_id, _count, CountedThing, *columns)


def _count(key: str, what: str, day: date, quantity: Decimal, unit: str | None) -> facts.Count:
    return facts.Count(key, what, day, int(quantity), unit)
