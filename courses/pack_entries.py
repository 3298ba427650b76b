"""The entries of a zip file, read without believing what it says of itself.

Only the list of entries comes from the standard library; bytes are taken out here, so that an entry
can neither overlap another, nor hold more or other bytes than it declares, nor grow without bound.
The dangers are those of D. Fifield, "A better zip bomb", USENIX WOOT 2019, and their older kin.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from courses.problems import ContentError, Problem
from courses.reading import MAX_BYTES
from lms.core.i18n import _

PACK = _("gói zip")
MOST_GROWTH = 200
"""Text shrinks to a fifth or a tenth; what shrinks to less than a two-hundredth is no text."""
SMALL = 16 * 1024
MAX_DIRECTORY = 1 << 20
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_MARK, _LOCAL_MARK, _ZIP64_MARK = b"PK\x05\x06", b"PK\x03\x04", b"PK\x06\x07"
_ZIP64_LENGTH = 20
_ENCRYPTED, _UTF8 = 0x2041, 0x800
_UNIX = 3


def refused(name: str, message: str) -> ContentError:
    """A refusal because of one entry, or of the pack as a whole."""
    return ContentError([Problem(name, 0, message)])


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its name as written, where its bytes lie in the pack, and what it declares."""

    name: str
    start: int
    begin: int
    end: int
    size: int
    crc: int
    method: int
    flags: int
    mode: int

    def problem(self) -> Problem | None:
        """Why it may not be read at all, by what it declares."""
        kind = stat.S_IFMT(self.mode)
        if self.flags & _ENCRYPTED:
            return self._problem(_("Tệp trong gói bị khóa mật khẩu. Hãy nén lại không mật khẩu."))
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            return self._problem(_("Trong gói chỉ có tệp thường, không có liên kết."))
        if self.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return self._problem(_("Kiểu nén này không đọc được. Hãy nén bằng zip thường."))
        if self.size > MAX_BYTES:
            return self._problem(_("Tệp lớn quá 256 KB. Hãy chia thành nhiều tệp nhỏ."))
        if self.size > max(SMALL, MOST_GROWTH * (self.end - self.begin)):
            return self._problem(_("Tệp nở ra quá nhiều lần khi giải nén, nên không mở."))
        return None

    def _problem(self, message: str) -> Problem:
        return Problem(self.name, 0, message)

    def read(self, content: bytes) -> bytes:
        """Its bytes; never more than it declares, ContentError when they are others."""
        packed = content[self.begin : self.end]
        body = packed if self.method == zipfile.ZIP_STORED else self._inflated(packed)
        if len(body) != self.size or zlib.crc32(body) != self.crc:
            raise refused(self.name, _("Tệp trong gói hỏng, hoặc khai sai kích thước."))
        return body

    def _inflated(self, packed: bytes) -> bytes:
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            body = engine.decompress(packed, self.size + 1)
        except zlib.error as error:
            raise refused(self.name, _("Tệp trong gói hỏng, không giải nén được.")) from error
        if not engine.eof or engine.unused_data:
            raise refused(self.name, _("Tệp trong gói hỏng, hoặc khai sai kích thước."))
        return body


def read_entries(content: bytes, most: int) -> list[Entry]:
    """The entries in the order of their bytes; ContentError when the pack is no sound zip file."""
    _check_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed, first_free = archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
        raise _broken() from error
    if len(listed) > most:
        raise refused(PACK, _("Gói có quá nhiều tệp (nhiều nhất %(most)s).", most=most))
    entries = sorted((_entry(content, one) for one in listed), key=lambda one: one.start)
    _refuse_overlaps(entries, first_free)
    return entries


def _broken() -> ContentError:
    return refused(PACK, _("Đây không phải gói zip, hoặc gói đã hỏng. Hãy nén lại thư mục."))


def _check_directory(content: bytes) -> None:
    """Bound the list of entries before anybody reads it."""
    at = len(content) - _END.size
    if at < 0 or content[at : at + 4] != _END_MARK or content[-2:] != b"\0\0":
        at = content.rfind(_END_MARK, max(0, len(content) - _END.size - 0xFFFF))
    if at < 0 or len(content) < at + _END.size:
        raise _broken()
    directory_size = _END.unpack_from(content, at)[5]
    zip64 = content[max(0, at - _ZIP64_LENGTH) : at].startswith(_ZIP64_MARK)
    if zip64 or directory_size > MAX_DIRECTORY:
        raise refused(PACK, _("Danh sách tệp trong gói dài quá mức."))


def _entry(content: bytes, info: zipfile.ZipInfo) -> Entry:
    at = info.header_offset
    if at < 0 or content[at : at + 4] != _LOCAL_MARK or len(content) < at + _LOCAL.size:
        raise _broken()
    head = _LOCAL.unpack_from(content, at)
    after_name = at + _LOCAL.size + head[9]
    name = info.orig_filename
    if content[at + _LOCAL.size : after_name] != _raw_name(name, info.flag_bits):
        raise refused(name, _("Tên tệp ghi hai nơi trong gói không giống nhau."))
    begin = after_name + head[10]
    return Entry(
        name=_name(name, info.flag_bits),
        start=at,
        begin=begin,
        end=begin + info.compress_size,
        size=info.file_size,
        crc=info.CRC,
        method=info.compress_type,
        flags=info.flag_bits | head[2],
        mode=info.external_attr >> 16 if info.create_system == _UNIX else 0,
    )


def _raw_name(name: str, flags: int) -> bytes:
    return name.encode("utf-8" if flags & _UTF8 else "cp437")


def _name(name: str, flags: int) -> str:
    """macOS writes UTF-8 without saying so; what is neither is refused by its odd letters."""
    try:
        return _raw_name(name, flags).decode("utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            name, _("Tên tệp không phải chữ UTF-8. Hãy đổi sang tên không dấu.")
        ) from error


def _refuse_overlaps(entries: Sequence[Entry], first_free: int) -> None:
    """No byte of the pack may belong to two entries, or to an entry and the list of entries."""
    for one, other in pairwise(entries):
        if one.end > other.start:
            raise refused(other.name, _("Hai tệp trong gói chồng lên nhau, nên không mở."))
    if entries and entries[-1].end > first_free:
        raise refused(entries[-1].name, _("Tệp trong gói dài hơn gói, nên không mở."))
