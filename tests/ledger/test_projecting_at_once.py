"""Several batches answered at once: one thread projects for all of them, and none is forgotten."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from lms.core.db import Database
from lms.ledger import projector, web
from tests.cast import Cast

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PATIENCE = 60


class Slow:
    """The projector, held until it is let go; it counts how often it was begun."""

    def __init__(self) -> None:
        self.began, self.go, self.times = threading.Event(), threading.Event(), 0

    def __call__(self, _database: Database, _commune: UUID) -> projector.Counts:
        self.times += 1
        self.began.set()
        assert self.go.wait(PATIENCE)
        return projector.Counts(batches=1)


def test_who_comes_while_one_projects_goes_on_and_is_not_forgotten(
    app: Flask, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, commune = Slow(), cast["TBT"]
    monkeypatch.setattr(projector, "project_pending", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(web._project_waiting, database, commune)
        assert slow.began.wait(PATIENCE)
        passed_by = [web._project_waiting(database, commune).batches for _call in range(3)]
        slow.go.set()
        assert first.result(PATIENCE).batches == 2
    assert (passed_by, slow.times) == ([0, 0, 0], 2)
    assert web._project_waiting(database, commune).batches == 1


def test_a_projector_that_fails_stands_in_nobodys_way(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_database: Database, _commune: UUID) -> projector.Counts:
        raise OperationalError("", {}, Exception("away"))

    slow, commune = Slow(), cast["TBT"]
    monkeypatch.setattr(projector, "project_pending", away)
    with pytest.raises(OperationalError):
        web._project_waiting(database, commune)
    slow.go.set()
    monkeypatch.setattr(projector, "project_pending", slow)
    assert web._project_waiting(database, commune).batches == 1
