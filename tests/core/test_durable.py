"""A commit that was answered is on the disk."""

import sqlite3
from pathlib import Path

import pytest

from tests.unhurried import AS_IN_SERVICE

FULL = 2


@pytest.mark.db
def test_sqlite_waits_for_the_disk_before_a_commit_is_answered(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "lms.db")
    AS_IN_SERVICE(connection, None)
    told = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("synchronous", "journal_mode", "foreign_keys")
    ]
    connection.close()
    assert told == [FULL, "wal", 1]
