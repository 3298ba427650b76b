"""How much nearer two letters stand than their widths say: pair adjustments of a font's GPOS table.

Reads what the embedded families use: lookups of the feature `kern` for Latin, pair adjustment formats
1 and 2, extension lookups (OpenType specification 1.9, "GPOS").
"""

from __future__ import annotations

import struct
from functools import cached_property

from certificates.paper.truetype import Font

PAIR, EXTENSION = 2, 9
_X_ADVANCE = 0x0004


def _u16(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", data, at)[0])


def _list(data: bytes, at: int) -> tuple[int, ...]:
    return struct.unpack_from(f">{_u16(data, at)}H", data, at + 2)


class Kerning:
    """Pair adjustments of one font; asked by the font's own glyph numbers."""

    def __init__(self, font: Font) -> None:
        self._gpos = font.tables.get("GPOS", b"")
        self._known: dict[tuple[int, int], int] = {}

    def between(self, first: int, second: int) -> int:
        """Thousandths of the size to add after `first` when `second` follows; mostly negative."""
        pair = first, second
        if pair not in self._known:
            self._known[pair] = self._look_up(first, second)
        return self._known[pair]

    def _look_up(self, first: int, second: int) -> int:
        for subtables in self._lookups:
            for subtable in subtables:
                moved = subtable.between(first, second)
                if moved is not None:
                    return moved
        return 0

    @cached_property
    def _lookups(self) -> list[list[_Pairs]]:
        if not self._gpos:
            return []
        lookups = _u16(self._gpos, 8)
        offsets = _list(self._gpos, lookups)
        return [self._pairs(lookups + offsets[n]) for n in self._kern_lookups()]

    def _kern_lookups(self) -> list[int]:
        features = _u16(self._gpos, 6)
        found: set[int] = set()
        for n in self._latin_features():
            tag, offset = struct.unpack_from(">4sH", self._gpos, features + 2 + 6 * n)
            if tag == b"kern":
                found.update(_list(self._gpos, features + offset + 2))
        return sorted(found)

    def _latin_features(self) -> tuple[int, ...]:
        scripts = _u16(self._gpos, 4)
        for n in range(_u16(self._gpos, scripts)):
            tag, offset = struct.unpack_from(">4sH", self._gpos, scripts + 2 + 6 * n)
            if tag == b"latn":
                script = scripts + offset
                return _list(self._gpos, script + _u16(self._gpos, script) + 4)
        return ()

    def _pairs(self, lookup: int) -> list[_Pairs]:
        kind = _u16(self._gpos, lookup)
        starts = [lookup + offset for offset in _list(self._gpos, lookup + 4)]
        if kind == EXTENSION:
            kind = _u16(self._gpos, starts[0] + 2)
            starts = [s + struct.unpack_from(">L", self._gpos, s + 4)[0] for s in starts]
        return [_Pairs(self._gpos, start) for start in starts] if kind == PAIR else []


class _Pairs:
    """One subtable of pair adjustments."""

    def __init__(self, gpos: bytes, start: int) -> None:
        self._gpos, self._start = gpos, start
        self._format = _u16(gpos, start)
        first, second = _u16(gpos, start + 4), _u16(gpos, start + 6)
        self._size = 2 * (bin(first).count("1") + bin(second).count("1"))
        self._at = 2 * bin(first & (_X_ADVANCE - 1)).count("1") if first & _X_ADVANCE else -1
        self._covered = _coverage(gpos, start + _u16(gpos, start + 2))

    def between(self, first: int, second: int) -> int | None:
        """The adjustment, or None when a later subtable decides."""
        if first not in self._covered:
            return None
        return self._listed(first, second) if self._format == 1 else self._classed(first, second)

    def _value(self, at: int) -> int:
        return int(struct.unpack_from(">h", self._gpos, at + self._at)[0]) if self._at >= 0 else 0

    def _listed(self, first: int, second: int) -> int | None:
        offset = _u16(self._gpos, self._start + 10 + 2 * self._covered[first])
        pairs = self._start + offset
        for n in range(_u16(self._gpos, pairs)):
            at = pairs + 2 + n * (2 + self._size)
            if _u16(self._gpos, at) == second:
                return self._value(at + 2)
        return None

    def _classed(self, first: int, second: int) -> int:
        one, two, _ones, twos = struct.unpack_from(">4H", self._gpos, self._start + 8)
        row = self._class(self._start + one).get(first, 0)
        column = self._class(self._start + two).get(second, 0)
        return self._value(self._start + 16 + (row * twos + column) * self._size)

    def _class(self, at: int) -> dict[int, int]:
        if not hasattr(self, "_classes"):
            self._classes: dict[int, dict[int, int]] = {}
        if at not in self._classes:
            self._classes[at] = _classes(self._gpos, at)
        return self._classes[at]


def _coverage(data: bytes, at: int) -> dict[int, int]:
    if _u16(data, at) == 1:
        return {glyph: index for index, glyph in enumerate(_list(data, at + 2))}
    found = {}
    for n in range(_u16(data, at + 2)):
        start, end, index = struct.unpack_from(">3H", data, at + 4 + 6 * n)
        found.update({glyph: index + glyph - start for glyph in range(start, end + 1)})
    return found


def _classes(data: bytes, at: int) -> dict[int, int]:
    if _u16(data, at) == 1:
        start = _u16(data, at + 2)
        return {start + n: kind for n, kind in enumerate(_list(data, at + 4))}
    found = {}
    for n in range(_u16(data, at + 2)):
        start, end, kind = struct.unpack_from(">3H", data, at + 4 + 6 * n)
        found.update(dict.fromkeys(range(start, end + 1), kind))
    return found
