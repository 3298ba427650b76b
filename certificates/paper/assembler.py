"""A certificate's file out of kept parts.

The file is its shared parts one after the other and then its own bytes (`tail`): its content, its
title, its cross-reference. Putting a file together again is therefore joining bytes, and no later
version of this program can change one that was issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from certificates.paper import syntax, template
from certificates.paper.page import Printed, content
from certificates.paper.structure import information
from certificates.paper.syntax import HEADER, Pack, Places, Thing, deflate, stream
from certificates.paper.template import FRAME, NEXT, Part

if TYPE_CHECKING:
    import hashlib


@dataclass(frozen=True)
class Drawn:
    """A certificate ready to keep: its own bytes, its shared parts, the hash of the whole file."""

    tail: bytes
    parts: tuple[Part, ...]
    file_sha256: str

    @property
    def file(self) -> bytes:
        return assemble([part.body for part in self.parts], self.tail)


def assemble(bodies: Iterable[bytes], tail: bytes) -> bytes:
    """The file: header, shared parts in the order of their names, the certificate's own bytes."""
    return b"".join((HEADER, *bodies, tail))


@dataclass(frozen=True)
class Shared:
    """The beginning that files of the same parts have in common, and where its objects stand."""

    start: bytes
    at: dict[int, int]
    digest: hashlib._Hash
    """The hash of the beginning, to go on from."""

    def hash_with(self, tail: bytes) -> str:
        """SHA-256 of the file that these bytes complete."""
        digest = self.digest.copy()
        digest.update(tail)
        return digest.hexdigest()


@lru_cache(maxsize=8)
def shared(bodies: tuple[bytes, ...]) -> Shared:
    """The beginning made of these parts."""
    at: dict[int, int] = {}
    place = len(HEADER)
    for body in bodies:
        at.update(syntax.offsets(syntax.read(body), place))
        place += len(body)
    start = assemble(bodies, b"")
    return Shared(start, at, sha256(start))


def draw(printed: Printed, parts: Sequence[Part] = (), pack: Pack = deflate) -> Drawn:
    """Draw one certificate. UnknownLetter and TooLong say what cannot be printed."""
    parts = tuple(parts) or template.parts()
    start = shared(tuple(part.body for part in parts))
    tail = _tail(printed, start, pack)
    return Drawn(tail, parts, start.hash_with(tail))


def _tail(printed: Printed, start: Shared, pack: Pack) -> bytes:
    body = stream(NEXT, content(printed), pack)
    things: tuple[Thing, ...] = (body, information(NEXT + 1, printed.title))
    out = b"".join(thing.written() for thing in things)
    at = len(start.start)
    places = Places({**start.at, **syntax.offsets(things, at)}, {})
    more = f"/Info {NEXT + 1} 0 R{_identity(out)}"
    return out + places.cross_reference(NEXT + 2, at + len(out), FRAME, more, pack)


def _identity(data: bytes) -> str:
    """The file's identifiers, made from what is in it: nothing random, nothing of the clock."""
    name = sha256(data).hexdigest()[:32].upper()
    return f"/ID[<{name}><{name}>]"


def own_content(tail: bytes) -> Thing:
    """The content stream within a certificate's own bytes; ValueError when damaged."""
    first, _end = syntax.read_one(tail)
    if first.stream is None:
        raise ValueError("damaged certificate")
    return first
