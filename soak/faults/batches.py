"""Doubled, reordered and late batches, restored stores, and clocks that jump, of tablets and of the service."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import delete, select

from assessments.models import Answer
from lms.core import clock
from lms.core.db import Database
from soak.faults.ground import NAME, ground, scratch, unlike_a_rebuild
from soak.faults.power import database_settings
from soak.faults.tally import Tally
from tests.protocol import story as stories
from tests.protocol.hall import Hall
from tests.protocol.story import Story

AT_ONCE, STEPS = 20, 60
JUMPS = (0, 3600, -3600, 8 * 86_400, -400 * 86_400, 40 * 86_400, -20 * 86_400)


class Turned:
    """The service's clock, which goes on from wherever it was set."""

    shift = 0.0

    def now(self) -> datetime:
        """The time that it says."""
        return datetime.now(UTC) + timedelta(seconds=self.shift)


@contextmanager
def turned() -> Iterator[Turned]:
    """The service goes by this clock meanwhile."""
    before, held = clock._now, Turned()
    clock._now = held.now
    try:
        yield held
    finally:
        clock._now = before


def chunk(number: int) -> Tally:
    """AT_ONCE schedules on one store."""
    tally, first = Tally(), number * AT_ONCE
    with scratch() as folder, turned() as held:
        (folder / NAME).write_bytes(ground().image[NAME])
        database = Database(database_settings(folder))
        try:
            for seed in range(first, first + AT_ONCE):
                dice = Random(seed)
                hall = ground().hall(database, database_settings(folder), dice)
                _schedule(hall, dice, seed, held, tally)
            tally.broken += unlike_a_rebuild(database, ground().cast)
        finally:
            database.close()
    return tally


def _schedule(hall: Hall, dice: Random, seed: int, held: Turned, tally: Tally) -> None:
    story = Story(hall, dice)
    for _step in range(STEPS):
        if dice.random() < 0.05:
            held.shift = dice.choice(JUMPS)
            # What a tablet may purge from now on was in the store when the newest backup was made.
            story.take_backup()
            tally.counts["jumps of the service's clock"] += 1
        stories._one(story, dice)
    tally.broken += [f"schedule {seed}: {told}" for told in story.finish()]
    tally.counts["schedules"] += 1
    tally.counts["calls of the service"] += hall.calls
    tally.counts["events"] += sum(len(tablet.history) for tablet in story.tablets)


def damaged_projection_is_seen() -> bool:
    """The control: one projected answer is taken away, and the comparison with a rebuild has to tell."""
    with scratch() as folder:
        (folder / NAME).write_bytes(ground().image[NAME])
        database = Database(database_settings(folder))
        try:
            hall = ground().hall(database, database_settings(folder), Random(1))
            story = Story(hall, Random(1))
            story.begin(0)
            story.answer(0, 0, 1)
            story.finish()
            with database.write() as session:
                session.execute(delete(Answer).where(Answer.id.in_(select(Answer.id).limit(1))))
            return bool(unlike_a_rebuild(database, ground().cast))
        finally:
            database.close()
