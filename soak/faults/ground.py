"""Where a schedule of faults is played in one process: the real app over a database that can be exchanged."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from lms.app import create_app
from lms.core import migrate
from lms.core.db import Database
from lms.core.keys import make_keys
from lms.core.settings import Settings
from lms.ledger import generation
from lms.ledger.actions import project_pending
from lms.ledger.projector import project_all
from lms.ledger.rebuild import rebuild, state_hash, waiting
from soak.faults.disk import Image
from tests.cast import Cast, build_cast
from tests.protocol.hall import Hall
from tests.protocol.story import Story

NAME = "lms.db"
STEPS = 40
ACTS = (
    "answer",
    "begin",
    "send",
    "next_person",
    "move",
    "crash",
    "jump",
    "odd_event",
    "purge",
    "stuck",
)
WEIGHTS = (30, 6, 34, 3, 3, 4, 3, 2, 3, 3)
FATES, FATE_WEIGHTS = ("ok", "abort", "late", "killed-before", "killed-after"), (16, 1, 1, 1, 1)
LINE, LINE_WEIGHTS = (
    ("fine", "request lost", "answer lost", "twice", "portal", "late"),
    (20, 2, 2, 2, 1, 2),
)


class Ground:
    """A prepared commune as a file, the cast in it, its keys, and the app built once."""

    def __init__(self) -> None:
        folder = Path(mkdtemp(prefix="lms-faults-"))
        settings = Settings(data_dir=folder)
        database, self.keys = Database(settings), make_keys()
        migrate.upgrade(database.engine)
        self.cast = build_cast(database, self.keys)
        with database.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]  # It is open.
        database.close()
        self.image: Image = {NAME: (folder / NAME).read_bytes()}
        self.app: Flask = create_app(settings, database=database, keys=self.keys, testing=True)
        shutil.rmtree(folder)

    def hall(self, database: Database, settings: Settings, dice: Random) -> Hall:
        """The app on this database, begun as `lms serve` begins: checked, and what waits projected."""
        generation.check(database, settings)
        project_all(database)
        self.app.extensions.update({"lms.db": database, "lms.settings": settings})
        return Hall(self.app, database, self.cast, self.keys, dice)


@cache
def ground() -> Ground:
    """The one of this process."""
    return Ground()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one schedule."""
    folder = Path(mkdtemp(prefix="lms-faults-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def act(story: Story, dice: Random) -> None:
    """Something happens: to a learner, a tablet or the line. Nobody restores the store here."""
    at, name = dice.randrange(2), dice.choices(ACTS, WEIGHTS)[0]
    fate = dice.choices(FATES, FATE_WEIGHTS)[0]
    if name == "answer":
        story.answer(at, dice.randrange(3), dice.randrange(4), fate)
    elif name == "begin":
        story.begin(at, fate)
    elif name == "send":
        story.send(at, dice.choices(LINE, LINE_WEIGHTS)[0])
    elif name == "jump":
        story.jump(at, dice.choice((-20_000, -3, -1, 1, 40, 4000)))
    elif name == "stuck":
        story.stuck_arrives()
    else:
        getattr(story, name)(at)


def move_to(story: Story, hall: Hall) -> None:
    """The same tablets and what was on its way meet the service anew."""
    hall.credentials, hall.delayed, hall.days = (
        story.hall.credentials, story.hall.delayed, story.hall.days,
    )  # fmt: skip
    story.hall = hall


def judged(story: Story, *, is_whole: Callable[[], str] | None = None) -> list[str]:
    """Every promise that was broken, by name, after the faults have ended."""
    broken = confirmed_and_gone(story)
    if is_whole is not None and (told := is_whole()) != "ok":
        broken.append(f"the file is damaged: {told[:80]}")
    broken += story.finish()
    return broken + unlike_a_rebuild(story.hall.database, story.hall.cast)


def confirmed_and_gone(story: Story) -> list[str]:
    """Before any tablet offers anything again: what was called home has to be in the store."""
    held = story.hall.texts([tablet.device for tablet in story.tablets])
    home = {one for tablet in story.tablets for one in tablet.shown_home}
    gone = len(home - held.keys())
    return [f"{gone} of {len(home)} acknowledged events are not in the store"] if gone else []


def unlike_a_rebuild(database: Database, cast: Cast) -> list[str]:
    """Whether anything waits, or differs from what a rebuild makes."""
    commune = cast["TBT"]
    project_pending(database, commune)
    return left_as_it_is(database, commune)


def left_as_it_is(database: Database, commune: UUID) -> list[str]:
    """The same without projecting first: what the service itself has left."""
    with database.read() as session:
        left, before = waiting(session, commune), state_hash(session, commune)
    rebuild(database, commune)
    with database.read() as session:
        after = state_hash(session, commune)
    told = [f"{left} batches were not projected"] if left else []
    return told + (["projections differ from a rebuild"] if before != after else [])


def integrity(database: Database) -> str:
    """What SQLite says of its file: 'ok', or what is wrong."""
    with database.engine.connect() as connection:
        found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    return "; ".join(found) if found != ["ok"] else (f"{len(orphans)} orphans" if orphans else "ok")


def settings_for(folder: Path, url: str = "") -> Settings:
    """Settings of one schedule."""
    return Settings(data_dir=folder, database_url=url)
