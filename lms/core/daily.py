"""What the service does once a day by itself: a thread in each process asks each hour what is left to do.

Several processes do it beside each other, and one that is stopped does it after its next start: so a job
must be safe to repeat, and to run twice at the same moment.
"""

import random
import threading
from collections.abc import Callable, Sequence
from datetime import date

import structlog
from flask import Flask

from lms.core import clock
from lms.core.db import Database

Job = Callable[[Database], object]
FIRST, EVERY = 600.0, 3600.0
"""Seconds: after the start, so that a class that begins is not disturbed; and between two looks."""
log = structlog.get_logger("lms.daily")


class Diary:
    """Which jobs were done on which day, in this process."""

    def __init__(self, database: Database, jobs: Sequence[Job]) -> None:
        self.database, self.jobs = database, jobs
        self.done: dict[Job, date] = {}

    def look(self) -> None:
        """Do what was not done today; what fails is tried again at the next look."""
        for job in self.jobs:
            if self.done.get(job) == clock.today():
                continue
            try:
                job(self.database)
            except Exception as error:
                # The kind alone: a message may quote values. The other jobs go on.
                log.error("daily", job=job.__qualname__, problem=type(error).__name__)
            else:
                self.done[job] = clock.today()


def start(app: Flask) -> threading.Event:
    """Begin looking, in a thread that ends with the process or when the event is set."""
    diary, stopped = Diary(app.extensions["lms.db"], app.extensions["lms.daily"]), threading.Event()

    def go() -> None:
        # Processes that start together do not come at the same second.
        wait = FIRST * random.uniform(1, 2)  # noqa: S311 - Nothing is guessed from it.
        while not stopped.wait(wait):
            diary.look()
            wait = EVERY

    threading.Thread(target=go, name="lms-daily", daemon=True).start()
    return stopped
