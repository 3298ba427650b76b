"""A commune and a laptop of it, each on its own SQLite, for what travels between them."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import classroom, devices
from lms.cohorts.signals import ElsewhereAsked, HeldElsewhere
from lms.core import clock, signals
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.ledger import generation, store
from lms.ledger.actions import accept
from lms.ledger.models import Event
from lms.ledger.rules import millis
from lms.offline.box import giving, seal, starting, wire
from lms.offline.box.bundles import make_bundles
from lms.offline.box.counting import Progress, progress
from lms.offline.box.here import require_box
from lms.offline.box.models import Box, BoxFate
from lms.offline.box.receipts import Taken, take_receipt
from lms.offline.box.receiving import Received, receive
from tests.cast import Cast, build_cast


@dataclass
class Boxes:
    """Both sides; class K1 is at the box."""

    cast: Cast
    commune: Database
    settings: Settings
    keys: Keys
    box: Database
    box_settings: Settings
    box_keys: Keys
    box_id: UUID

    @property
    def id(self) -> UUID:
        """The commune."""
        return self.cast["TBT"]

    @property
    def trainer(self) -> Actor:
        """Trang, who teaches K1."""
        cohorts = frozenset({self.cast["k1"]})
        return Actor(Role.TRAINER, self.id, self.cast["trang"], cohort_ids=cohorts)

    def tablet(self, label: str = "Máy 01") -> UUID:
        """A tablet that is enrolled at the box."""
        with self.box.write() as session:
            return devices.enrol_device(session, self.trainer, self.box_keys, label)[0].id

    def open_class(self) -> None:
        """The trainer opens the meeting on the box."""
        with self.box.write() as session:
            classroom.open_session(session, self.trainer, self.cast["k1_buoi"])

    def close_class(self) -> None:
        """The trainer ends the meeting on the box."""
        with self.box.write() as session:
            classroom.close_session(session, self.trainer, self.cast["k1_buoi"])

    def work(self, device: UUID, numbers: Sequence[int], epoch: str = "e1") -> list[str]:
        """A tablet's events arrive at the box; returns their texts."""
        texts = [event_text(self.cast, device, n, epoch) for n in numbers]
        with self.box.write() as session:
            receipt = accept(session, self.id, device, texts, clock.now())
        assert len(receipt.confirmed) == len(texts)
        return texts

    def bundles(self) -> list[bytes]:
        """All that waits at the box, as files."""
        with self.box.write() as session:
            return make_bundles(session, self.box_keys)

    def receive(self, raw: bytes) -> Received:
        """The commune takes a file in."""
        return receive(self.commune, self.keys, raw, system(self.id), self.id)

    def take(self, receipt: bytes) -> Taken:
        """The box takes a receipt."""
        with self.box.write() as session:
            return take_receipt(session, self.box_keys, receipt)

    def sync(self) -> None:
        """Everything goes home and is confirmed."""
        for raw in self.bundles():
            self.take(self.receive(raw).receipt)

    def progress(self) -> Progress:
        """What the box says of itself."""
        with self.box.read() as session:
            return progress(session, require_box(session))

    def generation(self) -> str:
        """The commune's store as the box knows it."""
        with self.box.read() as session:
            return require_box(session).generation

    def confirmed(self) -> set[UUID]:
        """What the box believes to be home, in the store that it knows of."""
        with self.box.read() as session:
            current = require_box(session).generation
            query = select(BoxFate.id).where(
                BoxFate.outcome == "confirmed", BoxFate.generation == current
            )
            return set(session.scalars(query))

    def close(self) -> None:
        """Give the connections back."""
        self.commune.close()
        self.box.close()


def stored(database: Database) -> dict[UUID, str]:
    """Event id → its verbatim text, of a whole store."""
    with database.read() as session:
        return {row[0]: row[1] for row in session.execute(select(Event.id, Event.text))}


def event_text(
    cast: Cast, device: UUID, number: int, epoch: str, /, **more: object
) -> str:  # fmt: skip
    """A learner of K1 opens an activity on this tablet."""
    told = {
        "v": 1, "id": str(uuid7()), "device": str(device), "epoch": epoch, "seq": number,
        "class": str(cast["k1_buoi"]), "learner": str(cast["hv_lan"]), "type": "turn.began",
        "payload": {"how": "pin"}, "at": millis(clock.now()), "app": "1.0",
    }  # fmt: skip
    return json.dumps(told | more, ensure_ascii=False)


def make_boxes(folder: Path, template: Path, keys: Keys) -> Boxes:
    """A commune with the cast whose class K1 is at a new box, which has just begun."""
    settings = Settings(data_dir=folder / "xa")
    commune = _store(settings, template)
    cast = build_cast(commune, keys)
    generation.check(commune, settings)
    code, key = seal.new_code(), uuid7()
    with commune.write() as session:
        new = giving.NewBox(key, "Máy lớp thôn Đông", [cast["k1"]], code)
        made = giving.create_box(session, system(cast["TBT"]), keys, new)
    start = starting.open_start(made, code)
    box_settings = Settings(data_dir=folder / "may-lop")
    box, box_keys = _store(box_settings, template), starting.fresh_keys(start)
    with box.write() as session:
        starting.begin(session, box_keys, start)
    box.run_on_box(key)
    generation.check(box, box_settings)
    return Boxes(cast, commune, settings, keys, box, box_settings, box_keys, key)


def _store(settings: Settings, template: Path) -> Database:
    settings.data_dir.mkdir(parents=True)
    shutil.copy(template, settings.data_dir / "lms.db")
    return Database(settings)


def copied(boxes: Boxes, folder: Path) -> Boxes:
    """Both sides again, in another place; the first ones must be closed."""
    shutil.copytree(boxes.settings.data_dir.parent, folder)
    settings, own = Settings(data_dir=folder / "xa"), Settings(data_dir=folder / "may-lop")
    commune, box = Database(settings), Database(own)
    box.run_on_box(boxes.box_id)
    return replace(boxes, commune=commune, settings=settings, box=box, box_settings=own)


def the_box(session: Session, boxes: Boxes) -> Box:
    """The commune's row of the box."""
    return session.get_one(Box, (boxes.id, boxes.box_id))


def elsewhere(boxes: Boxes) -> HeldElsewhere:
    """What the commune knows of the class that is at the box."""
    with boxes.commune.read() as session:
        asked = ElsewhereAsked(boxes.id, boxes.cast["k1"])
        signals.send(session, asked)
    assert len(asked.found) == 1
    return asked.found[0]


def forged(
    boxes: Boxes, events: list[wire.Sent], devices: list[wire.ToldDevice],
    counts: wire.Counts | None = None, **more: Any,
) -> bytes:  # fmt: skip
    """What somebody would send who holds the box's own key."""
    told = {"joins": [], "raws": [], **more}
    content = {"v": wire.VERSION, "counts": counts or wire.Counts(0, [], []), "devices": devices,
               "events": events, **told}  # fmt: skip
    header = seal.Header(
        kind="bundle", commune=str(boxes.id), box=str(boxes.box_id), number=99, made=0
    )
    commune = seal.commune_secret(boxes.keys).public
    return seal.seal(header, msgspec.json.encode(content), seal.box_secret(seed_of(boxes)), commune)


def seed_of(boxes: Boxes) -> bytes:
    """What a thief of the laptop finds on it."""
    with boxes.box.read() as session:
        own = require_box(session)
        return bytes.fromhex(boxes.box_keys.open(own.signing_key_sealed, f"box:{own.id}"))


def sent(text: str) -> wire.Sent:
    """An event as a bundle carries it."""
    told = msgspec.json.decode(text)
    return wire.Sent(told["id"], told["device"], text, store.sha256(text))
