"""A small table for one column of the sheet: a unit, then one or two numbers; looked at before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.indicators.declared_save import Typed, whole_number
from lms.indicators.declared_sheet import Column
from lms.people import importing, reading_text
from lms.people.importing import Upload
from lms.people.models import Unit
from lms.people.reading import column_letters
from lms.people.register import places
from lms.people.rules.identity import Cell, written
from lms.people.rules.letters import bare
from lms.people.rules.places import Place, Places

MOST_ROWS = 500
"""A commune has some sixty units; a longer table is another list."""
WHOLE = ("toan xa", "toan phuong", "ca xa", "ca phuong", "xa", "phuong")
TOTALS = ("tong", "tong cong", "cong", "tong so", "tong hop")


@dataclass
class Read:
    """What a table says: boxes to fill, and rows that could not be read, each with what to do."""

    typed: list[Typed] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(session: Session, commune_id: UUID, column: Column, upload: Upload) -> Read:
    """The numbers of a file or a paste for one column; Invalid when there is no table in it."""
    rows, broken = _rows(upload)
    units = {bare(code): key for key, code in session.execute(
        select(Unit.id, Unit.code).where(Unit.commune_id == commune_id, Unit.closed_on.is_(None)))}  # fmt: skip
    reader = _Reader(column, _Finder(places(session, commune_id), units), broken)
    for number, row in enumerate(rows, 1):
        reader.take(number, row)
    if not reader.done.typed and not reader.done.problems:
        message = _("Không thấy dòng nào có tên đơn vị và số. Mỗi dòng cần: đơn vị, rồi số.")
        raise Invalid(message, fields={"table": [message]})
    return reader.done


def _rows(upload: Upload) -> tuple[Sequence[Sequence[Cell]], frozenset[tuple[int, int]]]:
    if upload.pasted:
        text = upload.content.decode()
        tabbed = "\t" in text
        rows: Sequence[Sequence[Cell]] = (
            reading_text.split(text, "\t") if tabbed else reading_text.cells(text)
        )
        broken: frozenset[tuple[int, int]] = frozenset()
    else:
        sheet = importing.sheets_of(upload)[0]
        rows, broken = sheet.rows, sheet.broken.formulas
    if len(rows) > MOST_ROWS:
        message = _("Bảng có %(n)s dòng, nhiều hơn %(most)s: có lẽ không phải bảng theo đơn vị.",
                    n=len(rows), most=MOST_ROWS)  # fmt: skip
        raise Invalid(message, fields={"table": [message]})
    return rows, broken


class _Finder:
    """Finds a unit by its code or its name."""

    def __init__(self, places: Places, codes: dict[str, UUID]) -> None:
        self.places, self.codes = places, codes

    def find(self, text: str) -> UUID | None:
        """The unit, or None."""
        if bare(text) in self.codes:
            return self.codes[bare(text)]
        for found in (self.places.home(text), self.places.workplace(text)):
            if isinstance(found, Place):
                return found.id
        return None


class _Reader:
    def __init__(self, column: Column, finder: _Finder, broken: frozenset[tuple[int, int]]) -> None:
        self.column, self.finder, self.broken = column, finder, broken
        self.done = Read()
        self._seen: dict[UUID | None, int] = {}

    def take(self, number: int, row: Sequence[Cell]) -> None:
        """Read one row; a heading and an empty row say nothing."""
        texts = [written(cell) for cell in row]
        named = next(
            (c for c, text in enumerate(texts) if text and whole_number(text) is None), None
        )
        if named is None:
            return
        spoiled = [c for r, c in self.broken if r == number - 1]
        figures = [text for text in texts[named + 1 :] if text]
        if not any(whole_number(text) is not None for text in figures) and not spoiled:
            return
        self._unit(number, texts[named], figures, spoiled)

    def _unit(self, number: int, name: str, figures: list[str], spoiled: list[int]) -> None:
        if spoiled:
            cell = f"{column_letters(spoiled[0])}{number}"
            self._say(number, name, _("ô %(cell)s là công thức chưa có kết quả", cell=cell))
            return
        plain = bare(name)
        if plain in TOTALS:
            self._say(number, name, _("dòng tổng, không ghi"))
            return
        unit = None if plain in WHOLE else self.finder.find(name)
        if unit is None and plain not in WHOLE:
            self._say(number, name, _("không có đơn vị này trong xã"))
        elif unit in self._seen:
            self._say(number, name, _("đơn vị đã có ở dòng %(row)s", row=self._seen[unit]))
        elif any(whole_number(text) is None for text in figures[: 1 + self.column.counts]):
            self._say(number, name, _("có ô không phải số nguyên"))
        else:
            self._seen[unit] = number
            self.done.typed.append(self._typed(unit, figures))

    def _typed(self, unit: UUID | None, figures: list[str]) -> Typed:
        if not self.column.counts:
            return Typed(self.column.code, unit, whole=figures[0])
        return Typed(
            self.column.code, unit, figures[0], figures[1] if len(figures) > 1 else ""
        )  # fmt: skip

    def _say(self, number: int, name: str, why: str) -> None:
        told = _("Dòng %(row)s, “%(name)s”: %(why)s.", row=number, name=name[:60], why=why)
        self.done.problems.append(told)
