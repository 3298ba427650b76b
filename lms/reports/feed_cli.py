"""Commands: the same figures in the form that another program wants."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import yaml

from lms.core.command import Context
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.indicators import queries
from lms.reports.feed_dhis2 import IdMap, mapping_of, value_set
from lms.reports.feed_queries import closing_of

LONGEST = 1_000_000
"""Bytes of a mapping file at most."""


@click.group()
def feed() -> None:
    """Số liệu cho phần mềm khác."""


@feed.command("dhis2")
@click.argument("plan")
@click.option("--closing", type=int, help="Bản chốt số mấy; bỏ trống là số liệu hiện tại.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Ngày tính, khi không chọn bản chốt."
)
@click.option(
    "--level",
    type=click.Choice(["commune", "unit"]),
    default="commune",
    help="Số của xã, hay của từng đơn vị.",
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tệp YAML: mã của ta → id của DHIS2.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Ghi vào tệp; bỏ trống là in ra."
)
@click.pass_obj
def dhis2(
    context: Context, plan: str, closing: int | None, as_of: datetime | None, level: str,
    mapping: Path | None, out: Path | None,
) -> None:  # fmt: skip
    """Xuất một kỳ của kế hoạch PLAN thành dataValueSets (JSON) cho DHIS2."""
    known = _mapping(mapping) if mapping else None
    asked = {"plan": plan, "closing": closing, "as_of": as_of.date() if as_of else None}
    with context.database.read() as session:
        commune = queries.commune_of(session, context.commune_id)
        found = value_set(closing_of(session, commune, asked), level, known)
    if found.missing:
        lines = "".join(f"\n  {one}" for one in found.missing)
        raise click.ClickException(f"Tệp ánh xạ còn thiếu {len(found.missing)} mã:{lines}")
    _give(found.document, out)


def _give(document: dict[str, Any], out: Path | None) -> None:
    made = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if out is None:
        click.echo(made, nl=False)
        return
    out.write_text(made, encoding="utf-8")
    click.echo(f"Đã ghi {len(document['dataValues'])} số vào {out}.")


def _mapping(path: Path) -> IdMap:
    if path.stat().st_size > LONGEST:
        raise Invalid(_("Tệp ánh xạ lớn quá 1 MB. Hãy chia nhỏ."))
    try:
        return mapping_of(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeError) as error:
        reason = str(getattr(error, "problem_mark", "")).strip()
        raise Invalid(_("Tệp ánh xạ không đọc được. %(where)s", where=reason)) from error
