"""A commune's mark: decoded under limits, written anew as a small opaque PNG, embedded as it stands.

What was sent is never kept: only pixels pass. A picture that carries anything else, such as a page or a
program behind its pixels, is refused outright, for nobody sends that by chance.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageChops, ImageOps

from certificates.paper.syntax import Thing

MOST_BYTES, MOST_SIDE = 1_000_000, 4000
SIDE, SMALLEST = 600, 24
"""Pixels of a kept mark: 600 are 300 dpi at 5 cm; below 24 there is nothing to see."""
_KEPT_BYTES = 160_000
_FORMATS = ("PNG", "JPEG", "WEBP")
_FOREIGN = (
    b"%pdf-",
    b"<script",
    b"<svg ",
    b"<svg>",
    b"<html",
    b"<!doctype",
    b"<?php",
    b"javascript:",
)
_REDUCIBLE = ("L", "RGB", "RGBA", "CMYK")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


_BROKEN = (
    OSError,
    ValueError,
    LookupError,
    SyntaxError,
    UserWarning,
    struct.error,
    zlib.error,
    MemoryError,
)
"""What Pillow raises or warns of when a picture is not whole."""


class BadLogo(ValueError):
    """This cannot be a mark. `why`: large, format, size, damaged, foreign, blank."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def clean_logo(data: bytes) -> bytes:
    """Any PNG, JPEG or WebP as our own small PNG without transparency; BadLogo says why not."""
    if len(data) > MOST_BYTES:
        raise BadLogo("large")
    image = _opened(data)
    if max(image.size) > MOST_SIDE or min(image.size) < SMALLEST:
        raise BadLogo("size")
    if _is_foreign(data, str(image.format)):
        raise BadLogo("foreign")
    return _written(_trimmed(_opaque(image)))


def _opened(data: bytes) -> Image.Image:
    """The picture with its head read and nothing else."""
    try:
        return Image.open(BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadLogo("size") from error
    except _BROKEN as error:
        raise BadLogo("format") from error


def _is_foreign(data: bytes, format_: str) -> bool:
    """Whether something stands in the file that is no picture."""
    low = data.lower()
    if any(sign in low for sign in _FOREIGN):
        return True
    if format_ == "PNG":
        return not data.endswith(b"IEND\xaeB`\x82")
    if format_ == "WEBP":
        size: int = struct.unpack_from("<L", data, 4)[0]
        return len(data) > size + 8 + size % 2
    return not data.rstrip(b"\0").endswith(b"\xff\xd9")


def _opaque(image: Image.Image) -> Image.Image:
    """Its pixels upright, on white, in grey when they have no colour."""
    try:
        image.draft("RGB", (2 * SIDE, 2 * SIDE))
        image.load()
        image = ImageOps.exif_transpose(_reduced(_eight_bits(image))).convert("RGBA")
    except _BROKEN as error:
        raise BadLogo("damaged") from error
    image = _reduced(image)
    white = Image.new("RGBA", image.size, "white")
    flat = Image.alpha_composite(white, image).convert("RGB")
    return flat.convert("L") if _is_grey(flat) else flat


def _reduced(image: Image.Image) -> Image.Image:
    """Not much larger than it is kept: done before anything copies sixteen million pixels."""
    factor = max(image.size) // (2 * SIDE)
    return image.reduce(factor) if factor > 1 and image.mode in _REDUCIBLE else image


def _eight_bits(image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits with its shades kept: converted as it stands it is nearly all white."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _is_grey(image: Image.Image) -> bool:
    red, green, blue = image.split()
    apart = [ImageChops.difference(red, other).histogram() for other in (green, blue)]
    return not any(count for histogram in apart for count in histogram[8:])


def _trimmed(image: Image.Image) -> Image.Image:
    """Without a blank margin, so that every mark stands equally large."""
    grey = image.convert("L").point(lambda value: 255 if value < 245 else 0)
    box = grey.getbbox()
    if box is None:
        raise BadLogo("blank")
    return image.crop(box)


def _written(image: Image.Image) -> bytes:
    for side in (SIDE, 450, 330, 240, 160):
        small = image.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = BytesIO()
        small.save(out, "PNG", optimize=True)
        if out.tell() <= _KEPT_BYTES:
            break
    return out.getvalue()


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
