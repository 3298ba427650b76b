"""`lms backup` and `lms restore`: one file that proves itself, without the keys.

A backup is a zip of the database (SQLite: an online copy; PostgreSQL: pg_dump's custom format) and a
manifest with its SHA-256, schema revision, row counts and a checkpoint of each commune's log: a backup
kept elsewhere shows later what was cut from the log or written anew (`lms audit verify --against`). Keys
are never in it: they are on the recovery sheet.
"""

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import ModuleType

import click
from sqlalchemy import select

from lms.cli import backup_rotation as rotating
from lms.cli import copy_postgresql, copy_sqlite, second_copy
from lms.cli.backup_rotation import Keep
from lms.core import audit, backup_record, clock, migrate
from lms.core.command import Context
from lms.core.row_counts import lost, row_counts
from lms.core.text import number
from lms.ledger import generation
from lms.people.models import Commune

MANIFEST, FORMAT = "manifest.json", 1
LARGEST_MANIFEST = 1 << 20
SQLITE_NAME, DUMP_NAME = "lms.db", "lms.dump"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; `rows` are counts by table at the instant of the copy."""

    format: int
    made_at: str
    file: str
    sha256: str
    revision: str | None
    rows: dict[str, int]
    audit: dict[str, dict[str, int | str]] = field(default_factory=dict)
    """Commune code → size and root of its log just before the copy; empty in backups of before."""


@click.group(
    invoke_without_command=True, help="Sao lưu cơ sở dữ liệu khi đang chạy (không kèm khóa)."
)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Thư mục nhận bản sao lưu.",
)
@click.option(
    "--also",
    type=click.Path(file_okay=False, path_type=Path),
    help="Thư mục thứ hai (USB, ổ cứng ngoài): chép sang, rồi đọc lại để so.",
)
@click.option("--rotate", is_flag=True, help="Xóa bớt bản cũ, giữ theo ngày, tuần, tháng.")
@click.option("--daily", default=7, type=click.IntRange(0), help="Giữ bản mới nhất của mấy ngày.")
@click.option("--weekly", default=5, type=click.IntRange(0), help="Của mấy tuần.")
@click.option("--monthly", default=12, type=click.IntRange(0), help="Của mấy tháng.")
@click.pass_context
def backup(
    ctx: click.Context, folder: Path | None, also: Path | None, rotate: bool,
    daily: int, weekly: int, monthly: int,
) -> None:  # fmt: skip
    """Write one backup file and check it; copy it to a second folder; let old ones go."""
    if ctx.invoked_subcommand:
        return
    context: Context = ctx.obj
    if migrate.current(context.database.engine) is None:
        raise click.ClickException("Chưa có dữ liệu để sao lưu. Hãy chạy 'lms init' trước.")
    if also is not None:
        second_copy.require(also)
    path = write_backup(context, folder)
    click.echo(f"Đã sao lưu và kiểm tra: {path}")
    if also is not None:
        second_copy.copy(context, path, also)
    keep = Keep(daily, weekly, monthly)
    for place in (path.parent, also) if rotate else ():
        if place is not None:
            _tell_rotated(place, rotating.rotate(place, keep, checked))


def _tell_rotated(folder: Path, done: rotating.Rotated) -> None:
    click.echo(f"{folder}: giữ {len(done.kept)} bản, xóa {len(done.deleted)} bản cũ.")
    for path in done.damaged:
        click.echo(f"Bản hỏng được để lại để xem: {path}")


def write_backup(context: Context, folder: Path | None = None) -> Path:
    """Write a backup and read it back; returns its path. Written under a temporary name first."""
    target = folder or context.settings.data_dir / "backups"
    target.mkdir(parents=True, exist_ok=True)
    path = _free_name(target)
    partial = target / f".{path.name}.part"
    with _scratch() as scratch:
        dumped, logs = scratch / _name(context), _checkpoints(context)
        rows = copy_of(context).dump(context, dumped)
        _zip(partial, dumped, replace(_manifest(context, dumped, rows), audit=logs))
    checked(partial)
    partial.rename(path)
    known = {"made_at": clock.now().isoformat(), "file": str(path), "size": path.stat().st_size}
    backup_record.note(context.settings, **known)
    return path


def copy_of(context: Context) -> ModuleType:
    """Who copies this kind of database: `dump`, `holds_data`, `replace`."""
    return copy_sqlite if context.settings.is_sqlite else copy_postgresql


def _name(context: Context) -> str:
    return SQLITE_NAME if context.settings.is_sqlite else DUMP_NAME


def _free_name(folder: Path) -> Path:
    """A name by the second that no earlier backup has."""
    stem = clock.local(clock.now()).strftime("lop-hoc-so-%Y%m%d-%H%M%S")
    names = (f"{stem}{'' if n == 1 else f'-{n}'}.zip" for n in range(1, 1000))
    return next(folder / name for name in names if not (folder / name).exists())


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lms-") as folder:
        yield Path(folder)


def _checkpoints(context: Context) -> dict[str, dict[str, int | str]]:
    """What the log of each commune said before the copy began: the copy holds at least that."""
    with context.database.read() as session:
        communes = session.execute(select(Commune.id, Commune.short_code)).all()
        return {code: asdict(audit.checkpoint(session, key)) for key, code in communes}


def _manifest(context: Context, dumped: Path, rows: dict[str, int]) -> Manifest:
    revision = migrate.current(context.database.engine)
    with dumped.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Manifest(FORMAT, clock.now().isoformat(), dumped.name, digest, revision, rows)


def _zip(path: Path, dumped: Path, manifest: Manifest) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(dumped, dumped.name)
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def checked(path: Path) -> Manifest:
    """The manifest of a whole backup; a ClickException says what is wrong with any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _read_manifest(archive)
            with archive.open(manifest.file) as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # ZipExtFile reads like a file.
    except (KeyError, TypeError, ValueError, EOFError, zlib.error, zipfile.BadZipFile,
            NotImplementedError, RuntimeError, OSError) as error:  # fmt: skip
        raise click.ClickException(
            f"{path} không phải bản sao lưu đọc được ({error}). Hãy dùng bản khác."
        ) from error
    if digest != manifest.sha256:
        raise click.ClickException(f"{path} bị hỏng: mã kiểm tra không khớp. Hãy dùng bản khác.")
    return manifest


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise ValueError("manifest")
    manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    if manifest.format != FORMAT or manifest.file not in (SQLITE_NAME, DUMP_NAME):
        raise ValueError(f"format {manifest.format}, {manifest.file}")
    return manifest


@click.command(help="Khôi phục từ một bản sao lưu.")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Thay cơ sở dữ liệu đang có (bản cũ được giữ lại bên cạnh)."
)
@click.pass_obj
def restore(context: Context, path: Path, replace: bool) -> None:
    """Put a backup in place, upgrade it, and give the store a new generation."""
    manifest = checked(path)
    _refuse_unfit(context, manifest)
    if copy_of(context).holds_data(context):
        _make_room(context, replace=replace)
    with _scratch() as scratch:
        with zipfile.ZipFile(path) as archive:
            dumped = Path(archive.extract(manifest.file, scratch))
        copy_of(context).replace(context, dumped)
    migrate.upgrade(context.database.engine)
    generation.renew(context.database, context.settings, f"restored from {path.name}")
    _compare(context, manifest.rows)


def _refuse_unfit(context: Context, manifest: Manifest) -> None:
    """A backup of the other kind of database, or of a newer release, cannot be used here."""
    if manifest.file != _name(context):
        raise click.ClickException(
            "Bản sao lưu này của loại cơ sở dữ liệu khác. Hãy đặt lại LMS_DATABASE_URL."
        )
    if manifest.revision not in migrate.known():
        raise click.ClickException(
            f"Bản sao lưu này của bản phần mềm khác (cấu trúc {manifest.revision}). "
            "Hãy cài bản mới nhất rồi khôi phục."
        )


def _make_room(context: Context, *, replace: bool) -> None:
    """Nothing that is there is lost: SQLite's file is kept beside, PostgreSQL is backed up first."""
    if not replace:
        raise click.ClickException(
            "Ở đây đã có cơ sở dữ liệu. Hãy thêm --replace để thay (bản cũ được giữ lại bên cạnh)."
        )
    if not context.settings.is_sqlite:
        click.echo(f"Đã sao lưu cơ sở dữ liệu cũ: {write_backup(context)}")


def _compare(context: Context, before: dict[str, int]) -> None:
    # Restoring adds one row, the new generation of the store; an upgrade may add tables.
    with context.database.engine.connect() as connection:
        gone = lost(before, row_counts(connection))
    if gone:
        raise click.ClickException(f"Khôi phục thiếu dòng: {gone}. Hãy dùng bản sao lưu khác.")
    click.echo(
        f"Đã khôi phục {number(sum(before.values()))} dòng trong {len(before)} bảng, "
        "đủ như bản sao lưu."
    )
