"""On the laptop: `lms box init` turns the file of the commune into a box with a store and keys of its own."""

import json
import secrets
from base64 import b64decode
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.devices import ensure_system_devices
from lms.cohorts.models import Device
from lms.core import audit
from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.guard import system
from lms.core.i18n import _
from lms.core.keys import Keys, make_keys
from lms.offline.box import seal
from lms.offline.box.applying import unreadable, write_part
from lms.offline.box.content import PARTS
from lms.offline.box.here import this_box
from lms.offline.box.models import BoxSelf
from lms.offline.box.snapshots import put_in_place, read
from lms.people.models import Commune


@dataclass(frozen=True)
class Start:
    """What the commune's file holds."""

    box_id: UUID
    commune_id: UUID
    label: str
    seed: bytes
    pepper: bytes
    commune: seal.Public
    url: str
    snapshot: bytes


def open_start(raw: bytes, code: str) -> Start:
    """Read the file with its one-time code; Unfit says what is wrong with either."""
    try:
        told: dict[str, Any] = json.loads(seal.open_with_code(raw, code))
        return Start(
            UUID(told["box"]), UUID(told["commune"]), str(told["label"]),
            bytes.fromhex(told["seed"]), bytes.fromhex(told["pepper"]),
            seal.Public.of(told["commune_keys"]), str(told["url"]), b64decode(told["snapshot"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        raise unreadable() from None


def fresh_keys(start: Start) -> Keys:
    """Keys of the laptop's own; the pepper is the one under which the commune made its digests."""
    return replace(make_keys(), pepper=start.pepper, kid=secrets.token_hex(4))


def is_started(database: Database, start: Start) -> bool:
    """Whether this store is that very box already; Conflict for a store that holds anything else."""
    with database.read() as session:
        own, held = this_box(session), session.scalar(select(Commune.id).limit(1))
    if own is not None and own.id == start.box_id:
        return True
    if held is not None:
        raise Conflict(
            _(
                "Thư mục dữ liệu này đã có dữ liệu khác. Hãy đặt LMS_DATA_DIR sang một thư mục mới, rồi chạy "
                "lại."
            )
        )
    return False


def begin(session: Session, keys: Keys, start: Start) -> BoxSelf:
    """Write the box and what the commune's first snapshot says, all or nothing."""
    secret = seal.box_secret(start.seed)
    header, content = read(start.snapshot, start.commune, secret, start.commune_id, start.box_id)
    write_part(session, start.commune_id, PARTS[0], content["rows"][PARTS[0].name])
    own = BoxSelf(
        commune_id=start.commune_id, id=start.box_id, label=start.label,
        signing_key_sealed=keys.seal(start.seed.hex(), f"box:{start.box_id}"),
        commune_kid=start.commune.kid, commune_signing=start.commune.signing,
        commune_sealing=start.commune.sealing, commune_url=start.url,
    )  # fmt: skip
    session.add(own)
    session.flush()
    ensure_system_devices(session, start.commune_id)
    session.add(
        Device(commune_id=own.commune_id, id=own.id, label=own.label, kind="box", box_id=own.id)
    )
    put_in_place(session, own, header, content)
    audit.record(session, system(own.commune_id), "begin", "box", own.id, number=header.number)
    return own
