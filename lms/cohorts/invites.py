"""Letting several tablets in, one after the other, by a QR code on the trainer's screen.

A code is a keyed digest of the invite and of how many tablets it let in: it lives for minutes, serves one
tablet, and the next one on the screen is another. Opening the address changes nothing; a tap does.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.cohorts import access, devices, queries
from lms.cohorts.actions import TEACHERS, teach_session
from lms.cohorts.hall_models import TabletInvite
from lms.cohorts.models import ClassSession, Device
from lms.core import audit, clock
from lms.core.errors import Conflict, NotFound
from lms.core.guard import Actor, require, system
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.people.models import Commune

LIFETIME = timedelta(minutes=15)
TABLETS_AT_MOST = 60
_TAG = 16
"""Bytes of the digest in a code."""


@dataclass(frozen=True)
class Invited:
    """A code as a tablet shows it: the invite, whether its code is the one on the screen, the next name."""

    invite: TabletInvite
    is_fresh: bool
    label: str


def invite(session: Session, who: Actor, session_id: UUID | None = None) -> TabletInvite:
    """Begin to let tablets in, for a quarter of an hour; into a class session when one is named.

    An invite of the same trainer and class session that still runs goes on.
    """
    require(who, *TEACHERS)
    meeting = teach_session(session, who, session_id) if session_id else None
    running = session.scalars(
        select(TabletInvite).where(
            TabletInvite.commune_id == who.commune,
            TabletInvite.made_by == who.id,
            TabletInvite.class_session_id == (meeting.id if meeting else None),
            TabletInvite.closed_at.is_(None),
            TabletInvite.expires_at > clock.now(),
        )
    ).first()
    if running is not None:
        return running
    row = TabletInvite(
        commune_id=who.commune, class_session_id=meeting.id if meeting else None, made_by=who.id,
        expires_at=clock.now() + LIFETIME,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "invite", "device", row.id)
    return row


def invite_of(session: Session, who: Actor, invite_id: UUID) -> TabletInvite:
    """An invite of the actor's commune: tablets are the commune's, whoever lets them in."""
    require(who, *TEACHERS)
    row = session.get(TabletInvite, (who.commune, invite_id))
    if row is None:
        raise NotFound(
            _("Không tìm thấy mã đăng ký máy này. Hãy tạo mã mới ở trang Máy tính bảng.")
        )
    return row


def close(session: Session, who: Actor, invite_id: UUID) -> None:
    """The trainer is done: the code on the screen is worth nothing any more. Twice is once."""
    row = invite_of(session, who, invite_id)
    row.closed_at = row.closed_at or clock.now()
    session.flush()


def is_running(row: TabletInvite) -> bool:
    """Whether another tablet may be let in now."""
    return row.closed_at is None and row.expires_at > clock.now() and row.used < TABLETS_AT_MOST


def code(session: Session, keys: Keys, row: TabletInvite) -> str:
    """The code on the screen now: '<commune>.<invite and count, and their digest>'."""
    commune = session.get_one(Commune, row.commune_id)
    body = row.id.bytes + row.used.to_bytes(2, "big")
    sealed = urlsafe_b64encode(body + _tag(keys, body)).decode().rstrip("=")
    return f"{commune.short_code}.{sealed}"


def _tag(keys: Keys, body: bytes) -> bytes:
    return bytes.fromhex(keys.digest("tablet-invite", body.hex()))[:_TAG]


def read(session: Session, keys: Keys, typed: str) -> Invited:
    """What a code names; NotFound for one that was never made, Conflict for one that is over."""
    row, count = _named(session, keys, typed)
    if not is_running(row):
        raise Conflict(_("Mã đăng ký này đã hết hạn. Hãy nhờ thầy/cô mở mã mới rồi quét lại."))
    return Invited(row, count == row.used, devices.next_label(session, row.commune_id))


def _named(session: Session, keys: Keys, typed: str) -> tuple[TabletInvite, int]:
    commune_id = access.commune_of_token(session, typed)
    body, tag = _opened(typed.partition(".")[2])
    is_ours = commune_id is not None and hmac.compare_digest(tag, _tag(keys, body))
    row = session.get(TabletInvite, (commune_id, UUID(bytes=body[:16]))) if is_ours else None
    if row is None:
        raise NotFound(_("Mã đăng ký máy không đúng. Hãy quét lại mã trên màn hình của thầy/cô."))
    return row, int.from_bytes(body[16:], "big")


def _opened(sealed: str) -> tuple[bytes, bytes]:
    try:
        raw = urlsafe_b64decode(sealed[:64] + "=" * (-len(sealed[:64]) % 4))
    except ValueError:
        raw = b""
    return (raw[:18], raw[18:]) if len(raw) == 18 + _TAG else (bytes(18), b"")


def stale() -> Conflict:
    """The refusal of a code that another tablet has used."""
    return Conflict(
        _("Mã này vừa dùng cho máy khác. Hãy quét lại mã mới trên màn hình của thầy/cô.")
    )


def next_name(session: Session, commune_id: UUID) -> str:
    """The name that the next tablet gets: 'Máy 03'."""
    return devices.next_label(session, commune_id)


def let_in(session: Session, keys: Keys, typed: str) -> tuple[Device, str]:
    """Make the browser that shows this code a tablet, under the next name; returns it and its credential.

    Of two tablets that scanned the same code one comes in, and the other is told to scan again.
    """
    found = read(session, keys, typed)
    row, count = _named(session, keys, typed)
    taken = session.execute(
        update(TabletInvite)
        .where(
            TabletInvite.commune_id == row.commune_id,
            TabletInvite.id == row.id,
            TabletInvite.used == count,
        )
        .values(used=count + 1)
        .returning(TabletInvite.id)
    ).scalar()
    if taken is None or not found.is_fresh:
        raise stale()
    # Two trainers who let tablets in at once give them different names.
    session.get_one(Commune, row.commune_id, with_for_update=True)
    device, credential = devices.enrol_device(
        session, system(row.commune_id), keys, devices.next_label(session, row.commune_id)
    )
    meeting = _open_meeting(session, row)
    device.class_session_id = meeting.id if meeting else None
    session.refresh(row)
    row.last_device_id = device.id
    session.flush()
    return device, credential


def _open_meeting(session: Session, row: TabletInvite) -> ClassSession | None:
    if row.class_session_id is None:
        return None
    found = queries.class_session(session, row.commune_id, row.class_session_id)
    return found if found.opened_at is not None and found.closed_at is None else None
