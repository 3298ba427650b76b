"""`lms box receive|receipts|stick|send|status`: how what a box holds comes home, and what confirms it."""

from collections.abc import Iterator
from pathlib import Path

import click

from lms.core.command import Context
from lms.core.errors import Refusal
from lms.core.text import day, hour, number
from lms.ledger import generation
from lms.ledger.actions import project_pending
from lms.ledger.rules import Outcome
from lms.offline.box import sending
from lms.offline.box.carrying import take_files, write_bundles
from lms.offline.box.counting import progress
from lms.offline.box.files import SUFFIX, file_name, is_plain, put_file, read_plain
from lms.offline.box.here import recognise, require_box
from lms.offline.box.receiving import receive
from lms.offline.box.seal import kind_of, pieces

PLACE = click.Path(exists=True, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


def _found(place: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the file, or of each in the folder, by name; what is too large is not read."""
    paths = sorted(place.glob(f"*{SUFFIX}")) if place.is_dir() else [place]
    for path in paths:
        if not is_plain(path):
            click.echo(f"  ✘ {path.name}: quá lớn, hoặc không phải tệp của máy lớp.")
            continue
        yield from ((path.name, raw) for raw in pieces(read_plain(path)))


@click.command("receive")
@click.argument("place", metavar="FILE|FOLDER", type=PLACE)
@click.pass_context
def receive_command(ctx: click.Context, place: Path) -> None:
    """Ở xã: nhận việc máy lớp gửi trên USB và ghi biên nhận cạnh đó. Làm lại không trùng."""
    context: Context = ctx.obj
    generation.check(context.database, context.settings)
    bad = 0
    for name, raw in _found(place):
        if kind_of(raw) in ("receipt", "snapshot"):
            continue
        try:
            _receive(context, place if place.is_dir() else place.parent, raw)
        except Refusal as refusal:
            bad += 1
            click.echo(f"  ✘ {name}: {refusal.message}")
    project_pending(context.database, context.commune_id)
    ctx.exit(1 if bad else 0)


def _receive(context: Context, folder: Path, raw: bytes) -> None:
    done = receive(context.database, context.keys, raw, context.actor, context.commune_id)
    new, known = done.counts[Outcome.STORED], done.counts[Outcome.DUPLICATE]
    kept = sum(done.counts.values()) - new - known
    path = put_file(folder, file_name("bien-nhan", f"{done.label} {done.number}"), done.receipt)
    click.echo(
        f"  ✔ {done.label}, gói số {done.number}: {number(new)} việc mới, {number(known)} đã có"
        + (f", {number(kept)} giữ riêng" if kept else "")
        + f". Biên nhận: {path.name}"
    )


@click.command("receipts")
@click.argument("place", metavar="FILE|FOLDER", type=PLACE)
@click.pass_context
def receipts(ctx: click.Context, place: Path) -> None:
    """Trên máy lớp: nhận biên nhận và dữ liệu lớp mới của xã từ USB."""
    context: Context = ctx.obj
    recognise(context.database)
    brought = take_files(context.database, context.keys, _found(place))
    click.echo(f"{brought.receipts} biên nhận, {number(brought.confirmed)} việc đã về xã.")
    if brought.snapshot:
        click.echo(f"Dữ liệu lớp của xã lúc {hour(brought.snapshot)} ngày {day(brought.snapshot)}.")
    for line in brought.wrong:
        click.echo(f"  ✘ {line}")
    _tell(context)
    ctx.exit(1 if brought.wrong else 0)


@click.command("stick")
@click.argument("folder", type=FOLDER)
@click.pass_obj
def stick(context: Context, folder: Path) -> None:
    """Trên máy lớp: chép mọi việc chưa về xã ra USB."""
    recognise(context.database)
    for path in write_bundles(context.database, context.keys, folder):
        click.echo(f"Đã ghi và đọc lại đúng: {path}")
    _tell(context)


@click.command("send")
@click.option("--to", "address", default="", help="Địa chỉ của xã, khi khác địa chỉ đã biết.")
@click.pass_obj
def send(context: Context, address: str) -> None:
    """Trên máy lớp: gửi mọi việc chưa về xã qua mạng."""
    recognise(context.database)
    done = sending.send(context.database, context.keys, address)
    click.echo(f"Đã gửi {done.files} gói, {number(done.confirmed)} việc đã về xã.")
    _tell(context)


@click.command("status")
@click.pass_obj
def status(context: Context) -> None:
    """Trên máy lớp: bao nhiêu việc đã về xã, bao nhiêu còn ở đây."""
    recognise(context.database)
    _tell(context)


def _tell(context: Context) -> None:
    with context.database.read() as session:
        told = progress(session, require_box(session))
    click.echo(f"{number(told.home)} việc đã về xã · {number(told.waiting)} việc còn ở máy lớp")


way_home = (receive_command, receipts, stick, send, status)
"""Added to `lms box`."""
