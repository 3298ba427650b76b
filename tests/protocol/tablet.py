"""A model of a tablet's store and sender: the rules of the player's `js/store/`, without a browser.

It is the same logic in as few lines as possible, so that a hundred thousand schedules of faults can be run
against the real service. What it does is written in docs/offline.md; a planted bug is a subclass that
breaks one rule (see bugs.py).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from lms.core.ids import uuid7

DAY = 24 * 3600 * 1000
KEEP_CONFIRMED = 7 * DAY
MAX_EVENTS = 100
MAX_BYTES = 64 * 1024


class NotSaved(Exception):
    """The write did not complete: nothing may be shown as saved. Its argument is the draft's id."""


class Killed(Exception):
    """The tab died in the middle of something."""


@dataclass
class Kept:
    """One event as the tablet's database holds it; `state`: device, box, commune or held."""

    id: str
    text: str
    state: str = "device"
    confirmed_at: int = 0
    """Server time of the confirmation, in milliseconds."""


@dataclass
class Answer:
    """What came back of a call; status 0: nothing came back."""

    status: int
    body: Any = None


@dataclass
class Disk:
    """What survives a crash, a reload and a reboot. Only the system's own cleaning empties it."""

    events: dict[str, Kept] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)


class Tablet:
    """One tablet of the commune. `clock` is its own idea of the time, which may jump by years."""

    def __init__(self, device: UUID, dice: Random, size: int = MAX_EVENTS) -> None:
        self.device, self.dice, self.size = str(device), dice, size
        self.disk, self.clock, self.marker = Disk(), 1_795_000_000_000, False
        self.emptied = False
        self.shown_saved: set[str] = set()
        self.shown_home: set[str] = set()
        """Ids that the screen has shown as 'đã về xã'."""
        self.history: dict[str, str] = {}
        """The truth, which no tablet has: everything that was ever durable on it, id → text."""
        self.open()

    # Opening and dying

    def open(self) -> None:
        """Load, reload, reboot: memory is gone, the counter begins anew in an epoch of its own."""
        self.epoch = self.new_epoch()
        self.seq = 0
        self.unsaved: list[dict[str, Any]] = []
        self.begin_turn()
        self.emptied = self.emptied or (self.marker and "born" not in self.disk.meta)
        self.disk.meta.setdefault("born", True)
        self.marker = True
        # What the commune could not read is offered again at each start, never in the way of the rest.
        for kept in self.disk.events.values():
            kept.state = "device" if kept.state == "held" else kept.state

    def new_epoch(self) -> str:
        """A random word at each opening."""
        return f"e{self.dice.getrandbits(60):x}"

    # Writing

    def draft(self, kind: str, payload: dict[str, Any], **names: str | None) -> dict[str, Any]:
        """An event on its way; it gets its id here and keeps it through every try."""
        return {"id": str(uuid7()), "type": kind, "payload": payload, **names}

    def write(self, draft: dict[str, Any], fate: str = "ok") -> str:
        """One durable transaction. `fate`: ok, abort, late, killed-before or killed-after the commit."""
        text = self.text_of(draft)
        if fate == "late":
            # Three seconds are over, the screen says 'chưa lưu', and then the commit comes through.
            self.commit(draft["id"], text)
        if fate in ("abort", "late"):
            self.remember_unsaved(draft)
            self.show_after_abort(draft["id"])
            raise NotSaved(draft["id"])
        if fate == "killed-before":
            self.show_before_commit(draft["id"])
            raise Killed
        self.commit(draft["id"], text)
        if fate == "killed-after":
            raise Killed
        self.shown_saved.add(draft["id"])
        self.unsaved = [one for one in self.unsaved if one["id"] != draft["id"]]
        return str(draft["id"])

    def commit(self, event_id: str, text: str) -> None:
        """The database holds the event from here on; the same id twice is once."""
        self.disk.events.setdefault(event_id, Kept(event_id, text))
        self.history.setdefault(event_id, text)

    def text_of(self, draft: dict[str, Any]) -> str:
        """The verbatim text, made once when the event is written."""
        self.seq += 1
        return json.dumps(
            {
                "v": 1, "id": draft["id"], "device": self.device, "epoch": self.epoch,
                "seq": self.seq, "class": draft.get("class_"), "learner": draft.get("learner"),
                "attempt": draft.get("attempt"), "segment": draft.get("segment"),
                "parent": draft.get("parent"), "content": draft.get("content"),
                "type": draft["type"], "payload": draft["payload"], "at": self.clock,
                "offset": 0, "mono": self.seq, "app": "mo-hinh",
            },
            ensure_ascii=False,
        )  # fmt: skip

    def remember_unsaved(self, draft: dict[str, Any]) -> None:
        """'Chưa lưu': it stays in memory and is tried again."""
        if draft["id"] not in {one["id"] for one in self.unsaved}:
            self.unsaved.append(draft)

    def show_after_abort(self, event_id: str) -> None:
        """Nothing is shown as saved."""

    def show_before_commit(self, event_id: str) -> None:
        """Nothing is shown as saved."""

    # Working in an attempt

    def act(
        self, attempt: str, kind: str, payload: dict[str, Any], fate: str = "ok", **names: str
    ) -> str:
        """An event of an attempt: until one of this turn is durable, each names the last known event."""
        parent = None if attempt in self.rooted else self.parent_of(attempt)
        draft = self.draft(
            kind, payload, attempt=attempt, segment=self.turn, parent=parent, **names
        )
        written = self.write(draft, fate)
        self.rooted.add(attempt)
        return written

    def retry_unsaved(self) -> None:
        """The tap is made again: the same ids."""
        for draft in list(self.unsaved):
            self.write(draft)
            if draft.get("attempt"):
                self.rooted.add(draft["attempt"])

    def begin_turn(self) -> None:
        """Somebody sits down. A turn is a segment of its own and lives in one epoch."""
        self.turn = f"t{self.dice.getrandbits(60):x}"
        self.rooted: set[str] = set()

    def parent_of(self, attempt: str) -> str | None:
        """The last event of the attempt that this tablet knows: its own, or the one the desk named."""
        last, seen = self.disk.meta.get(f"desk:{attempt}", (None, frozenset()))
        own = [
            kept.id for kept in self.disk.events.values()
            if kept.id not in seen and json.loads(kept.text)["attempt"] == attempt
        ]  # fmt: skip
        return own[-1] if own else last

    def take_up(self, attempt: str, last: str | None, seen: frozenset[str]) -> None:
        """What the desk says of an attempt: the event to go on from, and all that it has read."""
        self.disk.meta[f"desk:{attempt}"] = (last, seen)

    def sign_out(self) -> None:
        """'Người tiếp theo' begins another turn and never touches the outbox."""
        self.begin_turn()

    # Sending

    def waiting(self) -> list[Kept]:
        """What the commune has not answered for good, oldest first."""
        return [one for one in self.disk.events.values() if one.state in ("device", "box")]

    def batch(self) -> list[Kept]:
        """At most so many events and bytes."""
        chosen: list[Kept] = []
        room = MAX_BYTES
        for one in self.waiting():
            room -= len(one.text.encode())
            if len(chosen) == self.size or (chosen and room < 0):
                break
            chosen.append(one)
        return chosen

    def texts(self, batch: Sequence[Kept]) -> list[str]:
        """The texts as they were written."""
        return [one.text for one in batch]

    def receive(self, batch: Sequence[Kept], answer: Answer) -> None:
        """Read the answer event by event; on anything else nothing changes."""
        if answer.status != 200 or not self.is_receipt(answer.body):
            self.on_failure(batch, answer)
            return
        self.check_generation(answer.body["store_generation"])
        confirmed = set(answer.body["confirmed"])
        for fate in answer.body["events"]:
            self.settle(batch, fate, confirmed, answer.body["server_time"])

    def is_receipt(self, body: Any) -> bool:
        """A hall's sign-in page may answer in the service's place."""
        return isinstance(body, dict) and {"events", "confirmed", "store_generation"} <= body.keys()

    def on_failure(self, batch: Sequence[Kept], answer: Answer) -> None:
        """Wait and send the same again."""

    def settle(
        self, batch: Sequence[Kept], fate: dict[str, Any], confirmed: set[str], at: int
    ) -> None:
        """One fate; an entry without an index speaks of the body as a whole."""
        if fate["index"] is None:
            return
        kept = self.disk.events.get(batch[fate["index"]].id)
        if kept is None:
            return
        if fate["fate"] == "quarantined":
            kept.state = "held"
        elif kept.id in confirmed:
            kept.state, kept.confirmed_at = "commune", at
            self.shown_home.add(kept.id)
        else:
            kept.state = "box"

    def check_generation(self, told: str | None) -> None:
        """A restored store: everything that is still kept is offered again."""
        if told != self.disk.meta.get("generation"):
            for kept in self.disk.events.values():
                kept.state = "device"
            self.disk.meta["generation"] = told

    def make_room(self, told: str, server_time: int) -> None:
        """After an answer has told generation and time together, and in that order."""
        self.check_generation(told)
        self.purge(server_time)

    def purge(self, server_time: int) -> None:
        """Only what the commune confirmed at least seven days ago by the commune's own clock.

        The last event of an attempt stays: whoever resumes it without network goes on from there.
        """
        ends = {json.loads(kept.text)["attempt"]: kept.id for kept in self.disk.events.values()}
        ends.pop(None, None)
        for kept in list(self.disk.events.values()):
            is_old = server_time - kept.confirmed_at >= KEEP_CONFIRMED
            if kept.state == "commune" and is_old and kept.id not in ends.values():
                del self.disk.events[kept.id]
