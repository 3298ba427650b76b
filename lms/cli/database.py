"""`lms db upgrade`: bring the schema to this release, after a backup."""

from pathlib import Path

import click

from lms.cli.backup import write_backup
from lms.cli.citus import citus
from lms.core import migrate
from lms.core.command import Context
from lms.core.row_counts import NO_RECORDS, row_counts
from lms.core.text import number


@click.group(help="Cơ sở dữ liệu.")
def db() -> None:
    """Commands on the schema."""


db.add_command(citus)


@db.command("upgrade", help="Nâng cấu trúc dữ liệu lên bản này (tự sao lưu trước).")
@click.pass_obj
def upgrade(context: Context) -> None:
    """Back up a database that holds something, then upgrade; running it twice is harmless."""
    make_ready(context)
    click.echo(f"Cơ sở dữ liệu đã ở phiên bản {migrate.head()}.")


def make_ready(context: Context) -> bool:
    """Create or upgrade the schema; True when something was done."""
    if context.settings.is_sqlite:
        context.settings.data_dir.mkdir(parents=True, exist_ok=True)
    at = migrate.current(context.database.engine)
    if at == migrate.head():
        return False
    if at is None:
        migrate.upgrade(context.database.engine)
    else:
        _upgrade_counted(context, write_backup(context))
    return True


def _upgrade_counted(context: Context, saved: Path) -> None:
    """Upgrade and say what changed in numbers; a step that would lose records is never written."""
    click.echo(f"Đã sao lưu trước khi nâng cấp: {saved}")
    before = _counts(context)
    try:
        migrate.upgrade(context.database.engine)
    except migrate.RowsLost as error:
        named = ", ".join(f"{table} thiếu {n}" for table, n in sorted(error.tables.items()))
        raise click.ClickException(
            f"Bước {error.revision} sẽ làm mất dòng ({named}) nên đã được bỏ, dữ liệu còn nguyên. "
            "Hãy dùng lại bản phần mềm cũ và báo người phát triển."
        ) from error
    after = _counts(context)
    for table in sorted(before.keys() | after.keys()):
        was, now = before.get(table), after.get(table)
        if was is None or now is None:
            click.echo(
                f"  {table}: {'bảng mới' if was is None else 'đã bỏ'}, {now or was or 0} dòng"
            )
        elif was != now:
            click.echo(f"  {table}: {number(was)} → {number(now)} dòng")
    click.echo(f"Đếm trước và sau: {number(sum(before.values()))} dòng, không mất dòng nào.")


def _counts(context: Context) -> dict[str, int]:
    with context.database.engine.connect() as connection:
        found = row_counts(connection)
    return {name: n for name, n in found.items() if name not in NO_RECORDS}
