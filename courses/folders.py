"""The files of a folder, a package resource or a directory alike, within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable

from courses.problems import ContentError, Problem
from lms.core.i18n import _

MAX_FILES = 1000


def read_folder(folder: Traversable) -> dict[str, bytes]:
    """Path inside the folder (with `/`) → bytes. Hidden files are left out.

    Raises ContentError when one folder holds more than a thousand entries.
    """
    return dict(_walk(folder, ""))


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for count, entry in enumerate(folder.iterdir()):
        if count >= MAX_FILES:
            raise ContentError([Problem(prefix or ".", 0, _("Thư mục có quá nhiều tệp."))])
        if entry.name.startswith((".", "__")):
            continue
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()
