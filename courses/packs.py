"""A programme in one zip file: written the same on every machine, read with every door shut.

A pack is somebody else's file.  Nothing is unpacked to disk, nothing is believed that the file says
of itself, and the whole is refused with the reason for each odd thing.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping

from courses.folders import MAX_FILES
from courses.pack_entries import PACK, read_entries, refused
from courses.problems import ContentError, Problem
from lms.core.i18n import _

MAX_TOTAL = 20 * 1024 * 1024
"""Bytes of a pack, and of everything in it."""
LONGEST_PATH = 200
FOLDERS = ("modules", "items", "tasks", "media")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3
_IGNORED = re.compile(r"(^|.*/)(__MACOSX(/.*)?|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)$")
_DRIVE = re.compile(r"^[A-Za-z]:")
_ARCHIVES = (".zip", ".gz", ".7z", ".rar", ".tar", ".xz", ".bz2", ".zst")
_ZIP_MARK = b"PK\x03\x04"


def write_pack(files: Mapping[str, bytes]) -> bytes:
    """The files (path → bytes) as a zip; the same files give the same bytes on every machine.

    Nothing is compressed, since compressed bytes differ between machines. ContentError for a path
    that `read_pack` would refuse.
    """
    _refuse(problem for path in files for problem in _path_problems(path))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _FIXED_TIME)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            archive.writestr(entry, files[path])
    return target.getvalue()


def read_pack(content: bytes) -> dict[str, bytes]:
    """The files of a pack: path inside the folder (with `/`) → bytes.

    A folder that holds everything is taken off, as people zip the folder itself; what macOS and
    Windows add is left out. Raises ContentError for anything odd.
    """
    if len(content) > MAX_TOTAL:
        raise refused(PACK, _("Gói lớn quá 20 MB."))
    entries = read_entries(content, MAX_FILES)
    named = {entry: _tidy(entry.name) for entry in entries}
    kept = {entry: name for entry, name in named.items() if not _IGNORED.match(name)}
    _refuse(_name_problems(list(kept.values())))
    _refuse(entry.problem() for entry in kept)
    if sum(entry.size for entry in kept) > MAX_TOTAL:
        raise refused(PACK, _("Các tệp trong gói cộng lại lớn quá 20 MB."))
    files = {name: entry.read(content) for entry, name in kept.items() if not name.endswith("/")}
    _refuse(_nested(files))
    return _without_top_folder(files)


def _tidy(name: str) -> str:
    """macOS writes letters and their marks apart."""
    return unicodedata.normalize("NFC", name)


def _refuse(problems: Iterator[Problem | None]) -> None:
    found = [problem for problem in problems if problem]
    if found:
        raise ContentError(found)


def _name_problems(names: list[str]) -> Iterator[Problem]:
    for name in names:
        yield from _path_problems(name)
    files = [name for name in names if not name.endswith("/")]
    for name, count in Counter(name.casefold() for name in files).items():
        if count > 1:
            message = _("Trong gói có hai tệp cùng tên, hoặc chỉ khác chữ hoa chữ thường.")
            yield Problem(next(n for n in files if n.casefold() == name), 0, message)
    folders = {name[:at] for name in names for at, sign in enumerate(name) if sign == "/"}
    for name in sorted(folders & set(files)):
        yield Problem(name, 0, _("Tên này vừa là tệp vừa là thư mục."))


def _path_problems(name: str) -> Iterator[Problem]:
    shown = name.encode("unicode_escape").decode()[:LONGEST_PATH]
    steps = name.removesuffix("/").split("/")
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in name):
        yield Problem(shown, 0, _("Tên tệp có ký tự ẩn."))
    elif "\\" in name or ":" in name or _DRIVE.match(name) or name.startswith("/"):
        yield Problem(shown, 0, _("Đường dẫn phải nằm trong gói và dùng dấu gạch chéo “/”."))
    elif {"", ".", ".."} & set(steps) or any(step != step.strip(" .") for step in steps):
        yield Problem(
            shown, 0, _("Đường dẫn có đoạn trống, “.” hoặc “..”, hoặc dấu chấm ở đầu cuối.")
        )
    elif len(name) > LONGEST_PATH:
        yield Problem(shown, 0, _("Đường dẫn dài quá 200 ký tự."))


def _nested(files: Mapping[str, bytes]) -> Iterator[Problem]:
    for name, body in files.items():
        if name.casefold().endswith(_ARCHIVES) or body.startswith(_ZIP_MARK):
            yield Problem(name, 0, _("Trong gói có gói khác. Hãy mở ra rồi gửi riêng từng gói."))


def _without_top_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {name.partition("/")[0] if "/" in name else "" for name in files}
    top = next(iter(tops)) if len(tops) == 1 else ""
    if not top or top in FOLDERS:
        return files
    return {name.removeprefix(f"{top}/"): body for name, body in files.items()}
