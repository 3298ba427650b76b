"""What changed since: records compared with how they were told of last, and the cursor that names a point.

The rows behind a record are projections, merged and erased, rebuilt and restored; no column says when
they changed, and a clock would not order it. So whoever asks makes the comparison: when the stamp of
the rows is another one than last time, each record's digest is held against the one kept, and what
differs gets the next numbers. Equal stamps cost one small read. Nothing that writes has to know.

A cursor is a commune, a kind, the store's generation and such a number. After a restore the generation
is another one: numbers would come back with other things behind them, so the cursor is refused and the
other side reads anew.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from lms.core.db import Database
from lms.core.errors import Invalid, Refusal
from lms.core.i18n import _
from lms.core.ids import derived
from lms.indicators.bare import BareId, bare_rows, full_id
from lms.ledger import generation
from lms.reports.feed_models import FeedChange, FeedMark

ERASED, REMOVED = "erased", "removed"


class CursorLost(Refusal):
    """The cursor's point is not in this store (it was restored): read everything anew."""

    status, kind = 410, "cursor-lost"


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of record. `stamp` changes whenever a digest may; `digests` maps bare ids to digests."""

    kind: str
    stamp: Callable[[Session, UUID], str | None]
    digests: Callable[[Session, UUID], Mapping[str, str]]
    """An empty digest stands for a record of an erased person."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a kind of a commune was compared."""

    kind: str
    commune_id: UUID
    generation: str
    seq: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Changes after a cursor: ids in order with why each is gone, where they end, whether more wait."""

    rows: Sequence[tuple[UUID, str]]
    end: int
    more: bool


def digest_of(*parts: object) -> str:
    """A short digest of everything a record says; never empty."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


# --- comparing ----------------------------------------------------------------------------------


def brought_up(database: Database, commune_id: UUID, source: Source) -> Mark:
    """The mark after everything that changed got its number. It works in transactions of its own."""
    with database.read() as session:
        stamp = source.stamp(session, commune_id) or ""
        held = _mark(session, commune_id, source.kind)
        told = str(generation.current(session) or "")
        if held is not None and stamp and held.stamp == stamp:
            return Mark(source.kind, commune_id, told, held.seq, stamp)
        seen = held.seq if held else 0
        changed = _changed(session, commune_id, source)
    with database.write() as session:
        seq = _written(session, commune_id, source.kind, seen, stamp, changed)
    return Mark(source.kind, commune_id, told, seq, stamp)


def _mark(session: Session, commune_id: UUID, kind: str) -> FeedMark | None:
    key = (commune_id, derived("feed-mark", commune_id, kind))
    return session.get(FeedMark, key)


@dataclass(frozen=True, slots=True)
class _Changed:
    new: list[tuple[str, str]]
    other: list[tuple[str, str]]
    gone: list[tuple[str, str]]


def _changed(session: Session, commune_id: UUID, source: Source) -> _Changed:
    """Records that are new, say something else, or are gone: bare id with digest or reason."""
    table = FeedChange
    query = select(BareId(table.id), table.digest, table.gone).where(
        table.commune_id == commune_id, table.kind == source.kind
    )
    held = {key: (digest, gone) for key, digest, gone in bare_rows(session, query)}
    now = source.digests(session, commune_id)
    there = {key: digest for key, digest in now.items() if digest}
    return _Changed(
        new=[(key, digest) for key, digest in there.items() if key not in held],
        other=[(k, d) for k, d in there.items() if k in held and held[k] != (d, "")],
        gone=[
            (key, ERASED if key in now else REMOVED)
            for key, (_digest, gone) in held.items()
            if key not in there and gone != (ERASED if key in now else REMOVED)
        ],
    )


def _written(
    session: Session, commune_id: UUID, kind: str, seen: int, stamp: str, changed: _Changed
) -> int:
    """Give the changes their numbers, unless somebody else just did; returns the last number."""
    mark = _locked(session, commune_id, kind)
    if mark.seq != seen:
        return mark.seq
    seq, home = mark.seq, {"commune_id": commune_id}
    fresh = []
    for key, digest in changed.new:
        seq += 1
        fresh.append(
            {**home, "id": full_id(key), "kind": kind, "seq": seq, "digest": digest, "gone": ""}
        )
    if fresh:
        session.execute(insert(FeedChange), fresh)
    told = []
    for key, digest, gone in (
        *((key, digest, "") for key, digest in changed.other),
        *((key, "", why) for key, why in changed.gone),
    ):
        seq += 1
        told.append({**home, "id": full_id(key), "seq": seq, "digest": digest, "gone": gone})
    if told:
        session.execute(update(FeedChange), told)
    mark.seq, mark.stamp = seq, stamp
    session.flush()
    return seq


def _locked(session: Session, commune_id: UUID, kind: str) -> FeedMark:
    """The mark's row, held to the end of this transaction; made when there is none."""
    key = derived("feed-mark", commune_id, kind)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(key.int & (2**62 - 1))))
    row = session.get(FeedMark, (commune_id, key))
    if row is None:
        row = FeedMark(commune_id=commune_id, id=key, kind=kind, seq=0, stamp="")
        session.add(row)
        session.flush()
    return row


# --- cursors and pages --------------------------------------------------------------------------


def cursor(mark: Mark, seq: int) -> str:
    """The opaque text that names a point."""
    said = [mark.kind, mark.commune_id.hex, mark.generation, seq]
    return urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).decode().rstrip("=")


def point(mark: Mark, text: str) -> int:
    """The number a cursor names; Invalid for a broken one, CursorLost for one of another store."""
    if not text:
        return 0
    try:
        kind, commune, made_by, seq = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        is_ours = (kind, commune) == (mark.kind, mark.commune_id.hex) and type(seq) is int
    except (ValueError, TypeError, RecursionError):
        is_ours = False
    if not is_ours:
        wrong = _("Mốc này không đọc được. Hãy dùng đúng giá trị “next” của lần gọi trước.")
        raise Invalid(wrong, fields={"changed_since": [wrong]})
    if made_by != mark.generation or not 0 <= seq <= mark.seq:
        raise CursorLost(
            _(
                "Cơ sở dữ liệu đã được khôi phục từ bản sao. Hãy đọc lại từ đầu, không kèm changed_since."
            )
        )
    return int(seq)


def changes_after(session: Session, mark: Mark, seq: int, limit: int) -> Slice:
    """The next changes after a number; a first reading is not told of what went before it began."""
    table = FeedChange
    query = (
        select(table.id, table.gone, table.seq)
        .where(table.commune_id == mark.commune_id, table.kind == mark.kind)
        .where(table.seq > seq, table.seq <= mark.seq)
        .order_by(table.seq)
        .limit(limit + 1)
    )
    if seq == 0:
        query = query.where(table.gone == "")
    rows = session.execute(query).all()
    more = len(rows) > limit
    return Slice(
        [(key, gone) for key, gone, _seq in rows[:limit]],
        rows[limit - 1][2] if more else mark.seq,
        more,
    )
