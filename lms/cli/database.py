"""`lms db upgrade`: bring the schema to this release, after a backup."""

import click

from lms.cli.backup import write_backup
from lms.core import migrate
from lms.core.command import Context


@click.group(help="Cơ sở dữ liệu.")
def db() -> None:
    """Commands on the schema."""


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
    if at is not None:
        click.echo(f"Đã sao lưu trước khi nâng cấp: {write_backup(context)}")
    migrate.upgrade(context.database.engine)
    return True
