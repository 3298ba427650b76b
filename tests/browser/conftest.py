"""A real Chromium before a real server, reached under a name that is not localhost.

On localhost browsers trust more: they send `Sec-Fetch-Site` and an Origin that plain http elsewhere
does not get. A commune's laptop is reached by plain http, so the tests reach it the same way.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Response,
    expect,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from lms.app import create_app
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import system
from lms.core.keys import Keys
from lms.core.settings import Settings
from lms.indicators import actions as indicators
from tests.cast import Cast, build_cast
from tests.replay import Replays

HOST = "lop.xa-mau.example"
ELSEWHERE = "noi-khac.example"
NAMES = f"MAP {HOST} 127.0.0.1, MAP {ELSEWHERE} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PLAN = "dien-sanh"
TEN_PAST_NINE = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)
"""Within the open meeting of the cast, whatever this machine's calendar says."""
PATIENCE = 30_000
"""Milliseconds until something that must appear is taken for missing: a busy machine is no fault of a page."""
expect.set_options(timeout=PATIENCE)
TABLET = {"width": 800, "height": 1280}
LAPTOP = {"width": 1366, "height": 768}

SAID_ANYWAY = (
    "Failed to load resource",  # A refused answer is judged by its status.
    # On plain http these two headers have no effect, and the browser says so.
    "The Cross-Origin-Opener-Policy header has been ignored",
    "Clear-Site-Data header on",
)


class Quiet(WSGIRequestHandler):
    """Requests are not printed."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


@dataclass
class Served:
    """A WSGI application that answers on a port of this machine."""

    port: int

    def at(self, host: str = HOST) -> str:
        """Its address under a host name."""
        return f"http://{host}:{self.port}"


def serve(app: Any) -> Iterator[Served]:
    """Run an application in a thread; stops with the generator."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Served(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class World:
    """The service with the cast in it: class K1 is open, in a proctored sitting."""

    cast: Cast
    database: Database
    served: Served

    @property
    def address(self) -> str:
        """Where the service is reached."""
        return self.served.at()


@pytest.fixture(scope="session")
def app_in_service(keys: Keys) -> Flask:
    """Built as in service, so that an error is answered and not thrown into the server's thread.

    It is built once: its routes, assets and compiled templates are the same in every test.
    """
    return create_app(Settings(database_url="sqlite://"), keys=keys)


@contextmanager
def on(app: Flask, settings: Settings, database: Database) -> Iterator[Flask]:
    """The app with these settings and this database."""
    before = dict(app.extensions)
    app.extensions.update({"lms.settings": settings, "lms.db": database})
    try:
        yield app
    finally:
        app.extensions.clear()
        app.extensions.update(before)


@pytest.fixture(scope="session")
def worlds() -> Replays[Cast]:
    """The cast with its plan, as it was built first."""
    return Replays()


def settle(database: Database, keys: Keys) -> Cast:
    """The cast, whose commune works by a plan."""
    cast = build_cast(database, keys)
    with database.write() as session:
        indicators.adopt_shipped(session, system(cast["TBT"]), PLAN)
    return cast


@pytest.fixture
def world(
    sqlite_template: Path, tmp_path: Path, keys: Keys, app_in_service: Flask, worlds: Replays[Cast]
) -> Iterator[World]:
    """A running service on a fresh SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "lms.db")
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'lms.db'}")
    database = Database(settings)
    with clock.frozen(TEN_PAST_NINE), on(app_in_service, settings, database) as app:
        cast = worlds.on(database, lambda: settle(database, keys))
        for served in serve(app):
            yield World(cast, database, served)
    database.close()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright, once for all browsers of a worker."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium without its own windows, menus and viewers, where it is installed; else the whole one.

    Pages run in the same engine at a third less processor time. What the windows do (Back from memory, papers
    that are shown) is tested in `whole_chromium`; LMS_TEST_BROWSER names another program for all.
    """
    shell = os.environ.get("LMS_TEST_BROWSER") or shutil.which("chromium-headless-shell")
    yield from launched(playwright, shell or whole_program())


@pytest.fixture(scope="package")
def whole_chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium as people have it; a module that needs it names it `chromium`."""
    yield from launched(playwright, whole_program())


def whole_program() -> str:
    """Where Chromium is."""
    return shutil.which("chromium") or "/usr/bin/chromium"


def launched(playwright: Playwright, program: str) -> Iterator[Browser]:
    """A browser in which both host names lead to this machine and nowhere else."""
    browser = playwright.chromium.launch(
        executable_path=program,
        args=[f"--host-resolver-rules={NAMES}", "--no-sandbox"],
        # What Back shows is tested as browsers really do it.
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@dataclass
class Visitor:
    """Somebody at a browser; whatever goes wrong on a page is written down."""

    context: BrowserContext
    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Statuses of refusals that the test is about."""

    def watch(self, page: Page) -> None:
        """Write down script errors, CSP violations and answers that refuse."""
        page.on("console", lambda said: self._said(page, said.type, said.text))
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("response", self._answered)

    def _said(self, page: Page, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(SAID_ANYWAY):
            self.troubles.append(f"{page.url}: {text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.troubles.append(f"{response.request.method} {response.url}: {response.status}")

    def go(self, path: str) -> Page:
        """Open a page of the service."""
        self.page.goto(self.address + path)
        return self.page

    def fetch(self, url: str) -> bytes:
        """The bytes behind an address, with this browser's cookies: its own viewer shows a PDF's only."""
        parts = urlsplit(url)
        cookies = "; ".join(f"{c['name']}={c['value']}" for c in self.context.cookies(url))
        line = HTTPConnection("127.0.0.1", parts.port, timeout=10)
        try:
            line.request("GET", parts.path, headers={"Host": parts.netloc, "Cookie": cookies})
            return line.getresponse().read()
        finally:
            line.close()

    def be(self, cookie: str, value: str) -> None:
        """Carry a cookie of the service."""
        self.context.add_cookies([{"name": cookie, "value": value, "url": self.address}])


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, world: World) -> Iterator[Visit]:
    """Browsers of their own cookies; nothing may go wrong on any page that they open."""
    visitors: list[Visitor] = []

    def open_one(size: dict[str, int] = LAPTOP, **options: Any) -> Visitor:
        context = chromium.new_context(viewport=size, locale="vi-VN", **options)
        visitor = Visitor(context, context.new_page(), world.address)
        visitor.watch(visitor.page)
        visitor.page.set_default_timeout(PATIENCE)
        visitors.append(visitor)
        return visitor

    yield open_one
    for visitor in visitors:
        visitor.context.close()
    assert [trouble for visitor in visitors for trouble in visitor.troubles] == []
