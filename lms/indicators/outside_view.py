"""A list from outside for the eye: one page of its rows with sentences, its columns, what was read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.outside_columns import OWN, WHO
from lms.indicators.outside_fates import ORDER, Fate, Row, Where
from lms.indicators.outside_lists import Seen
from lms.indicators.outside_matching import ListTable, problem_words
from lms.indicators.outside_uses import what_words
from lms.indicators.rules.vocabulary import OUTSIDE_FACTS, PROGRAMMES, VNEID_CONFIRMED
from lms.people import wording
from lms.people.choosing import is_plain
from lms.people.models import Person
from lms.people.plan import Plan
from lms.people.preview_view import (
    Side,
    fonts,
    places_of,
    read_words,
    side_of_alike,
    side_of_entry,
)
from lms.people.reading import column_letters

SHOWN = 50
"""Rows of one fate on a page."""
TONES = {"doubtful": "warning", "unknown": "warning", "error": "error", "sure": "success"}


def kinds() -> list[tuple[str, str]]:
    """Kinds of list for a choice, as officers call them."""
    words = {
        VNEID_CONFIRMED: _("Danh sách đã xác nhận hoàn thành trên VNeID"),
        "external_certificate": _("Chứng nhận của nền tảng, đơn vị khác"),
        "prior_record": _("Kết quả trước khi dùng hệ thống này"),
    }
    return [(code, words[code]) for code in OUTSIDE_FACTS]


def fates() -> dict[str, str]:
    """Every fate in words, in the order of the tabs."""
    words = {
        "doubtful": _("Cần quyết định"),
        "unknown": _("Chưa khớp với ai trong sổ dân cư"),
        "error": _("Dòng lỗi"),
        "failed": _("Danh sách ghi chưa đạt"),
        "sure": _("Khớp, sẽ ghi"),
        "repeated": _("Dòng lặp"),
        "known": _("Đã ghi từ trước"),
        "skipped": _("Không phải người"),
    }
    return {fate: words[fate] for fate in ORDER}


def done_words() -> dict[str, str]:
    """What became of the rows of a list that was recorded, by fate."""
    return {
        "sure": _("Đã ghi"),
        "known": _("Đã ghi từ lần trước"),
        "doubtful": _("Chưa quyết định, để lại"),
        "unknown": _("Chưa khớp với ai trong sổ dân cư, không ghi"),
        "error": _("Dòng lỗi, để lại"),
        "failed": _("Danh sách ghi chưa đạt, không ghi"),
        "repeated": _("Dòng lặp"),
    }


def fields() -> list[tuple[str, str]]:
    """What a column may say, for a choice."""
    words = {
        "name": _("Họ và tên"), "family_name": _("Họ và tên đệm"), "given_name": _("Tên"),
        "birth": _("Ngày sinh"), "birth_year": _("Năm sinh"), "sex": _("Giới tính"),
        "male": _("Nam (đánh dấu)"), "female": _("Nữ (đánh dấu)"), "citizen_id": _("Số định danh"),
        "phone": _("Điện thoại"), "unit": _("Thôn, tổ dân phố"), "address": _("Địa chỉ"),
        "household": _("Số hộ"), "on": _("Ngày được tính"), "programme": _("Chương trình"),
        "level": _("Mức đạt"), "result": _("Kết quả (đạt hay không)"),
    }  # fmt: skip
    return [(field, words[field]) for field in (*WHO, *OWN)]


@dataclass(frozen=True)
class Column:
    """One column of a list: its letter, its heading, and what it is taken to say."""

    number: int
    letter: str
    heading: str
    field: str


def columns(table: ListTable) -> list[Column]:
    """The columns of a list that have a heading or are read."""
    said = {column: field for field, column in table.at.items()}
    numbers = sorted({*table.labels, *said})
    return [Column(n, column_letters(n), table.labels.get(n, ""), said.get(n, "")) for n in numbers]


@dataclass(frozen=True)
class Line:
    """One row of the preview."""

    key: str
    row: int
    sheet: str
    name: str
    facts: str
    """The day that counts, programme and level."""
    said: tuple[str, ...]
    who: str
    """Whom the register calls it, when that is not what the row says."""
    person_id: UUID | None
    decided: bool
    entry: Side | None
    sides: tuple[tuple[UUID, Side, str], ...]
    """(person, what the register says, what speaks for and against) of each candidate."""


def page(session: Session, commune_id: UUID, seen: Seen) -> dict[str, Any]:
    """What the preview shows of the rows: `fate`, `lines`, `number`, `pages`, `tabs`, `counts`."""
    tabs = _tabs(seen)
    asked = request.args.get("xem", "")
    fate = asked if tabs.get(asked) else next((f for f in ORDER if tabs[f]), "sure")
    rows = [row for row in seen.rows if _stands_under(row, fate)]
    pages = max(1, -(-len(rows) // SHOWN))
    number = min(max(1, request.args.get("trang", 1, type=int)), pages)
    shown = rows[(number - 1) * SHOWN : number * SHOWN]
    read = Plan(tables=[one.read for one in seen.tables if one.is_named])
    return {
        "fate": fate, "lines": lines(session, commune_id, seen, shown), "number": number,
        "pages": pages, "tabs": tabs, "counts": seen.counts, "tones": TONES, "fates": fates(),
        "plain": len(plain_ones(seen)),
        "read": read_words(read) if read.tables else "", "fonts": fonts(read),
    }  # fmt: skip


def plain_ones(seen: Seen) -> dict[Where, UUID | None]:
    """Undecided rows with one person of the same name, and nothing that speaks against it."""
    return {
        row.match.where: row.match.alike[0].person_id
        for row in seen.rows
        if row.fate == "doubtful" and len(row.match.alike) == 1 and is_plain(row.match.alike[0])
    }


def _tabs(seen: Seen) -> dict[str, int]:
    found: dict[str, int] = dict.fromkeys(ORDER, 0)
    for row in seen.rows:
        found[_tab(row)] += 1
    return found


def _tab(row: Row) -> Fate:
    """A row that was decided stays where it was decided, so that it can be decided anew."""
    return "doubtful" if row.decided and row.match.alike else row.fate


def _stands_under(row: Row, fate: str) -> bool:
    return _tab(row) == fate


def lines(session: Session, commune_id: UUID, seen: Seen, rows: list[Row]) -> list[Line]:
    """Rows with their sentences, and with the people they may be."""
    places = places_of(session, commune_id)
    names = _names(session, commune_id, {row.person for row in rows if row.person})
    several = len(seen.tables) > 1
    return [_line(row, seen.tables[row.match.table], places, names, several) for row in rows]


def _names(session: Session, commune_id: UUID, ids: set[UUID]) -> dict[UUID, str]:
    query = select(Person.id, Person.full_name).where(
        Person.commune_id == commune_id, Person.id.in_(ids)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _line(
    row: Row, table: ListTable, places: Mapping[UUID, str], names: Mapping[UUID, str], several: bool
) -> Line:
    one = row.match
    known = names.get(row.person, "") if row.person else ""
    what = what_words(one.programme, one.level)
    facts = ", ".join(text for text in (day(one.on) if one.on else "", what) if text)
    sides = [
        (alike.person_id, side_of_alike(alike, places), wording.reasons(alike.reasons))
        for alike in one.alike
    ]
    return Line(
        f"{one.table}-{one.row}", one.row, table.read.sheet if several else "", one.name, facts,
        tuple(_said(row, table)), known if known != one.name else "", row.person, row.decided,
        _entry(row), tuple(sides),
    )  # fmt: skip


def _entry(row: Row) -> Side | None:
    if row.match.entry is None:
        return None
    side = side_of_entry(row.match.entry)
    return replace(side, name=row.match.name)


def _said(row: Row, table: ListTable) -> list[str]:
    said = [_place(column, table, code, value) for column, code, value in row.match.remarks]
    if row.fate == "repeated" and row.like_row:
        said.append(_("Giống dòng %(row)s, chỉ tính một lần.", row=row.like_row))
    elif row.like_row:
        said.append(_("Cũng người này ở dòng %(row)s, ngày khác.", row=row.like_row))
    if row.decided:
        said.append(_("Bạn đã chọn.") if row.person else _("Bạn đã chọn: không có trong sổ."))
    return said


def _place(column: int | None, table: ListTable, code: str, value: str) -> str:
    words = problem_words(code, value)
    if column is None or table.read.by_shape:
        return words[:1].upper() + words[1:]
    label = table.labels.get(column, "")
    return _(
        "Cột %(column)s%(label)s: %(what)s",
        column=column_letters(column), label=f" ({label})" if label else "", what=words,
    )  # fmt: skip


def programme_options() -> list[tuple[str, str]]:
    """Programmes by their names, for a choice."""
    return [(code, what_words(code, None)) for code in PROGRAMMES]
