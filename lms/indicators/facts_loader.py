"""From tables to `Facts`: one plain read per table, once per report, for 30,000 people or more.

Ids travel as 32 hexadecimal digits on both databases (`BareId`): making a UUID object for each of
hundreds of thousands of ids would cost three times the reading itself. Times become days of
Asia/Ho_Chi_Minh; merges, cut-offs and all counting are the engine's.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assessments.models import Attainment, AttainmentRevocation
from courses import queries as courses
from lms.indicators.bare import BareId, Days, bare_rows, collector_paused
from lms.indicators.class_facts import class_counts, participations
from lms.indicators.models import (
    CountedThing,
    DeclaredMeasure,
    DeclaredPopulation,
    FactImport,
    OutsideFact,
)
from lms.indicators.rules import facts
from lms.people.helping_models import Mentorship
from lms.people.models import (
    Household,
    Membership,
    Person,
    PersonLink,
    Residence,
    Unit,
    UnitChange,
)

TEAM = "to_cong_nghe_so"
Row = TypeVar("Row")


def load_facts(session: Session, commune_id: UUID) -> facts.Facts:
    """Everything the engine needs to know of a commune."""
    with collector_paused():
        return replace(
            load_people(session, commune_id),
            participations=participations(session, commune_id),
            declared_populations=_declared_populations(session, commune_id),
            declared_measures=_declared_measures(session, commune_id),
            counts=[*_counts(session, commune_id), *class_counts(session, commune_id)],
        )


def load_people(session: Session, commune_id: UUID) -> facts.Facts:
    """People, homes, groups, pairs and proofs, without classes and without figures of others.

    Enough to count who has reached what: a third of the statements.
    """
    units = _units(session, commune_id)
    return facts.Facts(
        persons=_persons(session, commune_id),
        residences=_residences(session, commune_id),
        memberships=_memberships(session, commune_id),
        units=[unit for unit in units if unit.kind != TEAM],
        teams=[_team(unit) for unit in units if unit.kind == TEAM],
        merges=_merges(session, commune_id),
        attainments=_attainments(session, commune_id),
        outside=_outside(session, commune_id),
        mentorings=_mentorings(session, commune_id),
        household_units=_household_units(session, commune_id),
        recorded=_recorded(session, commune_id),
        unit_changes=_unit_changes(session, commune_id),
    )


# --- the large tables: bare rows, made into records one by one ----------------------------------


def _persons(session: Session, commune_id: UUID) -> list[facts.Person]:
    table, day, make = Person, _days(), partial(tuple.__new__, facts.Person)
    query = select(
        BareId(table.id), table.birth_date, table.birth_year, table.sex, table.died_on
    ).where(table.commune_id == commune_id)
    return [
        make((key, day[born], year, sex, day[died]))
        for key, born, year, sex, died in bare_rows(session, query)
    ]


def _residences(session: Session, commune_id: UUID) -> list[facts.Residence]:
    table, day, make = Residence, _days(), partial(tuple.__new__, facts.Residence)
    query = select(
        BareId(table.person_id), BareId(table.unit_id), BareId(table.household_id),
        table.kind == "tam_tru", table.from_date, table.to_date,
    ).where(table.commune_id == commune_id)  # fmt: skip
    return [
        make((person, unit, household, temporary, day[starts], day[ends]))
        for person, unit, household, temporary, starts, ends in bare_rows(session, query)
    ]


def _memberships(session: Session, commune_id: UUID) -> list[facts.Membership]:
    table, day, make = Membership, _days(), partial(tuple.__new__, facts.Membership)
    query = select(
        BareId(table.person_id), table.kind, BareId(table.unit_id), table.level,
        table.from_date, table.to_date,
    ).where(table.commune_id == commune_id)  # fmt: skip
    return [
        make((person, kind, unit, level, day[starts], day[ends]))
        for person, kind, unit, level, starts, ends in bare_rows(session, query)
    ]


def _attainments(session: Session, commune_id: UUID) -> list[facts.Attainment]:
    """Attainments with the day, if any, from which each no longer counts."""
    day, make = _days(), partial(tuple.__new__, facts.Attainment)
    counted = courses.counted_as(session, commune_id)
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
    return [
        make(
            (
                key,
                person,
                counted.get(programme, programme),
                level,
                proof,
                day[occurred],
                day[until],
            )
        )
        for key, person, programme, level, proof, occurred, until in bare_rows(session, query)
    ]


def _outside(session: Session, commune_id: UUID) -> list[facts.OutsideFact]:
    """Facts of the lists that stand; an undone list is as if it had never come."""
    day, make = _days(), partial(tuple.__new__, facts.OutsideFact)
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
    return [
        make((key, kind, person, day[occurred], programme, level, made))
        for key, kind, person, occurred, programme, level, made in bare_rows(session, query)
    ]


def _household_units(session: Session, commune_id: UUID) -> dict[facts.Key, facts.Key | None]:
    """The unit in which the commune's own list keeps each household."""
    query = select(BareId(Household.id), BareId(Household.unit_id)).where(
        Household.commune_id == commune_id
    )
    return dict(bare_rows(session, query))


def _days() -> Days:
    return Days({None: None})


# --- the small tables ---------------------------------------------------------------------------


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
    columns = (
        BareId(Unit.id), Unit.name, Unit.kind, Unit.is_urban, BareId(Unit.parent_id),
        Unit.closed_on, Unit.opened_on,
    )  # fmt: skip
    return _read(session, commune_id, facts.Unit, Unit, *columns)


def _unit_changes(session: Session, commune_id: UUID) -> list[facts.UnitChange]:
    """Renames and mergers that were not taken back, those of days to come too."""
    table = UnitChange
    columns = (
        BareId(table.unit_id), table.happened_on, table.old_name, table.new_name,
        BareId(table.into_id),
    )  # fmt: skip
    standing = table.undone_at.is_(None)
    return _read(session, commune_id, facts.UnitChange, table, *columns, where=standing)


def _team(unit: facts.Unit) -> facts.Team:
    return facts.Team(unit.key, unit.name, unit.parent, unit.opened_on, unit.closed_on)


def _mentorings(session: Session, commune_id: UUID) -> list[facts.Mentoring]:
    table = Mentorship
    columns = (
        BareId(table.ambassador_id), BareId(table.mentee_id), table.from_date, table.to_date,
    )  # fmt: skip
    return _read(session, commune_id, facts.Mentoring, table, *columns)


def _merges(session: Session, commune_id: UUID) -> list[facts.Merge]:
    """Merges that stand today."""
    ids = (BareId(PersonLink.duplicate_id), BareId(PersonLink.survivor_id))
    standing = PersonLink.undone_at.is_(None)
    return _read(session, commune_id, facts.Merge, PersonLink, *ids, where=standing)


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
    standing = table.undone_at.is_(None)
    return _read(session, commune_id, facts.DeclaredPopulation, table, *columns, where=standing)


def _declared_measures(session: Session, commune_id: UUID) -> list[facts.DeclaredMeasure]:
    table = DeclaredMeasure
    columns = (
        BareId(table.id), table.measure, table.numerator, table.denominator, table.as_of,
        table.source, table.status == "official", BareId(table.unit_id),
    )  # fmt: skip
    standing = table.undone_at.is_(None)
    return _read(session, commune_id, facts.DeclaredMeasure, table, *columns, where=standing)


def _counts(session: Session, commune_id: UUID) -> list[facts.Count]:
    """Things counted by hand, without those that were taken back."""
    standing = CountedThing.undone_at.is_(None)
    columns = (
        BareId(CountedThing.id), CountedThing.what, CountedThing.occurred_on,
        CountedThing.quantity, BareId(CountedThing.unit_id),
    )  # fmt: skip
    return _read(session, commune_id, _count, CountedThing, *columns, where=standing)


def _count(key: str, what: str, day: date, quantity: Decimal, unit: str | None) -> facts.Count:
    return facts.Count(key, what, day, int(quantity), unit)
