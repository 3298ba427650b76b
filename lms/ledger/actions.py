"""Writes of the event store: a device's batch, and the events that the server itself makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import Database, box_of
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import _
from lms.core.ids import derived, uuid7
from lms.ledger import projector, registry, rules, store
from lms.ledger.envelope import Misfit, read
from lms.ledger.intake import accept, refuse_body, row_of
from lms.ledger.models import Batch, Event, Quarantined
from lms.ledger.rules import Reason, Receipt

__all__ = [
    "NewEvent", "Receipt", "accept", "append", "paper_device", "project_pending", "refuse_body",
    "release", "server_epoch", "take_up", "web_device",
]  # fmt: skip

APPENDED = "ledger.appended"
"""Key of `Session.info`: the batches that this session appended or took up, to be projected."""


def web_device(commune_id: UUID) -> UUID:
    """The device id of everything the commune's own pages and API write."""
    return derived("device", commune_id, "web")


def paper_device(commune_id: UUID) -> UUID:
    """The device id of what was copied from paper."""
    return derived("device", commune_id, "paper")


def server_epoch(box_id: UUID | None) -> str:
    """The epoch of what a server writes: a laptop's own, so that the commune can count what it made."""
    return f"box-{box_id.hex}" if box_id else "server"


@dataclass(frozen=True)
class NewEvent:
    """An event that the server makes; `event_id` from a client makes a repeat count once."""

    type: str
    payload: Mapping[str, Any]
    device_id: UUID | None = None
    """None: the commune's `web` device."""
    class_id: UUID | None = None
    learner_id: UUID | None = None
    attempt_id: UUID | None = None
    event_id: UUID | None = None
    at: datetime | None = None
    content: str | None = None
    segment: str | None = None
    parent: UUID | None = None
    version: int = 1


def append(session: Session, commune_id: UUID, new: NewEvent) -> UUID:
    """Write an event that the server makes, in the caller's transaction; returns its id.

    The same `event_id` twice is one event; with another type or learner it is refused as Conflict.
    A payload that its own type refuses is an Invalid with the schema's messages.
    """
    event_id = new.event_id or uuid7()
    if new.event_id is not None and _holds(session, commune_id, new):
        return event_id
    device, now = new.device_id or web_device(commune_id), clock.now()
    text = _text(session, commune_id, event_id, device, new)
    try:
        event = read(text, str(device))
    except Misfit as misfit:
        raise _unfit(new, misfit) from misfit
    row = row_of(0, event, text, store.sha256(text))
    batch, kept = store.insert(session, commune_id, device, [row], now)
    if kept:
        session.info.setdefault(APPENDED, []).append(batch)
    return event_id


def take_up(session: Session, commune_id: UUID, attempt_id: UUID) -> None:
    """Let the projection after this request also do what still waits of the attempt."""
    waiting = session.scalars(
        select(Batch.id)
        .join(Event, (Event.commune_id == Batch.commune_id) & (Event.batch_id == Batch.id))
        .where(
            Event.commune_id == commune_id,
            Event.attempt_id == attempt_id,
            Batch.projected_at.is_(None),
        )
        .distinct()
    )
    session.info.setdefault(APPENDED, []).extend(waiting)


def _unfit(new: NewEvent, misfit: Misfit) -> Exception:
    kind = registry.event_type(new.type)
    if kind is None or misfit.reason is not Reason.UNREADABLE:
        return ValueError(f"{new.type} v{new.version} cannot be appended: {misfit.reason}.")
    fields = kind.schema().validate(dict(new.payload))
    return Invalid(_("Có chỗ chưa đúng. Hãy sửa rồi gửi lại."), fields=dict(fields))


def _holds(session: Session, commune_id: UUID, new: NewEvent) -> bool:
    """Whether this very event is in the store already; Conflict when the id names another one."""
    held = session.get(Event, (commune_id, new.event_id))
    if held is None:
        return False
    if (held.type, held.learner_id, held.attempt_id) != (new.type, new.learner_id, new.attempt_id):
        raise Conflict(_("Mã này đã dùng cho một việc khác. Hãy mở lại trang rồi làm lại."))
    return True


def _text(session: Session, commune_id: UUID, event_id: UUID, device: UUID, new: NewEvent) -> str:
    return rules.verbatim(
        {
            "v": new.version,
            "id": str(event_id),
            "device": str(device),
            "epoch": server_epoch(box_of(session)),
            "seq": _next_seq(session, commune_id, device, new.attempt_id),
            "class": _plain(new.class_id),
            "learner": _plain(new.learner_id),
            "attempt": _plain(new.attempt_id),
            "segment": new.segment,
            "parent": _plain(new.parent),
            "content": new.content,
            "type": new.type,
            "payload": dict(new.payload),
            "at": rules.millis(new.at or clock.now()),
        }
    )


def _plain(value: UUID | None) -> str | None:
    return str(value) if value else None


def _next_seq(session: Session, commune_id: UUID, device: UUID, attempt_id: UUID | None) -> int:
    """The server counts within an attempt, where the order matters; elsewhere it is 0."""
    if attempt_id is None:
        return 0
    highest = session.scalar(
        select(func.max(Event.seq)).where(
            Event.commune_id == commune_id,
            Event.attempt_id == attempt_id,
            Event.device_id == device,
        )
    )
    return 0 if highest is None else highest + 1


def project_pending(database: Database, commune_id: UUID | None) -> projector.Counts:
    """Project what waits; None (at start) also takes up what was quarantined or could not be applied.

    It works in transactions of its own: never call it inside an open write session.
    """
    if commune_id is not None:
        return projector.project_pending(database, commune_id)
    release(database)
    return projector.project_all(database)


def release(database: Database) -> int:
    """Read the quarantine again: what this release understands becomes an event. Returns how many."""
    with database.read() as session:
        query = select(Quarantined.commune_id, Quarantined.id).where(
            Quarantined.released_at.is_(None),
            Quarantined.encoding == "text",
            Quarantined.reason.in_([reason.value for reason in rules.MENDABLE]),
        )
        held = session.execute(query.order_by(Quarantined.received_at, Quarantined.id)).all()
    return sum(_release(database, commune_id, key) for commune_id, key in held)


def _release(database: Database, commune_id: UUID, key: UUID) -> bool:
    with database.write() as session:
        row = session.get_one(Quarantined, (commune_id, key))
        receipt = accept(session, commune_id, row.device_id, [row.text], clock.now())
        if receipt.confirmed:
            row.released_at = clock.now()
        return bool(receipt.confirmed)
