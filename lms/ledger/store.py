"""The statements of the event store: each batch is one INSERT … ON CONFLICT DO NOTHING.

On PostgreSQL events and batch row are one statement; SQLite cannot write two tables in one, so there
the batch row follows in the same transaction. The caller commits.
"""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from lms.core.ids import derived, uuid7
from lms.ledger.models import Event, Quarantined
from lms.ledger.rules import Reason


@dataclass(frozen=True)
class Row:
    """An event on its way into the store; ids are canonical UUID texts."""

    id: str
    position: int
    epoch: str
    seq: int
    type: str
    class_id: str | None
    learner_id: str | None
    attempt_id: str | None
    text: str
    sha256: str


def sha256(body: str | bytes) -> str:
    """SHA-256 in hex of a text's UTF-8 bytes, or of bytes."""
    raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()


_COLUMNS = (
    "commune_id, id, batch_id, position, device_id, epoch, seq, type, class_id, learner_id, "
    "attempt_id, text, sha256, received_at"
)
_FIELDS = [
    "position",
    "epoch",
    "seq",
    "type",
    "class_id",
    "learner_id",
    "attempt_id",
    "text",
    "sha256",
]

# The rows come sorted by id: two deliveries of the same events then wait for each other in one order.
# The statements go to the driver as they are, with its own parameter marks: compiling them and typing
# their parameters for each batch would cost as much as decoding it.
_POSTGRESQL = f"""
    WITH kept AS (
        INSERT INTO event ({_COLUMNS})
        SELECT %(commune)s, r.id, %(batch)s, r.position, %(device)s, r.epoch, r.seq, r.type,
               r.class_id, r.learner_id, r.attempt_id, r.text, r.sha256, %(now)s
        FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS r(
            id uuid, position int, epoch text, seq bigint, type text, class_id uuid,
            learner_id uuid, attempt_id uuid, text text, sha256 text)
        ON CONFLICT (commune_id, id) DO NOTHING RETURNING id
    ), delivered AS (
        INSERT INTO event_batch (commune_id, id, number, device_id, received_at)
        SELECT %(commune)s, %(batch)s,
               (SELECT coalesce(max(number), 0) + 1 FROM event_batch WHERE commune_id = %(commune)s),
               %(device)s, %(now)s
        WHERE EXISTS (SELECT 1 FROM kept)
    )
    SELECT id::text FROM kept
    """  # noqa: S608 - only the module's own constants are put in.
_SQLITE_VALUES = ", ".join(f"json_extract(r.value, '$.{name}')" for name in _FIELDS[1:])
_SQLITE = f"""
    INSERT INTO event ({_COLUMNS})
    SELECT :commune, json_extract(r.value, '$.id'), :batch, json_extract(r.value, '$.position'),
           :device, {_SQLITE_VALUES}, :now
    FROM json_each(:rows) AS r WHERE true
    ON CONFLICT (commune_id, id) DO NOTHING RETURNING id
    """  # noqa: S608 - only the module's own constants are put in.
_SQLITE_BATCH = """
    INSERT INTO event_batch (commune_id, id, number, device_id, received_at)
    SELECT :commune, :batch, coalesce(max(number), 0) + 1, :device, :now
    FROM event_batch WHERE commune_id = :commune
    """


def insert(
    session: Session, commune_id: UUID, device_id: UUID, rows: Sequence[Row], now: datetime
) -> tuple[UUID, set[str]]:
    """Store the rows as one batch; returns its id and the ids that were new."""
    batch, ordered = uuid7(), sorted(rows, key=lambda row: row.id)
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        values = {"commune": commune_id, "batch": batch, "device": device_id, "now": now}
        sent = msgspec.json.encode(ordered).decode()
        kept = connection.exec_driver_sql(_POSTGRESQL, {**values, "rows": sent})
        return batch, set(kept.scalars())
    return batch, _insert_sqlite(connection, commune_id, batch, device_id, ordered, now)


def _insert_sqlite(
    connection: Connection, commune_id: UUID, batch: UUID, device_id: UUID,
    rows: Sequence[Row], now: datetime,
) -> set[str]:  # fmt: skip
    """SQLite holds UUIDs as 32 hex letters and instants as text in UTC without a zone."""
    at = now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    values = {"commune": commune_id.hex, "batch": batch.hex, "device": device_id.hex, "now": at}
    ids = {row.id.replace("-", ""): row.id for row in rows}
    sent = msgspec.json.encode([_plain_ids(row) for row in rows]).decode()
    kept = connection.exec_driver_sql(_SQLITE, {**values, "rows": sent}).scalars().all()
    if kept:
        connection.exec_driver_sql(_SQLITE_BATCH, values)
    return {ids[one] for one in kept}


def _plain_ids(row: Row) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _FIELDS}
    for name in ("class_id", "learner_id", "attempt_id"):
        values[name] = values[name].replace("-", "") if values[name] else None
    return {"id": row.id.replace("-", ""), **values}


def hashes(session: Session, commune_id: UUID, ids: Sequence[str]) -> dict[str, str]:
    """Event id → SHA-256 of the text that the store holds."""
    query = select(Event.id, Event.sha256).where(
        Event.commune_id == commune_id, Event.id.in_([UUID(one) for one in ids])
    )
    return {str(row.id): row.sha256 for row in session.execute(query)}


@dataclass(frozen=True)
class Raw:
    """Something that is kept as it came, with the reason."""

    body: str | bytes
    reason: Reason
    event_id: str | None = None


def quarantine(
    session: Session, commune_id: UUID, device_id: UUID, raws: Sequence[Raw], now: datetime
) -> None:
    """Keep each body raw; the same bytes from the same device are kept once."""
    if not raws:
        return
    rows = {row["id"]: row for row in (_kept(commune_id, device_id, raw, now) for raw in raws)}
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_into
    else:
        from sqlalchemy.dialects.sqlite import insert as insert_into  # type: ignore[assignment]  # Two dialects' classes have the same method.
    statement = insert_into(Quarantined).on_conflict_do_nothing()
    session.execute(statement, [rows[key] for key in sorted(rows, key=str)])


def _kept(commune_id: UUID, device_id: UUID, raw: Raw, now: datetime) -> dict[str, Any]:
    digest = sha256(raw.body)
    encoding, body = _storable(raw.body)
    return {
        "commune_id": commune_id,
        "id": derived("quarantine", commune_id, device_id, raw.reason is Reason.CONFLICT, digest),
        "event_id": raw.event_id,
        "device_id": device_id,
        "reason": raw.reason.value,
        "encoding": encoding,
        "text": body,
        "sha256": digest,
        "received_at": now,
    }


def _storable(body: str | bytes) -> tuple[str, str]:
    raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    try:
        readable = raw.decode("utf-8")
    except UnicodeDecodeError:
        return "base64", b64encode(raw).decode()
    if "\x00" in readable:
        return "base64", b64encode(raw).decode()
    return "text", readable
