"""`lms certificates seal-set|seal-show|seal-remove`: the commune's digital seal."""

from __future__ import annotations

from pathlib import Path

import click
from cryptography import x509
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certificates import sealing_files
from certificates.credentials.commands import did_document, verify_command
from certificates.models import CertificateForm
from certificates.sealing_key import LARGEST, algorithm, fingerprint, owner, require_fit
from lms.core import audit, clock
from lms.core.command import Context
from lms.core.text import day, number
from lms.people.models import Commune


@click.group(help="Giấy chứng nhận.")
def certificates() -> None:
    """Commands on certificates."""


for _command in (verify_command, did_document):
    certificates.add_command(_command)


@certificates.command("seal-set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def seal_set(context: Context, file: Path) -> None:
    """Đặt dấu số của xã từ FILE (.p12 hoặc .pfx); giấy cấp từ nay có thêm bản PDF đóng dấu số."""
    with file.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    passphrase = click.prompt("Mật khẩu của tệp", hide_input=True, default="", show_default=False)
    folder, keys, who = context.settings.keys, context.keys, context.actor
    with context.database.write() as session:
        commune = session.get_one(Commune, context.commune_id)
        certificate = sealing_files.keep(
            folder, commune.short_code, keys, data, passphrase
        ).certificate
        facts = {"fingerprint": fingerprint(certificate), "until": _end(certificate)}
        audit.record(session, who, "set", "seal", commune.short_code, **facts)
    click.echo(f"Đã đặt dấu số của {commune.title}.")
    _tell(certificate)
    if certificate.subject == certificate.issuer:
        click.echo("Chứng thư này tự ký: phần mềm đọc PDF sẽ báo chưa rõ ai bảo đảm cho nó.")
    click.echo("Sao lưu không kèm dấu số: hãy cất tệp gốc và mật khẩu ở nơi khác.")


@certificates.command(
    "seal-show", help="Dấu số của xã: của ai, dùng đến bao giờ, đã đóng bao nhiêu."
)
@click.pass_obj
def seal_show(context: Context) -> None:
    """Opens the seal as an issue would, so that what is wrong is seen before one."""
    with context.database.read() as session:
        commune = session.get_one(Commune, context.commune_id)
        sealed = _sealed(session, commune)
    kept = sealing_files.known(context.settings.keys, commune.short_code)
    if kept is None:
        click.echo(f"{commune.title} chưa đặt dấu số. Giấy đã đóng dấu: {number(sealed)}.")
        return
    _tell(kept.certificate)
    click.echo(f"Đặt ngày:    {day(kept.set_at)}")
    click.echo(f"Đã đóng dấu: {number(sealed)} giấy")
    material = kept.opened(commune.short_code, context.keys)
    require_fit(material.certificate, clock.now())
    click.echo("Dấu dùng được.")


@certificates.command("seal-remove", help="Gỡ dấu số của xã; giấy đã đóng dấu vẫn giữ nguyên dấu.")
@click.option("--yes", is_flag=True, help="Gỡ ngay, không hỏi lại.")
@click.pass_obj
def seal_remove(context: Context, yes: bool) -> None:
    """Safe to repeat: without a seal it says so."""
    if not yes:
        click.confirm("Gỡ dấu số của xã khỏi máy chủ này?", abort=True)
    with context.database.write() as session:
        code = session.get_one(Commune, context.commune_id).short_code
        if not sealing_files.remove(context.settings.keys, code):
            click.echo("Xã chưa đặt dấu số, không có gì để gỡ.")
            return
        audit.record(session, context.actor, "removed", "seal", code)
    click.echo("Đã gỡ dấu số. Giấy cấp từ nay không đóng dấu số; giấy đã đóng vẫn giữ nguyên dấu.")


def _tell(certificate: x509.Certificate) -> None:
    click.echo(f"Chứng thư:   {owner(certificate.subject)}")
    click.echo(f"Nơi bảo đảm: {owner(certificate.issuer)}")
    click.echo(f"Dùng đến:    {_end(certificate)} ({algorithm(certificate)})")
    click.echo(f"Dấu SHA-256: {fingerprint(certificate)}")


def _end(certificate: x509.Certificate) -> str:
    return day(certificate.not_valid_after_utc)


def _sealed(session: Session, commune: Commune) -> int:
    query = select(func.count()).where(
        CertificateForm.commune_id == commune.id, CertificateForm.kind == "seal"
    )
    return session.scalar(query) or 0
