"""What a command works with: settings, database, keys and the commune it serves."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import click
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms.core.db import Database
from lms.core.errors import Refusal
from lms.core.guard import Actor, system
from lms.core.keys import Keys, KeysMissing, load_keys
from lms.core.settings import Settings, SettingsError


@dataclass
class Context:
    """The object of `@click.pass_obj`; database and keys are opened at first use."""

    settings: Settings
    commune_code: str | None = None

    @cached_property
    def database(self) -> Database:
        """The database of these settings."""
        return Database(self.settings)

    @cached_property
    def keys(self) -> Keys:
        """The commune's keys; a ClickException says what to do when there are none."""
        try:
            return load_keys(self.settings.keys)
        except KeysMissing as error:
            raise click.ClickException(str(error)) from error

    @cached_property
    def commune_id(self) -> UUID:
        """The commune: the only one there is, or the one of `--commune CODE`."""
        with self.database.reading.connect() as connection:  # Also asked within a write.
            rows = connection.execute(text("SELECT short_code, id FROM commune ORDER BY 1")).all()
        found = [row for row in rows if self.commune_code in (None, row[0])]
        if len(found) == 1:
            return UUID(str(found[0][1]))
        codes = ", ".join(str(row[0]) for row in rows) or "chưa có xã nào"
        raise click.ClickException(f"Hãy chọn xã bằng --commune MÃ ({codes}).")

    @property
    def actor(self) -> Actor:
        """Commands act as `system` through the same actions as people."""
        return system(self.commune_id)

    def close(self) -> None:
        """Give the database's connections back."""
        if "database" in self.__dict__:
            self.database.close()


def make_context(commune_code: str | None) -> Context:
    """The context from the environment; unusable settings are said in one sentence."""
    try:
        return Context(Settings.from_environment(), commune_code)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


class RefusingGroup(click.Group):
    """A group whose refusals are printed as sentences, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a Refusal or missing table becomes a message and exit code 1."""
        try:
            return super().invoke(ctx)
        except Refusal as error:
            details = "".join(f"\n  {name}: {why}" for name, why in error.fields.items())
            raise click.ClickException(error.message + details) from error
        except OSError as error:
            if error.filename is None:
                raise
            reason = f"{error.filename} ({error.strerror})"
            raise click.ClickException(f"Không đọc hoặc không ghi được {reason}.") from error
        except (OperationalError, ProgrammingError) as error:
            if isinstance(error, ProgrammingError) and not _table_is_missing(error):
                raise
            reason = str(error.orig).partition("\n")[0]
            raise click.ClickException(
                f"Cơ sở dữ liệu chưa dùng được ({reason}). Hãy chạy 'lms init' nếu là lần đầu, "
                "'lms db upgrade' sau khi cài bản mới, hoặc xem 'lms doctor'."
            ) from error


def _table_is_missing(error: ProgrammingError) -> bool:
    """PostgreSQL says so by code; SQLite's missing table is an OperationalError already."""
    return getattr(error.orig, "sqlstate", None) == "42P01"
