"""`lms init`: a commune's first day; `lms admin recover`: when the administrator is locked out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cli.content import publish_library
from lms.cli.database import make_ready
from lms.cli.recovery_sheet import write_sheet
from lms.cli.units import UnitLine, add_units, read_units
from lms.core import audit
from lms.core.command import Context
from lms.core.guard import Actor, system
from lms.core.keys import FILE, make_keys, save_keys
from lms.core.text import clean
from lms.indicators import actions as indicator_actions
from lms.indicators.plan_file import shipped_plans
from lms.ledger import generation
from lms.people import actions as people_actions
from lms.people.models import COMMUNE_KINDS, Commune
from lms.people.rules import logins
from lms.people.wording import ACCOUNTS

PLANS = tuple(shipped_plans())
CSV = click.Path(exists=True, dir_okay=False, path_type=Path)
F = TypeVar("F", bound=Callable[..., Any])


def _asked(name: str, question: str, **more: Any) -> Callable[[F], F]:
    """An option that is asked for when it is not given; help and question are one."""
    return click.option(name, prompt=question, help=f"{question}.", **more)


@click.command(help="Khởi tạo cho một xã, phường, đặc khu có thật.")
@_asked("--kind", "Loại (xa, phuong, dac_khu)", type=click.Choice(list(COMMUNE_KINDS)))
@_asked("--name", "Tên (không kèm chữ xã, phường)")
@_asked("--province", "Tỉnh, thành phố")
@_asked("--code", "Mã ngắn 3–6 chữ in hoa (đứng đầu mọi mã vé, mã giấy)")
@_asked("--units", "Tệp csv đơn vị (cột: ma, ten, loai, do_thi, tu_ngay)", type=CSV)
@_asked("--admin-login", "Tên đăng nhập của quản trị viên đầu tiên")
@_asked("--admin-name", "Họ tên quản trị viên")
@click.option(
    "--plan",
    "plans",
    type=click.Choice(PLANS),
    multiple=True,
    help="Kế hoạch có sẵn; có thể lặp lại.",
)
@click.pass_obj
def init(
    context: Context, kind: str, name: str, province: str, code: str, units: Path,
    admin_login: str, admin_name: str, plans: tuple[str, ...],
) -> None:  # fmt: skip
    """Everything is checked before anything is written; a second run changes nothing and says so."""
    lines = read_units(units.read_bytes())
    new = Commune(kind=kind, name=clean(name), province=clean(province), short_code=code)
    _check(new, admin_login, admin_name)
    make_ready(context)
    refuse_mixed(context, sample=False)
    _refuse_known(context, code)
    if not (context.settings.keys / FILE).exists():
        save_keys(context.settings.keys, make_keys())
    with context.database.write() as session:
        who = _add_commune(session, new, lines)
        for plan in dict.fromkeys(plans):
            indicator_actions.adopt_shipped(session, who, plan)
        token = people_actions.create_administrator(session, new.id, admin_login, admin_name)
        # Nobody may have a commune without the sheet of its keys.
        sheet = write_sheet(context, new.title)
    generation.check(context.database, context.settings)
    click.echo(f"Đã khởi tạo {new.title}, {len(lines)} đơn vị, {len(set(plans))} kế hoạch.")
    click.echo(f"Phiếu khôi phục (in ra, cất vào tủ khóa, rồi xóa tệp): {sheet}")
    echo_link(context, admin_login, token)


def _check(new: Commune, admin_login: str, admin_name: str) -> None:
    """What can be known to be wrong before there is a database; a ClickException names all of it."""
    code, word = new.short_code, COMMUNE_KINDS[new.kind]
    problems = {
        "--name: hãy ghi tên": not new.name,
        f"--name: chỉ ghi tên, không kèm chữ “{word}”": new.name.lower().startswith(f"{word} "),
        "--province: hãy ghi tên tỉnh, thành phố": not new.province,
        "--code: cần 3–6 chữ in hoa hoặc số, không dấu, ví dụ TBT": not (
            code.isascii() and code.isalnum() and code == code.upper() and 3 <= len(code) <= 6
        ),
        f"--admin-login: {ACCOUNTS['login_shape']}": logins.login_problem(
            logins.login(admin_login)
        ),
        f"--admin-name: {ACCOUNTS['name_missing']}": not 0 < len(clean(admin_name)) <= 80,
    }
    found = [problem for problem, wrong in problems.items() if wrong]
    if found:
        raise click.ClickException("Chưa có gì được lưu:\n  " + "\n  ".join(found))


def _add_commune(session: Session, new: Commune, units: list[UnitLine]) -> Actor:
    """The commune, its units and the shipped programmes; returns who acts for it."""
    session.add(new)
    session.flush()
    add_units(session, new.id, units)
    publish_library(session)
    audit.record(session, system(new.id), "init", "commune", new.id, units=len(units))
    return system(new.id)


def echo_link(context: Context, login: str, token: str) -> None:
    """Print the one-time link by which an account sets its password."""
    base = context.settings.public_url or f"http://{context.settings.host}:{context.settings.port}"
    click.echo(f"Chạy 'lms serve', rồi mở liên kết một lần này để đặt mật khẩu cho {login}:")
    click.echo(f"  {base}/mat-khau/{token}")


def refuse_mixed(context: Context, *, sample: bool) -> None:
    """Sample and real data never share a database; a real commune is initialised once."""
    with context.database.read() as session:
        found = session.scalars(select(Commune)).all()
    if any(commune.is_sample != sample for commune in found):
        held, wanted = ("mẫu", "thật") if not sample else ("thật", "mẫu")
        raise click.ClickException(
            f"Cơ sở dữ liệu này đang giữ dữ liệu {held}, không nhận dữ liệu {wanted}. "
            "Hãy đặt LMS_DATA_DIR sang một thư mục mới."
        )


def _refuse_known(context: Context, code: str) -> None:
    with context.database.read() as session:
        found = session.scalar(select(Commune).where(Commune.short_code == code))
    if found is not None:
        raise click.ClickException(
            f"Mã {code} đã được khởi tạo cho {found.title}, không có gì thay đổi. Quản trị viên quên "
            "mật khẩu: 'lms admin recover'. Mất phiếu khôi phục: 'lms keys sheet'."
        )


@click.group(help="Quản trị viên.")
def admin() -> None:
    """Commands on administrators."""


@admin.command("recover", help="Cấp liên kết một lần để quản trị viên đặt lại mật khẩu.")
@click.argument("login")
@click.pass_obj
def recover(context: Context, login: str) -> None:
    """Whoever can run commands on the server may let an administrator in again; it is in the audit log."""
    with context.database.write() as session:
        token = people_actions.recover(session, login)
    echo_link(context, login, token)
