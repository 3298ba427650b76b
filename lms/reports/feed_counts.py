"""Counts for other systems: one document for each plan and period, out of a closing or as of now.

A closed period is told as it was published last: the standing closing, or its last restatement. What
it replaces is not told again. Ids stay: commune, plan, report and last day name a period for ever.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.data_versions import stamps
from lms.core.i18n import _
from lms.core.ids import derived
from lms.indicators import queries
from lms.indicators import snapshot_queries as held
from lms.indicators.closing_period import free_day
from lms.indicators.export_json import report_data
from lms.indicators.figure_cells import programmes, stamp
from lms.indicators.queries import Adopted
from lms.indicators.rules.vocabulary import Subject
from lms.indicators.snapshot_models import ReportSnapshot, Restatement
from lms.people.models import Commune, Unit
from lms.reports.feed_changes import Source, digest_of

FREE_DAY = "ngay"
"""Stands for the report where a day was closed that no report asks for."""

Doc = dict[str, Any]


def note() -> str:
    """What every document says of its use."""
    return _(
        "Số liệu nội bộ để cơ quan nhà nước tổng hợp. Không công bố ô dưới 10 người; phần công khai "
        "xem trang công khai của xã."
    )


def period_key(commune_code: str, row: ReportSnapshot) -> str:
    """The id of a closed period, the same for ever: 'TBT/thuan-an/bao-cao-quy/2026-12-31'."""
    return f"{commune_code}/{row.plan_code}/{row.report_code or FREE_DAY}/{row.ends.isoformat()}"


def record_id(row: ReportSnapshot) -> UUID:
    """The period as a record of the changes."""
    return derived("feed-closing", row.commune_id, row.plan_code, row.report_code, row.ends)


def _standing(session: Session, commune_id: UUID) -> list[ReportSnapshot]:
    return [row for row in held.snapshots(session, commune_id) if row.state == "standing"]


def closings(session: Session, commune_id: UUID) -> dict[UUID, ReportSnapshot]:
    """Every standing closing by its record id."""
    return {record_id(row): row for row in _standing(session, commune_id)}


def _digests(session: Session, commune_id: UUID) -> dict[str, str]:
    table = Restatement
    query = select(table.snapshot_id, table.sha256).where(table.commune_id == commune_id)
    told = {row[0]: row[1] for row in session.execute(query.order_by(table.number))}
    return {
        record_id(row).hex: digest_of(row.id, row.sha256, told.get(row.id))
        for row in _standing(session, commune_id)
    }


def _stamp(session: Session, commune_id: UUID) -> str:
    """Closings are few: their digests are their stamp. Units are told by codes, which may be renamed."""
    return digest_of(sorted(_digests(session, commune_id).items()))


CLOSINGS = Source("closing", _stamp, _digests)


# --- documents ----------------------------------------------------------------------------------


def closed_document(session: Session, commune: Commune, row: ReportSnapshot) -> Doc:
    """A closed period as it was published last."""
    last = next(reversed(held.restatements(session, row)), None)
    told: ReportSnapshot | Restatement = row if last is None else last
    return {
        "id": period_key(commune.short_code, row),
        "state": "closed",
        "closing": {
            "id": row.id, "number": row.number, "restatement": last.number if last else 0,
            "sha256": told.sha256, "closed_at": row.decided_at or row.proposed_at,
            "published_at": last.made_at if last else row.decided_at or row.proposed_at,
        },
        "period": {
            "report": row.report_code or FREE_DAY, "title": row.report_title, "starts": row.starts,
            "ends": row.ends, "as_of": row.as_of,
        },
        **_counted(commune, held.body_of(told)["report"], units_of(session, commune.id)),
    }  # fmt: skip


def present_document(session: Session, commune: Commune, adopted: Adopted, as_of: date) -> Doc:
    """A day as it is counted now; nobody has approved it."""
    report = queries.report_of(session, commune.id, adopted, as_of.year, as_of)
    wanted = free_day(as_of)
    return {
        "id": f"{commune.short_code}/{adopted.code}/hien-tai/{as_of.isoformat()}",
        "state": "present",
        "closing": None,
        "period": {
            "report": FREE_DAY, "title": wanted.title, "starts": wanted.starts,
            "ends": wanted.ends, "as_of": as_of,
        },
        **_counted(commune, report_data(report), units_of(session, commune.id)),
    }  # fmt: skip


def present_tag(session: Session, commune: Commune, adopted: Adopted, as_of: date) -> str:
    """Equal tags, equal documents: the stamps of all rows, the engine, the plan and its choices.

    An empty text where the rows cannot be known to be unchanged.
    """
    known = stamps(session, commune.id)
    if known is None:
        return ""
    settings = queries.chosen_text(queries.settings_of(commune, adopted.row))
    words = sorted(adopted.row.wording.items())
    rows = stamp(known, programmes(session))
    return digest_of(rows, adopted.sha256, settings, words, as_of, commune.title)


Units = Mapping[str, Unit]


def units_of(session: Session, commune_id: UUID) -> Units:
    """Every unit of the commune by its id as text."""
    rows = session.scalars(select(Unit).where(Unit.commune_id == commune_id).order_by(Unit.code))
    return {str(row.id): row for row in rows}


def _counted(commune: Commune, report: Doc, units: Units) -> Doc:
    plan = report["plan"]
    said = {one["code"]: one for one in (*plan["indicators"], *plan["commitments"])}
    figures = [_figure(one, said, units, promise=False) for one in report["figures"]]
    figures += [_figure(one, said, units, promise=True) for one in report["commitments"]]
    return {
        "commune": commune.short_code, "plan": plan["code"], "note": note(), "figures": figures,
    }  # fmt: skip


def _figure(one: Doc, said: Mapping[str, Doc], units: Units, *, promise: bool) -> Doc:
    line, outcome, size = said.get(one["code"], {}), one["outcome"], one["population"]
    target, things = one["target"], one["counted"]["subject"] == Subject.THING
    return {
        "indicator": one["code"], "no": line.get("no", ""), "is_commitment": promise,
        "title": line.get("official_title") or line.get("title", ""), "reading": one["reading"],
        "subject": one["counted"]["subject"], "measure": one["counted"]["measure"]["kind"],
        "level": one["counted"]["level"], "window": one["counted"]["window"],
        "state": outcome["state"], "numerator": outcome["numerator"],
        "denominator": None if things else size["size"],
        "known_by": size["known_by"], "declared_on": size["declared_on"],
        "official": size["official"], "register_size": size["register_size"],
        "rate": outcome["rate"], "met": outcome["met"], "exceeds": outcome["exceeds"],
        "target": target and {name: target[name] for name in ("operator", "value", "unit")},
        "units": [_unit(row, units) for row in one["by_unit"]],
    }  # fmt: skip


def _unit(row: Doc, units: Units) -> Doc:
    """A unit's part; without id and code it is 'không rõ / ngoài xã'."""
    known = units.get(row["unit"] or "")
    return {
        "id": row["unit"], "code": known.code if known else None, "name": row["name"],
        "numerator": row["numerator"], "denominator": row["population"],
        "register_size": row["register_size"],
    }  # fmt: skip
