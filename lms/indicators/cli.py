"""Commands: `lms plan check|import|show|diff` and `lms report`."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from lms.core import audit, clock
from lms.core.command import Context
from lms.core.errors import Refusal
from lms.indicators import actions, editor_versions, queries, wording
from lms.indicators.export_csv import csv_bytes, table_text
from lms.indicators.export_json import Paper, json_bytes
from lms.indicators.export_paper import paper_of
from lms.indicators.headline import place_text, plan_title
from lms.indicators.period import period
from lms.indicators.plan_annex import Annex, annex_remarks, annexes_in
from lms.indicators.plan_diff import differences, grouped, renumbered
from lms.indicators.plan_file import PlanError, load_plan, shipped_plans
from lms.indicators.rules.plan import Plan

FORMATS = ("table", "csv", "json", "xlsx")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def plan() -> None:
    """Kế hoạch và chỉ tiêu."""


@plan.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Kiểm tra tệp kế hoạch FILE (không cần cơ sở dữ liệu)."""
    found = _loaded(file)
    _show(found)
    for said in annex_remarks(found, annexes_in(_text(file), file.name)):
        click.echo(f"Chú ý: {said}.")
    click.echo("Tệp đúng, có thể nhập bằng: lms plan import " + str(file))


@plan.command("import")
@click.argument("file", type=FILE)
@click.pass_obj
def import_(context: Context, file: Path) -> None:
    """Dùng kế hoạch trong tệp FILE; nhập lại cùng một tệp thì không có gì thay đổi."""
    _loaded(file)
    with context.database.write() as session:
        before = audit.checkpoint(session, context.commune_id)
        row = actions.import_plan(session, context.actor, _text(file), file.name)
        changed = audit.checkpoint(session, context.commune_id) != before
    said = "Đã nhập kế hoạch" if changed else "Không có gì thay đổi, xã đã dùng kế hoạch"
    click.echo(f"{said} {row.code}.")


@plan.command("show")
@click.argument("code")
@click.pass_obj
def show(context: Context, code: str) -> None:
    """Xem kế hoạch CODE: của xã nếu xã đã dùng, nếu chưa thì bản có sẵn."""
    _show(_known(context, code).plan)


class Unreadable(click.ClickException):
    """What should be compared cannot be read; the exit code is that of diff."""

    exit_code = 2


@plan.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="In ra JSON cho máy đọc.")
@click.pass_obj
def diff(context: Context, old: str, new: str, as_json: bool) -> NoReturn:
    """So hai bản kế hoạch A và B: tệp, mã kế hoạch, hoặc mã@số bản (như viet-tri@2).

    Mã thoát: 0 khi giống nhau, 1 khi khác nhau, 2 khi không đọc được.
    """
    try:
        one, other = _named(context, old), _named(context, new)
    except (click.ClickException, Refusal) as refused:
        raise Unreadable(getattr(refused, "message", str(refused))) from refused
    except SQLAlchemyError as error:
        said = "Cơ sở dữ liệu chưa dùng được, hãy xem lms doctor; so hai tệp thì không cần."
        raise Unreadable(said) from error
    _say_diff(one, other, as_json=as_json)
    raise SystemExit(0 if one == other else 1)


class Named(NamedTuple):
    """A plan, and the tables its file brings along."""

    plan: Plan
    annexes: tuple[Annex, ...]


def _named(context: Context, name: str) -> Named:
    """A plan by its file, its code, or its code and the number of its version."""
    if Path(name).is_file():
        return Named(_loaded(Path(name)), annexes_in(_text(Path(name)), Path(name).name))
    code, _at, number = name.partition("@")
    if not number:
        return _known(context, code)
    if not number.isdecimal():
        raise click.ClickException(f"“{number}” không phải số bản.")
    with context.database.read() as session:
        versions = editor_versions.versions(session, context.commune_id, code)
        found = editor_versions.numbered(versions, int(number[:9]))
        return Named(found.plan, found.annexes)


def _say_diff(old: Named, new: Named, *, as_json: bool) -> None:
    changes = differences(old.plan, new.plan, (old.annexes, new.annexes))
    moved = renumbered(old.plan, new.plan)
    if as_json:
        told = [{**asdict(change), "text": change.text} for change in changes]
        body = {"same": not changes, "changes": told, "renumbered": [asdict(r) for r in moved]}
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    for name, group in grouped(changes).items():
        click.echo("\n".join([f"{name}:", *(f"  {change.text}" for change in group)]))
    for one in moved:
        click.echo(f"Chú ý: “{one.title}” đổi mã từ {one.old} sang {one.new}, số liệu cũ bị đứt.")
    if not changes:
        click.echo("Hai bản giống nhau.")


def _known(context: Context, code: str) -> Named:
    """The commune's plan of this code, else the one that ships with the service."""
    with context.database.read() as session:
        row = queries.newest_adoption(session, context.commune_id, code)
        if row is not None:
            held = queries.adopted(session, context.commune_id, code)
            return Named(held.plan, held.annexes)
    shipped = shipped_plans()
    if code not in shipped:
        raise click.ClickException(f"Không có kế hoạch {code}. Có sẵn: {', '.join(shipped)}.")
    return Named(load_plan(shipped[code], code), annexes_in(shipped[code], code))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException("Tệp không phải UTF-8. Hãy lưu lại dạng UTF-8.") from error


def _loaded(file: Path) -> Plan:
    """The plan of a file; every problem with its line and field when it cannot be used."""
    try:
        return load_plan(_text(file), file.name)
    except PlanError as error:
        problems = "\n".join(f"  {problem}" for problem in error.problems)
        raise click.ClickException(
            f"{file.name} có {len(error.problems)} chỗ chưa đúng:\n{problems}"
        ) from error


def _show(found: Plan) -> None:
    click.echo(f"{found.code}: {plan_title(found)} ({place_text(found)})")
    for one in found.indicators:
        click.echo(f"  {one.no:<10} {one.official_title or one.title}")
        for year, rule in one.years.items():
            who = wording.population_name(rule.counted.population, found.names)
            click.echo(f"             {year}: {wording.target_text(rule.target)} – {who}")
        for reading in one.readings:
            click.echo(f"             ({reading.where}) {reading.text}")
    for promise in found.commitments:
        click.echo(f"  {promise.where:<10} {promise.title}")


@click.command()
@click.argument("plan_code", metavar="PLAN")
@click.option("--year", default="", help="Năm của mức giao; để trống là năm của ngày chốt.")
@click.option(
    "--as-of", default="", help="Ngày chốt, tính hết ngày đó: 2026-11-21 hoặc 21/11/2026."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True,
    help="Dạng kết quả.",
)  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Ghi ra tệp này.")
@click.pass_obj
def report(
    context: Context, plan_code: str, year: str, as_of: str, form: str, out: Path | None
) -> None:
    """Kết quả các chỉ tiêu của kế hoạch PLAN."""
    if form == "xlsx" and out is None:
        raise click.ClickException("Hãy thêm --out TÊN_TỆP.xlsx để ghi tệp Excel.")
    paper = _paper(context, plan_code, year, as_of)
    body = _bytes(paper, form)
    if out is None:
        click.echo(body, nl=False)
        return
    out.write_bytes(body)
    click.echo(f"Đã ghi {out} (SHA-256 số liệu {paper.sha256}).")


def _paper(context: Context, code: str, year: str, as_of: str) -> Paper:
    with context.database.read() as session:
        adopted = queries.adopted(session, context.commune_id, code)
        chosen = period(adopted.plan, clock.today(), year, as_of)
        return paper_of(session, context.commune_id, adopted, chosen.year, chosen.as_of)


def _bytes(paper: Paper, form: str) -> bytes:
    if form == "xlsx":
        from lms.indicators.export_xlsx import xlsx_bytes

        return xlsx_bytes(paper)
    if form == "table":
        return (table_text(paper, shutil.get_terminal_size((110, 40)).columns) + "\n").encode()
    return csv_bytes(paper) if form == "csv" else json_bytes(paper)
