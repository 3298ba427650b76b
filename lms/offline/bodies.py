"""The body of a batch call, read without trusting it: bounded while inflating, parsed or kept raw."""

import json
import sys
import zlib
from dataclasses import dataclass

import msgspec
from flask import Request

from lms.ledger.rules import MAX_EVENTS, MAX_TEXT, Reason

MAX_BODY = 2 * MAX_TEXT + 16 * 1024
"""Bytes of a batch's JSON: event texts are JSON strings in it, whose quotation marks are escaped."""
PROTOCOL = 1


class Batch(msgspec.Struct):
    """The JSON of a batch. `events` are the verbatim texts; other members are ignored."""

    events: list[str]
    protocol: int = PROTOCOL


@dataclass(frozen=True)
class Unreadable(Exception):
    """A body that is no batch; `raw` is as much of it as is kept."""

    raw: bytes
    reason: Reason


_decoder = msgspec.json.Decoder(Batch)


def read_batch(request: Request) -> list[str]:
    """The event texts of a request, in order; Unreadable keeps what came."""
    body = inflated(_raw(request), request.headers.get("Content-Encoding", ""))
    texts = _texts(body)
    if len(texts) > MAX_EVENTS or sum(map(_size, texts)) > MAX_TEXT:
        raise Unreadable(body, Reason.TOO_LARGE)
    return texts


def _raw(request: Request) -> bytes:
    # A body above the limit of other calls is answered like any other that is too large: 4xx is for the
    # credential only.
    request.max_content_length = sys.maxsize
    raw = request.stream.read(MAX_BODY + 1)
    if len(raw) > MAX_BODY:
        raise Unreadable(raw, Reason.TOO_LARGE)
    return raw


def inflated(raw: bytes, encoding: str) -> bytes:
    """The body without its gzip; it stops inflating at MAX_BODY bytes."""
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        return raw
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        body = inflater.decompress(raw, MAX_BODY + 1)
    except zlib.error:
        raise Unreadable(raw, Reason.UNREADABLE) from None
    if len(body) > MAX_BODY:
        raise Unreadable(body, Reason.TOO_LARGE)
    if not inflater.eof:
        raise Unreadable(raw, Reason.UNREADABLE)
    return body


def _texts(body: bytes) -> list[str]:
    try:
        return _decoder.decode(body).events
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return _texts_one_by_one(body)


def _texts_one_by_one(body: bytes) -> list[str]:
    """One odd event must not spoil the others: whatever is no text is kept as JSON."""
    try:
        events = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable(body, Reason.UNREADABLE) from None
    if not isinstance(events, list):
        raise Unreadable(body, Reason.UNREADABLE)
    return [one if isinstance(one, str) else json.dumps(one) for one in events]


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
