"""The QR code as a path of whole modules, row by row: written so, it packs to half."""

from __future__ import annotations

import re
from functools import cache

from certificates.paper import modules
from certificates.paper.artwork import INK, colour
from certificates.paper.syntax import number

OVER = -0.04
"""How far a row reaches into the one below, so that no seam shows between rows on a screen."""
QUIET = 4
"""Blank modules around the code, as ISO/IEC 18004 asks for."""


def drawing(address: str, x: float, y: float, side: float) -> str:
    """The code for an address with its quiet zone in a square whose lower left corner is (x, y)."""
    rows = modules.rows(address)
    scale = side / (len(rows) + 2 * QUIET)
    out = f"q 1 1 1 rg {number(x)} {number(y)} {number(side)} {number(side)} re f\n"
    top = y + side - scale * (QUIET + 1)
    out += (
        f"{colour(INK)}{scale:.5f} 0 0 {scale:.5f} {number(x + QUIET * scale)} {number(top)} cm\n"
    )
    return out + "f 1 0 0 1 0 -1 cm\n".join(map(_row, rows)) + "f Q\n"


_RUN = re.compile("1+")


def _row(row: str) -> str:
    return "".join([_rectangle(*found.span()) for found in _RUN.finditer(row)])


@cache
def _rectangle(start: int, end: int) -> str:
    """A run of dark modules; there are no more than some thousand different ones."""
    return f"{start} {OVER} {end - start} {1 - OVER} re\n"
