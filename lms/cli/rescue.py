"""`lms ledger import-rescue`: what a tablet could not send, brought on a stick."""

from pathlib import Path
from uuid import UUID

import click

from lms.core.command import Context
from lms.core.text import number
from lms.ledger.actions import project_pending
from lms.ledger.rules import Outcome
from lms.offline.rescue import device_named, import_rescue, read_rescue


@click.command(
    "import-rescue", help="Nhận tệp cứu hộ của một máy học; làm lại nhiều lần cũng không trùng."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--device", type=click.UUID, help="Mã của máy, khi đầu tệp không ghi.")
@click.pass_obj
def import_rescue_command(context: Context, file: Path, device: UUID | None) -> None:
    """Store the events of a rescue file and say what became of them."""
    found = read_rescue(file.read_bytes())
    device_id = device or found.device
    if device_id is None:
        raise click.ClickException("Đầu tệp không ghi máy nào. Hãy thêm --device MÃ_MÁY.")
    with context.database.read() as session:
        label = device_named(session, context.commune_id, device_id).label
    counts = import_rescue(context.database, context.commune_id, device_id, found.texts)
    project_pending(context.database, context.commune_id)
    click.echo(f"{label}: đã đọc {number(len(found.texts))} việc.")
    click.echo(
        f"  ✔ mới: {counts.pop(Outcome.STORED, 0)}, đã có: {counts.pop(Outcome.DUPLICATE, 0)}"
    )
    for reason, count in sorted(counts.items()):
        click.echo(f"  ! giữ riêng ({reason}): {count}")
