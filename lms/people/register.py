"""The register between database and memory: loaded by four queries, written by bulk statements."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, func, insert, select, text, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.core import clock
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.text import fold, sort_key
from lms.people.models import (
    Household,
    Membership,
    Person,
    PersonDistinct,
    RegisterImport,
    Residence,
    Unit,
    UnitChange,
)
from lms.people.plan import Plan, Register
from lms.people.rules.places import Place, Places
from lms.people.rules.register import Belonging, Record, Stay

CHUNK = 1000
"""Rows of one bulk statement: progress moves, memory stays small."""

Tick = Callable[[int], object]
"""Told how many more rows are done."""


def nothing(_count: int) -> None:
    """A tick that shows nothing."""


@contextmanager
def collecting_later() -> Iterator[None]:
    """Pause the garbage collector while a whole register is in memory.

    Hundreds of thousands of records are made at once and all stay: walking them over and over took half
    of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load(session: Session, commune_id: UUID) -> Register:
    """Everybody of the commune who is not erased, with homes, groups, units and households."""
    people = {record.id: record for record in load_people(session, commune_id)}
    for person_id, belonging in _belongings(session, commune_id):
        if person_id in people:
            people[person_id].belongings.append(belonging)
    homes = {(h.unit_id, h.code): h.id for h in _households(session, commune_id)}
    codes = {code for _, code in homes}
    return Register(list(people.values()), places(session, commune_id), homes, codes)


def stamp(session: Session, commune_id: UUID) -> str:
    """What changes with every change that a list could meet: counts and the latest changes."""
    counts = [
        session.scalar(select(func.count()).select_from(t).where(t.commune_id == commune_id))
        for t in (Person, Residence, Membership, Household, Unit, UnitChange)
    ]
    done = (RegisterImport.applied_at, RegisterImport.undone_at)
    latest = [
        session.scalar(select(func.max(at)).where(of == commune_id))
        for at, of in (
            (Person.updated_at, Person.commune_id),
            *((at, RegisterImport.commune_id) for at in done),
        )
    ]
    return f"{clock.today()} {counts} {[str(at) for at in latest]}"


def load_people(
    session: Session, commune_id: UUID, only: Sequence[UUID] | None = None
) -> list[Record]:
    """Everybody of the commune who is not erased, with homes only, the oldest record first.

    `only` names a few of them.
    """
    people = {record.id: record for record in _people(session, commune_id, only)}
    for person_id, stay in _stays(session, commune_id, only):
        if person_id in people:
            people[person_id].stays.append(stay)
    return list(people.values())


def places(session: Session, commune_id: UUID) -> Places:
    """The commune's open units, to be found by name, also by names and codes they took over."""
    rows = session.scalars(
        select(Unit).where(Unit.commune_id == commune_id).order_by(Unit.code)
    ).all()
    stand = {row.id: row for row in rows if row.closed_on is None}
    former = [
        Place(row.part_of_id, row.code, row.name, row.kind)
        for row in rows
        if row.part_of_id in stand
    ]
    renamed = session.execute(
        select(UnitChange.unit_id, UnitChange.old_name).where(
            UnitChange.commune_id == commune_id, UnitChange.undone_at.is_(None)
        )
    )
    parts = {row.id: stand.get(row.part_of_id or row.id) for row in rows}
    former += [
        Place(now.id, now.code, name, now.kind)
        for unit, name in renamed
        if (now := parts.get(unit)) is not None
    ]
    return Places((Place(row.id, row.code, row.name, row.kind) for row in stand.values()), former)


def _people(
    session: Session, commune_id: UUID, only: Sequence[UUID] | None = None
) -> Iterable[Record]:
    p = Person
    rows = session.execute(
        select(p.id, p.full_name, p.birth_date, p.birth_year, p.sex, p.phone, p.citizen_id_hmac)
        .where(p.commune_id == commune_id, p.erased_on.is_(None), _of(p.id, only))
        .order_by(p.id)
    )
    return (Record(*row) for row in rows)


def _of(column: InstrumentedAttribute[UUID], only: Sequence[UUID] | None) -> ColumnElement[bool]:
    return true() if only is None else column.in_(only)


def _stays(
    session: Session, commune_id: UUID, only: Sequence[UUID] | None = None
) -> Iterable[tuple[UUID, Stay]]:
    # A home in a unit that was merged is one in the unit that took over: nobody moved.
    r, now = Residence, func.coalesce(Unit.part_of_id, Residence.unit_id)
    rows = session.execute(
        select(r.person_id, r.id, now, r.household_id, r.kind, r.from_date, r.to_date)
        .join(Unit, (Unit.commune_id == r.commune_id) & (Unit.id == r.unit_id))
        .where(r.commune_id == commune_id, _of(r.person_id, only))
        .order_by(r.id)
    )
    return ((row[0], Stay(*row[1:])) for row in rows)


def _belongings(session: Session, commune_id: UUID) -> Iterable[tuple[UUID, Belonging]]:
    m = Membership
    rows = session.execute(
        select(m.person_id, m.id, m.kind, m.unit_id, m.level, m.from_date, m.to_date)
        .where(m.commune_id == commune_id)
        .order_by(m.id)
    )
    return ((row[0], Belonging(*row[1:])) for row in rows)


def _households(session: Session, commune_id: UUID) -> Iterable[Any]:
    now = func.coalesce(Unit.part_of_id, Household.unit_id)
    return session.execute(
        select(Household.id, now.label("unit_id"), Household.code)
        .join(Unit, (Unit.commune_id == Household.commune_id) & (Unit.id == Household.unit_id))
        .where(Household.commune_id == commune_id)
    )


# Writing


def save(session: Session, keys: Keys, commune_id: UUID, plan: Plan, tick: Tick = nothing) -> None:
    """Write the plan in the caller's transaction: all of it or nothing."""
    homes = [{"id": h.id, "code": h.code, "unit_id": h.unit_id} for h in plan.households]
    _add(session, Household, commune_id, homes, nothing)
    new = [r for r in plan.records if r.state == "new"]
    _add(session, Person, commune_id, [_person(r, keys, plan) for r in new], tick)
    if len(new) > CHUNK:
        _refresh_statistics(session)
    changed = [r for r in plan.records if r.state != "new"]
    _change(
        session,
        Person,
        commune_id,
        [_changed(r, keys, plan) for r in changed if r.state == "changed"],
    )
    tick(len(changed))
    _write_parts(session, Residence, commune_id, [(r.id, s) for r in plan.records for s in r.stays])
    _write_parts(
        session, Membership, commune_id, [(r.id, b) for r in plan.records for b in r.belongings]
    )
    session.flush()


def tell_apart(session: Session, who: Actor, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Remember that somebody looked at these pairs: they are two people, not to be proposed again."""
    for pair in pairs:
        first, second = sorted(pair)
        session.add(
            PersonDistinct(commune_id=who.commune, first_id=first, second_id=second, made_by=who.id)
        )
    session.flush()


def _refresh_statistics(session: Session) -> None:
    """Let PostgreSQL plan the checks of foreign keys for the tables as they are now.

    A connection that met them almost empty keeps reading them whole for every residence: 2 ms a row.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE person, household"))


def _person(record: Record, keys: Keys, plan: Plan) -> dict[str, Any]:
    now = clock.now()
    return {**_changed(record, keys, plan), "id": record.id, "created_at": now, "updated_at": now}


def work_out_keys(plan: Plan) -> None:
    """Make the sort and search keys of everybody who will be written: the longest part of writing."""
    plan.keys = {r.id: (sort_key(r.name), fold(r.name)) for r in plan.records if r.state != "kept"}


def _changed(record: Record, keys: Keys, plan: Plan) -> dict[str, Any]:
    sorted_by, found_by = plan.keys.get(record.id) or (sort_key(record.name), fold(record.name))
    values = {
        "id": record.id,
        "full_name": record.name,
        "sort_key": sorted_by,
        "search_key": found_by,
        "birth_date": record.born,
        "birth_year": record.year,
        "sex": record.sex,
        "phone": record.phone,
        "updated_at": clock.now(),
        "citizen_id_hmac": record.citizen,
    }
    return values | {"citizen_id_sealed": _sealed(record, keys, plan)}


def _sealed(record: Record, keys: Keys, plan: Plan) -> str | None:
    digits = plan.citizen_ids.get(record.id)
    return keys.seal(digits, str(record.id)) if digits else None


def _write_parts(
    session: Session, model: type, commune_id: UUID, parts: Sequence[tuple[UUID, Stay | Belonging]]
) -> None:
    rows = [
        (part.state, {"person_id": person_id, **_columns(part)})
        for person_id, part in parts
        if part.state != "kept"
    ]
    _add(session, model, commune_id, [row for state, row in rows if state == "new"], nothing)
    changed = [row for state, row in rows if state == "changed"]
    if model is Residence:
        # Whoever moves gets a new home; an old one keeps the unit it was written down with.
        changed = [{name: row[name] for name in row if name != "unit_id"} for row in changed]
    _change(session, model, commune_id, changed)


def _columns(part: Stay | Belonging) -> dict[str, Any]:
    return {f.name: getattr(part, f.name) for f in fields(part) if f.name != "state"}


def _add(
    session: Session, model: type, commune_id: UUID, rows: Sequence[dict[str, Any]], tick: Tick
) -> None:
    table: Table = model.__table__  # type: ignore[attr-defined]  # Every mapped class has its table.
    for start in range(0, len(rows), CHUNK):
        part = [{"commune_id": commune_id, **row} for row in rows[start : start + CHUNK]]
        session.execute(insert(table), part)
        tick(len(part))


def _change(
    session: Session, model: type, commune_id: UUID, rows: Sequence[dict[str, Any]]
) -> None:
    """One UPDATE per set of columns, executed for many rows; a sealed ID that is not new stays."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # Every mapped class has its table.
    for full in (True, False):
        part = [row for row in rows if (row.get("citizen_id_sealed", "") is not None) is full]
        if not part:
            continue
        names = [n for n in part[0] if n != "id" and (full or n != "citizen_id_sealed")]
        statement = (
            update(table)
            .where(table.c.commune_id == commune_id, table.c.id == bindparam("row_id"))
            .values({name: bindparam(f"to_{name}") for name in names})
        )
        session.connection().execute(
            statement, [{"row_id": r["id"], **{f"to_{n}": r[n] for n in names}} for r in part]
        )
