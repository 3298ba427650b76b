"""Shared parts of files: which numbers their objects have, and the parts that any paper needs.

The faces keep the numbers they have had since the first template, so a face is one part for all papers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from certificates.paper import syntax
from certificates.paper.logo import Picture
from certificates.paper.subset import OBJECTS, face
from certificates.paper.syntax import HEADER, Pack, Places, Thing

FIXED = 1
"""Number of the content stream that everyone's front shares."""
FACES = {"serif": 2, "bold": 2 + OBJECTS, "sans": 2 + 2 * OBJECTS}
"""Face → number of its font object."""
LOGO = 2 + 3 * OBJECTS
CATALOGUE, PAGES, ROOT = LOGO + 1, LOGO + 2, LOGO + 3
"""ROOT is followed by the document element and the parent tree."""
OWN = ROOT + 3
"""The numbers of one certificate's own objects begin here."""
OWN_FRONT, OWN_BACK, OWN_INFO, OWN_TABLE = OWN, OWN + 1, OWN + 2, OWN + 3
TABLE = OWN + 4
FRONT, FRONT_MARKS, FRONT_SECTION = TABLE + 1, TABLE + 2, TABLE + 3
"""The front page, its elements by their marks, its section with the elements after it."""
BACK_FIXED, BACK, BACK_MARKS, BACK_SECTION = 80, 81, 82, 83
"""The same for the back: far enough that no design's front reaches it."""


@dataclass(frozen=True)
class Part:
    """A shared part of files: `body` is its objects as they stand in the file."""

    name: str
    """Parts stand in a file in the order of their names."""
    kind: str
    body: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()


def written(things: Iterable[Thing]) -> bytes:
    """Objects one after the other."""
    return b"".join(thing.written() for thing in things)


@lru_cache(maxsize=8)
def faces(pack: Pack) -> tuple[Part, ...]:
    """The three faces, drawn once a process."""
    return tuple(
        Part(f"{n}-{key}", "font", written(face(key).objects(first, pack)))
        for n, (key, first) in enumerate(FACES.items(), 1)
    )


def logo(picture: Picture) -> Part:
    """A mark as an image of its own."""
    return Part("4-logo", "image", written([picture.thing(LOGO)]))


def resources(picture: Picture | None) -> str:
    """What content streams name: the three faces, and the mark when there is one."""
    fonts = "".join(f"/{key} {first} 0 R" for key, first in FACES.items())
    images = f"/XObject<</logo {LOGO} 0 R>>" if picture else ""
    return f"<</Font<<{fonts}>>{images}>>"


def with_table(parts: Sequence[Part], pack: Pack) -> tuple[Part, ...]:
    """The parts and, last, the cross-reference of all their objects: no certificate repeats it."""
    at: dict[int, int] = {}
    place = len(HEADER)
    for part in parts:
        at.update(syntax.offsets(syntax.read(part.body), place))
        place += len(part.body)
    size = max(at) + 1
    table = Places(dict(at), {}).section(TABLE, place, CATALOGUE, size, "", pack)
    return (*parts, Part("9-table", "table", table.written()))
