"""Commands: accounts from the server's terminal, for whoever is locked out of the pages."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.command import Context
from lms.core.errors import NotFound
from lms.people import accounts, totp, two_steps_rule
from lms.people.account_models import Account
from lms.people.account_queries import account_lines
from lms.people.rules import logins


@click.group()
def account() -> None:
    """Tài khoản của cán bộ, giảng viên."""


def _named(session: Session, login: str) -> Account:
    found = session.scalar(select(Account).where(Account.login == logins.login(login)))
    if found is None:
        raise NotFound(f"Không có tài khoản nào tên đăng nhập là “{login}”.")
    return found


@account.command("list")
@click.pass_obj
def show(context: Context) -> None:
    """Các tài khoản của xã: tên đăng nhập, vai trò, hai bước, số nơi đang đăng nhập."""
    with context.database.read() as session:
        for line in account_lines(session, context.commune_id):
            roles = ", ".join(role.words for role in line.roles) or "đã khóa"
            steps = "hai bước" if line.two_steps else "một bước"
            click.echo(f"{line.login}  {roles}  {steps}  {line.sessions} phiên  {line.name}")


@account.command("link")
@click.argument("login")
@click.pass_obj
def link(context: Context, login: str) -> None:
    """Liên kết một lần để đặt lại mật khẩu, cả khi tài khoản làm việc ở nhiều xã."""
    who = context.actor
    with context.database.write() as session:
        found = _named(session, login)
        token = accounts.renew_link(session, who, found.id)[1]
    base = context.settings.public_url or f"http://{context.settings.host}:{context.settings.port}"
    click.echo(f"Liên kết dùng một lần, trong 72 giờ, để {login} đặt mật khẩu:")
    click.echo(f"  {base}/mat-khau/{token}")


@account.command("reset-two-steps")
@click.argument("login")
@click.pass_obj
def reset_two_steps(context: Context, login: str) -> None:
    """Bỏ xác nhận hai bước của một người mất điện thoại và hết mã dự phòng."""
    who = context.actor
    with context.database.write() as session:
        found = _named(session, login)
        was_on = totp.is_on(session, found.id)
        accounts.reset_second_step(session, who, found.id)
    click.echo(
        f"Đã bỏ xác nhận hai bước và đăng xuất {login} khỏi mọi nơi."
        if was_on
        else f"{login} không bật xác nhận hai bước, không có gì thay đổi."
    )


@account.command("ask-two-steps")
@click.option("--off", is_flag=True, help="Thôi yêu cầu.")
@click.pass_obj
def ask_two_steps(context: Context, off: bool) -> None:
    """Yêu cầu quản trị viên và cán bộ của xã xác nhận hai bước từ lần đăng nhập sau."""
    who = context.actor
    with context.database.write() as session:
        two_steps_rule.ask(session, who, asked=not off)
    click.echo("Xã thôi yêu cầu xác nhận hai bước." if off else "Xã yêu cầu xác nhận hai bước.")


@account.command("sign-out")
@click.argument("login")
@click.pass_obj
def sign_out(context: Context, login: str) -> None:
    """Kết thúc mọi phiên đăng nhập của một người ở xã này."""
    who = context.actor
    with context.database.write() as session:
        ended = accounts.end_sessions(session, who, _named(session, login).id)
    click.echo(f"Đã kết thúc {ended} phiên của {login}.")


@account.command("disable")
@click.argument("login")
@click.pass_obj
def disable(context: Context, login: str) -> None:
    """Khóa tài khoản ở xã này: mọi vai trò, phiên, liên kết hết dùng được ngay."""
    who = context.actor
    with context.database.write() as session:
        accounts.disable(session, who, _named(session, login).id)
    click.echo(f"Đã khóa {login} ở xã này.")
