"""The migrations and the models say the same, on both databases, forwards and backwards."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from lms.core import migrate
from lms.core.db import Database
from lms.tables import METADATA

pytestmark = pytest.mark.db


def _differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        return list(compare_metadata(context, METADATA))


def test_the_migrations_make_the_tables_that_the_models_describe(database: Database) -> None:
    assert _differences(database.engine) == []


def test_the_last_migration_can_be_taken_back_and_made_again(database: Database) -> None:
    before = migrate.known()[-2]
    with migrate._without_foreign_keys(database.engine) as connection:
        command.downgrade(migrate.config(connection), before)
        connection.commit()
    assert migrate.current(database.engine) == before
    migrate.upgrade(database.engine)
    assert _differences(database.engine) == []
