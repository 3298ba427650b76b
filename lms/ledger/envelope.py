"""Reading one event: a compiled decoder, because this is the one path where decoding is the cost.

`lms.ledger.schemas.EnvelopeIn` says the same rules in marshmallow; a property test holds both equal
(docs/adr/0002-one-compiled-decoder.md).
"""

import json
from functools import lru_cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from lms.ledger import registry, rules
from lms.ledger.rules import Reason

_Uuid = Annotated[str, Meta(pattern=rules.UUID_PATTERN)]
_Word = Annotated[str, Meta(pattern=rules.WORD_PATTERN)]
_Count = Annotated[int, Meta(ge=0, le=rules.MAX_COUNT)]


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One event as it travels; docs/offline.md describes every field."""

    v: Annotated[int, Meta(ge=1, le=rules.MAX_VERSION)]
    id: Annotated[str, Meta(pattern=rules.UUID7_PATTERN)]
    device: _Uuid
    epoch: _Word
    seq: _Count
    class_: _Uuid | None = msgspec.field(name="class", default=None)
    learner: _Uuid | None = None
    attempt: _Uuid | None = None
    segment: _Word | None = None
    parent: _Uuid | None = None
    content: Annotated[str, Meta(pattern=rules.HASH_PATTERN)] | None = None
    type: Annotated[str, Meta(pattern=rules.TYPE_PATTERN)]
    payload: msgspec.Raw
    at: Annotated[int, Meta(ge=0, le=rules.MAX_MILLIS)]
    mono: _Count = 0
    offset: Annotated[int, Meta(ge=-rules.MAX_MILLIS, le=rules.MAX_MILLIS)] = 0
    app: Annotated[str, Meta(pattern=rules.APP_PATTERN)] = ""


_decoder = msgspec.json.Decoder(Envelope)
_FAULTS = (msgspec.DecodeError, RecursionError, UnicodeError)


class Misfit(Exception):
    """A text that is not taken as an event; `reason` says why it is kept raw."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def decode(text: str) -> Envelope:
    """The envelope of a text; Misfit when it does not have the agreed shape."""
    try:
        return _decoder.decode(text)
    except _FAULTS as fault:
        raise Misfit(Reason.UNREADABLE) from fault


def read(text: str, device: str) -> Envelope:
    """The envelope of an event that this device (its id) may send and some package knows; else Misfit."""
    event = decode(text)
    if event.device != device:
        raise Misfit(Reason.WRONG_DEVICE)
    kind = registry.event_type(event.type)
    if kind is None:
        raise Misfit(Reason.UNKNOWN_TYPE)
    if event.v not in kind.versions:
        raise Misfit(Reason.UNKNOWN_VERSION)
    if _lacks(event, kind) or not payload_fits(kind, bytes(event.payload)):
        raise Misfit(Reason.UNREADABLE)
    return event


def _lacks(event: Envelope, kind: registry.EventType) -> bool:
    if kind.by_attempt and event.attempt is None:
        return True
    named = {"class": event.class_, "learner": event.learner, "attempt": event.attempt}
    return any(named[name] is None for name in kind.needs)


@lru_cache(maxsize=4096)
def payload_fits(kind: registry.EventType, raw: bytes) -> bool:
    """Whether the payload passes its owner's schema.

    Learners of a class give the same answers to the same questions, so most payloads were seen before.
    """
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(payload, dict) and not _has_nul(payload) and not kind.schema().validate(payload)
    )


def _has_nul(payload: Any) -> bool:
    """PostgreSQL stores no NUL character, so no projection could hold it, however deep it lies."""
    left = [payload]
    while left:
        value = left.pop()
        if isinstance(value, str) and "\x00" in value:
            return True
        if isinstance(value, dict):
            left += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            left += value
    return False
