"""A tablet of the cast that writes an attempt's events, and hands them over in any order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from assessments import rules
from lms.cohorts import claims
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.ledger.actions import accept
from lms.ledger.projector import Counts, project_pending
from lms.ledger.rules import millis, verbatim
from tests.cast import OPENED, Cast
from tests.factories.content import small_version

VERSION = small_version()
MINUTE = timedelta(minutes=1)


def right(item: str) -> list[str]:
    """The key of an item."""
    return sorted(VERSION.item(item).right_options)


def wrong(item: str) -> list[str]:
    """One option that is not right."""
    return [next(option.id for option in VERSION.item(item).options if not option.right)]


@dataclass
class Tablet:
    """Writes events of one attempt; `texts` are in the order they were made."""

    cast: Cast
    learner: str = "lan"
    meeting: str = "k1_buoi"
    device: str = "k1_may"
    sitting: str | None = "k1_thi"
    kind: str = "certifying"
    segment: str | None = None
    attempt: UUID = field(default_factory=uuid7)
    seed: str = "hat-giong"
    at: datetime = OPENED + 10 * MINUTE
    epoch: str = "e1"
    texts: list[str] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)
    last: str | None = None
    parent: str | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """The items of the form that the seed draws."""
        blueprint = VERSION.blueprint(self.kind, "basic")
        return rules.draw_form(VERSION, blueprint, self.seed).item_ids

    def write(self, kind: str, payload: dict[str, Any], **more: Any) -> str:
        """Write one event a minute after the one before; returns its id."""
        event_id = str(uuid7())
        body = {
            "v": 1, "id": event_id, "device": str(self.cast[self.device]), "epoch": self.epoch,
            "seq": len(self.texts), "class": str(self.cast[self.meeting]),
            "learner": str(self.cast[f"hv_{self.learner}"]), "attempt": str(self.attempt),
            "segment": self.segment, "parent": self.parent, "content": VERSION.content_hash,
            "type": kind, "payload": payload, "at": millis(self.at),
        } | more  # fmt: skip
        self.texts.append(verbatim(body))
        self.at += MINUTE
        self.last, self.parent = event_id, None
        return event_id

    def start(self, **more: Any) -> "Tablet":
        """attempt.started."""
        payload = {"kind": self.kind, "level": "basic", "seed": self.seed}
        if self.sitting:
            payload["sitting"] = str(self.cast[self.sitting])
        self.write("attempt.started", payload | more)
        return self

    def answer(self, item: str, response: Sequence[str]) -> "Tablet":
        """answer.given."""
        self.given[item] = list(response)
        self.write("answer.given", {"item": item, "response": list(response)})
        return self

    def answer_all(self, mistakes: int = 0) -> "Tablet":
        """Answer every item, the first `mistakes` wrongly."""
        for n, item in enumerate(self.items):
            self.answer(item, wrong(item) if n < mistakes else right(item))
        return self

    def submit(self) -> "Tablet":
        """attempt.submitted, over everything this tablet holds."""
        hashed = rules.answers_hash(self.given)
        self.write("attempt.submitted", {"count": len(self.given), "hash": hashed})
        return self

    def other(self, device: str, segment: str) -> "Tablet":
        """The same attempt taken up on another tablet, which goes on from the last event here."""
        return Tablet(
            self.cast, self.learner, self.meeting, device, self.sitting, self.kind, segment,
            self.attempt, self.seed, self.at, given=dict(self.given), parent=self.last,
        )  # fmt: skip


def whole(cast: Cast, mistakes: int = 0, **fields: Any) -> Tablet:
    """A complete certifying attempt."""
    return Tablet(cast, **fields).start().answer_all(mistakes).submit()


def deliver(
    database: Database, cast: Cast, texts: Iterable[str], device: str = "k1_may",
    now: datetime | None = None,
) -> Counts:  # fmt: skip
    """Hand texts over as one batch and project them."""
    commune = cast["TBT"]
    with clock.frozen(now or OPENED + timedelta(days=30)):
        with database.write() as session:
            receipt = accept(session, commune, cast[device], list(texts), clock.now())
            assert all(fate.outcome == "stored" for fate in receipt.fates), receipt
        return project_pending(database, commune)


def confirm(database: Database, cast: Cast, learner: str = "lan", meeting: str = "k1_buoi") -> None:
    """A trainer confirms what tablets told of a learner in a meeting: it is a claim before that."""
    with database.write() as session:
        people = [cast[f"hv_{learner}"]]
        claims.decide(session, system(cast["TBT"]), cast[meeting], people, claims.CONFIRMED)
