"""Files that travel on a stick: written whole and read back, or not there at all."""

import os
import re
import secrets
import stat
from pathlib import Path

from flask import Response

from lms.core.downloads import as_file
from lms.core.errors import Refusal
from lms.core.i18n import _
from lms.core.text import fold
from lms.offline.box import seal

SUFFIX = ".lhs"


class NotWritten(Refusal):
    """The stick did not give back what was written to it."""

    status, kind = 503, "not-written"


def file_name(what: str, label: str) -> str:
    """'may-lop-thon-dong.lhs': a name that every system and every stick can hold."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(label)).strip("-").removeprefix(f"{what}-")[:40]
    return f"{what}-{words or 'moi'}{SUFFIX}"


def is_plain(path: Path) -> bool:
    """Whether this may be one of ours: a file itself, no link out of the stick, and none too large."""
    try:
        told = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(told.st_mode) and told.st_size <= seal.LARGEST


def read_plain(path: Path) -> bytes:
    """What such a file holds, whatever length its folder told: no more than a file of ours may have."""
    with path.open("rb") as source:
        return source.read(seal.LARGEST + 1)


def put_file(folder: Path, name: str, body: bytes) -> Path:
    """Write a file durably: a temporary name, fsync, read back, rename. Returns where it is.

    NotWritten when the stick gives back other bytes; then nothing of that name was changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    partial = folder / f".{name}.{secrets.token_hex(4)}.part"
    try:
        with partial.open("wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        if partial.read_bytes() != body:
            raise NotWritten(_("Ghi vào USB không được: đọc lại thấy khác. Hãy dùng USB khác."))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def attachment(name: str, body: bytes) -> Response:
    """The file as a download of a page."""
    return as_file(Response(body, content_type="application/octet-stream"), name)
