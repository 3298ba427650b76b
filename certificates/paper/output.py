"""A file of many sheets while it is written: every shared object once, nothing held but numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from certificates.paper import syntax
from certificates.paper.assembler import own_things
from certificates.paper.moulds import Mould, Reader, own_contents
from certificates.paper.syntax import Pack, Places, Thing

CATALOGUE, TREE, ROOT, INFO = 1, 2, 3, 6
FIRST = 7
"""The first number that belongs to shared parts and pages."""


@dataclass(frozen=True)
class Sheet:
    """A certificate as it is kept: the bodies of its parts in order, and its own bytes."""

    bodies: tuple[bytes, ...]
    tail: bytes


@dataclass
class Output:
    """A file while it is written: where its objects stand, and the next free number."""

    pack: Pack
    places: Places = field(default_factory=lambda: Places({}, {}))
    at: int = 0
    next: int = FIRST
    moulds: dict[tuple[bytes, ...], Mould] = field(default_factory=dict)
    whole: dict[bytes, dict[int, int]] = field(default_factory=dict)
    """Parts that name nothing outside of themselves, such as faces: they stand in the file once."""

    def put(self, data: bytes) -> bytes:
        self.at += len(data)
        return data

    def write(self, thing: Thing) -> bytes:
        self.places.at[thing.key] = self.at
        return self.put(thing.written())

    def write_packed(self, things: Sequence[Thing]) -> bytes:
        holder = self.number()
        self.places.within.update({thing.key: (holder, n) for n, thing in enumerate(things)})
        return self.write(syntax.packed_objects(holder, things, self.pack))

    def number(self, count: int = 1) -> int:
        self.next += count
        return self.next - count

    def mould(self, sheet: Sheet) -> tuple[Mould, bytes]:
        """The parts in this file, and their bytes when they are met for the first time."""
        if sheet.bodies in self.moulds:
            return self.moulds[sheet.bodies], b""
        reader = Reader.of(sheet.bodies)
        numbers, out = {}, b""
        wanted = set(reader.drawn())
        for body in sheet.bodies:
            known, written = self._part(body, wanted)
            numbers.update(known)
            out += written
        made = self.moulds[sheet.bodies] = reader.mould(numbers)
        return made, out

    def _part(self, body: bytes, wanted: set[int]) -> tuple[dict[int, int], bytes]:
        if body in self.whole:
            return self.whole[body], b""
        things = [thing for thing in syntax.read(body) if thing.key in wanted]
        numbers = {thing.key: self.number() for thing in things}
        if any(n not in numbers for thing in things for n in syntax.references(thing.value)):
            raise ValueError("damaged part")
        self.whole[body] = numbers
        return numbers, b"".join(self.write(syntax.numbered(thing, numbers)) for thing in things)

    def own(self, mould: Mould, tail: bytes) -> tuple[dict[int, int], bytes]:
        """A sheet's own streams written out: number in its own file → number in this one."""
        things, numbers, out = own_things(tail), {}, b""
        for key in own_contents(mould):
            if key not in things or things[key].stream is None:
                raise ValueError("damaged certificate")
            numbers[key] = self.number()
            out += self.write(Thing(numbers[key], things[key].value, things[key].stream))
        return numbers, out

    def end(self, things: Sequence[Thing]) -> bytes:
        """The last objects and the cross-reference."""
        out = self.write_packed(things)
        more = f"/Info {INFO} 0 R"
        return out + self.places.cross_reference(self.number(), self.at, CATALOGUE, more, self.pack)
