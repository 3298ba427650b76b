"""The people of a figure as a file, for whoever walks from door to door: csv or xlsx, 100,000 rows or ten.

Rows are read and written in pieces, so memory stays flat, and only a reading transaction is open
meanwhile: nobody's work waits. The file is whole before the first byte leaves; it lives in an
unnamed temporary file that is gone when it is closed, also when a browser is left or the service
ends. No citizen ID is ever in it, a phone only when it was asked for.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.cells import BOM, neutral
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.bare import BareId, bare_rows, collector_paused, full_id
from lms.indicators.evidence_texts import evidence_texts
from lms.indicators.export_writer import A4, FONT, LETTERS, LINE_HEIGHT, height
from lms.indicators.opened import Opened
from lms.indicators.people_lists import in_order
from lms.indicators.rules.day import Day
from lms.indicators.rules.facts import Key
from lms.indicators.rules.figure import Figure
from lms.indicators.rules.vocabulary import Subject
from lms.indicators.sheet import Line
from lms.indicators.unit_lines import natural
from lms.indicators.why import Trace, members_of, nearest, traces
from lms.people.models import Household, Person

PIECE = 2_000
"""Rows read and written at once."""
ONE_LINE = LINE_HEIGHT + 3
_DIGITS = re.compile(r"(\d+)")
quiet = lru_cache(maxsize=4096)(neutral)
"""Units, homes and proofs come again and again."""


@dataclass(frozen=True, slots=True)
class Wished:
    """Which list: whose keys, and what is printed above it."""

    opened: Opened
    line: Line
    keys: frozenset[Key]
    title: str
    about: tuple[str, ...]
    """Sentences above the table: plan, day, filters, and last the purpose line."""
    text: str = ""
    with_phone: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """One column; `blank` ones are filled in with a pen and are only on paper."""

    label: str
    width: float
    blank: bool = False


# --- rows ---------------------------------------------------------------------------------------


def heads(wished: Wished) -> list[Head]:
    """The columns of the list; for homes and teams their members instead of a birth."""
    is_person = wished.line.figure.counted.subject is Subject.PERSON
    who = [Head(_("Họ tên"), 27), Head(_("Sinh"), 14), Head(_("Giới"), 8), Head(_("Hộ"), 16)]
    other = [Head(_("Đối tượng"), 30), Head(_("Thành viên"), 44)]
    return [
        Head(_("STT"), 7),
        *(who if is_person else other),
        Head(_("Nơi ở") if is_person else _("Đơn vị"), 24),
        Head(_("Căn cứ hoặc đã có gì"), 34),
        *([Head(_("Điện thoại"), 15)] if wished.with_phone and is_person else []),
        Head(_("Đã gặp"), 8, blank=True),
        Head(_("Ghi chú"), 18, blank=True),
    ]


def rows(session: Session, commune_id: UUID, wished: Wished) -> Iterator[list[list[str]]]:
    """The rows in pieces, from door to door: by unit, home and name."""
    figure, day_ = wished.line.figure, wished.opened.day
    keys = in_order(session, commune_id, figure.counted.subject, wished.keys, wished.text)
    homes = _home_codes(session, commune_id)
    keys.sort(key=_door(day_, figure, homes))
    is_person = figure.counted.subject is Subject.PERSON
    number = 0
    for start in range(0, len(keys), PIECE):
        piece = keys[start : start + PIECE]
        told = _told(session, commune_id, wished, piece)
        if is_person:
            found = _persons(session, commune_id, wished, piece, homes)
        else:
            found = _others(session, commune_id, wished, piece, homes)
        made = []
        for key in piece:
            number += 1
            first, last = found.get(key, ([""] * (4 if is_person else 2), []))
            unit = day_.unit_names.get(_unit(day_, figure, key) or "", "")
            made.append([str(number), *first, quiet(unit), quiet(told.get(key, "")), *last])
        yield made


def _unit(day_: Day, figure: Figure, key: Key) -> Key | None:
    subject = figure.counted.subject
    if subject is Subject.PERSON:
        return day_.homes.get(key, (None, None))[0]
    if subject is Subject.HOUSEHOLD:
        return day_.household_units.get(key)
    return day_.team_units.get(key) if subject is Subject.TEAM else key


def _door(day_: Day, figure: Figure, homes: dict[Key, str]) -> Callable[[Key], tuple[int, int]]:
    """Where somebody stands on the way: the unit's place, then the home's; names stay as they are."""
    names = day_.unit_names
    units = {key: n for n, key in enumerate(sorted(names, key=lambda u: natural(names[u])))}
    doors = {key: n for n, key in enumerate(sorted(homes, key=lambda h: _code_parts(homes[h])))}
    is_home = figure.counted.subject is Subject.HOUSEHOLD

    def door(key: Key) -> tuple[int, int]:
        unit = units.get(_unit(day_, figure, key) or "", len(units))
        home = key if is_home else day_.household_of.get(key, "")
        return unit, doors.get(home, len(doors))

    return door


def _code_parts(code: str) -> list[tuple[int, str]]:
    """A home's code in the order of its numbers: H2 before H10."""
    parts = _DIGITS.split(code)
    return [(int(part) if place % 2 else 0, part) for place, part in enumerate(parts)]


def _home_codes(session: Session, commune_id: UUID) -> dict[Key, str]:
    query = select(BareId(Household.id), Household.code).where(Household.commune_id == commune_id)
    return dict(bare_rows(session, query))


Found = dict[Key, tuple[list[str], list[str]]]


def _persons(
    session: Session, commune_id: UUID, wished: Wished, keys: Sequence[Key], homes: dict[Key, str]
) -> Found:
    """Name, birth, sex and home before the unit; the phone after what is told."""
    query = select(
        BareId(Person.id), Person.full_name, Person.birth_date, Person.birth_year, Person.sex,
        Person.erased_on, Person.phone,
    ).where(Person.commune_id == commune_id, Person.id.in_([full_id(key) for key in keys]))  # fmt: skip
    sexes = {"nam": _("nam"), "nu": _("nữ")}
    home_of = wished.opened.day.household_of
    return {
        key: (
            [
                neutral(name or _("đã xóa theo yêu cầu ngày %(day)s", day=day(erased))),
                day(born) if born else str(year or ""),
                sexes.get(sex or "", ""),
                quiet(homes.get(home_of.get(key, ""), "")),
            ],
            [neutral(phone or "")] if wished.with_phone else [],
        )
        for key, name, born, year, sex, erased, phone in session.execute(query)
    }


def _others(
    session: Session, commune_id: UUID, wished: Wished, keys: Sequence[Key], homes: dict[Key, str]
) -> Found:
    """A home, a team or a unit, and who belongs to it."""
    day_, figure = wished.opened.day, wished.line.figure
    members = {key: members_of(day_, figure, key) for key in keys}
    ids = [full_id(who) for people in members.values() for who in people]
    names: dict[Key, str] = {}
    for start in range(0, len(ids), PIECE):
        part = Person.id.in_(ids[start : start + PIECE])
        query = select(BareId(Person.id), Person.full_name, Person.sort_key).where(
            Person.commune_id == commune_id, part
        )
        found = sorted(session.execute(query), key=lambda row: row[2])
        names |= {key: name for key, name, _sort in found}
    place = {key: n for n, key in enumerate(names)}
    is_home = figure.counted.subject is Subject.HOUSEHOLD
    made: Found = {}
    for key, people in members.items():
        known = sorted(people & names.keys(), key=place.__getitem__)
        own = _("Hộ %(code)s", code=homes.get(key, "")) if is_home else day_.unit_names.get(key, "")
        made[key] = [neutral(own), neutral(", ".join(filter(None, (names[k] for k in known))))], []
    return made


def _told(
    session: Session, commune_id: UUID, wished: Wished, keys: Sequence[Key]
) -> dict[Key, str]:
    """What counted for those in the figure; how near the others are."""
    figure = wished.line.figure
    proofs = {key: figure.evidence_of(key) for key in keys}
    texts = evidence_texts(session, commune_id, {k for found in proofs.values() for k in found})
    told = {
        key: "; ".join(texts[proof] for proof in found if proof in texts)
        for key, found in proofs.items()
        if found
    }
    line = wished.line
    if figure.counted.subject is Subject.PERSON and line.counts_people_by_proof:
        evidence = wished.opened.evidence
        left = {key for key in keys if key not in figure.people}
        nothing = nearest(evidence, figure.counted, Trace())
        told |= {
            key: nearest(evidence, figure.counted, one)
            if one.attainments or one.classes
            else nothing
            for key, one in traces(evidence, left).items()
        }
    return told


# --- files --------------------------------------------------------------------------------------


def people_file(
    session: Session, commune_id: UUID, wished: Wished, form: str
) -> tuple[IO[bytes], int]:
    """The whole list as an open file at its beginning, and how many rows it has."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - The answer closes it when it is sent.
    try:
        write = _write_xlsx if form == "xlsx" else _write_csv
        with collector_paused():
            number = write(target, heads(wished), wished, rows(session, commune_id, wished))
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target, number


Pieces = Iterator[list[list[str]]]


def _write_csv(target: IO[bytes], columns: list[Head], wished: Wished, pieces: Pieces) -> int:
    """First the purpose in a line of its own, then the headings and the rows (RFC 4180, UTF-8, mark)."""
    own = [column.label for column in columns if not column.blank]
    text = io.TextIOWrapper(target, "utf-8", newline="", write_through=False)
    text.write(BOM)
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([neutral(wished.about[-1]), *([""] * (len(own) - 1))])
    out.writerow(own)
    number = 0
    for piece in pieces:
        out.writerows(piece)
        number += len(piece)
    text.detach()
    return number


def _write_xlsx(target: IO[bytes], columns: list[Head], wished: Wished, pieces: Pieces) -> int:
    """Row after row, none kept in memory; its own scratch files go with their folder."""
    import xlsxwriter

    with tempfile.TemporaryDirectory(prefix="lms-danh-sach-") as folder:
        book = xlsxwriter.Workbook(
            target,
            {
                "constant_memory": True, "tmpdir": str(Path(folder)),
                "strings_to_formulas": False, "strings_to_urls": False,
            },
        )  # fmt: skip
        try:
            number = _write_sheet(book, columns, wished, pieces)
        finally:
            book.close()
    return number


def _write_sheet(book: Any, columns: list[Head], wished: Wished, pieces: Pieces) -> int:
    page = book.add_worksheet(_("Danh sách"))
    plain = {"font_name": FONT, "font_size": 12, "valign": "top"}
    cell = book.add_format(plain | {"border": 1, "border_color": "#8a8a8a", "text_wrap": True})
    head = book.add_format(
        plain | {"border": 1, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#efe9dc"}
    )  # fmt: skip
    title = book.add_format(plain | {"bold": True, "font_size": 14})
    over = book.add_format(plain | {"text_wrap": True})
    _set_up(page, columns)
    page.write_string(0, 0, wished.title, title)
    last, width = len(columns) - 1, sum(column.width for column in columns)
    for at, words in enumerate(wished.about, 1):
        page.set_row(at, height([(words, width * 0.9)]))
        page.merge_range(at, 0, at, last, neutral(words), over)
    top = len(wished.about) + 2
    page.repeat_rows(top)
    page.freeze_panes(top + 1, 2)
    for place, column in enumerate(columns):
        page.write_string(top, place, column.label, head)
    middle = book.add_format(plain | {"border": 1, "border_color": "#8a8a8a", "align": "center"})
    return _write_rows(page, top + 1, columns, pieces, (cell, middle))


def _set_up(page: Any, columns: list[Head]) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.6, right=0.5, top=0.7, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)
    page.set_header(f'&C&"{FONT}"&11&P', {"scale_with_doc": False})
    page.set_footer(
        f'&L&"{FONT}"&8{_("Có dữ liệu cá nhân, chỉ dùng đúng mục đích ghi ở đầu danh sách")}'
        f'&R&"{FONT}"&8{_("trang")} &P/&N',
        {"scale_with_doc": False},
    )
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)


def _write_rows(
    page: Any, top: int, columns: list[Head], pieces: Pieces, forms: tuple[Any, Any]
) -> int:
    """The number of a row is a real number; pens have empty cells with borders."""
    number, blanks = 0, [n for n, column in enumerate(columns) if column.blank]
    cell, middle = forms
    widths = [column.width for column in columns if not column.blank]
    rooms = [(width - 2) * LETTERS for width in widths]
    for piece in pieces:
        for row in piece:
            at = top + number
            wraps = any(len(words) > room for words, room in zip(row, rooms, strict=True))
            page.set_row(at, height(zip(row, widths, strict=True)) if wraps else ONE_LINE)
            page.write_number(at, 0, int(row[0]), middle)
            for place, words in enumerate(row[1:], 1):
                if words:
                    page.write_string(at, place, words, cell)
                else:
                    page.write_blank(at, place, None, cell)
            for place in blanks:
                page.write_blank(at, place, None, cell)
            number += 1
    return number
