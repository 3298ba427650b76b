"""The report of a plan for a commune of 30,000 people, beside the bare SQL reads it stands on.

    python -m bench.bench_report            # SQLite in a temporary folder
    LMS_DATABASE_URL=… python -m bench.bench_report   # an empty PostgreSQL database

Prints medians of seven runs in processor time: reading the facts, computing the figures, both together, and the
ratio to the ceiling measured in the same run: the same rows fetched by the driver alone.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from assessments.models import Attainment
from courses import actions as courses_actions
from lms.core import migrate
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.core.settings import Settings
from lms.indicators import actions, queries
from lms.indicators.facts_loader import load_facts
from lms.indicators.models import FactImport, OutsideFact
from lms.people.models import Commune, Household, Membership, Person, Residence, Unit
from tests.factories.content import small_version

PEOPLE, UNITS, ATTAINMENTS, CONFIRMED = 30_000, 60, 15_000, 9_000
AS_OF = date(2026, 11, 21)
RUNS = 7
PLANS = ("dien-sanh", "song-cong", "viet-tri")
CEILING = (
    "SELECT id, birth_date, birth_year, sex, died_on FROM person",
    "SELECT person_id, unit_id, household_id, kind, from_date, to_date FROM residence",
    "SELECT person_id, kind, unit_id, level, from_date, to_date FROM membership",
    "SELECT id, person_id, programme_code, level, proof, occurred_on FROM attainment",
    "SELECT id, kind, person_id, occurred_on, programme_code, level FROM outside_fact",
    "SELECT id, unit_id FROM household",
)


def build(session: Session, dice: random.Random) -> UUID:
    """A commune with people, homes, groups, attainments and a confirmation list; its id."""
    commune = Commune(short_code="BEN", kind="xa", name="Đo Đạc", province="Tỉnh Mẫu")
    session.add(commune)
    version = small_version()
    courses_actions.publish(session, version, {})
    session.flush()
    units = _units(session, commune.id)
    people = _people(session, commune.id, units, dice)
    _attainments(session, commune.id, people, version.id, dice)
    _confirmed(session, commune.id, people, dice)
    for code in PLANS:
        actions.adopt_shipped(session, system(commune.id), code)
    return commune.id


def _units(session: Session, commune: UUID) -> list[UUID]:
    kinds = ["to_dan_pho"] * 40 + ["truong"] * 6 + ["co_quan"] * 6 + ["doanh_nghiep"] * 6
    kinds += ["to_cong_nghe_so"] * (UNITS - len(kinds))
    rows: list[dict[str, Any]] = [
        {"commune_id": commune, "id": uuid7(), "code": f"U{n}", "name": f"Đơn vị {n}",
         "kind": kind, "is_urban": n % 3 == 0}
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    session.execute(insert(Unit), rows)
    return [row["id"] for row in rows]


def _people(session: Session, commune: UUID, units: list[UUID], dice: random.Random) -> list[UUID]:
    people = [uuid7() for _ in range(PEOPLE)]
    homes = [(uuid7(), units[n % 40]) for n in range(PEOPLE // 4)]
    born = [date(1936, 1, 1) + timedelta(days=dice.randrange(90 * 365)) for _ in people]
    session.execute(insert(Household), [
        {"commune_id": commune, "id": key, "code": f"H{n}", "unit_id": unit}
        for n, (key, unit) in enumerate(homes)
    ])  # fmt: skip
    session.execute(insert(Person), [
        {"commune_id": commune, "id": key, "full_name": f"Người {n}", "sort_key": str(n),
         "search_key": str(n), "birth_date": day if n % 10 else None, "birth_year": day.year,
         "sex": ("nam", "nu")[n % 2]}
        for n, (key, day) in enumerate(zip(people, born, strict=True))
    ])  # fmt: skip
    session.execute(insert(Residence), [
        {"commune_id": commune, "id": uuid7(), "person_id": key, "unit_id": homes[n // 4][1],
         "household_id": homes[n // 4][0], "kind": ("thuong_tru", "tam_tru")[n % 20 == 0]}
        for n, key in enumerate(people)
    ])  # fmt: skip
    session.execute(insert(Membership), _memberships(commune, people, units))
    return people


def _memberships(commune: UUID, people: list[UUID], units: list[UUID]) -> list[dict[str, Any]]:
    levels = ("primary", "lower_secondary", "upper_secondary")
    kinds = ["student"] * 8 + ["worker"] * 5 + ["public_sector"] * 2 + ["farmer"] * 5
    return [
        {"commune_id": commune, "id": uuid7(), "person_id": key, "kind": kinds[n % 20],
         "unit_id": units[40 + n % 18], "level": levels[n % 3] if n % 20 < 8 else None}
        for n, key in enumerate(people[: PEOPLE // 2])
    ]  # fmt: skip


def _attainments(
    session: Session, commune: UUID, people: list[UUID], version: UUID, dice: random.Random
) -> None:
    programmes = ("nguoi-dan", "can-bo", "hoc-sinh", "nguoi-lao-dong")
    session.execute(insert(Attainment), [
        {"commune_id": commune, "id": uuid7(), "person_id": key, "version_id": version,
         "programme_code": programmes[n % 4], "level": ("basic", "proficient")[n % 5 == 0],
         "proof": "test_passed", "evidence": {},
         "occurred_on": date(2025, 9, 1) + timedelta(days=dice.randrange(400))}
        for n, key in enumerate(dice.sample(people, ATTAINMENTS))
    ])  # fmt: skip


def _confirmed(session: Session, commune: UUID, people: list[UUID], dice: random.Random) -> None:
    source = FactImport(
        commune_id=commune, id=uuid7(), kind="vneid_confirmed", source="Công an xã",
        document="Danh sách", sha256="x", listed_on=date(2026, 10, 1),
        made_at=datetime(2026, 10, 1, tzinfo=UTC),
    )  # fmt: skip
    session.add(source)
    session.flush()
    session.execute(insert(OutsideFact), [
        {"commune_id": commune, "id": uuid7(), "person_id": key, "kind": "vneid_confirmed",
         "occurred_on": date(2026, 9, 1), "import_id": source.id}
        for key in dice.sample(people, CONFIRMED)
    ])  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """The median processor time of the work in milliseconds: other programs do not lengthen it.

    On PostgreSQL the server's own time is not in it.
    """
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def bare(session: Session) -> None:
    """The same rows by the driver alone."""
    cursor = session.connection().connection.cursor()
    for query in CEILING:
        cursor.execute(query)
        cursor.fetchall()


def measure(database: Database, commune: UUID) -> None:
    """Print the figures of one run."""
    with database.read() as session:
        session.execute(text("SELECT 1"))
        ceiling = timed(lambda: bare(session))
        reading = timed(lambda: load_facts(session, commune))
        facts = load_facts(session, commune)
        print(
            f"{PEOPLE:,} people, {UNITS} units, {ATTAINMENTS:,} attainments, {database.engine.name}"
        )
        print(f"bare SQL reads (ceiling) {ceiling:7.0f} ms")
        print(f"load_facts               {reading:7.0f} ms   {reading / ceiling:5.2f} × ceiling")
        for code in PLANS:
            plan = queries.adopted(session, commune, code)
            only = timed(lambda p=plan: queries.report_of(session, commune, p, 2026, AS_OF, facts))  # type: ignore[misc]  # Bound on purpose.
            whole = timed(lambda c=code: queries.report(session, commune, c, 2026, AS_OF))  # type: ignore[misc]  # Bound on purpose.
            n = len(plan.plan.indicators) + len(plan.plan.commitments)
            print(
                f"{code:11} {n:3} figures   compute {only:6.0f} ms   report {whole:6.0f} ms   "
                f"{whole / ceiling:5.2f} × ceiling"
            )


def main() -> None:
    """Build the commune and measure."""
    with tempfile.TemporaryDirectory() as folder:
        given = Settings.from_environment()
        settings = Settings(database_url=given.database_url, data_dir=Path(folder))
        database = Database(settings)
        migrate.upgrade(database.engine)
        with database.write() as session:
            commune = build(session, random.Random(757))
        measure(database, commune)
        database.close()


if __name__ == "__main__":
    main()
