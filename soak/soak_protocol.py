"""A hundred thousand schedules of faults between tablets and the real service; then the planted bugs.

`python soak/soak_protocol.py [schedules]` prints what was kept and broken, and after how many schedules
of chance each planted bug was caught; it ends with an error when a promise was broken or a bug was not caught.
"""

import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from lms.core import migrate
from lms.core.db import Database
from lms.core.keys import make_keys
from lms.core.settings import Settings
from tests.cast import build_cast
from tests.protocol.bugs import BUGS
from tests.protocol.hall import Hall, open_hall
from tests.protocol.story import Story, play
from tests.protocol.tablet import Tablet

SCHEDULES = 100_000
STEPS = 30
AT_ONCE = 500
"""Schedules that share one database, so that it does not grow for hours."""
MOST_FOR_A_BUG = 40_000
Result = tuple[int, int, int, dict[str, int]]


def fresh_hall(folder: str) -> Hall:
    """The service on a new SQLite file, with the cast in it."""
    settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/lms.db")
    database = Database(settings)
    migrate.upgrade(database.engine)
    keys = make_keys()
    return open_hall(settings, database, build_cast(database, keys), keys, 1)


def many(first: int) -> Result:
    """(schedules, events, calls, broken promises → how often) of AT_ONCE schedules."""
    broken, events = Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        hall = fresh_hall(folder)
        for seed in range(first, first + AT_ONCE):
            story = Story(hall, Random(seed))
            names = play(story, Random(seed), STEPS)
            broken.update(names)
            events += sum(len(tablet.history) for tablet in story.tablets)
            if names:
                print(f"\nschedule {seed}: {', '.join(names)}", flush=True)
        hall.database.close()
    return AT_ONCE, events, hall.calls, dict(broken)


def caught_after(bug: type[Tablet]) -> tuple[str, int, str]:
    """(name, schedules until it broke a promise or 0, the promise)."""
    for first in range(0, MOST_FOR_A_BUG, AT_ONCE):
        if found := first_broken(bug, range(first, first + AT_ONCE)):
            return bug.__name__, *found
    return bug.__name__, 0, ""


def first_broken(bug: type[Tablet], seeds: range) -> tuple[int, str] | None:
    """The first of these schedules that breaks a promise, counted from 1, with that promise."""
    with tempfile.TemporaryDirectory() as folder:
        hall = fresh_hall(folder)
        try:
            for seed in seeds:
                if names := play(Story(hall, Random(seed), bug), Random(seed), STEPS):
                    return seed + 1, names[0]
        finally:
            hall.database.close()
    return None


def main() -> None:
    """Run both halves on all processors."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SCHEDULES
    starts = range(0, count, AT_ONCE)
    done, events, calls, broken = 0, 0, 0, Counter[str]()
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for part in tqdm(pool.imap_unordered(many, starts), total=len(starts), desc="schedules"):
            done, events, calls = done + part[0], events + part[1], calls + part[2]
            broken.update(part[3])
        print(f"{done} schedules, {events} events, {calls} calls of the service: "
              f"{sum(broken.values())} promises broken {dict(broken) or ''}")  # fmt: skip
        found = list(tqdm(pool.imap(caught_after, BUGS), total=len(BUGS), desc="planted bugs"))
    for name, after, promise in found:
        print(
            f"{name:24} {f'caught after {after} schedules: {promise}' if after else 'NOT CAUGHT'}"
        )
    if broken or not all(after for _name, after, _promise in found):
        sys.exit("Có lời hứa bị phá hoặc lỗi cài vào mà không bắt được.")


if __name__ == "__main__":
    main()
