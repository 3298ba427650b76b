"""The audit log: append-only, hash-chained per commune, canonical JSON, pseudonymous.

Each entry's hash covers the one before, so `verify` finds an edited, deleted, inserted or reordered
entry by itself, and a chain cut short or written anew against a checkpoint that has left the machine.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import clock
from lms.core.db import Base, CommuneRow
from lms.core.guard import Actor
from lms.core.signals import send

GENESIS = "0" * 64
Deed = tuple[str, str, object, Mapping[str, Any]]
"""Verb, kind and key of the thing, facts."""


class AuditEntry(CommuneRow, Base):
    """One thing somebody did. Entries are never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("commune_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger)
    """1, 2, 3 … within the commune, without gaps."""
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    """Canonical JSON of who did what to which thing; ids only, no names, no citizen IDs."""
    previous: Mapped[str]
    hash: Mapped[str]


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of a chain; printed with each report so that it leaves the machine."""

    size: int
    root: str


def canonical(data: Any) -> str:
    """Canonical JSON: sorted keys, no blanks, UTF-8; the same data gives the same bytes for ever."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link(previous: str, seq: int, body: str) -> str:
    """The hash of an entry: SHA-256 over the previous hash, the number and the body."""
    return hashlib.sha256(f"{previous}\n{seq}\n{body}".encode()).hexdigest()


def _last(session: Session, commune_id: UUID) -> AuditEntry | None:
    query = select(AuditEntry).where(AuditEntry.commune_id == commune_id)
    return session.scalar(query.order_by(AuditEntry.seq.desc()).limit(1).with_for_update())


def record(session: Session, who: Actor, verb: str, kind: str, key: object, **facts: Any) -> None:
    """Append one entry in the caller's transaction. Facts hold ids, counts and reasons, no names."""
    record_each(session, who, [(verb, kind, key, facts)])


def record_each(session: Session, who: Actor, deeds: Iterable[Deed]) -> None:
    """Append an entry for each of several deeds, in their order: the end of the chain is read once."""
    commune_id, at = who.commune, clock.now()
    lock_chain(session, commune_id)
    last = _last(session, commune_id)
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    for deed in deeds:
        seq += 1
        body = _body(who, at, deed)
        hash_ = link(previous, seq, body)
        session.add(
            AuditEntry(
                commune_id=commune_id, seq=seq, at=at, body=body, previous=previous, hash=hash_
            )
        )
        previous = hash_
    session.flush()


def _body(who: Actor, at: datetime, deed: Deed) -> str:
    verb, kind, key, facts = deed
    return canonical(
        {
            "at": at.astimezone(UTC).isoformat(),
            "by": {"role": who.role.value, "id": str(who.id) if who.id else None},
            "verb": verb,
            "kind": kind,
            "key": str(key),
            "facts": {name: str(value) for name, value in facts.items()},
        }
    )


def lock_chain(session: Session, commune_id: UUID) -> None:
    """Let one writer at a time append to a commune's chain (SQLite has one writer anyway)."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy import func

        session.execute(select(func.pg_advisory_xact_lock(commune_id.int & (2**62 - 1))))


def checkpoint(session: Session, commune_id: UUID) -> Checkpoint:
    """The chain's present size and root."""
    last = session.scalar(
        select(AuditEntry).where(AuditEntry.commune_id == commune_id)
        .order_by(AuditEntry.seq.desc()).limit(1)
    )  # fmt: skip
    return Checkpoint(last.seq, last.hash) if last else Checkpoint(0, GENESIS)


@dataclass(frozen=True)
class Known:
    """A checkpoint and what carries it: 'bản chốt số 3 của kế hoạch …', or the name of a file."""

    checkpoint: Checkpoint
    carrier: str = ""


@dataclass(frozen=True)
class CheckpointsAsked:
    """Which checkpoints does the store itself hold? Packages whose records carry one add it to `found`."""

    commune_id: UUID
    found: list[Known] = field(default_factory=list)


def kept_checkpoints(session: Session, commune_id: UUID) -> list[Known]:
    """The checkpoints that frozen records of the store carry, such as closed reports."""
    asked = CheckpointsAsked(commune_id)
    send(session, asked)
    return asked.found


def verify(
    session: Session, commune_id: UUID, known: Checkpoint | Sequence[Known] | None = None
) -> list[str]:
    """What is wrong with the chain, in Vietnamese; an empty list when nothing is."""
    held = [Known(known)] if isinstance(known, Checkpoint) else list(known or ())
    return list(_faults(_entries(session, commune_id, 0), GENESIS, 0, held))


def verify_end(session: Session, commune_id: UUID, entries: int) -> list[str]:
    """What is wrong with the newest entries, for a page that must not read a chain of years."""
    first = max(0, checkpoint(session, commune_id).size - entries)
    before = session.scalar(
        select(AuditEntry.hash).where(AuditEntry.commune_id == commune_id, AuditEntry.seq == first)
    )
    faults = [] if before or not first else [f"Mục {first}: bị thiếu."]
    return faults + list(
        _faults(_entries(session, commune_id, first), before or GENESIS, first, [])
    )


def _entries(session: Session, commune_id: UUID, after: int) -> Iterator[Any]:
    query = select(
        AuditEntry.seq, AuditEntry.at, AuditEntry.body, AuditEntry.previous, AuditEntry.hash
    ).where(AuditEntry.commune_id == commune_id, AuditEntry.seq > after)
    return iter(session.execute(query.order_by(AuditEntry.seq).execution_options(yield_per=2000)))


def _faults(rows: Iterator[Any], previous: str, seq: int, held: Sequence[Known]) -> Iterator[str]:
    """Faults of the chain as they are met, then the checkpoints that it does not pass through."""
    roots = {0: GENESIS} if seq == 0 else {}
    wanted = {known.checkpoint.size for known in held}
    for number, at, body, before, hash_ in rows:
        if number != seq + 1:
            yield f"Mục {seq + 1}: bị thiếu (gặp ngay mục {number})."
        if before != previous or hash_ != link(before, number, body):
            yield f"Mục {number}: nội dung hoặc thứ tự đã bị thay đổi."
        elif not body.startswith(f'{{"at":"{at.astimezone(UTC).isoformat()}",'):
            # The column is there to be searched by; what the hash covers is the body.
            yield f"Mục {number}: giờ ghi đã bị thay đổi."
        previous, seq = hash_, number
        if number in wanted:
            roots[number] = hash_
    for known in held:
        if roots.get(known.checkpoint.size) != known.checkpoint.root:
            carrier = f" ({known.carrier})" if known.carrier else ""
            size = known.checkpoint.size
            yield f"Nhật ký không khớp điểm kiểm tra {size} mục đã in{carrier}: bị cắt hoặc thay."
