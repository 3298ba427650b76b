"""What a part of the campaign counted, and how parts run for a while on all processors."""

import logging
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from tqdm import tqdm


@dataclass
class Tally:
    """Counts by name, and every promise that was broken, in words."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Tally") -> "Tally":
        self.counts.update(other.counts)
        self.broken += other.broken
        return self


Chunk = Callable[[int], Tally]
"""One chunk of schedules, by its number."""


def quiet() -> None:
    """What the service logs about the faults we make is no news."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("sqlalchemy").setLevel(logging.CRITICAL + 1)
    logging.getLogger("lms").setLevel(logging.CRITICAL + 1)


def bar(name: str, seconds: float) -> "tqdm[None]":
    """A bar of time; into a file it writes a line every ten seconds at most."""
    return tqdm(total=round(seconds), desc=f"{name:<12}", unit="s", mininterval=10, leave=False)


def advance(shown: "tqdm[None]", seconds: float) -> None:
    """So many seconds have passed."""
    shown.update(min(round(seconds), shown.total) - shown.n)


def for_a_while(name: str, chunk: Chunk, seconds: float, first: int = 0) -> Tally:
    """Chunk after chunk on all processors until the time is over; at least one of each processor."""
    total, began, number = Tally(), time.monotonic(), first
    workers = os.cpu_count() or 1
    with (
        multiprocessing.get_context("spawn").Pool(workers, quiet) as pool,
        bar(name, seconds) as shown,
    ):
        running = []
        while running or number - first < workers or time.monotonic() - began < seconds:
            is_over = time.monotonic() - began >= seconds and number - first >= workers
            while len(running) < workers and not is_over:
                running.append(pool.apply_async(chunk, (number,)))
                number += 1
            done = [one for one in running if one.ready()]
            running = [one for one in running if one not in done]
            for one in done:
                total += one.get()
            advance(shown, time.monotonic() - began)
            time.sleep(0.2)
    return total
