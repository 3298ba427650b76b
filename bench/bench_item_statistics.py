"""Item statistics of 10,000 first attempts at 20 questions each, beside the bare scan of the same rows.

    python bench/bench_item_statistics.py      # SQLite in a temporary folder, then PostgreSQL

Prints medians of five runs in wall time, and the ratio to the ceiling measured in the same run: the
same rows fetched by the driver alone.
"""

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from common import median_of, postgres, ratio
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from assessments import item_statistics
from courses import actions as courses_actions
from courses.rules import Blueprint, BlueprintRow, ProgrammeVersion, freeze
from lms.core import migrate
from lms.core.db import Database
from lms.core.settings import Settings
from lms.people.models import Commune, Unit
from tests.factories.attempts import Hall
from tests.factories.content import small_version

ATTEMPTS, QUESTIONS, BANK, RUNS = 10_000, 20, 60, 5
CEILING = (
    (
        "SELECT attempt.id, person_id, version_id, purpose, level, mark FROM attempt JOIN enrolment "
        "ON enrolment.commune_id = attempt.commune_id AND enrolment.id = attempt.enrolment_id "
        "ORDER BY started_at, attempt.id"
    ),
    "SELECT attempt_id, item_id, response, first_correct FROM answer",
)


def twenty_of_sixty() -> ProgrammeVersion:
    """A test of 20 questions drawn from a bank of 60."""
    small = small_version()
    one = next(item for item in small.items if item.certifying)
    items = [replace(one, id=f"cau-{n:02}", prompt=f"Câu {n}?") for n in range(BANK)]
    plan = Blueprint("certifying", "basic", (BlueprintRow(one.skill, QUESTIONS),))
    return freeze(
        programme=small.programme, modules=small.modules, items=items, blueprints=[plan],
        observed_tasks=small.observed_tasks, pass_rules=small.pass_rules, media=(),
    )  # fmt: skip


def build(session: Session, version: ProgrammeVersion) -> UUID:
    """A commune with 10,000 people who were tested once; its id."""
    commune = Commune(short_code="BEN", kind="xa", name="Đo Đạc", province="Tỉnh Mẫu")
    session.add(commune)
    courses_actions.publish(session, version, {})
    session.flush()
    unit = Unit(commune_id=commune.id, code="T1", name="Thôn 1", kind="thon", is_urban=False)
    session.add(unit)
    session.flush()
    hall = Hall(session, commune.id, unit.id, version)
    hall.crowd(ATTEMPTS, random.Random(757))
    hall.save()
    return commune.id


def timed(work: Callable[[], object]) -> float:
    """The median time of the work in seconds."""

    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return median_of(RUNS, once)


def bare(session: Session) -> None:
    """The same rows by the driver alone."""
    cursor = session.connection().connection.cursor()
    for query in CEILING:
        cursor.execute(query)
        cursor.fetchall()


def measure(database: Database, commune: UUID, version: ProgrammeVersion) -> None:
    """Print the figures of one run."""
    forms = [version.blueprint("certifying")]
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with database.read() as session:
        session.execute(text("SELECT 1"))
        asked.clear()
        found = item_statistics.of_forms(session, commune, version, forms)[0]
        reads = len(asked)
        ceiling = timed(lambda: bare(session))
        whole = timed(lambda: item_statistics.of_forms(session, commune, version, forms))
    assert found.people == ATTEMPTS
    assert found.reliability is not None
    assert all(line.figures for line in found.lines)
    print(f"{ATTEMPTS:,} attempts × {QUESTIONS} of {BANK} questions, {database.engine.name}")
    print(f"bare scan (ceiling)  {ceiling:6.2f} s")
    print(f"all figures          {whole:6.2f} s   in {reads} reads")
    ratio("all figures / bare scan of the same rows", whole, ceiling, "≤ 1000%")


def on(url: str, folder: str) -> None:
    """Build the commune in an empty database and measure."""
    version = twenty_of_sixty()
    database = Database(Settings(database_url=url, data_dir=Path(folder)))
    migrate.upgrade(database.engine)
    with database.write() as session:
        commune = build(session, version)
    measure(database, commune, version)
    database.close()


def main() -> None:
    """Measure on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        on(f"sqlite:///{folder}/lms.db", folder)
        with postgres() as (url, _programs):
            on(url, folder)


if __name__ == "__main__":
    main()
