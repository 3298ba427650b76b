"""One app on the furnished cast, whose database can be put back to how it was."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from lms.app import create_app
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.settings import Settings
from tests.cast import Cast
from tests.communal import Watch
from tests.contract.furnish import foreign_ids, furnish


@dataclass
class Furnished:
    """One app for all routes of a worker, on a file that can be put back to how it was."""

    app: Flask
    database: Database
    cast: Cast
    source: Path
    foreign: set[str]
    """Ids that nobody of the first commune may be shown."""
    watch: Watch
    """What the requests asked of the database."""

    def reset(self) -> None:
        """Undo whatever the last request wrote."""
        self.database.close()
        path = self.source.with_name("lms.db")
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.source, path)


@pytest.fixture(scope="session")
def furnished(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, keys: Keys
) -> Iterator[Furnished]:
    """The furnished cast in a SQLite file, built once per worker."""
    path = tmp_path_factory.mktemp("furnished") / "lms.db"
    shutil.copy(sqlite_template, path)
    settings = Settings(data_dir=path.parent, database_url=f"sqlite:///{path}")
    database = Database(settings)
    app = create_app(settings, database=database, keys=keys, testing=True)
    cast = furnish(database, keys)
    foreign = foreign_ids(database, cast)
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    source = path.with_name("source.db")
    shutil.copy(path, source)
    watch = Watch()
    watch.on(database.engine)
    yield Furnished(app, database, cast, source, foreign, watch)
    database.close()
