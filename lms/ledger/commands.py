"""`lms ledger rebuild|project|status` and `lms store renew`."""

import click
from tqdm import tqdm

from lms.core.command import Context
from lms.core.text import day, hour, number
from lms.ledger import generation, queries
from lms.ledger.actions import project_pending
from lms.ledger.rebuild import rebuild, state_hash, waiting


@click.group(help="Kho sự kiện học tập.")
def ledger() -> None:
    """The event store."""


@ledger.command("rebuild", help="Bỏ mọi kết quả suy ra và dựng lại từ sự kiện.")
@click.pass_obj
def rebuild_command(context: Context) -> None:
    """Rebuild the commune's projections and say whether anything differs."""
    commune_id, database = context.commune_id, context.database
    with database.read() as session:
        before, left = state_hash(session, commune_id), waiting(session, commune_id)
    with tqdm(unit=" lô", desc="Dựng lại", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        counts = rebuild(database, commune_id, show)
    with database.read() as session:
        after = state_hash(session, commune_id)
    click.echo(f"Đã dựng lại {number(counts.events)} sự kiện từ {number(counts.batches)} lô.")
    click.echo(f"Dấu trạng thái: {after}")
    if counts.faults:
        click.echo(f"{counts.faults} sự kiện chưa dùng được, xem 'lms ledger status'.")
    if before != after and not left:
        click.echo("Khác với trước khi dựng lại: các bảng đã được sửa cho khớp với sự kiện.")


@ledger.command(help="Xử lý các sự kiện đang chờ và thử lại những sự kiện bị lỗi.")
@click.pass_obj
def project(context: Context) -> None:
    """Project what waits, in every commune of the store."""
    counts = project_pending(context.database, None)
    click.echo(f"Đã xử lý {number(counts.events)} sự kiện; còn lỗi: {counts.faults}.")


@ledger.command(help="Kho đang giữ gì, còn gì chờ.")
@click.pass_obj
def status(context: Context) -> None:
    """What the store holds, what waits and why."""
    with context.database.read() as session:
        found = queries.status(session, context.commune_id)
        listed = queries.faults(session, context.commune_id)
        double = queries.conflicts(session, context.commune_id)
        sum_ = state_hash(session, context.commune_id)
    since = found.waiting_since
    click.echo(f"Sự kiện: {number(found.events)} trong {number(found.batches)} lô.")
    click.echo(
        f"Chờ xử lý: {found.waiting} lô" + (f", từ {hour(since)} {day(since)}." if since else ".")
    )
    click.echo(f"Cách ly: {sum(found.quarantined.values())} {found.quarantined or ''}".rstrip())
    click.echo(f"Dấu trạng thái: {sum_}")
    for fault in listed:
        click.echo(f"  ✘ {fault.id} {fault.message}")
    for one in double:
        click.echo(f"  ! Một mã, hai nội dung: {one.event_id} (máy {one.device_id})")


@click.group(help="Kho dữ liệu của máy chủ này.")
def store() -> None:
    """The store as a whole."""


@store.command(help="Nhận kho vừa khôi phục hoặc chép về: đổi thế hệ để các máy gửi lại.")
@click.option("--reason", default="lms store renew", help="Vì sao, để ghi lại.")
@click.pass_obj
def renew(context: Context, reason: str) -> None:
    """Give the store a new generation."""
    made = generation.renew(context.database, context.settings, reason)
    click.echo(f"Thế hệ mới của kho: {made}. Các máy tính bảng sẽ gửi lại những gì còn giữ.")
