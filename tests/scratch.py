"""One PostgreSQL database for many tests: each finds it as the migrations leave it.

Making a database takes PostgreSQL about 70 ms, emptying one 3 ms. Whatever is not rows (a table, a column, an
index, a trigger, the version of the schema) is compared after each test, and a database that a test changed is
thrown away.
"""

import itertools
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from lms.core import migrate
from lms.core.db import make_engine
from lms.core.settings import Settings

_numbers = itertools.count(1)

SHAPE = """
SELECT md5(string_agg(one, ';' ORDER BY one)) FROM (
  SELECT concat('c', attrelid, attname, attnum, atttypid, attnotnull, atthasdef, attisdropped)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat('r', oid, relname, relkind, relrowsecurity) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat('k', oid, conname, convalidated) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT concat('t', oid, tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat('f', oid, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT concat('v', version_num) FROM alembic_version
) AS shape(one)
"""
LEAVE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def url(base: str, name: str) -> str:
    """The address of one database of a server."""
    return base.replace("{}", name) if "{}" in base else f"{base}/{name}"


@dataclass
class Scratch:
    """The databases of one worker: a template made by the migrations, and the copy that tests use."""

    base: str
    worker: str
    admin: Engine = field(init=False)
    name: str = ""
    uses: int = 0
    shape: str = ""
    empty: str = ""
    _engine: Engine | None = None

    def __post_init__(self) -> None:
        self.admin = create_engine(url(self.base, "postgres"), isolation_level="AUTOCOMMIT")
        with self.admin.connect() as connection:
            # A test database lives for a second: it need not survive a power cut.
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f"DROP DATABASE IF EXISTS {self.template}"))
            connection.execute(text(f"CREATE DATABASE {self.template}"))
        engine = make_engine(Settings(database_url=url(self.base, self.template)))
        migrate.upgrade(engine)
        engine.dispose()

    @property
    def template(self) -> str:
        """The name of the database that is never used, only copied."""
        return f"template_{self.worker}"

    def copied(self) -> str:
        """A database of one's own, by name; whoever asks drops it."""
        name = f"t_{self.worker}_{next(_numbers)}"
        self._copy(self.template, name)
        return name

    def _copy(self, source: str, name: str) -> None:
        with self.admin.connect() as connection:
            # Copying files costs a third less than writing them to the log; PostgreSQL 15 lets one choose.
            new = (self.admin.dialect.server_version_info or ()) >= (15,)
            how = " STRATEGY FILE_COPY" if new else ""
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {source}{how}"))

    def bare(self) -> str:
        """A database without a table, by name; whoever asks drops it."""
        name = f"bare_{self.worker}_{next(_numbers)}"
        with self.admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return name

    def drop(self, name: str) -> None:
        """Throw a database away, with whoever is still connected."""
        with self.admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    def keep(self, name: str, kept: str) -> None:
        """Keep a copy of this database as it is now, to begin others with."""
        self._copy(name, f"{kept}_{self.worker}")

    def replace(self, name: str, kept: str) -> None:
        """Put a kept copy in the place of this database."""
        self.drop(name)
        self._copy(f"{kept}_{self.worker}", name)

    def take(self) -> str:
        """The address of an empty, migrated database."""
        # Deleted rows stay in their files until they are swept, so a database is used for a while only.
        if self.uses >= 150:
            self._renew()
        if not self.name:
            self.name = self.copied()
            # No connection stays: some tests ask whether anybody still uses the database.
            self._engine = create_engine(
                url(self.base, self.name), isolation_level="AUTOCOMMIT", poolclass=NullPool
            )
            with self._engine.connect() as connection:
                self.shape = connection.execute(text(SHAPE)).scalar_one()
                self.empty = _emptying(connection)
        self.uses += 1
        return url(self.base, self.name)

    def give_back(self) -> None:
        """Empty it again, or throw it away when more than its rows was changed."""
        assert self._engine is not None
        try:
            with self._engine.connect() as connection:
                connection.execute(text(LEAVE))
                same = connection.execute(text(SHAPE)).scalar_one() == self.shape
                if same:
                    connection.exec_driver_sql(self.empty)
        except Exception:
            self._renew()
            raise
        if not same:
            self._renew()

    def _renew(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        if self.name:
            self.drop(self.name)
        self.name, self.uses, self._engine = "", 0, None

    def close(self) -> None:
        """The end of the run."""
        self._renew()
        self.admin.dispose()


def _emptying(connection: Connection) -> str:
    """The statements that empty every table that the migrations leave empty, and reset every counter."""
    tables, counters = _named(connection, "r"), _named(connection, "S")
    bare = [
        name
        for name in tables
        if not connection.execute(text(f"SELECT EXISTS (SELECT FROM {name})")).scalar_one()
    ]
    filled = set(tables) - set(bare)
    assert filled <= {"alembic_version"}, f"What fills {filled} must be kept as it was."
    return "; ".join([
        "SET session_replication_role = replica",
        *(f"DELETE FROM {name}" for name in bare),
        *(f"ALTER SEQUENCE {name} RESTART" for name in counters),
        "SET session_replication_role = DEFAULT",
    ])  # fmt: skip


def _named(connection: Connection, kind: str) -> list[str]:
    """The tables ("r") or counters ("S") of the schema, quoted."""
    asked = text(
        "SELECT quote_ident(relname) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = :kind"
    )
    return list(connection.execute(asked, {"kind": kind}).scalars())
