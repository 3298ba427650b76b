"""`lms keys rotate|reseal`: a new key for citizen IDs and everything sealed, while the service runs."""

from dataclasses import replace

import click
from sqlalchemy import select
from tqdm import tqdm

from lms.cli import resealing
from lms.cli.recovery_sheet import write_sheet
from lms.core import audit
from lms.core.command import Context
from lms.core.guard import system
from lms.core.keys import Keys, replace_keys, rotated
from lms.people.models import Commune


@click.command("rotate", help="Thay khóa niêm phong số định danh, PIN, mã thẻ; rồi niêm phong lại.")
@click.option("--yes", is_flag=True, help="Thay ngay, không hỏi lại.")
@click.pass_obj
def rotate(context: Context, yes: bool) -> None:
    """Print the sheet, put the new key in place (running processes read it), seal everything anew."""
    old = context.keys
    if old.changing:
        raise click.ClickException(
            "Lần thay khóa trước chưa xong. Hãy chạy 'lms keys reseal' cho xong rồi mới thay tiếp."
        )
    if not yes:
        click.confirm(
            "Thay khóa niêm phong? Trong lúc niêm phong lại, việc nhập danh sách dân cư tạm dừng",
            abort=True,
        )
    new = rotated(old)
    with context.database.read() as session:
        titles = [commune.title for commune in session.scalars(select(Commune))]
    context.keys = replace(new, changing=False)
    path = write_sheet(context, ", ".join(titles))
    context.keys = new
    replace_keys(context.settings.keys, new)
    _record(context, "rotated", old=old.kid, new=new.kid)
    click.echo(f"Đã thay khóa: bộ khóa {old.kid} thành {new.kid}.")
    click.echo(f"Phiếu khôi phục mới (in ra, thay phiếu cũ, rồi xóa tệp): {path}")
    _reseal(context)


@click.command(
    "reseal", help="Niêm phong lại bằng khóa đang dùng; chạy lại bao nhiêu lần cũng được."
)
@click.pass_obj
def reseal(context: Context) -> None:
    """Finish a change of key that was cut off, or bring an older restored backup to the present key."""
    _reseal(context)


def _reseal(context: Context) -> None:
    held = context.keys
    ready = replace(held, changing=False)
    done = _passes(context, ready)
    if held.changing:
        replace_keys(context.settings.keys, ready)
        context.keys = ready
    if done.done:
        _record(context, "resealed", kid=ready.kid, rows=done.done)
    click.echo(f"Đã niêm phong lại {done.done} ô bằng bộ khóa {ready.kid}.")
    if done.unreadable:
        raise click.ClickException(
            f"{done.unreadable} ô không mở được bằng khóa nào trong tệp khóa, được giữ nguyên. Hãy chạy "
            "'lms keys restore' với phiếu khôi phục của thời đó nếu còn."
        )


def _passes(context: Context, keys: Keys) -> resealing.Tally:
    """Pass after pass until one finds nothing: a process may still have sealed with the key before."""
    whole = resealing.Tally()
    total = resealing.waiting(context.database, keys)
    with tqdm(total=total, unit=" ô", desc="Niêm phong lại", disable=None) as bar:
        while True:
            one = resealing.reseal(context.database, keys, bar.update)
            whole.done += one.done
            whole.unreadable = one.unreadable
            if not one.done:
                return whole


def _record(context: Context, verb: str, **facts: object) -> None:
    with context.database.write() as session:
        for commune_id in session.scalars(select(Commune.id)).all():
            audit.record(session, system(commune_id), verb, "keys", commune_id, **facts)


rotating = (rotate, reseal)
