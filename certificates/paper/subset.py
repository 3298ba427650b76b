"""A face made small enough to embed: the letters of `letters.repertoire`, nothing else.

The whole repertoire is embedded, not the letters of one name, so that every certificate shares the
same font and the part is kept once.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from certificates.paper.fonts import font as font_of
from certificates.paper.fonts import kerning
from certificates.paper.letters import Shape, repertoire
from certificates.paper.syntax import Pack, Thing, stream
from certificates.paper.truetype import Font, components, without_instructions

OBJECTS = 5
"""Objects of a face: font, its descendant, its descriptor, its file, its way back to Unicode."""


@dataclass(frozen=True, eq=False)
class Face:
    """An embedded face. Glyph 0 is missing, glyph n + 1 is the nth letter of the repertoire."""

    key: str
    font: Font
    shapes: tuple[Shape, ...]

    @cached_property
    def glyphs(self) -> dict[str, int]:
        """Letter (one or more code points, NFC) → glyph of the embedded face."""
        return {shape.text: n for n, shape in enumerate(self.shapes, 1)}

    @cached_property
    def _order(self) -> list[int]:
        """The font's own glyphs in the embedded order; parts of composites come at the end."""
        order = [0, *(-1 if shape.parts else shape.base for shape in self.shapes)]
        seen = set(order)
        wanted = [glyph for shape in self.shapes for glyph, _right, _up in shape.parts]
        wanted += [part.glyph for glyph in order if glyph >= 0
                   for part in components(self.font.outline(glyph))]  # fmt: skip
        for glyph in wanted:  # The list grows while it is read: parts may have parts.
            if glyph not in seen:
                seen.add(glyph)
                order.append(glyph)
                wanted += [part.glyph for part in components(self.font.outline(glyph))]
        return order

    @cached_property
    def _places(self) -> dict[int, int]:
        places: dict[int, int] = {}
        for n, glyph in enumerate(self._order):
            places.setdefault(glyph, n)
        return places

    def advance(self, glyph: int) -> int:
        """Width of an embedded glyph in thousandths of the size."""
        return self.font.advances[self.shapes[glyph - 1].base if glyph else 0]

    def kern(self, first: int, second: int) -> int:
        """Adjustment between two embedded glyphs, in thousandths of the size."""
        pair = self.shapes[first - 1].base, self.shapes[second - 1].base
        return kerning(self.key).between(*pair)

    def _outlines(self) -> list[bytes]:
        found = []
        for n, glyph in enumerate(self._order):
            drawn = self.shapes[n - 1].outline(self.font) if glyph < 0 else self.font.outline(glyph)
            bare = without_instructions(drawn)
            raw = bytearray(bare)
            for part in components(bare):
                struct.pack_into(">H", raw, part.place, self._places[part.glyph])
            found.append(bytes(raw) + b"\0" * (-len(raw) % 4))
        return found

    def file(self) -> bytes:
        """The embedded TrueType file with the tables that ISO 32000-1, 9.9 asks for."""
        outlines = self._outlines()
        starts = list(accumulate((len(outline) for outline in outlines), initial=0))
        head = bytearray(self.font.tables["head"])
        struct.pack_into(">L", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        maxp, hhea = bytearray(self.font.tables["maxp"]), bytearray(self.font.tables["hhea"])
        struct.pack_into(">H", maxp, 4, len(outlines))
        struct.pack_into(">H", hhea, 34, len(outlines))
        tables = {
            b"glyf": b"".join(outlines), b"head": bytes(head), b"hhea": bytes(hhea),
            b"hmtx": self._metrics(), b"loca": struct.pack(f">{len(starts)}L", *starts),
            b"maxp": bytes(maxp),
        }  # fmt: skip
        return _font_file(tables)

    def _metrics(self) -> bytes:
        rows = []
        for n, glyph in enumerate(self._order):
            if glyph < 0:
                base = self.shapes[n - 1].base
                rows.append((self.font.advances[base], self.font.side_bearing(base)))
            else:
                rows.append((self.font.advances[glyph], self.font.side_bearing(glyph)))
        return b"".join(struct.pack(">Hh", *row) for row in rows)

    def objects(self, first: int, pack: Pack) -> list[Thing]:
        """The five objects of the face, numbered from `first`, which is the font itself."""
        name = f"LOPHOC+{self.font.name}"
        system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        widths = " ".join(str(self.advance(n)) for n in range(len(self.shapes) + 1))
        program = self.file()
        return [
            Thing(first, f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
                         f"/DescendantFonts[{first + 1} 0 R]/ToUnicode {first + 4} 0 R>>"),
            Thing(first + 1, f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}{system}"
                             f"/FontDescriptor {first + 2} 0 R/CIDToGIDMap/Identity/W[0[{widths}]]>>"),
            Thing(first + 2, self._descriptor(name, first + 3)),
            stream(first + 3, program, pack, f"/Length1 {len(program)}"),
            stream(first + 4, self._unicode(), pack),
        ]  # fmt: skip

    def _descriptor(self, name: str, file: int) -> str:
        box = struct.unpack_from(">4h", self.font.tables["head"], 36)
        up, down = struct.unpack_from(">hh", self.font.tables["hhea"], 4)
        height = struct.unpack_from(">h", self.font.tables["OS/2"], 88)[0]
        flags = 4 | (2 if "Serif" in name else 0)
        return (
            f"<</Type/FontDescriptor/FontName/{name}/Flags {flags}/FontBBox[{' '.join(map(str, box))}]"
            f"/ItalicAngle 0/Ascent {up}/Descent {down}/CapHeight {height}/StemV 90/FontFile2 {file} 0 R>>"
        )

    def _unicode(self) -> bytes:
        """The map from glyphs back to Unicode, so that text can be searched, read out and copied."""
        lines = [f"<{n:04X}> <{shape.text.encode('utf-16-be').hex().upper()}>"
                 for n, shape in enumerate(self.shapes, 1)]  # fmt: skip
        blocks = [lines[n : n + 100] for n in range(0, len(lines), 100)]
        body = "".join(
            f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
        )
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{body}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")


def _font_file(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    out = struct.pack(">LHHHH", 0x00010000, count, 16 * power, power.bit_length() - 1,
                      16 * (count - power))  # fmt: skip
    at, body = 12 + 16 * count, b""
    for tag, table in sorted(tables.items()):
        padded = table + b"\0" * (-len(table) % 4)
        out += struct.pack(">4sLLL", tag, _sum(padded), at + len(body), len(table))
        body += padded
    return out + body


def _sum(table: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(table) // 4}L", table)
    return sum(words) & 0xFFFFFFFF


@lru_cache(maxsize=8)
def face(key: str) -> Face:
    """The embedded face of a key of `fonts.FILES`."""
    found = font_of(key)
    return Face(key, found, tuple(repertoire(found)))
