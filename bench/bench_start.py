"""Seconds to the first 200 of a prepared sample, then memory and threads after one page, in one run
with a bare granian serving a Flask page of one line.

Memory is that of the whole tree of processes. PSS counts a page that two processes share once, by
halves, and is what the machine really gives; the sum of RSS counts it twice. `--imports` prints what
the imports of the service cost.
"""

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from common import ROOT

ROUNDS = 5
SECONDS_GOAL, MEGABYTES_GOAL, THREADS_GOAL = 3.0, 120.0, 20
BARE = """
from flask import Flask
app = Flask("bare")
app.get("/")(lambda: "xin chao")
if __name__ == "__main__":
    import os
    from granian import Granian
    Granian("bare:app", address="127.0.0.1", port=int(os.environ["LMS_PORT"]), interface="wsgi",
            workers=1, blocking_threads=4, log_level="warning").serve()
"""


@dataclass(frozen=True)
class Idle:
    """What a tree of processes holds after one page."""

    seconds: float
    cpu: float
    pss: float
    rss: float
    threads: int
    processes: int


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def status(port: int, path: str) -> int:
    """The status of a page; 0 while nobody listens."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except OSError:
        return 0
    finally:
        connection.close()


@contextmanager
def started(command: list[str], folder: Path, **environment: str) -> Iterator[tuple[int, float]]:
    """The process id and seconds from its start to the first 200."""
    port = free_port()
    path = os.pathsep.join((str(ROOT), str(folder)))
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "LMS_PORT": str(port), **environment},
    )  # fmt: skip
    began = time.perf_counter()
    try:
        while status(port, "/") != 200:
            assert process.poll() is None, "The service ended by itself."
            assert time.perf_counter() - began < 120, "The service never answered."
            time.sleep(0.01)
        yield process.pid, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def tree(pid: int) -> list[int]:
    """The process and everything it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in tree(int(child)))]


def _field(pid: int, file: str, name: str) -> int:
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process, from the fields after its name in parentheses."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(command: list[str], folder: Path, **environment: str) -> Idle:
    """Start, ask for one page, wait until it is quiet, and look."""
    with started(command, folder, **environment) as (pid, seconds):
        pids = tree(pid)
        cpu = sum(_cpu_seconds(one) for one in pids)
        time.sleep(1)
        return Idle(
            seconds,
            cpu,
            sum(_field(one, "smaps_rollup", "Pss:") for one in pids) / 1024,
            sum(_field(one, "status", "VmRSS:") for one in pids) / 1024,
            sum(_field(one, "status", "Threads:") for one in pids),
            len(pids),
        )


def median(name: str, found: list[Idle]) -> float:
    """The median of one figure."""
    return float(statistics.median(getattr(one, name) for one in found))


def show(what: str, name: str, ours: list[Idle], bare: list[Idle], goal: str) -> None:
    """One line: ours, the bare server's, the goal."""
    mine, theirs = median(name, ours), median(name, bare)
    print(f"{what:<44} {mine:8.2f}   bare {theirs:7.2f}   {mine / theirs:5.1f}×   goal {goal}")


def imports() -> None:
    """The twenty modules whose import costs most, with everything they alone bring, in milliseconds."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", "import lms.cli, lms.app"],
                          capture_output=True, text=True, check=True, cwd=ROOT)  # fmt: skip
    rows = [line.split("|") for line in done.stderr.splitlines() if line.startswith("import time:")]
    timed = [(int(row[1]) / 1000, row[2].strip()) for row in rows[1:] if row[1].strip().isdigit()]
    for milliseconds, name in sorted(timed, reverse=True)[:20]:
        print(f"{milliseconds:8.1f} ms  {name}")


def main() -> None:
    """Prepare a sample once, then start both servers in turn."""
    if "--imports" in sys.argv:
        imports()
        return
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE, encoding="utf-8")
        data = {"LMS_DATA_DIR": os.environ.get("BENCH_SAMPLE") or str(folder / "mau")}
        subprocess.run([sys.executable, "-m", "lms", "sample", "create"], check=True, cwd=folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env={**os.environ, "PYTHONPATH": str(ROOT), **data})  # fmt: skip
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(idle([sys.executable, "-m", "lms", "sample", "serve"], folder, **data))
            bare.append(idle([sys.executable, "bare.py"], folder))
        shutil.rmtree(folder / "mau", ignore_errors=True)
    show("seconds to the first 200", "seconds", ours, bare, f"< {SECONDS_GOAL:.0f}")
    show("CPU seconds until then", "cpu", ours, bare, "–")
    show("megabytes of the whole tree (PSS)", "pss", ours, bare, f"≤ {MEGABYTES_GOAL:.0f}")
    show("megabytes of the whole tree (sum of RSS)", "rss", ours, bare, f"≤ {MEGABYTES_GOAL:.0f}")
    show("threads of the whole tree", "threads", ours, bare, f"≤ {THREADS_GOAL}")
    show("processes", "processes", ours, bare, "–")


if __name__ == "__main__":
    main()
