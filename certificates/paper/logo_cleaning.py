"""A commune's mark as somebody sent it: decoded under limits, written anew as a small opaque PNG.

What was sent is never kept: only pixels pass. A picture that carries anything else, such as a page or a
program behind its pixels, is refused outright, for nobody sends that by chance. Pillow is needed here
alone, so this is loaded when a mark is sent and not before.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageChops, ImageOps

from certificates.paper.logo import SIDE, BadLogo

MOST_BYTES, MOST_SIDE = 1_000_000, 4000
SMALLEST = 24
"""Pixels below which there is nothing to see."""
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
