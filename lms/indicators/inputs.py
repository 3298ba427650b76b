"""What was put in by hand, read back for the page on which it is put in."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.i18n import _
from lms.indicators import wording
from lms.indicators.choices import measures_of, populations_of
from lms.indicators.models import CountedThing, DeclaredMeasure, DeclaredPopulation
from lms.indicators.rules.arithmetic import number_text
from lms.indicators.rules.plan import Plan
from lms.people.models import Unit

SHOWN = 12
"""How many of the latest entries of each kind the page shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure that somebody put in, in words."""

    what: str
    unit: str
    value: str
    day: date
    source: str
    status: str


def unit_options(session: Session, commune_id: UUID) -> list[tuple[str, str]]:
    """Units that are not closed, for a select."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.commune_id == commune_id, Unit.closed_on.is_(None))
        .order_by(Unit.kind, Unit.code)
    )
    return [(str(key), name) for key, name in rows]


def latest(session: Session, commune_id: UUID, plan: Plan) -> dict[str, list[Entry]]:
    """The newest entries of each form: mau-so, khai-bao, dem."""
    return {
        "mau-so": _populations(session, commune_id, plan),
        "khai-bao": _measures(session, commune_id, plan),
        "dem": _counts(session, commune_id, plan),
    }


def _rows(session: Session, commune_id: UUID, table: Any, wanted: Any, by: Any) -> list[Any]:
    """Rows with the name of their unit, newest first."""
    place = and_(Unit.commune_id == table.commune_id, Unit.id == table.unit_id)
    query = select(table, Unit.name).outerjoin(Unit, place)
    query = query.where(table.commune_id == commune_id, wanted).order_by(by.desc(), table.id.desc())
    return list(session.execute(query.limit(SHOWN)))


def _whole(unit: str | None) -> str:
    return unit or _("toàn xã")


def _status(code: str) -> str:
    return _("chính thức") if code == "official" else _("ước tính")


def _populations(session: Session, commune_id: UUID, plan: Plan) -> list[Entry]:
    known, table = populations_of(plan), DeclaredPopulation
    rows = _rows(session, commune_id, table, table.population.in_(known), table.as_of)
    return [
        Entry(
            wording.population_name(known[row.population], plan.names), _whole(unit),
            _("thiếu mẫu số") if row.value is None
            else number_text(row.value),
            row.as_of, row.source, _status(row.status),
        )
        for row, unit in rows
    ]  # fmt: skip


def _measures(session: Session, commune_id: UUID, plan: Plan) -> list[Entry]:
    known, table = measures_of(plan), DeclaredMeasure
    rows = _rows(session, commune_id, table, table.measure.in_(known), table.as_of)
    return [
        Entry(
            known[row.measure].label or row.measure, _whole(unit), _share(row), row.as_of,
            row.source, _status(row.status),
        )
        for row, unit in rows
    ]  # fmt: skip


def _share(row: DeclaredMeasure) -> str:
    n = number_text(row.numerator)
    if row.denominator is None:
        return n
    return _("%(n)s trên %(d)s", n=n, d=number_text(row.denominator))


def _counts(session: Session, commune_id: UUID, plan: Plan) -> list[Entry]:
    known, table = measures_of(plan), CountedThing
    rows = _rows(session, commune_id, table, table.what.in_(known), table.occurred_on)
    return [
        Entry(
            known[row.what].label or row.what, _whole(unit), number_text(int(row.quantity)),
            row.occurred_on, row.source, "",
        )
        for row, unit in rows
    ]  # fmt: skip
