"""The store of the player alone in a page: its modules, without the views that use them."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from lms.ledger.models import Event
from tests.browser.conftest import Visitor, World

OPEN = """async ([tablet, started]) => {
  const load = (name) => import(`/assets/x/offline/js/${name}.js`);
  window.base = await load('base/state');
  window.clock = await load('store/clock');
  window.sender = await load('store/sender');
  window.tally = (await load('store/tally')).tally;
  window.db = await load('store/database');
  window.store = await load('store/index');
  base.set({ tablet });
  window.ask = (n, more = {}) => store.write(Array.from({ length: n }, () => ({ ...window.act, ...more })));
  const opened = await store.openStore();
  if (started) store.startSender();
  return opened;
}"""


@dataclass
class StorePage:
    """A tablet of class K1 whose page holds the store and nothing else."""

    world: World
    page: Page
    opened: dict[str, Any]

    def js(self, code: str, value: Any = None) -> Any:
        """The result of an expression (or of a function of `value`) in the page."""
        return self.page.evaluate(code, value)

    def write(self, count: int = 1, **more: Any) -> list[dict[str, Any]]:
        """Write acts of Lan's and wait until the store calls them saved."""
        return list(self.js("([n, more]) => ask(n, more)", [count, more]))

    def ids(self, count: int = 1, **more: Any) -> list[str]:
        """The ids of acts just written."""
        return [event["id"] for event in self.write(count, **more)]

    def counts(self) -> dict[str, Any]:
        """How many are where."""
        return dict(self.js("store.counts()"))

    def until(self, condition: str, seconds: float = 60) -> None:
        """Wait for a condition in the page; its policy lets no waiting code be made there."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"{condition}: {self.counts()}"
            self.page.wait_for_timeout(40)

    def state(self, ids: Iterable[str]) -> str:
        """The state of the act that is least far."""
        return str(self.js("ids => store.stateOf(ids)", list(ids)))

    def drained(self) -> None:
        """Send, and wait until nothing is left to send."""
        self.js("store.kick()")
        self.until("store.counts().device === 0 && store.counts().unsaved === 0")


def open_store(
    visitor: Visitor, world: World, *, sending: bool = False, device: str = "k1_may"
) -> StorePage:
    """Open the player's document without its program, and the store in it."""
    alone(visitor.context)
    visitor.be("lms_device", world.cast.device_credentials[device])
    visitor.go("/may-hoc")
    return on_page(visitor.page, world, sending=sending, device=device)


def alone(context: BrowserContext) -> None:
    """Leave the joined program out: a second store in one page would send too.

    And what asks for the page again when the program does not come.
    """
    empty = {"content_type": "text/javascript", "body": ""}
    for name in ("player.js", "js/wait.js"):
        context.route(f"**/offline/{name}", lambda route: route.fulfill(**empty))  # type: ignore[arg-type]  # The two are texts.


def on_page(
    page: Page, world: World, *, sending: bool = False, device: str = "k1_may"
) -> StorePage:
    """The store in a page that shows the player's document already."""
    cast = world.cast
    act = {"type": "help.asked", "payload": {}, "class": str(cast["k1_buoi"]),
           "learner": str(cast["hv_lan"])}  # fmt: skip
    page.evaluate(f"window.act = {json.dumps(act)}")
    tablet = {"device": {"id": str(cast[device]), "label": "Máy 07"}, "commune": {"code": "TBT"}}
    return StorePage(world, page, page.evaluate(OPEN, [tablet, sending]))


def stored(world: World) -> dict[str, str]:
    """What the service holds of the tablet: id → text."""
    with world.database.read() as session:
        rows = session.execute(
            select(Event.id, Event.text).where(Event.device_id == world.cast["k1_may"])
        )
        return {str(row.id): row.text for row in rows}


def device_of(world: World) -> UUID:
    """The id of the tablet."""
    return world.cast["k1_may"]
