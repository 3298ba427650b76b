"""A backup's copy in a second folder, such as a stick: written through, then read back and compared."""

import hashlib
import os
import shutil
from pathlib import Path

import click

from lms.core import backup_record, clock
from lms.core.command import Context


def require(folder: Path) -> None:
    """Refuse a folder that is not there: made anew, it would lie on this machine's own disk."""
    if not folder.is_dir():
        raise click.ClickException(
            f"Không thấy thư mục {folder}. Hãy cắm USB hoặc ổ cứng ngoài, rồi chạy lại."
        )


def copy(context: Context, path: Path, folder: Path) -> Path:
    """Copy a whole backup there; it gets its name only after it was read back and found equal."""
    target, part = folder / path.name, folder / f".{path.name}.part"
    shutil.copyfile(path, part)
    _write_through(part)
    if _digest(part) != _digest(path):
        part.unlink()
        raise click.ClickException(
            f"Bản chép sang {folder} đọc lại không khớp: ổ có thể hỏng. Hãy dùng ổ khác. "
            f"Bản ở {path} vẫn tốt."
        )
    part.replace(target)
    backup_record.note(context.settings, second_at=clock.now().isoformat())
    same = folder.stat().st_dev == path.parent.stat().st_dev
    advice = " Hai thư mục cùng một ổ đĩa: hỏng ổ là mất cả hai." if same else ""
    click.echo(f"Đã chép và đọc lại khớp: {target}.{advice}")
    return target


def _write_through(path: Path) -> None:
    """To the disk itself, and out of memory, so that reading back asks the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
