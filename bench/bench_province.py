"""Sums of one plan over a province on PostgreSQL, beside DuckDB counting the same definition and rows.

    .venv/bin/python bench/bench_province.py              # 33 communes, 990,000 people, 4,950,000 results
    .venv/bin/python bench/bench_province.py --size 0.1   # 3 communes

Measures in one run, in wall time: our read of the sums when nothing changed and after 1, 100 and 10,000 new
results (what a page shows at once, and until every commune is counted again), a full recount by our engine,
and DuckDB counting everything; how many cells (figure and unit of a commune) differ; and what writing a result
costs with and without the stamps of data_version.
"""

import argparse
import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import duckdb
from sqlalchemy import Engine, select, text

from bench.common import postgres
from bench.province_data import COMMUNES, DAY, EACH, PEOPLE, PLAN, build, win
from lms.core import migrate
from lms.core.db import Database
from lms.core.settings import Settings
from lms.indicators.figure_models import FigureCell, FigureCount
from lms.indicators.figure_sums import keep_current, summed
from lms.tables import METADATA

Cells = dict[tuple[str, str, str], tuple[int, int]]
"""(commune, figure, unit or "") → numerator, denominator."""

TABLES = {
    "person": ("commune_id UUID, id UUID, birth_date DATE, birth_year INT, died_on DATE"),
    "residence": (
        "commune_id UUID, person_id UUID, unit_id UUID, kind VARCHAR, from_date DATE, to_date DATE"
    ),
    "membership": ("commune_id UUID, person_id UUID, kind VARCHAR, from_date DATE, to_date DATE"),
    "person_link": ("commune_id UUID, duplicate_id UUID, survivor_id UUID"),
    "attainment": (
        "commune_id UUID, id UUID, person_id UUID, programme_code VARCHAR, level VARCHAR, "
        "proof VARCHAR, occurred_on DATE"
    ),
    "attainment_revocation": ("commune_id UUID, attainment_id UUID, revoked_on DATE"),
}
FIGURES = {
    "can-bo": ("public_sector", ("can-bo",)),
    "hoc-sinh": ("student", ("hoc-sinh",)),
    "nguoi-dan": ("adults", ("can-bo", "nguoi-lao-dong", "nguoi-dan", "nguoi-cao-tuoi", "tieu-thuong-4t")),
    "nguoi-lao-dong": ("worker", ("nguoi-lao-dong",)),
    "2.2": ("student", ("hoc-sinh",)),
    "4.5": ("trade", ("tieu-thuong-4t",)),
}  # fmt: skip
"""The plan's figures of persons: population and programmes of each; any level, a passed test or better."""

COUNT = f"""
WITH root AS (SELECT duplicate_id AS id, survivor_id AS who FROM person_link),
alive AS (
  SELECT commune_id AS c, id AS who,
    coalesce(extract(year FROM birth_date) * 10000 + extract(month FROM birth_date) * 100
             + extract(day FROM birth_date), birth_year * 10000 + 1231) AS born
  FROM person ANTI JOIN root USING (id) LEFT JOIN (
    SELECT root.who AS id, min(died_on) AS told FROM person JOIN root USING (id) GROUP BY ALL
  ) USING (id)
  WHERE coalesce(died_on, told) IS NULL OR coalesce(died_on, told) > DATE '{DAY}'
),
home AS (
  SELECT r.commune_id AS c, coalesce(root.who, r.person_id) AS who,
    arg_max(r.unit_id, (coalesce(r.from_date, DATE '0001-01-01'), r.kind <> 'tam_tru')) AS unit
  FROM residence r LEFT JOIN root ON root.id = r.person_id
  WHERE (r.from_date IS NULL OR r.from_date <= DATE '{DAY}') AND (r.to_date IS NULL OR r.to_date > DATE '{DAY}')
  GROUP BY ALL
),
lives AS (SELECT home.c, home.who, home.unit, alive.born FROM home JOIN alive USING (c, who)),
grouped AS (
  SELECT DISTINCT m.commune_id AS c, coalesce(root.who, m.person_id) AS who, m.kind
  FROM membership m LEFT JOIN root ON root.id = m.person_id
  WHERE (m.from_date IS NULL OR m.from_date <= DATE '{DAY}') AND (m.to_date IS NULL OR m.to_date > DATE '{DAY}')
),
member AS (SELECT grouped.* FROM grouped SEMI JOIN alive USING (c, who)),
population AS (
  SELECT c, who, kind AS p FROM member
  UNION ALL SELECT c, who, 'adults' FROM lives WHERE born <= {DAY:%Y%m%d} - 180000
  UNION ALL SELECT c, who, 'trade' FROM (
    SELECT c, who FROM lives UNION SELECT c, who FROM member WHERE kind IN ('trader', 'farmer'))
),
counted AS (
  SELECT DISTINCT a.commune_id AS c, coalesce(root.who, a.person_id) AS who, a.programme_code
  FROM attainment a LEFT JOIN root ON root.id = a.person_id
    LEFT JOIN attainment_revocation r ON r.commune_id = a.commune_id AND r.attainment_id = a.id
  WHERE a.occurred_on <= DATE '{DAY}' AND (r.revoked_on IS NULL OR r.revoked_on > DATE '{DAY}')
    AND a.proof IN ('test_passed', 'test_supervised', 'task_observed')
),
has AS (SELECT DISTINCT c, who, f FROM counted JOIN programmes USING (programme_code))
SELECT population.c, figures.f, lives.unit, count(has.who), count(*)
FROM population JOIN figures USING (p)
  LEFT JOIN lives USING (c, who)
  LEFT JOIN has ON has.c = population.c AND has.who = population.who AND has.f = figures.f
GROUP BY ALL
"""


class Peer:
    """DuckDB with the same rows."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.db = duckdb.connect(":memory:")
        for table, columns in TABLES.items():
            names = [part.split()[0] for part in columns.split(", ")]
            file = folder / f"{table}.csv"
            _copy_out(
                engine,
                f"COPY (SELECT {', '.join(names)} FROM {table}) TO STDOUT (FORMAT csv)",
                file,
            )
            self.db.execute(f"CREATE TABLE {table} ({columns})")
            self.db.execute(f"COPY {table} FROM '{file}' (FORMAT csv, NULLSTR '')")
            file.unlink()
        self.db.execute("CREATE TABLE figures (f VARCHAR, p VARCHAR)")
        self.db.execute("CREATE TABLE programmes (f VARCHAR, programme_code VARCHAR)")
        for figure, (population, programmes) in FIGURES.items():
            self.db.execute("INSERT INTO figures VALUES (?, ?)", [figure, population])
            for code in programmes:
                self.db.execute("INSERT INTO programmes VALUES (?, ?)", [figure, code])

    def add(self, won: list[tuple[UUID, UUID, UUID]], folder: Path) -> None:
        """The new results too."""
        file = folder / "won.csv"
        with file.open("w", newline="") as stream:
            rows = ((*row, "tieu-thuong-4t", "basic", "test_passed", DAY) for row in won)
            csv.writer(stream).writerows(rows)
        self.db.execute(f"COPY attainment FROM '{file}' (FORMAT csv)")

    def cells(self) -> Cells:
        """Everything counted anew."""
        rows = self.db.execute(COUNT).fetchall()
        return {(str(c), f, str(unit or "")): (n, d) for c, f, unit, n, d in rows}


def _copy_out(engine: Engine, statement: str, file: Path) -> None:
    with engine.connect() as connection, file.open("wb") as stream:
        cursor = connection.connection.cursor()
        with cursor.copy(statement) as copied:  # type: ignore[attr-defined]  # psycopg's own cursor.
            for block in copied:
                stream.write(block)


def stored(database: Database) -> Cells:
    """What our cells say, in the same shape."""
    query = select(FigureCell).join(
        FigureCount,
        (FigureCount.commune_id == FigureCell.commune_id) & (FigureCount.id == FigureCell.count_id),
    )
    with database.read() as session:
        return {
            (str(cell.commune_id), cell.figure, unit): (n, d)
            for cell in session.scalars(query)
            if cell.figure in FIGURES and cell.reading == "plan"
            for unit, (n, d) in cell.units.items()
        }


def differing(ours: Cells, theirs: Cells) -> int:
    """Cells that are not the same number in both; one that is missing counts as 0 of 0."""
    none = (0, 0)
    return sum(ours.get(k, none) != theirs.get(k, none) for k in ours.keys() | theirs.keys())


def timed(work: Callable[[], object], runs: int = 1) -> float:
    """The median wall time in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def read(database: Database) -> int:
    """What a page asks for: the sums, and how many communes are due."""
    with database.read() as session:
        return sum(group.recounting for group in summed(session, PLAN, today=DAY))


def writing(engine: Engine, communes: list[UUID]) -> None:
    """What a result costs to write, with and without stamps, each taken back afterwards."""
    costs: dict[str, dict[int, float]] = {}
    for word, able in (
        ("with stamps", "ENABLE"),
        ("without", "DISABLE"),
        ("with stamps again", "ENABLE"),
    ):
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE attainment {able} TRIGGER USER")
        costs[word] = {n: _write(engine, communes, n) for n in (1, 100)}
    print("\nwriting results, one transaction each, wall ms (median):")
    for word, found in costs.items():
        print(f"  {word:18} one result {found[1]:6.2f}   a hundred {found[100]:6.2f}")


def _write(engine: Engine, communes: list[UUID], n: int) -> float:
    people = text(
        "SELECT id FROM person WHERE commune_id = :c AND id NOT IN "
        "(SELECT person_id FROM attainment WHERE programme_code = 'tieu-thuong-4t') LIMIT :n"
    )
    with engine.connect() as connection:
        version = connection.execute(text("SELECT id FROM programme_version LIMIT 1")).scalar_one()
        runs = 200 if n == 1 else 40
        found = connection.execute(people, {"c": communes[0], "n": n * runs}).scalars().all()
    put = text(
        "INSERT INTO attainment (commune_id, id, person_id, programme_code, version_id, level, "
        "proof, occurred_on, evidence) SELECT :c, gen_random_uuid(), who, 'ai-hanh-chinh', :v, "
        "'basic', 'test_passed', :d, '{}' FROM unnest(CAST(:who AS uuid[])) who"
    )
    times = []
    for start in range(0, len(found), n):
        values = {"c": communes[0], "v": version, "d": DAY, "who": list(found[start : start + n])}
        begun = time.perf_counter()
        with engine.begin() as connection:
            connection.execute(put, values)
        times.append((time.perf_counter() - begun) * 1000)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM attainment WHERE programme_code = 'ai-hanh-chinh'"))
    return statistics.median(times)


def measure(database: Database, communes: list[UUID], folder: Path) -> None:
    """Everything of one run, line by line."""
    peer = Peer(database.engine, folder)
    whole = timed(lambda: keep_current(database, [PLAN], DAY))
    print(f"full recount by our engine, {len(communes)} communes: {whole / 1000:.1f} s")
    steps = [(0, "nothing changed")] + [(n, f"{n:,} new results") for n in (1, 100, 10_000)]
    for n, word in steps:
        if n:
            with database.engine.begin() as connection:
                won = win(connection, communes, n)
            peer.add(won, folder)
        page, due = timed(lambda: read(database), 7), read(database)
        again = timed(lambda: keep_current(database, [PLAN], DAY))
        after = timed(lambda: read(database), 7)
        theirs = timed(peer.cells, 5)
        wrong = differing(stored(database), peer.cells())
        print(
            f"{word:20} page {page:6.1f} ms with {due} of {len(communes)} communes due, "
            f"recounted in {again / 1000:5.1f} s, then page {after:6.1f} ms; "
            f"DuckDB {theirs:7.1f} ms = {theirs / after:5.1f} × (goal ≥ 5); "
            f"differing cells {wrong} of {len(stored(database))} (goal 0)"
        )
    writing(database.engine, communes)


def main() -> None:
    """Build the province and measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", type=float, default=1.0, help="share of the full size (default 1)")
    communes = max(1, round(COMMUNES * asked.parse_args().size))
    with postgres() as (url, _programs), tempfile.TemporaryDirectory() as folder:
        database = Database(Settings(database_url=url, data_dir=Path(folder)))
        migrate.upgrade(database.engine)
        begun = time.perf_counter()
        keys = build(database, communes)
        people = communes * PEOPLE
        print(
            f"{communes} communes, {people:,} people, {people * EACH:,} results, built in "
            f"{time.perf_counter() - begun:.0f} s; {len(METADATA.tables)} tables, plan {PLAN}"
        )
        measure(database, keys, Path(folder))
        database.close()


if __name__ == "__main__":
    main()
