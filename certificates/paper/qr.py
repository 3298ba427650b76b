"""The QR code as a path of whole modules, row by row: written so, it packs to half."""

from __future__ import annotations

from certificates.paper.artwork import INK, colour
from certificates.paper.syntax import number

MASK = 2
"""Always the same mask: readers take any of the eight, and choosing one costs four times all else."""
OVER = -0.04
"""How far a row reaches into the one below, so that no seam shows between rows on a screen."""
QUIET = 4
"""Blank modules around the code, as ISO/IEC 18004 asks for."""


def drawing(address: str, x: float, y: float, side: float) -> str:
    """The code for an address with its quiet zone in a square whose lower left corner is (x, y)."""
    import segno

    rows = segno.make_qr(address, error="m", boost_error=False, mask=MASK).matrix
    count = len(rows) + 2 * QUIET
    scale = side / count
    out = f"q 1 1 1 rg {number(x)} {number(y)} {number(side)} {number(side)} re f\n"
    top = y + side - scale * (QUIET + 1)
    out += (
        f"{colour(INK)}{scale:.5f} 0 0 {scale:.5f} {number(x + QUIET * scale)} {number(top)} cm\n"
    )
    return out + "f 1 0 0 1 0 -1 cm\n".join(_row(bytes(row)) for row in rows) + "f Q\n"


def _row(row: bytes) -> str:
    return "".join(f"{start} {OVER} {length} {1 - OVER} re\n" for start, length in _runs(row))


def _runs(row: bytes) -> list[tuple[int, int]]:
    """(start, length) of each run of dark modules."""
    found, start = [], row.find(1)
    while start >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        found.append((start, end - start))
        start = row.find(1, end)
    return found
