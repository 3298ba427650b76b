"""The trail of an attempt: which answers count, whatever order the events arrived in.

An attempt is a tree of segments.  A segment is begun whenever a tablet takes the attempt up (a new
tablet, or a new epoch of the same one) and names the last event it saw as its parent.  Order is the
segment chain, then seq; clocks order nothing.  Work done at once on two tablets makes two branches.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Responses = Mapping[str, Sequence[str]]
"""Item id → the response; for choices, the ids of the chosen options."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`response` as the learner gave it; empty takes an earlier answer back."""

    item: str
    response: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Submit:
    """`count` and `answers_hash` are over the answers the tablet held; `at` is its event time.

    `at` is device time + offset as the event carries it, so that box and commune see the same.
    """

    count: int
    answers_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of an attempt. Events that are neither answer nor submit still carry the order."""

    event_id: str
    segment: str
    seq: int
    parent: str | None = None
    answer: Answer | None = None
    submit: Submit | None = None

    @property
    def is_work(self) -> bool:
        return self.answer is not None or self.submit is not None


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of work from the start of the attempt to the end of `segment`.

    `answers` hold the last answer of each item, up to the first submit, sorted by item.
    `gap` says that the event which a segment goes on from has not arrived yet.
    """

    segment: str
    answers: tuple[Answer, ...]
    submit: Submit | None
    submit_event: str | None
    gap: bool

    @property
    def responses(self) -> dict[str, tuple[str, ...]]:
        return {answer.item: answer.response for answer in self.answers}

    @property
    def complete(self) -> bool:
        """Submitted, and exactly the answers that the tablet submitted are held."""
        return (
            self.submit is not None
            and self.submit.count == len(self.answers)
            and self.submit.answers_hash == answers_hash(self.responses)
        )


def answers_hash(responses: Responses) -> str:
    """SHA-256 in hex over the last answer of each item; the tablet computes the same.

    The hashed text is JSON without spaces, letters kept: [["item id",["response", …]], …] sorted by
    item id. An answer that was taken back counts as an empty response.
    """
    rows = [[item, list(response)] for item, response in sorted(responses.items())]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(slots=True)
class _Segment:
    name: str
    entries: list[Entry]
    parent: str | None
    live: bool = False
    """It or one of its followers holds work."""
    left_at: int = -1
    """Index of the last entry from which a live segment goes on."""

    @property
    def is_leaf(self) -> bool:
        own = any(entry.is_work for entry in self.entries[self.left_at + 1 :])
        return self.live and (own or self.left_at < 0)


def branches(entries: Iterable[Entry]) -> tuple[Branch, ...]:
    """All lines of work, sorted by segment; more than one means that the attempt forked.

    A pure function of the set of events: duplicates and the order of arrival change nothing.
    """
    segments = _segments(entries)
    home = {e.event_id: (part, i) for part in segments.values() for i, e in enumerate(part.entries)}
    for part in segments.values():
        if any(entry.is_work for entry in part.entries):
            _enliven(part, home)
    leaves = [part for part in segments.values() if part.is_leaf]
    if not leaves:
        leaves = list(segments.values())[:1]
    return tuple(_branch(leaf, home) for leaf in leaves)


_Home = Mapping[str, tuple[_Segment, int]]


def _segments(entries: Iterable[Entry]) -> dict[str, _Segment]:
    held: dict[str, list[Entry]] = {}
    for entry in sorted(set(entries), key=_order):
        held.setdefault(entry.segment, []).append(entry)
    return {name: _Segment(name, held[name], _parent(held[name])) for name in sorted(held)}


def _order(entry: Entry) -> tuple[int, str, str]:
    # Two bodies under one id are an alarm elsewhere; here they only need some fixed order.
    return entry.seq, entry.event_id, repr(entry)


def _parent(entries: Sequence[Entry]) -> str | None:
    own = {entry.event_id for entry in entries}
    named = (entry.parent for entry in entries if entry.parent and entry.parent not in own)
    return next(named, None)


def _enliven(part: _Segment, home: _Home) -> None:
    """Mark the segment and everything it goes on from as holding work."""
    while not part.live:
        part.live = True
        if part.parent is None or part.parent not in home:
            return
        part, index = home[part.parent]
        part.left_at = max(part.left_at, index)


def _branch(leaf: _Segment, home: _Home) -> Branch:
    line, gap = _line(leaf, home)
    end = next((i for i, entry in enumerate(line) if entry.submit), len(line))
    last = {entry.answer.item: entry.answer for entry in line[:end] if entry.answer}
    closing = line[end] if end < len(line) else None
    return Branch(
        segment=leaf.name,
        answers=tuple(last[item] for item in sorted(last)),
        submit=closing.submit if closing else None,
        submit_event=closing.event_id if closing else None,
        gap=gap,
    )


def _line(leaf: _Segment, home: _Home) -> tuple[list[Entry], bool]:
    """The entries from the start to the end of `leaf`, and whether a parent is missing.

    A chain that bites its own tail can only be forged; the walk stops where it would repeat.
    """
    line, part, seen = list(leaf.entries), leaf, {leaf.name}
    while part.parent is not None:
        if part.parent not in home:
            return line, True
        part, index = home[part.parent]
        if part.name in seen:
            return line, True
        seen.add(part.name)
        line = part.entries[: index + 1] + line
    return line, False
