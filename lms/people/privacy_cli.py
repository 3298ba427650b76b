"""Commands of data protection: what is kept too long, and what is due to be answered."""

import click

from lms.core.command import Context
from lms.people import privacy_requests, privacy_retention
from lms.people.privacy_register import rules
from lms.people.privacy_words import DUE, KINDS


@click.group()
def privacy() -> None:
    """Bảo vệ dữ liệu cá nhân."""


@privacy.command()
@click.option("--apply", is_flag=True, help="Xóa thật; không có tùy chọn này thì chỉ đếm.")
@click.pass_obj
def retention(context: Context, apply: bool) -> None:
    """Đếm, hoặc xóa, dữ liệu đã quá hạn lưu theo bảng thời hạn."""
    if apply:
        with context.database.write() as session:
            counts = dict(privacy_retention.clean(session, context.actor).counts)
    else:
        with context.database.read() as session:
            counts = privacy_retention.due(session, context.actor)
    for rule in rules():
        click.echo(f"{counts[rule.code]:>8}  {rule.what} (quá {rule.days} ngày)")
    total = sum(counts.values())
    click.echo(f"Đã xóa {total} dòng." if apply else f"Sẽ xóa {total} dòng. Thêm --apply để xóa.")


@privacy.command()
@click.pass_obj
def overdue(context: Context) -> None:
    """Liệt kê yêu cầu về dữ liệu đã quá hạn; có thì mã thoát là 1."""
    with context.database.read() as session:
        late = [one for one in privacy_requests.lines(session, context.actor) if one.due.late]
        for one in late:
            what = f"{KINDS[one.row.kind]}: {DUE[one.due.what]}"
            click.echo(f"Số {one.row.number}  {what} trước hết ngày {one.due.by}")
    if late:
        raise click.ClickException(f"{len(late)} yêu cầu quá hạn.")
    click.echo("Không có yêu cầu nào quá hạn.")
