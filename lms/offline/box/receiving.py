"""At the commune: taking in a box's bundle, once and through the ledger's own door; its signed receipt."""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.models import Enrolment
from lms.core import audit, clock
from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.ledger import generation, registry, store
from lms.ledger.actions import accept, paper_device, server_epoch, web_device
from lms.ledger.envelope import Envelope, Misfit, decode
from lms.ledger.models import Event
from lms.ledger.rules import Fate, Outcome, Reason, millis
from lms.offline.box import seal
from lms.offline.box.models import Box, BoxBundle
from lms.offline.box.telling import Scope, keep_devices, keep_joins, scope_of
from lms.offline.box.wire import (
    VERSION,
    Bundle,
    Held,
    Receipt,
    Sent,
    SentRaw,
    proof_text,
    read_bundle,
)
from lms.offline.rescue import batches

SEEN_BY_TRAINERS = frozenset(
    {"session.opened", "session.closed", "sitting.opened", "sitting.closed", "task.observed"}
)
"""What would not be a claim if the commune's own pages had written it: a box sends it as its own device."""


@dataclass
class _Intake:
    """What became of the events of one bundle."""

    fates: dict[str, Fate] = field(default_factory=dict)
    """Event id → its fate."""
    foreign: list[Sent] = field(default_factory=list)
    """Events that this box may not send."""
    raws: dict[UUID, str] = field(default_factory=dict)
    """The box's name of a raw text → the SHA-256 of what is kept."""

    @property
    def stored(self) -> list[UUID]:
        """Events that are new here."""
        return [UUID(k) for k, fate in self.fates.items() if fate.outcome is Outcome.STORED]


@dataclass(frozen=True)
class Received:
    """A bundle that was taken in."""

    box_id: UUID
    commune_id: UUID
    label: str
    number: int
    counts: Counter[str]
    """Fate, or reason of quarantine → how many events."""
    receipt: bytes


def receive_bundle(database: Database, keys: Keys, raw: bytes) -> bytes:
    """Take a bundle in and return its signed receipt; Unfit, with nothing changed, for any other file."""
    return receive(database, keys, raw).receipt


def receive(
    database: Database, keys: Keys, raw: bytes, who: Actor | None = None, commune: UUID | None = None
) -> Received:  # fmt: skip
    """Take a bundle in, in one transaction, then write its receipt; the same file any number of times.

    `who` brought it (None: the box itself, over a network), `commune` is the only one it may be for.
    The projection follows: call `project_pending` or `project_after`.
    """
    own = seal.commune_secret(keys)
    with database.read() as session:
        header, content = seal.unseal(
            raw, "bundle", lambda told: _public(_sender(session, told, commune)), own
        )
    bundle = read_bundle(content)
    with database.write() as session:
        audit.lock_chain(session, header.commune_id)
        box = _sender(session, header, commune)
        done = _take(session, box, bundle, clock.now())
        row = _keep_file(session, box, header, raw, bundle, done, who)
        _keep_counts(box, header, bundle)
    # What it confirms is durable before the receipt is written.
    with database.write() as session:
        told = msgspec.json.encode(_receipt(session, header, raw, bundle, done))
        receipt = seal.seal(_answering(header), told, own, _public(box))
        session.get_one(BoxBundle, (row.commune_id, row.id)).receipt = b64encode(receipt).decode()
    counts = Counter(str(fate.reason or fate.outcome) for fate in done.fates.values())
    return Received(box.id, box.commune_id, box.label, header.number, counts, receipt)


def _sender(session: Session, header: seal.Header, commune: UUID | None) -> Box:
    """The box that a header names, if it may send; it is believed once its signature was verified."""
    box = session.get(Box, (header.commune_id, header.box_id))
    if box is None or commune not in (None, header.commune_id):
        raise seal.Unfit(
            _("Xã này không có máy lớp nào làm ra tệp này. Hãy xem lại tệp có đúng của xã không.")
        )
    if box.disabled_at is not None:
        raise seal.Unfit(
            _(
                "%(box)s đã ngừng nên xã không nhận tệp của máy này. Việc đã làm vẫn còn trên máy. Nếu máy đã "
                "tìm lại được, cán bộ xã mở trang “Máy lớp” và bấm “Đã tìm lại máy, dùng lại”.",
                box=box.label,
            )
        )
    return box


def _public(box: Box) -> seal.Public:
    return seal.Public.of(box.public_key)


def _take(session: Session, box: Box, bundle: Bundle, now: datetime) -> _Intake:
    scope = scope_of(session, box)
    own = keep_devices(session, scope, bundle.devices)
    keep_joins(session, scope, own, bundle.joins)
    done = _Intake()
    read = {one.id: event for one in bundle.raws if (event := _readable(one))}
    offered = [*bundle.events, *read.values()]
    theirs = _Allowed(session, scope, own | {box.id}, _read_all(offered))
    sent: dict[UUID, list[Sent]] = {}
    for one in offered:
        if theirs.may_send(one):
            sent.setdefault(UUID(one.device), []).append(one)
        else:
            done.foreign.append(one)
    for device, events in sent.items():
        _store(session, box, device, events, done, now)
    _keep_foreign(session, box, done, now)
    _keep_raws(session, box, [one for one in bundle.raws if one.id not in read], now)
    done.raws.update((UUID(one.id), one.sha256) for one in bundle.raws if _is_whole(one))
    return done


def _readable(one: SentRaw) -> Sent | None:
    """A raw text that has the shape of an event: this release may know what the box did not."""
    try:
        return Sent(decode(one.text).id, one.device, one.text, one.sha256)
    except Misfit:
        return None


def _read_all(events: Iterable[Sent]) -> dict[str, Envelope]:
    """Event id → its envelope, for those that have one; the ledger keeps the others raw."""
    found = {}
    for one in events:
        try:
            found[one.id] = decode(one.text)
        except Misfit:
            continue
    return found


class _Allowed:
    """Which events a box may send: of its own classes and learners, from its own devices."""

    def __init__(
        self, session: Session, scope: Scope, own: set[UUID], read: dict[str, Envelope]
    ) -> None:  # fmt: skip
        self._scope, self._own, self._read = scope, own, read
        commune = scope.box.commune_id
        self._servers = {web_device(commune), paper_device(commune)}
        self._epoch = server_epoch(scope.box.id)
        named = list(read.values())
        classes = {UUID(one.class_) for one in named if one.class_} - scope.meetings.keys()
        self._foreign = registry.known_classes(session, commune, classes)
        learners = {UUID(one.learner) for one in named if one.learner}
        attempts = {UUID(one.attempt) for one in named if one.attempt}
        begun = _learners_of(session, commune, attempts)
        others = _enrolled(
            session, commune, (learners | set(begun.values())) - scope.learners.keys()
        )
        self._foreign |= others
        self._foreign |= {attempt for attempt, learner in begun.items() if learner in others}
        self._foreign |= self._begun_elsewhere(session, attempts)

    def _begun_elsewhere(self, session: Session, attempts: set[UUID]) -> set[UUID]:
        """Attempts that began at the commune or on another box: they go on there only."""
        query = select(Event.attempt_id, Event.device_id, Event.epoch).where(
            Event.commune_id == self._scope.box.commune_id,
            Event.attempt_id.in_(attempts),
            Event.type == "attempt.started",
        )
        started = session.execute(query).all() if attempts else ()
        return {row[0] for row in started if row[0] and not self._is_here(row[1], row[2])}

    def _is_here(self, device: UUID, epoch: str) -> bool:
        return epoch == self._epoch if device in self._servers else device in self._own

    def may_send(self, one: Sent) -> bool:
        """The text is what its hash says, and nothing in it belongs to somebody else's class."""
        event = self._read.get(one.id)
        if event is not None and event.id != one.id:
            return False
        if store.sha256(one.text) != one.sha256 or not self._is_own(one, event):
            return False
        named = (event.class_, event.learner, event.attempt) if event else ()
        if any(UUID(key) in self._foreign for key in named if key):
            return False
        return event is None or self._may_name(event)

    def _may_name(self, event: Envelope) -> bool:
        """A test that the commune held with its own proctor is none of a box's: it would need no claim."""
        test = named_test(event)
        return test is None or test in self._scope.tests

    def _is_own(self, one: Sent, event: Envelope | None) -> bool:
        device = UUID(one.device)
        if device not in self._servers or event is None:
            return device in self._own
        return event.epoch == self._epoch and event.type not in SEEN_BY_TRAINERS


def named_test(event: Envelope) -> UUID | None:
    """The sitting that an event's payload names, read as the ledger reads it; None for none, or no id."""
    try:
        return UUID(json.loads(bytes(event.payload))["sitting"])
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None


def _learners_of(session: Session, commune: UUID, attempts: set[UUID]) -> dict[UUID, UUID]:
    """Attempt → a learner whom its stored events name."""
    query = select(Event.attempt_id, Event.learner_id).where(
        Event.commune_id == commune,
        Event.attempt_id.in_(attempts),
        Event.learner_id.is_not(None),
    )
    found = session.execute(query.distinct()) if attempts else ()
    return {attempt: learner for attempt, learner in found if attempt and learner}


def _enrolled(session: Session, commune: UUID, ids: set[UUID]) -> set[UUID]:
    """Those that are learners of other classes."""
    query = select(Enrolment.id).where(Enrolment.commune_id == commune, Enrolment.id.in_(ids))
    return set(session.scalars(query)) if ids else set()


def _store(
    session: Session, box: Box, device: UUID, events: Sequence[Sent], done: _Intake, now: datetime
) -> None:
    for part in _parts(events):
        receipt = accept(session, box.commune_id, device, [one.text for one in part], now)
        for one, fate in zip(part, receipt.fates, strict=True):
            done.fates[one.id] = fate


def _parts(events: Sequence[Sent]) -> Iterator[Sequence[Sent]]:
    """As many at once as a tablet may send."""
    at = 0
    for texts in batches([one.text for one in events]):
        yield events[at : at + len(texts)]
        at += len(texts)


def _keep_foreign(session: Session, box: Box, done: _Intake, now: datetime) -> None:
    """What this box may not send is kept raw under the box's own id, and never becomes an event."""
    raws = [store.Raw(one.text, Reason.WRONG_DEVICE, one.id) for one in done.foreign]
    store.quarantine(session, box.commune_id, box.id, raws, now)
    for one in done.foreign:
        refused = Fate(None, one.id, Outcome.QUARANTINED, Reason.WRONG_DEVICE)
        done.fates.setdefault(one.id, refused)


def _keep_raws(session: Session, box: Box, raws: Sequence[SentRaw], now: datetime) -> None:
    """What nobody can read stands under the box's own id, so that it never becomes an event."""
    kept = [store.Raw(_body(one), _reason(one.reason)) for one in raws]
    store.quarantine(session, box.commune_id, box.id, kept, now)


def _is_whole(one: SentRaw) -> bool:
    return store.sha256(_body(one)) == one.sha256


def _body(one: SentRaw) -> str | bytes:
    try:
        return b64decode(one.text, validate=True) if one.encoding == "base64" else one.text
    except NotBase64:
        return one.text


def _reason(told: str) -> Reason:
    return Reason(told) if told in set(Reason) else Reason.UNREADABLE


def _keep_file(
    session: Session, box: Box, header: seal.Header, raw: bytes, bundle: Bundle, done: _Intake,
    who: Actor | None,
) -> BoxBundle:  # fmt: skip
    digest, now, stored = sha256(raw).hexdigest(), clock.now(), done.stored
    kept = sum(fate.outcome is Outcome.QUARANTINED for fate in done.fates.values())
    key = derived("box-bundle", box.id, digest)
    row = session.get(BoxBundle, (box.commune_id, key))
    is_new = row is None
    if row is None:
        row = BoxBundle(
            commune_id=box.commune_id, id=key, box_id=box.id, number=header.number, sha256=digest,
            events=len(bundle.events) + len(bundle.raws), stored=0, batches=[], receipt="", received_at=now,
        )  # fmt: skip
        session.add(row)
    else:
        row.again_at = now
    row.stored, row.kept = row.stored + len(stored), kept
    row.batches = sorted({*row.batches, *_batches(session, box, stored)})
    session.flush()
    if is_new or stored:
        by = who or Actor(Role.DEVICE, box.commune_id, box.id, box.label)
        audit.record(session, by, "receive", "box_bundle", row.id, box=box.id,
                     number=header.number, stored=len(stored), kept=kept)  # fmt: skip
    return row


def _batches(session: Session, box: Box, events: Sequence[UUID]) -> set[str]:
    query = select(Event.batch_id).where(Event.commune_id == box.commune_id, Event.id.in_(events))
    return {str(key) for key in session.scalars(query.distinct())} if events else set()


def _keep_counts(box: Box, header: seal.Header, bundle: Bundle) -> None:
    """The newest count stands: an older bundle that comes late does not replace it, whatever its clock said.

    In one store of a box numbers only rise; one that was restored numbers anew, in a later generation.
    """
    box.heard_at = clock.now()
    store_then = box.told["counts"].get("store", "") if box.told else ""
    if (bundle.counts.store, header.number) >= (store_then, box.told_number):
        box.told = {"made": header.made, "counts": msgspec.to_builtins(bundle.counts)}
        box.told_number = header.number


def _receipt(
    session: Session, header: seal.Header, raw: bytes, bundle: Bundle, done: _Intake
) -> Receipt:
    """What is durable now: the store itself is asked, not what was meant to be written."""
    current = generation.current(session)
    if current is None:
        raise Conflict(_("Kho của xã chưa chạy lần nào. Hãy chạy 'lms serve' một lần rồi làm lại."))
    box = session.get_one(Box, (header.commune_id, header.box_id))
    held = store.hashes(session, header.commune_id, [one.id for one in bundle.events])
    home = {UUID(one.id): one.sha256 for one in bundle.events if held.get(one.id) == one.sha256}
    refused = [
        Held(key, str(fate.reason or ""))
        for key, fate in done.fates.items()
        if UUID(key) not in home
    ]
    return Receipt(
        VERSION, header.number, sha256(raw).hexdigest(), str(current), millis(clock.now()),
        box.snapshot_number, proof_text(home | done.raws), refused,
    )  # fmt: skip


def _answering(header: seal.Header) -> seal.Header:
    return seal.Header(
        kind="receipt", commune=header.commune, box=header.box, number=header.number,
        made=millis(clock.now()),
    )  # fmt: skip
