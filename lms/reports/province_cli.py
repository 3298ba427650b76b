"""Commands: who reads a province. Only whoever runs the service may say so, from its terminal."""

import click
from sqlalchemy import select

from lms.core.command import Context
from lms.core.guard import system
from lms.indicators.queries import commune_of
from lms.people import accounts
from lms.people.account_models import Account
from lms.people.rules import logins


@click.group()
def province() -> None:
    """Cán bộ tỉnh xem số của mọi xã, phường trong tỉnh."""


@province.command("reader")
@click.option("--login", required=True, help="Tên đăng nhập, chữ thường không dấu.")
@click.option("--name", default="", help="Họ tên; cần khi mở tài khoản mới.")
@click.pass_obj
def reader(context: Context, login: str, name: str) -> None:
    """Mở tài khoản cán bộ tỉnh, hoặc thêm vai ấy cho tài khoản đã có ở xã, phường này."""
    who = system(context.commune_id)
    with context.database.write() as session:
        read = commune_of(session, context.commune_id).province
        wanted = Account.login == logins.login(login)
        held = session.scalar(select(Account.id).where(wanted))
        if held is not None:
            accounts.grant_role(session, who, held, "province_reader")
            click.echo(f"Đã thêm vai cán bộ tỉnh cho {login}. Người này xem số của {read}.")
            return
        _account, token = accounts.create_account(session, who, login, name, "province_reader")
    base = context.settings.public_url or f"http://{context.settings.host}:{context.settings.port}"
    click.echo(f"Đã mở tài khoản {login}, xem số của {read}. Liên kết đặt mật khẩu, dùng một lần:")
    click.echo(f"  {base}/mat-khau/{token}")
