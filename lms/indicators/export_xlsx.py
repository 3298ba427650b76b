"""The report as a workbook to be sent upward: annex, ladder, units, other readings, notes.

Numbers are real numbers, rates are cut (never rounded) to one decimal before they become cells, and
every text is neutral (no formula can start in it). Printed on A4 landscape, one page wide.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from lms.core.cells import neutral
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators import wording
from lms.indicators.export_cells import Cell, Column, cells, columns
from lms.indicators.export_json import Paper
from lms.indicators.headline import place_text, plan_title, setting_notes, standing_notes
from lms.indicators.rules.arithmetic import truncated_rate
from lms.indicators.rules.figure import UnitRow
from lms.indicators.rules.vocabulary import LADDER, OUTSIDE_FACTS, Subject, TargetUnit
from lms.indicators.sheet import Line, Other, commitment_lines, figure_text, lines_of

FONT = "Times New Roman"
MARGINS = {"left": 0.8, "right": 0.6, "top": 0.8, "bottom": 0.8}
A4 = 9
LINE_HEIGHT = 15.75
"""Points of one line of the cells' type; offices other than Excel do not grow rows by themselves."""
LETTERS = 1.3
"""How many letters of the type stand on one unit of a column's width."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its cells by column, and the formats that differ from the column's."""

    cells: dict[str, Cell]
    formats: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet before it is written."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row | str]
    """Rows, or the words of a heading across the table."""


def xlsx_bytes(paper: Paper) -> bytes:
    """The workbook as a file."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    book.set_properties(_properties(paper))
    _Writer(book, paper).write_all()
    book.close()
    return target.getvalue()


def _properties(paper: Paper) -> dict[str, Any]:
    return {
        "title": neutral(plan_title(paper.report.plan)),
        "company": paper.commune.title,
        "comments": paper.sha256,
        "created": datetime.combine(paper.report.as_of, time()),
    }


# --- what the sheets say ------------------------------------------------------------------------


def annex(paper: Paper) -> Sheet:
    """The plan's own lines in its own order, then what it promises without a year."""
    report = paper.report
    rows: list[Row | str] = [_annex_row(line, paper) for line in lines_of(report)]
    promised = commitment_lines(report)
    if promised:
        rows.append(_("Nhiệm vụ kế hoạch nêu mà không ghi tỷ lệ theo năm"))
        rows += [_annex_row(line, paper) for line in promised]
    return Sheet(_("Phụ lục"), _("KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU"), columns(), rows)


def _annex_row(line: Line, paper: Paper) -> Row:
    percent = line.target is not None and line.target.unit is TargetUnit.PERCENT
    return Row(
        cells(line, paper.report.as_of),
        {"rate": "tenth", "gap_points": "tenth", "target": "percent" if percent else "whole"},
    )


def ladder(paper: Paper) -> Sheet:
    """How many people stand at least on each rung, and the facts from outside beside it."""
    names = [(code, wording.proof_name(code)) for code in (*LADDER, *OUTSIDE_FACTS)]
    heads = [Column("no", _("STT"), 8), Column("title", _("Chỉ tiêu"), 44)]
    heads += [Column("whole", _("Đối tượng"), 11, True)]
    heads += [Column(code, name, 13, True) for code, name in names]
    lines = [*lines_of(paper.report), *commitment_lines(paper.report)]
    rows = [_ladder_row(line) for line in lines if line.ladder]
    return Sheet(_("Bậc chứng minh"), _("SỐ NGƯỜI Ở TỪNG BẬC CHỨNG MINH"), heads, rows)


def _ladder_row(line: Line) -> Row:
    steps = (*line.ladder, *line.outside)
    counted = {
        Subject.HOUSEHOLD: _(" (đối tượng là hộ, các bậc đếm người)"),
        Subject.TEAM: _(" (đối tượng là tổ, các bậc đếm người)"),
    }
    title = line.title + counted.get(line.figure.counted.subject, "")
    found: dict[str, Cell] = {"no": neutral(line.no), "title": neutral(title)}
    found["whole"] = line.denominator
    found |= {step.code: step.number for step in steps}
    return Row(found, {step.code: "counted" for step in steps if step.counts})


def units(paper: Paper) -> Sheet:
    """Every figure by unit, under its own heading; the rows of a figure add up to it."""
    heads = (
        Column("unit", _("Đơn vị"), 52),
        Column("whole", _("Đối tượng"), 13, True),
        Column("part", _("Số đạt"), 13, True),
        Column("rate", _("Tỷ lệ (%)"), 13, True),
        Column("register", _("Theo danh sách"), 16, True),
    )
    rows: list[Row | str] = []
    for line in lines_of(paper.report):
        if line.figure.by_unit:
            rows.append(neutral(f"{line.no}. {line.title}: {figure_text(line.figure)}"))
            rows += [_unit_row(row) for row in line.figure.by_unit]
    return Sheet(_("Theo đơn vị"), _("KẾT QUẢ THEO ĐƠN VỊ"), heads, rows)


def _unit_row(row: UnitRow) -> Row:
    rate = truncated_rate(row.numerator, row.population) if row.population else None
    return Row(
        {
            "unit": neutral(row.name or _("không rõ / ngoài xã")),
            "whole": row.population,
            "part": row.numerator,
            "rate": rate,
            "register": row.register_size,
        },
        {"rate": "tenth"},
    )


def readings(paper: Paper) -> Sheet:
    """Where the plan contradicts itself or can be read another way; none is dropped."""
    heads = (
        Column("no", _("STT"), 8),
        Column("title", _("Chỉ tiêu"), 40),
        Column("where", _("Chỗ ghi"), 22),
        Column("text", _("Nội dung"), 52),
        Column("numerator", _("Tử số"), 10, True),
        Column("denominator", _("Mẫu số"), 10, True),
        Column("rate", _("Tỷ lệ (%)"), 10, True),
        Column("target", _("Mức giao"), 16),
        Column("state", _("Đánh giá"), 16),
    )
    rows = [_reading_row(line, one) for line in lines_of(paper.report) for one in line.others]
    return Sheet(
        _("Cách hiểu khác"), _("CHỖ KẾ HOẠCH GHI KHÁC NHAU HOẶC HIỂU CÁCH KHÁC"), heads, rows
    )


def _reading_row(line: Line, other: Other) -> Row:
    said: dict[str, Cell] = {
        "no": neutral(line.no),
        "title": neutral(line.title),
        "where": neutral(other.where),
        "text": neutral(other.text),
    }
    if other.figure is not None:
        outcome = other.figure.outcome
        said["numerator"], said["rate"] = outcome.numerator, outcome.rate
        said["denominator"] = other.figure.population.size
        said["target"] = neutral(wording.target_text(other.figure.target))
        said["state"] = neutral(other.verdict)
    return Row(said, {"rate": "tenth"})


def notes(paper: Paper) -> list[str]:
    """Everything that must be read with the figures."""
    plan = paper.report.plan
    own = [*setting_notes(paper.report), *standing_notes(), *plan.notes]
    return [*paper.remarks, *own, paper.seal_text]


# --- writing ------------------------------------------------------------------------------------


def _height(texts: Iterable[tuple[Cell, float]]) -> float:
    """The height of a row in points, so that its longest cell shows every line."""
    lines = [_lines(cell, width) for cell, width in texts if isinstance(cell, str)]
    return max(lines, default=1) * LINE_HEIGHT + 3


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column, broken between words."""
    room, lines, used = max(4.0, (width - 2) * LETTERS), 1, 0.0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
        lines, used = lines + int(used // (room + 1)), used % (room + 1)
    return lines


class _Writer:
    """Writes the sheets with one set of formats."""

    def __init__(self, book: Any, paper: Paper) -> None:
        self.book, self.paper = book, paper
        base = {"font_name": FONT, "font_size": 12, "valign": "top"}
        cell = base | {"border": 1, "border_color": "#8a8a8a", "text_wrap": True, "indent": 1}
        figure = cell | {"align": "right", "text_wrap": False}
        makes = {
            "text": cell,
            "head": cell
            | {"indent": 0, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#efe9dc"},
            "group": cell | {"italic": True, "bold": True, "bg_color": "#f7f4ec"},
            "whole": figure | {"num_format": "#,##0"},
            "tenth": figure | {"num_format": "0.0"},
            "percent": figure | {"num_format": 'General"%"'},
            "counted": figure | {"num_format": "#,##0", "bold": True},
            "title": base | {"bold": True, "font_size": 14, "align": "center"},
            "over": base | {"align": "center", "font_size": 12},
            "sample": base | {"bold": True, "align": "center", "font_color": "#871512"},
            "note": base | {"text_wrap": True},
        }  # fmt: skip
        self.formats = {name: book.add_format(made) for name, made in makes.items()}

    def write_all(self) -> None:
        """Annex first: it is what is printed."""
        for make in (annex, ladder, units, readings):
            self._write(make(self.paper))
        self._write_notes()

    def _write(self, sheet: Sheet) -> None:
        page = self._page(sheet.name, len(sheet.columns))
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
        at = self._heading(page, sheet.title, len(sheet.columns) - 1)
        for place, column in enumerate(sheet.columns):
            page.write_string(at, place, column.label, self.formats["head"])
        page.set_row(at, _height((c.label, c.width * 0.85) for c in sheet.columns) + 4)
        page.repeat_rows(at)
        page.freeze_panes(at + 1, 2 if len(sheet.columns) > 5 else 1)
        for number, row in enumerate(sheet.rows, at + 1):
            self._row(page, number, row, sheet.columns)
        if not sheet.rows:
            page.write_string(at + 1, 0, _("Không có."), self.formats["note"])

    def _row(self, page: Any, at: int, row: Row | str, heads: Sequence[Column]) -> None:
        if isinstance(row, str):
            page.merge_range(at, 0, at, len(heads) - 1, row, self.formats["group"])
            page.set_row(at, _height([(row, sum(column.width for column in heads))]))
            return
        page.set_row(at, _height((row.cells.get(c.key), c.width) for c in heads))
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

    def _page(self, name: str, breadth: int) -> Any:
        """A sheet set up for A4 landscape, one page wide."""
        page = self.book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(A4)
        page.set_margins(**MARGINS)
        page.fit_to_pages(1, 0)
        page.hide_gridlines(2)
        sample = f'&"{FONT},Bold"&9{_("DỮ LIỆU MẪU")}' if self.paper.commune.is_sample else ""
        page.set_header(f'&C&"{FONT}"&11&P&R{sample}')
        seal = f"SHA-256 {self.paper.sha256} – {self.paper.checkpoint.size}"
        page.set_footer(f'&L&"{FONT}"&7{seal}&R&"{FONT}"&8&A – {_("trang")} &P/&N')
        return page

    def _heading(self, page: Any, title: str, last: int) -> int:
        """The title block; the number of the row after it."""
        lines = list(self._title_lines(title))
        for at, (words, form) in enumerate(lines):
            page.merge_range(at, 0, at, last, neutral(words), self.formats[form])
        return len(lines) + 1

    def _title_lines(self, title: str) -> Iterator[tuple[str, str]]:
        report, commune = self.paper.report, self.paper.commune
        yield title, "title"
        yield (
            _(
                "%(plan)s (kế hoạch của %(place)s)",
                plan=plan_title(report.plan),
                place=place_text(report.plan),
            ),
            "over",
        )
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
        if commune.is_sample:
            yield _("DỮ LIỆU MẪU – xã này và mọi người trong đó không có thật"), "sample"

    def _write_notes(self) -> None:
        page = self._page(_("Ghi chú"), 1)
        page.set_column(0, 0, 120)
        page.write_string(0, 0, _("GHI CHÚ"), self.formats["title"])
        for at, note in enumerate(notes(self.paper), 2):
            page.write_string(at, 0, neutral(note), self.formats["note"])
            page.set_row(at, _height([(note, 120)]))
