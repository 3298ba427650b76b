"""The public check and the register at 30,000 certificates: milliseconds of a whole WSGI call, and bytes.

`python bench/bench_check.py [count]` fills a SQLite file and a PostgreSQL database with certificates and calls
the service in this process, by turns with a bare select by primary key through the same driver. It prints the
median and the 95th percentile for a valid code, one that names nothing and one that is malformed, with their
ratios to the bare select, and the pages of the register. Every call comes from another address, so that each
writes two new counts, durably. It ends with an error when a check takes 30 ms, a page of the register 100 ms
(medians), or a check loads more than 15 KB.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from common import postgres
from flask import Flask
from sqlalchemy import insert, text
from werkzeug.test import EnvironBuilder, run_wsgi_app

from certificates import register, register_files
from certificates.models import Certificate
from certificates.register import Wanted
from certificates.rules import ALPHABET, SECRET_LENGTH
from lms.app import create_app
from lms.core import clock, migrate
from lms.core.assets import Assets
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.keys import make_keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.core.text import fold, sort_key
from lms.people.models import Commune, Person

CALLS = 200
MOST_CHECK, MOST_PAGE, MOST_BYTES = 30.0, 100.0, 15 * 1024
SKILLS = ("Dùng điện thoại, nối mạng, gọi video", "Tìm tin và xét tin", "Dùng VNeID và dịch vụ công trực tuyến",
          "Trả tiền, nhận tiền không dùng tiền mặt", "Giữ an toàn cho mình trên mạng")  # fmt: skip
NAMES = ("Lan", "Hùng", "Mai", "Đào", "Tư", "Ánh", "Bình", "Quỳnh", "Phương", "Sáu")


def fill(database: Database, count: int) -> tuple[UUID, list[str]]:
    """A commune with so many certificates: (its id, their codes)."""
    dice, commune = Random(7), uuid7()
    home = {"commune_id": commune}
    codes = ["TBT." + "".join(dice.choices(ALPHABET, k=SECRET_LENGTH)) for _ in range(count)]
    people, papers = [], []
    for n, code in enumerate(codes):
        name = f"Nguyễn Thị {dice.choice(NAMES)} {dice.choice(NAMES)}"
        keys = {"sort_key": sort_key(name), "search_key": fold(name)}
        person = {**home, "id": uuid7(), "full_name": name, **keys, "birth_year": 1940 + n % 60}
        people.append(person)
        papers.append(paper(n, code, person, dice))
    with database.write() as session:
        session.add(
            Commune(
                id=commune, short_code="TBT", kind="xa", name="Tân Bình Thượng", province="Tỉnh Mẫu"
            )
        )
        session.flush()
        session.execute(insert(Person), people)
        session.execute(insert(Certificate), papers)
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as own:
            own.execute(text("VACUUM ANALYZE"))
    return commune, codes


def paper(n: int, code: str, person: dict[str, object], dice: Random) -> dict[str, object]:
    """One certificate as the press keeps it, with a page of the size that pages have."""
    year, sequence, on = 2020 + n // 5000, n % 5000 + 1, date(2020 + n // 5000, 6, 1)
    number = f"{sequence:06d}/{year}/TBT"
    claims = {
        "number": number, "name": person["full_name"], "birth_date": None, "birth_year": person["birth_year"],
        "commune": "xã Tân Bình Thượng", "place": "Tân Bình Thượng", "province": "Tỉnh Mẫu",
        "programme_code": "nguoi-dan", "programme": "Kỹ năng số cho người dân",
        "level": "basic", "level_title": "Cơ bản", "hours": 8,
        "proof": "task_observed", "completed_on": on.isoformat(), "where": "Nhà văn hóa thôn Đông",
        "issued_on": on.isoformat(), "replaces": None, "sample": False, "skills": SKILLS,
        "tasks": ("Tìm một thủ tục trên Cổng Dịch vụ công", "Xử lý một cuộc gọi giả danh"), "frameworks": (),
    }  # fmt: skip
    status = "revoked" if n % 97 == 5 else "valid"
    return {
        "commune_id": person["commune_id"], "id": uuid7(), "person_id": person["id"], "cohort_id": None,
        "programme_code": "nguoi-dan", "version_id": UUID(int=1), "level": "basic",
        "attainment_id": uuid7(), "year": year, "sequence": sequence,
        "number": number, "token": code, "issued_on": on, "data": {"claims": claims},
        "template": "gcn-a4/2", "content": dice.randbytes(2300), "parts": {},
        "file_sha256": "0" * 64, "status": status,
        "status_on": on + timedelta(days=30) if status == "revoked" else None, "issued_at": clock.now(),
    }  # fmt: skip


def times(works: dict[str, Callable[[int], None]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each work, measured by turns so that what else the machine does hits all alike."""
    found: dict[str, list[float]] = {name: [] for name in works}
    processor: dict[str, float] = {}
    for n in range(rounds):
        for name, work in works.items():
            start, used = time.perf_counter(), time.process_time()
            work(n)
            found[name].append((time.perf_counter() - start) * 1000)
            processor[name] = processor.get(name, 0.0) + time.process_time() - used
    print("  milliseconds of processor time:", ", ".join(
        f"{name} {spent / rounds * 1000:.1f}" for name, spent in processor.items()))  # fmt: skip
    return found


def call(app: Flask, path: str, n: int, wanted: int) -> bytes:
    """The body that the service sends to the nth address; an error for another status."""
    at = {"REMOTE_ADDR": f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"}
    body, status, _headers = run_wsgi_app(
        app, EnvironBuilder(path, environ_overrides=at).get_environ()
    )
    sent = b"".join(body)
    if int(status[:3]) != wanted:
        raise RuntimeError(f"{path}: {status}")
    return sent


def told(name: str, found: list[float], bare: float = 0.0) -> float:
    """Print a line; the median."""
    middle = statistics.median(found)
    ninety_five = statistics.quantiles(found, n=20)[-1] if len(found) > 1 else middle
    times_bare = f"  ×{middle / bare:6.1f} a bare select" if bare else ""
    print(f"  {name:44} p50 {middle:8.2f} ms  p95 {ninety_five:8.2f} ms{times_bare}")
    return middle


def checks(app: Flask, database: Database, commune: UUID, codes: list[str]) -> float:
    """The three kinds of code beside the bare select; the slowest median."""
    serial = iter(range(1, 1 << 22))
    unknown = [
        "TBT." + "".join(Random(f"unknown {n}").choices(ALPHABET, k=SECRET_LENGTH))
        for n in range(CALLS)
    ]
    with database.engine.execution_options(writes=False).connect() as own:
        by_key = text("SELECT data FROM certificate WHERE commune_id = :c AND id = :i")
        listed = own.execute(text("SELECT id FROM certificate")).scalars().all()
        key = commune.hex if database.engine.dialect.name == "sqlite" else commune
        picked = Random(3).sample(range(len(codes)), CALLS)

        def bare(n: int) -> None:
            own.execute(by_key, {"c": key, "i": listed[picked[n]]}).one()

        found = times(
            {
                "bare": bare,
                "valid": lambda n: void(call(app, f"/gcn/{codes[picked[n]]}", next(serial), 200)),
                "unknown": lambda n: void(call(app, f"/gcn/{unknown[n]}", next(serial), 404)),
                "malformed": lambda n: void(call(app, "/gcn/TBT.abc", next(serial), 404)),
                "list of 200": lambda n: many(app, codes, next(serial)) if n % 20 == 0 else None,
            },
            CALLS,
        )
    told("bare select by primary key", found["bare"])
    base = statistics.median(found["bare"])
    worst = max(
        told(f"check, {name}", found[name], base) for name in ("valid", "unknown", "malformed")
    )
    told("list of 200 codes, page", found["list of 200"][::20], base)
    return worst


def void(_sent: bytes) -> None:
    """Nothing: what was sent is measured, not looked at."""


def many(app: Flask, codes: list[str], n: int) -> None:
    """Two hundred codes at once."""
    at = {"REMOTE_ADDR": f"11.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"}
    builder = EnvironBuilder(
        "/gcn/nhieu", method="POST", data={"codes": "\n".join(codes[:200])}, environ_overrides=at
    )
    _body, status, _headers = run_wsgi_app(app, builder.get_environ())
    if not status.startswith("200"):
        raise RuntimeError(status)


def pages(database: Database, commune: UUID) -> float:
    """The reading of pages of the register; the slowest median."""
    who = Actor(Role.OFFICER, commune, uuid7())

    def page(wanted: Wanted, offset: int = 0) -> Callable[[int], None]:
        def read(_n: int) -> None:
            with database.read() as session:
                register.page(session, who, wanted, offset)
                register.choices(session, who)

        return read

    found = times(
        {
            "first page": page(Wanted()),
            "last page": page(Wanted(), 29_950),
            "one year, withdrawn": page(Wanted(year=2023, status="revoked")),
            "a number": page(Wanted(text="123/2022")),
            "a name": page(Wanted(text="lan dao")),
            "a programme, page 100": page(Wanted(programme="nguoi-dan"), 5000),
        },
        15,
    )
    worst = max(told(f"register, {name}", one) for name, one in found.items())
    with database.read() as session:
        start = time.perf_counter()
        entries = list(register.everything(session, who, Wanted()))
        read = time.perf_counter()
        size = len(register_files.csv(entries))
        csv = time.perf_counter()
        book = len(register_files.xlsx(entries, session.get_one(Commune, commune), "", clock.now()))
        done = time.perf_counter()
    print(f"  register as files, {len(entries)} rows: read {read - start:.1f} s")
    print(
        f"  csv {csv - read:.1f} s {size / 1e6:.1f} MB, xlsx {done - csv:.1f} s {book / 1e6:.1f} MB"
    )
    return worst


def loaded(app: Flask, code: str) -> int:
    """Bytes of the check page with everything it loads, not compressed."""
    page = call(app, f"/gcn/{code}", 1 << 21, 200)
    assets: Assets = app.extensions["lms.assets"]
    named = [name for name in assets.files if assets.url(name).encode() in page]
    total = len(page) + sum(len(assets.files[name].body) for name in named)
    print(f"  check page: {len(page)} bytes, with {', '.join(named)}: {total} bytes")
    return total


@contextmanager
def stores(folder: Path) -> Iterator[Iterator[tuple[str, str]]]:
    """The two databases: (name, URL)."""
    with postgres() as (url, _programs):
        yield iter([("SQLite", f"sqlite:///{folder / 'lms.db'}"), ("PostgreSQL", url)])


def main(count: int) -> int:
    """Measure both databases, print, and say whether the goals are reached."""
    good = True
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as name, stores(Path(name)) as both:
        for kind, url in both:
            print(f"{kind}, {count} certificates")
            settings = Settings(
                data_dir=Path(name),
                database_url=url,
                public_url="https://lop.tanbinhthuong.example",
            )
            database = Database(settings)
            migrate.upgrade(database.engine)
            commune, codes = fill(database, count)
            app = create_app(settings, database=database, keys=make_keys())
            void(call(app, f"/gcn/{codes[0]}", 1, 200))
            good &= checks(app, database, commune, codes) < MOST_CHECK
            good &= pages(database, commune) < MOST_PAGE
            good &= loaded(app, codes[0]) <= MOST_BYTES
            database.close()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000))
