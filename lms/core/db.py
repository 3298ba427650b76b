"""The database: one metadata, plain types on SQLite and PostgreSQL, and how a connection behaves.

On SQLite every write is durable before it is acknowledged (WAL, synchronous=FULL), transactions that
write begin with BEGIN IMMEDIATE, and one process is the only writer.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    String,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from lms.core import clock
from lms.core.ids import uuid7
from lms.core.settings import Settings

SAFE_SQLITE = (3, 51, 3)
"""The first SQLite that cannot lose committed pages when two connections write and checkpoint."""

_BOX = "box"
"""Key of `Session.info`: which laptop this store is, see `Database.run_on_box`."""

_UNSAFE_POOL = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 60}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC on both databases; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored instant must be aware.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables; constraint names are fixed by convention so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute.
        datetime: UtcDateTime(),
        UUID: Uuid(),
        str: String(),
    }


class CommuneRow:
    """A row of one commune: its key is (commune_id, id), so no row can point into another commune."""

    commune_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


def belongs_to(table: str, column: str, **options: Any) -> ForeignKeyConstraint:
    """A composite foreign key (commune_id, column) → table(commune_id, id)."""
    return ForeignKeyConstraint(
        ["commune_id", column], [f"{table}.commune_id", f"{table}.id"], **options
    )


def of_commune() -> ForeignKeyConstraint:
    """The foreign key of every commune table to its commune."""
    return ForeignKeyConstraint(["commune_id"], ["commune.id"])


def commune_key() -> PrimaryKeyConstraint:
    """The primary key (commune_id, id), for tables that are not mapped from CommuneRow."""
    return PrimaryKeyConstraint("commune_id", "id")


def created() -> Mapped[datetime]:
    """A column that holds when the row was written."""
    return mapped_column(default=clock.now)


def sqlite_module() -> ModuleType:
    """The safest SQLite at hand: pysqlite3's bundled one where it has a wheel, else Python's."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2  # type: ignore[no-any-return]  # pysqlite3 ships no types.


def make_engine(settings: Settings, *, serving: bool = False) -> Engine:
    """The engine for these settings. An old SQLite gets a single connection, so it stays safe.

    `serving`: for requests, which must not wait or hold locks for ever; commands may take their time.
    """
    if settings.is_sqlite:
        return _sqlite_engine(settings)
    limits = " ".join(f"-c {name}={value}" for name, value in SERVING_LIMITS.items())
    engine = create_engine(
        settings.url,
        # A thread of requests holds one connection, and now and then a second for the projector's turn.
        pool_size=settings.threads + 2,
        max_overflow=settings.threads,
        pool_timeout=30,
        hide_parameters=True,
        connect_args={"options": limits} if serving else {},
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ping_idle)
    return engine


SERVING_LIMITS = {
    "statement_timeout": "60s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "5min",
}
"""What PostgreSQL ends by itself for the service; the request is answered 503 and may be repeated."""
IDLE_SECONDS = 30.0
"""A connection that lay unused for longer is asked whether it still lives, before it is used."""


def _note_use(_connection: object, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _ping_idle(connection: Any, record: Any, _proxy: object) -> None:
    # A ping before each use would cost every batch a round trip. A connection that was used a moment ago
    # is taken as it is: if PostgreSQL was restarted meanwhile, that request is answered 503, may be
    # repeated, and the whole pool is made anew.
    if time.monotonic() - record.info.get("used", time.monotonic()) < IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _is_safe(settings: Settings) -> bool:
    """Whether several connections may write: not on an old SQLite."""
    version = tuple(sqlite_module().sqlite_version_info)
    return not settings.is_sqlite or version >= SAFE_SQLITE


def _sqlite_engine(settings: Settings, *, reads: bool = False) -> Engine:
    """`reads`: beside the single connection of an old SQLite, which alone writes and checkpoints."""
    many = reads or _is_safe(settings)
    engine = create_engine(
        settings.url,
        module=sqlite_module(),
        hide_parameters=True,  # A statement's values are names, phones and PIN digests.
        connect_args={"check_same_thread": False, "timeout": 30},
        **({"pool_size": settings.threads + 2} if many else _UNSAFE_POOL),
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    if reads:
        event.listen(engine, "connect", _never_checkpoint)
    return engine


def _never_checkpoint(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint=0")


def _reading_engine(settings: Settings, writing: Engine) -> Engine:
    """The engine of sessions that read: on an old SQLite its own, as a request may ask a second time
    while it holds its session, and a single connection would wait for itself."""
    in_file = writing.url.database not in (None, "", ":memory:")
    if _is_safe(settings) or not in_file:
        return writing.execution_options(writes=False)
    return _sqlite_engine(settings, reads=True).execution_options(writes=False)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # We emit BEGIN ourselves, see _begin_sqlite.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=30000",
        "foreign_keys=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def box_of(session: Session) -> UUID | None:
    """The id of the laptop ("máy lớp") whose store this is; None at the commune, which is most often."""
    return session.info.get(_BOX)


class Database:
    """An engine and its sessions. `write()` commits or rolls back as a whole; `read()` never writes."""

    def __init__(self, settings: Settings, *, serving: bool = False) -> None:
        self.engine = make_engine(settings, serving=serving)
        self.box_id: UUID | None = None
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self.reading = _reading_engine(settings, self.engine)
        """The engine of `read()`; also asked within a write."""
        self._read = sessionmaker(self.reading)

    def run_on_box(self, box_id: UUID | None) -> None:
        """From now on every session knows that this store is that of a laptop that carries classes.

        The floor and the packages above it ask `box_of`; who this is stands in tables that they do not know.
        """
        self.box_id = box_id
        for sessions in (self._write, self._read):
            sessions.configure(info={_BOX: box_id})

    def session(self, *, writes: bool) -> Session:
        """A session; the caller commits, rolls back and closes it."""
        return self._write() if writes else self._read()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that commits at the end, and rolls back on any error."""
        with self._write() as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One read-only transaction."""
        with self._read() as session:
            yield session

    def close(self) -> None:
        """Give every connection back to the system."""
        self.reading.dispose()
        self.engine.dispose()
