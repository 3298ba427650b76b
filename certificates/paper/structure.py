"""What stands around the drawing: catalogue, page and the structure that is read aloud.

Every page has the same pieces under the same numbers, also those that are empty for one person, so
the structure is the same for everyone and belongs to the shared part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from certificates.paper.artwork import HEIGHT, WIDTH
from certificates.paper.syntax import Thing, text


@dataclass(frozen=True)
class Element:
    """A piece of the page with its own meaning: `tag` is its role, `mark` its number on the page."""

    mark: int
    tag: str


_READING = (
    (0, "P"), (1, "P"), (8, "P"), (2, "H1"), (3, "P"), (9, "H2"), (10, "P"), (4, "P"), (11, "P"), (12, "P"),
    (13, "P"), (20, "P"), (14, "P"), (6, "P"), (7, "P"), (15, "P"), (16, "Figure"), (5, "P"), (17, "P"),
    (18, "P"), (19, "P"),
)  # fmt: skip
ELEMENTS = tuple(Element(mark, tag) for mark, tag in _READING)
"""Every marked piece of a page in the order in which it is read aloud."""
_TAGS = {element.mark: element.tag for element in ELEMENTS}
_BY_MARK = sorted(range(len(ELEMENTS)), key=lambda n: ELEMENTS[n].mark)
_SPOKEN = text("Mã QR dẫn tới trang kiểm tra giấy chứng nhận này")


def marked(mark: int, operators: str) -> str:
    """The operators as the piece of the page that has this number."""
    return f"/{_TAGS[mark]} <</MCID {mark}>> BDC\n{operators}EMC\n"


def decoration(operators: str) -> str:
    """The operators as something that is not read aloud."""
    return f"/Artifact BMC\n{operators}EMC\n"


@dataclass(frozen=True)
class Page:
    """Numbers of a page's objects: itself, its two content streams, the first of its elements."""

    key: int
    fixed: int
    body: int
    resources: str
    first: int


def standing(first: int, page: Page) -> list[Thing]:
    """The objects around a single page: catalogue `first`, page tree, page, structure, elements."""
    tree, root = first + 1, first + 3
    kids = [page.first + n for n in range(len(ELEMENTS))]
    marks = {0: [page.first + n for n in _BY_MARK]}
    return [
        catalogue(first, tree, root),
        page_tree(tree, [page.key]),
        page_object(page, tree, 0),
        *structure(root, kids, marks),
        *elements(page, root + 1),
    ]


def catalogue(key: int, tree: int, root: int) -> Thing:
    """The root of a file: its language, its pages, its structure."""
    return Thing(key, f"<</Type/Catalog/Pages {tree} 0 R/Lang(vi-VN)/MarkInfo<</Marked true>>"
                      f"/StructTreeRoot {root} 0 R/ViewerPreferences<</DisplayDocTitle true>>>>")  # fmt: skip


def page_tree(key: int, pages: Sequence[int]) -> Thing:
    """The list of the pages."""
    return Thing(key, f"<</Type/Pages/Count {len(pages)}/Kids[{references(pages)}]>>")


def page_object(page: Page, tree: int, number: int) -> Thing:
    """A page: the shared drawing, then the person's; `number` counts pages from 0."""
    return Thing(
        page.key,
        f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Tabs/S/StructParents {number}"
        f"/Resources{page.resources}/Contents[{page.fixed} 0 R {page.body} 0 R]>>",
    )


def structure(root: int, kids: Sequence[int], marks: Mapping[int, Sequence[int]]) -> list[Thing]:
    """Structure root, document element and parent tree, numbered from `root`.

    `kids` are the document's elements, `marks` the elements of each page by their marks.
    """
    numbers = " ".join(f"{page} [{references(keys)}]" for page, keys in marks.items())
    return [
        Thing(root, f"<</Type/StructTreeRoot/K {root + 1} 0 R/ParentTree {root + 2} 0 R>>"),
        Thing(root + 1, f"<</S/Document/P {root} 0 R/K[{references(kids)}]>>"),
        Thing(root + 2, f"<</Nums[{numbers}]>>"),
    ]


def references(keys: Iterable[int]) -> str:
    """'5 0 R 6 0 R'."""
    return " ".join(f"{key} 0 R" for key in keys)


def elements(page: Page, document: int) -> Iterable[Thing]:
    """The elements of a page, numbered from `page.first`."""
    for n, element in enumerate(ELEMENTS):
        spoken = f"/Alt{_SPOKEN}" if element.tag == "Figure" else ""
        value = f"<</S/{element.tag}/P {document} 0 R/Pg {page.key} 0 R/K {element.mark}{spoken}>>"
        yield Thing(page.first + n, value)


def information(key: int, title: str) -> Thing:
    """The document's title; no date and no program, so that the same file comes out for ever."""
    return Thing(key, f"<</Title{text(title)}>>")
