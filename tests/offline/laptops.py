"""A laptop that carries classes, beside the commune of a test: its own store on SQLite, its own keys."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.settings import Settings
from lms.offline.box import giving, starting
from lms.offline.box.here import recognise
from lms.offline.box.seal import new_code
from tests.cast import PASSWORD, Cast


@dataclass
class Laptop:
    """A box after `lms box init`."""

    id: UUID
    database: Database
    keys: Keys
    settings: Settings

    def run(self, app: Flask) -> None:
        """Let the app of the test run on this laptop from now on."""
        app.extensions.update(
            {"lms.db": self.database, "lms.keys": self.keys, "lms.settings": self.settings}
        )


def officer(cast: Cast) -> Actor:
    """Who makes boxes here."""
    return system(cast["TBT"])


def make_file(
    database: Database, keys: Keys, cast: Cast, *classes: str, label: str = "Máy lớp thôn Đông"
) -> tuple[UUID, str, bytes]:
    """(box, code, file) of a new box with these classes of the cast."""
    key, code = uuid7(), new_code()
    with database.write() as session:
        new = giving.NewBox(key, label, [cast[one] for one in classes], code)
        return key, code, giving.create_box(session, officer(cast), keys, new)


def begin(template: Path, folder: Path, file: bytes, code: str) -> Laptop:
    """What `lms box init` does with this file."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, folder / "lms.db")
    settings = Settings(data_dir=folder)
    database, start = Database(settings), starting.open_start(file, code)
    keys = starting.fresh_keys(start)
    with database.write() as session:
        starting.begin(session, keys, start)
    recognise(database)
    return Laptop(start.box_id, database, keys, settings)


def signed_in(app: Flask, login: str = "trang") -> FlaskClient:
    """A browser at the laptop in which this trainer has typed the password."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    answer = client.post("/dang-nhap", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client
