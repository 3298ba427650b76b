"""Classes of thirty at a real service, for the benchmarks that count answers a second of processor time.

`hall(learners)` starts the real service under granian (SQLite, or PostgreSQL where a URL is given) on a commune
with so many learners, each at a tablet; `bare()` starts a granian with a Flask page of one line beside it.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

from bench_start import BARE, _cpu_seconds, free_port, status, tree
from common import ROOT
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.models import ProgrammeVersionRow
from lms.cli.content import publish_library
from lms.cohorts.models import ClassSession, Cohort, CohortTrainer, Device, Enrolment, Sitting
from lms.cohorts.pictures import colours, drawings
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys, make_keys, save_keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.core.text import fold, sort_key
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Person
from tests.cast import _HASH, PIN, Cast, build_cast

CLASS = 30
PROGRAMME = "nguoi-dan"


@dataclass(frozen=True)
class Learner:
    """A learner at a tablet: what is needed to sign in and to send."""

    id: str
    device: str
    credential: str
    code: str
    meeting: str


@dataclass
class Service:
    """A running service and who may use it."""

    port: int
    pid: int
    settings: Settings
    content: str = ""
    learners: list[Learner] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)

    def cpu(self) -> float:
        """Seconds of processor time of the whole tree so far."""
        return sum(_cpu_seconds(one) for one in tree(self.pid))


@dataclass
class Line:
    """One connection that is kept open, as a browser does, with its cookies."""

    port: int
    bearer: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=120)

    def call(
        self, method: str, path: str, body: object = None, *, form: str = "", device: bool = False
    ) -> tuple[int, bytes]:
        """(status, body); cookies that come are kept."""
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "Accept-Encoding": "gzip"}
        if device:
            headers["Authorization"] = f"Bearer {self.bearer}"
        elif self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = form.encode() if form else json.dumps(body).encode() if body is not None else None
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        self.connection.request(
            method, path, sent, headers | ({"Content-Type": kind} if sent else {})
        )
        answer = self.connection.getresponse()
        read = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, read


def together(works: Sequence[Callable[[], None]]) -> float:
    """Begin all at once, each in a thread; seconds until the last has ended. The first error is raised."""
    gate, errors = threading.Event(), list[BaseException]()

    def run(work: Callable[[], None]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    gate.set()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - began


def percentile(times: Sequence[float], share: float) -> float:
    """The time below which this share of them lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@contextmanager
def hall(learners: int, url: str = "", workers: int = 1) -> Iterator[Service]:
    """The real service on a commune with classes of thirty, all of them in an open sitting."""
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as name:
        settings = Settings(data_dir=Path(name), database_url=url)
        database, keys = Database(settings), make_keys()
        migrate.upgrade(database.engine)
        save_keys(settings.keys, keys)
        cast = build_cast(database, keys)
        made = Service(0, 0, settings)
        with database.write() as session:
            publish_library(session)
            version = newest(session)
            made.content = version.content_hash
            for number in range(-(-learners // CLASS)):
                count = min(CLASS, learners - number * CLASS)
                made.learners += _class(session, keys, cast, version.id, number, count)
            made.staff = [_officer(session, cast, number) for number in range(30)]
        database.close()
        with _served(settings, workers) as (made.pid, made.port):
            yield made


def newest(session: Session) -> ProgrammeVersionRow:
    """The library's programme for residents; the cast brings a small one of the same code."""
    query = select(ProgrammeVersionRow).where(ProgrammeVersionRow.code == PROGRAMME)
    found = session.scalars(
        query.order_by(func.length(ProgrammeVersionRow.document).desc())
    ).first()
    assert found is not None, "The library has no programme for residents."
    return found


def _class(
    session: Session, keys: Keys, cast: Cast, version: UUID, number: int, count: int
) -> list[Learner]:
    commune, cohort, meeting = cast["TBT"], uuid7(), uuid7()
    today, code = clock.today(), f"M{chr(65 + number)}BCDE"
    session.add(Cohort(id=cohort, commune_id=commune, code=f"M{number}", name=f"Lớp M{number}",
                       programme_code=PROGRAMME, version_id=version, level="basic",
                       unit_id=cast["thon_dong"], place="Nhà văn hóa", starts_on=today))  # fmt: skip
    session.flush()
    session.add(CohortTrainer(commune_id=commune, cohort_id=cohort, account_id=cast["trang"]))
    session.add(ClassSession(id=meeting, commune_id=commune, cohort_id=cohort, number=1, planned_on=today,
                             code=code, opened_at=clock.now()))  # fmt: skip
    session.flush()
    session.add(Sitting(commune_id=commune, cohort_id=cohort, class_session_id=meeting, place="Nhà văn hóa",
                        proctor_id=cast["trang"], opened_at=clock.now(), accommodations={}))  # fmt: skip
    faces = [(drawing, colour) for colour in colours() for drawing in drawings()]
    return [
        _learner(session, keys, cast, cohort, meeting, code, faces[n], f"{number}-{n}") for n in range(count)
    ]  # fmt: skip


def _learner(
    session: Session, keys: Keys, cast: Cast, cohort: UUID, meeting: UUID, code: str,
    face: tuple[str, str], label: str,
) -> Learner:  # fmt: skip
    person, learner, device = uuid7(), uuid7(), uuid7()
    name = f"Nguyễn Thị Học {label}"
    session.add(Person(id=person, commune_id=cast["TBT"], full_name=name, sort_key=sort_key(name),
                       search_key=fold(name), birth_year=1970, sex="nu"))  # fmt: skip
    session.flush()
    session.add(Enrolment(id=learner, commune_id=cast["TBT"], cohort_id=cohort, person_id=person,
                          picture=face[0], colour=face[1], enrolled_on=date(2026, 11, 2),
                          pin_hmac=keys.digest("pin", f"{learner}:{PIN}"),
                          pin_sealed=keys.seal(PIN, str(learner))))  # fmt: skip
    credential = f"TBT.{device.hex}"
    session.add(Device(id=device, commune_id=cast["TBT"], label=f"Máy {label}", kind="tablet",
                       credential_digest=keys.digest("device", credential)))  # fmt: skip
    session.flush()
    return Learner(str(learner), str(device), credential, code, str(meeting))


def _officer(session: Session, cast: Cast, number: int) -> str:
    account, login = uuid7(), f"canbo{number}"
    session.add(Account(id=account, login=login, display_name=login, password_hash=_HASH))
    session.flush()
    role = Role.OFFICER.value
    session.add(RoleGrant(commune_id=cast["TBT"], account_id=account, role=role, unit_id=None))
    return login


@contextmanager
def _served(settings: Settings, workers: int) -> Iterator[tuple[int, int]]:
    command = [sys.executable, "-m", "lms", "--commune", "TBT", "serve", "--quiet"]
    environment = {
        "LMS_DATA_DIR": str(settings.data_dir), "LMS_DATABASE_URL": settings.database_url,
        "LMS_WORKERS": str(workers),
    }  # fmt: skip
    with running(command, settings.data_dir, "/health", **environment) as found:
        yield found


@contextmanager
def bare() -> Iterator[Service]:
    """A granian with a Flask page of one line: the ceiling of what a request may cost."""
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as name:
        Path(name, "bare.py").write_text(BARE, encoding="utf-8")
        with running([sys.executable, "bare.py"], Path(name), "/") as (pid, port):
            yield Service(port, pid, Settings())


@contextmanager
def running(
    command: list[str], folder: Path, path: str, **environment: str
) -> Iterator[tuple[int, int]]:
    """(process id, port) of a service that answers."""
    port = free_port()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", "LMS_PORT": str(port), **environment},
    )  # fmt: skip
    try:
        while status(port, path) != 200:
            assert process.poll() is None, "The service ended by itself."
            time.sleep(0.05)
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
