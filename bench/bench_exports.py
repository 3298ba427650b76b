"""Exports as files, each beside the bare library writing the same cells in the same run.

    python -m bench.bench_exports

One commune of 30,000 people: the workbook with every sheet, both csv files and the JSON, with the report
counted anew and with the report kept, in processor time. Then a list of 100,000 people from door to door
and one of 10,000 rows, with how much memory each takes at its highest, and how long a writer waited meanwhile.
"""

import csv
import io
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from sqlalchemy import update

from bench import bench_report
from bench.bench_report import AS_OF, build
from bench.common import ratio
from lms.core import migrate
from lms.core.db import Database
from lms.core.keys import make_keys
from lms.core.settings import Settings
from lms.indicators import queries
from lms.indicators.export_cells import Row, Sheet
from lms.indicators.export_csv import breakdown_csv_bytes, csv_bytes
from lms.indicators.export_json import Paper, json_bytes
from lms.indicators.export_paper import paper_of
from lms.indicators.export_people import Wished, people_file
from lms.indicators.export_xlsx import sheets, xlsx_bytes
from lms.indicators.kept import ROOM
from lms.indicators.narrowing import subjects
from lms.indicators.opened import open_plan
from lms.indicators.period import Period
from lms.indicators.sheet import line_of
from lms.people.models import Person
from tests.cast import Cast, build_cast

RUNS = 5
PLAN = "viet-tri"
BIG = 105_000
"""So many people that more than 100,000 are in a population."""


def timed(work: Callable[[], object]) -> float:
    """The median of several runs, in milliseconds of processor time."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def tell(what: str, ours: float, ceiling: float | None = None, goal: str = "") -> None:
    """One line: what, how long, how many times the ceiling, the goal."""
    beside = f"{ours / ceiling:6.1f} × {ceiling:6.0f} ms" if ceiling else " " * 17
    print(f"{what:<44} {ours:8.0f} ms {beside}  {goal}")


# --- one commune ----------------------------------------------------------------------------------


def bare_workbook(made: list[Sheet]) -> bytes:
    """The same cells by XlsxWriter alone, without a format."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for number, sheet in enumerate(made):
        page = book.add_worksheet(f"{number}")
        for at, row in enumerate(sheet.rows):
            for place, cell in enumerate(
                row.cells.values() if isinstance(row, Row) else [row.text]
            ):
                if isinstance(cell, str):
                    page.write_string(at, place, cell)
                elif cell is not None:
                    page.write_number(at, place, float(cell) if isinstance(cell, Decimal) else cell)
    book.close()
    return target.getvalue()


def all_forms(paper: Paper) -> int:
    """Every form of the export; how many bytes."""
    makes = (xlsx_bytes, csv_bytes, breakdown_csv_bytes, json_bytes)
    return sum(len(make(paper)) for make in makes)


def full_export(database: Database, cast: Cast) -> None:
    """Everything an officer sends of one plan."""
    with database.read() as session:
        adopted = queries.adopted(session, cast["TBT"], PLAN)

        def paper() -> Paper:
            return paper_of(session, cast["TBT"], adopted, AS_OF.year, AS_OF)

        def anew() -> None:
            ROOM.clear()
            all_forms(paper())

        held = paper()
        made = list(sheets(held))
        cells = sum(len(row.cells) for sheet in made for row in sheet.rows if isinstance(row, Row))
        ceiling = timed(lambda: bare_workbook(made))
        print(f"{len(made) + 1} sheets, {cells} cells")
        tell("workbook, the paper at hand", timed(lambda: xlsx_bytes(held)), ceiling)
        tell(
            "csv, breakdown csv, JSON",
            timed(lambda: all_forms(held)) - timed(lambda: xlsx_bytes(held)),
        )
        tell("all forms, the report kept", timed(lambda: all_forms(paper())))
        tell("all forms, register read and counted anew", timed(anew), None, "< 2000 ms")


# --- a list of people -----------------------------------------------------------------------------


def resident() -> float:
    """The memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


@contextmanager
def watched(database: Database, cast: Cast) -> Iterator[dict[str, float]]:
    """How high memory rose, and the longest that a writer waited, while something ran."""
    found = {"before": resident(), "peak": 0.0, "waited": 0.0}
    over = threading.Event()

    def watch() -> None:
        n = 0
        while not over.wait(0.02):
            found["peak"] = max(found["peak"], resident())
            n += 1
            if n % 10 == 0:
                start = time.perf_counter()
                with database.write() as session:
                    phone = f"09{n:08d}"
                    session.execute(
                        update(Person).where(Person.id == cast["lan"]).values(phone=phone)
                    )
                found["waited"] = max(found["waited"], (time.perf_counter() - start) * 1000)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def bare_csv(rows: list[list[str]]) -> None:
    """The same rows by the csv module alone."""
    with tempfile.TemporaryFile() as file:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        csv.writer(text).writerows(rows)
        text.detach()


def bare_sheet(rows: list[list[str]]) -> None:
    """The same rows by XlsxWriter alone, in constant memory."""
    import xlsxwriter

    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                page.write_string(at, place, cell)
        book.close()


def people_list(database: Database, cast: Cast) -> None:
    """Everybody who is not yet in the adults' figure, and 10,000 of them."""
    with database.read() as session:
        adopted = queries.adopted(session, cast["TBT"], PLAN)
        opened = open_plan(session, cast["TBT"], adopted, Period(AS_OF.year, AS_OF), only="vi.3")
        line = line_of(opened.report, "vi.3")
        if line is None:
            raise SystemExit("The plan has no such figure.")
        keys = sorted(subjects(line.figure, "all"))[:100_000]
        for size, goal in ((10_000, "csv < 500 ms"), (len(keys), "")):
            wished = Wished(opened, line, frozenset(keys[:size]), "DANH SÁCH", ("Mục đích: đo.",))
            rows = listed(session, cast, wished)
            for form, bare in (("csv", bare_csv), ("xlsx", bare_sheet)):
                ceiling_start = time.process_time()
                bare(rows)
                ceiling = (time.process_time() - ceiling_start) * 1000
                with watched(database, cast) as found:
                    start = time.process_time()
                    file, number = people_file(session, cast["TBT"], wished, form)
                    spent = (time.process_time() - start) * 1000
                    file.close()
                tell(f"{number} rows as {form}", spent, ceiling, goal if form == "csv" else "")
                print(f"  memory rose by {found['peak'] - found['before']:.0f} MB to {found['peak']:.0f} MB; "
                      f"a writer waited at most {found['waited']:.0f} ms")  # fmt: skip
                ratio("  of the bare library's speed", ceiling, spent, "")


def listed(session: object, cast: Cast, wished: Wished) -> list[list[str]]:
    """The rows of the file, read back."""
    file, _rows = people_file(session, cast["TBT"], wished, "csv")  # type: ignore[arg-type]  # A session.
    with file:
        return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))[2:]


def measured(people: int, work: Callable[[Database, Cast], None]) -> None:
    """A commune of so many people in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        bench_report.PEOPLE = people
        settings = Settings(data_dir=Path(folder))
        database = Database(settings)
        migrate.upgrade(database.engine)
        cast = build_cast(database, make_keys())
        with database.write() as session:
            build(session, cast["TBT"], cast["version"], random.Random(757))
        print(f"--- {people} people")
        work(database, cast)
        database.close()
        ROOM.clear()


if __name__ == "__main__":
    measured(30_000, full_export)
    measured(BIG, people_list)
