"""A commune's mark as it is kept, our own PNG, embedded as it stands."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

from certificates.paper.syntax import Thing

SIDE = 600
"""Pixels of a kept mark at most: 300 dpi at 5 cm."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class BadLogo(ValueError):
    """This cannot be a mark. `why`: large, format, size, damaged, foreign, blank."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Picture:
    """The pixels of a mark as they stand in a PNG, packed row by row."""

    width: int
    height: int
    colours: int
    packed: bytes

    def thing(self, key: int) -> Thing:
        """The image as an object of a file; a PNG's rows are packed as a PDF's may be."""
        space = "/DeviceRGB" if self.colours == 3 else "/DeviceGray"
        value = (
            f"<</Type/XObject/Subtype/Image/Width {self.width}/Height {self.height}"
            f"/ColorSpace{space}/BitsPerComponent 8/Filter/FlateDecode/DecodeParms"
            f"<</Predictor 15/Colors {self.colours}/BitsPerComponent 8/Columns {self.width}>>"
            f"/Length {len(self.packed)}>>"
        )
        return Thing(key, value, self.packed)

    def fitted(self, width: float, height: float) -> tuple[float, float]:
        """Its size in points when it fills one of these."""
        scale = min(width / self.width, height / self.height)
        return self.width * scale, self.height * scale


@lru_cache(maxsize=16)
def read_logo(data: bytes) -> Picture | None:
    """Our own PNG without decoding it; None for no mark; BadLogo when `clean_logo` did not make it."""
    if not data:
        return None
    try:
        return _read(data)
    except (struct.error, zlib.error, IndexError) as error:
        raise BadLogo("format") from error


def _read(data: bytes) -> Picture:
    if not data.startswith(_SIGNATURE):
        raise BadLogo("format")
    chunks = _chunks(data)
    width, height, depth, kind, _packing, _filter, interlaced = struct.unpack(
        ">LLBBBBB", dict(chunks)[b"IHDR"] if chunks and chunks[0][0] == b"IHDR" else b""
    )
    if (depth, interlaced) != (8, 0) or kind not in (0, 2) or max(width, height) > SIDE:
        raise BadLogo("format")
    colours = 3 if kind == 2 else 1
    packed = b"".join(body for name, body in chunks if name == b"IDAT")
    most = height * (1 + width * colours)
    reading = zlib.decompressobj()
    if len(reading.decompress(packed, most + 1)) != most or not reading.eof:
        raise BadLogo("damaged")
    return Picture(width, height, colours, packed)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(_SIGNATURE)
    while at < len(data):
        length, name = struct.unpack_from(">L4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">L", data, at + 8 + length)
        if zlib.crc32(name + body) != check:
            raise BadLogo("damaged")
        found.append((name, body))
        at += 12 + length
    return found
