"""`lms serve`, really started: it answers, it refuses what it must not run on, and it stops gently."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.cast import Cast
from tests.cli.conftest import Begin
from tests.cli.place import Place
from tests.ledger.events import event_text

pytestmark = pytest.mark.db


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answer(port: int, path: str) -> tuple[int, bytes]:
    """Status and body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        got = connection.getresponse()
        return got.status, got.read()
    finally:
        connection.close()


@contextmanager
def served(
    place: Place, *words: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The service as a process of its own, once it is ready; it is stopped at the end."""
    port = free_port()
    environment = {**os.environ, **place.env, "LMS_PORT": str(port), **settings}
    process = subprocess.Popen([sys.executable, "-m", "lms", *words], env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    try:
        _wait_until_ready(process, port)
        yield process, port
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def _wait_until_ready(process: subprocess.Popen[str], port: int) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        assert process.poll() is None, process.communicate()[0]
        try:
            if answer(port, "/ready")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The service did not become ready.")


@pytest.mark.long_on_postgresql
@pytest.mark.parametrize(
    "how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)]
)
def test_the_service_answers_and_stops_gently(commune: Place, how: signal.Signals) -> None:
    with served(commune, "serve") as (process, port):
        assert answer(port, "/health")[0] == 200
        assert answer(port, "/dang-nhap")[0] == 200
        process.send_signal(how)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert f"http://127.0.0.1:{port}" in output
    assert "Traceback" not in output
    commune.ok("serve", "--help")
    with served(commune, "serve", "--quiet") as (_, port):
        assert answer(port, "/ready")[0] == 200


def test_several_workers_are_for_postgresql_only(laptop: Place, begin: Begin) -> None:
    begin()
    environment = {**os.environ, **laptop.env, "LMS_WORKERS": "2", "LMS_PORT": str(free_port())}
    done = subprocess.run([sys.executable, "-m", "lms", "serve"], env=environment, timeout=60,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 1
    assert "LMS_WORKERS=1" in done.stderr


def test_the_service_does_not_start_without_its_keys(laptop: Place, begin: Begin) -> None:
    begin()
    (laptop.settings.keys / "keys.json").unlink()
    assert "tệp khóa" in laptop.refused("serve")


def test_an_unusable_setting_is_named(laptop: Place) -> None:
    environment = {**os.environ, **laptop.env, "LMS_PORT": "tám nghìn"}
    done = subprocess.run([sys.executable, "-m", "lms", "serve"], env=environment, timeout=60,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (
        1,
        "Lỗi: LMS_PORT='tám nghìn': hãy ghi một số nguyên không âm.\n",
    )


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_stop_lets_a_batch_that_is_under_way_end_and_keeps_it(village: Place, cast: Cast) -> None:
    text_of_event = event_text(cast, "attendance.marked", {"state": "present"})
    before = village.counts()["event"]
    engine = create_engine(village.database_url, poolclass=NullPool)
    with served(village, "serve", LMS_WORKERS="2") as (process, port), ThreadPoolExecutor(1) as one:
        for _ in range(6):
            assert answer(port, "/dang-nhap")[0] == 200
        told = answer(port, "/metrics")[1].decode()
        assert (
            'lms_requests_total{route="/dang-nhap",status="200"} 6.0' in told
        )  # Of both processes.
        with engine.begin() as holder:
            holder.execute(text("LOCK TABLE event_batch, event IN ACCESS EXCLUSIVE MODE"))
            sent = one.submit(post_batch, port, cast, [text_of_event])
            with engine.connect() as looking:
                while not looking.scalar(text(WAITING)):
                    assert not sent.done(), sent.result()
                    time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            while is_open(
                port
            ):  # Then the door is shut to others, and the batch is still under way.
                time.sleep(0.05)
            assert not sent.done()
        assert sent.result(timeout=60)[0] == 200
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert "Traceback" not in output
    assert village.counts()["event"] == before + 1


def is_open(port: int) -> bool:
    """Whether the service still takes connections."""
    try:
        return answer(port, "/health")[0] == 200
    except OSError:
        return False


WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query NOT LIKE '%pg_stat_activity%'
"""


def post_batch(port: int, cast: Cast, events: list[str]) -> tuple[int, bytes]:
    """Send a batch as the tablet of K1; the answer's status and body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(
            "POST", "/api/v1/sync/batches", json.dumps({"events": events}),
            {"Content-Type": "application/json",
             "Authorization": f"Bearer {cast.device_credentials['k1_may']}"},
        )  # fmt: skip
        got = connection.getresponse()
        return got.status, got.read()
    finally:
        connection.close()
