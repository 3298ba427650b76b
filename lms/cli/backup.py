"""`lms backup` and `lms restore`: one file that proves itself, without the keys.

A backup is a zip of the database (SQLite: an online copy; PostgreSQL: pg_dump's custom format) and a
manifest with its SHA-256, schema revision and row counts. Keys are never in it: they are on the
recovery sheet.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, make_url, select
from tqdm import tqdm

from lms.core import clock, migrate
from lms.core.command import Context
from lms.core.db import Database, sqlite_module
from lms.core.settings import Settings
from lms.ledger import generation
from lms.tables import METADATA

MANIFEST, SQLITE_NAME, DUMP_NAME = "manifest.json", "lms.db", "lms.dump"
PAGES_A_STEP = 1024


@click.command(help="Sao lưu cơ sở dữ liệu khi đang chạy (không kèm khóa).")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Thư mục nhận bản sao lưu.",
)
@click.pass_obj
def backup(context: Context, folder: Path | None) -> None:
    """Write one backup file and check it."""
    path = write_backup(context, folder)
    click.echo(f"Đã sao lưu và kiểm tra: {path}")


def write_backup(context: Context, folder: Path | None = None) -> Path:
    """Write a backup and read it back; returns its path. Written under a temporary name first."""
    target = folder or context.settings.data_dir / "backups"
    target.mkdir(parents=True, exist_ok=True)
    name = clock.local(clock.now()).strftime("lop-hoc-so-%Y%m%d-%H%M%S.zip")
    with _scratch() as scratch:
        dumped = _dump(context, scratch)
        manifest = _manifest(context, dumped)
        partial = target / f".{name}.part"
        _zip(partial, dumped, manifest)
    _checked(partial)
    partial.rename(target / name)
    return target / name


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lms-") as folder:
        yield Path(folder)


def _dump(context: Context, scratch: Path) -> Path:
    if context.settings.is_sqlite:
        return _copy_sqlite(
            Path(str(make_url(context.settings.url).database)), scratch / SQLITE_NAME
        )
    dumped = scratch / DUMP_NAME
    _postgres("pg_dump", context.settings, "--format=custom", "--no-owner", f"--file={dumped}")
    return dumped


def _copy_sqlite(source: Path, target: Path) -> Path:
    module = sqlite_module()
    bar = tqdm(desc="Sao lưu", unit="trang", leave=False, disable=None)

    def progress(_status: int, remaining: int, total: int) -> None:
        bar.total, bar.n = total, total - remaining
        bar.refresh()

    reader, writer = module.connect(str(source)), module.connect(str(target))
    try:
        reader.backup(writer, pages=PAGES_A_STEP, progress=progress)
        writer.execute("PRAGMA journal_mode=DELETE")
    finally:
        reader.close()
        writer.close()
        bar.close()
    return target


def _postgres(program: str, settings: Settings, *arguments: str) -> None:
    url = make_url(settings.url)
    found = shutil.which(program)
    if found is None:
        raise click.ClickException(
            f"Không thấy {program}. Hãy cài gói postgresql-client rồi chạy lại."
        )
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - the program is PostgreSQL's own, the arguments are ours.
        [found, f"--dbname={plain}", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise click.ClickException(f"{program} không thành công: {done.stderr.strip()[:500]}")


def _manifest(context: Context, dumped: Path) -> dict[str, Any]:
    return {
        "format": 1,
        "made_at": clock.now().isoformat(),
        "file": dumped.name,
        "sha256": _sha256(dumped),
        "revision": migrate.current(context.database.engine),
        "rows": counts(context.database),
    }


def counts(database: Database) -> dict[str, int]:
    """Rows of each table."""
    with database.read() as session:
        return {
            t.name: session.scalar(select(func.count()).select_from(t)) or 0
            for t in METADATA.sorted_tables
        }


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _zip(path: Path, dumped: Path, manifest: dict[str, Any]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(dumped, dumped.name)
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _checked(path: Path) -> dict[str, Any]:
    """Read the backup back and compare its hash; the manifest, or a ClickException."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            with archive.open(manifest["file"]) as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # ZipExtFile reads like a file.
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise click.ClickException(f"{path} không phải bản sao lưu đọc được: {error}") from error
    if digest != manifest["sha256"]:
        raise click.ClickException(f"{path} bị hỏng: mã kiểm tra không khớp. Hãy dùng bản khác.")
    return manifest


@click.command(help="Khôi phục từ một bản sao lưu.")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Thay cơ sở dữ liệu đang có (bản cũ được giữ lại bên cạnh)."
)
@click.pass_obj
def restore(context: Context, path: Path, replace: bool) -> None:
    """Put a backup in place, upgrade it, and give the store a new generation."""
    manifest = _checked(path)
    with _scratch() as scratch:
        with zipfile.ZipFile(path) as archive:
            dumped = Path(archive.extract(manifest["file"], scratch))
        _put_back(context, dumped, replace=replace)
    migrate.upgrade(context.database.engine)
    generation.renew(context.database, context.settings, f"restored from {path.name}")
    _compare(manifest["rows"], counts(context.database))


def _put_back(context: Context, dumped: Path, *, replace: bool) -> None:
    place: Callable[..., None] = _place_sqlite if dumped.name == SQLITE_NAME else _place_postgres
    if context.settings.is_sqlite != (dumped.name == SQLITE_NAME):
        raise click.ClickException(
            "Bản sao lưu này của loại cơ sở dữ liệu khác. Hãy đặt lại LMS_DATABASE_URL."
        )
    place(context, dumped, replace=replace)


def _place_sqlite(context: Context, dumped: Path, *, replace: bool) -> None:
    target = Path(str(make_url(context.settings.url).database))
    if target.exists() and not replace:
        raise click.ClickException(
            f"{target} đã có. Hãy thêm --replace để thay (bản cũ được giữ lại)."
        )
    context.database.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    stamp = clock.now().strftime("%Y%m%d%H%M%S")
    for suffix in ("", "-wal", "-shm"):
        old = target.with_name(target.name + suffix)
        if old.exists():
            old.rename(target.with_name(f"{target.name}.truoc-{stamp}{suffix}"))
    shutil.copy(dumped, target)


def _place_postgres(context: Context, dumped: Path, *, replace: bool) -> None:
    if migrate.current(context.database.engine) is not None and not replace:
        raise click.ClickException("Cơ sở dữ liệu đã có dữ liệu. Hãy thêm --replace để thay.")
    context.database.close()
    _postgres("pg_restore", context.settings, "--clean", "--if-exists", "--no-owner",
              "--single-transaction", str(dumped))  # fmt: skip


def _compare(before: dict[str, int], after: dict[str, int]) -> None:
    # Restoring adds one row: the new generation of the store.
    lost = {name: n - after.get(name, 0) for name, n in before.items() if after.get(name, 0) < n}
    if lost:
        raise click.ClickException(f"Khôi phục thiếu dòng: {lost}. Hãy dùng bản sao lưu khác.")
    click.echo(
        f"Đã khôi phục {sum(after.values())} dòng trong {len(after)} bảng, đủ như bản sao lưu."
    )
