"""What another system's call costs in a commune of 30,000 people with 15,000 results, on SQLite.

    python -m bench.bench_feed

Prints medians of seven calls in processor time through the whole application, each with its token, its limit
and its line in the log, which are written durably before the answer leaves. Ceilings of the same run: one
durable row by the driver alone, and the driver's reading of the rows that are compared.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import update

from assessments.models import Attainment
from bench.bench_report import PLANS, build
from lms.app import create_app
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.guard import system
from lms.core.keys import make_keys
from lms.core.settings import Settings
from lms.indicators import snapshots
from lms.indicators.closing_period import free_day
from lms.people import machine_tokens, machine_use, machines
from lms.people.machines import NewMachine
from tests.cast import Cast, build_cast

RUNS = 7
_COMPARED = (
    "SELECT a.id, a.person_id, a.programme_code, a.version_id, a.level, a.proof, a.occurred_on, "
    "p.full_name, p.birth_date, p.birth_year, p.erased_on "
    "FROM attainment a JOIN person p ON p.id = a.person_id"
)
ROWS = (_COMPARED, "SELECT id, digest, gone FROM feed_change")


def median(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Processor seconds, the median of seven; what comes before is not counted."""
    found = []
    for _ in range(RUNS):
        before()
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return statistics.median(found)


def line(what: str, seconds: float, ceiling: float = 0.0) -> None:
    """One line: milliseconds, and how many times the ceiling."""
    times = f"   {seconds / ceiling:5.1f}x the ceiling" if ceiling else ""
    print(f"{what:<58} {seconds * 1000:8.1f} ms{times}")


class Caller:
    """A machine with a token, and what it has already."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client, self.head = app.test_client(), {"Authorization": f"Bearer {token}"}

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        """Ask, and be sure of the answer."""
        answer = self.client.get(f"/api/v1/feed{path}", headers={**self.head, **headers})
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer

    def again(self, path: str) -> Callable[[], object]:
        """Ask for what one has: 304."""
        tag = self.get(path).headers["ETag"]
        return lambda: self.get(path, 304, **{"If-None-Match": tag})


def prepare(folder: Path) -> tuple[Flask, Database, Cast, str]:
    """The commune, a closed day, and the token of a client with every scope."""
    settings, keys = Settings(data_dir=folder), make_keys()
    database = Database(settings)
    migrate.upgrade(database.engine)
    app = create_app(settings, database=database, keys=keys, testing=True)
    cast = build_cast(database, keys)
    who = system(cast["TBT"])
    with database.write() as session:
        build(session, cast["TBT"], cast["version"], random.Random(7))
    with database.write() as session:
        closing = snapshots.Closing(free_day(clock.today()), in_spite="Số liệu để đo.")
        snapshots.close(session, who, PLANS[2], closing)
        new = NewMachine("Đo", "Đo tốc độ", ("counts:read", "records:read"))
        row, _secret = machines.create(session, who, keys, new)
        token = machine_tokens.new_token(row.client_id)
        machine_tokens.issue(session, keys, row, token, row.scopes)
    return app, database, cast, token


def main() -> None:
    """Build, measure, print."""
    machine_use.CALLS = machine_use.Limit(10**6, machine_use.CALLS.window, machine_use.CALLS.lock)
    with tempfile.TemporaryDirectory() as folder:
        app, database, cast, token = prepare(Path(folder))
        caller, raw = Caller(app, token), database.engine.raw_connection()
        raw.driver_connection.execute("CREATE TABLE ceiling (n integer)")
        durable = median(lambda: raw.driver_connection.execute("INSERT INTO ceiling VALUES (1)"))
        started = time.process_time()
        caller.get("/attainments")
        line("results, the first comparison of all", time.process_time() - started)
        read = median(lambda: [raw.driver_connection.execute(one).fetchall() for one in ROWS])
        raw.close()
        line("(one durable row by the driver alone)", durable)
        line("(the rows that are compared, by the driver alone)", read)
        present = f"/counts/present?plan={PLANS[2]}"
        for path in ("/counts", present, "/attainments", "/certificates"):
            caller.get(path)
            line(f"{path.partition('?')[0]}, nothing changed", median(lambda p=path: caller.get(p)))  # type: ignore[misc]  # The path of this round.
            line(f"{path.partition('?')[0]}, 304", median(caller.again(path)), durable)
        change(caller, database, cast, read)
        database.close()


def change(caller: Caller, database: Database, cast: Cast, read: float) -> None:
    """One result is written between two calls."""
    after = caller.get("/attainments?limit=1000").json["next"]
    with database.read() as session:
        key = session.query(Attainment.id).filter_by(commune_id=cast["TBT"]).first()[0]  # type: ignore[index]  # There are 15,000.
    levels = iter(["proficient", "basic"] * RUNS)

    def one() -> None:
        with database.write() as session:
            query = update(Attainment).where(Attainment.id == key)
            session.execute(query.values(level=next(levels)))

    asked = f"/attainments?changed_since={after}&limit=1"
    line("results, one changed since", median(lambda: caller.get(asked), one), read)


if __name__ == "__main__":
    main()
