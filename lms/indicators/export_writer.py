"""How a sheet becomes cells: one set of formats, headings on several floors, rows high enough.

A4 landscape, one page wide, the headings repeated on every page and frozen on the screen; the hash
and the log's size stand at the foot of every page.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from lms.core.cells import neutral
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.export_cells import Across, Cell, Column, Row, Sheet
from lms.indicators.export_json import Paper
from lms.indicators.headline import place_text, plan_title

FONT = "Times New Roman"
MARGINS = {"left": 0.8, "right": 0.6, "top": 0.8, "bottom": 0.8}
A4 = 9
FIXED = {"scale_with_doc": False}
"""Heads and feet of a page keep their size when the table is made smaller."""
WHOLE, TENTH = "[$-42A]#,##0", "[$-42A]0.0"
"""Numbers with Vietnamese points and commas, where an office heeds a format's language."""
LINE_HEIGHT = 15.75
"""Points of one line of the cells' type; offices other than Excel do not grow rows by themselves."""
MOST_HEIGHT = 409.0
"""No office makes a row higher."""
LETTERS = 1.4
"""How many letters of the type stand on one unit of a column's width."""


def formats(book: Any) -> dict[str, Any]:
    """Every format by its name."""
    base = {"font_name": FONT, "font_size": 12, "valign": "top"}
    cell = base | {
        "border": 1, "border_color": "#8a8a8a", "text_wrap": True, "align": "left", "indent": 1,
    }  # fmt: skip
    figure = cell | {"align": "right", "text_wrap": False}
    centred = cell | {"align": "center", "indent": 0}
    strong = {"bold": True, "bg_color": "#f7f4ec"}
    makes = {
        "text": cell,
        "centred": centred,
        "head": cell
        | {"indent": 0, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#efe9dc"},
        "group": cell | {"italic": True, "bold": True, "bg_color": "#f7f4ec"},
        "remark": cell | {"italic": True},
        "whole": figure | {"num_format": WHOLE},
        "tenth": figure | {"num_format": TENTH},
        "counted": figure | {"num_format": WHOLE, "bold": True},
        "total": figure | {"num_format": WHOLE} | strong,
        "total_tenth": figure | {"num_format": TENTH} | strong,
        "total_text": cell | strong,
        "title": base | {"bold": True, "font_size": 14, "align": "center", "text_wrap": True},
        "over": base | {"align": "center", "text_wrap": True},
        "sample": base | {"bold": True, "align": "center", "font_color": "#871512"},
        "note": base | {"text_wrap": True},
    }  # fmt: skip
    for name, sign in (("plain", ""), ("more", ">"), ("least", "≥ ")):
        for unit, form in (("percent", 'General"%"'), ("count", "General")):
            said = f'"{sign}"{form}' if sign else form
            makes[f"{name}_{unit}"] = centred | {"text_wrap": False, "num_format": said}
    return {name: book.add_format(made) for name, made in makes.items()}


# --- how high a row is --------------------------------------------------------------------------


def height(texts: Iterable[tuple[Cell, float]]) -> float:
    """The height of a row in points, so that its longest cell shows every line."""
    lines = [lines_in(cell, width) for cell, width in texts if isinstance(cell, str)]
    return min(MOST_HEIGHT, max(lines, default=1) * LINE_HEIGHT + 3)


def lines_in(text: str, width: float) -> int:
    """How many lines a text takes in a column, broken between words."""
    room, lines, used = max(4.0, (width - 2) * LETTERS), 1, 0.0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
        lines, used = lines + int(used // (room + 1)), used % (room + 1)
    return lines


# --- writing ------------------------------------------------------------------------------------


class Writer:
    """Writes the sheets of one paper with one set of formats."""

    def __init__(self, book: Any, paper: Paper) -> None:
        self.book, self.paper = book, paper
        self.sha256 = paper.sha256
        self.formats = formats(book)

    def write(self, sheet: Sheet) -> None:
        """One sheet: title, headings, rows."""
        page, columns = self._page(sheet.name), sheet.columns
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width)
        at = self._titles(page, sheet)
        last = self._heads(page, at, columns)
        page.repeat_rows(at, last)
        page.freeze_panes(last + 1, _frozen(columns))
        for number, row in enumerate(sheet.rows, last + 1):
            self._row(page, number, row, columns)
        if not sheet.rows:
            page.write_string(last + 1, 0, _("Không có."), self.formats["note"])

    def write_notes(self, name: str, title: str, notes: Sequence[str]) -> None:
        """A sheet of sentences."""
        page = self._page(name)
        page.set_column(0, 0, 120)
        page.write_string(0, 0, title, self.formats["title"])
        for at, note in enumerate(notes, 2):
            page.write_string(at, 0, neutral(note), self.formats["note"])
            page.set_row(at, height([(note, 120)]))

    def _page(self, name: str) -> Any:
        """A sheet set up for A4 landscape, one page wide."""
        page = self.book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(A4)
        page.set_margins(**MARGINS)
        page.fit_to_pages(1, 0)
        page.hide_gridlines(2)
        sample = f'&"{FONT},Bold"&9{_("DỮ LIỆU MẪU")}' if self.paper.commune.is_sample else ""
        page.set_header(f'&C&"{FONT}"&11&P&R{sample}', FIXED)
        seal = f"SHA-256 {self.sha256} – {self.paper.checkpoint.size}"
        page.set_footer(f'&L&"{FONT}"&7{seal}&R&"{FONT}"&8&A – {_("trang")} &P/&N', FIXED)
        return page

    # --- above the table --------------------------------------------------------------------------

    def _titles(self, page: Any, sheet: Sheet) -> int:
        """The title block; the number of the row after it."""
        last, width = len(sheet.columns) - 1, sum(column.width for column in sheet.columns)
        at = 0
        for at, (words, form) in enumerate(self._title_lines(sheet)):
            page.merge_range(at, 0, at, last, neutral(words), self.formats[form])
            page.set_row(at, height([(words, width * (0.8 if form == "title" else 0.9))]))
        return at + 2

    def _title_lines(self, sheet: Sheet) -> Iterator[tuple[str, str]]:
        report, commune = self.paper.report, self.paper.commune
        yield sheet.title, "title"
        plan, place = plan_title(report.plan), place_text(report.plan)
        yield _("%(plan)s (kế hoạch của %(place)s)", plan=plan, place=place), "over"
        yield (
            _(
                "%(commune)s, %(province)s – năm %(year)s, số liệu chốt đến hết ngày %(day)s",
                commune=commune.title[:1].upper() + commune.title[1:],
                province=commune.province,
                year=report.year,
                day=day(report.as_of),
            ),
            "over",
        )
        yield from ((words, "over") for words in sheet.under)
        if commune.is_sample:
            yield _("DỮ LIỆU MẪU – xã này và mọi người trong đó không có thật"), "sample"

    def _heads(self, page: Any, at: int, columns: Sequence[Column]) -> int:
        """The headings, each over the columns it is of; the number of their last row."""
        heads = [(*column.over, column.label) for column in columns]
        floors = max(len(head) for head in heads)
        for floor in range(floors):
            page.set_row(at + floor, _floor_height(columns, heads, floor, floors))
        for place, head in enumerate(heads):
            for floor, words in enumerate(head):
                stem = head[: floor + 1]
                is_last = floor == len(head) - 1
                if not is_last and place and heads[place - 1][: floor + 1] == stem:
                    continue
                until = place if is_last else _reach(heads, place, floor)
                down = at + (floors - 1 if is_last else floor)
                self._head(page, (at + floor, place, down, until), neutral(words))
        return at + floors - 1

    def _head(self, page: Any, where: tuple[int, int, int, int], words: str) -> None:
        top, left, down, until = where
        if (top, left) == (down, until):
            page.write_string(top, left, words, self.formats["head"])
        else:
            page.merge_range(top, left, down, until, words, self.formats["head"])

    # --- the table --------------------------------------------------------------------------------

    def _row(self, page: Any, at: int, row: Row | Across, heads: Sequence[Column]) -> None:
        if isinstance(row, Across):
            width = sum(column.width for column in heads)
            page.merge_range(at, 0, at, len(heads) - 1, row.text, self.formats[row.form])
            page.set_row(at, height([(row.text, width * 0.9)]))
            return
        page.set_row(at, height((row.cells.get(c.key), c.width) for c in heads))
        for place, column in enumerate(heads):
            name = row.formats.get(column.key, "whole" if column.numeric else "text")
            self._cell(page, at, place, row.cells.get(column.key), self.formats[name])

    def _cell(self, page: Any, at: int, place: int, cell: Cell, form: Any) -> None:
        if cell is None or cell == "":
            page.write_blank(at, place, None, form)
        elif isinstance(cell, str):
            page.write_string(at, place, cell, form)
        else:
            page.write_number(at, place, float(cell) if isinstance(cell, Decimal) else cell, form)


def _frozen(columns: Sequence[Column]) -> int:
    """How many columns stay: up to the line's title where there are many."""
    if len(columns) <= 6:
        return 1
    titles = (n for n, one in enumerate(columns, 1) if one.key in ("title", "plan:title"))
    return next(titles, 2)


def _reach(heads: Sequence[tuple[str, ...]], place: int, floor: int) -> int:
    """The last column that a heading stands over."""
    stem = heads[place][: floor + 1]
    until = place
    while until + 1 < len(heads) and heads[until + 1][: floor + 1] == stem:
        until += 1
    return until


def _floor_height(
    columns: Sequence[Column], heads: Sequence[tuple[str, ...]], floor: int, floors: int
) -> float:
    """High enough for the headings that end on this floor; those that reach down share the rest."""
    texts = [
        (head[floor], column.width * 0.85)
        for column, head in zip(columns, heads, strict=True)
        if len(head) == floor + 1
    ]
    down = floors - floor
    return max(LINE_HEIGHT + 3, height(texts) / down + 4)
