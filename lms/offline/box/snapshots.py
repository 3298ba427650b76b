"""Downwards: what the commune tells a box, numbered upwards, signed by the commune and sealed for that box."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.guard import system
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.ledger.rules import millis
from lms.offline.box import applying, seal
from lms.offline.box.bundles import commune_public, own_secret
from lms.offline.box.content import Plain, classes_of, content_of
from lms.offline.box.here import require_box
from lms.offline.box.history import history_of
from lms.offline.box.models import Box, BoxSelf

FORMAT = 1


def make_snapshot(session: Session, keys: Keys, box: Box) -> bytes:
    """At the commune: the file for this box. What says the same as the one before keeps its number.

    In a session that writes; safe to repeat.
    """
    content = {"format": FORMAT, **content_of(session, keys, box)}
    digest = _digest(content)
    if digest != box.snapshot_sha256:
        now = clock.now()
        # After a restore of the commune the count may have gone back; the clock has not.
        box.snapshot_number = max(box.snapshot_number + 1, int(now.timestamp()) // 60)
        box.snapshot_sha256, box.snapshot_at = digest, now
        session.flush()
    header = seal.Header(
        kind="snapshot", commune=str(box.commune_id), box=str(box.id), number=box.snapshot_number,
        made=millis(box.snapshot_at or clock.now()),
    )  # fmt: skip
    if not content["disabled"]:
        content["history"] = history_of(session, box.commune_id, classes_of(session, box))
    sender, recipient = seal.commune_secret(keys), seal.Public.of(box.public_key)
    return seal.seal(header, audit.canonical(content).encode(), sender, recipient)


def _digest(content: Plain) -> str:
    """Of what a box is told, without what was done so far: work alone is no reason for a new number."""
    lasting = {name: value for name, value in content.items() if name != "history"}
    return sha256(audit.canonical(lasting).encode()).hexdigest()


def newer_than(session: Session, keys: Keys, box: Box, number: int) -> bytes:
    """At the commune: the snapshot for a box that works from this number; nothing when it says no more.

    In a session that writes.
    """
    if box.disabled_at is not None:
        return b""
    # Two files of a box that arrive together see its number one after the other.
    audit.lock_chain(session, box.commune_id)
    session.refresh(box)
    made = make_snapshot(session, keys, box)
    return made if box.snapshot_number > number else b""


@dataclass(frozen=True)
class Taken:
    """What became of a snapshot on a box."""

    is_new: bool
    """False: it is the one that is here already, or an older one, and nothing was changed."""
    made_at: datetime
    """When the commune made it."""


def take_snapshot(session: Session, keys: Keys, raw: bytes) -> Taken:
    """On a box: believe a snapshot and put it in place, in the caller's transaction.

    Older and equal ones are harmless; one of another commune or for another box is refused as Unfit.
    """
    own = require_box(session)
    header, content = read(raw, commune_public(own), own_secret(keys, own), own.commune_id, own.id)
    made = datetime.fromtimestamp(header.made / 1000, UTC)
    if header.number <= own.snapshot_number:
        return Taken(False, made)
    audit.lock_chain(session, own.commune_id)
    put_in_place(session, own, header, content)
    audit.record(
        session, system(own.commune_id), "take_snapshot", "box", own.id, number=header.number
    )
    return Taken(True, made)


def read(
    raw: bytes, sender: seal.Public, secret: seal.Secret, commune_id: UUID, box_id: UUID
) -> tuple[seal.Header, Plain]:
    """The header and content of a snapshot for this very box; Unfit for any other file."""
    header, packed = seal.unseal(raw, "snapshot", sender, secret)
    if (header.commune_id, header.box_id) != (commune_id, box_id):
        raise seal.Unfit(_("Dữ liệu lớp này làm cho máy lớp khác. Hãy chọn đúng tệp của máy này."))
    content = json.loads(packed)
    if content.get("format") != FORMAT:
        raise applying.unreadable()
    return header, content


def put_in_place(session: Session, own: BoxSelf, header: seal.Header, content: Plain) -> None:
    """Write what a snapshot says, and remember which one it was."""
    if content["disabled"]:
        own.disabled_at = own.disabled_at or clock.now()
    else:
        own.disabled_at = None
        applying.write(session, own.commune_id, content)
    own.snapshot_number = header.number
    own.snapshot_sha256 = _digest(content)
    own.snapshot_at = datetime.fromtimestamp(header.made / 1000, UTC)
    session.flush()
