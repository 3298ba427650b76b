"""A preview of a list for the eye: one page of its rows, with sentences, and what was read of the file.

The register's own import and the list of a class show the same, see `people/import_parts.html`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.i18n import _
from lms.core.text import day, number
from lms.people.choosing import Choice, is_plain
from lms.people.models import Unit
from lms.people.plan import OTHER, SAME, Plan, ReadTable
from lms.people.rules import legacy
from lms.people.rules.register import Alike, Fate, RowFate
from lms.people.rules.roster import Entry
from lms.people.wording import CHANGES, reasons, remark

SHOWN = 100
"""Rows of one fate on a page."""
TONES = {
    "new": "success", "updated": "info", "unchanged": "neutral", "doubtful": "warning", "error": "error",
    "skipped": "neutral",
}  # fmt: skip
ORDER: tuple[Fate, ...] = ("error", "doubtful", "new", "updated", "unchanged", "skipped")


@dataclass(frozen=True)
class Side:
    """A person as one side of a pair: what the list says, or what the register says."""

    name: str
    born: str
    sex: str
    place: str
    phone: str


def page(
    session: Session, commune_id: UUID, plan: Plan, *, hides_phones: bool = False
) -> dict[str, Any]:
    """What the preview's parts show: `fate`, `lines`, `number`, `pages`, `counts`, `tabs`, `tables`.

    `hides_phones`: of a telephone that the register knows only the end is shown.
    """
    counts, tabs = plan.counts(), tab_counts(plan)
    asked = request.args.get("xem", "")
    fate = next((f for f in ORDER if f == asked and tabs[f]), _first(tabs))
    rows = [row for row in plan.rows if _stands_under(row, fate)]
    pages = max(1, -(-len(rows) // SHOWN))
    number_ = min(max(1, request.args.get("trang", 1, type=int)), pages)
    places = places_of(session, commune_id)
    shown = rows[(number_ - 1) * SHOWN : number_ * SHOWN]
    lines = [_line(row, plan, places, hides_phones=hides_phones) for row in shown]
    return {
        "fate": fate, "lines": lines, "number": number_, "pages": pages, "counts": counts, "tabs": tabs,
        "plain": sum(r.fate == "doubtful" and r.alike is not None and is_plain(r.alike) for r in plan.rows),
        "tables": plan.tables, "read": read_words(plan), "fonts": fonts(plan), "tones": TONES,
    }  # fmt: skip


def tab_counts(plan: Plan) -> dict[Fate, int]:
    """Rows under each tab: a doubtful row stays where it was decided, so that it can be decided anew."""
    return {fate: sum(_stands_under(row, fate) for row in plan.rows) for fate in ORDER}


def _stands_under(row: RowFate, fate: Fate) -> bool:
    return fate == "doubtful" if row.decision else row.fate == fate


def _first(counts: Mapping[Fate, int]) -> Fate:
    """What wants looking at most."""
    return next((fate for fate in ORDER if counts[fate]), "new")


def places_of(session: Session, commune_id: UUID) -> dict[UUID, str]:
    """Unit → its name."""
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.commune_id == commune_id))
    return {row[0]: row[1] for row in rows}


def _line(
    row: RowFate, plan: Plan, places: Mapping[UUID, str], *, hides_phones: bool
) -> dict[str, Any]:
    """One row of the preview: its number, name, and sentences."""
    table = plan.tables[row.table]
    said = [
        remark(found, table.labels, by_shape=table.by_shape)
        for found in (*row.faults, *row.warnings)
    ]
    several = len({t.sheet for t in plan.tables}) > 1
    return {
        "row": row.row, "table": row.table, "sheet": table.sheet if several else "", "name": row.name,
        "said": said, "changes": ", ".join(str(CHANGES[code]) for code in row.changes),
        "alike": row.alike, "reasons": reasons(row.alike.reasons) if row.alike else "",
        "decision": row.decision, "key": f"{row.table}-{row.row}",
        "sides": _sides(row, places, hides_phones=hides_phones),
    }  # fmt: skip


def _sides(
    row: RowFate, places: Mapping[UUID, str], *, hides_phones: bool
) -> tuple[Side, Side] | None:
    if row.entry is None or row.alike is None:
        return None
    known = side_of_alike(row.alike, places)
    if hides_phones and known.phone and known.phone != row.entry.phone:
        known = replace(known, phone=_("số cuối %(end)s", end=known.phone[-3:]))
    return side_of_entry(row.entry), known


def side_of_entry(entry: Entry) -> Side:
    """What the list says of a person."""
    born = entry.birth
    shown = day(born.day) if born and born.day else str(born.year) if born else ""
    return Side(entry.name, shown, _sex(entry.sex), entry.unit, entry.phone or "")


def side_of_alike(one: Alike, places: Mapping[UUID, str]) -> Side:
    """What the register says of a person."""
    born = day(one.born) if one.born else str(one.year or "")
    place = places.get(one.unit_id, "") if one.unit_id else ""
    return Side(one.name, born, _sex(one.sex), place, one.phone or "")


def _sex(sex: str | None) -> str:
    return {"nam": _("Nam"), "nu": _("Nữ")}.get(sex or "", "")


# What was read


def read_words(plan: Plan) -> str:
    """'Đã đọc 2 danh sách: trang “Thôn Đông” dòng 5–120, …'"""
    read = [_table_words(t) for t in plan.tables if t.chosen]
    words = _("Đã đọc %(count)s danh sách: %(what)s.", count=len(read), what="; ".join(read))
    if len(read) == 1:
        words = _("Đã đọc %(what)s.", what=read[0])
    if plan.unread:
        names = ", ".join(f"“{name}”" for name in plan.unread)
        words += " " + _("Không đọc trang %(names)s vì không có cột họ tên.", names=names)
    return words


def _table_words(table: ReadTable) -> str:
    words = _("“%(sheet)s”, dòng %(first)s đến %(last)s", sheet=table.sheet,
              first=number(table.first_row), last=number(table.last_row))  # fmt: skip
    return f"{words} ({_('nơi ở: %(home)s', home=table.home)})" if table.home else words


def fonts(plan: Plan) -> list[tuple[str, Sequence[tuple[str, str]]]]:
    """(name of the old encoding, samples before and after) of each encoding that was converted."""
    found = {t.font: t.samples for t in plan.tables if t.font}
    return [(legacy.title(font), samples) for font, samples in found.items() if font]


# What the reader says


def choice_of_form() -> Choice:
    """The request's form: `bang` (lists to read), or `dong` with `la` (same, other or empty)."""
    form = request.form
    if "dong" not in form:
        chosen = {int(text) for text in form.getlist("bang") if text.isdecimal() and len(text) < 5}
        return Choice(tables=tuple(sorted(chosen)))
    if form["dong"] == "tat-ca":
        return Choice(all_plain=True)
    row = _row_key(form["dong"])
    how, who = form.get("la", ""), form.get("nguoi", "")
    if row is None or how not in (SAME, OTHER):
        return Choice(undecided=(row,) if row else ())
    return Choice(decisions={row: (how, UUID(who))} if _is_uuid(who) else {})


def _row_key(text: str) -> tuple[int, int] | None:
    table, _dash, row = text.partition("-")
    good = table.isdecimal() and row.isdecimal() and len(text) < 12
    return (int(table), int(row)) if good else None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
