"""The player's store and the model of tests/protocol take every answer alike.

The model is what a hundred thousand schedules are run with, so it has to be the same logic: both are given
the same acts, answers, restored services, weeks and reloads, and have to hold the same after each.
"""

from random import Random
from typing import Any
from uuid import uuid4

import pytest

from tests.browser.conftest import Visit, World
from tests.browser.store_page import StorePage, device_of, on_page, open_store
from tests.protocol.tablet import DAY, Answer, Kept, Tablet

pytestmark = pytest.mark.browser

STEPS = 60
BEGUN = 1_795_000_000_000
TAKE = """async ([state, only]) => {
  // The rows that the sender would put into its next call.
  const { senderRows } = await import('/assets/x/offline/js/store/batches.js');
  window.handed = await senderRows(state, -1, only ? new Set(only) : null, 5);
  return window.handed.map((row) => row.id);
}"""
ANSWERED = """async (body) => {
  // What the sender does with an answer to that call.
  const { isReceipt, takeReceipt } = await import('/assets/x/offline/js/store/receipts.js');
  if (isReceipt(body)) await takeReceipt(body, window.handed);
}"""
MAKE_ROOM = """async ([told, time]) => {
  const { hearGeneration } = await import('/assets/x/offline/js/store/receipts.js');
  const { purge } = await import('/assets/x/offline/js/store/room.js');
  await hearGeneration(told);
  await purge(time);
}"""
ROWS = "db.ask('events', (all) => all.getAll())"


class Pair:
    """A tablet twice: its store in Chromium, and the model of it."""

    def __init__(self, store: StorePage, dice: Random, world: World) -> None:
        self.store, self.dice, self.world = store, dice, world
        self.model = Tablet(device_of(world), dice, 5)
        self.generation, self.time = "g0", BEGUN
        self.attempts = [str(uuid4()) for _attempt in range(3)]
        self.offered_again: set[str] = set()
        """What lay in quarantine when the page was opened: the store calls it held until it is answered."""

    def write(self) -> None:
        """One to four acts, some of them of an attempt; sometimes an id that is there already."""
        for _act in range(self.dice.randint(1, 4)):
            attempt = self.dice.choice([None, *self.attempts])
            known = list(self.model.disk.events)
            key = self.dice.choice(known) if known and self.dice.random() < 0.1 else str(uuid4())
            self.store.write(1, id=key, attempt=attempt, segment="t1" if attempt else None)
            self.model.write({"id": key, "type": "help.asked", "payload": {}, "attempt": attempt})

    def send(self) -> None:
        """What waits goes into a call; of the answer both make the same."""
        state, only = self._turn()
        ids = self.store.js(TAKE, [state, only])
        batch = [self.model.disk.events[one] for one in ids]
        assert ids == [one.id for one in self._expected(state)][:5]
        body = self.answer(batch)
        self.store.js(ANSWERED, body)
        before = self.model.disk.meta.get("generation")
        self.model.receive(batch, Answer(200, body))
        self._forget_held_if_anew(before)
        if self.model.is_receipt(body):
            self.offered_again -= {e["id"] for e in body["events"] if e["index"] is not None}

    def _turn(self) -> tuple[str, list[int] | None]:
        """New acts first; then, in a round that offers again, what a box or the quarantine has."""
        for state in ("device", "box"):
            if self._expected(state):
                return state, None
        rows = self.store.js(ROWS)
        return "held", [row["n"] for row in rows if row["id"] in self.offered_again]

    def _expected(self, state: str) -> list[Kept]:
        held = self.offered_again
        rows = self.model.disk.events.values()
        if state == "held":
            return [one for one in rows if one.id in held]
        return [one for one in rows if one.state == state and one.id not in held]

    def answer(self, batch: list[Kept]) -> Any:
        """Stored, known already, only in a box, or unreadable: event by event; or no receipt at all."""
        if self.dice.random() < 0.15:
            return self.dice.choice(["<html>Wifi</html>", {"events": []}, {"status": 503}])
        fates = self.dice.choices(("stored", "duplicate", "quarantined"), (6, 2, 1), k=len(batch))
        events = [
            {"index": n, "id": one.id, "fate": fate, "reason": ""}
            for n, (one, fate) in enumerate(zip(batch, fates, strict=True))
        ]
        if self.dice.random() < 0.1:
            events = [{"index": None, "id": None, "fate": "quarantined", "reason": "too_large"}]
        confirmed = [one.id for one in batch if self.dice.random() < 0.8]
        return {"events": events, "confirmed": confirmed, "store_generation": self.generation,
                "server_time": self.time}  # fmt: skip

    def restore(self) -> None:
        """From now on the service names another generation."""
        self.generation = f"g{self.dice.randrange(10**6)}"

    def pass_days(self) -> None:
        """Days pass by the commune's clock, and a contact tells generation and time."""
        self.time += self.dice.randint(1, 8) * DAY
        before = self.model.disk.meta.get("generation")
        self.store.js(MAKE_ROOM, [self.generation, self.time])
        self.model.make_room(self.generation, self.time)
        self._forget_held_if_anew(before)

    def _forget_held_if_anew(self, before: str | None) -> None:
        """Another generation offers everything again, whatever it was."""
        if self.model.disk.meta.get("generation") != before:
            self.offered_again.clear()

    def reload(self) -> None:
        """The tab dies and comes back."""
        rows = self.model.disk.events.values()
        self.offered_again |= {one.id for one in rows if one.state == "held"}
        self.store.page.reload()
        self.store = on_page(self.store.page, self.world)
        self.model.open()

    def compare(self, after: str) -> None:
        """The same acts in the same order and state, and settled at the same time."""
        told = [
            (row["id"], row["state"], row["settled"] if row["state"] == "commune" else 0)
            for row in self.store.js(ROWS)
        ]
        kept = [
            (one.id, "held" if one.id in self.offered_again else one.state,
             one.confirmed_at if one.state == "commune" else 0)
            for one in self.model.disk.events.values()
        ]  # fmt: skip
        assert told == kept, after


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(n, marks=pytest.mark.long) for n in range(2, 41))]
)
def test_store_and_model_hold_the_same_after_whatever_happens(
    visit: Visit, world: World, seed: int
) -> None:
    dice = Random(seed)
    tablet = visit()
    tablet.expected.add(404)
    pair = Pair(open_store(tablet, world), dice, world)
    acts = (pair.write, pair.send, pair.restore, pair.pass_days, pair.reload)
    for _step in range(STEPS):
        act = dice.choices(acts, (8, 12, 2, 3, 2))[0]
        act()
        pair.compare(act.__name__)
    assert pair.model.shown_home
