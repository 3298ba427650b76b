"""Copying an SQLite database while it is in use, and putting a copy in place."""

import os
import shutil
from pathlib import Path

import click
from sqlalchemy import create_engine, make_url
from tqdm import tqdm

from lms.core import clock
from lms.core.command import Context
from lms.core.db import sqlite_module
from lms.core.row_counts import row_counts

PAGES_A_STEP = 1024


def path_of(context: Context) -> Path:
    """The database file."""
    return Path(str(make_url(context.settings.url).database))


def dump(context: Context, target: Path) -> dict[str, int]:
    """Copy the database to `target` with SQLite's online copy; returns rows by table of the copy."""
    module = sqlite_module()
    bar = tqdm(desc="Sao lưu", unit="trang", leave=False, disable=None)

    def progress(_status: int, remaining: int, total: int) -> None:
        bar.total, bar.n = total, total - remaining
        bar.refresh()

    reader, writer = module.connect(str(path_of(context))), module.connect(str(target))
    try:
        reader.backup(writer, pages=PAGES_A_STEP, progress=progress)
        writer.execute("PRAGMA journal_mode=DELETE")
    finally:
        reader.close()
        writer.close()
        bar.close()
    return _rows(target)


def _rows(copy: Path) -> dict[str, int]:
    engine = create_engine(f"sqlite:///{copy}", module=sqlite_module())
    try:
        with engine.connect() as connection:
            return row_counts(connection)
    finally:
        engine.dispose()


def holds_data(context: Context) -> bool:
    """Whether there is a database file already."""
    return path_of(context).exists()


def replace(context: Context, dumped: Path) -> None:
    """Put the copy in place; the present file is kept beside."""
    target = path_of(context)
    target.parent.mkdir(parents=True, exist_ok=True)
    context.database.close()
    part = target.with_name(f".{target.name}.part")
    shutil.copy(dumped, part)
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    if target.exists():
        _keep_beside(target)
    part.replace(target)


def _keep_beside(target: Path) -> None:
    _refuse_used(target)
    kept = target.with_name(f"{target.name}.truoc-{clock.now():%Y%m%d%H%M%S%f}")
    for suffix in ("", "-wal", "-shm"):
        old = target.with_name(target.name + suffix)
        if old.exists():
            old.rename(kept.with_name(kept.name + suffix))
    click.echo(f"Cơ sở dữ liệu cũ được giữ tại {kept}.")


def _refuse_used(path: Path) -> None:
    """A service that still runs would go on writing into the file that was put aside."""
    module = sqlite_module()
    connection = module.connect(str(path), timeout=0)
    try:
        # Leaving WAL needs the file alone; it also folds the log into the file that is kept.
        connection.execute("PRAGMA journal_mode=DELETE")
    except module.OperationalError as error:
        raise click.ClickException(
            "Cơ sở dữ liệu đang được dùng. Hãy dừng dịch vụ rồi chạy lại."
        ) from error
    except module.DatabaseError:
        pass  # A damaged file is a good reason to restore; it is kept as it is.
    finally:
        connection.close()
