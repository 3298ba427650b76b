"""What stands around the drawing: catalogue, pages and the structure that is read aloud.

Pieces that one person has and another has not keep their numbers when they are empty, so the
structure is the same for everyone with one design and belongs to the shared parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from certificates.paper.syntax import Thing, number, text


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of the page with its own meaning: `tag` is its role.

    It is either drawn, under the number `mark`, or made of `kids` in the order of reading.
    """

    tag: str
    mark: int = -1
    kids: tuple[Element, ...] = ()
    spoken: str = ""
    """What is said in the place of a picture."""

    @property
    def count(self) -> int:
        """This element and all beneath it."""
        return 1 + sum(kid.count for kid in self.kids)


def marked(tag: str, mark: int, operators: str) -> str:
    """The operators as the piece of the page that has this number."""
    return f"/{tag} <</MCID {mark}>> BDC\n{operators}EMC\n"


def decoration(operators: str) -> str:
    """The operators as something that is not read aloud."""
    return f"/Artifact BMC\n{operators}EMC\n"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its number, its size in points, its resources and its content streams."""

    key: int
    size: tuple[float, float]
    resources: str
    contents: tuple[int, ...]


def catalogue(key: int, tree: int, root: int) -> Thing:
    """The root of a file: its language, its pages, its structure."""
    return Thing(key, f"<</Type/Catalog/Pages {tree} 0 R/Lang(vi-VN)/MarkInfo<</Marked true>>"
                      f"/StructTreeRoot {root} 0 R/ViewerPreferences<</DisplayDocTitle true>>>>")  # fmt: skip


def plain_catalogue(key: int, tree: int) -> Thing:
    """The root of a file whose pages were laid together for a printer: no structure of its own."""
    return Thing(key, f"<</Type/Catalog/Pages {tree} 0 R/Lang(vi-VN)"
                      "/ViewerPreferences<</DisplayDocTitle true>>>>")  # fmt: skip


def page_tree(key: int, pages: Sequence[int]) -> Thing:
    """The list of the pages."""
    return Thing(key, f"<</Type/Pages/Count {len(pages)}/Kids[{references(pages)}]>>")


def page_object(page: Page, tree: int, count: int | None) -> Thing:
    """A page; `count` is its place among the pages with a structure, None when it has none."""
    width, height = (number(side) for side in page.size)
    tabs = "" if count is None else f"/Tabs/S/StructParents {count}"
    return Thing(
        page.key,
        f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {width} {height}]{tabs}"
        f"/Resources{page.resources}/Contents[{references(page.contents)}]>>",
    )


def structure(root: int, kids: Sequence[int], marks: Mapping[int, str]) -> list[Thing]:
    """Structure root, document element and parent tree, numbered from `root`.

    `kids` are the document's elements; `marks` has, for each page, the array of its elements by their
    marks or a reference to that array.
    """
    numbers = " ".join(f"{page} {keys}" for page, keys in marks.items())
    return [
        Thing(root, f"<</Type/StructTreeRoot/K {root + 1} 0 R/ParentTree {root + 2} 0 R>>"),
        Thing(root + 1, f"<</S/Document/P {root} 0 R/K[{references(kids)}]>>"),
        Thing(root + 2, f"<</Nums[{numbers}]>>"),
    ]


def references(keys: Iterable[int]) -> str:
    """'5 0 R 6 0 R'."""
    return " ".join(f"{key} 0 R" for key in keys)


def array(keys: Iterable[int]) -> str:
    """'[5 0 R 6 0 R]'."""
    return f"[{references(keys)}]"


@dataclass(frozen=True, slots=True)
class Section:
    """A page's elements as objects, the first of them the section itself; and those by their marks."""

    things: tuple[Thing, ...]
    by_mark: tuple[int, ...]


def section(element: Element, first: int, parent: int, page: int) -> Section:
    """Number an element and all beneath it from `first`; its marks go from 0 without gaps."""
    things, drawn = [], {}
    for key, above, one in _numbered(element, first, parent):
        things.append(_object(key, above, page, one))
        if not one.kids:
            drawn[one.mark] = key
    if sorted(drawn) != list(range(len(drawn))):
        raise ValueError("marks are numbered from 0")
    return Section(tuple(things), tuple(drawn[mark] for mark in range(len(drawn))))


def _numbered(element: Element, key: int, parent: int) -> Iterator[tuple[int, int, Element]]:
    yield key, parent, element
    below = key + 1
    for kid in element.kids:
        yield from _numbered(kid, below, key)
        below += kid.count


def _object(key: int, parent: int, page: int, element: Element) -> Thing:
    more = f"/Alt{text(element.spoken)}" if element.spoken else ""
    kids, below = [], key + 1
    for kid in element.kids:
        kids.append(below)
        below += kid.count
    inner = f"/K[{references(kids)}]" if kids else f"/Pg {page} 0 R/K {element.mark}"
    return Thing(key, f"<</S/{element.tag}/P {parent} 0 R{inner}{more}>>")


def information(key: int, title: str) -> Thing:
    """The document's title; no date and no program, so that the same file comes out for ever."""
    return Thing(key, f"<</Title{text(title)}>>")
