"""The card number on a photo: decoded without trusting the file, a few at a time."""

import io
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from lms.cohorts import rules
from lms.core.errors import Invalid, Refusal, TooLarge, Unavailable
from lms.core.i18n import _

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""A phone's camera gives 12 to 50 million, as JPEG, which is decoded small at once."""
MOST_UNFOLDED = 16_000_000
"""The other formats unfold whole: a PNG of 200 KB held 50 million, and cost seconds and 400 MB."""
READ_AT = (1600, 800, 3000)
"""Longest sides, in pixels, at which the code is looked for, one after the other."""
WAIT = 4.0
"""Seconds."""
FORMATS = ("JPEG", "PNG", "WEBP")

_TURNS = {True: threading.BoundedSemaphore(2), False: threading.BoundedSemaphore(1)}
"""Decoding is heavy: callers whom we know do not wait for those whom we do not know."""
_SEATS = {True: threading.BoundedSemaphore(3), False: threading.BoundedSemaphore(2)}
"""Those whose turn it is and one who waits. Whoever waits keeps a worker from everybody else."""


def card_on_photo(stream: IO[bytes], *, known: bool) -> str:
    """The ten digits of the card on a photo; Invalid says how to take a better one."""
    return code_on_photo(stream, rules.card_in, known=known)


def code_on_photo(stream: IO[bytes], read: Callable[[str], str | None], *, known: bool) -> str:
    """What `read` makes of the first QR code on a photo that it knows; Invalid as above."""
    body = stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLarge(_("Ảnh lớn quá 8 MB. Xin chụp lại cỡ nhỏ hơn, hoặc gõ số thẻ."))
    with _turn(known):
        number = _found(body, read)
    if number is None:
        raise _unseen()
    return number


@contextmanager
def _turn(known: bool) -> Iterator[None]:
    if not _SEATS[known].acquire(blocking=False):
        raise _busy()
    try:
        if not _TURNS[known].acquire(timeout=WAIT):
            raise _busy()
        try:
            yield
        finally:
            _TURNS[known].release()
    finally:
        _SEATS[known].release()


def _busy() -> Unavailable:
    words = _("Máy chủ đang bận đọc ảnh khác. Xin thử lại, hoặc gõ số thẻ.")
    return Unavailable(words, retry_after=3)


def _unseen() -> Invalid:
    words = _("Chưa thấy mã trên ảnh. Xin chụp gần hơn, đủ sáng, thấy cả ô vuông; hoặc gõ số thẻ.")
    return Invalid(words, fields={"photo": [words]})


def _found(body: bytes, read: Callable[[str], str | None]) -> str | None:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Our own bound is read from the header; Pillow's warning must not come before it.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _read(Image.open(io.BytesIO(body), formats=FORMATS), read)
    except Refusal:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:
        # A broken file fails in many ways, deep in the decoders; whatever it is, it is no photo of a card.
        raise _unseen() from error


def _too_many_pixels() -> TooLarge:
    return TooLarge(_("Ảnh có quá nhiều điểm ảnh. Xin chụp lại cỡ nhỏ hơn, hoặc gõ số thẻ."))


def _read(image: "Picture", read: Callable[[str], str | None]) -> str | None:
    import zxingcpp

    most = MOST_UNFOLDED if image.format in ("PNG", "WEBP") else MOST_PIXELS
    if image.width * image.height > most:
        raise _too_many_pixels()
    image.draft("L", (max(READ_AT), max(READ_AT)))  # A JPEG is decoded small at once.
    grey, only = image.convert("L"), zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    for side in READ_AT:
        small = grey.copy()
        small.thumbnail((side, side))
        for code in zxingcpp.read_barcodes(small, formats=only):
            number = read(code.text)
            if number is not None:
                return number
    return None
