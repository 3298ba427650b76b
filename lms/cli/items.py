"""Commands: questions from foreign files to items files, and from programmes to foreign files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from courses import exchange, queries, rules
from courses.exchange import Imported, Loss
from courses.problems import ContentError
from courses.rules import Item, ProgrammeVersion
from lms.core.command import Context

NOT_WHOLE = 3
"""Exit code when the work is done and some question could not come along."""


@click.group()
def items() -> None:
    """Câu hỏi từ nơi khác đến và sang nơi khác: bảng tính, GIFT, Moodle XML."""


@items.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skill", required=True, help="Mã kỹ năng trong programme.yaml.")
@click.option("--level", required=True, type=click.Choice(rules.LEVELS), help="Mức độ của các câu.")
@click.option("--difficulty", type=click.IntRange(1, 3), default=2, show_default=True,
              help="Độ khó của câu mà tệp không nói.")  # fmt: skip
@click.option("--bank", type=click.Choice(("practice", "certifying", "measuring")), default="practice",
              show_default=True, help="Ngân hàng câu: luyện tập, thi hay đo.")  # fmt: skip
@click.option("--source", help="Nguồn của các câu; không nói thì ghi tên tệp.")
@click.option(
    "--reviewed-on", type=click.DateTime(["%Y-%m-%d"]), help="Ngày có người rà soát từng câu."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi ra tệp, không in ra màn hình.",
)
@click.option(
    "--media", type=click.Path(file_okay=False, path_type=Path), help="Thư mục để ghi hình đi kèm."
)
@click.pass_context
def import_items(
    ctx: click.Context, /, file: Path, out: Path | None, media: Path | None, **told: Any
) -> None:
    """Đọc câu hỏi trong FILE (.xlsx, .xls, .ods, .csv, .txt, .gift, .xml) thành tệp items YAML."""
    imported, texts = _converted(file, told, out)
    _write_all(texts, out)
    _tell(imported.losses, _unwritten(imported, media))
    click.echo(
        f"Nhập được {len(imported.items)} câu, không nhập {_whole(imported.losses)} câu.", err=True
    )
    ctx.exit(0 if imported.is_whole else NOT_WHOLE)


def _converted(
    file: Path, told: dict[str, Any], out: Path | None
) -> tuple[Imported, dict[str, bytes]]:
    """What the file gave, and the texts to write."""
    reviewed = told["reviewed_on"]
    common = {name: told[name] for name in ("skill", "level", "difficulty")} | {
        "source": told["source"] or f"nhập từ tệp {file.name}",
        "reviewed_on": reviewed.date() if reviewed else "",
        "certifying": told["bank"] == "certifying",
        "measuring": told["bank"] == "measuring",
    }
    try:
        imported = exchange.read(file.name, file.read_bytes())
        if not imported.items:
            return imported, {}
        if out is None:
            return imported, {"": exchange.to_yaml(imported.items, common)}
        return imported, exchange.yaml_files(imported.items, common, out.stem)
    except ContentError as error:
        raise click.ClickException(str(error)) from error


def _write_all(texts: dict[str, bytes], out: Path | None) -> None:
    for name, text in texts.items():
        if out is None:
            click.echo(text.decode(), nl=False)
        else:
            out.with_name(Path(name).stem + out.suffix).write_bytes(text)


def _unwritten(imported: Imported, media: Path | None) -> list[Loss]:
    """Write the drawings; without a folder for them each is told."""
    if media is None:
        return [
            Loss(f"hình {name}", "Chưa ghi ra: thêm --media THƯ_MỤC.") for name in imported.media
        ]
    for name, content in imported.media.items():
        media.mkdir(parents=True, exist_ok=True)
        (media / name).write_bytes(content)
    return []


@items.command("export")
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format", "form", required=True, type=click.Choice(("gift", "moodle")), help="Định dạng tệp."
)
@click.option("--bank", type=click.Choice(("practice", "certifying", "measuring")),
              help="Chỉ một ngân hàng câu; không nói thì lấy cả ba.")  # fmt: skip
@click.option("--skill", help="Chỉ các câu của một kỹ năng.")
@click.pass_context
def export_items(
    ctx: click.Context, code: str, file: Path, form: str, bank: str | None, skill: str | None
) -> None:
    """Ghi câu hỏi của chương trình CODE, kèm đáp án, ra FILE để dùng ở Moodle."""
    context: Context = ctx.obj
    with context.database.read() as session:
        version = _version(session, context, code)
        chosen = [i for i in version.items if bank in (None, i.bank) and skill in (None, i.skill)]
        media = _media(session, version, chosen) if form == "moodle" else {}
    written = (
        exchange.write_gift(chosen) if form == "gift" else exchange.write_moodle(chosen, media)
    )
    file.write_bytes(written[0])
    _tell(written[1])
    whole = _whole(written[1])
    click.echo(f"Đã ghi {len(chosen) - whole} câu, không ghi được {whole} câu.", err=True)
    ctx.exit(NOT_WHOLE if whole else 0)


def _version(session: Session, context: Context, code: str) -> ProgrammeVersion:
    rows = {row.code: row.id for row in queries.newest(session, context.commune_id)}
    if code not in rows:
        known = ", ".join(rows) or "chưa có chương trình nào"
        raise click.ClickException(f"Không có chương trình “{code}”. Các mã đang có: {known}.")
    return queries.version(session, rows[code])


def _media(session: Session, version: ProgrammeVersion, chosen: Iterable[Item]) -> dict[str, bytes]:
    names = {item.illustration.media for item in chosen if item.illustration}
    return {
        name: queries.medium(session, version.medium(name).sha256).body for name in sorted(names)
    }


def _whole(losses: Sequence[Loss]) -> int:
    return sum(loss.whole for loss in losses)


def _tell(*lists: Sequence[Loss]) -> None:
    """The losses as a table, so that what is printed for a file stays on the other stream."""
    losses = [loss for one in lists for loss in one]
    width = max((len(loss.where) for loss in losses), default=0)
    for loss in losses:
        mark = "KHÔNG" if loss.whole else "     "
        click.echo(f"{mark}  {loss.where:<{width}}  {loss.message}", err=True)
