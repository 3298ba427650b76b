"""The few kinds of PDF object we write, and their cross-reference (ISO 32000-1:2008, chapter 7)."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
Pack = Callable[[bytes], bytes]


def deflate(data: bytes) -> bytes:
    """Packed as well as zlib can; what is packed once is kept, so its bytes never change."""
    return zlib.compress(data, 9)


def deflate_fast(data: bytes) -> bytes:
    """Packed in a third of the time and a tenth larger: for files that are made anew at each download."""
    return zlib.compress(data, 4)


def number(value: float) -> str:
    """At most two decimals, without needless zeros: 12.50 → '12.5'."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text(value: str) -> str:
    """A text string in UTF-16BE, written in hexadecimal."""
    return f"<FEFF{value.encode('utf-16-be').hex().upper()}>"


@dataclass(frozen=True)
class Thing:
    """An object of a file: its number, its value, and the bytes of its stream if it has one."""

    key: int
    value: str
    stream: bytes | None = None

    def written(self) -> bytes:
        """The object as it stands in the file."""
        head = f"{self.key} 0 obj\n{self.value}\n".encode("ascii")
        if self.stream is None:
            return head + b"endobj\n"
        return head + b"stream\n" + self.stream + b"\nendstream\nendobj\n"


def stream(key: int, data: bytes, pack: Pack, more: str = "") -> Thing:
    """A stream object; a `pack` that gives its data back as they are writes it plainly."""
    packed = pack(data)
    filtered = "" if packed is data else "/Filter/FlateDecode"
    return Thing(key, f"<<{more}{filtered}/Length {len(packed)}>>", packed)


_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\n(stream\n|endobj\n)", re.DOTALL)
_LENGTH = re.compile(rb"/Length (\d+)>>\Z")
_REFERENCE = re.compile(r"\b(\d+) 0 R\b")


def read(body: bytes) -> list[Thing]:
    """The objects of a body that `Thing.written` made; ValueError when it is damaged."""
    found, at = [], 0
    while at < len(body):
        thing, at = read_one(body, at)
        found.append(thing)
    return found


def read_one(body: bytes, at: int = 0) -> tuple[Thing, int]:
    """The object that begins at `at`, and where the next one begins; ValueError when damaged."""
    match = _OBJECT.match(body, at)
    if match is None:
        raise ValueError("damaged part")
    value, data, end = match[2], None, match.end()
    if match[3] == b"stream\n":
        length = _LENGTH.search(value)
        size = int(length[1]) if length else 0
        data, end = body[end : end + size], end + size + len(b"\nendstream\nendobj\n")
    return Thing(int(match[1]), value.decode("ascii"), data), end


def numbered(thing: Thing, numbers: Mapping[int, int]) -> Thing:
    """The same object, its number and all its references as `numbers` says."""
    value = _REFERENCE.sub(lambda match: f"{numbers[int(match[1])]} 0 R", thing.value)
    return Thing(numbers[thing.key], value, thing.stream)


def references(value: str) -> list[int]:
    """The numbers of the objects that a value names."""
    return [int(match[1]) for match in _REFERENCE.finditer(value)]


def packed_objects(key: int, things: Iterable[Thing], pack: Pack) -> Thing:
    """An object stream: many small objects packed together."""
    heads, bodies, at = [], [], 0
    for thing in things:
        heads.append(f"{thing.key} {at}")
        bodies.append(thing.value + "\n")
        at += len(bodies[-1])
    head = " ".join(heads) + "\n"
    data = (head + "".join(bodies)).encode("ascii")
    return stream(key, data, pack, f"/Type/ObjStm/N {len(heads)}/First {len(head)}")


@dataclass
class Places:
    """Where the objects of a file stand, for its cross-reference."""

    at: dict[int, int]
    """Number → bytes from the start of the file."""
    within: dict[int, tuple[int, int]]
    """Number → (number of the object stream that holds it, index in it)."""

    def cross_reference(self, key: int, start: int, root: int, more: str, pack: Pack) -> bytes:
        """The cross-reference stream, as object `key` at `start`, with the end of the file."""
        self.at[key] = start
        rows = b"".join(self._row(n) for n in range(key + 1))
        entries = f"/Type/XRef/Size {key + 1}/W[1 4 2]/Root {root} 0 R{more}"
        table = stream(key, rows, pack, entries)
        return table.written() + ending(start)

    def section(self, key: int, start: int, root: int, size: int, more: str, pack: Pack) -> Thing:
        """A cross-reference stream for the objects that are known here, and no others.

        Objects that other sections of the same file hold are found through its /Prev in `more`.
        """
        self.at[key] = start
        keys = sorted(self.at)
        rows = b"".join(self._row(n) for n in keys)
        entries = f"/Type/XRef/Size {size}/W[1 4 2]/Index[{_spans(keys)}]/Root {root} 0 R{more}"
        return stream(key, rows, pack, entries)

    def _row(self, key: int) -> bytes:
        if key in self.at:
            return struct.pack(">BLH", 1, self.at[key], 0)
        if key in self.within:
            return struct.pack(">BLH", 2, *self.within[key])
        return struct.pack(">BLH", 0, 0, 65535 if key == 0 else 0)


def ending(start: int) -> bytes:
    """The last lines of a file whose newest cross-reference stands at `start`."""
    return f"startxref\n{start}\n%%EOF\n".encode("ascii")


def _spans(keys: Sequence[int]) -> str:
    """'1 3 7 2' for 1, 2, 3, 7, 8: where each run of numbers begins and how many it has."""
    spans: list[list[int]] = []
    for key in keys:
        if spans and key == sum(spans[-1]):
            spans[-1][1] += 1
        else:
            spans.append([key, 1])
    return " ".join(f"{first} {count}" for first, count in spans)


def offsets(things: Iterable[Thing], start: int) -> Mapping[int, int]:
    """Where each object begins when they are written one after the other from `start`."""
    found = {}
    for thing in things:
        found[thing.key] = start
        start += len(thing.written())
    return found
