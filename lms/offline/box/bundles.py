"""On a box: everything that the commune has not confirmed, verbatim, in sealed files of bounded size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.models import Device, LearnerSession
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.ledger.models import Batch, Event, Quarantined
from lms.ledger.queries import held_by_device
from lms.ledger.rules import millis, tally
from lms.offline.box import counting, seal
from lms.offline.box.here import require_box
from lms.offline.box.models import BoxFate, BoxParcel, BoxSelf
from lms.offline.box.wire import (
    MAX_EVENTS,
    MAX_TEXT,
    VERSION,
    Bundle,
    Counts,
    Sent,
    SentRaw,
    ToldDevice,
    ToldJoin,
    ToldReport,
)

Way = Literal["net", "stick"]
OWN = ("tablet", "phone", "home")
"""Kinds of devices that are enrolled at a box."""


def own_secret(keys: Keys, box: BoxSelf) -> seal.Secret:
    """The keys of this box; Conflict when its key file is not the one that it was made with."""
    try:
        return seal.box_secret(bytes.fromhex(keys.open(box.signing_key_sealed, f"box:{box.id}")))
    except (InvalidTag, ValueError):
        raise Conflict(
            _("Tệp khóa của máy lớp không khớp với dữ liệu. Hãy chép lại đúng thư mục của máy lớp.")
        ) from None


def commune_public(box: BoxSelf) -> seal.Public:
    """The commune's public keys, as the box was told them when it was made."""
    return seal.Public(box.commune_signing, box.commune_sealing)


def make_bundles(session: Session, keys: Keys, way: Way = "stick") -> list[bytes]:
    """Files with all that is not confirmed, in the order of arrival; at least one, as it also counts.

    The caller commits before anything leaves the machine: the numbers of files are never used twice.
    Making them again gives other files with the same events, and the commune takes each once.
    """
    box = require_box(session)
    secret, counts = own_secret(keys, box), counting.of_box(session, box)
    devices = _devices(session, box)
    files = []
    for part in _parts(session, box):
        bundle = part.bundle(counts, devices, _joins(session, box, part.devices))
        files.append(_sealed(session, box, secret, bundle, way))
    return files


@dataclass
class _Part:
    """What goes into one file."""

    events: list[Sent] = field(default_factory=list)
    raws: list[SentRaw] = field(default_factory=list)
    size: int = 0

    @property
    def devices(self) -> set[UUID]:
        """The devices that it has something of."""
        return {UUID(one.device) for one in self.events} | {UUID(one.device) for one in self.raws}

    def has_room(self, length: int) -> bool:
        """Whether a text of this many bytes still fits; an empty part takes any."""
        count = max(len(self.events), len(self.raws))
        return not self.size or (count < MAX_EVENTS and self.size + length <= MAX_TEXT)

    def bundle(
        self, counts: Counts, devices: Sequence[ToldDevice], joins: Sequence[ToldJoin]
    ) -> Bundle:
        """The content of the file."""
        return Bundle(VERSION, counts, list(devices), list(joins), self.events, self.raws)


def _parts(session: Session, box: BoxSelf) -> Iterator[_Part]:
    part = _Part()
    for one in _waiting(session, box):
        length = len(one.text.encode("utf-8", "surrogatepass"))
        if not part.has_room(length):
            yield part
            part = _Part()
        (part.events if isinstance(one, Sent) else part.raws).append(one)  # type: ignore[arg-type]  # Each list gets its own kind.
        part.size += length
    yield part


def _waiting(session: Session, box: BoxSelf) -> Iterator[Sent | SentRaw]:
    """What no receipt of the commune's present store has confirmed, oldest first."""
    events = session.execute(
        select(Event.id, Event.device_id, Event.text, Event.sha256)
        .join(Batch, (Batch.commune_id == Event.commune_id) & (Batch.id == Event.batch_id))
        .outerjoin(BoxFate, counting.is_home(box, Event))
        .where(Event.commune_id == box.commune_id, BoxFate.id.is_(None))
        .order_by(Batch.number, Batch.id, Event.position)
    )
    for row in events:
        yield Sent(str(row.id), str(row.device_id), row.text, row.sha256)
    raws = session.scalars(
        select(Quarantined)
        .outerjoin(BoxFate, counting.is_home(box, Quarantined))
        .where(
            Quarantined.commune_id == box.commune_id,
            Quarantined.released_at.is_(None),
            BoxFate.id.is_(None),
        )
        .order_by(Quarantined.received_at, Quarantined.id)
    )
    for raw in raws:
        yield SentRaw(
            str(raw.id), str(raw.device_id), raw.encoding, raw.text, raw.sha256, raw.reason
        )


def _devices(session: Session, box: BoxSelf) -> list[ToldDevice]:
    rows = session.scalars(
        select(Device)
        .where(Device.commune_id == box.commune_id, Device.kind.in_(OWN))
        .order_by(Device.id)
    ).all()
    held = held_by_device(session, box.commune_id, [row.id for row in rows])
    return [_told(row, held.get(row.id, {})) for row in rows]


def _told(row: Device, held: dict[str, tuple[int, int]]) -> ToldDevice:
    return ToldDevice(
        str(row.id), row.label[:80], row.kind, str(row.enrolment_id) if row.enrolment_id else None,
        millis(row.enrolled_at), _millis(row.revoked_at), _report(row, held), _millis(row.reported_at),
    )  # fmt: skip


def _report(row: Device, held: dict[str, tuple[int, int]]) -> ToldReport | None:
    """The newest report; what has come to the box since then is no longer unsent."""
    if row.report is None:
        return None
    told = msgspec.convert(row.report, ToldReport, strict=False)
    left = min(told.unsent, tally(told.made, held).missing)
    return msgspec.structs.replace(told, unsent=left)


def _joins(session: Session, box: BoxSelf, devices: set[UUID]) -> list[ToldJoin]:
    rows = session.scalars(
        select(LearnerSession)
        .where(LearnerSession.commune_id == box.commune_id, LearnerSession.device_id.in_(devices))
        .order_by(LearnerSession.id)
    )
    return [
        ToldJoin(
            str(row.id), str(row.enrolment_id), str(row.device_id), str(row.class_session_id),
            row.how, millis(row.started_at), millis(row.expires_at), _millis(row.ended_at),
        )
        for row in rows
    ]  # fmt: skip


def _millis(instant: datetime | None) -> int | None:
    return millis(instant) if instant else None


def _sealed(
    session: Session, box: BoxSelf, secret: seal.Secret, bundle: Bundle, way: Way
) -> bytes:  # fmt: skip
    box.parcel_number += 1
    header = seal.Header(
        kind="bundle", commune=str(box.commune_id), box=str(box.id), number=box.parcel_number,
        made=millis(clock.now()),
    )  # fmt: skip
    raw = seal.seal(header, msgspec.json.encode(bundle), secret, commune_public(box))
    session.add(
        BoxParcel(
            commune_id=box.commune_id, id=uuid7(), box_id=box.id, number=box.parcel_number,
            sha256=sha256(raw).hexdigest(), way=way, events=len(bundle.events) + len(bundle.raws),
        )
    )  # fmt: skip
    session.flush()
    return raw
