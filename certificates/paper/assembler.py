"""A certificate's file out of kept parts.

The file is its shared parts one after the other and then its own bytes (`tail`): its content, its
title, its cross-reference. Putting a file together again is therefore joining bytes, and no later
version of this program can change one that was issued.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from certificates.paper import back as backs
from certificates.paper import parts as of
from certificates.paper import syntax, template
from certificates.paper.back import Back
from certificates.paper.design import DEFAULT, Design
from certificates.paper.front import content, front
from certificates.paper.page import Printed
from certificates.paper.parts import Part
from certificates.paper.setting import setting
from certificates.paper.structure import information
from certificates.paper.syntax import HEADER, Pack, Places, Thing, deflate, stream

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
    """The beginning that files of the same parts have in common."""

    length: int
    table: int
    """Where its last part begins: the cross-reference of all its objects."""
    size: int
    """One more than the highest number of its objects."""
    digest: hashlib._Hash
    """The hash of the beginning, to go on from."""

    def hash_with(self, tail: bytes) -> str:
        """SHA-256 of the file that these bytes complete."""
        digest = self.digest.copy()
        digest.update(tail)
        return digest.hexdigest()


@lru_cache(maxsize=32)
def shared(bodies: tuple[bytes, ...]) -> Shared:
    """The beginning made of these parts."""
    digest = sha256(assemble(bodies, b""))
    length = len(HEADER) + sum(map(len, bodies))
    last = bodies[-1] if bodies else b""
    size = re.search(rb"/Type/XRef/Size (\d+)", last)
    return Shared(length, length - len(last), int(size[1]) if size else 0, digest)


def draw(
    printed: Printed, design: Design = DEFAULT, back: Back | None = None, parts: Sequence[Part] = (),
    pack: Pack = deflate,
) -> Drawn:  # fmt: skip
    """Draw one certificate, with a back page when `back` says what stands on it.

    UnknownLetter, TooLong and TooMuch say what cannot be printed. `parts` are those of this very design
    and back when they were drawn before.
    """
    common = setting(printed, design)
    parts = tuple(parts) or template.parts(common, back, pack)
    things = [stream(of.OWN_FRONT, content(printed, front(common)), pack)]
    if back:
        things.append(stream(of.OWN_BACK, backs.line(printed), pack))
    return finished(things, printed.title, parts, pack)


def finished(contents: Sequence[Thing], title: str, parts: tuple[Part, ...], pack: Pack) -> Drawn:
    """A certificate out of its own content streams and its shared parts."""
    start = shared(tuple(part.body for part in parts))
    things = [*contents, information(of.OWN_INFO, title)]
    out = of.written(things)
    at = start.length + len(out)
    places = Places(dict(syntax.offsets(things, start.length)), {})
    more = f"/Prev {start.table}/Info {of.OWN_INFO} 0 R{_identity(out)}"
    table = places.section(of.OWN_TABLE, at, of.CATALOGUE, start.size, more, pack)
    tail = out + table.written() + syntax.ending(at)
    return Drawn(tail, parts, start.hash_with(tail))


def _identity(data: bytes) -> str:
    """The file's identifiers, made from what is in it: nothing random, nothing of the clock."""
    name = sha256(data).hexdigest()[:32].upper()
    return f"/ID[<{name}><{name}>]"


def own_things(tail: bytes) -> dict[int, Thing]:
    """The objects in a certificate's own bytes by their numbers; ValueError when damaged."""
    found, at, end = {}, 0, tail.rfind(b"startxref\n")
    while at < end:
        thing, at = syntax.read_one(tail, at)
        found[thing.key] = thing
    if not found or end < 0:
        raise ValueError("damaged certificate")
    return found
