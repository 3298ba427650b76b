"""Commands: `lms snapshot list|close|verify`."""

from uuid import UUID

import click
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.command import Context
from lms.core.errors import Refusal
from lms.core.text import day
from lms.indicators import queries, snapshots
from lms.indicators import snapshot_queries as held
from lms.indicators.closing_period import Wanted, closable, free_day
from lms.indicators.period import period
from lms.indicators.snapshot_body import json_is_whole, sha256, text_sha256
from lms.indicators.snapshot_models import ReportSnapshot, Restatement, SnapshotFile


@click.group()
def snapshot() -> None:
    """Chốt số liệu: xem, chốt, kiểm tra."""


@snapshot.command("list")
@click.argument("plan_code", metavar="[PLAN]", default="")
@click.pass_obj
def list_(context: Context, plan_code: str) -> None:
    """Các bản đã chốt của kế hoạch PLAN, hoặc của mọi kế hoạch."""
    with context.database.read() as session:
        rows = held.snapshots(session, context.commune_id, plan_code)
        for row in rows:
            state = held.STATE_WORDS[row.state]
            click.echo(f"{row.plan_code} số {row.number}: {row.report_title}, đến {day(row.as_of)}, "
                       f"{state}, SHA-256 {row.sha256}")  # fmt: skip
    if not rows:
        click.echo("Chưa chốt kỳ nào.")


@snapshot.command("close")
@click.argument("plan_code", metavar="PLAN")
@click.option(
    "--report", default="", help="Mã loại báo cáo trong kế hoạch; để trống là ngày tự chọn."
)
@click.option(
    "--as-of", default="", help="Ngày chốt, tính hết ngày đó; để trống là ngày của kỳ gần nhất."
)
@click.option("--in-spite", default="", help="Vì sao vẫn chốt khi còn thiếu; câu này được in ra.")
@click.option("--remark", default="", help="Nhận xét; được in ra.")
@click.option("--replace", is_flag=True, help="Thay bản đang có hiệu lực của cùng kỳ.")
@click.pass_obj
def close(
    context: Context, plan_code: str, report: str, as_of: str, in_spite: str, remark: str,
    replace: bool,
) -> None:  # fmt: skip
    """Chốt số liệu kế hoạch PLAN. Nếu xã bật hai người duyệt thì thành đề nghị."""
    with context.database.write() as session:
        wanted = _wanted(session, context, plan_code, report, as_of)
        old = held.of_period(session, context.commune_id, plan_code, wanted, "standing")
        closing = snapshots.Closing(
            wanted, remark, in_spite, replaces=old.id if old and replace else None
        )
        row = _closed(session, context, plan_code, closing)
        click.echo(
            f"Bản chốt số {row.number} {held.STATE_WORDS[row.state]}, đến hết ngày "
            f"{day(row.as_of)}. SHA-256 {row.sha256}."
        )


def _closed(
    session: Session, context: Context, code: str, closing: snapshots.Closing
) -> ReportSnapshot:
    try:
        return snapshots.close(session, context.actor, code, closing)
    except Refusal as refusal:
        whys = [str(why) for field in refusal.fields.values() for why in field]
        raise click.ClickException(" ".join([refusal.message, *whys])) from None


def _wanted(session: Session, context: Context, code: str, report: str, as_of: str) -> Wanted:
    plan, today = queries.adopted(session, context.commune_id, code).plan, clock.today()
    chosen = period(plan, today, as_of=as_of).as_of if as_of else None
    if not report:
        return free_day(chosen or today)
    for one in closable(plan, today):
        if one.report == report and (chosen is None or one.starts <= chosen <= one.ends):
            return Wanted(one.report, one.title, one.starts, one.ends, chosen or one.as_of)
    known = ", ".join(sorted({duty.code for duty in plan.reports})) or "không có"
    raise click.ClickException(f"Kế hoạch không có kỳ báo cáo “{report}” đó. Các loại: {known}.")


@snapshot.command("verify")
@click.argument("plan_code", metavar="[PLAN]", default="")
@click.option("--recount", is_flag=True, help="Đếm lại hôm nay và nói kỳ nào có số liệu đã đổi.")
@click.pass_obj
def verify(context: Context, plan_code: str, recount: bool) -> None:
    """Tính lại mã kiểm tra của mọi bản chốt và mọi tệp đã lưu."""
    with context.database.read() as session:
        rows = held.snapshots(session, context.commune_id, plan_code)
        faults = [fault for row in rows for fault in faults_of(session, row)]
        files = sum(len(_files(session, row.commune_id, row.id)) for row in rows)
        moved = [row for row in rows if recount and row.state == "standing"
                 and snapshots.has_moved(session, row)]  # fmt: skip
    for row in moved:
        click.echo(f"{_name(row)}: số liệu của ngày này hôm nay đã khác, có thể cần điều chỉnh.")
    if faults:
        raise click.ClickException("\n".join(["Có chỗ không khớp mã kiểm tra:", *faults]))
    click.echo(f"{len(rows)} bản chốt và {files} tệp đều khớp mã kiểm tra.")


def faults_of(session: Session, row: ReportSnapshot) -> list[str]:
    """What of a closing no longer says what its hash says."""
    found = []
    tellings: list[ReportSnapshot | Restatement] = [row, *held.restatements(session, row)]
    for told in tellings:
        if text_sha256(told.body) != told.sha256:
            found.append(f"{_name(row)}: nội dung đã bị thay đổi.")
    for file in _files(session, row.commune_id, row.id):
        whole = sha256(file.content) == file.sha256
        if not whole or (file.kind == "json" and not json_is_whole(file.content)):
            found.append(f"{_name(row)}: tệp {file.name or file.kind} đã bị thay đổi.")
    return found


def _files(session: Session, commune_id: UUID, snapshot_id: UUID) -> list[SnapshotFile]:
    return list(
        session.query(SnapshotFile)
        .filter_by(commune_id=commune_id, snapshot_id=snapshot_id)
        .order_by(SnapshotFile.restatement, SnapshotFile.kind)
    )


def _name(row: ReportSnapshot) -> str:
    return f"{row.plan_code} số {row.number} ({day(row.as_of)})"
