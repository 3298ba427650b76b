"""`lms course`: check, pack, unpack, copy and publish programmes that authors keep as folders."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from courses import actions, queries
from courses.actions import per_cent
from courses.advice import Checked, Figures, check_files
from courses.draft_files import checked_code
from courses.packs import write_pack
from courses.problems import ContentError
from courses.rules import ProgrammeVersion
from courses.writing import write_files
from lms.cli.course_files import files_of, loaded_from, refusal, write_folder, write_whole
from lms.core import audit
from lms.core.command import Context

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(path_type=Path)


@click.group()
def course() -> None:
    """Soạn chương trình: kiểm tra, đóng gói, sao chép, xuất bản."""


@course.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Coi cả lời khuyên là chưa đạt.")
@click.pass_context
def check(ctx: click.Context, /, paths: tuple[str, ...], strict: bool) -> None:
    """Kiểm tra các thư mục, gói zip hoặc mã chương trình PATHS: lỗi, lời khuyên, số liệu."""
    bar = click.progressbar(paths, label="Đang kiểm tra", file=sys.stderr, hidden=len(paths) < 2)
    with bar as waiting:
        found = [(path, _checked(ctx.obj, path)) for path in waiting]
    for path, checked in found:
        _tell(path, checked)
    bad = any(checked.problems or (strict and checked.advice) for _path, checked in found)
    ctx.exit(1 if bad else 0)


def _checked(context: Context, path: str) -> Checked:
    try:
        return check_files(files_of(context, path))
    except ContentError as error:
        return Checked(error.problems)


def _tell(path: str, checked: Checked) -> None:
    click.echo(f"{path}: {len(checked.problems)} lỗi, {len(checked.advice)} lời khuyên")
    for problem in checked.problems:
        click.echo(f"  lỗi  {problem}")
    for advice in checked.advice:
        click.echo(f"  nên  {advice}")
    if checked.version and checked.figures:
        _tell_figures(checked.version, checked.figures)


def _tell_figures(version: ProgrammeVersion, figures: Figures) -> None:
    _tell_chances(version)
    for lesson in version.lessons:
        read = figures.levels[lesson.code]
        level = f"{read.level:.1f}".replace(".", ",")
        click.echo(f"  độ khó đọc {level}: {lesson.title} ({read.words} chữ, {read.sentences} câu)")


def _tell_chances(version: ProgrammeVersion) -> None:
    titles = {level.code: level.title for level in version.programme.levels}
    for level, chance in actions.guess_chances(version).items():
        rule = version.pass_rule(level)
        click.echo(
            f"  bấm bừa cũng đạt, mức {titles[level]}: {per_cent(chance)} "
            f"sau {rule.tries} lần thi (nhiều nhất được 1%)"
        )


@course.command()
@click.argument("source")
@click.pass_obj
def chance(context: Context, source: str) -> None:
    """Khả năng bấm bừa mà đạt đề thi của SOURCE (thư mục, gói zip hoặc mã chương trình)."""
    version = loaded_from(context, source)[1].version
    click.echo(f"{version.code}: {version.programme.title}")
    _tell_chances(version)


@course.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=FILE)
@click.option("--replace", "over", is_flag=True, help="Ghi đè tệp đã có.")
@click.pass_obj
def pack(context: Context, folder: Path, file: Path, over: bool) -> None:
    """Đóng thư mục FOLDER thành một gói FILE.zip; gói có cả đáp án của câu thi."""
    files, loaded = loaded_from(context, str(folder))
    if file.exists() and not over:
        raise click.ClickException(f"{file} đã có sẵn. Thêm --replace để ghi đè.")
    write_whole(file, write_pack(files))
    click.echo(f"Đã đóng gói {loaded.version.code} vào {file}: {len(files)} tệp.")


@course.command()
@click.argument("source")
@click.argument("folder", type=FOLDER)
@click.pass_obj
def unpack(context: Context, source: str, folder: Path) -> None:
    """Mở SOURCE (gói zip hoặc mã chương trình) ra thư mục FOLDER để sửa."""
    files, _loaded = loaded_from(context, source)
    write_folder(folder, files)
    click.echo(f"Đã ghi {len(files)} tệp vào {folder}. Sửa xong: lms course check {folder}")


@course.command()
@click.argument("source")
@click.argument("new_code")
@click.argument("folder", type=FOLDER)
@click.option("--title", help="Tên mới của chương trình; không nói thì giữ tên cũ.")
@click.pass_obj
def copy(context: Context, source: str, new_code: str, folder: Path, title: str | None) -> None:
    """Chép SOURCE (mã chương trình, gói zip hoặc thư mục) thành mã riêng NEW_CODE trong FOLDER."""
    loaded = loaded_from(context, source)[1]
    old = loaded.version.programme
    programme = replace(old, code=checked_code(new_code), title=title or old.title)
    version = replace(loaded.version, programme=programme)
    write_folder(folder, write_files(version, loaded.media))
    click.echo(f"Đã chép thành {version.code} trong {folder}. Sửa xong: lms course check {folder}")


@course.command()
@click.argument("path")
@click.option("--commune", "code", help="Mã ngắn của xã, khi máy chủ phục vụ nhiều xã.")
@click.pass_obj
def publish(context: Context, path: str, code: str | None) -> None:
    """Cho xã dạy chương trình trong PATH (thư mục hoặc gói zip); lớp đã mở giữ bản cũ."""
    checked = _checked(context, path)
    if checked.loaded is None or checked.problems:
        raise refusal(path, checked.problems)
    context.commune_code = code or context.commune_code
    with context.database.write() as session:
        before = audit.checkpoint(session, context.commune_id)
        version_id = actions.publish_own(session, context.actor, checked.loaded)
        changed = audit.checkpoint(session, context.commune_id) != before
        version = queries.version(session, version_id)
    said = "Đã xuất bản" if changed else "Không có gì thay đổi, xã đang dạy"
    advice = (
        f" Còn {len(checked.advice)} lời khuyên: lms course check {path}" if checked.advice else ""
    )
    click.echo(f"{said} {version.code} ({version.content_hash[:12]}).{advice}")
