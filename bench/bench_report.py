"""The report of a plan for a commune of 30,000 people, beside the bare SQL reads it stands on.

    python -m bench.bench_report            # SQLite in a temporary folder
    LMS_DATABASE_URL=… python -m bench.bench_report   # an empty PostgreSQL database

Prints medians of seven runs in processor time, and the ratio to the ceiling measured in the same run: the same
rows fetched by the driver alone. Reading and counting with nothing kept; then the officer's own page and files
through the whole application: the first time, unchanged, and after a change of each kind (the change itself not
counted); and what is kept in memory for it.
"""

import gc
import itertools
import random
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import Update, insert, select, update
from sqlalchemy.orm import Session

from assessments.models import Attainment
from lms.app import create_app
from lms.core import migrate
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.core.keys import make_keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.indicators import actions, queries
from lms.indicators.facts_loader import load_facts_once
from lms.indicators.kept import ROOM
from lms.indicators.models import FactImport, OutsideFact
from lms.people.models import Household, Membership, Person, Residence, Unit
from tests.cast import build_cast
from tests.contract.matrix import sign_in

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


def build(session: Session, commune: UUID, version: UUID, dice: random.Random) -> None:
    """Give a commune people, homes, groups, attainments, a confirmation list and three plans."""
    units = _units(session, commune)
    people = _people(session, commune, units, dice)
    _attainments(session, commune, people, version, dice)
    _confirmed(session, commune, people, dice)
    for code in PLANS:
        actions.adopt_shipped(session, system(commune), code)


def _units(session: Session, commune: UUID) -> list[UUID]:
    kinds = ["to_dan_pho"] * 40 + ["truong"] * 6 + ["co_quan"] * 6 + ["doanh_nghiep"] * 6
    kinds += ["to_cong_nghe_so"] * (UNITS - len(kinds))
    rows: list[dict[str, Any]] = [
        {"commune_id": commune, "id": uuid7(), "code": f"B-U{n}", "name": f"Đơn vị {n}",
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
        {"commune_id": commune, "id": key, "code": f"B-H{n}", "unit_id": unit}
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


def _new_name(n: int) -> Update:
    return _one(Person, full_name=f"Tên {n}")


def _new_birth(n: int) -> Update:
    return _one(Person, birth_date=None, birth_year=1940 + n)


def _new_home(n: int) -> Update:
    return _one(Residence, from_date=date(2020, 1, 1) + timedelta(days=n))


def _new_result(n: int) -> Update:
    return _one(Attainment, occurred_on=date(2026, 1, 1) + timedelta(days=n))


def _new_group(n: int) -> Update:
    return _one(Membership, from_date=date(2020, 1, 1) + timedelta(days=n))


def _one(model: Any, **values: object) -> Update:
    """A change of one row of a table."""
    first = select(model.id).order_by(model.id).limit(1).scalar_subquery()
    return update(model).where(model.id == first).values(values)


Change = Callable[[int], Update]
CHANGES: dict[str, tuple[Change, ...]] = {
    "after a new result": (_new_result,),
    "after a new name of one person": (_new_name,),
    "after a new birth of one person": (_new_birth,),
    "after a move": (_new_home,),
    "after a change in four large tables": (_new_result, _new_birth, _new_home, _new_group),
}
_numbers = itertools.count()


def change(database: Database, changes: tuple[Change, ...]) -> None:
    """Make each change, with values that were never there before."""
    with database.write() as session:
        for made in changes:
            statement = made(next(_numbers))
            session.execute(statement, execution_options={"synchronize_session": False})


def asked(client: FlaskClient, path: str) -> bytes:
    """The body of a page, which must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.get_data()


def tell(what: str, ours: float, ceiling: float, goal: str = "") -> None:
    """One line: milliseconds and the ratio to the ceiling."""
    print(f"{what:44} {ours:7.0f} ms {ours / ceiling:6.2f} × ceiling  {goal}")


def counting(database: Database, commune: UUID) -> float:
    """Reading and counting with nothing kept; returns the ceiling."""
    with database.read() as session:
        ceiling = timed(lambda: bare(session))
        print(
            f"{PEOPLE:,} people, {UNITS} units, {ATTAINMENTS:,} attainments, {database.engine.name}"
        )
        tell("bare SQL reads (ceiling)", ceiling, ceiling)
        tell("reading the facts", timed(lambda: load_facts_once(session, commune)), ceiling)
        facts = load_facts_once(session, commune)
        for code in PLANS:
            plan = queries.adopted(session, commune, code)
            figures = len(plan.plan.indicators) + len(plan.plan.commitments)
            only = timed(lambda p=plan: queries.report_of(session, commune, p, 2026, AS_OF, facts))  # type: ignore[misc]  # Bound on purpose.
            tell(f"counting {code}, {figures} figures", only, ceiling)
    return ceiling


def pages(database: Database, client: FlaskClient, ceiling: float) -> None:
    """The officer's pages and files, through the whole application."""
    for code in PLANS:
        page = f"/ke-hoach/{code}"
        ROOM.clear()
        tell(f"{code}, page, the first time", timed(lambda p=page: first(client, p)), ceiling)  # type: ignore[misc]  # Bound on purpose.
        tell("  unchanged", timed(lambda p=page: asked(client, p)), ceiling)  # type: ignore[misc]  # Bound on purpose.
        for what, changes in CHANGES.items():
            goal = "< 300 ms" if len(changes) == 1 else ""
            tell(f"  {what}", changed(database, client, page, changes), ceiling, goal)
        for kind in ("xlsx", "csv", "json"):
            file = f"{page}/xuat.{kind}"
            whole = changed(database, client, file, (_new_result,))
            tell(f"  {kind}, after a new result", whole, ceiling, "< 2000 ms")


def first(client: FlaskClient, page: str) -> bytes:
    """A page with nothing kept of the commune."""
    ROOM.clear()
    return asked(client, page)


def changed(
    database: Database, client: FlaskClient, path: str, changes: tuple[Change, ...]
) -> float:  # fmt: skip
    """The median of a page, each time after a change, which is not in the time."""
    times = []
    for _ in range(RUNS):
        change(database, changes)
        start = time.process_time()
        asked(client, path)
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def memory(client: FlaskClient) -> None:
    """What is kept of the commune, and what stays when it was given back."""
    ROOM.clear()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for code in PLANS:
        asked(client, f"/ke-hoach/{code}")
        gc.collect()
        now = tracemalloc.get_traced_memory()[0] - before
        print(f"kept in memory with {code:12} {now / 2**20:6.0f} MB")
    ROOM.clear()
    gc.collect()
    left = tracemalloc.get_traced_memory()[0] - before
    print(f"left when it was given back       {left / 2**20:6.0f} MB")
    tracemalloc.stop()


def main() -> None:
    """Build the commune and measure."""
    with tempfile.TemporaryDirectory() as folder:
        given = Settings.from_environment()
        settings = Settings(database_url=given.database_url, data_dir=Path(folder))
        database, keys = Database(settings), make_keys()
        migrate.upgrade(database.engine)
        cast = build_cast(database, keys)
        with database.write() as session:
            build(session, cast["TBT"], cast["version"], random.Random(757))
        app = create_app(settings, database=database, keys=keys, testing=True)
        client = sign_in(app, cast, Role.OFFICER)
        ceiling = counting(database, cast["TBT"])
        pages(database, client, ceiling)
        memory(client)
        database.close()


if __name__ == "__main__":
    main()
