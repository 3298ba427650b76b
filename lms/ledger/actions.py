"""Writes of the event store: a device's batch, and the events that the server itself makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import _
from lms.core.ids import derived, uuid7
from lms.ledger import registry, rules, store
from lms.ledger.envelope import Envelope, Misfit, read
from lms.ledger.models import Event
from lms.ledger.projector import project_pending
from lms.ledger.rules import Fate, Outcome, Reason, Receipt
from lms.ledger.store import Raw, Row

__all__ = [
    "NewEvent",
    "Receipt",
    "accept",
    "append",
    "paper_device",
    "project_pending",
    "web_device",
]

log = structlog.get_logger("lms.ledger")

APPENDED = "ledger.appended"
"""Key of `Session.info`: the batches that this session appended and has not projected yet."""


def web_device(commune_id: UUID) -> UUID:
    """The device id of everything the commune's own pages and API write."""
    return derived("device", commune_id, "web")


def paper_device(commune_id: UUID) -> UUID:
    """The device id of what was copied from paper."""
    return derived("device", commune_id, "paper")


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


@dataclass
class _Sorting:
    """A batch while it is read: what may be stored, what is kept raw, and the answer to each."""

    rows: dict[str, Row] = field(default_factory=dict)
    raws: list[Raw] = field(default_factory=list)
    fates: dict[int, Fate] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)

    def keep_raw(self, index: int, text: str, reason: Reason, event_id: str | None) -> None:
        """Quarantine the text and answer so."""
        self.raws.append(Raw(text, reason, event_id))
        self.fates[index] = Fate(index, event_id, Outcome.QUARANTINED, reason)


def accept(
    session: Session, commune_id: UUID, device_id: UUID, texts: Sequence[str], now: datetime
) -> Receipt:
    """Store a device's batch, verbatim and once; the caller commits, then answers event by event.

    A bad event never fails its batch: it is kept raw in quarantine. Nothing is projected here.
    """
    sorting = _sort(session, commune_id, device_id, texts)
    if sorting.rows:
        rows = list(sorting.rows.values())
        new = store.insert(session, commune_id, device_id, rows, now)[1]
        _answer_known(session, commune_id, sorting, new)
    store.quarantine(session, commune_id, device_id, sorting.raws, now)
    return Receipt([sorting.fates[index] for index in sorted(sorting.fates)])


def refuse_body(
    session: Session, commune_id: UUID, device_id: UUID, body: bytes, reason: Reason, now: datetime
) -> Receipt:
    """A body that cannot be read as a batch is kept raw (at most 64 KB of it) and answered as one."""
    kept = body[: rules.MAX_TEXT]
    store.quarantine(session, commune_id, device_id, [Raw(kept, reason)], now)
    return Receipt([Fate(None, None, Outcome.QUARANTINED, reason)])


def _sort(session: Session, commune_id: UUID, device_id: UUID, texts: Sequence[str]) -> _Sorting:
    sorting, events = _Sorting(), {}
    for index, text in enumerate(texts):
        try:
            events[index] = read(text, device_id)
        except Misfit as misfit:
            sorting.keep_raw(index, text, misfit.reason, rules.claimed_id(text))
    named = {UUID(event.class_) for event in events.values() if event.class_}
    known = registry.known_classes(session, commune_id, named)
    for index, event in events.items():
        if event.class_ and UUID(event.class_) not in known:
            sorting.keep_raw(index, texts[index], Reason.UNKNOWN_CLASS, event.id)
        else:
            _place(sorting, index, event, texts[index])
    return sorting


def _place(sorting: _Sorting, index: int, event: Envelope, text: str) -> None:
    """The first body of an id is offered to the store; others are answered against it."""
    digest = store.sha256(text)
    first = sorting.rows.get(event.id)
    if first is None:
        sorting.rows[event.id] = _row(index, event, text, digest)
        sorting.places[event.id] = [index]
    elif first.sha256 == digest:
        sorting.places[event.id].append(index)
    else:
        sorting.keep_raw(index, text, Reason.CONFLICT, event.id)
        _alarm(event.id)


def _row(index: int, event: Envelope, text: str, digest: str) -> Row:
    return Row(
        event.id, index, event.epoch, event.seq, event.type, event.class_, event.learner,
        event.attempt, text, digest,
    )  # fmt: skip


def _answer_known(session: Session, commune_id: UUID, sorting: _Sorting, new: set[str]) -> None:
    """Say which events were stored; what was there before is a duplicate or a conflict."""
    old = [one for one in sorting.rows if one not in new]
    held = store.hashes(session, commune_id, old) if old else {}
    for event_id, places in sorting.places.items():
        row = sorting.rows[event_id]
        if event_id in new or held.get(event_id) == row.sha256:
            _confirm(sorting, event_id, places, is_new=event_id in new)
        else:
            for index in places:
                sorting.keep_raw(index, row.text, Reason.CONFLICT, event_id)
            _alarm(event_id)


def _confirm(sorting: _Sorting, event_id: str, places: Sequence[int], *, is_new: bool) -> None:
    for nth, index in enumerate(places):
        outcome = Outcome.STORED if is_new and nth == 0 else Outcome.DUPLICATE
        sorting.fates[index] = Fate(index, event_id, outcome)


def _alarm(event_id: str) -> None:
    log.warning(
        "event_conflict", event_id=event_id, meaning="one id came with two bodies; both kept"
    )


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
        event = read(text, device)
    except Misfit as misfit:
        raise _unfit(new, misfit) from misfit
    row = _row(0, event, text, store.sha256(text))
    batch, kept = store.insert(session, commune_id, device, [row], now)
    if kept:
        session.info.setdefault(APPENDED, []).append(batch)
    return event_id


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
            "epoch": "server",
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
