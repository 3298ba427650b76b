"""Commands: `lms facts import|list|undo`, the pages of lists from outside for the terminal."""

import hashlib
from datetime import date
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.command import Context
from lms.core.text import day, number, typed_day
from lms.indicators import outside_lists, outside_queries, outside_uses, outside_view
from lms.indicators.models import OUTSIDE_FACTS, FactImport
from lms.indicators.outside_facts import undo_outside_facts
from lms.indicators.outside_header import Header
from lms.indicators.outside_matching import Matched
from lms.indicators.rules.vocabulary import LEVEL_RANK, PROGRAMMES
from lms.people.importing import Upload

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Day(click.ParamType[date]):
    """A day as 2026-11-21 or 21/11/2026."""

    name = "ngày"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day; a clear refusal for anything else."""
        found = typed_day(str(value))
        if found is not None:
            return found
        raise click.BadParameter("Hãy ghi ngày/tháng/năm, ví dụ 21/11/2026.", ctx=ctx, param=param)


@click.group()
def facts() -> None:
    """Danh sách từ bên ngoài: xác nhận VNeID, chứng nhận nơi khác, kết quả trước đây."""


@facts.command("import")
@click.argument("file", type=FILE)
@click.option("--kind", type=click.Choice(OUTSIDE_FACTS), required=True, help="Loại danh sách.")
@click.option("--source", required=True, help="Nơi lập danh sách, ví dụ Công an xã.")
@click.option("--document", required=True, help="Số, tên văn bản kèm danh sách.")
@click.option("--date", "listed", type=Day(), required=True, help="Danh sách lập đến ngày nào.")
@click.option("--on", type=Day(), help="Ngày được tính của dòng không ghi ngày.")
@click.option("--programme", type=click.Choice(PROGRAMMES), help="Chương trình của cả danh sách.")
@click.option("--level", type=click.Choice(tuple(LEVEL_RANK)), help="Mức của cả danh sách.")
@click.option("--write", is_flag=True, help="Ghi các dòng khớp; không có thì chỉ đối chiếu.")
@click.option("--leave-rest", is_flag=True, help="Để lại dòng chưa chắc và dòng lỗi, không ghi.")
@click.pass_obj
def import_(
    context: Context, file: Path, kind: str, source: str, document: str, listed: date,
    on: date | None, programme: str | None, level: str | None, write: bool, leave_rest: bool,
) -> None:  # fmt: skip
    """Đối chiếu danh sách trong tệp FILE với sổ dân cư; thêm --write để ghi các dòng khớp.

    Dòng chưa chắc là ai chỉ quyết định được trên trang Danh sách từ bên ngoài.
    """
    header = Header(kind, source, document, listed, on, programme, level)
    upload = Upload(file.name, file.read_bytes())
    with context.database.read() as session:
        found = outside_lists.read(session, context.actor, context.keys, header, upload)
        _say(_seen(context, session, header, upload, found))
    if not write:
        click.echo("Chưa ghi gì. Thêm --write để ghi các dòng khớp.")
        return
    with context.database.write() as session:
        found = outside_lists.read(session, context.actor, context.keys, header, upload)
        now = _seen(context, session, header, upload, found)
        sha256 = hashlib.sha256(upload.content).hexdigest()
        made = outside_lists.record(
            session, context.actor, header, file.name, sha256, now, leave_rest=leave_rest
        )
        what = outside_uses.what_of(session, made)
        used = outside_uses.uses(session, context.commune_id, kind, what, clock.today())
        click.echo(f"Danh sách {made.id} có {number(sum(what.values()))} dòng đã ghi.")
        click.echo(outside_uses.uses_text(used))


def _seen(
    context: Context, session: Session, header: Header, upload: Upload, found: Matched
) -> outside_lists.Seen:
    sha256 = hashlib.sha256(upload.content).hexdigest()
    same = outside_lists.same_imports(session, context.commune_id, header, sha256)
    return outside_lists.see(session, context.commune_id, found, {}, same)


def _say(now: outside_lists.Seen) -> None:
    if any(not one.is_named for one in now.tables):
        raise click.ClickException("Không thấy cột họ và tên. Hãy mở trang để chọn cột.")
    words = outside_view.fates()
    for fate, count in now.counts.items():
        if count:
            click.echo(f"  {words[fate]}: {number(count)}")
    if now.same is not None:
        click.echo(f"Danh sách này đã ghi ngày {day(now.same.made_at)}; dòng đã ghi không ghi lại.")


@facts.command("list")
@click.pass_obj
def list_(context: Context) -> None:
    """Các danh sách đã ghi, mới nhất ở trên."""
    with context.database.read() as session:
        rows = outside_queries.imports(session, context.commune_id)
        for row, count in rows:
            click.echo(_line(row, count))
    if not rows:
        click.echo("Chưa ghi danh sách nào.")


def _line(row: FactImport, count: int) -> str:
    state = f", đã rút lại ngày {day(row.undone_at)}" if row.undone_at else ""
    kind = dict(outside_view.kinds())[row.kind]
    return f"{row.id}  {day(row.listed_on)}  {number(count)} dòng  {kind}: {row.document} ({row.source}){state}"


@facts.command("undo")
@click.argument("import_id", type=click.UUID)
@click.option("--reason", required=True, help="Vì sao rút lại.")
@click.pass_obj
def undo(context: Context, import_id: UUID, reason: str) -> None:
    """Rút lại cả danh sách IMPORT_ID; số liệu trở lại như trước, danh sách vẫn được giữ."""
    with context.database.write() as session:
        row = undo_outside_facts(session, context.actor, import_id, reason)
        click.echo(f"Đã rút lại “{row.document}”. Nhập lại tệp thì danh sách được tính lại.")
