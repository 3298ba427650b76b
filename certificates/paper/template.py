"""The part of the A4 that is the same for everyone, drawn once and kept for ever by its hash.

A change of anything that is drawn is a new template: give TEMPLATE its next number, and leave what was
issued alone, for it is assembled from kept parts. The wording of a design and who signs are documented
defaults that have not been compared with Phụ lục II of Decision 757/QĐ-BKHCN.
"""

from __future__ import annotations

from functools import lru_cache

from certificates.paper import parts as of
from certificates.paper import structure
from certificates.paper.artwork import A4
from certificates.paper.back import Back, back_page
from certificates.paper.front import Front, front
from certificates.paper.parts import Part
from certificates.paper.setting import Setting
from certificates.paper.structure import Page
from certificates.paper.syntax import Pack, Thing, deflate, stream

TEMPLATE = "gcn-a4/2"


@lru_cache(maxsize=32)
def parts(setting: Setting, back: Back | None = None, pack: Pack = deflate) -> tuple[Part, ...]:
    """The parts in the order in which they stand in a file; drawn once a process for each design."""
    drawn = front(setting)
    found = [
        Part("0-page", "page", of.written(_front(drawn, back is not None, pack))),
        *of.faces(pack),
    ]
    if drawn.picture:
        found.append(of.logo(drawn.picture))
    if back:
        found.append(Part("5-back", "page", of.written(_back(back, setting.place, pack))))
    return of.with_table(found, pack)


def _front(drawn: Front, has_back: bool, pack: Pack) -> list[Thing]:
    resources = of.resources(drawn.picture)
    page = Page(of.FRONT, A4, resources, (of.FIXED, of.OWN_FRONT))
    section = structure.section(drawn.section, of.FRONT_SECTION, of.ROOT + 1, of.FRONT)
    pages, sections = [of.FRONT], [of.FRONT_SECTION]
    marks = {0: f"{of.FRONT_MARKS} 0 R"}
    if has_back:
        pages.append(of.BACK)
        sections.append(of.BACK_SECTION)
        marks[1] = f"{of.BACK_MARKS} 0 R"
    return [
        stream(of.FIXED, drawn.fixed, pack),
        structure.catalogue(of.CATALOGUE, of.PAGES, of.ROOT),
        structure.page_tree(of.PAGES, pages),
        *structure.structure(of.ROOT, sections, marks),
        structure.page_object(page, of.PAGES, 0),
        Thing(of.FRONT_MARKS, structure.array(section.by_mark)),
        *section.things,
    ]


def _back(back: Back, place: str, pack: Pack) -> list[Thing]:
    drawn = back_page(back, place)
    page = Page(of.BACK, A4, of.resources(None), (of.BACK_FIXED, of.OWN_BACK))
    section = structure.section(drawn.section, of.BACK_SECTION, of.ROOT + 1, of.BACK)
    return [
        stream(of.BACK_FIXED, drawn.fixed, pack),
        structure.page_object(page, of.PAGES, 1),
        Thing(of.BACK_MARKS, structure.array(section.by_mark)),
        *section.things,
    ]
