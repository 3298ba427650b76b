"""The front of the A4: what its design says, drawn once, and what is said of one person.

The head is that of a Vietnamese office's paper (Decree 30/2020): who issues at the left, the nation and
its motto at the right, the signature beneath the motto. The words are those of the paper itself: a
certificate is Vietnamese, whatever language the screen speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from certificates.paper import artwork, qr
from certificates.paper.artwork import A4, ACCENT, INK, MIDDLE, SOFT
from certificates.paper.logo import Picture, read_logo
from certificates.paper.page import Printed
from certificates.paper.setting import Setting
from certificates.paper.stack import Block, Room, stacked
from certificates.paper.structure import Element, decoration, marked
from certificates.paper.subset import face
from certificates.paper.typeset import TooLong, Words, fitted, words, wrapped

WIDE = 660.0
"""Points that a centred line may fill."""
LEFT, SIGN = 207.0, 635.0
"""Middles of the two columns of the head; the signature stands beneath the right one."""
CODE, SIDE = 47.0, 104.0
"""Lower left corner of the code (both ways) and its side with the quiet zone: modules of 0.8 mm."""
BESIDE = CODE + SIDE + 4
"""Left edge of what stands beside the code."""
SEAL = 88.0
"""Blank height for the signature and the round seal: 31 mm."""
_HEAD, _COLUMN, _LINE = 532.0, 322.0, 15.5
_NAME_SIZES = (40.0, 37.0, 34.0, 31.0, 28.0, 26.0, 24.0, 21.0, 18.0, 15.0)
_LINE_SIZES = (13.0, 12.5, 12.0, 11.0, 10.0, 9.0)
_TITLE_SIZES = (24.0, 22.0, 20.0, 18.0, 16.0, 14.0, 12.0)
_SMALL = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)

OWN = ("lead", "name", "birth", "completed", "programme", "level", "proof", "occasion", "dispatch", "number",
       "qr", "typed", "replaces", "sample")  # fmt: skip
"""The pieces of one person by their marks; those of the design come after them."""
READING = (
    ("nation", "P"), ("motto", "P"), ("logo", "Figure"), ("superior", "P"), ("issuer", "P"), ("title", "H1"),
    ("basis", "P"), ("lead", "P"), ("name", "H2"), ("birth", "P"), ("completed", "P"), ("programme", "P"),
    ("level", "P"), ("proof", "P"), ("occasion", "P"), ("dispatch", "P"), ("signing_as", "P"),
    ("signing_note", "P"), ("signatory", "P"), ("number", "P"), ("qr", "Figure"), ("scan", "P"),
    ("place", "P"), ("typed", "P"), ("replaces", "P"), ("sample", "P"),
)  # fmt: skip
"""Every piece in the order in which it is read aloud."""
TAGS = dict(READING)
SPOKEN = {
    "qr": "Mã QR dẫn tới trang kiểm tra giấy chứng nhận này",
    "logo": "Biểu trưng của nơi cấp",
}


def own(name: str, operators: str) -> str:
    """A piece of one person."""
    return marked(TAGS[name], OWN.index(name), operators)


class Pieces:
    """The pieces of a design, numbered as they are drawn; one that has no words has no number."""

    def __init__(self) -> None:
        self.marks = {name: n for n, name in enumerate(OWN)}
        self.drawn = ""

    def add(self, name: str, operators: str, colour: str = INK) -> None:
        """Draw a piece; nothing when there is nothing to draw."""
        if operators:
            self.marks[name] = len(self.marks)
            self.drawn += artwork.colour(colour) + marked(TAGS[name], self.marks[name], operators)

    def decorate(self, operators: str) -> None:
        """Draw something that is not read aloud."""
        self.drawn += decoration(operators)

    def section(self) -> Element:
        """All pieces in reading order."""
        return Element("Sect", kids=tuple(
            Element(tag, self.marks[key], spoken=SPOKEN.get(key, ""))
            for key, tag in READING if key in self.marks
        ))  # fmt: skip


@dataclass(frozen=True)
class Front:
    """A design on A4: what everyone shares, its structure, and where one person's words go."""

    fixed: bytes
    section: Element
    picture: Picture | None
    room: Room
    dispatch: float
    lead: str
    completed: str
    two: float = 11.0
    """The largest size, at full scale, at which result and occasion may take two lines."""


@lru_cache(maxsize=32)
def front(setting: Setting) -> Front:
    """Draw a design. UnknownLetter, TooLong and BadLogo say what cannot be printed."""
    design, pieces = setting.design, Pieces()
    picture = read_logo(design.logo)
    pieces.decorate(artwork.drum(MIDDLE, 300, 172) + artwork.border(A4))
    _nation(pieces)
    _logo(pieces, picture)
    _issuer(pieces, design.superior, design.issuer)
    top = _title(pieces, design.title, _lines(design.basis))
    dispatch = _signature(pieces, _lines(design.signing_as), design.signing_note, design.signatory)
    _check(pieces, setting.place)
    fixed = f"q\n{pieces.drawn}Q\n".encode("ascii")
    room = Room(MIDDLE, top, dispatch + 24, WIDE)
    section = pieces.section()
    return Front(fixed, section, picture, room, dispatch, design.lead, design.completed)


def _lines(text: str) -> list[str]:
    """At most two lines; TooLong when there are more."""
    lines = text.split("\n") if text else []
    if len(lines) > 2:
        raise TooLong(text)
    return lines


def nation(middle: float, y: float, size: float) -> tuple[str, str, str]:
    """The nation's name, its motto beneath, and the line under that."""
    name = words(face("bold"), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size)
    motto = words(face("bold"), "Độc lập - Tự do - Hạnh phúc", size + 0.5)
    under = y - 1.24 * size
    half = motto.width / 2
    line = artwork.colour(INK, line=True) + "0.8 w\n"
    line += artwork.path([(middle - half, under - 6.5), (middle + half, under - 6.5)], "S")
    return name.centred(middle, y), motto.centred(middle, under), line


def _nation(pieces: Pieces) -> None:
    name, motto, line = nation(SIGN, _HEAD, 12.5)
    pieces.add("nation", name)
    pieces.add("motto", motto)
    pieces.decorate(line)


def _logo(pieces: Pieces, picture: Picture | None) -> None:
    if picture:
        pieces.add("logo", placed(picture, MIDDLE, 520, 92, 58))


def placed(picture: Picture, x: float, y: float, width: float, height: float) -> str:
    """A mark in the middle of a box around (x, y)."""
    wide, high = picture.fitted(width, height)
    return f"q {wide:.2f} 0 0 {high:.2f} {x - wide / 2:.2f} {y - high / 2:.2f} cm /logo Do Q\n"


def _issuer(pieces: Pieces, superior: str, issuer: str) -> None:
    sizes = (12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
    above = fitted(face("serif"), superior, _COLUMN, sizes, 9.5) if superior else []
    below = _below(issuer, sizes, bool(above))
    step = _LINE if len(above) + len(below) < 4 else 13.0
    rows = [line.centred(LEFT, _HEAD - n * step) for n, line in enumerate(above + below)]
    pieces.add("superior", "".join(rows[: len(above)]))
    pieces.add("issuer", "".join(rows[len(above) :]))
    under = _HEAD - (len(rows) - 1) * step - 6.5
    half = below[-1].width / 5
    line = artwork.colour(INK, line=True) + "0.8 w\n"
    pieces.decorate(line + artwork.path([(LEFT - half, under), (LEFT + half, under)], "S"))


def _below(issuer: str, sizes: tuple[float, ...], is_second: bool) -> list[Words]:
    """The issuer; when it stands alone, in two lines if it is long, as the motto beside it has two."""
    if not is_second:
        try:
            return fitted(face("bold"), issuer, 255, sizes[:1], sizes[0], 0.3)
        except TooLong:
            pass
    return fitted(face("bold"), issuer, _COLUMN, sizes, 12.5, 0.3)


def _title(pieces: Pieces, title: str, basis: Sequence[str]) -> float:
    """The title with its rule and the legal basis; returns where the words of the person may begin."""
    lines = fitted(
        face("bold"), title, WIDE + 30, (35.0, 33.0, 31.0, 28.0, 25.0, 22.0, 19.0, 16.0), 25.0, 1.6
    )
    first = 448 if len(lines) == 1 else 458
    rows = [line.centred(MIDDLE, first - n * 1.15 * line.size) for n, line in enumerate(lines)]
    pieces.add("title", "".join(rows) if title else "", ACCENT)
    pieces.decorate(artwork.rule(MIDDLE, 427, 120))
    sizes = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
    two = 0 if len(basis) > 1 else 10.5
    under = [line for text in basis for line in fitted(face("serif"), text, WIDE, sizes, two)]
    drawn = [line.centred(MIDDLE, 409 - 13.5 * n) for n, line in enumerate(under)]
    pieces.add("basis", "".join(drawn), SOFT)
    return 418 - 13.5 * len(under) - (3 if under else 0)


def _signature(pieces: Pieces, who: Sequence[str], note: str, signatory: str) -> float:
    """The place of the signature, built from below; returns the height of the line with day and place."""
    y = 44 + SEAL
    if signatory:
        line = fitted(face("bold"), signatory, 300, (12.5, 12.0, 11.0, 10.0, 9.0, 8.0))[0]
        pieces.add("signatory", line.centred(SIGN, 48))
        y = 62 + SEAL
    if note:
        line = fitted(face("sans"), note, 300, _SMALL)[0]
        pieces.add("signing_note", line.centred(SIGN, y))
        y += 14.5
    lines = [
        fitted(face("bold"), one, 300, (12.5, 12.0, 11.0, 10.0, 9.0, 8.0), 0, 0.3)[0] for one in who
    ]
    rows = [line.centred(SIGN, y + 15 * (len(lines) - 1 - n)) for n, line in enumerate(lines)]
    pieces.add("signing_as", "".join(rows))
    return y + 15 * len(lines) + 2.5


def _check(pieces: Pieces, place: str) -> None:
    scan = words(face("sans"), "Quét mã để kiểm tra giấy này, hoặc gõ mã tại", 10)
    pieces.add("scan", scan.at(BESIDE, 113))
    pieces.add("place", address(place, 300, BESIDE, 100))


def address(place: str, width: float, x: float, y: float) -> str:
    """Where to check, from (x, y) downwards: any address that a code can hold has room."""
    for size in (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.0, 5.0):
        lines = wrapped(face("sans"), place, width, size)
        if len(lines) == 1 or (size <= 7 and len(lines) * size <= 18):
            break
    else:
        raise TooLong(place)
    return "".join(one.at(x, y - n * 1.1 * one.size) for n, one in enumerate(lines))


def content(printed: Printed, front: Front) -> bytes:
    """The operators for one person. UnknownLetter and TooLong say what cannot be printed."""

    def blocks(scale: float, wide: float) -> list[Block]:
        return person(printed, front, scale, wide)

    parts = (
        stacked(front.room, blocks),
        _dispatch(printed, front),
        _code(printed),
        _sample(printed),
    )
    return f"q\n{''.join(parts)}Q\n".encode("ascii")


def _scaled(sizes: Sequence[float], scale: float) -> tuple[float, ...]:
    return tuple(size * scale for size in sizes)


def block(name: str, colour: str, gap: float, lines: list[Words]) -> Block:
    """A piece of one person that stands in a stack."""
    return Block(TAGS[name], OWN.index(name), colour, gap, lines)


def person(printed: Printed, front: Front, scale: float, wide: float) -> list[Block]:
    """What is said of one person, at a scale."""
    serif, bold = face("serif"), face("bold")
    names, titles, lines = (
        _scaled(sizes, scale) for sizes in (_NAME_SIZES, _TITLE_SIZES, _LINE_SIZES)
    )
    return [
        block("lead", SOFT, 0, fitted(serif, front.lead, wide, _scaled((14.0, 12.0, 10.0), scale))),
        block("name", INK, 9, fitted(bold, printed.name, wide, names, 28.0 * scale)),
        block("birth", SOFT, 16, [words(serif, printed.birth, 13 * scale)]),
        block(
            "completed",
            SOFT,
            13,
            fitted(serif, front.completed, wide, _scaled((14.0, 12.0, 10.0), scale)),
        ),
        block("programme", ACCENT, 11, fitted(bold, printed.programme, wide, titles, 18.0 * scale)),
        block("level", INK, 15, fitted(serif, printed.level, wide, lines)),
        block("proof", INK, 7, fitted(serif, printed.proof, wide, lines, front.two * scale)),
        block("occasion", INK, 7, fitted(serif, printed.occasion, wide, lines, front.two * scale)),
    ]


def _dispatch(printed: Printed, front: Front) -> str:
    line = fitted(face("serif"), printed.dispatch, 290, (12.5, 12.0, 11.0, 10.0, 9.0, 8.0), 9.0)
    rows = [
        one.centred(SIGN, front.dispatch + 11 * (len(line) - 1 - n)) for n, one in enumerate(line)
    ]
    return artwork.colour(INK) + own("dispatch", "".join(rows))


def _code(printed: Printed) -> str:
    number = words(face("bold"), f"Số: {printed.number}", 12.5)
    typed = words(face("sans"), f"Mã: {printed.code}", 9)
    replaces = words(face("sans"), printed.replaces, 9).at(BESIDE, 67) if printed.replaces else ""
    return (
        artwork.colour(INK)
        + own("number", number.at(BESIDE, 132))
        + own("qr", qr.drawing(printed.address, CODE, CODE, SIDE))
        + own("typed", typed.at(BESIDE, 81))
        + own("replaces", replaces)
    )


def _sample(printed: Printed) -> str:
    if not printed.sample:
        return own("sample", "")
    line = words(face("bold"), printed.sample, 11, 0.8)
    middle = BESIDE + 10 + line.width / 2
    return sample_box(line, middle, 43) + own("sample", line.centred(middle, 48))


def sample_box(line: Words, middle: float, y: float) -> str:
    """The frame around the words that say it is a sample, and the ink for them."""
    half, high = line.width / 2 + 10, y + 1.5 * line.size
    box = artwork.colour(INK, line=True) + "0.8 w\n"
    box += artwork.path([(middle - half, y), (middle + half, y), (middle + half, high),
                         (middle - half, high)], "s")  # fmt: skip
    return decoration(box) + artwork.colour(INK)
