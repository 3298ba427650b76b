"""A second PostgreSQL that follows the first: it answers reports and exports while it is close behind.

It is close behind when the last commit it replayed is at most `LMS_REPORTS_LAG_SECONDS` old by the clock of
the first, or when it has replayed all that the first has written. Where it is not, or does not answer,
the first answers as it always does. Who may see a page is always asked of the first.
"""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms.core.db import Database
from lms.core.settings import Settings

SECONDS_BETWEEN = 1.0
"""How long an answer to the question whether it is close behind holds."""
_FIRST = text("SELECT pg_current_wal_lsn()::text, clock_timestamp()")
_SECOND = text(
    "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(pg_last_wal_replay_lsn(), CAST(:lsn AS pg_lsn)) >= 0, "
    "pg_last_xact_replay_timestamp() >= :since"
)

log = structlog.get_logger("lms.core")


class Replica:
    """The second database and what is known of how far it is."""

    def __init__(self, settings: Settings, first: Database) -> None:
        self.database = Database(
            replace(settings, database_url=settings.reports_database_url), serving=True
        )
        self._first = first
        self._most = timedelta(seconds=settings.reports_lag_seconds)
        self._lock, self._asked, self._is_close = threading.Lock(), 0.0, False

    @classmethod
    def of(cls, settings: Settings, first: Database) -> "Replica | None":
        """The replica of these settings, where there is one."""
        if not settings.reports_database_url or settings.is_sqlite:
            return None
        return cls(settings, first)

    def is_close(self) -> bool:
        """Whether reports may be read here now; asked of both databases once a second at most."""
        with self._lock:
            if not self._asked or time.monotonic() - self._asked > SECONDS_BETWEEN:
                was, self._is_close = self._is_close, self._look()
                if was and not self._is_close:
                    log.warning("reports_from_the_first")
                self._asked = time.monotonic()
            return self._is_close

    def _look(self) -> bool:
        try:
            with self._first.read() as session:
                lsn, now = session.execute(_FIRST).one()
            with self.database.read() as session:
                follows, is_level, is_recent = session.execute(
                    _SECOND, {"lsn": lsn, "since": now - self._most}
                ).one()
        except SQLAlchemyError as error:
            log.warning("replica", problem=type(error).__name__)
            return False
        return bool(follows and (is_level or is_recent))
