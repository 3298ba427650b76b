"""Reading a TrueType font: which letters it has, how wide they are and how they are drawn.

Written for the two families that we embed, so that a service needs no font library and no system
font. Numbers follow the OpenType specification 1.9 (Microsoft, learn.microsoft.com/typography).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

COMPOSITE, INSTRUCTIONS, MORE = -1, 0x0100, 0x0020
_WORDS, _SCALE, _XY_SCALE, _TWO_BY_TWO = 0x0001, 0x0008, 0x0040, 0x0080


@dataclass(frozen=True)
class Box:
    """A glyph's bounds in font units."""

    left: int
    bottom: int
    right: int
    top: int

    @property
    def middle(self) -> int:
        return (self.left + self.right) // 2


@dataclass(frozen=True)
class Font:
    """A font file in memory. Units are thousandths of the size: both families have 1000 an em."""

    data: bytes
    tables: dict[str, bytes] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Font:
        """Read a .ttf file; ValueError when its em is not 1000 units."""
        data = path.read_bytes()
        count = struct.unpack_from(">H", data, 4)[0]
        tables = {}
        for n in range(count):
            tag, _sum, offset, length = struct.unpack_from(">4sLLL", data, 12 + 16 * n)
            tables[tag.decode("ascii")] = data[offset : offset + length]
        font = cls(data, tables)
        if struct.unpack_from(">H", font.tables["head"], 18)[0] != 1000:
            raise ValueError(f"{path.name}: the em is not 1000 units")
        return font

    @cached_property
    def name(self) -> str:
        """The PostScript name, such as SourceSerifPro-Regular."""
        table = self.tables["name"]
        count, start = struct.unpack_from(">HH", table, 2)
        for n in range(count):
            platform, _enc, _lang, name, length, offset = struct.unpack_from(
                ">6H", table, 6 + 12 * n
            )
            if (platform, name) == (3, 6):
                return table[start + offset : start + offset + length].decode("utf-16-be")
        raise ValueError("the font has no PostScript name")

    @cached_property
    def count(self) -> int:
        """Number of glyphs."""
        return int(struct.unpack_from(">H", self.tables["maxp"], 4)[0])

    @cached_property
    def letters(self) -> dict[int, int]:
        """Code point → glyph, from the Unicode character map of format 12 or 4."""
        table = self.tables["cmap"]
        found: dict[tuple[int, int], int] = {}
        for n in range(struct.unpack_from(">H", table, 2)[0]):
            platform, encoding, offset = struct.unpack_from(">HHL", table, 4 + 8 * n)
            found[platform, encoding] = offset
        if (3, 10) in found:
            return _format_12(table[found[3, 10] :])
        return _format_4(table[found[3, 1] :])

    @cached_property
    def advances(self) -> tuple[int, ...]:
        """Advance width by glyph."""
        longs = struct.unpack_from(">H", self.tables["hhea"], 34)[0]
        raw = self.tables["hmtx"]
        wide = [struct.unpack_from(">H", raw, 4 * n)[0] for n in range(longs)]
        return tuple(wide + [wide[-1]] * (self.count - longs))

    @cached_property
    def _offsets(self) -> tuple[int, ...]:
        long = struct.unpack_from(">h", self.tables["head"], 50)[0]
        loca = self.tables["loca"]
        if long:
            return struct.unpack_from(f">{self.count + 1}L", loca)
        return tuple(2 * n for n in struct.unpack_from(f">{self.count + 1}H", loca))

    def outline(self, glyph: int) -> bytes:
        """The glyph's description as it stands in `glyf`; empty for a blank."""
        return self.tables["glyf"][self._offsets[glyph] : self._offsets[glyph + 1]]

    def box(self, glyph: int) -> Box:
        """The glyph's bounds; a blank has none (all zero)."""
        outline = self.outline(glyph)
        return Box(*struct.unpack_from(">4h", outline, 2)) if outline else Box(0, 0, 0, 0)

    def side_bearing(self, glyph: int) -> int:
        """Left side bearing, as `hmtx` wants it."""
        return self.box(glyph).left


def _format_4(table: bytes) -> dict[int, int]:
    double = struct.unpack_from(">H", table, 6)[0]
    n = double // 2
    ends = struct.unpack_from(f">{n}H", table, 14)
    starts = struct.unpack_from(f">{n}H", table, 16 + double)
    deltas = struct.unpack_from(f">{n}H", table, 16 + 2 * double)
    at = 16 + 3 * double
    ranges = struct.unpack_from(f">{n}H", table, at)
    found: dict[int, int] = {}
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if ranges[i]:
                place = at + 2 * i + ranges[i] + 2 * (code - start)
                glyph = struct.unpack_from(">H", table, place)[0]
            if not ranges[i] or glyph:
                found[code] = (glyph + deltas[i]) & 0xFFFF
    return {code: glyph for code, glyph in found.items() if glyph}


def _format_12(table: bytes) -> dict[int, int]:
    found: dict[int, int] = {}
    for n in range(struct.unpack_from(">L", table, 12)[0]):
        start, end, glyph = struct.unpack_from(">LLL", table, 16 + 12 * n)
        found.update((code, glyph + code - start) for code in range(start, end + 1))
    return found


@dataclass(frozen=True)
class Component:
    """A part of a composite glyph: `place` is where its glyph number stands in the outline."""

    glyph: int
    place: int


def components(outline: bytes) -> list[Component]:
    """The parts of a composite glyph; none for a simple one."""
    if not outline or struct.unpack_from(">h", outline)[0] != COMPOSITE:
        return []
    found, at, flags = [], 10, MORE
    while flags & MORE:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        found.append(Component(glyph, at + 2))
        at += _component_size(flags)
    return found


def _component_size(flags: int) -> int:
    scale = 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _TWO_BY_TWO else 0
    return 4 + (4 if flags & _WORDS else 2) + scale


def without_instructions(outline: bytes) -> bytes:
    """The outline without its hinting program, which print and today's screens do not use."""
    if not outline:
        return outline
    contours = struct.unpack_from(">h", outline)[0]
    if contours != COMPOSITE:
        at = 10 + 2 * contours
        length = struct.unpack_from(">H", outline, at)[0]
        return outline[:at] + b"\0\0" + outline[at + 2 + length :]
    bare, at, flags = bytearray(outline), 10, MORE
    while flags & MORE:
        flags = struct.unpack_from(">H", outline, at)[0]
        struct.pack_into(">H", bare, at, flags & ~INSTRUCTIONS)
        at += _component_size(flags)
    return bytes(bare[:at])


def composed(parts: list[tuple[int, int, int]], box: Box) -> bytes:
    """A composite outline: each part is (glyph, right, up) in font units."""
    out = struct.pack(">5h", COMPOSITE, box.left, box.bottom, box.right, box.top)
    for n, (glyph, right, up) in enumerate(parts):
        flags = _WORDS | 0x0002 | (MORE if n < len(parts) - 1 else 0)
        out += struct.pack(">HHhh", flags, glyph, right, up)
    return out
