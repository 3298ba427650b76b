"""The slip on A5: the same certificate, small enough to carry, without signature and seal.

It says so itself: what is signed and sealed is the A4. Everything it says can be checked by its code.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial

from certificates.paper import artwork, qr, structure
from certificates.paper import front as a4
from certificates.paper import parts as of
from certificates.paper.artwork import A5, ACCENT, INK, SOFT
from certificates.paper.assembler import Drawn, finished
from certificates.paper.design import DEFAULT, Design
from certificates.paper.front import Front, Pieces, own
from certificates.paper.logo import read_logo
from certificates.paper.page import Printed
from certificates.paper.parts import Part
from certificates.paper.setting import Setting, setting
from certificates.paper.stack import Block, Room, stacked
from certificates.paper.structure import Page
from certificates.paper.subset import face
from certificates.paper.syntax import Pack, Thing, deflate, stream
from certificates.paper.typeset import fitted, words

SLIP = "gcn-a5/1"
MIDDLE, WIDE = A5[0] / 2, 318.0
CODE, SIDE, BESIDE = 44.0, 112.0, 162.0
"""Lower left corner of the code, its side with the quiet zone, and where the words beside it begin."""
_BESIDE_WIDE = A5[0] - BESIDE - 42
NOTE = "Bản nhỏ để mang theo. Giấy có chữ ký và con dấu là bản khổ A4."
_SMALL = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)


@lru_cache(maxsize=32)
def _front(setting: Setting) -> Front:
    design, pieces = setting.design, Pieces()
    picture = read_logo(design.logo)
    pieces.decorate(artwork.drum(MIDDLE, 318, 138) + artwork.border(A5))
    name, motto, line = a4.nation(MIDDLE, 539, 10.5)
    pieces.add("nation", name)
    pieces.add("motto", motto)
    pieces.decorate(line)
    y = 501.0
    if picture:
        pieces.add("logo", a4.placed(picture, MIDDLE, 491, 70, 36))
        y = 459.0
    y = _issuer(pieces, design, y)
    title = fitted(
        face("bold"), design.title, WIDE, (21.0, 20.0, 19.0, 18.0, 16.0, 14.0, 12.0), 18.0, 0.8
    )
    rows = [one.centred(MIDDLE, y - 17 - n * 1.15 * one.size) for n, one in enumerate(title)]
    pieces.add("title", "".join(rows) if design.title else "", ACCENT)
    y -= 17 + (len(title) - 1) * 1.15 * title[0].size
    pieces.decorate(artwork.rule(MIDDLE, y - 15, 80))
    _check(pieces, setting.place)
    room = Room(MIDDLE, y - 24, 180, WIDE)
    fixed = f"q\n{pieces.drawn}Q\n".encode("ascii")
    return Front(fixed, pieces.section(), picture, room, 0, design.lead, design.completed, 13.0)


def _issuer(pieces: Pieces, design: Design, y: float) -> float:
    """Who issues, from `y` downwards; returns the foot of the last line."""
    sizes = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
    above = fitted(face("serif"), design.superior, WIDE, sizes, 8.5) if design.superior else []
    below = fitted(face("bold"), design.issuer, WIDE, sizes, 9.5, 0.3)
    rows = [one.centred(MIDDLE, y - 13 * n) for n, one in enumerate(above + below)]
    pieces.add("superior", "".join(rows[: len(above)]))
    pieces.add("issuer", "".join(rows[len(above) :]), ACCENT)
    return y - 13 * len(rows)


def _check(pieces: Pieces, place: str) -> None:
    pieces.add(
        "scan", words(face("sans"), "Quét mã để kiểm tra, hoặc gõ mã tại", 9.5).at(BESIDE, 113)
    )
    pieces.add("place", a4.address(place, _BESIDE_WIDE, BESIDE, 101))
    note = words(face("sans"), NOTE, 8.5)
    pieces.add("signing_note", note.centred(MIDDLE, 41), SOFT)


def _content(printed: Printed, front: Front) -> bytes:
    room = replace(front.room, foot=front.room.foot + 12) if printed.sample else front.room
    number = fitted(
        face("bold"), f"Số: {printed.number}", _BESIDE_WIDE, (12.0, 11.0, 10.0, 9.0, 8.0)
    )[0]
    typed = fitted(face("sans"), f"Mã: {printed.code}", _BESIDE_WIDE, _SMALL)[0]
    replaces = words(face("sans"), printed.replaces, 8.5).at(BESIDE, 67) if printed.replaces else ""
    parts = (
        stacked(room, partial(_person, printed, front)),
        artwork.colour(INK),
        own("number", number.at(BESIDE, 134)),
        own("qr", qr.drawing(printed.address, CODE, CODE + 8, SIDE)),
        own("typed", typed.at(BESIDE, 81)),
        own("replaces", replaces),
        _sample(printed),
    )
    return f"q\n{''.join(parts)}Q\n".encode("ascii")


def _person(printed: Printed, front: Front, scale: float, wide: float) -> list[Block]:
    sizes = tuple(size * scale for size in (10.5, 10.0, 9.0, 8.0))
    dispatch = fitted(face("serif"), printed.dispatch, wide, sizes, 9.0 * scale)
    return [
        *a4.person(printed, front, 0.8 * scale, wide),
        a4.block("dispatch", SOFT, 9, dispatch),
    ]


def _sample(printed: Printed) -> str:
    if not printed.sample:
        return own("sample", "")
    line = words(face("bold"), printed.sample, 9.5, 0.6)
    return a4.sample_box(line, MIDDLE, 168) + own("sample", line.centred(MIDDLE, 172.3))


@lru_cache(maxsize=32)
def _parts(setting: Setting, pack: Pack) -> tuple[Part, ...]:
    drawn = _front(setting)
    page = Page(of.FRONT, A5, of.resources(drawn.picture), (of.FIXED, of.OWN_FRONT))
    section = structure.section(drawn.section, of.FRONT_SECTION, of.ROOT + 1, of.FRONT)
    things = [
        stream(of.FIXED, drawn.fixed, pack),
        structure.catalogue(of.CATALOGUE, of.PAGES, of.ROOT),
        structure.page_tree(of.PAGES, [of.FRONT]),
        *structure.structure(of.ROOT, [of.FRONT_SECTION], {0: f"{of.FRONT_MARKS} 0 R"}),
        structure.page_object(page, of.PAGES, 0),
        Thing(of.FRONT_MARKS, structure.array(section.by_mark)),
        *section.things,
    ]
    found = [Part("0-slip", "page", of.written(things)), *of.faces(pack)]
    if drawn.picture:
        found.append(of.logo(drawn.picture))
    return of.with_table(found, pack)


def draw_slip(printed: Printed, design: Design = DEFAULT, pack: Pack = deflate) -> Drawn:
    """Draw the slip of one certificate. UnknownLetter, TooLong and TooMuch say what cannot be printed."""
    common = setting(printed, design)
    body = stream(of.OWN_FRONT, _content(printed, _front(common)), pack)
    title = f"Bản mang theo của giấy chứng nhận số {printed.number}"
    return finished([body], title, _parts(common, pack), pack)
