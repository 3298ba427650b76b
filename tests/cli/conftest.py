"""Fresh places on both databases; nothing is migrated there yet."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from lms.core.db import Database
from lms.core.keys import Keys, save_keys
from lms.ledger import generation
from tests.assessments.tablet import deliver, whole
from tests.cast import Cast
from tests.cli.place import Place
from tests.scratch import Scratch, url

Begin = Callable[..., Place]
"""`begin(*words)`: the laptop after `lms init` with these words more."""


@pytest.fixture
def empty_postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a PostgreSQL database without a single table."""
    scratch: Scratch = request.getfixturevalue("scratch")
    name = scratch.bare()
    yield url(scratch.base, name)
    scratch.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A machine on which nothing was done yet, once with each database."""
    where = "" if request.param == "sqlite" else request.getfixturevalue("empty_postgres")
    return Place(tmp_path / "du-lieu", where)


@pytest.fixture
def laptop(tmp_path: Path) -> Place:
    """A machine on SQLite, for what does not depend on the database."""
    return Place(tmp_path / "du-lieu")


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders in which `lms init` has been run once on each database; only copies of them are used."""
    return tmp_path_factory.mktemp("da-bat-dau")


@pytest.fixture
def commune(request: pytest.FixtureRequest, place: Place, begun: Path) -> Place:
    """A place where `lms init` has been run."""
    kept = begun / ("postgresql" if place.database_url else "sqlite")
    if not kept.exists():
        place.ok(*place.order())
        shutil.copytree(place.data, kept)
        if place.database_url:
            request.getfixturevalue("scratch").keep(_name(place), "begun")
        return place
    shutil.copytree(kept, place.data)
    if place.database_url:
        request.getfixturevalue("scratch").replace(_name(place), "begun")
    return place


@pytest.fixture
def begin(laptop: Place, begun: Path) -> Begin:
    """Run `lms init` on the laptop, with these words more; what was done once with them is copied."""

    def start(*extra: str) -> Place:
        kept = begun / "-".join(("laptop", *(word.strip("-") for word in extra)))
        if kept.exists():
            shutil.copytree(kept, laptop.data)
        else:
            laptop.ok(*laptop.order(*extra))
            shutil.copytree(laptop.data, kept)
        return laptop

    return start


def _name(place: Place) -> str:
    return make_url(place.database_url).database or ""


@pytest.fixture
def village(database_url: str, tmp_path: Path, cast: Cast, keys: Keys, database: Database) -> Place:
    """The cast's commune with a marked attempt, on a machine with its keys; the store is started."""
    place = Place(tmp_path, database_url)
    save_keys(place.settings.keys, keys)
    generation.check(database, place.settings)
    deliver(database, cast, whole(cast).texts)
    generation.record(database, place.settings)
    database.close()  # Nobody else is connected when a command begins.
    return place
