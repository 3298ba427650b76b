"""`lms audit`: check the log against itself and against what left the machine; write a checkpoint."""

import json
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

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
MANIFEST, LARGEST_MANIFEST = "manifest.json", 2**20
"""What a backup says of itself, as `lms backup` writes it."""


@click.group("audit")
def audit_group() -> None:
    """Nhật ký các việc đã làm."""


@audit_group.command("verify")
@click.option(
    "--against",
    "carriers",
    multiple=True,
    help="Tệp điểm kiểm tra, tệp json của báo cáo, bản sao lưu, hoặc SỐ_MỤC:MÃ in trên giấy; có thể lặp lại.",
)
@click.pass_obj
def verify(context: Context, carriers: tuple[str, ...]) -> None:
    """Kiểm tra không mục nào bị sửa, xóa, chèn, đổi chỗ; cả nhật ký không bị cắt hay thay."""
    with context.database.read() as session:
        code = session.get_one(Commune, context.commune_id).short_code
        given = [read_carrier(carrier, code) for carrier in carriers]
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


def read_carrier(carrier: str, code: str) -> Known:
    """The checkpoint of a file (a checkpoint's or a report's JSON, a backup), or typed from paper as SIZE:ROOT.

    `code` is the commune whose log is asked about: a backup holds a checkpoint of each.
    """
    typed = ON_PAPER.fullmatch(carrier.lower())
    if typed:
        return Known(Checkpoint(int(typed[1]), typed[2]), "trên giấy")
    path = Path(carrier)
    is_backup = path.is_file() and zipfile.is_zipfile(path)
    if not path.is_file() or (path.stat().st_size > LARGEST and not is_backup):
        raise click.ClickException(f"Không thấy tệp {carrier}, hoặc tệp quá lớn.")
    try:
        told = _of_backup(path, code) if is_backup else json.loads(path.read_bytes())["audit"]
        size, root = told["size"], told["root"]
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise click.ClickException(f"{carrier} không mang điểm kiểm tra (phần “audit”).") from error
    if type(size) is not int or not isinstance(root, str) or not re.fullmatch("[0-9a-f]{64}", root):
        raise click.ClickException(f"{carrier}: điểm kiểm tra không đọc được.")
    return Known(Checkpoint(size, root), path.name)


def _of_backup(path: Path, code: str) -> Any:
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise ValueError(MANIFEST)
        return json.loads(archive.read(MANIFEST))["audit"][code]


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
