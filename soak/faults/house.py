"""A commune's server in a campaign: started, killed, filled, its clock turned, its store restored."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from lms.cohorts.models import Device, Enrolment
from lms.cohorts.pictures import colours, drawings
from lms.core import migrate
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import make_keys, save_keys
from lms.core.settings import Settings
from lms.core.text import fold, sort_key
from lms.people.models import Person
from tests.cast import PIN, Cast, build_cast

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds for a service to answer on a busy machine."""


@dataclass
class House:
    """The service, its store, and the tablets' credentials."""

    folder: Path
    url: str = ""
    """SQLAlchemy URL of a PostgreSQL; '' is SQLite in the folder."""
    programs: Path | None = None
    workers: int = 1
    credentials: dict[str, str] = field(default_factory=dict)
    learners: list[str] = field(default_factory=list)
    process: Any = None
    starts: int = 0
    revive: Callable[[], object] = bool
    """Starts a PostgreSQL that has ended, which what watches over it would do."""

    def __post_init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.settings = Settings(
            data_dir=self.folder, database_url=self.url or f"sqlite:///{self.folder / 'lms.db'}"
        )

    @property
    def is_sqlite(self) -> bool:
        """Which store."""
        return not self.url

    def furnish(self, size: int) -> Cast:
        """A commune with a class of so many learners, each with a tablet."""
        database, keys = Database(self.settings), make_keys()
        migrate.upgrade(database.engine)
        save_keys(self.settings.keys, keys)
        cast = build_cast(database, keys)
        faces = [(drawing, colour) for colour in colours() for drawing in drawings()]
        with database.write() as session:
            for n in range(size):
                person, learner, device = uuid7(), uuid7(), uuid7()
                name = f"Nguyễn Văn {n}"
                session.add(Person(id=person, commune_id=cast["TBT"], full_name=name,
                                   sort_key=sort_key(name), search_key=fold(name), birth_year=1960,
                                   sex="nam"))  # fmt: skip
                session.flush()
                picture, colour = faces[(n + 5) % len(faces)]
                session.add(Enrolment(
                    id=learner, commune_id=cast["TBT"], cohort_id=cast["k2"], person_id=person,
                    picture=picture, colour=colour, enrolled_on=cast_day(),
                    pin_hmac=keys.digest("pin", f"{learner}:{PIN}"), pin_sealed=keys.seal(PIN, str(learner)),
                ))  # fmt: skip
                credential = f"TBT.{device.hex}"
                session.add(Device(id=device, commune_id=cast["TBT"], label=f"Máy {n}", kind="tablet",
                                   credential_digest=keys.digest("device", credential)))  # fmt: skip
                self.credentials[str(device)] = credential
                self.learners.append(str(learner))
        database.close()
        return cast

    # The service

    def environment(self) -> dict[str, str]:
        """What the service and the commands are started with."""
        found = {
            **os.environ, "LMS_DATA_DIR": str(self.folder), "LMS_PORT": str(self.port),
            "LMS_WORKERS": str(self.workers), "LMS_FAULTS": str(self.folder), "PYTHONPATH": str(ROOT),
            "LMS_DATABASE_URL": self.settings.database_url, "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        if self.programs:
            found["PATH"] = f"{self.programs}{os.pathsep}{found['PATH']}"
        return found

    def start(self, *before: str) -> None:
        """Start it (behind the program `before`, if any) and wait until it answers."""
        command = [*before, sys.executable, "-m", "soak.faults.served"]
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - the project's own service.
                command, cwd=ROOT, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )  # fmt: skip
        self.starts += 1
        self.wait()

    def wait(self, *, or_start: bool = False) -> None:
        """Until it answers. `or_start`: granian gives up a worker that dies within seconds of its birth, and
        ends; what watches over it (systemd, Docker, Windows) then starts it again, as we do here."""
        end = time.monotonic() + PATIENCE
        while self.status("/health") != 200:
            if or_start and self.process.poll() is not None:
                self.start()
                return
            if self.process.poll() is not None or time.monotonic() > end:
                tail = (self.folder / "service.log").read_text(errors="replace")[-1500:]
                raise RuntimeError(f"The service does not start:\n{tail}")
            time.sleep(0.05)

    def status(self, path: str) -> int:
        """The status of a page, 0 without an answer."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            line.close()

    def kill(self, *, all_of_it: bool) -> None:
        """SIGKILL: the whole service, or only what works in it, which its keeper then starts anew."""
        if all_of_it:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return
        for child in children(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def stop(self) -> None:
        """Let it end by itself."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def turn(self, name: str, value: float | None) -> None:
        """Write a number for the service to read; None takes it away."""
        path = self.folder / name
        if value is None:
            path.unlink(missing_ok=True)
            return
        part = path.with_suffix(".part")
        part.write_text(str(value))
        part.replace(path)

    # The store

    def command(self, *words: str) -> str:
        """A command of the product; RuntimeError with its words when it refuses."""
        done = subprocess.run(  # noqa: S603 - the project's own command.
            [sys.executable, "-m", "lms", *words], cwd=ROOT, env=self.environment(),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"lms {' '.join(words)}: {done.stdout[-300:]} {done.stderr[-600:]}")
        return done.stdout

    def backup(self) -> Path:
        """An online backup; while the store recovers the command refuses, and is given again."""
        for tries_left in range(20, -1, -1):
            try:
                self.command("backup", "--to", str(self.folder / "backups"))
                break
            except RuntimeError:
                if not tries_left:
                    raise
                time.sleep(1)
                self.revive()
        return max(
            (self.folder / "backups").glob("*.zip"), key=lambda path: path.stat().st_mtime_ns
        )

    def restore(self, backup: Path) -> None:
        """The store as it was; the service must be stopped. What was there before is not kept here."""
        self.command("restore", str(backup), "--replace")
        for old in self.folder.glob("*.truoc-*"):
            old.unlink()


def cast_day() -> Any:
    """The day on which everybody was enrolled."""
    from datetime import date

    return date(2026, 11, 2)


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
