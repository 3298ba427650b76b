"""Copying a PostgreSQL database with its own programs, and putting a copy in place."""

import os
import shutil
import subprocess
from pathlib import Path

import click
from sqlalchemy import Connection, inspect, make_url, text

from lms.core import migrate
from lms.core.command import Context
from lms.core.row_counts import row_counts
from lms.core.settings import Settings

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)

_FUNCTIONS = (
    "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace "
    "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
"""Our own functions of the schema, not those of an extension."""


def dump(context: Context, target: Path) -> dict[str, int]:
    """Dump to `target` in pg_dump's custom format; returns rows by table of the same snapshot."""
    engine = context.database.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        rows = row_counts(connection)
        _run("pg_dump", context.settings, "--format=custom", "--no-owner",
             f"--snapshot={snapshot}", f"--file={target}")  # fmt: skip
    return rows


def holds_data(context: Context) -> bool:
    """Whether the database has a schema already."""
    return migrate.current(context.database.engine) is not None


def replace(context: Context, dumped: Path) -> None:
    """Put the dump in place of every table that is there, also of a newer schema: all or nothing."""
    emptying, filling = dumped.with_suffix(".drop.sql"), dumped.with_suffix(".sql")
    context.database.close()
    with context.database.engine.connect() as connection:
        _refuse_used(connection)
        names = inspect(connection).get_table_names()
        functions = connection.scalars(text(_FUNCTIONS)).all()
    context.database.close()
    emptying.write_text(
        "".join(f'DROP TABLE "{name}" CASCADE;\n' for name in names)
        + "".join(f"DROP FUNCTION {name} CASCADE;\n" for name in functions)
    )
    _run("pg_restore", None, "--no-owner", f"--file={filling}", str(dumped))
    _run("psql", context.settings, "--quiet", "--no-psqlrc", "--single-transaction",
         "--set=ON_ERROR_STOP=1", "--output", os.devnull, f"--file={emptying}",
         f"--file={filling}")  # fmt: skip


def _refuse_used(connection: Connection) -> None:
    """A service that still runs would write between the tables that go and those that come."""
    if connection.scalar(text(_OTHERS)):
        raise click.ClickException("Cơ sở dữ liệu đang được dùng. Hãy dừng dịch vụ rồi chạy lại.")


def _run(program: str, settings: Settings | None, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, on the database where settings are given."""
    found = shutil.which(program)
    if found is None:
        raise click.ClickException(
            f"Không thấy {program}. Hãy cài gói postgresql-client rồi chạy lại."
        )
    where, secret = _connection(settings) if settings else ([], {})
    done = subprocess.run(  # noqa: S603 - the program is PostgreSQL's own, the arguments are ours.
        [found, *where, *arguments], env={**os.environ, **secret}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise click.ClickException(f"{program} không thành công: {done.stderr.strip()[:500]}")


def _connection(settings: Settings) -> tuple[list[str], dict[str, str]]:
    """Where the database is; the password goes by the environment, never on the command line."""
    url = make_url(settings.url)
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return [f"--dbname={plain}"], {"PGPASSWORD": str(url.password)} if url.password else {}
