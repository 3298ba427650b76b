"""Tablets whose tab, browser and room are taken away in the middle of an answer: nothing saved may be lost.

`python soak/soak_tablet.py [kills] [cuts]` starts the service and a real Chromium. Each kill ends the tab (or,
one in twelve, the whole browser) at a random moment while answers are written and sent, with the network coming
and going; each cut lets the room end in the middle of writing. What the store called saved is then looked for
in the service: it ends with an error when one is lost, or was called "đã về xã" without being there.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    sync_playwright,
)
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from lms.app import create_app
from lms.core import migrate
from lms.core.db import Database
from lms.core.keys import make_keys
from lms.core.settings import Settings
from lms.ledger import generation
from tests.browser.conftest import NAMES, World, serve
from tests.browser.store_page import StorePage, alone, on_page, stored
from tests.cast import build_cast

SEED = 20261121
LEARN = """() => {
  // Answers at uneven moments, some of them several at once. What the store calls saved is told.
  const home = new Set();
  const told = [];
  const look = () => told.forEach((id) => {
    if (!home.has(id) && store.stateOf([id]) === 'commune') { home.add(id); console.log('home ' + id); }
  });
  store.onCounts(look);
  const tap = async () => {
    const drafts = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => ({ ...act }));
    try {
      const events = await store.write(drafts, [['turn', { n: told.length }]]);
      events.forEach((event) => { told.push(event.id); console.log('saved ' + event.id); });
    } catch (error) {
      console.log('unsaved ' + drafts.length);
      if (error.name !== 'NotSaved') console.log('odd ' + error.name);
      if (window.stopWhenFull) return;
    }
    setTimeout(tap, Math.random() * 30);
  };
  for (let n = 0; n < 3; n += 1) tap();
}"""

HOME = """db.ask('events', (all) => all.getAll())
  .then((rows) => rows.filter((row) => row.state === 'commune').map((row) => row.id))"""


@dataclass
class Shown:
    """What tablets have shown: ids called saved, ids called home, how many acts were said to be unsaved."""

    saved: set[str] = field(default_factory=set)
    home: set[str] = field(default_factory=set)
    unsaved: int = 0
    odd: list[str] = field(default_factory=list)

    def hear(self, said: ConsoleMessage) -> None:
        """One line of a page's console."""
        word, _, rest = said.text.partition(" ")
        if word in ("saved", "home"):
            getattr(self, word).add(rest)
        elif word == "unsaved":
            self.unsaved += int(rest)
        elif word == "odd":
            self.odd.append(rest)


@contextmanager
def service(folder: Path) -> Iterator[World]:
    """The service with the cast in it, on a fresh SQLite file."""
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'lms.db'}")
    database, keys = Database(settings), make_keys()
    migrate.upgrade(database.engine)
    generation.check(database, settings)
    cast = build_cast(database, keys)
    app = create_app(settings, database=database, keys=keys)
    for served in serve(app):
        yield World(cast, database, served)
    database.close()


class Chromium:
    """A browser with a profile on disk, which can be killed and started again."""

    def __init__(self, playwright: Playwright, profile: Path) -> None:
        self.playwright, self.profile = playwright, profile
        self.start()

    def start(self) -> None:
        """Start it and connect."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = shutil.which("chromium") or "/usr/bin/chromium"
        self.process = subprocess.Popen(  # noqa: S603 - the browser, with our own arguments.
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             f"--host-resolver-rules={NAMES}", f"--remote-debugging-port={port}",
             f"--user-data-dir={self.profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.browser: Browser = self._connect(port)

    def _connect(self, port: int) -> Browser:
        for _wait in range(100):
            with suppress(Error):
                return self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            time.sleep(0.2)
        sys.exit("Chromium không mở được.")

    @property
    def profile_context(self) -> BrowserContext:
        """The context whose data lie on disk."""
        return self.browser.contexts[0]

    def kill(self) -> None:
        """As if the power were cut: the whole process group at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with suppress(Error):
            self.browser.close()


def tablet(context: BrowserContext, world: World, shown: Shown, *, quota: int = 0) -> StorePage:
    """A tab with the store in it, sending; `quota` in bytes holds from its first write on."""
    page = context.new_page()
    page.on("console", shown.hear)
    if quota:
        line = context.new_cdp_session(page)
        line.send("Storage.overrideQuotaForOrigin", {"origin": world.address, "quotaSize": quota})
    page.goto(world.address + "/may-hoc")
    return on_page(page, world, sending=True)


def prepare(context: BrowserContext, world: World) -> None:
    """The tablet's cookie, and no second store in the page."""
    cookie = {
        "name": "lms_device",
        "value": world.cast.device_credentials["k1_may"],
        "url": world.address,
    }
    context.add_cookies([cookie])  # type: ignore[list-item]  # A cookie of these three fields.
    alone(context)


def end_tab(page: Page, dice: Random) -> None:
    """Close, reload or crash it, without a word to it."""
    how = dice.choice(("close", "reload", "crash", "crash"))
    with suppress(Error):
        if how == "reload":
            page.reload(timeout=5000)
        elif how == "crash":
            with page.expect_event("crash", timeout=5000):
                page.goto("chrome://crash", timeout=2000)
    with suppress(Error):
        page.close()


def drain(context: BrowserContext, world: World, shown: Shown) -> StorePage:
    """Open the tablet once more and send all."""
    context.set_offline(False)
    store = tablet(context, world, shown)
    store.js("store.kick()")
    store.until("store.counts().device === 0 && store.counts().unsaved === 0", seconds=120)
    # What this visit shows on its page counts as well as what the tab that made an act has shown.
    shown.home |= set(store.js(HOME))
    return store


def kills(chromium: Chromium, world: World, count: int, dice: Random) -> Shown:
    """Take the tab or the browser away, again and again, on one tablet."""
    shown = Shown()
    prepare(chromium.profile_context, world)
    for _kill in tqdm(range(count), desc="kills", leave=False):
        context = chromium.profile_context
        store = tablet(context, world, shown)
        context.set_offline(dice.random() < 0.5)
        store.js(LEARN)
        store.page.wait_for_timeout(dice.uniform(0, 400))
        if dice.random() < 1 / 12:
            chromium.kill()
            chromium.start()
            prepare(chromium.profile_context, world)
        else:
            end_tab(store.page, dice)
            context.set_offline(False)
    drain(chromium.profile_context, world, shown)
    return shown


def cuts(chromium: Chromium, world: World, count: int, dice: Random) -> Shown:
    """Let the room end while answers are written, each time on a fresh tablet; half of them are killed then."""
    shown = Shown()
    for _cut in tqdm(range(count), desc="cuts", leave=False):
        context = chromium.browser.new_context()
        prepare(context, world)
        store = tablet(context, world, shown, quota=dice.randrange(150_000, 900_000))
        context.set_offline(dice.random() < 0.5)
        for number in range(dice.randrange(3)):
            media = f"store.keepPart('{number}', crypto.getRandomValues(new Uint8Array(40000)), 'media')"
            store.js(f"{media}.catch(() => {{}})")
        store.js("window.stopWhenFull = true")
        store.js(LEARN.replace("Math.random() * 30", "0"))
        before, end = shown.unsaved, time.monotonic() + 6
        while shown.unsaved == before and time.monotonic() < end:
            store.page.wait_for_timeout(50)
        if dice.random() < 0.5:
            end_tab(store.page, dice)
            drain(context, world, shown)
        else:
            again(context, store)
        context.close()
    return shown


def again(context: BrowserContext, store: StorePage) -> None:
    """The network is there: sending makes room, and what was not saved is saved after all."""
    context.set_offline(False)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        store.js("() => { store.kick(); return store.retryUnsaved().catch(() => {}); }")
        counts = store.counts()
        if counts["device"] == 0 and counts["unsaved"] == 0:
            return
        store.page.wait_for_timeout(100)
    sys.exit(f"Không gửi hết được: {store.counts()}")


def judge(name: str, count: int, shown: Shown, world: World) -> bool:
    """Print the counts; True when nothing is lost and nothing was called home that is not."""
    found = stored(world).keys()
    lost, false = shown.saved - found, shown.home - found
    print(f"{count:5} {name}: {len(shown.saved):6} shown as saved, {len(shown.saved & found):6} of them found, "
          f"{len(lost)} lost; {len(shown.home):6} shown as home, {len(false)} false ✔; "
          f"{shown.unsaved} said to be unsaved; odd: {shown.odd or 'none'}")  # fmt: skip
    return not lost and not false and not shown.odd


def main() -> None:
    """Both campaigns."""
    counts = [int(word) for word in sys.argv[1:3]] + [300, 100][len(sys.argv) - 1 :]
    dice, held = Random(SEED), []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        with service(place) as world:
            chromium = Chromium(playwright, place / "profile")
            try:
                for name, count, campaign in zip(
                    ("kills", "cuts"), counts, (kills, cuts), strict=True
                ):
                    held.append(judge(name, count, campaign(chromium, world, count, dice), world))
            finally:
                chromium.kill()
    if not all(held):
        sys.exit("Có việc bị mất hoặc dấu ✔ sai.")


if __name__ == "__main__":
    main()
