"""The matches of a list from outside as bytes, to be sealed beside it, and read again."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from lms.indicators.outside_fates import Match
from lms.indicators.outside_matching import ListTable, Matched
from lms.people import previews
from lms.people.plan import ReadTable


def packed(found: Matched, stamp: str) -> bytes:
    """The matches and tables as bytes; `stamp` names the state of the register they were made against."""
    rows = [
        [m.table, m.row, m.name, previews.entry_told(m.entry), m.on.isoformat() if m.on else None,
         m.programme, m.level, str(m.person) if m.person else None,
         [previews.alike_told(one) for one in m.alike], m.remarks, m.state]
        for m in found.matches
    ]  # fmt: skip
    tables = [
        [asdict(t.read), dict(t.at), list(t.labels.items()), t.is_named] for t in found.tables
    ]
    for told in tables:
        told[0]["labels"] = []  # type: ignore[index]  # The headings stand beside, with their numbers.
    return json.dumps({"stamp": stamp, "rows": rows, "tables": tables}).encode()


def unpacked(content: bytes, stamp: str) -> Matched | None:
    """What `packed` took, or None when the register has another state now."""
    told = json.loads(content)
    if told["stamp"] != stamp:
        return None
    return Matched([_match(row) for row in told["rows"]], [_table(t) for t in told["tables"]])


def _match(told: list[Any]) -> Match:
    table, row, name, entry, on, programme, level, person, alike, remarks, state = told
    return Match(
        table, row, name, previews.entry_of(row, entry), date.fromisoformat(on) if on else None,
        programme, level, UUID(person) if person else None,
        tuple(one for one in map(previews.alike_of, alike) if one),
        tuple((column, code, value) for column, code, value in remarks), state,
    )  # fmt: skip


def _table(told: list[Any]) -> ListTable:
    shown, at, labels, is_named = told
    pairs = tuple((a, b) for a, b in shown.pop("samples"))
    return ListTable(
        ReadTable(**{**shown, "labels": dict(labels), "samples": pairs}), at, dict(labels), is_named
    )
