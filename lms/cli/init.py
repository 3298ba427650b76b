"""`lms init`: a commune's first day; `lms admin recover`: when the administrator is locked out."""

import csv
import io
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.cli.content import publish_library
from lms.cli.database import make_ready
from lms.cli.recovery_sheet import write_sheet
from lms.core import audit
from lms.core.command import Context
from lms.core.guard import system
from lms.core.keys import FILE, make_keys, save_keys
from lms.core.text import clean, fold
from lms.indicators import actions as indicator_actions
from lms.indicators.plan_file import shipped_plans
from lms.ledger import generation
from lms.people import actions as people_actions
from lms.people.models import COMMUNE_KINDS, UNIT_KINDS, Commune, Unit

PLANS = tuple(shipped_plans())
UNIT_COLUMNS = ("ma", "ten", "loai", "do_thi")


@click.command(help="Khởi tạo cho một xã, phường, đặc khu có thật.")
@click.option("--kind", type=click.Choice(list(COMMUNE_KINDS)), prompt="Loại (xa, phuong, dac_khu)")
@click.option("--name", prompt="Tên (không kèm chữ xã/phường)")
@click.option("--province", prompt="Tỉnh, thành phố")
@click.option("--code", prompt="Mã ngắn 3–6 chữ in hoa (đứng đầu mọi mã vé, mã giấy)")
@click.option(
    "--units",
    "units_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    prompt="Tệp csv đơn vị (cột: ma, ten, loai, do_thi)",
)
@click.option("--admin-login", prompt="Tên đăng nhập của quản trị viên đầu tiên")
@click.option("--admin-name", prompt="Họ tên quản trị viên")
@click.option(
    "--plan",
    "plans",
    type=click.Choice(PLANS),
    multiple=True,
    help="Kế hoạch có sẵn; có thể lặp lại.",
)
@click.pass_obj
def init(
    context: Context, kind: str, name: str, province: str, code: str, units_file: Path,
    admin_login: str, admin_name: str, plans: tuple[str, ...],
) -> None:  # fmt: skip
    """Everything is checked before anything is written; a second run changes nothing and says so."""
    units = read_units(units_file.read_bytes())
    if not (code.isascii() and code.isalnum() and code.isupper() and 3 <= len(code) <= 6):
        raise click.ClickException("Mã ngắn phải có 3–6 chữ in hoa hoặc số, không dấu, ví dụ TBT.")
    make_ready(context)
    refuse_mixed(context, sample=False)
    if not (context.settings.keys / FILE).exists():
        save_keys(context.settings.keys, make_keys())
    with context.database.write() as session:
        commune = _commune(session, kind, clean(name), clean(province), code)
        _add_units(session, commune.id, units)
        publish_library(session)
        for plan in plans:
            indicator_actions.adopt_shipped(session, system(commune.id), plan)
        token = people_actions.create_administrator(session, commune.id, admin_login, admin_name)
        audit.record(session, system(commune.id), "init", "commune", commune.id, units=len(units))
    generation.check(context.database, context.settings)
    sheet = write_sheet(context, commune.title)
    click.echo(f"Đã khởi tạo {commune.title}, {len(units)} đơn vị, {len(plans)} kế hoạch.")
    click.echo(f"Phiếu khôi phục (in ra, cất vào tủ khóa, rồi xóa tệp): {sheet}")
    echo_link(context, admin_login, token)


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


def _commune(session: Session, kind: str, name: str, province: str, code: str) -> Commune:
    if session.scalar(select(func.count()).select_from(Commune).where(Commune.short_code == code)):
        raise click.ClickException(f"Xã mã {code} đã được khởi tạo, không có gì thay đổi.")
    commune = Commune(kind=kind, name=name, province=province, short_code=code)
    session.add(commune)
    session.flush()
    return commune


def read_units(raw: bytes) -> list[dict[str, str]]:
    """Units from csv (UTF-8; columns ma, ten, loai, do_thi); a ClickException names line and column."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(
            "Tệp đơn vị không phải UTF-8. Hãy lưu lại dạng 'CSV UTF-8'."
        ) from error
    reader = csv.DictReader(
        io.StringIO(text), delimiter=";" if text.partition("\n")[0].count(";") else ","
    )
    missing = [c for c in UNIT_COLUMNS[:3] if c not in (reader.fieldnames or ())]
    if missing:
        raise click.ClickException(f"Tệp đơn vị thiếu cột {', '.join(missing)} ở dòng 1.")
    rows = [{k: clean(v or "") for k, v in row.items() if k in UNIT_COLUMNS} for row in reader]
    problems = [p for number, row in enumerate(rows, 2) for p in _unit_problems(number, row)]
    codes = [row["ma"] for row in rows]
    problems += [f"mã '{c}' bị lặp" for c in sorted({c for c in codes if codes.count(c) > 1})]
    if problems:
        raise click.ClickException(
            "Tệp đơn vị chưa đúng, chưa có gì được lưu:\n  " + "\n  ".join(problems[:20])
        )
    return rows


def _unit_problems(number: int, row: dict[str, str]) -> list[str]:
    problems = [f"dòng {number}: cột {c} để trống" for c in ("ma", "ten") if not row.get(c)]
    if row.get("loai") not in UNIT_KINDS:
        problems.append(
            f"dòng {number}: cột loai là '{row.get('loai')}', hãy ghi một trong {', '.join(UNIT_KINDS)}"
        )
    return problems


def _add_units(session: Session, commune_id: UUID, units: list[dict[str, str]]) -> None:
    urban = ("co", "1", "x", "true")
    session.add_all(
        Unit(commune_id=commune_id, code=u["ma"], name=u["ten"], kind=u["loai"],
             is_urban=fold(u.get("do_thi", "")) in urban)
        for u in units
    )  # fmt: skip
    session.flush()


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
