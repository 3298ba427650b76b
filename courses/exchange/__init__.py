"""Questions from elsewhere and to elsewhere: GIFT, Moodle XML, spreadsheets, typed lists.

`read` takes any of them; what cannot be carried is listed with its reason, never dropped silently.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from courses.exchange.gift_reading import read_gift
from courses.exchange.gift_writing import write_gift
from courses.exchange.losses import Imported, Loss, refused
from courses.exchange.moodle_reading import read_moodle
from courses.exchange.moodle_writing import write_moodle
from courses.exchange.sheet_cells import is_spreadsheet
from courses.exchange.sheet_reading import read_sheet, read_typed
from courses.exchange.yaml_text import to_yaml, yaml_files
from lms.core.i18n import _

__all__ = [
    "MOST_BYTES", "Imported", "Loss", "read", "to_yaml", "write_gift", "write_moodle", "yaml_files",
]  # fmt: skip

MOST_BYTES = 8 * 1024 * 1024
MOST_TEXT = 2 * 1024 * 1024
_TYPED = (".csv", ".tsv")
_GIFT = re.compile(
    r"^\s*(?:::|\$CATEGORY:|//)|(?<!\\)\{[^{}]*(?:[=~#]|\b(?:T|F|TRUE|FALSE)\b)[^{}]*\}",
    re.MULTILINE,
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|quiz|!DOCTYPE|!--)")


def read(file: str, content: bytes) -> Imported:
    """The questions of a file, whatever its format; the content decides more than the name.

    Raises ContentError, with a line where there is one, when the file as a whole cannot be read. A file
    of 1000 questions, the most there may be, takes some seconds: read it before a transaction begins.
    """
    if len(content) > MOST_BYTES:
        raise refused(file, 0, _("Tệp lớn quá 8 MB. Hãy chia thành nhiều tệp."))
    if is_spreadsheet(content):
        return read_sheet(file, content)
    suffix = PurePath(file).suffix.lower()
    if suffix == ".xml" or _XML.match(content[:200]):
        return read_moodle(file, content)
    text = _text(file, content)
    if suffix == ".gift" or (suffix not in _TYPED and _GIFT.search(text)):
        return read_gift(file, text)
    return read_typed(file, text)


def _text(file: str, content: bytes) -> str:
    """The file as text with plain line ends: UTF-8, or UTF-16 with its mark."""
    if len(content) > MOST_TEXT:
        raise refused(file, 0, _("Tệp chữ lớn quá 2 MB. Hãy chia thành nhiều tệp."))
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = _(
            "Chữ ở dòng này không phải UTF-8. Hãy mở tệp, chọn Lưu thành (Save As) và chọn bảng mã UTF-8."
        )
        raise refused(file, line, message) from error
    if not text.strip("\ufeff\x00 \n\r\t"):
        raise refused(file, 0, _("Tệp trống."))
    return text.replace("\r\n", "\n").replace("\r", "\n")
