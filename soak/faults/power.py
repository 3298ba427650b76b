"""Power cuts: the real app writes through SQLAlchemy to a disk that forgets what was not synced."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import apsw
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import sessionmaker

from lms.core import db, web
from lms.core.db import Database
from lms.ledger.generation import StoreDiffers
from soak.faults import driver
from soak.faults.disk import Disk, Image, Layer
from soak.faults.ground import (
    NAME,
    STEPS,
    Ground,
    act,
    ground,
    integrity,
    judged,
    move_to,
    scratch,
    settings_for,
)
from soak.faults.tally import Tally
from tests.protocol.story import Story

AT_ONCE = 10
PLANTED = ("", "synchronous=OFF", "synchronous=NORMAL", "answer before commit")
"""The rule that is broken on purpose; '': none."""


@contextmanager
def on_disk(disk: Disk, folder: Path, planted: str, dice: Random) -> Iterator[Database]:
    """The product's database on this disk, which may fold its log into the file very often."""
    layer, real = Layer(f"disk-{id(disk)}", disk), db.sqlite_module
    db.sqlite_module = lambda: driver.of(layer)
    database = Database(settings_for(folder, f"sqlite:///{NAME}"))
    db.sqlite_module = real
    # Our disk knows no locks between connections, so readers share the single one.
    database.reading = database.engine.execution_options(writes=False)
    database._read = sessionmaker(database.reading)
    fold = dice.choice((1000, 20, 3))

    def prepare(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint={fold}")
        if planted.startswith("synchronous"):
            connection.execute(f"PRAGMA {planted}")

    event.listen(database.engine, "connect", prepare)
    try:
        yield database
    finally:
        database.close()
        layer.unregister()


def until_dark(story: Story, disk: Disk, dice: Random) -> None:
    """The class goes on until its acts are done or the power is gone."""
    for step in range(STEPS):
        try:
            if step < len(story.tablets) and not story.works:
                story.begin(step)
            act(story, dice)
        except (SQLAlchemyError, driver.Error, apsw.Error):
            if not disk.is_off:
                raise
        if disk.is_off:
            return


@contextmanager
def planted_in_service(planted: str) -> Iterator[None]:
    """The service answers whether its commit came through or not, where that is the planted bug."""
    real = web.commit

    def answer_anyway() -> None:
        try:
            real()
        except SQLAlchemyError:
            return

    web.commit = answer_anyway if planted == "answer before commit" else real
    try:
        yield
    finally:
        web.commit = real


def schedule(seed: int, planted: str = "") -> Tally:
    """One class, whose power is cut once or twice; then the file is opened by the product's own SQLite."""
    dice, tally = Random(seed), Tally()
    with scratch() as folder, planted_in_service(planted):
        try:
            image, story = _lives(folder, dice, planted, tally)
            broken = _opened_again(story, image, folder, dice)
        except (StoreDiffers, SQLAlchemyError) as error:
            broken, story = [f"does not start: {type(error).__name__} {str(error)[:120]}"], None
    tally.counts["schedules"] += 1
    for tablet in story.tablets if story else ():
        tally.counts["events"] += len(tablet.history)
        tally.counts["acknowledged events"] += len(tablet.shown_home)
    tally.broken += [f"schedule {seed}: {told}" for told in broken]
    return tally


def _lives(folder: Path, dice: Random, planted: str, tally: Tally) -> tuple[Image, Story]:
    """One life of the machine, or two, each ended by a power cut; what is on its disk then."""
    made, story = ground(), None
    image = made.image
    for _life in range(dice.choice((1, 1, 1, 2))):
        disk = Disk.holding(image)
        with on_disk(disk, folder, planted, dice) as database:
            story = _come_in(made, database, folder, dice, story)
            disk.cut_at = disk.operations + dice.randint(1, 250)
            until_dark(story, disk, dice)
            disk.is_off = True
            tally.counts.update(_counted(disk))
        image = disk.left(dice)
    assert story is not None  # noqa: S101 - there is at least one life.
    return image, story


def _counted(disk: Disk) -> dict[str, int]:
    in_the_middle = disk.cut_at is not None and disk.operations >= disk.cut_at
    return {
        "power cuts": 1,
        "power cuts in the middle of a write or sync": int(in_the_middle),
        "writes to the disk": disk.operations - disk.syncs,
        "syncs": disk.syncs,
        "writes not yet synced at a cut": sum(len(file.pending) for file in disk.files.values()),
    }


def _come_in(
    made: Ground, database: Database, folder: Path, dice: Random, story: Story | None
) -> Story:
    hall = made.hall(database, database_settings(folder), dice)
    if story is None:
        return Story(hall, dice)
    move_to(story, hall)
    return story


def database_settings(folder: Path) -> Any:
    """The settings of a schedule: the file of the generation lies beside, on a disk that forgets nothing."""
    return settings_for(folder, f"sqlite:///{folder / NAME}")


def _opened_again(story: Story, image: Image, folder: Path, dice: Random) -> list[str]:
    """What was broken, as the product finds it with its own SQLite."""
    for name, body in image.items():
        (folder / name).write_bytes(body)
    database = Database(database_settings(folder))
    try:
        move_to(story, ground().hall(database, database_settings(folder), dice))
        return judged(story, is_whole=lambda: integrity(database))
    finally:
        database.close()


def chunk(number: int, planted: str = "") -> Tally:
    """AT_ONCE schedules."""
    total = Tally()
    for seed in range(number * AT_ONCE, (number + 1) * AT_ONCE):
        total += schedule(seed, planted)
    return total


def caught(planted: str, most: int = 400) -> int:
    """After how many schedules the planted bug broke a promise; 0: never."""
    return next((seed + 1 for seed in range(most) if schedule(seed, planted).broken), 0)


__all__ = ["PLANTED", "caught", "chunk", "schedule"]
