"""The real service under granian, whose clock and room can be turned from outside while it runs.

`python -m soak.faults.served` is `lms serve` with three more things, all read from the folder LMS_FAULTS:
`clock` (seconds added to the time), `cap` (pages that the SQLite file may have), `planted` (a rule to break).
"""

import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, g
from sqlalchemy import event

from lms.core import clock, web

FOLDER = Path(os.environ.get("LMS_FAULTS", "."))
ANY_SIZE = 4_294_967_294


def turned(name: str, otherwise: float) -> float:
    """The number in a file of the folder."""
    with suppress(OSError, ValueError):
        return float((FOLDER / name).read_text())
    return otherwise


def _now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=turned("clock", 0))


def _cap(connection: Any) -> None:
    connection.exec_driver_sql(f"PRAGMA max_page_count={int(turned('cap', ANY_SIZE))}")


def _answer_first() -> None:
    """The planted bug: the answer goes out while the commit is still to come."""
    session = g.pop("session", None)
    if session is None:
        return

    def later() -> None:
        time.sleep(0.4)
        with suppress(Exception):
            session.commit()
        session.close()

    threading.Thread(target=later).start()


def make_app() -> Flask:
    """The app of `lms.wsgi`, under our clock."""
    clock._now = _now
    from lms.wsgi import app

    engine = app.extensions["lms.db"].engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _cap)
    if (FOLDER / "planted").exists():
        web.commit = _answer_first
    return app


def main() -> None:
    """Check the store as `lms serve` does, then listen."""
    clock._now = _now
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from lms.cli.serve import check_store
    from lms.core.command import make_context

    context = make_context("TBT")
    check_store(context)
    settings = context.settings
    context.close()
    Granian(
        "soak.faults.served:make_app", factory=True, address=settings.host, port=settings.port,
        interface=Interfaces.WSGI, workers=settings.workers, blocking_threads=settings.threads,
        log_level=LogLevels.critical, respawn_failed_workers=True,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main()
