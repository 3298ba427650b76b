"""Requests a second and processor time of one service process, against a bare WSGI page under the same
server with the same settings in the same run; then what the settings of `lms serve` change.

Processor time of the whole server tree divided by the answers says what a core carries whatever else the
machine does; the client's own time is not in it. `--seconds 1` shortens every round.
"""

import argparse
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench_start import _cpu_seconds, free_port, status, tree
from common import ROOT, rate
from sqlalchemy import func, select

from lms.core import migrate
from lms.core.db import Database
from lms.core.keys import make_keys, save_keys
from lms.core.settings import Settings
from lms.ledger import generation
from lms.ledger.models import Event
from tests.assessments.tablet import whole
from tests.cast import Cast, build_cast

CLIENTS = 8
BARE = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "8")])
    return [b"xin chao"]
if __name__ == "__main__":
    import os
    from granian import Granian
    Granian("bare:app", address="127.0.0.1", port=int(os.environ["LMS_PORT"]), interface="wsgi",
            workers=1, blocking_threads=int(os.environ["LMS_THREADS"]), log_level="error").serve()
"""
Request = Callable[[int], bytes]
"""The bytes of a client's next request."""


@dataclass(frozen=True)
class Measured:
    """What one round gave."""

    rate: float
    cpu: float
    """Seconds of processor time an answer."""


def asked(method: str, path: str, body: str = "", head: str = "", *, close: bool = False) -> bytes:
    """A request as it goes over the wire."""
    after = "Connection: close\r\n" if close else ""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}{after}"
        f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
    ).encode()


class Client:
    """One connection that stays open, as those of the proxy do."""

    def __init__(self, port: int, *, close: bool = False) -> None:
        self._port, self._close, self._socket = port, close, None

    def ask(self, request: bytes) -> None:
        """Send, and read the whole answer; an answer other than 2xx is an error."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        self._socket.sendall(request)
        got = self._socket.recv(65536)
        head, _blank, body = got.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 2"), head[:200]
        named = [
            line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        ]
        left = int(named[0].split(b":")[1]) - len(body)
        while left > 0:
            left -= len(self._socket.recv(65536))
        if self._close:
            self._socket.close()
            self._socket = None


@contextmanager
def serving(command: list[str], **environment: str) -> Iterator[tuple[int, int]]:
    """(process id, port) of a server that answers."""
    port = free_port()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "LMS_PORT": str(port), **environment}
    )
    ends = time.monotonic() + 120
    try:
        while not status(port, "/health"):
            assert process.poll() is None, "The server ended by itself."
            assert time.monotonic() < ends, "The server never answered."
            time.sleep(0.05)
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def measure(
    pid: int, port: int, request: Request, seconds: float, *, close: bool = False
) -> Measured:
    """CLIENTS connections ask at once."""
    clients = [Client(port, close=close) for _ in range(CLIENTS)]
    clients[0].ask(request(0))  # What is made at the first use is made here.
    before, count, lock = sum(map(_cpu_seconds, tree(pid))), [0], threading.Lock()

    def work(number: int) -> None:
        clients[number].ask(request(number))
        with lock:
            count[0] += 1

    found = rate(work, CLIENTS, seconds)
    return Measured(found, (sum(map(_cpu_seconds, tree(pid))) - before) / max(1, count[0]))


def place(folder: Path) -> Cast:
    """A commune on SQLite, ready to be served."""
    folder.mkdir()
    settings, keys = Settings(data_dir=folder), make_keys()
    database = Database(settings)
    migrate.upgrade(database.engine)
    cast = build_cast(database, keys)
    save_keys(settings.keys, keys)
    generation.check(database, settings)
    database.close()
    return cast


def requests(cast: Cast) -> dict[str, Request]:
    """What is asked of the service."""
    bearer = f"Authorization: Bearer {cast.device_credentials['k1_may']}\r\n"
    staff = f"Cookie: lms_staff={cast.staff_tokens['oanh']}\r\n"
    writing = {client: _answers(cast, client) for client in range(CLIENTS)}

    def batch(client: int) -> bytes:
        head = f"{bearer}Content-Type: application/json\r\n"
        body = json.dumps({"events": [next(writing[client])]})
        return asked("POST", "/api/v1/sync/batches", body, head)

    plain = {
        "the process lives (/health)": asked("GET", "/health"),
        "a static file": asked("GET", "/assets/x/core/app.css"),
        "the sign-in page": asked("GET", "/dang-nhap"),
        "what a tablet is told (/api/v1/tablet)": asked("GET", "/api/v1/tablet", head=bearer),
        "the register, first page (/dan-cu)": asked("GET", "/dan-cu", head=staff),
    }
    found: dict[str, Request] = {name: (lambda _c, one=one: one) for name, one in plain.items()}  # type: ignore[misc]  # Bound at once.
    return {**found, "an answer saved and projected (a batch of one)": batch}


def _answers(cast: Cast, client: int) -> Iterator[str]:
    """The events of a learner's tests, one after the other for ever: begun, answered, handed in."""
    for number in itertools.count():
        yield from whole(cast, epoch=f"m{client}-{number}").texts


def stored(folder: Path) -> tuple[int, int]:
    """(events, bytes of the database without free pages) of a commune that is not being served."""
    database = Database(Settings(data_dir=folder))
    with database.engine.connect() as connection:
        events = connection.execute(select(func.count()).select_from(Event)).scalar_one()
        pages, free, size = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        )
    database.close()
    return events, (pages - free) * size


def show(what: str, ours: Measured, bare: Measured) -> None:
    """One line: the share of the bare server's rate, processor time, answers a core and second."""
    print(
        f"{what:<52} {ours.rate:7.0f}/s {ours.rate / bare.rate:6.1%} of bare   "
        f"{ours.cpu * 1000:6.2f} ms   {1 / ours.cpu if ours.cpu else 0:6.0f} a core"
    )


def main() -> None:
    """Every request with the defaults, then one page under other settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="seconds of one round")
    seconds = parser.parse_args().seconds
    python, ours = sys.executable, [sys.executable, "-m", "lms", "serve", "--quiet"]
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE, encoding="utf-8")
        bare_path = {"PYTHONPATH": os.pathsep.join((str(ROOT), name)), "LMS_THREADS": "4"}
        cast = place(folder / "xa")
        data = {"LMS_DATA_DIR": str(folder / "xa")}
        one = requests(cast)["what a tablet is told (/api/v1/tablet)"]
        health = requests(cast)["the process lives (/health)"]
        with serving([python, str(folder / "bare.py")], **bare_path) as (pid, port):
            bare = measure(pid, port, health, seconds)
            again = measure(
                pid, port, lambda _c: asked("GET", "/", close=True), seconds, close=True
            )
        show("bare WSGI, one process, 4 threads", bare, bare)
        show("bare WSGI, a connection for each request", again, bare)
        events, size = stored(folder / "xa")
        with serving(ours, **data) as (pid, port):
            for what, request in requests(cast).items():
                show(what, measure(pid, port, request, seconds), bare)
            one_off = measure(
                pid, port, lambda _c: asked("GET", "/health", close=True), seconds, close=True
            )
            show("/health, a connection for each request", one_off, bare)
        more, grown = stored(folder / "xa")
        print(
            f"{(grown - size) / max(1, more - events):.0f} bytes an event, with its results and indexes"
        )
        for threads in (1, 2, 4, 8):
            with serving(ours, **data, LMS_THREADS=str(threads)) as (pid, port):
                show(
                    f"/api/v1/tablet with LMS_THREADS={threads}",
                    measure(pid, port, one, seconds),
                    bare,
                )


if __name__ == "__main__":
    main()
