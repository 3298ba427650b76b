"""`lms keys`: put the keys back from the printed recovery sheet, and change the one that signs."""

import json
import secrets
from dataclasses import replace

import click
from sqlalchemy import select

from certificates.credentials import keeping
from certificates.credentials.signing import signer_of
from lms.cli.recovery_sheet import write_sheet
from lms.core import audit
from lms.core.command import Context
from lms.core.guard import system
from lms.core.keys import NAMES, Keys, from_text, replace_keys, save_keys
from lms.people.models import Commune

KEY_BYTES = 32


@click.group(help="Khóa bí mật của xã.")
def keys() -> None:
    """Commands on the key file."""


@keys.command("restore", help="Tạo lại tệp khóa từ dòng chữ (hoặc mã QR) trên phiếu khôi phục.")
@click.pass_obj
def restore(context: Context) -> None:
    """Reads one line of JSON, so that nothing secret stands in the shell's history."""
    restored = read_keys(click.prompt("Dán nội dung mã QR trên phiếu khôi phục", hide_input=True))
    # A backup of the time before a change of key has the digests of that time: none is matched until resealed.
    restored = replace(restored, changing=bool(restored.retired))
    try:
        path = save_keys(context.settings.keys, restored)
    except FileExistsError as error:
        raise click.ClickException(
            "Đã có tệp khóa. Hãy chuyển tệp cũ đi nơi khác rồi chạy lại."
        ) from error
    click.echo(f"Đã tạo lại tệp khóa {path} (bộ khóa {restored.kid}).")
    if restored.changing:
        click.echo("Sau khi chạy 'lms restore', hãy chạy 'lms keys reseal'.")


def read_keys(line: str) -> Keys:
    """The keys of the sheet's line; a line cut short or mistyped is refused before anything is written."""
    try:
        restored = from_text(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException("Nội dung chưa đúng. Hãy chép đủ cả dòng trên phiếu.") from error
    if any(len(getattr(restored, name)) != KEY_BYTES for name in NAMES):
        raise click.ClickException("Nội dung bị thiếu chữ. Hãy chép đủ cả dòng trên phiếu.")
    return restored


@keys.command("sheet", help="In lại phiếu khôi phục từ tệp khóa đang có.")
@click.pass_obj
def sheet(context: Context) -> None:
    """For a sheet that was lost or damaged; the keys stay the same."""
    with context.database.read() as session:
        titles = [commune.title for commune in session.scalars(select(Commune))]
    path = write_sheet(context, ", ".join(titles))
    click.echo(f"Phiếu khôi phục (in ra, cất vào tủ khóa, rồi xóa tệp): {path}")


@keys.command(
    "rotate-certificates", help="Thay khóa ký giấy chứng nhận; giấy cũ vẫn kiểm tra được."
)
@click.option("--yes", is_flag=True, help="Thay ngay, không hỏi lại.")
@click.pass_obj
def rotate_certificates(context: Context, yes: bool) -> None:
    """Publish, print, put in place, and only then retire the old one: cut off anywhere, nothing breaks."""
    if not yes:
        click.confirm("Thay khóa ký giấy chứng nhận? Sau đó phải khởi động lại dịch vụ", abort=True)
    old = context.keys
    new = replace(old, certificates=secrets.token_bytes(KEY_BYTES))
    kids = {"old": signer_of(old).key.kid, "new": signer_of(new).key.kid}
    with context.database.write() as session:
        titles = [commune.title for commune in session.scalars(select(Commune))]
        keeping.begin_rotation(session, old, new)
    context.keys = new
    path = write_sheet(context, ", ".join(titles))
    replace_keys(context.settings.keys, new)
    with context.database.write() as session:
        keeping.finish_rotation(session, new)
        for commune_id in session.scalars(select(Commune.id)).all():
            audit.record(session, system(commune_id), "rotated", "issuer_key", commune_id, **kids)
    click.echo(
        f"Đã thay khóa ký. Khóa mới: {kids['new']}. Khóa cũ vẫn được công bố để kiểm tra giấy cũ."
    )
    click.echo("Hãy khởi động lại dịch vụ ngay: dịch vụ đang chạy không cấp giấy bằng khóa cũ nữa.")
    click.echo(f"Phiếu khôi phục mới (in ra, thay phiếu cũ, rồi xóa tệp): {path}")
