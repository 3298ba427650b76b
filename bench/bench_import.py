"""A list of 1,000 and one of 10,000 rows on its way into an empty register, and back out of it.

    python -m bench.bench_import

The goal is 2 seconds for 1,000 learners from the file to the register; the peer (Kolibri 0.19.5) took 96. The
ceiling of the same run is the driver alone writing as many rows of two tables of eleven columns.
Prints processor time and time on the clock of each step; "held" is the time in which no other writer can write.
"""

import io
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import xlsxwriter

from lms.core import migrate
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.keys import Keys, make_keys
from lms.core.settings import Settings
from lms.people import actions
from lms.people.models import Commune, Unit

T = TypeVar("T")
LEARNERS, ROWS = 1_000, 10_000
FAMILIES = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng"),
    *("Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"),
)
MIDDLES = ("Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc", "Xuân", "Thu")
GIVEN = (
    *("An", "Bình", "Chi", "Dũng", "Hà", "Hải", "Hùng", "Lan", "Linh", "Mai", "Nam", "Nga"),
    *("Phúc", "Quân", "Sơn", "Thảo", "Trang", "Tuấn", "Yến"),
)


def workbook(rows: int = ROWS) -> bytes:
    """A list as a commune would write it; the same each time."""
    chance, out = random.Random(7), io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Dân cư")
    sheet.write_row(0, 0, ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Thôn", "Số hộ"))
    for n in range(1, rows + 1):
        names = (FAMILIES, MIDDLES, MIDDLES, GIVEN)
        born = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{chance.randint(1940, 2012)}"
        name, sex = " ".join(map(chance.choice, names)), chance.choice(("Nam", "Nữ"))
        sheet.write_row(n, 0, (n, name, born, sex, "Thôn Đông", n // 4))
    book.close()
    return out.getvalue()


def timed(what: str, work: Callable[[], T]) -> T:
    """Do it and print how long it took."""
    busy, began = time.process_time(), time.perf_counter()
    done = work()
    print(
        f"{what:<28}{time.process_time() - busy:6.2f} s processor{time.perf_counter() - began:7.2f} s clock"
    )
    return done


def _commune(database: Database) -> UUID:
    key = uuid7()
    with database.write() as session:
        session.add(Commune(id=key, short_code="TBT", kind="xa", name="Tân Bình", province="Mẫu"))
        session.flush()
        session.add(Unit(commune_id=key, code="dong", name="Thôn Đông", kind="thon"))
    return key


def run(database: Database, keys: Keys, who: Actor, rows: int) -> float:
    """Read, keep, plan again, write, take back; seconds on the clock until all is in the register."""
    upload, began = actions.Upload("dan-cu.xlsx", workbook(rows)), time.perf_counter()
    with database.read() as session:
        plan = timed("read and match", lambda: actions.read_list(session, who, keys, upload))
    with database.write() as session:
        row = timed(
            "keep the preview (held)",
            lambda: actions.keep_preview(session, who, keys, upload, plan),
        )
        key = row.id
    with database.read() as session:
        ready = timed("plan before writing", lambda: actions.prepare(session, who, keys, key))
    with database.write() as session:
        timed("write (held)", lambda: actions.apply_register(session, who, keys, key, ready=ready))
    until_there = time.perf_counter() - began
    with database.write() as session:
        timed("take back (held)", lambda: actions.undo_import(session, who, keys, key))
    return until_there


def alone(database: Database, rows: int) -> float:
    """Seconds of the driver alone: a person's row and its home, durable."""
    wrote = [(uuid7().hex, *(f"{name} {n}" for name in "abcdefghij")) for n in range(rows)]
    connection = database.engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE IF NOT EXISTS bare (id, a, b, c, d, e, f, g, h, i, j)")
    began = time.perf_counter()
    cursor.execute("BEGIN IMMEDIATE")
    for _table in range(2):
        cursor.executemany("INSERT INTO bare VALUES (?,?,?,?,?,?,?,?,?,?,?)", wrote)
    cursor.execute("COMMIT")
    spent = time.perf_counter() - began
    cursor.execute("DROP TABLE bare")
    connection.close()
    return spent


def main() -> None:
    """Run on SQLite in a temporary folder, each size in a register of its own."""
    for rows in (LEARNERS, ROWS):
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/lms.db")
            database = Database(settings)
            migrate.upgrade(database.engine)
            print(f"--- {rows} rows")
            ours = run(database, make_keys(), system(_commune(database)), rows)
            floor = alone(database, rows)
            goal = "goal ≤ 2 s, peer 96 s" if rows == LEARNERS else ""
            print(
                f"from the file to the register {ours:6.2f} s = {ours / floor:.0f}× the driver alone   {goal}"
            )
            database.close()


if __name__ == "__main__":
    main()
