"""A small store of each released schema, as that release itself wrote it.

`0001.json` and so on: table → columns and rows, one row a line, as SQLite keeps them. Texts and bytes that are
long lie once in `large.json`, by their hash, compressed. `make.py` makes one of a release that is new.
"""

import base64
import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Engine

from lms.core import migrate

FOLDER = Path(__file__).parent
RELEASED = sorted(path.stem for path in FOLDER.glob("[0-9]*.json"))


@cache
def _large() -> dict[str, str]:
    found: dict[str, str] = json.loads((FOLDER / "large.json").read_text(encoding="utf-8"))
    return found


def _value(kept: Any) -> Any:
    """A cell: `{"text": hash}` and `{"blob": hash}` stand for what is long, `{"bytes": …}` for bytes."""
    if not isinstance(kept, dict):
        return kept
    if "bytes" in kept:
        return base64.b64decode(kept["bytes"])
    packed = _large()[kept.get("text") or kept["blob"]]
    plain = zlib.decompress(base64.b85decode(packed))
    return plain.decode("utf-8") if "text" in kept else plain


@cache
def store(revision: str) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """Table → columns and rows of the store of a release."""
    read = json.loads((FOLDER / f"{revision}.json").read_text(encoding="utf-8"))
    return {
        table: (kept["columns"], [[_value(cell) for cell in row] for row in kept["rows"]])
        for table, kept in read.items()
    }


def bring_back(engine: Engine, revision: str) -> dict[str, int]:
    """Make the schema of a release in an empty database and fill it; returns rows by table.

    Nothing of today's release touches it: neither models nor triggers.
    """
    with migrate._without_foreign_keys(engine) as connection:
        command.upgrade(migrate.config(connection), revision)
        connection.commit()
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        postgresql = engine.dialect.name == "postgresql"
        mark = "%s" if postgresql else "?"
        # The order of the tables is that of their names: keys between them are looked at afterwards.
        for word in _BEFORE[engine.dialect.name]:
            cursor.execute(word)
        for table, (columns, rows) in store(revision).items():
            names = ", ".join(f'"{name}"' for name in columns)
            marks = ", ".join([mark] * len(columns))
            values = [[_told(cell) for cell in row] for row in rows] if postgresql else rows
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values)
        raw.commit()
        for word in _AFTER[engine.dialect.name]:
            cursor.execute(word)
        raw.commit()
    finally:
        raw.close()
    return {table: len(rows) for table, (_columns, rows) in store(revision).items()}


_BEFORE = {
    "sqlite": ("PRAGMA foreign_keys=OFF", "BEGIN"),
    "postgresql": ("SET session_replication_role = replica", "SET TIME ZONE 'UTC'"),
}
_AFTER = {
    "sqlite": ("PRAGMA foreign_keys=ON",),
    "postgresql": ("SET session_replication_role = DEFAULT", "RESET TIME ZONE"),
}


def _told(cell: Any) -> Any:
    """A cell of SQLite as text whose type PostgreSQL finds by the column."""
    return cell if cell is None or isinstance(cell, bytes) else str(cell)
