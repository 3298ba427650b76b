"""`lms box`: laptops that carry classes, as the commune makes them and as they begin their work."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cli.database import make_ready
from lms.cohorts.models import Cohort
from lms.core.command import Context
from lms.core.ids import uuid7
from lms.core.keys import FILE, Keys, load_keys, save_keys
from lms.core.text import day, hour
from lms.ledger import generation
from lms.offline.box import giving, seal, starting
from lms.offline.box.files import file_name, put_file
from lms.offline.box.here import this_box
from lms.offline.box.models import Box
from lms.offline.box.queries import BoxLine, boxes_of

FOLDER = click.Path(file_okay=False, path_type=Path)
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help="Máy lớp: máy tính xách tay mang lớp đi, chạy không cần mạng.")
def box() -> None:
    """Commands on laptops that carry classes."""


@box.command("create")
@click.argument("label")
@click.option("--class", "codes", multiple=True, required=True, help="Mã lớp; có thể lặp lại.")
@click.option("--url", default="", help="Địa chỉ của xã trên mạng; bỏ trống: LMS_PUBLIC_URL.")
@click.option("--to", "folder", type=FOLDER, default=Path("."), help="Thư mục ghi tệp.")
@click.pass_obj
def create(
    context: Context, label: str, codes: tuple[str, ...], url: str, folder: Path
) -> None:  # fmt: skip
    """Tạo máy lớp: ghi một tệp và in mã một lần để mở tệp đó trên máy lớp."""
    code, key = seal.new_code(), uuid7()
    with context.database.write() as session:
        classes = _classes(session, context.commune_id, codes)
        address = (url or context.settings.public_url).rstrip("/")
        new = giving.NewBox(key, label, classes, code, address)
        made = giving.create_box(session, context.actor, context.keys, new)
    path = put_file(folder, file_name("may-lop", label), made)
    click.echo(f"Đã ghi tệp của máy lớp: {path}")
    click.echo(f"Mã một lần (chép ra giấy, không gửi cùng tệp): {code}")
    click.echo(f"Trên máy lớp: lms box init {path.name}")


def _classes(session: Session, commune_id: UUID, codes: Sequence[str]) -> list[UUID]:
    query = select(Cohort.code, Cohort.id).where(Cohort.commune_id == commune_id)
    known = {row.code: row.id for row in session.execute(query)}
    if unknown := [code for code in codes if code not in known]:
        raise click.ClickException(
            f"Không có lớp mã {', '.join(unknown)}. Xem mã ở trang “Lớp học”."
        )
    return [known[code] for code in codes]


@box.command("list")
@click.pass_obj
def show(context: Context) -> None:
    """Các máy lớp của xã và lớp đang ở từng máy; trên máy lớp: chính máy này."""
    with context.database.read() as session:
        own = this_box(session)
        if own is not None:
            at = own.snapshot_at or own.made_at
            click.echo(f"{own.label}: dữ liệu lớp của xã lúc {hour(at)} ngày {day(at)}")
            return
        lines = boxes_of(session, context.commune_id)
    for line in lines:
        click.echo(_told(line))
    if not lines:
        click.echo("Chưa có máy lớp nào.")


def _told(line: BoxLine) -> str:
    heard = line.box.heard_at
    last = f"gửi về lần cuối {hour(heard)} ngày {day(heard)}" if heard else "chưa gửi gì về"
    state = "đã ngừng" if line.box.disabled_at else last
    return f"{line.box.label}  {state}  {', '.join(one.code for one in line.classes)}"


def _named(session: Session, commune_id: UUID, label: str) -> Box:
    query = select(Box).where(Box.commune_id == commune_id, Box.label == label)
    found = session.scalar(
        query.order_by(Box.disabled_at.is_not(None), Box.made_at.desc()).limit(1)
    )
    if found is None:
        raise click.ClickException(f"Không có máy lớp tên “{label}”. Xem tên: lms box list.")
    return found


@box.command("disable")
@click.argument("label")
@click.pass_obj
def disable(context: Context, label: str) -> None:
    """Ngừng một máy lớp (mất, hỏng, bị lấy): từ đó xã không nhận gì của máy này nữa."""
    with context.database.write() as session:
        found = _named(session, context.commune_id, label)
        giving.disable_box(session, context.actor, found.id)
    click.echo(f"Đã ngừng {label}. Việc máy này gửi về trước đó vẫn còn.")


@box.command("enable")
@click.argument("label")
@click.pass_obj
def enable(context: Context, label: str) -> None:
    """Cho dùng lại một máy lớp đã ngừng, khi máy đã tìm lại được."""
    with context.database.write() as session:
        found = _named(session, context.commune_id, label)
        giving.enable_box(session, context.actor, found.id)
    click.echo(f"Xã lại nhận việc của {label}.")


@box.command("snapshot")
@click.argument("label")
@click.option("--to", "folder", type=FOLDER, default=Path("."), help="Thư mục ghi tệp.")
@click.pass_obj
def snapshot(context: Context, label: str, folder: Path) -> None:
    """Ghi dữ liệu lớp mới nhất của xã cho một máy lớp, để chép qua USB."""
    with context.database.write() as session:
        found = _named(session, context.commune_id, label)
        made = giving.snapshot_for(session, context.actor, context.keys, found.id)[1]
    click.echo(f"Đã ghi: {put_file(folder, file_name('ban-moi', label), made)}")


@box.command("init")
@click.argument("path", metavar="FILE", type=A_FILE)
@click.pass_obj
def init(context: Context, path: Path) -> None:
    """Biến máy tính này thành máy lớp: đọc tệp của xã, hỏi mã một lần. Chạy lại không hại gì."""
    start = starting.open_start(path.read_bytes(), click.prompt("Mã một lần (16 chữ)"))
    make_ready(context)
    if starting.is_started(context.database, start):
        click.echo(f"Máy này đã là {start.label}, không có gì thay đổi. Chạy: lms serve")
        return
    keys = _own_keys(context, start)
    with context.database.write() as session:
        starting.begin(session, keys, start)
    generation.check(context.database, context.settings)
    click.echo(f"Máy này đã là {start.label}. Chạy: lms serve")
    click.echo("Hãy xóa tệp vừa dùng khỏi USB.")


def _own_keys(context: Context, start: starting.Start) -> Keys:
    """The laptop's key file, made once; one that an earlier try left behind is used on."""
    folder = context.settings.keys
    if not (folder / FILE).exists():
        save_keys(folder, starting.fresh_keys(start))
    keys = load_keys(folder)
    if keys.pepper != start.pepper:
        raise click.ClickException(
            "Thư mục này đã có tệp khóa của nơi khác. Hãy đặt LMS_DATA_DIR sang một thư mục mới."
        )
    return keys
