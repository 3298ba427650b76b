"""SQLite in tests does not wait for the disk: a test's database lives for a second and survives no power cut.

PostgreSQL's is set up the same in tests/scratch.py. What the service does is tested in core/test_durable.py.
"""

from typing import Any

from lms.core import db

AS_IN_SERVICE = db._prepare_sqlite


def _in_tests(connection: Any, record: object) -> None:
    AS_IN_SERVICE(connection, record)
    connection.execute("PRAGMA synchronous=OFF").close()


def hurry() -> None:
    """From now on every connection to SQLite is made like this."""
    db._prepare_sqlite = _in_tests
