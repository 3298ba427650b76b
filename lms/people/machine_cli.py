"""Commands: other systems that may call the commune, also those of a province."""

from uuid import UUID

import click

from lms.core import clock
from lms.core.command import Context
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.core.policy import SCOPES
from lms.people import machine_queries, machines
from lms.people.machine_models import MachineClient
from lms.people.machines import NewMachine


@click.group()
def machine() -> None:
    """Hệ thống khác được gọi vào: tạo, đổi mã bí mật, ngừng."""


@machine.command("list")
@click.pass_obj
def show(context: Context) -> None:
    """Các hệ thống được gọi vào xã này."""
    with context.database.read() as session:
        for line in machine_queries.lines(session, context.commune_id):
            row, calls = line.row, sum(use.calls for use in line.uses)
            state = "đã ngừng" if row.disabled_at else "đang dùng"
            wide = "cả tỉnh" if row.reach == "province" else "xã"
            click.echo(
                f"{row.client_id}  {state}  {wide}  {row.scopes}  {calls} lần/30 ngày  {row.name}"
            )


@machine.command("create")
@click.option("--name", required=True, help="Tên hệ thống, ví dụ “Cổng số liệu của tỉnh”.")
@click.option("--holder", required=True, help="Cơ quan chịu trách nhiệm và cách liên hệ.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="Quyền; ghi nhiều lần được.",
)  # fmt: skip
@click.option("--with-names", is_flag=True, help="Kết quả từng người có kèm họ tên, ngày sinh.")
@click.option(
    "--province",
    is_flag=True,
    help="Đọc số liệu của mọi xã trong tỉnh (chỉ counts:read).",
)
@click.pass_obj
def create(
    context: Context, name: str, holder: str, scopes: tuple[str, ...], with_names: bool, province: bool
) -> None:  # fmt: skip
    """Cho một hệ thống gọi vào; mã bí mật chỉ in ra một lần."""
    reach = "province" if province else "commune"
    new = NewMachine(name, holder, set(scopes), with_names, reach)
    with context.database.write() as session:
        row, secret = machines.create(session, context.actor, context.keys, new)
        _say(row, secret)


@machine.command("rotate")
@click.argument("client_id")
@click.pass_obj
def rotate(context: Context, client_id: str) -> None:
    """Cấp mã bí mật mới; mã cũ còn dùng được 7 ngày."""
    with context.database.write() as session:
        key = _find(context, client_id)
        row, secret = machines.rotate(session, context.actor, context.keys, key)
        _say(row, secret)


@machine.command("disable")
@click.argument("client_id")
@click.pass_obj
def disable(context: Context, client_id: str) -> None:
    """Ngừng ngay: mọi mã bí mật và mã vào của hệ thống đó hết dùng được."""
    key = _find(context, client_id)
    with context.database.write() as session:
        machines.disable(session, context.actor, key)
    click.echo(f"Đã ngừng {client_id} lúc {clock.local(clock.now()):%H:%M:%S}.")


def _find(context: Context, client_id: str) -> UUID:
    with context.database.read() as session:
        rows = machine_queries.clients(session, context.commune_id)
    found = next((row.id for row in rows if row.client_id == client_id), None)
    if found is None:
        raise NotFound(
            _("Xã không có hệ thống “%(key)s”. Hãy xem lms machine list.", key=client_id)
        )
    return found


def _say(row: MachineClient, secret: str) -> None:
    click.echo(f"client_id:     {row.client_id}\nclient_secret: {secret}")
    click.echo("Mã bí mật chỉ hiện lần này. Hãy giao tận tay, đừng gửi qua tin nhắn.")
