"""What a plan needs declared, as a sheet: rows are units, columns are populations and others' figures.

The newest figure of a cell is the one the engine takes: the later day, official before estimate, and of
equal ones the later row. The sum of units and the figure of the whole commune stand beside each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators import wording
from lms.indicators.choices import counted_of, measures_of, populations_of
from lms.indicators.models import DeclaredMeasure, DeclaredPopulation
from lms.indicators.rules.arithmetic import number_text
from lms.indicators.rules.declared import Declared as Held
from lms.indicators.rules.declared import Row as Figure
from lms.indicators.rules.declared import asked_for, holding
from lms.indicators.rules.facts import Key
from lms.indicators.rules.facts import Unit as Place
from lms.indicators.rules.plan import Plan
from lms.indicators.rules.vocabulary import RESIDENTIAL_UNITS, MeasureKind
from lms.people.account_models import Account
from lms.people.models import Unit, UnitChange
from lms.people.rules.unit_history import Change, UnitHistory

Declared = DeclaredPopulation | DeclaredMeasure
Where = tuple[str, UUID | None]
"""(code of the column, unit or None for the whole commune)."""
TEAM = "to_cong_nghe_so"


@dataclass(frozen=True, slots=True)
class Column:
    """Something a plan needs declared; `counts` is whether a number of those who have it is declared too."""

    code: str
    name: str
    counts: bool
    of: str = ""
    """The code of the population it speaks of."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A declared figure in words, and how many were declared before it."""

    text: str
    note: str
    """Day, and whether it is an estimate."""
    source: str
    exceeds: bool
    """More have it than there are."""
    older: int


@dataclass(frozen=True, slots=True)
class Total:
    """The commune's own figure beside the sum of its units, and which of the two counts today."""

    whole: str
    added: str
    told: int
    difference: str
    counts: str
    lacks: tuple[str, ...] = ()
    """Units that have no figure though others of their sort have."""


@dataclass(frozen=True)
class Sheet:
    """The sheet of one plan."""

    columns: tuple[Column, ...]
    units: tuple[tuple[UUID | None, str], ...]
    cells: Mapping[Where, Cell]
    totals: Mapping[str, Total]
    seen: str
    """The newest row of the commune: who saves says what was on the page."""


def columns_of(plan: Plan) -> tuple[Column, ...]:
    """What the plan needs declared: sizes of populations, then figures that others count."""
    sizes = [
        Column(key, wording.population_name(one, plan.names), counts=False, of=one.code)
        for key, one in populations_of(plan).items()
    ]
    of = {
        one.measure.what or one.measure.kind.value: one.population.code for one in counted_of(plan)
    }
    others = [
        Column(code, one.label or code, counts=True, of=of[code])
        for code, one in measures_of(plan).items()
        if one.kind in (MeasureKind.DECLARED, MeasureKind.SUPPORTED)
    ]
    return (*sizes, *others)


def sheet(session: Session, commune_id: UUID, plan: Plan, today: date, kind: str = "") -> Sheet:
    """The sheet as it stands; `kind` leaves rows out: noi-o (places people live in) or co-quan."""
    columns = columns_of(plan)
    rows = rows_of(session, commune_id, columns)
    by_cell: defaultdict[Where, list[Declared]] = defaultdict(list)
    for row in rows:
        by_cell[_code(row), row.unit_id].append(row)
    history, units = _history(session, commune_id), _all_units(session, commune_id)
    told = {_code(row) for row in rows}
    # What somebody declared stands in front: a plan of many school levels leaves most columns empty.
    columns = tuple(sorted(columns, key=lambda one: one.code not in told))
    return Sheet(
        columns, _units(session, commune_id, kind), {key: _cell(of) for key, of in by_cell.items()},
        {c.code: _total(c, [r for r in rows if _code(r) == c.code], today, history, units)
         for c in columns},
        newest(rows),
    )  # fmt: skip


def rows_of(
    session: Session, commune_id: UUID, columns: Iterable[Column], *, undone: bool = False
) -> list[Declared]:
    """Every declared row of these columns, the older first; those taken back only when asked for."""
    codes = [one.code for one in columns]
    found: list[Declared] = []
    for table, code in (
        (DeclaredPopulation, DeclaredPopulation.population), (DeclaredMeasure, DeclaredMeasure.measure),
    ):  # fmt: skip
        query = select(table).where(table.commune_id == commune_id, code.in_(codes))
        if not undone:
            query = query.where(table.undone_at.is_(None))
        found += session.scalars(query)
    return sorted(found, key=_freshness)


def newest(rows: Iterable[Declared]) -> str:
    """The last row that was written."""
    return max((str(row.id) for row in rows), default="")


def _freshness(row: Declared) -> tuple[date, bool, str]:
    return row.as_of, row.status == "official", row.id.hex


def _code(row: Declared) -> str:
    return row.population if isinstance(row, DeclaredPopulation) else row.measure


def numbers(row: Declared) -> tuple[int | None, int | None]:
    """(how many have it, of how many) of a row; a population has no first number."""
    if isinstance(row, DeclaredPopulation):
        return None, row.value
    return row.numerator, row.denominator


def value_text(numerator: int | None, whole: int | None, *, counts: bool) -> str:
    """'120 trên 300', '300', or that the figure is not there."""
    if not counts:
        return _("thiếu mẫu số") if whole is None else number_text(whole)
    if numerator is None:
        return _("chưa có số liệu")
    if whole is None:
        return number_text(numerator)
    return _("%(n)s trên %(d)s", n=number_text(numerator), d=number_text(whole))


def _cell(rows: list[Declared]) -> Cell:
    last = rows[-1]
    n, d = numbers(last)
    note = (
        day(last.as_of)
        if last.status == "official"
        else _("%(day)s, ước tính", day=day(last.as_of))
    )
    return Cell(
        value_text(n, d, counts=isinstance(last, DeclaredMeasure)), note, last.source,
        n is not None and d is not None and n > d, len(rows) - 1,
    )  # fmt: skip


def _total(
    column: Column, rows: list[Declared], today: date, history: UnitHistory[Key],
    units: Sequence[Place],
) -> Total:  # fmt: skip
    asked = asked_for(units, column.of, today, history)
    figures = [
        Figure(r.id.hex, r.unit_id, r.as_of, r.status == "official", r.source, *numbers(r))
        for r in rows
    ]
    whole = next((r for r in reversed(rows) if r.unit_id is None and r.as_of <= today), None)
    added = holding([f for f in figures if f.unit is not None], today, history, asked)
    counts = holding(figures, today, history, asked)
    told = value_text(*numbers(whole), counts=column.counts) if whole else ""
    summed = value_text(added.numerator, added.denominator, counts=column.counts) if added else ""
    of_whole, of_added = (_size(column, *numbers(whole)) if whole else None,
                          _size(column, added.numerator, added.denominator) if added else None)  # fmt: skip
    gap = "" if of_whole is None or of_added is None else _gap(of_whole - of_added)
    names = {unit.key: unit.name for unit in units}
    lacks = tuple(sorted(names[key] for key in added.lacks)) if added else ()
    return Total(told, summed, len(added.keys) if added else 0, gap, _which(column, counts), lacks)


def _which(column: Column, counts: Held | None) -> str:
    """Which figure counts today; a sum that lacks units is no size of a population."""
    if counts is None:
        return ""
    if not counts.units:
        return _("số của toàn xã")
    return _("chưa số nào") if counts.lacks and not column.counts else _("cộng các đơn vị")


def _size(column: Column, numerator: int | None, whole: int | None) -> int | None:
    """What is compared: those who have it, or the size."""
    return numerator if column.counts else whole


def _gap(difference: int) -> str:
    if difference == 0:
        return _("khớp nhau")
    more = difference > 0
    n = number_text(abs(difference))
    return _("toàn xã nhiều hơn %(n)s", n=n) if more else _("toàn xã ít hơn %(n)s", n=n)


def _all_units(session: Session, commune_id: UUID) -> list[Place]:
    """Every unit, also those that are closed."""
    table = Unit
    columns = (table.id, table.name, table.kind, table.is_urban, table.parent_id, table.closed_on,
               table.opened_on)  # fmt: skip
    rows = session.execute(select(*columns).where(table.commune_id == commune_id))
    return [Place(*row) for row in rows]


def _history(session: Session, commune_id: UUID) -> UnitHistory[Key]:
    table = UnitChange
    rows = session.execute(
        select(
            table.unit_id, table.happened_on, table.old_name, table.new_name, table.into_id
        ).where(table.commune_id == commune_id, table.undone_at.is_(None))
    )
    return UnitHistory(Change(*row) for row in rows)


def _units(session: Session, commune_id: UUID, kind: str) -> tuple[tuple[UUID | None, str], ...]:
    """The whole commune, then its open units; teams are counted, never declared."""
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.kind)
        .where(Unit.commune_id == commune_id, Unit.closed_on.is_(None), Unit.kind != TEAM)
        .order_by(Unit.code)
    )
    found = sorted(
        ((key, name, unit_kind in RESIDENTIAL_UNITS) for key, name, unit_kind in rows),
        key=lambda row: not row[2],
    )
    kept = [(key, name) for key, name, lived in found if kind not in KINDS or lived == KINDS[kind]]
    return ((None, _("Toàn xã")), *kept)


def unit_name(session: Session, commune_id: UUID, unit: UUID | None) -> str:
    """A unit's name; NotFound when the commune has none with this id."""
    if unit is None:
        return _("Toàn xã")
    row = session.get(Unit, (commune_id, unit))
    if row is None:
        raise NotFound(_("Không tìm thấy đơn vị này, hãy chọn lại trong danh sách."))
    return row.name


KINDS = {"noi-o": True, "co-quan": False}


# --- the history of one cell --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Past:
    """One figure that was declared of a cell, with who and when; `undone` says why it was taken back."""

    id: UUID
    table: str
    text: str
    note: str
    source: str
    by: str
    at: datetime
    undone: str
    holds: bool


def past(session: Session, commune_id: UUID, column: Column, unit: UUID | None) -> list[Past]:
    """Everything that was declared of a cell, the newest first, also what was taken back."""
    rows = [r for r in rows_of(session, commune_id, [column], undone=True) if r.unit_id == unit]
    ids = {r.declared_by for r in rows if r.declared_by}
    names = {row[0]: row[1] for row in session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_(ids)))}  # fmt: skip
    standing = [r for r in rows if r.undone_at is None]
    return [_past(r, names, holds=bool(standing) and r is standing[-1]) for r in reversed(rows)]


def _past(row: Declared, names: Mapping[UUID, str], *, holds: bool) -> Past:
    cell = _cell([row])
    undone = ""
    if row.undone_at is not None:
        undone = _("rút lại ngày %(day)s: %(why)s", day=day(row.undone_at), why=row.undo_reason)
    kind = "mau-so" if isinstance(row, DeclaredPopulation) else "khai-bao"
    by = names.get(row.declared_by, "") if row.declared_by else ""
    return Past(row.id, kind, cell.text, cell.note, row.source, by, row.declared_at, undone, holds)
