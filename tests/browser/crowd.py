"""A whole class at its tablets: thirty learners who tap for themselves, each with a device of their own.

A learner here looks at the screen, does what the screen is for, and now and then what nobody asked for: Back,
reload, closing the tab in the middle, "Người tiếp theo". What was tapped last is remembered from the screen,
what the tablet calls saved from its database; both are judged at the end against what the service holds.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response
from sqlalchemy import select

from courses import actions as courses_actions
from courses.rules import ProgrammeVersion, freeze
from lms.app import create_app
from lms.cohorts.models import Cohort, Device, Enrolment
from lms.cohorts.pictures import colours, drawings
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys, make_keys
from lms.core.settings import Settings
from lms.core.text import fold, sort_key
from lms.ledger import generation
from lms.ledger.models import Event
from lms.people.models import Person
from tests.assessments.kinds import LOADED, right, wrong
from tests.browser.conftest import TEN_PAST_NINE, World, serve
from tests.browser.learning import BY_PROMPT, VERSION
from tests.cast import PIN, build_cast

GIVEN = [
    "An", "Bình", "Cúc", "Dung", "Đào", "Giang", "Hà", "Hiền", "Hoa", "Hồng", "Huệ", "Kim", "Liên",
    "Loan", "Lý", "Mận", "Mơ", "Nga", "Ngân", "Nhung", "Oanh", "Phúc", "Quý", "Sen", "Tâm", "Thảo",
    "Thu", "Trúc", "Vân", "Yến",
]  # fmt: skip
"""Given names of the class, each once, so that a face is known by its name."""
PATIENCE = 25.0
"""Seconds after which somebody reloads a page that only says "Đang mở lớp…"."""

AT_LOAD = """(() => {
  if (!location.protocol.startsWith('http')) return; // The browser's own page where the line is cut.
  // A page that was left while somebody sat at it says so at its next load, unless the learner left it.
  const key = 'soak-left';
  const left = JSON.parse(sessionStorage.getItem(key) || 'null');
  sessionStorage.removeItem(key);
  if (left && left.turn && !left.asked) console.log('soak reloaded ' + left.view);
  addEventListener('pagehide', () => {
    const turn = Boolean(document.querySelector('.next-person'));
    const view = history.state && history.state.view;
    const asked = Date.now() - (window.soakAsked || 0) < 5000;
    sessionStorage.setItem(key, JSON.stringify({ turn, view, asked }));
  });
  const worker = navigator.serviceWorker;
  if (!worker) return;
  worker.addEventListener('controllerchange', () => console.log('soak took-over'));
  worker.ready.then((kept) => kept.addEventListener('updatefound', () => console.log('soak update')));
})()"""

READ = """() => {
  // The answer as the screen shows it, as tokens.
  const all = (where, token) => [...document.querySelectorAll(where)].map(token);
  const has = (where) => Boolean(document.querySelector(where));
  const phone = document.querySelector('#main [data-log]');
  if (phone) return JSON.parse(phone.dataset.log);
  const number = document.querySelector('.fill__box');
  if (number) return number.value.trim() ? [number.value.trim()] : [];
  const pair = ({ dataset }) => `${dataset.id}=${dataset.joined}`;
  if (has('#main .pairs')) return all('.pairs > li:not([hidden])', pair);
  if (has('#main .placed')) return all('.placed > li:not([hidden])', ({ dataset }) => dataset.id);
  return all('#main input:checked:not(:disabled)', (input) => input.value);
}"""

LOOK = (
    """async (known) => {
  const words = (where) => [...document.querySelectorAll(where)].map((one) => one.innerText.trim())[0] || '';
  const has = (where) => Boolean(document.querySelector(where));
  const at = history.state || {};
  const seen = {
    app: has('#app'), view: at.view || '', params: at.params || {}, turn: has('.next-person'),
    idle: has('dialog.entry-idle'), resume: has('.entry-resume'), wait: has('.player-wait'),
    main: words('#main-action'), label: words('#main .progress'), prompt: words('#main .answers__question'),
    corner: words('.store-corner__state'), alarm: words('.store-corner__alarm strong'),
    rows: [], home: [], newest: null, read: ("""
    + READ
    + """)(),
  };
  const kept = await indexedDB.databases();
  if (!kept.some((one) => one.name === 'lop-hoc-so')) return seen;
  const answer = (asked) => new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const db = await answer(indexedDB.open('lop-hoc-so'));
  if (!db.objectStoreNames.contains('events')) { db.close(); return seen; }
  const events = db.transaction('events').objectStore('events');
  const state = IDBKeyRange.bound(['commune'], ['commune', []]);
  const [rows, home, last] = await Promise.all([
    answer(events.getAll(IDBKeyRange.lowerBound(known, true))), answer(events.index('state').getAllKeys(state)),
    answer(events.openCursor(null, 'prev')),
  ]);
  db.close();
  seen.rows = rows.map((row) => [row.n, row.id, row.text]);
  seen.home = home;
  seen.newest = last ? [last.value.id, last.value.state] : null;
  return seen;
}"""
)

TOLD = "document.getElementById('ket-qua')"
"""What the screen says about an answer to a practice question."""
PLACE = """(where) => {
  // Where a finger would touch this, or null when it cannot be touched.
  const fits = (each) => each.getClientRects().length && !each.disabled;
  const one = [...document.querySelectorAll(where)].find(fits);
  if (!one) return null;
  one.scrollIntoView({ block: 'center' });
  const box = one.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}"""


class running(clock.frozen):  # noqa: N801 - read as a sentence, as `frozen` is.
    """The clock goes on from an instant: `with running(TEN_PAST_NINE):`."""

    def __init__(self, start: datetime) -> None:
        self.start, self.began = start, time.monotonic()

    @property
    def instant(self) -> datetime:  # type: ignore[override]  # It goes on by itself.
        """The present one."""
        return self.start + timedelta(seconds=time.monotonic() - self.began)


@dataclass
class Crowd:
    """The class: names and tablets by number, and what was seen at all of them."""

    world: World
    app: Flask
    names: list[str]
    devices: list[str]
    """Names of the tablets in the cast."""
    counts: Counter[str] = field(default_factory=Counter)
    hiccups: Counter[str] = field(default_factory=Counter)
    shown: dict[str, str] = field(default_factory=dict)
    """Every act that a tablet has shown as saved: id → its text."""
    tapped: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)
    """(attempt, item) → what was tapped last; two where the tab closed in the very moment of a tap."""
    stored: set[str] = field(default_factory=set)
    """Ids known to be in the service's store."""
    troubles: list[str] = field(default_factory=list)

    def are_stored(self, ids: set[str]) -> set[str]:
        """Those that the service does not hold."""
        asked = [UUID(one) for one in ids - self.stored]
        with self.world.database.read() as session:
            for first in range(0, len(asked), 500):
                query = select(Event.id).where(Event.id.in_(asked[first : first + 500]))
                self.stored |= {str(key) for key in session.scalars(query)}
        return ids - self.stored


@contextmanager
def crowd(folder: Path, size: int) -> Iterator[Crowd]:
    """The service with a class of `size` in an open sitting, each with a tablet, on a fresh SQLite file."""
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'lms.db'}")
    database, keys = Database(settings), make_keys()
    migrate.upgrade(database.engine)
    generation.check(database, settings)
    with running(TEN_PAST_NINE):
        cast = build_cast(database, keys)
        app = create_app(settings, database=database, keys=keys)
        for served in serve(app):
            world = World(cast, database, served)
            _teach(world)
            made = Crowd(world, app, GIVEN[:size], [f"may_{n}" for n in range(size)])
            _enrol(made, keys)
            yield made
    database.close()


def _with_many_tries() -> ProgrammeVersion:
    rules = [replace(rule, tries=99, wait_hours=0) for rule in VERSION.pass_rules]
    return freeze(
        programme=VERSION.programme, modules=VERSION.modules, items=VERSION.items,
        observed_tasks=VERSION.observed_tasks, blueprints=VERSION.blueprints, pass_rules=rules,
        media=VERSION.media,
    )  # fmt: skip


def _teach(world: World) -> None:
    """The class learns every kind of question, and may try the test again and again."""
    version = _with_many_tries()
    with world.database.write() as session:
        courses_actions.publish(session, version, LOADED.media)
        session.flush()
        cohort = session.scalars(select(Cohort).where(Cohort.id == world.cast["k1"])).one()
        cohort.version_id, cohort.programme_code = version.id, version.code


def _enrol(made: Crowd, keys: Keys) -> None:
    cast, commune = made.world.cast, made.world.cast["TBT"]
    faces = [(drawing, colour) for colour in list(colours())[3:5] for drawing in drawings()]
    with made.world.database.write() as session:
        for n, (given, device) in enumerate(zip(made.names, made.devices, strict=True)):
            name = f"Nguyễn Thị {given}"
            person, enrolment = uuid7(), uuid7()
            session.add(Person(id=person, commune_id=commune, full_name=name, sort_key=sort_key(name),
                               search_key=fold(name), birth_year=1960, sex="nu"))  # fmt: skip
            session.flush()
            session.add(Enrolment(
                id=enrolment, commune_id=commune, cohort_id=cast["k1"], person_id=person,
                picture=faces[n][0], colour=faces[n][1],
                pin_hmac=keys.digest("pin", f"{enrolment}:{PIN}"), pin_sealed=keys.seal(PIN, str(enrolment)),
                enrolled_on=TEN_PAST_NINE.date(),
            ))  # fmt: skip
            credential = f"TBT.credential-of-{device}"
            cast.device_credentials[device] = credential
            cast.ids[device] = uuid7()
            session.add(Device(id=cast.ids[device], commune_id=commune, label=device, kind="tablet",
                               credential_digest=keys.digest("device", credential)))  # fmt: skip


@dataclass
class Learner:
    """One learner at one tablet, who taps until told to stop."""

    crowd: Crowd
    number: int
    address: str
    dice: Random
    context: BrowserContext | None = None
    page: Page | None = None
    known: int = 0
    ids: dict[int, str] = field(default_factory=dict)
    """Row of the tablet's database → id of the act."""
    waiting_since: float = 0.0
    seen: dict[str, Any] = field(default_factory=dict)

    @property
    def is_secure(self) -> bool:
        """Whether the tablet's browser trusts the name, and so has a worker."""
        return "127.0.0.1" in self.address

    # Coming and going

    async def come(self, browser: Browser) -> None:
        """Take the tablet and open the player."""
        size = [(800, 1280), (360, 640), (1366, 768)][self.number % 3]
        self.context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]}, has_touch=True, locale="vi-VN",
            reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_default_timeout(10_000)
        credential = self.crowd.world.cast.device_credentials[self.crowd.devices[self.number]]
        await self.context.add_cookies(
            [{"name": "lms_device", "value": credential, "url": self.address}]
        )
        await self.context.add_init_script(AT_LOAD)
        await self.new_tab()

    async def new_tab(self) -> None:
        """A tab with the player in it."""
        assert self.context
        self.page = await self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", self._failed)
        self.page.on("crash", lambda _page: self._trouble("the tab crashed"))
        self.page.on("response", self._answered)
        await self.open()

    async def open(self) -> None:
        """Go to the player; the line may be cut."""
        assert self.page
        self.crowd.counts["loads"] += 1
        with suppress(Error):
            await self._asked()
            await self.page.goto(self.address + "/may-hoc", wait_until="commit", timeout=30_000)
        self.waiting_since = time.monotonic()

    async def _asked(self) -> None:
        """What follows is the learner's own wish."""
        assert self.page
        with suppress(Error, TimeoutError):
            asked = self.page.evaluate("() => { window.soakAsked = Date.now(); }")
            await asyncio.wait_for(asked, 5)

    def _heard(self, said: ConsoleMessage) -> None:
        word, _, rest = said.text.partition(" ")
        if word == "soak":
            name = rest.partition(" ")[0]
            self.crowd.counts[name] += 1
            if name == "reloaded":
                self._trouble(rest)

    def _failed(self, error: Error) -> None:
        assert self.page
        if self.page.url.startswith("http"):
            self._trouble(f"script: {error} {(error.stack or '').splitlines()[1:3]}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self._trouble(f"{response.status} {response.request.method} {response.url}")

    def _trouble(self, words: str) -> None:
        self.crowd.troubles.append(f"{self.crowd.devices[self.number]}: {words}")

    # Looking

    async def look(self) -> dict[str, Any]:
        """The screen and what the tablet's database says; claims are judged at once."""
        assert self.page
        seen: dict[str, Any] = {"app": False}
        with suppress(Error, TimeoutError):
            seen = await asyncio.wait_for(self.page.evaluate(LOOK, self.known), 20)
        self.seen = seen
        if not seen["app"]:
            return seen
        for n, key, text in seen["rows"]:
            self.known, self.ids[n] = max(self.known, n), key
            self.crowd.shown[key] = text
        self.crowd.counts["samples"] += 1
        if seen["alarm"]:
            self.crowd.counts[f"alarm “{seen['alarm']}”"] += 1
        await self._judge(seen)
        return seen

    async def _judge(self, seen: dict[str, Any]) -> None:
        """What is called home must be in the service's store at this moment."""
        home = {self.ids[n] for n in seen["home"] if n in self.ids}
        false = self.crowd.are_stored(home)
        if false:
            self.crowd.counts["false ✔"] += len(false)
            self._trouble(f"called home and is not: {sorted(false)}")
        if seen["corner"] != "Đã về xã" or not seen["newest"]:
            return
        self.crowd.counts["✔ seen"] += 1
        newest = seen["newest"][0]
        if not self.crowd.are_stored({newest}):
            return
        # A new act is given 400 ms before the screen speaks of it: what stands there longer is a claim.
        assert self.page
        await asyncio.sleep(1.5)
        with suppress(Error, TimeoutError):
            later = await asyncio.wait_for(self.page.evaluate(LOOK, self.known), 20)
            still = later.get("corner") == "Đã về xã" and (later["newest"] or [""])[0] == newest
            if still and self.crowd.are_stored({newest}):
                self.crowd.counts["false ✔"] += 1
                self._trouble(f"the screen says ✔ of {newest}")

    # Tapping

    async def tap(self, where: str) -> bool:
        """Touch what is there; False when there is nothing to touch."""
        assert self.page
        place = await self.page.evaluate(PLACE, where)
        if not place:
            return False
        await self.page.touchscreen.tap(*place)
        self.crowd.counts["taps"] += 1
        return True

    async def read(self) -> list[str]:
        """The answer on the screen."""
        assert self.page
        return list(await self.page.evaluate(READ))

    async def step(self) -> None:
        """Look, and do one thing."""
        seen = await self.look()
        if not seen["app"]:
            await asyncio.sleep(self.dice.uniform(1, 4))
            await self.open()
        elif seen["wait"]:
            if time.monotonic() - self.waiting_since > PATIENCE:
                await self.open()
        else:
            self.waiting_since = time.monotonic()
            await self._act(seen)

    async def _act(self, seen: dict[str, Any]) -> None:
        view = seen["view"]
        if seen["idle"]:
            await self.tap("dialog.entry-idle button")
        elif seen["resume"]:
            await self.tap("#main-action" if self.dice.random() < 0.9 else ".entry-ways button")
        elif not seen["turn"]:
            await self._come_in(view)
        elif self.dice.random() < 0.09:
            await self._odd()
        elif view in ("question", "lesson") and seen["prompt"]:
            await self._work(seen)
        else:
            await self._move(view)

    async def _come_in(self, view: str) -> None:
        assert self.page
        if view == "code":
            await self.page.fill("#f-code", "K1ABCD")
            await self.tap("#main-action")
        elif view == "faces":
            # Sometimes somebody else sits down here who has a tablet elsewhere.
            mine = self.dice.random() < 0.94
            name = self.crowd.names[self.number] if mine else self.dice.choice(self.crowd.names)
            face = self.page.locator(".person-tile__name").get_by_text(f"{name} N.", exact=True)
            await face.tap(timeout=5000)
            self.crowd.counts["taps"] += 1
        elif view == "pin":
            for digit in PIN:
                await self.tap(f'.pin__key[data-digit="{digit}"]')
            if await self.tap("#main-action"):
                self.crowd.counts["sign-ins"] += 1
        else:
            await self._asked()
            await self.tap("#main-action")

    async def _odd(self) -> None:
        """What nobody asked for."""
        assert self.page
        how = self.dice.choice(["back", "back", "reload", "close", "next", "help"])
        self.crowd.counts[how] += 1
        await self._asked()
        if how == "reload":
            with suppress(Error):
                await self.page.reload(wait_until="commit", timeout=30_000)
            self.waiting_since = time.monotonic()
        elif how == "close":
            await self._close()
        elif how == "back":
            await self.page.evaluate("() => history.back()")
        else:
            await self.tap(".next-person" if how == "next" else ".call")

    async def _close(self) -> None:
        assert self.page
        await self.page.close()
        await self.new_tab()

    async def _move(self, view: str) -> None:
        ways = {
            "home": [".next-step button", "#main-action", "#main-action", ".way__link", ".fact__link"],
            "tests": ["#main-action", "#main-action", ".learner-main .button--quiet"],
            "result": ["#main-action", ".learner-back"],
            "review": ["#main-action", "#main-action", ".numbers__one"],
        }.get(view, ["#main-action"])  # fmt: skip
        if not await self.tap(self.dice.choice(ways)) and not await self.tap("#main-action"):
            await self.tap(".learner-back")

    # Working

    async def _work(self, seen: dict[str, Any]) -> None:
        item = BY_PROMPT.get(seen["prompt"])
        answers = seen["main"].startswith("Trả lời")
        attempt = str(seen["params"].get("attempt", ""))
        practice = not attempt or "Làm thử" in seen["label"]
        phone = item is not None and item.kind == "simulation"
        done = practice and not answers and not phone
        if item is None or done or (not answers and seen["read"] and self.dice.random() < 0.7):
            await self._move(seen["view"])
            return
        response = (right if self.dice.random() < 0.5 else wrong)(item)
        key = (attempt, item.id)
        if not await self._respond(item.kind, response, None if practice and not phone else key):
            return
        if answers:
            await self._answer(key)
        elif self.dice.random() < 0.15:
            await self.tap(".learner-back")
        else:
            await self.tap("#main-action")

    async def _answer(self, key: tuple[str, str]) -> None:
        """Press "Trả lời"; what the screen then comments on is the answer."""
        assert self.page
        given = await self.read()
        if key[0] and given:
            self.crowd.tapped[key] = [*self.crowd.tapped.get(key, []), given]
        await self.page.evaluate(f"() => {{ for (const one of [{TOLD}]) if (one) one.id = ''; }}")
        await self.tap("#main-action")
        for _wait in range(40):
            await asyncio.sleep(0.1)
            if await self.page.evaluate(f"() => Boolean({TOLD})"):
                if key[0] and given:
                    self.crowd.tapped[key] = [given]
                return

    async def _respond(self, kind: str, response: list[str], key: tuple[str, str] | None) -> bool:
        """Tap it part by part; False when the tab was closed in the middle of it."""
        assert self.page
        if kind in ("order", "match"):
            await self.tap("button[name=act][value=clear]") or await self.tap(".placed__out")
            await self._note(key)
        shown = await self.read()
        tokens = response
        if kind in ("multiple", "spot"):
            tokens = [one for one in [*response, *shown] if (one in response) != (one in shown)]
        elif kind == "simulation":
            tokens = response[len(shown) :] if response[: len(shown)] == shown else []
        for token in tokens:
            await self._touch(kind, token)
            if key and self.dice.random() < 0.01:
                self.crowd.counts["closed at a tap"] += 1
                was = self.crowd.tapped.get(key, [[]])
                self.crowd.tapped[key] = [*was, await self.read()]
                await self._asked()
                await self._close()
                return False
            await self._note(key)
        return True

    async def _note(self, key: tuple[str, str] | None) -> None:
        """What the screen shows after a tap of a test is the answer that has to count."""
        await asyncio.sleep(self.dice.uniform(0.05, 0.3))
        if key and key[0]:
            self.crowd.tapped[key] = [await self.read()]

    async def _touch(self, kind: str, token: str) -> None:
        assert self.page
        name, _mark, text = token.partition("=")
        if kind in ("single", "multiple"):
            await self.tap(f'label.answer input[value="{token}"] ~ .answer__text')
        elif kind == "spot":
            await self.tap(f'.spots__input[value="{token}"] ~ .spots__label')
        elif kind == "number":
            await self.page.fill(".fill__box", token)
        elif kind == "order":
            await self.tap(f'[name=act][value="pick:{token}"]')
        elif kind == "match":
            await self.tap(f'[name=act][value="hold:{name}"]')
            await self.tap(f'[name=act][value="pick:{text}"]')
        elif text:
            await self.page.fill(f'.phone__input[data-id="{name}"]', text)
        else:
            await self.tap(f'[name=act][value="tap:{name}"]')


def same(kind: str, one: list[str], other: list[str]) -> bool:
    """Whether two responses are one; choices have no order."""
    if kind in ("order", "simulation"):
        return one == other
    return json.dumps(sorted(one)) == json.dumps(sorted(other))
