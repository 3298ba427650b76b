"""All certificates of a class in one file for the printer: shared parts once, written as it goes.

Certificates that were issued with another template bring their own parts; nothing is drawn again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from certificates.paper import structure, syntax
from certificates.paper.assembler import own_content
from certificates.paper.structure import Page
from certificates.paper.syntax import HEADER, Pack, Places, Thing, deflate

_PAGE = re.compile(r"/Type/Page/.*/Resources(<<.*>>)/Contents\[(\d+) 0 R \d+ 0 R\]")
_ELEMENT = re.compile(r"<</S/(\w+)/P \d+ 0 R/Pg \d+ 0 R/K (\d+)(.*)>>\Z")
CATALOGUE, TREE, ROOT, INFO = 1, 2, 3, 6
FIRST = 7
"""The first number that belongs to shared parts and pages."""


@dataclass(frozen=True)
class Sheet:
    """A certificate as it is kept: the bodies of its parts in order, and its own bytes."""

    bodies: tuple[bytes, ...]
    tail: bytes


@dataclass(frozen=True)
class _Mould:
    """Shared parts as they stand in this file: what a page of theirs names, and its elements."""

    things: tuple[Thing, ...]
    fixed: int
    resources: str
    elements: tuple[tuple[str, int, str], ...]
    """(tag, mark, more) in reading order."""


def _mould(bodies: tuple[bytes, ...], by: int) -> _Mould:
    things = [syntax.renumbered(thing, by) for body in bodies for thing in syntax.read(body)]
    found = [match for thing in things if (match := _PAGE.search(thing.value))]
    elements = [match for thing in things if (match := _ELEMENT.match(thing.value))]
    if len(found) != 1:
        raise ValueError("damaged part")
    resources, fixed = found[0][1], int(found[0][2])
    wanted = _reachable(things, [fixed, *syntax.references(resources)])
    return _Mould(
        tuple(thing for thing in things if thing.key in wanted), fixed, resources,
        tuple((match[1], int(match[2]), match[3]) for match in elements),
    )  # fmt: skip


def _reachable(things: list[Thing], keys: list[int]) -> set[int]:
    by_key = {thing.key: thing for thing in things}
    seen: set[int] = set()
    while keys:
        key = keys.pop()
        if key not in seen:
            seen.add(key)
            keys += syntax.references(by_key[key].value)
    return seen


@dataclass
class _File:
    """A file while it is written: where its objects stand, its pages, the next free number."""

    pack: Pack
    places: Places = field(default_factory=lambda: Places({}, {}))
    at: int = 0
    next: int = FIRST
    moulds: dict[tuple[bytes, ...], _Mould] = field(default_factory=dict)
    pages: list[int] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    marks: dict[int, list[int]] = field(default_factory=dict)

    def put(self, data: bytes) -> bytes:
        self.at += len(data)
        return data

    def write(self, thing: Thing) -> bytes:
        self.places.at[thing.key] = self.at
        return self.put(thing.written())

    def write_packed(self, things: list[Thing]) -> bytes:
        holder = self.number()
        self.places.within.update({thing.key: (holder, n) for n, thing in enumerate(things)})
        return self.write(syntax.packed_objects(holder, things, self.pack))

    def number(self, count: int = 1) -> int:
        self.next += count
        return self.next - count

    def mould(self, bodies: tuple[bytes, ...]) -> tuple[_Mould, bytes]:
        """The parts in this file, and their bytes when they are met for the first time."""
        if bodies in self.moulds:
            return self.moulds[bodies], b""
        made = self.moulds[bodies] = _mould(bodies, self.next)
        self.next = max(thing.key for thing in made.things) + 1
        return made, b"".join(self.write(thing) for thing in made.things)


def bundle(sheets: Iterable[Sheet], title: str, pack: Pack = deflate) -> Iterator[bytes]:
    """The file in pieces, one for each sheet and one at the end; ValueError at damaged bytes."""
    file = _File(pack)
    yield file.put(HEADER)
    for sheet in sheets:
        mould, parts = file.mould(sheet.bodies)
        yield parts + _sheet(file, mould, own_content(sheet.tail))
    yield _end(file, title)


def _sheet(file: _File, mould: _Mould, content: Thing) -> bytes:
    body, key, section = file.number(), file.number(), file.number()
    first, number = file.number(len(mould.elements)), len(file.pages)
    page = Page(key, mould.fixed, body, mould.resources, first)
    keys = range(first, first + len(mould.elements))
    things = [
        structure.page_object(page, TREE, number),
        Thing(section, f"<</S/Sect/P {ROOT + 1} 0 R/K[{structure.references(keys)}]>>"),
        *(Thing(n, f"<</S/{tag}/P {section} 0 R/Pg {key} 0 R/K {mark}{more}>>")
          for n, (tag, mark, more) in zip(keys, mould.elements, strict=True)),
    ]  # fmt: skip
    file.pages.append(key)
    file.sections.append(section)
    by_mark = sorted((mark, n) for n, (_tag, mark, _more) in zip(keys, mould.elements, strict=True))
    file.marks[number] = [n for _mark, n in by_mark]
    stream = Thing(body, content.value, content.stream)
    return file.write(stream) + file.write_packed(things)


def _end(file: _File, title: str) -> bytes:
    things = [
        structure.catalogue(CATALOGUE, TREE, ROOT),
        structure.page_tree(TREE, file.pages),
        *structure.structure(ROOT, file.sections, file.marks),
        structure.information(INFO, title),
    ]
    out = file.write_packed(things)
    more = f"/Info {INFO} 0 R"
    return out + file.places.cross_reference(file.number(), file.at, CATALOGUE, more, file.pack)
