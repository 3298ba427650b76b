"""The right to project a commune: one projector at a time in this process, and among all processes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms.core.db import Database
from lms.core.ids import derived

Sessions = Callable[[], Session]
_locks: WeakKeyDictionary[Engine, dict[UUID, threading.Lock]] = WeakKeyDictionary()
_locks_guard = threading.Lock()


def _lock(engine: Engine, commune_id: UUID) -> threading.Lock:
    with _locks_guard:
        return _locks.setdefault(engine, {}).setdefault(commune_id, threading.Lock())


@contextmanager
def turn(database: Database, commune_id: UUID) -> Iterator[Sessions]:
    """The right to project this commune; yields how to open its sessions."""
    with _lock(database.engine, commune_id):
        if database.engine.dialect.name != "postgresql":
            yield lambda: database.session(writes=True)
            return
        with _postgresql_turn(database.engine, commune_id) as sessions:
            yield sessions


@contextmanager
def _postgresql_turn(engine: Engine, commune_id: UUID) -> Iterator[Sessions]:
    key = _key(commune_id)
    with engine.connect() as connection:
        connection.execute(select(func.pg_advisory_lock(key)))
        connection.commit()
        try:
            yield lambda: Session(connection, expire_on_commit=False)
        finally:
            # A connection that cannot give the lock back is thrown away, and the lock with it.
            try:
                connection.rollback()
                connection.execute(select(func.pg_advisory_unlock(key)))
                connection.commit()
            except SQLAlchemyError:
                with suppress(SQLAlchemyError):
                    connection.invalidate()


def _key(commune_id: UUID) -> int:
    return derived("projector", commune_id).int >> 65


def hold(session: Session, commune_id: UUID) -> None:
    """Let no projector of the commune run until this transaction ends (SQLite has one writer anyway).

    Take it before any other lock: a projector at work holds it, and waits for rows.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_key(commune_id))))
