"""Stamps move with every statement on every watched table, on both databases, and never otherwise."""

from uuid import UUID

import pytest
from sqlalchemy import TextClause, delete, insert, text, update

from lms.core.data_versions import stamps
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.people.models import Commune, Person

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
    statements = [
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
