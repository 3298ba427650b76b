"""The learner's tablet (/may-hoc), walked by tapping: opened, signed in to, handed to the next person.

The player draws its views itself, so nothing here waits for a page to load: only for what must be seen.
"""

import json
import re

from playwright.sync_api import Page, expect

from lms.ledger.models import Event
from tests.browser.conftest import TABLET, Visit, Visitor, World
from tests.cast import PIN

CODE, FACES, FACE = "#f-code", ".entry-faces", ".entry-faces .person-tile"
MAIN_BUTTON, NEXT_PERSON = "#main-action", ".next-person"
SECURE = "127.0.0.1"
"""Under this name browsers allow a worker and the camera (tier 2); elsewhere plain http is tier 0."""

KEPT = """async () => {
  // All that this browser keeps of this origin, as one text.
  const told = [localStorage, sessionStorage, history.state].map((one) => JSON.stringify(one));
  const answer = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  for (const { name } of await indexedDB.databases()) {
    const db = await answer(indexedDB.open(name));
    for (const table of db.objectStoreNames) {
      const rows = db.transaction(table).objectStore(table);
      told.push(table, JSON.stringify([await answer(rows.getAllKeys()), await answer(rows.getAll())]));
    }
    db.close();
  }
  return told.join(' ');
}"""


def kept(page: Page) -> str:
    """Everything that the browser keeps of the service, as text: databases, storages, this history entry."""
    return str(page.evaluate(KEPT))


def heading(page: Page, words: str) -> None:
    """The view's heading says this."""
    expect(page.locator("h1")).to_contain_text(words)


def enter_digits(page: Page, digits: str) -> None:
    """Type digits and go in."""
    type_digits(page, digits)
    page.locator(MAIN_BUTTON).tap()


def open_player(
    visit: Visit,
    world: World,
    tablet: str = "k1_may",
    size: dict[str, int] = TABLET,
    *,
    code: str = "K1ABCD",
    secure: bool = False,
) -> Visitor:
    """A tablet of the commune with the player open at the faces of its class.

    `tablet` "" is a browser that nobody enrolled; `code` "" leaves the player where it begins.
    """
    visitor = visit(size, has_touch=True)
    visitor.address = world.served.at(SECURE) if secure else world.address
    if tablet:
        visitor.be("lms_device", world.cast.device_credentials[tablet])
    page = visitor.go("/may-hoc")
    if code:
        enter_class(page, code)
    return visitor


def enter_class(page: Page, code: str = "K1ABCD") -> None:
    """The class code, on a tablet that stands in no class yet; the faces follow."""
    page.locator(f"{CODE}, {FACES}").first.wait_for()
    if page.locator(CODE).count():
        page.fill(CODE, code)
        page.locator(MAIN_BUTTON).tap()
    page.locator(FACES).wait_for()


def choose(page: Page, name: str = "Lan N.") -> None:
    """Tap one's own drawing and name."""
    page.locator(FACE, has_text=re.compile(re.escape(name))).tap()


def type_digits(page: Page, digits: str) -> None:
    """On the player's own keys."""
    page.locator(".pin__keys").wait_for()
    for digit in digits:
        page.locator(f'.pin__key[data-digit="{digit}"]').tap()


def sign_in(page: Page, name: str = "Lan N.", pin: str = PIN) -> None:
    """From the faces: drawing, four digits, in; returns when the learner's own first view is there."""
    choose(page, name)
    type_digits(page, pin)
    page.locator(MAIN_BUTTON).tap()
    page.locator(NEXT_PERSON).wait_for()


def next_person(page: Page) -> None:
    """Press "Người tiếp theo", from wherever one is; returns at the faces."""
    page.locator(NEXT_PERSON).tap()
    page.locator(FACES).wait_for()


def turns(world: World) -> list[tuple[str, str]]:
    """What the service was told of turns, in the order of arrival."""
    with world.database.read() as session:
        rows = session.query(Event).order_by(Event.received_at, Event.id)
        told = [json.loads(row.text) for row in rows]
    return [
        (one["type"], one["payload"].get("how", ""))
        for one in told
        if one["type"].startswith("turn.")
    ]
