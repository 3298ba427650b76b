"""Taking in a device's batch: once, verbatim, answered event by event; nothing is projected here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from lms.ledger import registry, rules, store
from lms.ledger.envelope import Envelope, Misfit, read
from lms.ledger.rules import Fate, Outcome, Reason, Receipt
from lms.ledger.store import Raw, Row

log = structlog.get_logger("lms.ledger")


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
    sorting, events, device = _Sorting(), dict[int, Envelope](), str(device_id)
    for index, text in enumerate(texts):
        try:
            events[index] = read(text, device)
        except Misfit as misfit:
            sorting.keep_raw(index, text, misfit.reason, rules.claimed_id(text))
    named = {UUID(one) for one in {event.class_ for event in events.values()} if one}
    known = {str(one) for one in registry.known_classes(session, commune_id, named)}
    for index, event in events.items():
        if event.class_ and event.class_ not in known:
            sorting.keep_raw(index, texts[index], Reason.UNKNOWN_CLASS, event.id)
        else:
            _place(sorting, index, event, texts[index])
    return sorting


def _place(sorting: _Sorting, index: int, event: Envelope, text: str) -> None:
    """The first body of an id is offered to the store; others are answered against it."""
    digest = store.sha256(text)
    first = sorting.rows.get(event.id)
    if first is None:
        sorting.rows[event.id] = row_of(index, event, text, digest)
        sorting.places[event.id] = [index]
    elif first.sha256 == digest:
        sorting.places[event.id].append(index)
    else:
        sorting.keep_raw(index, text, Reason.CONFLICT, event.id)
        _alarm(event.id)


def row_of(index: int, event: Envelope, text: str, digest: str) -> Row:
    """The row of an event at this place of its batch."""
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
