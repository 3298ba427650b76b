"""The part of the page that is the same for everyone, drawn once and kept for ever by its hash.

A change of anything here is a new template: give TEMPLATE its next number, and leave what was issued
alone, for it is assembled from kept parts. The words are those of the paper itself: a certificate is
Vietnamese, whatever language the screen speaks. Their wording and who signs are a documented default
that has not been compared with Phụ lục II of Decision 757/QĐ-BKHCN.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from certificates.paper import artwork
from certificates.paper.artwork import ACCENT, INK, MIDDLE
from certificates.paper.structure import ELEMENTS, Page, decoration, marked, standing
from certificates.paper.subset import OBJECTS, face
from certificates.paper.syntax import Pack, deflate, stream
from certificates.paper.typeset import words

TEMPLATE = "gcn-a4/1"
FIXED = 1
"""Number of the content stream that every page shares."""
FACES = {"serif": 2, "bold": 2 + OBJECTS, "sans": 2 + 2 * OBJECTS}
"""Face → number of its font object."""
FRAME = 2 + 3 * OBJECTS
"""The first of the objects around the page: catalogue, page, structure."""
NEXT = FRAME + 6 + len(ELEMENTS)
"""The first number that belongs to one certificate: its own content stream."""

SIGN = 650.0
"""Middle of the place where the signature and the seal go."""
CODE, SIDE = 47.0, 104.0
"""Lower left corner of the code (both ways) and its side with the quiet zone: modules of 0.8 mm."""
BESIDE = CODE + SIDE + 4
"""Left edge of what stands beside the code."""


def _motto() -> str:
    nation = words(face("bold"), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12.5)
    motto = words(face("bold"), "Độc lập - Tự do - Hạnh phúc", 13)
    half = motto.width / 2
    line = artwork.colour(INK, line=True) + "0.8 w\n"
    line += artwork.path([(MIDDLE - half, 506.5), (MIDDLE + half, 506.5)], "S")
    return (
        artwork.colour(INK)
        + marked(0, nation.centred(MIDDLE, 529))
        + marked(1, motto.centred(MIDDLE, 513))
        + decoration(line)
    )


def _title() -> str:
    title = words(face("bold"), "GIẤY CHỨNG NHẬN HOÀN THÀNH", 32, 1.6)
    return artwork.colour(ACCENT) + marked(2, title.centred(MIDDLE, 424)) + decoration(
        artwork.rule(MIDDLE, 405, 120)
    )  # fmt: skip


def _signature() -> str:
    who = words(face("bold"), "ĐẠI DIỆN NƠI CẤP", 12, 0.3)
    how = words(face("sans"), "(Ký, ghi rõ chức vụ, họ tên và đóng dấu)", 10)
    return (
        artwork.colour(INK) + marked(6, who.centred(SIGN, 134)) + marked(7, how.centred(SIGN, 120))
    )


def _check() -> str:
    scan = words(face("sans"), "Quét mã để kiểm tra giấy này", 10)
    return artwork.colour(INK) + marked(5, scan.at(BESIDE, 104))


def fixed() -> bytes:
    """The operators that every page shares."""
    ground = artwork.drum(MIDDLE, 292, 172) + artwork.border()
    parts = ("q\n", decoration(ground), _motto(), _title(), _signature(), _check(), "Q\n")
    return "".join(parts).encode("ascii")


@dataclass(frozen=True)
class Part:
    """A shared part of files: `body` is its objects as they stand in the file."""

    name: str
    kind: str
    body: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()


def draw_parts(pack: Pack) -> tuple[Part, ...]:
    """The parts in the order in which they stand in a file, which is that of their names."""
    page = Page(FRAME + 2, FIXED, NEXT, resources(), FRAME + 6)
    things = [stream(FIXED, fixed(), pack), *standing(FRAME, page)]
    parts = [Part("0-page", "page", b"".join(thing.written() for thing in things))]
    for n, (key, first) in enumerate(FACES.items(), 1):
        body = b"".join(thing.written() for thing in face(key).objects(first, pack))
        parts.append(Part(f"{n}-{key}", "font", body))
    return tuple(parts)


@lru_cache(maxsize=1)
def parts() -> tuple[Part, ...]:
    """The parts of TEMPLATE, drawn once a process."""
    return draw_parts(deflate)


def resources() -> str:
    """What the content streams name: the three faces."""
    fonts = "".join(f"/{key} {first} 0 R" for key, first in FACES.items())
    return f"<</Font<<{fonts}>>>>"
