"""The app starts, refuses open routes and answers health questions on both databases."""

import pytest
from flask import Flask

from lms.core import migrate
from lms.core.db import Database
from lms.core.policy import undeclared
from tests.cast import Cast


@pytest.mark.db
def test_the_app_is_alive_and_ready(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    assert client.get("/health").json == {"status": "ok"}
    assert client.get("/ready").json == {"status": "ready"}
    assert undeclared(app) == []


@pytest.mark.db
def test_tables_and_migrations_say_the_same(database: Database) -> None:
    migrate.differences(database.engine)
