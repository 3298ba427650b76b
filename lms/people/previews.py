"""The fates of a list, kept sealed between its preview and its confirmation."""

import json
import zlib
from base64 import b64decode, b64encode
from datetime import date
from typing import Any
from uuid import UUID

from lms.core.keys import Keys
from lms.people.plan import Plan, ReadTable
from lms.people.rules.identity import Birth, Problem
from lms.people.rules.register import Alike, RowFate
from lms.people.rules.roster import Entry, Remark


def sealed(keys: Keys, content: bytes, context: str) -> bytes:
    """Bytes packed and sealed; what holds names and citizen IDs is never stored open."""
    return keys.seal(b64encode(zlib.compress(content, 1)).decode(), context).encode()


def opened(keys: Keys, kept: bytes, context: str) -> bytes:
    """The bytes of `sealed`."""
    return zlib.decompress(b64decode(keys.open(kept.decode(), context)))


def packed(plan: Plan, stamp: str) -> bytes:
    """The fates and tables of a plan; `stamp` names the state of the register they were made against."""
    rows = [_row(row) for row in plan.rows]
    tables = [_told(table) for table in plan.tables]
    told = {"stamp": stamp, "rows": rows, "tables": tables, "unread": plan.unread}
    return json.dumps(told).encode()


def _told(t: ReadTable) -> list[Any]:
    where = [t.sheet, t.first_row, t.last_row, t.chosen, list(t.labels.items())]
    return [*where, t.font, t.samples, t.by_shape, t.home]


def unpacked(content: bytes, stamp: str) -> Plan | None:
    """A plan to look at (nothing in it is written), or None when the register has another state now."""
    told = json.loads(content)
    if told["stamp"] != stamp:
        return None
    return Plan(
        rows=[_fate(row) for row in told["rows"]], tables=[_table(t) for t in told["tables"]]
    )


def _table(told: list[Any]) -> ReadTable:
    sheet, first, last, chosen, labels, font, samples, by_shape, home = told
    return ReadTable(sheet, first, last, chosen, dict(labels), font,
                     tuple((a, b) for a, b in samples), by_shape, home)  # fmt: skip


def _row(row: RowFate) -> list[Any]:
    remarks = [[[m.column, m.problem.code, m.problem.value] for m in which]
               for which in (row.faults, row.warnings)]  # fmt: skip
    return [row.row, row.fate, row.name, row.changes, *remarks, alike_told(row.alike), row.decision, row.table,
            entry_told(row.entry), str(row.person_id) if row.person_id else None]  # fmt: skip


def _fate(told: list[Any]) -> RowFate:
    row, fate, name, changes, faults, warnings, alike, decision, table, entry, person = told
    return RowFate(
        row, fate, name, UUID(person) if person else None, tuple(changes), _remarks(row, faults),
        _remarks(row, warnings), alike_of(alike), decision, table, entry_of(row, entry),
    )  # fmt: skip


def _remarks(row: int, told: list[Any]) -> tuple[Remark, ...]:
    return tuple(Remark(row, column, Problem(code, value)) for column, code, value in told)


def alike_told(one: Alike | None) -> list[Any] | None:
    """Whom a row may be, as JSON data."""
    if one is None:
        return None
    return [str(one.person_id), one.name, one.year, one.reasons, one.born.isoformat() if one.born else None,
            one.sex, str(one.unit_id) if one.unit_id else None, one.phone]  # fmt: skip


def alike_of(told: list[Any] | None) -> Alike | None:
    """The record of `alike_told`."""
    if told is None:
        return None
    key, name, year, reasons, born, sex, unit, phone = told
    return Alike(UUID(key), name, year, tuple(reasons), date.fromisoformat(born) if born else None, sex,
                 UUID(unit) if unit else None, phone)  # fmt: skip


def entry_told(one: Entry | None) -> list[Any] | None:
    """What a row says as JSON data, without its citizen ID."""
    if one is None:
        return None
    day = one.birth.day.isoformat() if one.birth and one.birth.day else None
    return [one.name, one.birth.year if one.birth else None, day, one.sex, one.unit, one.phone]


def entry_of(row: int, told: list[Any] | None) -> Entry | None:
    """The entry of `entry_told`."""
    if told is None:
        return None
    name, year, day, sex, unit, phone = told
    born = Birth(year, date.fromisoformat(day) if day else None) if year else None
    return Entry(row, name, born, sex, unit=unit, phone=phone)
