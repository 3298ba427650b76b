"""Audit chains in memory and every way of tampering with one, for the suite and for the soak."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from lms.core import audit
from lms.core.audit import GENESIS, Checkpoint, Known
from lms.core.guard import system

BEGUN = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One entry as the database hands it over."""

    seq: int
    at: datetime
    body: str
    previous: str
    hash: str

    def __iter__(self) -> object:
        return iter((self.seq, self.at, self.body, self.previous, self.hash))


Rows = list[Row]


def linked(bodies: list[tuple[datetime, str]]) -> Rows:
    """A whole chain over these bodies."""
    rows, previous = [], GENESIS
    for seq, (at, body) in enumerate(bodies, 1):
        rows.append(Row(seq, at, body, previous, audit.link(previous, seq, body)))
        previous = rows[-1].hash
    return rows


def chain(source: random.Random, size: int) -> tuple[Rows, Checkpoint]:
    """A chain of this many entries and its checkpoint, as a report carried it away."""
    who = system(UUID(int=1))
    moments = [BEGUN + timedelta(seconds=n) for n in range(size)]
    deeds = [("did", "thing", n, {"n": source.randrange(9)}) for n in range(size)]
    bodies = [(at, audit._body(who, at, deed)) for at, deed in zip(moments, deeds, strict=True)]
    rows = linked(bodies)
    return rows, Checkpoint(size, rows[-1].hash)


def counted(rows: Rows, known: Checkpoint) -> list[str]:
    """The faults that `verify` finds."""
    return list(audit._faults(iter(rows), GENESIS, 0, [Known(known)]))


def _edit(source: random.Random, rows: Rows) -> Rows:
    place = source.randrange(len(rows))
    at = source.randrange(len(rows[place].body))
    body = rows[place].body
    other = chr(ord(body[at]) ^ 1)
    rows[place] = replace(rows[place], body=body[:at] + other + body[at + 1 :])
    return rows


def _edit_and_hash(source: random.Random, rows: Rows) -> Rows:
    """The body and its own hash are changed together; the next entry, or the checkpoint, knows."""
    place = source.randrange(len(rows))
    row = rows[place]
    body = row.body.replace('"verb":"did"', '"verb":"dud"')
    rows[place] = replace(row, body=body, hash=audit.link(row.previous, row.seq, body))
    return rows


def _delete(source: random.Random, rows: Rows) -> Rows:
    del rows[source.randrange(len(rows) - 1)]
    return rows


def _delete_and_number(source: random.Random, rows: Rows) -> Rows:
    """One is taken out and those after it move up, with their old hashes."""
    del rows[source.randrange(len(rows) - 1)]
    return [replace(row, seq=seq) for seq, row in enumerate(rows, 1)]


def _insert(source: random.Random, rows: Rows) -> Rows:
    place = source.randrange(len(rows))
    rows.insert(place, replace(rows[place], body=rows[place].body.replace("did", "dud")))
    return [replace(row, seq=seq) for seq, row in enumerate(rows, 1)]


def _append(_source: random.Random, rows: Rows) -> Rows:
    last = rows[-1]
    return [*rows, replace(last, seq=last.seq + 1, previous=last.hash, hash="f" * 64)]


def _reorder(source: random.Random, rows: Rows) -> Rows:
    one = source.randrange(len(rows) - 1)
    a, b = rows[one], rows[one + 1]
    rows[one : one + 2] = [replace(a, body=b.body, at=b.at), replace(b, body=a.body, at=a.at)]
    return rows


def _truncate(source: random.Random, rows: Rows) -> Rows:
    return rows[: source.randrange(len(rows))]


def _replace(_source: random.Random, rows: Rows) -> Rows:
    """A whole chain of other deeds, linked faultlessly."""
    return linked([(row.at, row.body.replace("did", "dud")) for row in rows])


def _rewrite_end(source: random.Random, rows: Rows) -> Rows:
    """From some entry on everything is written anew and linked faultlessly."""
    place = source.randrange(len(rows))
    bodies = [
        (r.at, r.body if n < place else r.body.replace("did", "dud")) for n, r in enumerate(rows)
    ]
    return linked(bodies)


def _move_in_time(source: random.Random, rows: Rows) -> Rows:
    place = source.randrange(len(rows))
    rows[place] = replace(rows[place], at=rows[place].at + timedelta(days=1))
    return rows


_WAYS: dict[str, Callable[[random.Random, Rows], Rows]] = {
    "edit": _edit, "edit with its hash": _edit_and_hash, "delete": _delete,
    "delete and number anew": _delete_and_number, "insert": _insert, "append": _append,
    "reorder": _reorder, "truncate": _truncate, "replace": _replace, "rewrite the end": _rewrite_end,
    "move in time": _move_in_time,
}  # fmt: skip
WAYS = tuple(_WAYS)


def tampered(source: random.Random, rows: Rows, way: str) -> Rows:
    """A copy of the chain, tampered with in this way."""
    return _WAYS[way](source, list(rows))
