"""Commands: import a register from a shell."""

from pathlib import Path
from uuid import UUID

import click
from tqdm import tqdm

from lms.core.command import Context
from lms.people import actions, queries
from lms.people.plan import Plan
from lms.people.wording import FATES, remark

SHOWN = 40
"""Faults printed; the rest are counted."""


@click.group()
def people() -> None:
    """Danh sách dân cư của xã."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Nhập ngay sau khi xem trước, không hỏi lại.")
@click.option("--skip-errors", is_flag=True, help="Bỏ qua các dòng lỗi, nhập các dòng đúng.")
@click.pass_obj
def import_register(context: Context, file: Path, yes: bool, skip_errors: bool) -> None:
    """Nhập danh sách từ FILE (.xlsx, .xls, .ods, .csv): xem trước, rồi nhập hết hoặc không nhập gì."""
    upload = actions.Upload(file.name, file.read_bytes())
    who, keys = context.actor, context.keys
    with context.database.read() as session, tqdm(unit=" dòng", desc="Đọc", disable=None) as bar:
        plan = actions.read_list(session, who, keys, upload, bar.update)
    with context.database.write() as session:
        import_id = actions.keep_preview(session, who, keys, upload, plan).id
    _print(plan)
    if not (yes or click.confirm("Nhập các dòng trên vào danh sách dân cư?")):
        click.echo("Chưa nhập gì.")
        return
    applied = _apply(context, import_id, skip_errors)
    click.echo("Đã nhập xong." if applied else "Tệp này đã nhập trước đây, không có gì thay đổi.")


def _apply(context: Context, import_id: UUID, skip_errors: bool) -> bool:
    who, keys = context.actor, context.keys
    with context.database.read() as session:
        ready = actions.prepare(session, who, keys, import_id)
    with context.database.write() as session, tqdm(unit=" dòng", desc="Nhập", disable=None) as bar:
        done = actions.apply_register(
            session, who, keys, import_id, skip_errors=skip_errors, tick=bar.update, ready=ready
        )
        return done.status == "applied"


@people.command("undo-import")
@click.argument("import_id", type=click.UUID)
@click.pass_obj
def undo_import(context: Context, import_id: UUID) -> None:
    """Hoàn tác một lần nhập (mã ở cuối địa chỉ trang của lần nhập)."""
    with context.database.write() as session:
        row = actions.undo_import(session, context.actor, context.keys, import_id)
        told = queries.undone_of(session, row)
    if told:
        click.echo(
            f"Đã bỏ {told.removed} người, trả lại {told.restored} hồ sơ, giữ {told.kept_in_all} hồ sơ."
        )


def _print(plan: Plan) -> None:
    faults = [fault for row in plan.rows for fault in row.faults]
    for fault in faults[:SHOWN]:
        click.echo(remark(fault, plan.labels))
    if len(faults) > SHOWN:
        click.echo(f"… và {len(faults) - SHOWN} lỗi nữa.")
    width = max(len(str(words)) for words in FATES.values())
    for fate, count in plan.counts().items():
        click.echo(f"{FATES[fate]!s:<{width}}  {count:>7}")
