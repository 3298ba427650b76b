"""Commands: `lms calendar list` and `lms calendar write`."""

from pathlib import Path

import click

from lms.core import clock
from lms.core.command import Context
from lms.core.text import day
from lms.indicators import queries
from lms.reports.calendar_ics import calendar_bytes
from lms.reports.calendar_queries import board_of, dated
from lms.reports.calendar_rules import Duty, Step

STEPS = {
    Step.OPEN: "chưa chốt", Step.PROPOSED: "đang chờ duyệt", Step.CLOSED: "đã chốt",
    Step.REPORTED: "đã có báo cáo",
}  # fmt: skip


@click.group()
def calendar() -> None:
    """Lịch báo cáo theo các kế hoạch xã đang dùng."""


@calendar.command("list")
@click.option("--past", is_flag=True, help="Cả các kỳ đã qua của năm nay và năm trước.")
@click.pass_obj
def show(context: Context, past: bool) -> None:
    """Các báo cáo phải gửi trong một năm tới, theo thứ tự ngày."""
    with context.database.read() as session:
        found = board_of(session, context.commune_id, clock.today())
    rows = [*found.late, *found.coming, *(found.past if past else ())]
    for one in rows:
        click.echo(_line(one))
    if not rows:
        click.echo("Không có báo cáo nào trong một năm tới.")


def _line(duty: Duty) -> str:
    when = day(duty.day) if duty.day else "không ghi ngày"
    own = " (ngày nhắc của xã)" if duty.is_own else ""
    left = duty.days_left(clock.today())
    late = f"  trễ {-left} ngày" if left is not None and left < 0 and not duty.is_done else ""
    return f"{when}{own}  {duty.plan}: {duty.title}  {STEPS[duty.step]}{late}"


@calendar.command("write")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--address", default="", help="Địa chỉ của dịch vụ, để ghi vào lịch.")
@click.pass_obj
def write(context: Context, file: Path, address: str) -> None:
    """Ghi lịch hạn báo cáo ra FILE (.ics)."""
    base = (address or context.settings.public_url).rstrip("/")
    with context.database.read() as session:
        rows = dated(session, context.commune_id, clock.today())
        place = queries.commune_of(session, context.commune_id).title
    file.write_bytes(calendar_bytes(rows, context.commune_id, place, f"{base}/bao-cao"))
    click.echo(f"Đã ghi {len(rows)} ngày báo cáo vào {file}.")
