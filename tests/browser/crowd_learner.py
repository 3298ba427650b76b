"""A learner who taps for themselves.

A learner here looks at the screen, does what the screen is for, and now and then what nobody asked for: Back,
reload, closing the tab in the middle, "Người tiếp theo".
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response

from tests.assessments.kinds import right, wrong
from tests.browser.crowd import Crowd
from tests.browser.crowd_screen import ANSWERED, AT_LOAD, LOOK, PLACE, TOLD
from tests.browser.learning import BY_PROMPT
from tests.cast import PIN

PATIENCE = 25.0
"""Seconds after which somebody reloads a page that only says "Đang mở lớp…"."""


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
        # The page that was there leaves only when an answer has come over the line.
        await self._asked(PATIENCE)
        try:
            await self.page.goto(self.address + "/may-hoc", wait_until="commit", timeout=20_000)
        except Error:
            await self._asked(0)
        self.waiting_since = time.monotonic()

    async def _asked(self, seconds: float = 8) -> None:
        """What follows within these seconds is the learner's own wish; 0 takes it back."""
        assert self.page
        with suppress(Error, TimeoutError):
            asked = "(seconds) => { window.soakAsked = seconds && Date.now() + seconds * 1000; }"
            await asyncio.wait_for(self.page.evaluate(asked, seconds), 5)

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
        if false - self.crowd.false:
            self.crowd.counts["false ✔"] += len(false - self.crowd.false)
            self._trouble(f"called home and is not: {sorted(false - self.crowd.false)}")
            self.crowd.false |= false
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
        """Touch what is there; False when there is nothing to touch, or the main button says something else."""
        assert self.page
        words = self.seen.get("main", "") if where == "#main-action" else ""
        place = await self.page.evaluate(PLACE, [where, words])
        if not place:
            return False
        await self.page.touchscreen.tap(*place)
        self.crowd.counts["taps"] += 1
        return True

    async def read(self) -> list[str] | None:
        """The answer on the screen, or None when another question stands there than was last seen."""
        assert self.page
        where, given = await self.page.evaluate(ANSWERED)
        seen = [self.seen["prompt"], self.seen["label"], self.seen["params"].get("attempt")]
        return list(given) if where == seen else None

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
        if how == "reload":
            await self._asked(PATIENCE)
            try:
                await self.page.reload(wait_until="commit", timeout=20_000)
            except Error:
                await self._asked(0)
            self.waiting_since = time.monotonic()
        elif how == "close":
            await self._close()
        elif how == "back":
            await self._asked()
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
        if bool(attempt) == seen["label"].startswith("Màn"):
            return  # Back was pressed: the history is at another view than the screen still shows.
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
        if shown is None:
            return False
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
                now = await self.read()
                self.crowd.tapped[key] = [*was, *([] if now is None else [now])]
                await self._asked()
                await self._close()
                return False
            await self._note(key)
        return True

    async def _note(self, key: tuple[str, str] | None) -> None:
        """What the screen shows after a tap of a test is the answer that has to count."""
        await asyncio.sleep(self.dice.uniform(0.05, 0.3))
        now = await self.read() if key and key[0] else None
        if key and now is not None:
            self.crowd.tapped[key] = [now]

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
