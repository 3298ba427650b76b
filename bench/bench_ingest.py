"""Saving a batch of 10 answers, durable before the answer: ours against the bare statement and pgbench.

The ceiling is pgbench writing the same rows with the same number of clients; the bare prototype is a
typed decode and one statement through the driver. All are measured in the same run, by turns.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from uuid import UUID

import msgspec
from common import median_of, postgres, rate, ratio
from sqlalchemy import text

from lms.app import create_app
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import make_keys
from lms.core.settings import Settings
from lms.ledger.actions import accept
from lms.ledger.rules import millis
from tests.cast import Cast, build_cast

CLIENTS, SECONDS, ROUNDS, BATCH = 4, 3.0, 3, 10
PREPARED = int(SECONDS * 2500)
PGBENCH = """
BEGIN;
INSERT INTO event (commune_id, id, batch_id, position, device_id, epoch, seq, type, class_id, learner_id,
  attempt_id, text, sha256, received_at)
SELECT '{commune}', gen_random_uuid(), '{device}', n, '{device}', 'e1', n, 'answer.given', '{session}',
  '{learner}', '{learner}', '{sample}', '{digest}', now() FROM generate_series(1, 10) AS n;
END;
"""
BARE = """
INSERT INTO event (commune_id, id, batch_id, position, device_id, epoch, seq, type, class_id, learner_id,
  attempt_id, text, sha256, received_at)
SELECT %(commune)s, r.id, %(device)s, r.seq, %(device)s, r.epoch, r.seq, r.type, r.class, r.learner,
  r.attempt, r.text, %(digest)s, now()
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(id uuid, epoch text, seq int, type text, class uuid,
  learner uuid, attempt uuid, text text) ON CONFLICT DO NOTHING
"""


class Bare(msgspec.Struct):
    """The fields the bare prototype decodes."""

    id: str
    epoch: str
    seq: int
    type: str
    learner: str
    attempt: str


def texts(cast: Cast) -> list[str]:
    """Ten new answers of one attempt, as a tablet writes them."""
    attempt = str(uuid7())
    return [
        json.dumps({
            "v": 1, "id": str(uuid7()), "device": str(cast["k1_may"]), "epoch": "e1", "seq": n,
            "class": str(cast["k1_buoi"]), "learner": str(cast["hv_lan"]), "attempt": attempt,
            "type": "answer.given", "payload": {"item": f"cau-{n}", "response": ["a"]},
            "at": millis(clock.now()), "mono": n, "offset": 0, "app": "1.0",
        })
        for n in range(BATCH)
    ]  # fmt: skip


class Batches:
    """Batches made before the clock starts, for making them is the tablet's work."""

    def __init__(self, cast: Cast) -> None:
        self.made = [[texts(cast) for _ in range(PREPARED)] for _ in range(CLIENTS)]

    def next(self, thread: int) -> list[str]:
        """The thread's next batch; IndexError when too few were prepared."""
        return self.made[thread].pop()


def bare_statement(database: Database, cast: Cast) -> float:
    """Batches a second of a typed decode and one statement through the driver."""
    connections = [database.engine.raw_connection() for _ in range(CLIENTS)]
    decoder = msgspec.json.Decoder(Bare)
    fixed = {"commune": cast["TBT"], "device": cast["k1_may"], "digest": "0" * 64}
    batches = Batches(cast)

    def save(thread: int) -> None:
        rows = []
        for body in batches.next(thread):
            event = decoder.decode(body)
            rows.append({"id": event.id, "epoch": event.epoch, "seq": event.seq, "type": event.type,
                         "class": str(cast["k1_buoi"]), "learner": event.learner, "attempt": event.attempt,
                         "text": body})  # fmt: skip
        cursor = connections[thread].cursor()
        cursor.execute(BARE, {**fixed, "rows": msgspec.json.encode(rows).decode()})
        connections[thread].commit()

    try:
        return rate(save, CLIENTS, SECONDS)
    finally:
        for connection in connections:
            connection.close()


def our_store(database: Database, cast: Cast) -> float:
    """Batches a second of `lms.ledger.actions.accept`, with all its checks."""
    batches = Batches(cast)

    def save(thread: int) -> None:
        with database.write() as session:
            receipt = accept(
                session, cast["TBT"], cast["k1_may"], batches.next(thread), clock.now()
            )
        assert all(fate.outcome.value == "stored" for fate in receipt.fates)

    return rate(save, CLIENTS, SECONDS)


def pgbench(programs: Path, url: str, cast: Cast) -> float:
    """Transactions a second of pgbench with the same rows."""
    sample = texts(cast)[0]
    script = PGBENCH.format(
        commune=cast["TBT"],
        device=cast["k1_may"],
        session=cast["k1_buoi"],
        learner=cast["hv_lan"],
        sample=sample,
        digest="0" * 64,
    ).replace(": ", ":\u00a0")  # pgbench reads ':name' as a variable.
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(script.replace(":", "").replace("\u00a0", ""))
        file.flush()
        done = subprocess.run(
            [programs / "pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2",
             "-T", str(int(SECONDS)), "-f", file.name,
             url.replace("+psycopg", "")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split("=")[1].split()[0])


def measure_postgres() -> None:
    """PostgreSQL: ours ÷ bare prototype and ours ÷ pgbench."""
    with postgres() as (url, programs), tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=url, threads=CLIENTS)
        database, keys = Database(settings), make_keys()
        migrate.upgrade(database.engine)
        cast = build_cast(database, keys)
        create_app(settings, database=database, keys=keys)
        ceiling = median_of(ROUNDS, lambda: pgbench(programs, url, cast))
        bare = median_of(ROUNDS, lambda: bare_statement(database, cast))
        ours = median_of(ROUNDS, lambda: our_store(database, cast))
        database.close()
    print(f"PostgreSQL, {CLIENTS} clients, batches of {BATCH}:")
    print(f"  pgbench {ceiling:.0f}/s, bare {bare:.0f}/s, ours {ours:.0f}/s")
    ratio("ours ÷ bare statement through the driver (store only, with checks)", ours, bare, "≥ 60%")
    ratio("ours ÷ pgbench, same rows", ours, ceiling, "≥ 20%")


def measure_sqlite() -> None:
    """SQLite: ours ÷ the bare executemany, one writer."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        database, keys = Database(settings), make_keys()
        migrate.upgrade(database.engine)
        cast = build_cast(database, keys)
        create_app(settings, database=database, keys=keys)
        bare = median_of(ROUNDS, lambda: bare_sqlite(database, cast))
        ours = median_of(ROUNDS, lambda: our_store(database, cast))
        database.close()
    print(f"SQLite, {CLIENTS} threads, batches of {BATCH}: bare {bare:.0f}/s, ours {ours:.0f}/s")
    ratio("ours ÷ bare executemany (store only, with checks)", ours, bare, "≥ 60%")


def bare_sqlite(database: Database, cast: Cast) -> float:
    """Batches a second of one executemany and commit."""
    statement = text(
        "INSERT INTO event (commune_id, id, batch_id, position, device_id, epoch, seq, type, text, sha256,"
        " received_at) VALUES (:c, :i, :d, :n, :d, 'e1', :n, 'answer.given', :t, :h, :w)"
    )
    device, commune, batches = cast["k1_may"].hex, cast["TBT"].hex, Batches(cast)

    def save(thread: int) -> None:
        rows = [
            {"c": commune, "i": UUID(json.loads(t)["id"]).hex, "d": device, "n": n, "t": t, "h": "0" * 64,
             "w": "2026-11-20 01:00:00"}
            for n, t in enumerate(batches.next(thread))
        ]  # fmt: skip
        with database.engine.begin() as connection:
            connection.execute(statement, rows)

    return rate(save, CLIENTS, SECONDS)


if __name__ == "__main__":
    measure_postgres()
    measure_sqlite()
