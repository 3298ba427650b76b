"""What an event looks like on the wire, and what becomes of each one. Standard library only."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

UUID_PATTERN = r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"
UUID7_PATTERN = r"\A[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z"
WORD_PATTERN = r"\A[0-9A-Za-z._-]{1,64}\Z"
"""Epochs and segments: what a client makes up to name a run of its own counter."""
APP_PATTERN = r"\A[0-9A-Za-z.+_-]{0,64}\Z"
TYPE_PATTERN = r"\A[a-z_.]{1,64}\Z"
HASH_PATTERN = r"\A[0-9a-f]{64}\Z"

MAX_COUNT = 2**53 - 1
"""Largest whole number that JavaScript counts exactly."""
MAX_MILLIS = 253_402_300_799_999
"""The last millisecond of the year 9999, the last that a datetime can say."""
MAX_VERSION = 1000

MAX_EVENTS = 100
MAX_TEXT = 64 * 1024
"""Bytes of all event texts of one batch, and so of a single event."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLAIMED = re.compile(
    r'"id"\s*:\s*"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"'
)


class Outcome(StrEnum):
    """What became of one delivered event; a client keeps whatever is not stored or duplicate."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


class Reason(StrEnum):
    """Why an event is kept raw in quarantine."""

    UNREADABLE = "unreadable"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_VERSION = "unknown_version"
    UNKNOWN_CLASS = "unknown_class"
    WRONG_DEVICE = "wrong_device"
    TOO_LARGE = "too_large"
    CONFLICT = "conflict"


MENDABLE = frozenset(
    {Reason.UNREADABLE, Reason.UNKNOWN_TYPE, Reason.UNKNOWN_VERSION, Reason.UNKNOWN_CLASS}
)
"""A newer release, or a class that arrives later, may turn these into events."""


@dataclass(frozen=True)
class Fate:
    """The answer to one event. `index` is its place in the batch, None for a body read as a whole."""

    index: int | None
    event_id: str | None
    outcome: Outcome
    reason: Reason | None = None


@dataclass(frozen=True)
class Receipt:
    """The answer to a batch: one fate for each event, in the order of delivery."""

    fates: Sequence[Fate]

    def ids(self, *outcomes: Outcome) -> list[str]:
        """Ids of the events with one of these outcomes."""
        return [f.event_id for f in self.fates if f.outcome in outcomes and f.event_id is not None]

    @property
    def confirmed(self) -> list[str]:
        """What the store now holds for good: a client may purge these after its waiting time."""
        return self.ids(Outcome.STORED, Outcome.DUPLICATE)


def claimed_id(text: str) -> str | None:
    """The id that an unreadable text seems to carry, so that its sender can be answered."""
    found = _CLAIMED.search(text)
    return found.group(1) if found else None


def device_time(at: int, offset: int) -> datetime:
    """Device milliseconds plus the measured offset, held inside what a datetime can say."""
    return _EPOCH + timedelta(milliseconds=min(max(at + offset, 0), MAX_MILLIS))


def millis(instant: datetime) -> int:
    """Whole milliseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def verbatim(envelope: Mapping[str, Any]) -> str:
    """The text of an event that the server itself makes: fields in order, blanks left out."""
    present = {name: value for name, value in envelope.items() if value is not None}
    return json.dumps(present, ensure_ascii=False, separators=(",", ":"))


def ranges(numbers: Collection[int]) -> list[tuple[int, int]]:
    """The numbers as runs without a gap: {1, 2, 3, 7} gives [(1, 3), (7, 7)]."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


@dataclass(frozen=True)
class Tally:
    """How much of a device's work is here. `made` is what it told, or what its numbers give away."""

    made: int
    held: int
    unsent: int = 0
    """What the device says it still has to send."""

    @property
    def missing(self) -> int:
        """Events that were made and are not here."""
        return self.made - self.held

    @property
    def gap(self) -> int:
        """Events that are not here although the device does not say that it will send them."""
        return max(0, self.missing - self.unsent)

    @property
    def is_whole(self) -> bool:
        """Everything is here."""
        return not self.missing and not self.unsent


def tally(made: Mapping[str, int], held: Mapping[str, tuple[int, int]], unsent: int = 0) -> Tally:
    """Compare what a device made with what the store holds of it.

    `made`: epoch → how many events, numbered from 0; `held`: epoch → (how many different numbers, the
    highest). An epoch that the device no longer tells of, as its memory was emptied, has at least as many
    as the highest number that arrived.
    """
    ends = {epoch: highest + 1 for epoch, (_count, highest) in held.items()}
    known = sum(max(made.get(e, 0), ends.get(e, 0)) for e in made.keys() | ends.keys())
    return Tally(known, sum(count for count, _highest in held.values()), unsent)
