"""Commands: `lms figures show|rebuild|keep`, for a service of many communes."""

import json
import time

import click
from tqdm import tqdm

from lms.core import clock
from lms.core.command import Context
from lms.core.text import number
from lms.indicators import figure_sums
from lms.indicators.figure_cells import drop, recount
from lms.indicators.figure_sums import Group, Sum, document_of_sums


@click.group()
def figures() -> None:
    """Số liệu cộng của nhiều xã trên cùng một máy chủ."""


@figures.command("show")
@click.argument("code", metavar="PLAN")
@click.option("--province", help="Chỉ các xã của tỉnh này.")
@click.option("--recount", "fresh", is_flag=True, help="Đếm lại các xã có thay đổi rồi mới cộng.")
@click.option("--json", "as_json", is_flag=True, help="In ra JSON cho máy đọc.")
@click.pass_obj
def show(context: Context, code: str, province: str | None, fresh: bool, as_json: bool) -> None:
    """Cộng số liệu của kế hoạch PLAN qua các xã đọc kế hoạch như nhau."""
    if fresh:
        figure_sums.keep_current(context.database, [code])
    with context.database.read() as session:
        groups = figure_sums.summed(session, code, province)
    if not groups:
        raise click.ClickException(f"Chưa xã nào dùng kế hoạch {code}.")
    if as_json:
        click.echo(
            json.dumps([document_of_sums(one) for one in groups], ensure_ascii=False, indent=2)
        )
        return
    for one in groups:
        click.echo(_text(one))


def _text(group: Group) -> str:
    lines = [f"{number(len(group.communes))} xã, {freshness(group)}"]
    return "\n".join([*lines, *(_line(one) for one in group.sums)])


def freshness(group: Group) -> str:
    """'tính đến 14:05:12 ngày 21/11/2026, 2 xã đang được đếm lại'."""
    if group.counted_at is None:
        return "chưa đếm lần nào"
    when = f"tính đến {clock.local(group.counted_at):%H:%M:%S ngày %d/%m/%Y}"
    return f"{when}, {group.recounting} xã đang được đếm lại" if group.recounting else when


def _line(one: Sum) -> str:
    if one.numerator is None:
        said = "chưa có số liệu"
    elif one.denominator is None:
        said = number(one.numerator)
    else:
        said = f"{number(one.numerator)}/{number(one.denominator)} ({one.rate or 'thiếu mẫu số'})"
    rest = f"  (chưa có ở {one.without} xã)" if one.without and one.communes else ""
    return f"  {one.figure:<10} {one.reading:<12} {said}{rest}"


@figures.command("rebuild")
@click.argument("code", metavar="[PLAN]", required=False)
@click.pass_obj
def rebuild(context: Context, code: str | None) -> None:
    """Bỏ số liệu đã đếm và đếm lại từ đầu, của PLAN hoặc của mọi kế hoạch."""
    with context.database.write() as session:
        drop(session, code)
    made = _count_all(context, code)
    click.echo(f"Đã đếm lại {number(made)} lượt.")


def _count_all(context: Context, code: str | None) -> int:
    with context.database.read() as session:
        codes = [code] if code else figure_sums.plans_in_use(session)
        due = [(commune, one) for one in codes for commune in figure_sums.overdue(session, one)]
    for commune, one in tqdm(due, desc="Đếm lại", unit="xã", leave=False, disable=None):
        recount(context.database, commune, one)
    return len(due)


@figures.command("keep")
@click.option("--every", default=5.0, show_default=True, help="Số giây giữa hai lần xem.")
@click.pass_obj
def keep(context: Context, every: float) -> None:
    """Chạy mãi: xã nào có thay đổi thì đếm lại (dừng: Ctrl+C)."""
    while True:
        made = _count_all(context, None)
        if made:
            click.echo(f"{clock.local(clock.now()):%H:%M:%S} đã đếm lại {number(made)} lượt.")
        time.sleep(max(1.0, every))
