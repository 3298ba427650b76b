"""`lms audit`: check the log against itself and against what left the machine; write a checkpoint."""

import json
import re
from pathlib import Path

import click

from lms.core import audit
from lms.core.audit import Checkpoint, Known
from lms.core.command import Context
from lms.people.audit_pages import checkpoint_file
from lms.people.models import Commune

SHOWN = 40
"""Faults printed; the rest are counted."""
ON_PAPER = re.compile(r"\s*([0-9]{1,12})\s*[:/ ]\s*([0-9a-f]{64})\s*")
LARGEST = 64 * 2**20


@click.group("audit")
def audit_group() -> None:
    """Nhật ký các việc đã làm."""


@audit_group.command("verify")
@click.option(
    "--against",
    "carriers",
    multiple=True,
    help="Tệp điểm kiểm tra, tệp json của báo cáo, hoặc SỐ_MỤC:MÃ in trên giấy; có thể lặp lại.",
)
@click.pass_obj
def verify(context: Context, carriers: tuple[str, ...]) -> None:
    """Kiểm tra không mục nào bị sửa, xóa, chèn, đổi chỗ; cả nhật ký không bị cắt hay thay."""
    given = [read_carrier(carrier) for carrier in carriers]
    with context.database.read() as session:
        held = [*given, *audit.kept_checkpoints(session, context.commune_id)]
        faults = audit.verify(session, context.commune_id, held)
        size = audit.checkpoint(session, context.commune_id)
    for fault in faults[:SHOWN]:
        click.echo(fault)
    if faults:
        raise click.ClickException(f"Nhật ký có {len(faults)} chỗ không khớp.")
    click.echo(f"Nhật ký nguyên vẹn: {size.size} mục, điểm kiểm tra {size.root}.")
    inside = len(held) - len(given)
    click.echo(f"Khớp {len(given)} điểm kiểm tra từ ngoài, {inside} trong báo cáo đã chốt.")


def read_carrier(carrier: str) -> Known:
    """The checkpoint of a file (a checkpoint's or a report's JSON), or typed from paper as SIZE:ROOT."""
    typed = ON_PAPER.fullmatch(carrier.lower())
    if typed:
        return Known(Checkpoint(int(typed[1]), typed[2]), "trên giấy")
    path = Path(carrier)
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise click.ClickException(f"Không thấy tệp {carrier}, hoặc tệp quá lớn.")
    try:
        told = json.loads(path.read_bytes())["audit"]
        size, root = told["size"], told["root"]
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{carrier} không mang điểm kiểm tra (phần “audit”).") from error
    if type(size) is not int or not isinstance(root, str) or not re.fullmatch("[0-9a-f]{64}", root):
        raise click.ClickException(f"{carrier}: điểm kiểm tra không đọc được.")
    return Known(Checkpoint(size, root), path.name)


@audit_group.command("checkpoint")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def checkpoint(context: Context, file: Path) -> None:
    """Ghi điểm kiểm tra ra FILE, để giữ ở nơi khác."""
    with context.database.read() as session:
        commune = session.get_one(Commune, context.commune_id)
        at = audit.checkpoint(session, commune.id)
        file.write_bytes(checkpoint_file(commune, at))
    click.echo(f"Đã ghi {file}: {at.size} mục, mã {at.root}. Hãy giữ tệp này ngoài máy chủ.")
