"""Commands: `lms document make|list|verify`."""

from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session

from lms.core.command import Context
from lms.core.errors import Refusal
from lms.core.text import day
from lms.indicators import snapshot_queries as held
from lms.indicators.snapshot_models import ReportSnapshot
from lms.reports import document_issue as issue
from lms.reports.document_models import HEADS, ReportDocument


@click.group()
def document() -> None:
    """Báo cáo gửi cấp trên (Word, PDF) của các bản chốt."""


@document.command("list")
@click.argument("plan_code", metavar="[PLAN]", default="")
@click.pass_obj
def list_(context: Context, plan_code: str) -> None:
    """Các báo cáo đã lập của kế hoạch PLAN, hoặc của mọi kế hoạch."""
    with context.database.read() as session:
        found = list(_all(session, context, plan_code))
        for snapshot, one in found:
            kinds = ", ".join(file.kind for file in issue.files(session, one))
            click.echo(f"{snapshot.plan_code} bản chốt {snapshot.number}, báo cáo {one.number}, "
                       f"{day(one.made_at)}: {kinds}. SHA-256 {one.sha256}")  # fmt: skip
    if not found:
        click.echo("Chưa lập báo cáo nào.")


def _all(
    session: Session, context: Context, code: str
) -> Iterator[tuple[ReportSnapshot, ReportDocument]]:
    for snapshot in held.snapshots(session, context.commune_id, code):
        for one in issue.documents(session, snapshot):
            yield snapshot, one


@document.command("make")
@click.argument("plan_code", metavar="PLAN")
@click.option(
    "--number", type=int, help="Bản chốt số mấy; để trống là bản mới nhất đang có hiệu lực."
)
@click.option("--head", type=click.Choice(HEADS), help="Mẫu tiêu đề; để trống là của kế hoạch.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Ghi các tệp vào thư mục này."
)
@click.pass_obj
def make(
    context: Context, plan_code: str, number: int | None, head: str | None, out: Path | None
) -> None:
    """Lập báo cáo của một bản chốt; cùng lời, cùng mẫu thì vẫn là báo cáo đã lập."""
    with context.database.write() as session:
        snapshot = _snapshot(session, context, plan_code, number)
        one = _made(session, context, snapshot, head or "")
        files = issue.files(session, one)
        click.echo(
            f"Báo cáo số {one.number} của bản chốt số {snapshot.number}. SHA-256 {one.sha256}."
        )
        for file in files:
            _write(out, file.name, issue.file(session, one, file.kind).content)


def _write(out: Path | None, name: str, content: bytes) -> None:
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    click.echo(f"  {out / name if out else name}")


def _snapshot(session: Session, context: Context, code: str, number: int | None) -> ReportSnapshot:
    rows = held.snapshots(session, context.commune_id, code)
    wanted = [one for one in rows if (one.number == number if number else one.state == "standing")]
    if not wanted:
        raise click.ClickException("Chưa có bản chốt như vậy. Hãy xem: lms snapshot list.")
    return wanted[0]


def _made(session: Session, context: Context, row: ReportSnapshot, head: str) -> ReportDocument:
    try:
        return issue.make(session, context.actor, row.id, head)
    except Refusal as refusal:
        whys = [str(why) for lines in refusal.fields.values() for why in lines]
        raise click.ClickException(" ".join([refusal.message, *whys])) from None


@document.command("verify")
@click.argument("plan_code", metavar="[PLAN]", default="")
@click.pass_obj
def verify(context: Context, plan_code: str) -> None:
    """Tính lại mã kiểm tra của mọi báo cáo đã lập và mọi tệp của nó."""
    with context.database.read() as session:
        found = list(_all(session, context, plan_code))
        faults = [
            fault for snapshot, one in found for fault in issue.faults_of(session, one, snapshot)
        ]
        files = sum(len(issue.files(session, one)) for _snapshot, one in found)
    if faults:
        raise click.ClickException("\n".join(["Có chỗ không khớp mã kiểm tra:", *faults]))
    click.echo(f"{len(found)} báo cáo và {files} tệp đều khớp mã kiểm tra.")
