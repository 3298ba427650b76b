"""The files that a course command works on: from a folder, a pack, or a programme of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from courses import queries
from courses.draft_sources import media_of
from courses.folders import read_folder
from courses.loader import LoadedProgramme, load_files, shipped_programmes
from courses.packs import MAX_TOTAL, read_pack
from courses.problems import ContentError, Problem
from courses.rules import ProgrammeVersion
from courses.sharing import shared_modules, with_shared
from courses.writing import write_files
from lms.core.command import Context


def files_of(context: Context, source: str) -> dict[str, bytes]:
    """The files of a folder, of a zip pack, or of the programme with this code.

    A folder gets the shared modules that stand beside it, so what comes out is whole.
    ContentError says why a pack or folder cannot be read, a ClickException that there is no such thing.
    """
    path = Path(source)
    if path.is_dir():
        return with_shared(read_folder(path), shared_modules(path.resolve().parent))
    if path.exists():
        return read_pack(_bounded(path))
    version, media = _known(context, source)
    return write_files(version, media)


def _bounded(path: Path) -> bytes:
    """The bytes of a pack; of a file that is too large only so many that it is refused for it."""
    with path.open("rb") as stream:
        return stream.read(MAX_TOTAL + 1)


def loaded_from(context: Context, source: str) -> tuple[dict[str, bytes], LoadedProgramme]:
    """The files and the programme in them; a ClickException names every problem by file and line."""
    try:
        files = files_of(context, source)
        return files, load_files(files)
    except ContentError as error:
        raise refusal(source, error.problems) from error


def refusal(source: str, problems: Iterable[Problem]) -> click.ClickException:
    """What is wrong with a source, one line each."""
    told = [f"  {problem}" for problem in problems]
    return click.ClickException("\n".join([f"{source} có {len(told)} chỗ phải sửa:", *told]))


def _known(context: Context, code: str) -> tuple[ProgrammeVersion, Mapping[str, bytes]]:
    """A shipped programme, which needs no database, else the newest that the commune publishes."""
    shipped = {one.version.code: one for one in shipped_programmes()}
    if code in shipped:
        return shipped[code].version, shipped[code].media
    if not context.settings.is_sqlite or context.settings.data_dir.exists():
        with context.database.read() as session:
            rows = queries.newest(session, context.commune_id)
            found = next((row for row in rows if row.code == code), None)
            if found is not None:
                version = queries.version(session, found.id)
                return version, media_of(session, version)
    raise click.ClickException(
        f"Không có thư mục, tệp hay chương trình {code}. Có sẵn: {', '.join(shipped)}."
    )


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new or empty folder, whole or not at all; a ClickException when something lies there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.ClickException(f"{folder} đã có sẵn. Hãy ghi tên một thư mục mới.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".", dir=folder.parent) as scratch:
        made = Path(scratch) / "files"
        for name, body in files.items():
            path = made.joinpath(*name.split("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)


def write_whole(path: Path, body: bytes) -> None:
    """Write a file under a temporary name first, so that it is there whole or not at all."""
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(body)
    partial.replace(path)
