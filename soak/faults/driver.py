"""APSW as SQLAlchemy's driver, so that the product's own code writes to a disk of ours.

It is as much of DB-API 2 as SQLAlchemy's dialect of SQLite asks for. `of(layer)` gives a module-like object
whose `connect` opens every database on that layer.
"""

from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

import apsw

from soak.faults.disk import Layer


class Error(Exception):
    """The parent of all."""


class DatabaseError(Error):
    """Any error of the database."""


class OperationalError(DatabaseError):
    """The disk, a lock, the room."""


class IntegrityError(DatabaseError):
    """A broken constraint."""


class ProgrammingError(DatabaseError):
    """A wrong statement or value."""


class InterfaceError(Error):
    """A wrong use."""


NAMED = (Error, DatabaseError, OperationalError, IntegrityError, ProgrammingError, InterfaceError)


WRONG = (apsw.MismatchError, apsw.ConstraintError)
DAMAGED = (apsw.CorruptError, apsw.NotADBError)


def _ours(error: apsw.Error) -> Error:
    """The same classes as Python's own driver raises, for the product goes by them."""
    if isinstance(error, WRONG):
        return IntegrityError(str(error))
    if isinstance(error, apsw.BindingsError | apsw.MisuseError):
        return ProgrammingError(str(error))
    made = DatabaseError(str(error)) if isinstance(error, DAMAGED) else OperationalError(str(error))
    # What our own disk raises comes back as it was raised, without a number.
    full = apsw.SQLITE_FULL if isinstance(error, apsw.FullError) else 0
    made.sqlite_errorcode = full  # type: ignore[attr-defined]  # As Python's driver has it.
    return made


class Cursor:
    """Every row of an answer is fetched at once."""

    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection
        self.description: Sequence[tuple[Any, ...]] | None = None
        self.rows: list[Any] = []
        self.rowcount, self.lastrowid = -1, 0

    def execute(self, statement: str, values: Any = ()) -> "Cursor":
        """One statement."""
        return self.executemany(statement, [values])

    def executemany(self, statement: str, many: Iterable[Any]) -> "Cursor":
        """One statement with many values; `rowcount` is of all together."""
        database = self.connection.database
        self.description, self.rows, changed = None, [], 0
        for values in many:
            self._once(database.cursor(), statement, values)
            changed += database.changes()
        self.rowcount = -1 if self.description else changed
        self.lastrowid = database.last_insert_rowid()
        return self

    def _once(self, cursor: apsw.Cursor, statement: str, values: Any) -> None:
        def describe(asked: apsw.Cursor, _sql: str, _values: Any) -> bool:
            names = asked.get_description()
            self.description = [(name[0], *[None] * 6) for name in names] or None
            return True

        cursor.exec_trace = describe
        try:
            self.rows.extend(cursor.execute(statement, values or None))
        except apsw.Error as error:
            raise _ours(error) from error
        finally:
            cursor.close(True)

    def fetchone(self) -> Any:
        """The next row."""
        return self.rows.pop(0) if self.rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        """The next rows."""
        taken, self.rows = self.rows[:size], self.rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        """All that is left."""
        taken, self.rows = self.rows, []
        return taken

    def close(self) -> None:
        """Nothing is held."""
        self.rows = []


class Connection:
    """A connection that leaves transactions to the statements, as the product does."""

    isolation_level: str | None = None

    def __init__(self, name: str, layer: str) -> None:
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        self.database = apsw.Connection(name, flags=flags, vfs=layer)
        self.execute("PRAGMA locking_mode=EXCLUSIVE")

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self)

    def execute(self, statement: str, values: Any = ()) -> Cursor:
        """One statement on a cursor of its own."""
        return self.cursor().execute(statement, values)

    def create_function(self, name: str, count: int, work: Any, **_options: Any) -> None:
        """A function for statements."""
        self.database.create_scalar_function(name, work, count)

    def commit(self) -> None:
        """End the transaction, if there is one."""
        if self.database.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Give the transaction up, if there is one."""
        if self.database.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        """A disk without power lets nobody say good-bye."""
        try:
            self.database.close(True)
        except apsw.Error as error:
            raise _ours(error) from error


def of(layer: Layer) -> ModuleType:
    """The driver for one disk. It calls itself old, so that the product keeps to a single connection."""
    made = ModuleType("apsw_driver")
    made.__dict__.update(
        paramstyle="qmark", apilevel="2.0", threadsafety=1, sqlite_version=apsw.sqlite_lib_version(),
        sqlite_version_info=(3, 40, 0), PARSE_DECLTYPES=1, PARSE_COLNAMES=2, Binary=bytes,
        connect=lambda name, **_options: Connection(name, layer.name),
        **{one.__name__: one for one in NAMED},
    )  # fmt: skip
    return made
