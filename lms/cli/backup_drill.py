"""`lms backup drill`: the newest backup is really restored, in a place of its own, and asked to prove itself.

Nothing of the running service is touched: SQLite gets a folder that is removed afterwards, PostgreSQL a
database of its own that is dropped.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from lms.cli import backup_proofs
from lms.cli.backup import Manifest, checked, copy_of
from lms.cli.backup_rotation import backups
from lms.core import backup_record, clock, migrate
from lms.core.backup_record import instant
from lms.core.command import Context
from lms.core.errors import Refusal
from lms.core.ids import uuid7
from lms.core.row_counts import lost, row_counts
from lms.core.settings import Settings
from lms.core.text import day, hour, number


@click.command("drill")
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Thư mục giữ các bản sao lưu; để trống là nơi 'lms backup' ghi.",
)
@click.pass_obj
def drill(context: Context, folder: Path | None) -> None:
    """Diễn tập: khôi phục bản sao lưu mới nhất vào chỗ riêng và chứng minh nó dùng được."""
    path, manifest = _newest(folder or _folder(context))
    click.echo(f"Bản sao lưu: {path} ({_how_old(manifest)})")
    faults = list(_run(context, path, manifest))
    now = clock.now().isoformat()
    backup_record.note(
        context.settings, drill_at=now, drill_well=not faults, drill_said="; ".join(faults)[:500]
    )
    if faults:
        raise click.ClickException(
            "Bản sao lưu này KHÔNG khôi phục đủ. Hãy chạy 'lms backup' rồi diễn tập lại; "
            "nếu vẫn vậy, hãy chạy 'lms doctor'."
        )
    click.echo("Đã chứng minh: bản sao lưu này khôi phục được.")


def _folder(context: Context) -> Path:
    """Where the last backup went, as far as it is known and still there."""
    last = backup_record.read(context.settings).file
    return Path(last).parent if last else context.settings.data_dir / "backups"


def _newest(folder: Path) -> tuple[Path, Manifest]:
    """The newest backup. A damaged one is no reason to look at an older one: it is what a drill is for."""
    found = backups(folder)
    if not found:
        raise click.ClickException(f"Chưa có bản sao lưu trong {folder}. Hãy chạy 'lms backup'.")
    return found[0], checked(found[0])


def _how_old(manifest: Manifest) -> str:
    made = instant(manifest.made_at)
    if made is None:
        return ""
    hours = int((clock.now() - made).total_seconds() // 3600)
    return f"làm lúc {hour(made)} {day(made)}, cách đây {number(hours)} giờ"


def _run(context: Context, path: Path, manifest: Manifest) -> Iterator[str]:
    """Every fault that is met; each step is printed as it is done."""
    with _scratch(context) as other:
        for name, step in _steps(context, other, path, manifest):
            said, well = _tried(step)
            click.secho(f"{'✔' if well else '✘'} {name}: {said}", fg="green" if well else "red")
            if not well:
                yield f"{name}: {said}"


def _tried(step: Callable[[], str]) -> tuple[str, bool]:
    try:
        return step(), True
    except (click.ClickException, Refusal) as error:
        return error.message, False
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}", False


def _steps(
    context: Context, other: Context, path: Path, manifest: Manifest
) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "Khôi phục", lambda: _restored(other, path, manifest)
    yield "Nâng cấp", lambda: _upgraded(other, manifest)
    for name, proof in backup_proofs.PROOFS:
        yield name, lambda proof=proof: proof(other.database, context.settings)  # type: ignore[misc]  # Bound at once.


def _restored(other: Context, path: Path, manifest: Manifest) -> str:
    with zipfile.ZipFile(path) as archive:
        dumped = Path(archive.extract(manifest.file, other.settings.data_dir / "tep"))
    copy_of(other).replace(other, dumped)
    with other.database.engine.connect() as connection:
        rows = row_counts(connection)
    if rows != manifest.rows:
        raise click.ClickException(f"số dòng khác bản sao lưu: {lost(manifest.rows, rows)}")
    return f"{number(sum(rows.values()))} dòng trong {len(rows)} bảng, đúng như lúc sao lưu."


def _upgraded(other: Context, manifest: Manifest) -> str:
    migrate.upgrade(other.database.engine)
    with other.database.engine.connect() as connection:
        gone = lost(manifest.rows, row_counts(connection))
    if gone:
        raise click.ClickException(f"mất dòng khi nâng cấp: {gone}")
    if manifest.revision == migrate.head():
        return f"đúng cấu trúc {migrate.head()} của bản này."
    # A newer release may compute more from the same events; from here on they must give the same.
    backup_proofs.compute_anew(other.database)
    return f"từ cấu trúc {manifest.revision} lên {migrate.head()}, không mất dòng nào."


@contextmanager
def _scratch(context: Context) -> Iterator[Context]:
    """A place like this one, with nothing in it, beside the data: /tmp may be memory."""
    context.settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dien-tap-", dir=context.settings.data_dir) as folder:
        data = Path(folder)
        if context.settings.is_sqlite:
            url = f"sqlite:///{data / 'lms.db'}"
            yield from _opened(replace(context.settings, data_dir=data, database_url=url))
            return
        with _database(context.settings) as url:
            yield from _opened(replace(context.settings, data_dir=data, database_url=url))


def _opened(settings: Settings) -> Iterator[Context]:
    other = Context(settings)
    try:
        yield other
    finally:
        other.close()


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """A PostgreSQL database of its own on the same server, dropped at the end."""
    name = f"lms_drill_{uuid7().hex}"
    engine = create_engine(settings.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    except DBAPIError as error:
        raise click.ClickException(
            "Không tạo được cơ sở dữ liệu để diễn tập. Hãy cho tài khoản quyền này một lần: "
            "ALTER ROLE … CREATEDB; rồi chạy lại."
        ) from error
    try:
        yield make_url(settings.url).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
