"""Questions in a table: which column means what, one question a row or one option a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from courses.exchange.gathering import Draft, Gathering
from courses.exchange.losses import NotCarried, quoted
from courses.exchange.sheet_answers import LETTERS, is_mark
from courses.exchange.sheet_cells import Page
from courses.exchange.sheet_rows import Told, fill, place
from lms.core.i18n import _
from lms.core.text import fold
from lms.people.reading import column_letters

HEADING_ROWS = 30
_MEANINGS = {
    "prompt": ("cau hoi", "noi dung cau hoi", "de bai", "question", "cau dan", "noi dung", "cau"),
    "key": ("dap an", "dap an dung", "dap an chinh xac", "phuong an dung", "tra loi dung", "key", "answer",
            "ket qua", "dung", "correct", "lua chon dung", "da", "dap so"),
    "explanation": ("giai thich", "loi giai", "loi giai thich", "huong dan giai", "giai thich dap an",
                    "explanation"),
    "hint": ("goi y", "hint"),
    "difficulty": ("muc do", "do kho", "muc do nhan thuc", "muc", "muc do kho", "cap do"),
    "kind": ("loai", "loai cau", "loai cau hoi", "dang", "dang cau", "dang cau hoi", "kieu", "kieu cau"),
    "name": ("ma", "ma cau", "ma cau hoi", "id"),
    "unit": ("don vi", "don vi tinh"),
    "tolerance": ("sai so", "dung sai"),
    "number": ("stt", "tt", "so tt", "so thu tu", "cau so", "so cau", "#", "no"),
    "options": ("phuong an", "cac phuong an", "lua chon", "cac lua chon", "phuong an tra loi",
                "cac phuong an tra loi", "phuong an lua chon", "tra loi", "dap an lua chon"),
}  # fmt: skip
_BY_NAME = {name: meaning for meaning, names in _MEANINGS.items() for name in names}
_OPTION = re.compile(
    r"(?:(?:phuong an|dap an|lua chon|tra loi|option|pa|da|cau|y)\s*)?\(?([a-j]|[1-9])\)?[.:]?"
)
_HINT = re.compile(r"goi y \d")


@dataclass(slots=True)
class Columns:
    """Column → meaning; `letters` the options' columns; `marks` column of an option's mark → option's."""

    meanings: dict[int, str] = field(default_factory=dict)
    letters: dict[int, str] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)
    strange: dict[int, str] = field(default_factory=dict)

    def of(self, meaning: str) -> list[int]:
        """The columns of a meaning, from left to right."""
        return sorted(column for column, found in self.meanings.items() if found == meaning)

    @property
    def is_table(self) -> bool:
        """Whether this can be the row of headings."""
        return bool(self.of("prompt")) and bool(
            self.letters or self.of("options") or self.of("key")
        )


def find_headings(page: Page) -> tuple[int, Columns] | None:
    """The row of headings, from 0, and what they mean; None when there is none near the top."""
    for row, cells in enumerate(page.rows[:HEADING_ROWS]):
        columns = _columns(cells)
        if columns.is_table:
            _find_marks(columns, page.rows[row + 1 :])
            return row, columns
    return None


def _columns(cells: Sequence[str]) -> Columns:
    found = Columns()
    for column, cell in enumerate(cells):
        name = fold(cell).strip(" :.*")
        option = _OPTION.fullmatch(name)
        if option:
            letter = option[1].upper()
            found.letters[column] = LETTERS[int(letter) - 1] if letter.isdigit() else letter
        elif name in _BY_NAME or _HINT.fullmatch(name):
            found.meanings[column] = _BY_NAME.get(name, "hint")
        elif name:
            found.strange[column] = cell
    _settle(found, cells)
    return found


def _settle(found: Columns, cells: Sequence[str]) -> None:
    """Of two columns that may be the question, the one with the clearer name is; others are strange."""
    for meaning in set(_MEANINGS) - {"hint"}:
        names = _MEANINGS[meaning]
        ranked = sorted(found.of(meaning), key=lambda c: names.index(fold(cells[c]).strip(" :.*")))
        for column in ranked[1:]:
            del found.meanings[column]
            if found.letters and column - 1 in found.letters:
                found.marks[column] = column - 1
            else:
                found.strange[column] = cells[column]


def _find_marks(found: Columns, rows: Sequence[Sequence[str]]) -> None:
    """A column without heading, or with one like “Đúng”, right after an option holds its mark."""
    width = max((len(row) for row in rows), default=0)
    for column in sorted(found.letters):
        beside = column + 1
        filled = [row[beside] for row in rows if beside < len(row) and row[beside]]
        named = beside in found.letters or beside in found.meanings
        if beside < width and filled and not named and all(is_mark(text) for text in filled):
            found.marks[beside] = column
            found.strange.pop(beside, None)


class TableReader:
    """Reads one page below its headings."""

    def __init__(self, gathering: Gathering, page: Page, headings: int, columns: Columns) -> None:
        self.gathering, self.page, self.headings, self.columns = gathering, page, headings, columns

    def read(self) -> None:
        """Gather every question, or tell what is wrong with its row."""
        self._tell_above()
        self._tell_strange()
        rows = list(enumerate(self.page.rows))[self.headings + 1 :]
        broken = {row for row, _column in self.page.valueless}
        filled = [(row, cells) for row, cells in rows if any(cells) or row in broken]
        if self.columns.letters or not self.columns.of("options"):
            for row, cells in filled:
                self._one(row, cells)
        else:
            self._several(filled)

    def _place(self, *rows: int) -> str:
        return place(self.page.name, [row + 1 for row in rows])

    def _tell_above(self) -> None:
        for row, cells in enumerate(self.page.rows[: self.headings]):
            text = " ".join(cell for cell in cells if cell)
            if text:
                self.gathering.lose(
                    self._place(row), _("Dòng tiêu đề %(words)s không nhập.", words=quoted(text))
                )

    def _tell_strange(self) -> None:
        for column, name in sorted(self.columns.strange.items()):
            message = _("Cột %(letter)s (%(name)s) không dùng ở đây nên không nhập.",
                        letter=column_letters(column), name=quoted(name))  # fmt: skip
            self.gathering.lose(self._place(self.headings), message)
        for column in self._nameless():
            message = _(
                "Cột %(letter)s không có tiêu đề nên không nhập.", letter=column_letters(column)
            )
            self.gathering.lose(self._place(self.headings), message)

    def _nameless(self) -> list[int]:
        """Columns with content below and nothing in the row of headings."""
        known = {
            *self.columns.meanings,
            *self.columns.letters,
            *self.columns.marks,
            *self.columns.strange,
        }
        below = self.page.rows[self.headings + 1 :]
        filled = {column for cells in below for column, cell in enumerate(cells) if cell}
        return sorted(filled - known)

    def _cell(self, cells: Sequence[str], meaning: str) -> str:
        found = (cells[c] for c in self.columns.of(meaning) if c < len(cells) and cells[c])
        return next(found, "")

    def _told(self, cells: Sequence[str]) -> Told:
        told = Told(hints=[cells[c] for c in self.columns.of("hint") if c < len(cells)])
        for name in (
            "prompt",
            "key",
            "kind",
            "explanation",
            "difficulty",
            "name",
            "unit",
            "tolerance",
        ):
            setattr(told, name, self._cell(cells, name))
        return told

    def _one(self, row: int, cells: Sequence[str]) -> None:
        """A question with all its options in one row."""
        told = self._told(cells)
        for column, letter in sorted(self.columns.letters.items(), key=lambda pair: pair[1]):
            if column < len(cells) and cells[column]:
                beside = [c for c, option in self.columns.marks.items() if option == column]
                marked = any(c < len(cells) and is_mark(cells[c]) for c in beside)
                told.add(cells[column], letter, marked=marked)
        if not told.prompt and not told.options and any(cells):
            text = " ".join(cell for cell in cells if cell)
            message = _("Dòng %(words)s không có câu hỏi nên không nhập.", words=quoted(text))
            self.gathering.lose(self._place(row), message)
            return
        self._take(told, row)

    def _several(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """One option a row: the question stands in the first row, those below are empty or merged."""
        told, span = None, [0]
        for row, cells in rows:
            fresh = self._told(cells)
            if told is None or (fresh.prompt and fresh.prompt != told.prompt):
                if told:
                    self._take(told, *span)
                told, span = fresh, []
                told.key = ""
            span.append(row)
            self._add(told, cells)
        if told:
            self._take(told, *span)

    def _add(self, told: Told, cells: Sequence[str]) -> None:
        option, key = self._cell(cells, "options"), self._cell(cells, "key")
        marked = is_mark(key) and not (key.isdigit() and not option)
        if key and not marked:
            told.key = key
        if told.prompt and len(told.options) >= 1:
            self._merge(told, self._told(cells))
        if option:
            words = re.sub(r"^[A-Ja-j]\s*[.):]\s*", "", option)
            told.add(words, marked=marked)

    def _merge(self, told: Told, fresh: Told) -> None:
        """What stands beside a further option belongs to the same question."""
        told.hints += [hint for hint in fresh.hints if hint and hint not in told.hints]
        if fresh.explanation and fresh.explanation not in told.explanation.split("\n"):
            told.explanation = f"{told.explanation}\n{fresh.explanation}".strip()
        for name in ("kind", "difficulty", "name", "unit", "tolerance"):
            if not getattr(told, name):
                setattr(told, name, getattr(fresh, name))

    def _take(self, told: Told, *rows: int) -> None:
        if any((row, column) in self.page.valueless for row in rows for column in range(60)):
            read = _refuse_formula
        else:
            read = partial(fill, told=told)
        self.gathering.take(self._place(*rows), read)


def _refuse_formula(_draft: Draft) -> None:
    raise NotCarried(_("Có ô là công thức chưa có kết quả hoặc báo lỗi. Hãy mở bằng Excel, chép lại ô đó dưới "
                       "dạng chữ (Paste Values)."))  # fmt: skip
