"""All certificates of a class in one file for the printer: shared parts once, written as it goes.

Certificates that were issued with another template bring their own parts; nothing is drawn again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from certificates.paper import artwork, structure
from certificates.paper.artwork import A4, A5
from certificates.paper.moulds import Leaf, structural
from certificates.paper.output import CATALOGUE, INFO, ROOT, TREE, Output, Sheet
from certificates.paper.structure import Page
from certificates.paper.syntax import HEADER, Pack, Thing, deflate_fast, number, stream

__all__ = ["Sheet", "bundle", "two_up"]


@dataclass
class _Class:
    """The pages of a class while they are written."""

    file: Output
    sheets: list[list[tuple[int, tuple[float, float]]]] = field(default_factory=list)
    """The pages of each sheet with their sizes."""
    sections: list[int] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)

    def add(self, sheet: Sheet) -> bytes:
        mould, parts = self.file.mould(sheet)
        own, streams = self.file.own(mould, sheet.tail)
        first = self.file.number(1 + len(mould.pages) + len(mould.elements))
        things, pages = structural(mould, first, ROOT + 1), []
        for n, leaf in enumerate(mould.pages, 1):
            pages.append((first + n, leaf.size))
            count = len(self.marks)
            self.marks[count] = structure.array(first + place for place in leaf.marks)
            things.append(structure.page_object(leaf.page(first + n, own), TREE, count))
        self.sheets.append(pages)
        self.sections.append(first)
        return parts + streams + self.file.write_packed(things)

    def in_step(self) -> tuple[list[int], list[Thing]]:
        """All pages, and the blank backs that keep a printer of both sides in step."""
        both = any(len(pages) > 1 for pages in self.sheets)
        keys, blanks = [], []
        for pages in self.sheets:
            keys += [key for key, _size in pages]
            if both and len(pages) == 1:
                blank = Page(self.file.number(), pages[0][1], "<<>>", ())
                blanks.append(structure.page_object(blank, TREE, None))
                keys.append(blank.key)
        return keys, blanks


def bundle(sheets: Iterable[Sheet], title: str, pack: Pack = deflate_fast) -> Iterator[bytes]:
    """The file in pieces, one for each sheet and one at the end; ValueError at damaged bytes.

    When any sheet has a back, the sheets without one get a blank page, so that every certificate
    begins on a paper of its own.
    """
    made = _Class(Output(pack))
    yield made.file.put(HEADER)
    for sheet in sheets:
        yield made.add(sheet)
    keys, blanks = made.in_step()
    yield made.file.end([
        structure.catalogue(CATALOGUE, TREE, ROOT),
        structure.page_tree(TREE, keys),
        *structure.structure(ROOT, made.sections, made.marks),
        structure.information(INFO, title),
        *blanks,
    ])  # fmt: skip


_HALF = A4[0] / 2
_INSET = (_HALF - A5[0]) / 2
"""A4 is a little wider than two A5: each slip stands in the middle of its half."""


def _moved(x: float) -> str:
    return f"q 1 0 0 1 {number(x)} 0 cm\n"


def _cut() -> str:
    """A dotted line down the middle, and a stroke at each edge for the knife."""
    line = artwork.colour(artwork.SOFT, line=True) + "0.5 w [2 5] 0 d\n"
    line += artwork.path([(_HALF, 16), (_HALF, A4[1] - 16)], "S") + "[] 0 d 0.8 w\n"
    for low, high in ((0.0, 11.0), (A4[1] - 11, A4[1])):
        line += artwork.path([(_HALF, low), (_HALF, high)], "S")
    return f"q\n{line}Q\n"


@dataclass
class _Pairs:
    """Papers of two slips while they are written."""

    file: Output
    between: tuple[int, int, int] = (0, 0, 0)
    """The streams before, between and after two slips."""
    waiting: Page | None = None
    """A paper with one slip on it."""
    pages: list[int] = field(default_factory=list)

    def begin(self) -> bytes:
        drawn = (_cut() + _moved(_INSET), "Q\n" + _moved(_HALF + _INSET), "Q\n")
        keys = self.file.number(), self.file.number(), self.file.number()
        self.between = keys
        return b"".join(
            self.file.write(stream(key, operators.encode("ascii"), self.file.pack))
            for key, operators in zip(keys, drawn, strict=True)
        )

    def add(self, sheet: Sheet) -> bytes:
        mould, out = self.file.mould(sheet)
        if len(mould.pages) != 1 or mould.pages[0].size != A5:
            raise ValueError("only slips stand two on a paper")
        own, streams = self.file.own(mould, sheet.tail)
        return out + streams + self._place(mould.pages[0], mould.pages[0].page(0, own).contents)

    def _place(self, leaf: Leaf, contents: tuple[int, ...]) -> bytes:
        start, middle, end = self.between
        first = self.waiting
        if first and first.resources == leaf.resources:
            self.waiting = None
            return self._page((*first.contents, middle, *contents, end), leaf.resources)
        # Slips of different designs name different things alike: they do not share a paper.
        out = self.rest()
        self.waiting = Page(0, A4, leaf.resources, (start, *contents))
        return out

    def rest(self) -> bytes:
        """The paper that got no second slip."""
        first, self.waiting = self.waiting, None
        return self._page((*first.contents, self.between[2]), first.resources) if first else b""

    def _page(self, contents: tuple[int, ...], resources: str) -> bytes:
        self.pages.append(self.file.number())
        page = Page(self.pages[-1], A4, resources, contents)
        return self.file.write(structure.page_object(page, TREE, None))


def two_up(slips: Iterable[Sheet], title: str, pack: Pack = deflate_fast) -> Iterator[bytes]:
    """Slips two on an A4 with a cut mark, in pieces; ValueError at damaged bytes and other sheets.

    It is laid out for a printer and a pair of scissors: these pages have no structure to be read aloud;
    each slip's own file has.
    """
    made = _Pairs(Output(pack))
    yield made.file.put(HEADER) + made.begin()
    for slip in slips:
        yield made.add(slip)
    yield made.rest()
    yield made.file.end([
        structure.plain_catalogue(CATALOGUE, TREE),
        structure.page_tree(TREE, made.pages),
        structure.information(INFO, title),
    ])  # fmt: skip
