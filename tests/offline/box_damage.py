"""Ways in which a sealed file goes wrong on its way, and what somebody with a box's own key may make up."""

import json
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from lms.core.ids import uuid7
from lms.ledger import store
from lms.offline.box import seal, wire
from lms.offline.box.bundles import own_secret
from lms.offline.box.here import require_box
from tests.offline.box_home import Boxes, event_text

Damage = Callable[[Random, bytes, bytes], bytes]
"""(source, file, another file of the same box) → a file that must be refused."""


def _flip(source: Random, raw: bytes, _other: bytes) -> bytes:
    at = source.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << source.randrange(8)]) + raw[at + 1 :]


def _cut(source: Random, raw: bytes, _other: bytes) -> bytes:
    return raw[: source.randrange(len(raw))]


def _cut_front(source: Random, raw: bytes, _other: bytes) -> bytes:
    return raw[source.randrange(1, len(raw)) :]


def _hole(source: Random, raw: bytes, _other: bytes) -> bytes:
    """A cluster of the stick reads as zeros."""
    at = source.randrange(len(raw))
    length = min(source.choice((1, 16, 512, 4096)), len(raw) - at)
    holed = raw[:at] + bytes(length) + raw[at + length :]
    return holed if holed != raw else raw[:-1]


def _grown(source: Random, raw: bytes, _other: bytes) -> bytes:
    return raw + source.randbytes(source.choice((1, 64, 512)))


def _swapped(source: Random, raw: bytes, _other: bytes) -> bytes:
    """Two blocks have changed places."""
    size = source.choice((16, 64, 256))
    at = source.randrange(len(raw) - 2 * size)
    mixed = raw[:at] + raw[at + size : at + 2 * size] + raw[at : at + size] + raw[at + 2 * size :]
    return mixed if mixed != raw else raw[:-1]


def _spliced(source: Random, raw: bytes, other: bytes) -> bytes:
    """The head of one file, the tail of another."""
    at = source.randrange(len(seal.MAGIC) + 10, min(len(raw), len(other)) - 1)
    mixed = raw[:at] + other[at:]
    return mixed if mixed not in (raw, other) else raw[:-1]


def _other_signature(_source: Random, raw: bytes, other: bytes) -> bytes:
    return raw[:-64] + other[-64:]


def _headed(source: Random, raw: bytes, _other: bytes) -> bytes:
    """Somebody writes another header over the one that was signed."""
    at = len(seal.MAGIC)
    length = int.from_bytes(raw[at : at + 2])
    told = json.loads(raw[at + 2 : at + 2 + length])
    name = source.choice(("box", "commune", "number", "made", "kind", "more"))
    told[name] = source.choice((str(uuid7()), 1, 2**60, -1, None, "receipt", [], "x" * 400))
    head = json.dumps(told).encode()
    return raw[:at] + len(head).to_bytes(2) + head + raw[at + 2 + length :]


def _noise(source: Random, raw: bytes, _other: bytes) -> bytes:
    return source.choice((b"", seal.MAGIC)) + source.randbytes(source.randrange(len(raw)))


DAMAGES: dict[str, Damage] = {
    "a bit": _flip, "cut off": _cut, "cut in front": _cut_front, "a hole": _hole, "grown": _grown,
    "blocks swapped": _swapped, "two files in one": _spliced, "another's signature": _other_signature,
    "another header": _headed, "noise": _noise,
}  # fmt: skip


def signed_by(boxes: Boxes, content: bytes, number: int = 90) -> bytes:
    """What the box's own key signs, whatever it says."""
    with boxes.box.read() as session:
        secret = own_secret(boxes.box_keys, require_box(session))
    header = seal.Header(
        kind="bundle", commune=str(boxes.id), box=str(boxes.box_id), number=number, made=number
    )
    return seal.seal(header, content, secret, seal.commune_secret(boxes.keys).public)


def made_up(source: Random, boxes: Boxes, device: UUID) -> tuple[bytes, set[UUID]]:
    """A bundle's content that no box of ours writes, and the events in it that may become events."""
    cast, foreign = boxes.cast, source.random() < 0.5
    more: dict[str, Any] = {"seq": source.randrange(1000)}
    if foreign:
        name = source.choice(("class", "learner", "device"))
        more[name] = str(
            {"class": cast["k2_buoi"], "learner": cast["hv_mai"], "device": cast["k1_may"]}[name]
        )
    text = event_text(cast, device, 0, "e9", **more)
    told = json.loads(text)
    sent = {"id": told["id"], "device": told["device"], "text": text, "sha256": store.sha256(text)}
    content = json.loads(_empty())
    content["events"] = [sent]
    way = source.randrange(4)
    if way == 0:
        return json.dumps(content).encode(), set() if foreign else {UUID(told["id"])}
    if way == 1:
        sent[source.choice(tuple(sent))] = _odd(source)
    elif way == 2:
        content[source.choice(tuple(content))] = _odd(source)
    else:
        content["devices"] = [{"id": str(cast["k1_may"]), "label": "x", "kind": _odd(source)}]
    return json.dumps(content).encode(), {UUID(told["id"])}


def _odd(source: Random) -> Any:
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    return source.choice(
        (None, -1, 1.5, "", "x", "\x00", "\ud800", {}, [], [[]], deep, 2**70, True, str(uuid7()), "0" * 64)
    )  # fmt: skip


def _empty() -> bytes:
    counts = wire.Counts(0, [], [])
    return msgspec.json.encode(wire.Bundle(wire.VERSION, counts, [], [], [], []))
