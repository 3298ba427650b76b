"""Stamps move with every statement on every watched table, on both databases, and never otherwise."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import pytest
from sqlalchemy import (
    Column,
    Connection,
    Executable,
    TextClause,
    Uuid,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from lms.cli.serve import check_store
from lms.core import data_versions, migrate
from lms.core.command import Context
from lms.core.data_versions import WATCHED, DataVersion, stamps
from lms.core.db import Database, make_engine
from lms.core.ids import uuid7
from lms.core.settings import Settings
from lms.people.models import Commune, Person, Unit
from lms.tables import METADATA

pytestmark = pytest.mark.db


@pytest.fixture
def communes(database: Database) -> tuple[UUID, UUID]:
    """Two communes with nobody in them."""
    with database.write() as session:
        rows = [
            Commune(short_code=code, kind="xa", name=code, province="Mẫu")
            for code in ("AAA", "BBB")
        ]
        session.add_all(rows)
        session.flush()
        return rows[0].id, rows[1].id


def seen(database: Database, commune: UUID) -> dict[str, int]:
    with database.read() as session:
        found = stamps(session, commune)
    assert found is not None
    return found


def copied() -> TextClause:
    """INSERT … SELECT: one more person like the first."""
    names = [column.name for column in Person.__table__.columns]
    values = ", ".join(f"'{uuid7().hex}'" if name == "id" else name for name in names)
    return text(f"INSERT INTO person ({', '.join(names)}) SELECT {values} FROM person LIMIT 1")


def person(commune: UUID, name: str = "An") -> dict[str, object]:
    return {
        "commune_id": commune,
        "id": uuid7(),
        "full_name": name,
        "sort_key": name,
        "search_key": name,
    }


def test_every_kind_of_statement_moves_the_stamp_of_its_table_and_commune_only(
    database: Database, communes: tuple[UUID, UUID]
) -> None:
    here, there = communes
    many = [person(here) for _ in range(3)]
    statements: list[Executable] = [
        insert(Person).values(many[0]),
        insert(Person).values(many[1:]),
        update(Person).values(birth_year=1990).where(Person.commune_id == here),
        update(Person).values(birth_year=1990).where(Person.id == many[0]["id"]),
        copied(),
        delete(Person).where(Person.id == many[0]["id"]),
        delete(Person),
    ]  # fmt: skip
    for statement in statements:
        before = seen(database, here)
        with database.write() as session:
            session.execute(statement)
        after = seen(database, here)
        assert after["person"] != before.get("person")
        assert {**after, "person": 0} == {**before, "person": 0}
        assert seen(database, there) == {}


def test_a_statement_that_touches_no_row_and_one_that_is_rolled_back_leave_no_stamp(
    database: Database, communes: tuple[UUID, UUID]
) -> None:
    here, _ = communes
    with database.write() as session:
        session.execute(insert(Person).values(person(here)))
    before = seen(database, here)
    with database.write() as session:
        session.execute(update(Person).values(birth_year=1).where(Person.full_name == "nobody"))
        with session.begin_nested() as inner:
            session.execute(delete(Person))
            inner.rollback()
    with database.session(writes=True) as session:
        session.execute(delete(Person))
        session.rollback()
    assert seen(database, here) == before


def test_every_watched_table_has_all_its_triggers_and_without_one_the_service_does_not_start(
    database: Database, settings: Settings
) -> None:
    with database.engine.begin() as connection:
        assert data_versions.missing(connection) == set()
        names = set(data_versions._present(connection))
        assert len(names) == 4 * len(WATCHED)
        gone = next(name for name in sorted(names) if name.endswith("_person_insert"))
        on = " ON person" if database.engine.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {gone}{on}")
    context = Context(settings)
    with pytest.raises(click.ClickException, match="lms db upgrade"):
        check_store(context)
    context.close()
    migrate.upgrade(database.engine)
    with database.engine.connect() as connection:
        assert data_versions.missing(connection) == set()


def test_triggers_that_came_back_make_everything_kept_worthless(
    database: Database, communes: tuple[UUID, UUID]
) -> None:
    """Nobody knows what was written while one was missing."""
    on = " ON unit" if database.engine.dialect.name == "postgresql" else ""
    before = seen(database, communes[0])
    migrate.upgrade(database.engine)
    assert seen(database, communes[0]) == before
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER stamp1_unit_update{on}")
    migrate.upgrade(database.engine)
    assert set(seen(database, communes[0])) == set(WATCHED)


@pytest.mark.parametrize("table", WATCHED)
def test_each_watched_table_is_stamped_under_its_own_name(
    table: str, bare_commune: tuple[Connection, str]
) -> None:
    connection, commune = bare_commune
    row = {column.name: _value(column) for column in METADATA.tables[table].columns}
    row["commune_id"] = commune
    names = ", ".join(row)
    put = f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in row)})"
    numbers = [_number(connection, table)]
    for statement in (put, f"UPDATE {table} SET commune_id = commune_id", f"DELETE FROM {table}"):
        connection.execute(text(statement), row if statement is put else {})
        numbers.append(_number(connection, table))
    assert numbers[0] is None
    assert len(set(numbers)) == 4


@pytest.fixture(scope="module")
def bare_commune(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Connection, str]]:
    """A connection that neither checks nor keeps anything but what a table's own columns ask."""
    path = tmp_path_factory.mktemp("bare") / "lms.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(Settings(database_url=f"sqlite:///{path}"))
    with engine.connect() as connection:
        raw = connection.connection.cursor()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA ignore_check_constraints=ON")
        yield connection, uuid7().hex
        connection.rollback()
    engine.dispose()


def _number(connection: Connection, table: str) -> int | None:
    found = text("SELECT number FROM data_version WHERE topic = :topic")
    return connection.execute(found, {"topic": table}).scalar()


def _value(column: Column[Any]) -> object:
    if column.nullable:
        return None
    return uuid7().hex if isinstance(column.type, Uuid) else 1


# --- PostgreSQL: many writers -------------------------------------------------------------------


def test_writers_of_one_commune_never_wait_for_each_other_and_their_stamps_add_up(
    database: Database, communes: tuple[UUID, UUID]
) -> None:
    """In whatever order two transactions touch two tables, neither waits: no deadlock either."""
    if database.engine.dialect.name == "sqlite":
        return  # There is one writer at a time.
    here, _ = communes
    one, other = database.session(writes=True), database.session(writes=True)
    for session, first in ((one, Person), (other, Unit)):
        session.execute(text("SET LOCAL lock_timeout = '2s'"))
        session.execute(insert(first).values(_row_of(first, here)))
    one.execute(insert(Unit).values(_row_of(Unit, here)))
    other.execute(insert(Person).values(_row_of(Person, here)))
    one.commit()
    between = seen(database, here)
    other.commit()
    after = seen(database, here)
    one.close()
    other.close()
    assert between.keys() == after.keys() == {"person", "unit"}
    assert all(between[name] != after[name] for name in after)


def test_the_rows_of_many_transactions_are_folded_and_the_stamp_stays(
    database: Database, communes: tuple[UUID, UUID]
) -> None:
    here, _ = communes
    numbers = set()
    if database.engine.dialect.name == "postgresql":
        with database.read() as session:  # The dice of the one connection that is used here.
            session.execute(text("SELECT setseed(0.5)"))
    for _ in range(150):
        with database.write() as session:
            session.execute(insert(Person).values(person(here)))
        numbers.add(seen(database, here)["person"])
    with database.read() as session:
        rows = session.scalar(select(func.count()).select_from(DataVersion)) or 0
    assert len(numbers) == 150
    assert rows < 150


def _row_of(model: type[Person] | type[Unit], commune: UUID) -> dict[str, object]:
    if model is Person:
        return person(commune)
    return {
        "commune_id": commune,
        "id": (key := uuid7()),
        "code": key.hex,
        "name": "T",
        "kind": "thon",
    }
