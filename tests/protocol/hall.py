"""The real service as tablets meet it over a bad line: requests, answers and whole stores get lost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from assessments.models import Answer, Attempt
from lms.app import create_app
from lms.cohorts.models import Device
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.settings import Settings
from lms.ledger import generation, rules
from lms.ledger.models import Batch, Event, Quarantined
from lms.ledger.projector import project_pending
from tests.cast import Cast
from tests.protocol.tablet import DAY, Tablet
from tests.protocol.tablet import Answer as Came

FAULTS = ("fine", "request lost", "answer lost", "twice", "portal", "busy", "late")
"""What may happen to a call; `late`: the answer is lost and the request arrives once more, much later."""


@dataclass
class Hall:
    """The service, and what is on its way to it."""

    app: Flask
    database: Database
    cast: Cast
    keys: Keys
    dice: Random
    credentials: dict[str, str] = field(default_factory=dict)
    delayed: list[tuple[str, list[str]]] = field(default_factory=list)
    calls: int = 0
    days: int = 0
    """How many days have passed beside what the clock says."""

    def __post_init__(self) -> None:
        self.client: FlaskClient = self.app.test_client()

    def enrol(self, size: int = 100, kind: type[Tablet] = Tablet) -> Tablet:
        """Another tablet of the commune."""
        device = uuid7()
        credential = f"TBT.{device.hex}"
        with self.database.write() as session:
            session.add(
                Device(
                    commune_id=self.cast["TBT"], id=device, label=f"Máy {device.hex[-12:]}",
                    kind="tablet", credential_digest=self.keys.digest("device", credential),
                )
            )  # fmt: skip
        self.credentials[str(device)] = credential
        return kind(device, self.dice, size)

    def post(self, device: str, texts: Sequence[str]) -> Came:
        """One call of the real service."""
        self.calls += 1
        answer = self.client.post(
            "/api/v1/sync/batches",
            data=json.dumps({"protocol": 1, "events": list(texts)}),
            headers={"Authorization": f"Bearer {self.credentials[device]}"},
        )
        body = answer.get_json()
        answer.close()
        if answer.status_code == 200:
            body["server_time"] += self.days * DAY
        return Came(answer.status_code, body)

    def send(self, tablet: Tablet, fault: str = "fine") -> bool:
        """One round of the tablet's sender under a fault; True when there was something to send."""
        batch = tablet.batch()
        if not batch:
            # An idle tablet reports every minute, and is told the store's generation.
            if fault == "fine":
                tablet.check_generation(self.told()[0])
            return bool(tablet.waiting())
        tablet.receive(batch, self._carried(tablet.device, tablet.texts(batch), fault))
        return True

    def _carried(self, device: str, texts: list[str], fault: str) -> Came:
        if fault == "request lost":
            return Came(0)
        if fault == "portal":
            return Came(200, "<html>Wifi</html>")
        if fault == "busy":
            return Came(503, {"status": 503})
        answer = self.post(device, texts)
        if fault == "twice":
            return self.post(device, texts)
        if fault == "late":
            self.delayed.append((device, texts))
        return Came(0) if fault in ("answer lost", "late") else answer

    def deliver_late(self) -> None:
        """What was stuck somewhere arrives now."""
        for device, texts in self.delayed:
            self.post(device, texts)
        self.delayed.clear()

    # The store

    def commit_number(self) -> int:
        """Where a backup taken now would end."""
        with self.database.read() as session:
            return session.scalar(select(func.coalesce(func.max(Batch.number), 0))) or 0

    def restore(self, number: int) -> None:
        """The store as it was at that commit, with a generation of its own."""
        commune = self.cast["TBT"]
        with self.database.write() as session:
            newer = select(Batch.id).where(Batch.commune_id == commune, Batch.number > number)
            lost = session.scalars(
                select(Event.attempt_id)
                .where(Event.commune_id == commune, Event.batch_id.in_(newer))
                .distinct()
            ).all()
            session.execute(
                delete(Event).where(Event.commune_id == commune, Event.batch_id.in_(newer))
            )
            session.execute(delete(Batch).where(Batch.commune_id == commune, Batch.number > number))
            for table, key in ((Answer, Answer.attempt_id), (Attempt, Attempt.id)):
                session.execute(delete(table).where(table.commune_id == commune, key.in_(lost)))
            held = select(Event.batch_id).where(
                Event.commune_id == commune, Event.attempt_id.in_(lost)
            )
            session.execute(
                update(Batch)
                .where(Batch.commune_id == commune, Batch.id.in_(held))
                .values(projected_at=None)
            )
        generation.renew(self.database, self.app.extensions["lms.settings"], "test")
        project_pending(self.database, commune)

    def texts(self, devices: Sequence[str]) -> dict[str, str]:
        """Event id → verbatim text of what the store holds of these devices."""
        with self.database.read() as session:
            rows = session.execute(
                select(Event.id, Event.text).where(
                    Event.commune_id == self.cast["TBT"],
                    Event.device_id.in_([UUID(one) for one in devices]),
                )
            )
            return {str(row.id): row.text for row in rows}

    def conflicts(self, devices: Sequence[str]) -> int:
        """How many ids came with two bodies."""
        with self.database.read() as session:
            return (
                session.scalar(
                    select(func.count())
                    .select_from(Quarantined)
                    .where(
                        Quarantined.reason == "conflict",
                        Quarantined.device_id.in_([UUID(one) for one in devices]),
                    )
                )
                or 0
            )

    def answers(self, attempt: str) -> dict[str, list[str]]:
        """Item → the answer that the service counts."""
        with self.database.read() as session:
            rows = session.scalars(
                select(Answer).where(
                    Answer.commune_id == self.cast["TBT"], Answer.attempt_id == UUID(attempt)
                )
            )
            return {row.item_id: list(row.response) for row in rows}

    def desk(self, attempt: str) -> tuple[str | None, frozenset[str]]:
        """What the desk tells a tablet that takes the attempt up: the last event, and all it has read."""
        with self.database.read() as session:
            row = session.get(Attempt, (self.cast["TBT"], UUID(attempt)))
            ids = session.scalars(
                select(Event.id).where(
                    Event.commune_id == self.cast["TBT"], Event.attempt_id == UUID(attempt)
                )
            )
            read = frozenset(str(one) for one in ids)
            return (str(row.trail["event"]), read) if row else (None, frozenset())

    def raw(self, devices: Sequence[str]) -> set[str]:
        """Ids of what is kept raw in quarantine."""
        with self.database.read() as session:
            rows = session.scalars(
                select(Quarantined.event_id).where(
                    Quarantined.device_id.in_([UUID(one) for one in devices])
                )
            )
            return {one for one in rows if one}

    def told(self) -> tuple[str, int]:
        """The store's generation and the commune's clock in milliseconds, as one answer tells them."""
        return str(generation.told(self.database)), rules.millis(clock.now()) + self.days * DAY


def open_hall(settings: Settings, database: Database, cast: Cast, keys: Keys, seed: int) -> Hall:
    """The real service over a database with the cast in it."""
    generation.check(database, settings)
    app = create_app(settings, database=database, keys=keys, testing=True)
    return Hall(app, database, cast, keys, Random(seed))
