"""From tables to `Facts`: one plain read per table, once per report, for 30,000 people or more.

Ids travel as 32 hexadecimal digits on both databases (`BareId`): making a UUID object for each of
hundreds of thousands of ids would cost three times the reading itself. Times become days of
Asia/Ho_Chi_Minh; merges, cut-offs and all counting are the engine's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
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
from lms.indicators.kept import ROOM, Marks, Shelf, marks_of
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
Made = TypeVar("Made")


COURSES = ("programme",)
OF_CLASSES = ("cohort", "class_session", "enrolment", "attendance", "lesson_progress", *COURSES)


def load_facts(session: Session, commune_id: UUID) -> facts.Facts:
    """Everything the engine needs to know of a commune; only tables that changed are read."""
    return facts_and_shelf(session, commune_id)[0]


def facts_and_shelf(session: Session, commune_id: UUID) -> tuple[facts.Facts, Shelf]:
    """The facts, and where what is worked out of them may be kept."""
    marks = marks_of(session, commune_id)
    shelf = Shelf() if marks is None else ROOM.shelf(commune_id)
    with shelf.lock, collector_paused():
        known = None if marks is None else marks.all
        if known is None or shelf.facts is None or shelf.facts[0] != known:
            made = _Reading(session, commune_id, shelf, marks).everything()
            return shelf.whole(known, made), shelf
        return shelf.facts[1], shelf


def load_facts_once(session: Session, commune_id: UUID) -> facts.Facts:
    """The same, read whole and not kept: for who goes through many communes."""
    return _Reading(session, commune_id, Shelf(), None).everything()


def load_people(session: Session, commune_id: UUID) -> facts.Facts:
    """People, homes, groups, pairs and proofs, without classes and without figures of others.

    Enough to count who has reached what: a third of the statements.
    """
    marks = marks_of(session, commune_id)
    shelf = Shelf() if marks is None else ROOM.shelf(commune_id)
    with shelf.lock, collector_paused():
        return _Reading(session, commune_id, shelf, marks).people()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of a commune: each table from the shelf where its stamp stands, else anew."""

    session: Session
    commune: UUID
    shelf: Shelf
    marks: Marks | None

    def _of(
        self, read: Callable[["_Reading"], Made], *tables: str
    ) -> Made:  # fmt: skip
        marks = None if self.marks is None else self.marks.of(tables)
        return self.shelf.piece(read.__name__, marks, lambda: read(self))

    def people(self) -> facts.Facts:
        units = self._of(_units, "unit")
        return facts.Facts(
            persons=self._of(_persons, "person"),
            residences=self._of(_residences, "residence"),
            memberships=self._of(_memberships, "membership"),
            units=units[0],
            teams=units[1],
            merges=self._of(_merges, "person_link"),
            attainments=self._of(_attainments, "attainment", "attainment_revocation", *COURSES),
            outside=self._of(_outside, "outside_fact", "fact_import"),
            mentorings=self._of(_mentorings, "mentorship"),
            household_units=self._of(_household_units, "household"),
            recorded=self._of(_recorded, "fact_import"),
            unit_changes=self._of(_unit_changes, "unit_change"),
        )

    def everything(self) -> facts.Facts:
        return replace(
            self.people(),
            participations=self._of(_participations, *OF_CLASSES),
            declared_populations=self._of(_declared_populations, "declared_population"),
            declared_measures=self._of(_declared_measures, "declared_measure"),
            counts=self._of(_counts, "counted_thing", "class_session", "cohort", "unit", *COURSES),
        )


# --- the large tables: bare rows, made into records one by one ----------------------------------


def _persons(r: _Reading) -> list[facts.Person]:
    table, day, make = Person, _days(), partial(tuple.__new__, facts.Person)
    same = r.shelf.ids.setdefault
    query = select(
        BareId(table.id), table.birth_date, table.birth_year, table.sex, table.died_on
    ).where(table.commune_id == r.commune)
    return [
        make((same(key, key), day[born], year, sex, day[died]))
        for key, born, year, sex, died in bare_rows(r.session, query)
    ]


def _residences(r: _Reading) -> list[facts.Residence]:
    table, day, make = Residence, _days(), partial(tuple.__new__, facts.Residence)
    same = r.shelf.ids.setdefault
    query = select(
        BareId(table.person_id), BareId(table.unit_id), BareId(table.household_id),
        table.kind == "tam_tru", table.from_date, table.to_date,
    ).where(table.commune_id == r.commune)  # fmt: skip
    return [
        make(
            (
                same(who, who),
                same(unit, unit),
                same(home, home),
                temporary,
                day[on],
                day[to],
            )
        )
        for who, unit, home, temporary, on, to in bare_rows(r.session, query)
    ]


def _memberships(r: _Reading) -> list[facts.Membership]:
    table, day, make = Membership, _days(), partial(tuple.__new__, facts.Membership)
    same = r.shelf.ids.setdefault
    query = select(
        BareId(table.person_id), table.kind, BareId(table.unit_id), table.level,
        table.from_date, table.to_date,
    ).where(table.commune_id == r.commune)  # fmt: skip
    return [
        make((same(who, who), same(kind, kind), same(unit, unit), level, day[starts], day[ends]))
        for who, kind, unit, level, starts, ends in bare_rows(r.session, query)
    ]


def _attainments(r: _Reading) -> list[facts.Attainment]:
    """Attainments with the day, if any, from which each no longer counts."""
    day, make = _days(), partial(tuple.__new__, facts.Attainment)
    counted = courses.counted_as(r.session, r.commune)
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
        .where(Attainment.commune_id == r.commune)
    )  # fmt: skip
    same = r.shelf.ids.setdefault
    rows = bare_rows(r.session, query)
    return [
        make(
            (key, same(who, who), counted.get(code, same(code, code)), same(level, level),
             same(proof, proof), day[on], day[to])
        )
        for key, who, code, level, proof, on, to in rows
    ]  # fmt: skip


def _outside(r: _Reading) -> list[facts.OutsideFact]:
    """Facts of the lists that stand; an undone list is as if it had never come."""
    day, make = _days(), partial(tuple.__new__, facts.OutsideFact)
    same = r.shelf.ids.setdefault
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
        .where(OutsideFact.commune_id == r.commune, FactImport.undone_at.is_(None))
    )  # fmt: skip
    return [
        make((key, kind, same(who, who), day[occurred], programme, level, same(made, made)))
        for key, kind, who, occurred, programme, level, made in bare_rows(r.session, query)
    ]


def _household_units(r: _Reading) -> dict[facts.Key, facts.Key | None]:
    """The unit in which the commune's own list keeps each household."""
    query = select(BareId(Household.id), BareId(Household.unit_id)).where(
        Household.commune_id == r.commune
    )
    return dict(bare_rows(r.session, query))


def _days() -> Days:
    return Days({None: None})


# --- the small tables ---------------------------------------------------------------------------


def _read(
    r: _Reading, row: Callable[..., Row], table: Any, *columns: Any, where: Any = None
) -> list[Row]:
    """The rows of one table of the commune, each made by `row` from its columns."""
    query = select(*columns).where(table.commune_id == r.commune)
    if where is not None:
        query = query.where(where)
    return [row(*found) for found in r.session.execute(query)]


def _units(r: _Reading) -> tuple[list[facts.Unit], list[facts.Team]]:
    """Units, and the teams among them."""
    columns = (
        BareId(Unit.id), Unit.name, Unit.kind, Unit.is_urban, BareId(Unit.parent_id),
        Unit.closed_on, Unit.opened_on,
    )  # fmt: skip
    rows = _read(r, facts.Unit, Unit, *columns)
    teams = [_team(row) for row in rows if row.kind == TEAM]
    return [row for row in rows if row.kind != TEAM], teams


def _unit_changes(r: _Reading) -> list[facts.UnitChange]:
    """Renames and mergers that were not taken back, those of days to come too."""
    table = UnitChange
    columns = (
        BareId(table.unit_id), table.happened_on, table.old_name, table.new_name,
        BareId(table.into_id),
    )  # fmt: skip
    standing = table.undone_at.is_(None)
    return _read(r, facts.UnitChange, table, *columns, where=standing)


def _team(unit: facts.Unit) -> facts.Team:
    return facts.Team(unit.key, unit.name, unit.parent, unit.opened_on, unit.closed_on)


def _mentorings(r: _Reading) -> list[facts.Mentoring]:
    table = Mentorship
    columns = (
        BareId(table.ambassador_id), BareId(table.mentee_id), table.from_date, table.to_date,
    )  # fmt: skip
    return _read(r, facts.Mentoring, table, *columns)


def _merges(r: _Reading) -> list[facts.Merge]:
    """Merges that stand today."""
    ids = (BareId(PersonLink.duplicate_id), BareId(PersonLink.survivor_id))
    standing = PersonLink.undone_at.is_(None)
    return _read(r, facts.Merge, PersonLink, *ids, where=standing)


def _recorded(r: _Reading) -> frozenset[str]:
    """Kinds of list that came, also where a list names nobody: then the figure is 0, not unknown."""
    query = select(FactImport.kind).where(
        FactImport.commune_id == r.commune, FactImport.undone_at.is_(None)
    )
    return frozenset(r.session.scalars(query))


def _declared_populations(r: _Reading) -> list[facts.DeclaredPopulation]:
    table = DeclaredPopulation
    columns = (
        BareId(table.id), table.population, table.value, table.as_of, table.source,
        table.status == "official", BareId(table.unit_id),
    )  # fmt: skip
    standing = table.undone_at.is_(None)
    return _read(r, facts.DeclaredPopulation, table, *columns, where=standing)


def _declared_measures(r: _Reading) -> list[facts.DeclaredMeasure]:
    table = DeclaredMeasure
    columns = (
        BareId(table.id), table.measure, table.numerator, table.denominator, table.as_of,
        table.source, table.status == "official", BareId(table.unit_id),
    )  # fmt: skip
    standing = table.undone_at.is_(None)
    return _read(r, facts.DeclaredMeasure, table, *columns, where=standing)


def _participations(r: _Reading) -> list[facts.Participation]:
    return participations(r.session, r.commune)


def _counts(r: _Reading) -> list[facts.Count]:
    """Things counted by hand, and our own classes."""
    return [*_counted_things(r), *class_counts(r.session, r.commune)]


def _counted_things(r: _Reading) -> list[facts.Count]:
    """Things counted by hand, without those that were taken back."""
    standing = CountedThing.undone_at.is_(None)
    columns = (
        BareId(CountedThing.id), CountedThing.what, CountedThing.occurred_on,
        CountedThing.quantity, BareId(CountedThing.unit_id),
    )  # fmt: skip
    return _read(r, _count, CountedThing, *columns, where=standing)


def _count(key: str, what: str, day: date, quantity: Decimal, unit: str | None) -> facts.Count:
    return facts.Count(key, what, day, int(quantity), unit)
