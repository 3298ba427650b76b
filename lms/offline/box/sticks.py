"""Which sticks are plugged into this machine, on Windows, Linux and macOS. Standard library only."""

import os
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = "lop-hoc-so"
"""The folder of a stick in which our files lie."""
_MOUNTS = ("/media/*/*", "/run/media/*/*", "/media/*", "/Volumes/*")
_REMOVABLE = 2


@dataclass(frozen=True)
class Stick:
    """Where files may be carried away from."""

    path: Path
    name: str
    """What people see: 'KINGSTON' or 'E:'."""

    @property
    def folder(self) -> Path:
        """Our own folder on it."""
        return self.path / FOLDER


def found() -> list[Stick]:
    """The sticks that can be written to now."""
    paths = _windows() if os.name == "nt" else _mounted()
    return [Stick(path, path.name or path.drive) for path in paths if os.access(path, os.W_OK)]


def _mounted() -> Iterator[Path]:
    root = Path("/")
    seen = {path for pattern in _MOUNTS for path in root.glob(pattern[1:]) if _is_mount(path)}
    yield from sorted(seen)


def _is_mount(path: Path) -> bool:
    try:
        return path.is_mount()
    except OSError:
        return False


def _windows() -> Iterator[Path]:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        present = kernel.GetLogicalDrives()
        for place, letter in enumerate(string.ascii_uppercase):
            if present >> place & 1 and kernel.GetDriveTypeW(f"{letter}:\\") == _REMOVABLE:
                yield Path(f"{letter}:\\")
    yield from ()
