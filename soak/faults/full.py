"""A full disk, at every size: each write is refused in words or done, and afterwards all is whole.

Two ways, because each sees what the other cannot: a cap on the pages of the database (the product's own SQLite,
`max_page_count`), and a disk of ours with so many bytes for database and log together, where also the log is
refused in the middle of a commit and a folding of the log in the middle of the file.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event, select

from lms.cohorts.models import Attendance
from lms.core.db import Database
from soak.faults.disk import PAGE, Disk
from soak.faults.ground import NAME, act, ground, integrity, judged, move_to, scratch, settings_for
from soak.faults.power import database_settings, on_disk
from soak.faults.tally import Tally
from tests.protocol.hall import Hall
from tests.protocol.story import Story
from tests.protocol.tablet import Answer

MOST = 4 * 1024
"""No file of this campaign becomes so many pages larger."""
WORDS, STORED = "đầy", "đã lưu rồi"
"""A refusal for want of room says so; a form that is stored and cannot be shown yet says that."""
ACTS_A_SIZE = 3
STEPS = 250


@dataclass
class FullHall(Hall):
    """The service, and how it refused what there was no room for."""

    statuses: Counter[str] = field(default_factory=Counter)
    unclean: list[str] = field(default_factory=list)
    refused: bool = False
    marked: str | None = None
    """The last attendance that a trainer's page has taken."""
    doubted: set[str] = field(default_factory=set)
    """Marks refused since then. On our own disk one may stand: APSW tells of a log that could not be folded
    after the commit, which SQLite itself keeps quiet about."""

    def post(self, device: str, texts: Sequence[str]) -> Answer:
        """A batch: stored, or refused with 503 and the words."""
        answer = super().post(device, texts)
        self.note("batch", answer.status, str((answer.body or {}).get("detail", "")))
        return answer

    def note(self, what: str, status: int, words: str) -> None:
        """One answer of the service."""
        self.refused = self.refused or status == 503
        self.statuses[f"{what} answered {status}"] += 1
        is_told = WORDS in words or (what == "page" and STORED in words)
        if status >= 400 and (status != 503 or not is_told):
            self.unclean.append(f"{what} answered {status}: {words[-300:]}")

    def mark(self, state: str) -> None:
        """The trainer marks a learner on the page of the class."""
        self.client.set_cookie("lms_staff", self.cast.staff_tokens["trang"])
        answer = self.client.post(
            f"/buoi-hoc/{self.cast['k1_buoi']}/cham-ten",
            data={"enrolment_id": str(self.cast["hv_lan"]), "state": state},
            headers={"Origin": "http://localhost"},
        )
        words = answer.get_data(as_text=True)
        self.note("page", answer.status_code, words)
        if answer.status_code == 303 or STORED in words:
            self.marked, self.doubted = state, set()
        else:
            self.doubted.add(state)
        self.client.delete_cookie("lms_staff")


class Room:
    """How much there is; `more` makes it one page larger."""

    def more(self) -> None:
        """One page more."""


@dataclass
class Cap(Room):
    """Pages of the database file."""

    pages: int = 1

    def more(self) -> None:
        self.pages += 1

    def set(self, connection: Any) -> None:
        """At the beginning of every transaction; a file that is larger already is full as it is."""
        connection.exec_driver_sql(f"PRAGMA max_page_count={self.pages}")


@dataclass
class Bytes(Room):
    """Bytes of the whole disk."""

    disk: Disk

    def more(self) -> None:
        self.disk.room = (self.disk.room or 0) + PAGE


@contextmanager
def capped(folder: Path, _dice: Random) -> Iterator[tuple[Database, Room, Disk | None]]:
    """The product's own SQLite with a cap on its pages."""
    (folder / NAME).write_bytes(ground().image[NAME])
    database, cap = Database(database_settings(folder)), Cap(MOST)
    event.listen(database.engine, "begin", cap.set)
    try:
        yield database, cap, None
    finally:
        database.close()


@contextmanager
def tight(folder: Path, dice: Random) -> Iterator[tuple[Database, Room, Disk | None]]:
    """A disk of ours with room for so many bytes."""
    disk = Disk.holding(ground().image)
    with on_disk(disk, folder, "", dice) as database:
        yield database, Bytes(disk), disk


def schedule(seed: int, *, by_pages: bool) -> Tally:
    """A class works while the disk is full at each size in turn, until there is room enough."""
    dice, tally, way = Random(seed), Tally(), capped if by_pages else tight
    with scratch() as folder:
        with way(folder, dice) as (database, room, disk):
            plain = ground().hall(database, settings_for(folder), dice)
            hall = FullHall(plain.app, database, plain.cast, plain.keys, dice)
            story = Story(hall, dice)
            sizes = _work(story, hall, room, disk, dice)
            tally.broken += [*hall.unclean, *([] if sizes else ["the disk was never full"])]
            if disk is None:
                hall.doubted.clear()
            else:
                disk.room = None
                tally.broken += _whole(story, hall, database)
                (folder / NAME).write_bytes(b"")
            tally.counts.update(hall.statuses)
            tally.counts["sizes at which the disk was full"] += sizes
        if disk is None:
            tally.broken += _opened(story, hall, folder, dice)
    tally.counts["schedules"] += 1
    tally.counts["events"] += sum(len(tablet.history) for tablet in story.tablets)
    tally.broken = [f"schedule {seed}: {told}" for told in tally.broken]
    return tally


def _work(story: Story, hall: FullHall, room: Room, disk: Disk | None, dice: Random) -> int:
    story.begin(0)
    story.begin(1)
    if isinstance(room, Cap):
        room.pages = 1
    elif disk is not None:
        disk.room = disk.used()
    sizes = 0
    for step in range(STEPS):
        hall.refused = False
        for _act in range(ACTS_A_SIZE):
            act(story, dice)
        if step % 3 == 0:
            hall.mark(dice.choice(("present", "absent")))
        if hall.refused:
            sizes += 1
            _grow(room, hall)
    return sizes


def _grow(room: Room, hall: FullHall) -> None:
    if isinstance(room, Cap) and room.pages == 1:
        with hall.database.engine.connect() as connection:
            room.pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0)
    room.more()


def _whole(story: Story, hall: FullHall, database: Database) -> list[str]:
    broken = judged(story, is_whole=lambda: integrity(database))
    with database.read() as session:
        held = session.scalar(
            select(Attendance.state).where(
                Attendance.class_session_id == hall.cast["k1_buoi"],
                Attendance.enrolment_id == hall.cast["hv_lan"],
            )
        )
    if hall.marked and held not in {hall.marked, *hall.doubted}:
        broken.append(f"the page took {hall.marked}, the register says {held}")
    return broken


def _opened(story: Story, hall: FullHall, folder: Path, dice: Random) -> list[str]:
    database = Database(database_settings(folder))
    try:
        plain = ground().hall(database, settings_for(folder), dice)
        again = FullHall(plain.app, database, plain.cast, plain.keys, dice, marked=hall.marked)
        move_to(story, again)
        return _whole(story, again, database)
    finally:
        database.close()


def chunk(number: int) -> Tally:
    """One schedule of each way."""
    total = schedule(number, by_pages=True)
    total += schedule(number, by_pages=False)
    return total
