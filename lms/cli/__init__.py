"""The `lms` command: the commands of the features and those of the house itself."""

import sys

import click

from lms.app import FEATURES
from lms.cli.backup import backup, restore
from lms.cli.backup_drill import drill
from lms.cli.box import box
from lms.cli.box_home import way_home
from lms.cli.course import course
from lms.cli.database import db
from lms.cli.doctor import doctor
from lms.cli.init import admin, init
from lms.cli.items import items
from lms.cli.key_rotation import rotating
from lms.cli.keys import keys
from lms.cli.rescue import import_rescue_command
from lms.cli.serve import serve
from lms.cli.words import speak_vietnamese
from lms.core.command import RefusingGroup, make_context
from lms.core.logs import configure
from lms.ledger.commands import ledger
from lms.sample.cli import sample

speak_vietnamese()


@click.group(cls=RefusingGroup, help="Lớp Học Số: dịch vụ lớp học kỹ năng số của xã, phường.")
@click.option("--commune", "code", help="Mã ngắn của xã, khi máy chủ phục vụ nhiều xã.")
@click.pass_context
def lms(ctx: click.Context, code: str | None) -> None:
    """Every command gets its context; connections are closed at the end."""
    ctx.obj = make_context(code)
    configure(as_json=ctx.obj.settings.log_json)
    ctx.call_on_close(ctx.obj.close)


for _command in (init, admin, box, keys, db, serve, backup, restore, doctor, course, items, sample):
    lms.add_command(_command)
for _feature in FEATURES:
    _feature.listen()
    for _command in _feature.commands:
        lms.add_command(_command)
backup.add_command(drill)
ledger.add_command(import_rescue_command)
for _command in way_home:
    box.add_command(_command)
for _command in rotating:
    keys.add_command(_command)


def main() -> None:
    """Entry point; prints in UTF-8 also where the console speaks something else."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Both are text files.
    lms(prog_name="lms")
