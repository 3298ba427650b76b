"""Tablets that break one rule each. A suite that does not catch them would not catch the real ones either."""

import json
from collections.abc import Sequence
from typing import Any

from lms.core.ids import uuid7
from tests.protocol.tablet import KEEP_CONFIRMED, Answer, Disk, Kept, Tablet


class DeletesOnAnswer(Tablet):
    """Whatever the service has stored is thrown away at once."""

    def receive(self, batch: Sequence[Kept], answer: Answer) -> None:
        super().receive(batch, answer)
        for kept in batch:
            if kept.state == "commune":
                self.disk.events.pop(kept.id, None)


class ClearsOnSignOut(Tablet):
    """The next person begins with an empty tablet."""

    def sign_out(self) -> None:
        super().sign_out()
        self.disk.events.clear()


class IgnoresTheGeneration(Tablet):
    """A restored store is taken for the one that confirmed."""

    def check_generation(self, told: str | None) -> None:
        self.disk.meta["generation"] = told


class BelievesEveryAnswer(Tablet):
    """A 200 is a receipt, whoever gave it."""

    def on_failure(self, batch: Sequence[Kept], answer: Answer) -> None:
        if answer.status == 200:
            for kept in batch:
                kept.state = "commune"
                self.shown_home.add(kept.id)


class GivesUpOnErrors(Tablet):
    """What the service refused is thrown away."""

    def on_failure(self, batch: Sequence[Kept], answer: Answer) -> None:
        if answer.status >= 400:
            for kept in batch:
                self.disk.events.pop(kept.id, None)


class SaysSavedTooEarly(Tablet):
    """'Đã lưu' is shown when the write is asked for."""

    def show_before_commit(self, event_id: str) -> None:
        self.shown_saved.add(event_id)


class ForgetsTheUnsaved(Tablet):
    """What could not be saved is gone with its message."""

    def remember_unsaved(self, draft: dict[str, Any]) -> None:
        """Nothing is remembered."""


class MakesIdsAnew(Tablet):
    """A repeated tap is another event."""

    def retry_unsaved(self) -> None:
        for draft in self.unsaved:
            draft["id"] = str(uuid7())
        super().retry_unsaved()


class WritesTheTextAnew(Tablet):
    """The event is put into words again for each sending, with the time of the sending."""

    def texts(self, batch: Sequence[Kept]) -> list[str]:
        self.clock += 1
        return [json.dumps(json.loads(kept.text) | {"at": self.clock}) for kept in batch]


class PurgesByItsOwnClock(Tablet):
    """A week by the tablet's clock, which jumps."""

    def purge(self, server_time: int) -> None:
        for kept in list(self.disk.events.values()):
            if kept.state == "commune" and self.clock - kept.confirmed_at >= KEEP_CONFIRMED:
                del self.disk.events[kept.id]


class PurgesWithoutAsking(Tablet):
    """A week by an honest clock, but without asking whether the store is still the same."""

    def make_room(self, told: str, server_time: int) -> None:
        self.purge(server_time)


class PurgesTheEnds(Tablet):
    """A week later nothing of an attempt is left to go on from."""

    def purge(self, server_time: int) -> None:
        for kept in list(self.disk.events.values()):
            if kept.state == "commune" and server_time - kept.confirmed_at >= KEEP_CONFIRMED:
                del self.disk.events[kept.id]


class PurgesTheSent(Tablet):
    """What was sent may go, confirmed or not."""

    def purge(self, server_time: int) -> None:
        super().purge(server_time)
        for kept in list(self.disk.events.values()):
            if kept.state == "held":
                del self.disk.events[kept.id]


class ConfirmsTheWholeBatch(Tablet):
    """One answer stands for all events of the batch."""

    def settle(
        self, batch: Sequence[Kept], fate: dict[str, Any], confirmed: set[str], at: int
    ) -> None:
        super().settle(batch, fate, {kept.id for kept in batch}, at)
        for kept in batch:
            kept.state, kept.confirmed_at = "commune", at
            self.shown_home.add(kept.id)


class CountsOnFromNothing(Tablet):
    """The counter begins anew after a reload, in the epoch of before."""

    def new_epoch(self) -> str:
        return "e1"


class ForgetsTheParent(Tablet):
    """A resumed attempt names nothing that it goes on from."""

    def parent_of(self, attempt: str) -> str | None:
        return None


class GoesOnFromTheStart(Tablet):
    """A resumed attempt goes on from its first event."""

    def parent_of(self, attempt: str) -> str | None:
        own = [k.id for k in self.disk.events.values() if json.loads(k.text)["attempt"] == attempt]
        return own[0] if own else super().parent_of(attempt)


class KeepsTheSegment(Tablet):
    """A segment goes on over reloads, while its counter begins anew."""

    def begin_turn(self) -> None:
        super().begin_turn()
        self.turn = "t1"


class OrdersByClock(Tablet):
    """The counter is the clock."""

    def text_of(self, draft: dict[str, Any]) -> str:
        self.seq = self.clock // 60_000
        self.clock += 60_000
        return super().text_of(draft)


class BlindToEmptying(Tablet):
    """A new database is taken for the first one."""

    def open(self) -> None:
        super().open()
        self.emptied = False


class LosesItsDatabase(Tablet):
    """The update of the page makes the database anew."""

    def open(self) -> None:
        if getattr(self, "disk", None) and len(self.disk.events) > 3:
            self.disk = Disk(meta=dict(self.disk.meta))
        super().open()


class WaitsForTheFirst(Tablet):
    """What the service cannot read yet stands in the way of all that follows."""

    def batch(self) -> list[Kept]:
        first = [kept for kept in self.disk.events.values() if kept.state != "commune"][:1]
        return [] if first and first[0].state == "held" else super().batch()


BUGS: tuple[type[Tablet], ...] = (
    DeletesOnAnswer, ClearsOnSignOut, IgnoresTheGeneration, BelievesEveryAnswer, GivesUpOnErrors,
    SaysSavedTooEarly, ForgetsTheUnsaved, MakesIdsAnew, WritesTheTextAnew, PurgesByItsOwnClock,
    PurgesWithoutAsking, PurgesTheEnds, PurgesTheSent, ConfirmsTheWholeBatch, CountsOnFromNothing,
    ForgetsTheParent,
    GoesOnFromTheStart, KeepsTheSegment, OrdersByClock, BlindToEmptying, LosesItsDatabase,
    WaitsForTheFirst,
)  # fmt: skip
