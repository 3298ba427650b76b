"""Shared parts as they stand in a file of many sheets: read once, then only numbered anew.

The parts of every template are read by what they say, so sheets of any template go into one file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from certificates.paper import structure, syntax
from certificates.paper.structure import Page
from certificates.paper.syntax import Thing

_KIDS = re.compile(r"<</Type/Pages/Count \d+/Kids\[([^]]*)\]>>\Z")
_PAGE = re.compile(
    r"<</Type/Page/.*/MediaBox\[0 0 (\S+) (\S+)\].*/Resources(<<.*>>)/Contents\[([^]]*)\]>>\Z"
)
_DOCUMENT = re.compile(r"<</S/Document/.*/K\[([^]]*)\]>>\Z")
_MARK = re.compile(r"/Pg (\d+) 0 R/K (\d+)")
_REFERENCE = re.compile(r"\b(\d+) 0 R\b")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a mould: everything but its own content stream."""

    size: tuple[float, float]
    resources: str
    """With the numbers that shared objects have in the file."""
    contents: tuple[tuple[int, bool], ...]
    """(number, whether it is the sheet's own): a shared one has its number in the file already."""
    marks: tuple[int, ...]
    """Which of the mould's elements each of its marks is."""

    def page(self, key: int, own: Mapping[int, int]) -> Page:
        """The page as an object, with the numbers of the sheet's own streams."""
        contents = tuple(own[n] if is_own else n for n, is_own in self.contents)
        return Page(key, self.size, self.resources, contents)


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the structure: a text with a %d for each of `places`, counted from the section."""

    form: str
    places: tuple[int, ...]

    def value(self, first: int) -> str:
        """The element when the section has this number."""
        return self.form % tuple(first + place for place in self.places)


@dataclass(frozen=True, slots=True)
class Mould:
    """What a sheet of these parts needs. The section is number 0, then pages, then elements."""

    pages: tuple[Leaf, ...]
    elements: tuple[Element, ...]
    top: tuple[int, ...]
    """The places of the elements that stand in the section itself."""


def own_contents(mould: Mould) -> list[int]:
    """The numbers that a sheet's own streams have in its own file, page by page."""
    return [n for leaf in mould.pages for n, is_own in leaf.contents if is_own]


@dataclass
class Reader:
    """The parts of one template while they are read: `things` by their old numbers."""

    things: dict[int, Thing]

    @classmethod
    def of(cls, bodies: Iterable[bytes]) -> Reader:
        """Read the bodies; ValueError when they are damaged."""
        return cls({thing.key: thing for body in bodies for thing in syntax.read(body)})

    def _only(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = [match for thing in self.things.values() if (match := pattern.match(thing.value))]
        if len(found) != 1:
            raise ValueError("damaged part")
        return found[0]

    def pages(self) -> dict[int, re.Match[str]]:
        """Each page's number and what it says."""
        found = {}
        for key in syntax.references(self._only(_KIDS)[1]):
            match = _PAGE.match(self.things[key].value) if key in self.things else None
            if match is None:
                raise ValueError("damaged part")
            found[key] = match
        return found

    def drawn(self) -> list[int]:
        """The shared objects that the pages draw with: content streams, faces, images."""
        found, keys = [], []
        for page in self.pages().values():
            keys += syntax.references(page[4]) + syntax.references(page[3])
        while keys:
            key = keys.pop()
            if key in self.things and key not in found:
                found.append(key)
                keys += syntax.references(self.things[key].value)
        return sorted(found)

    def mould(self, numbers: Mapping[int, int]) -> Mould:
        """The mould, when shared objects have these numbers in the file."""
        pages, document = self.pages(), self._only(_DOCUMENT)
        elements = sorted(self._beneath(syntax.references(document[1])))
        # The document of the sheet's own file becomes the section of the sheet in this one.
        root = next(key for key, thing in self.things.items() if _DOCUMENT.match(thing.value))
        place = {key: n for n, key in enumerate([root, *pages, *elements])}
        leaves = tuple(
            self._leaf(key, page, elements, place, numbers) for key, page in pages.items()
        )
        made = tuple(self._element(key, place) for key in elements)
        return Mould(leaves, made, tuple(place[key] for key in syntax.references(document[1])))

    def _beneath(self, keys: Sequence[int]) -> list[int]:
        found = []
        for key in keys:
            found.append(key)
            value = self.things[key].value
            if inner := re.search(r"/K\[([^]]*)\]", value):
                found += self._beneath(syntax.references(inner[1]))
        return found

    def _element(self, key: int, place: Mapping[int, int]) -> Element:
        value = self.things[key].value.replace("%", "%%")
        return Element(_REFERENCE.sub("%d 0 R", value),
                       tuple(place[n] for n in syntax.references(value)))  # fmt: skip

    def _leaf(
        self, key: int, page: re.Match[str], elements: Sequence[int], place: Mapping[int, int],
        numbers: Mapping[int, int],
    ) -> Leaf:  # fmt: skip
        marks = {}
        for one in elements:
            match = _MARK.search(self.things[one].value)
            if match and int(match[1]) == key:
                marks[int(match[2])] = place[one]
        contents = tuple((numbers.get(n, n), n not in numbers) for n in syntax.references(page[4]))
        resources = _REFERENCE.sub(lambda match: f"{numbers[int(match[1])]} 0 R", page[3])
        size = float(page[1]), float(page[2])
        return Leaf(size, resources, contents, tuple(marks[n] for n in sorted(marks)))


def structural(mould: Mould, first: int, document: int) -> list[Thing]:
    """The sheet's section, numbered `first`, and its elements; pages lie between them."""
    below = first + 1 + len(mould.pages)
    kids = structure.array(first + place for place in mould.top)
    return [
        Thing(first, f"<</S/Sect/P {document} 0 R/K{kids}>>"),
        *(Thing(below + n, element.value(first)) for n, element in enumerate(mould.elements)),
    ]
