"""The report as a workbook to be sent upward: the plan's own annexes, ladder, breakdowns, readings, notes.

Numbers are real numbers, rates are cut (never rounded) to one decimal before they become cells, and
every text is neutral (no formula can start in it). Printed on A4 landscape, one page wide. The same
paper gives the same bytes for ever.
"""

import io
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from lms.core.cells import neutral
from lms.core.i18n import _
from lms.indicators import wording
from lms.indicators.export_annex import annexes
from lms.indicators.export_breakdown import breakdowns
from lms.indicators.export_cells import Cell, Column, Row, Sheet
from lms.indicators.export_json import Paper
from lms.indicators.export_writer import Writer
from lms.indicators.headline import plan_title, setting_notes, standing_notes
from lms.indicators.rules.vocabulary import LADDER, OUTSIDE_FACTS, Subject
from lms.indicators.sheet import Line, Other, commitment_lines, lines_of


def xlsx_bytes(paper: Paper) -> bytes:
    """The workbook as a file."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    book.set_properties(_properties(paper))
    writer = Writer(book, paper)
    for sheet in sheets(paper):
        writer.write(sheet)
    writer.write_notes(_("Ghi chú"), _("GHI CHÚ"), notes(paper))
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


def sheets(paper: Paper) -> Iterator[Sheet]:
    """Annexes first: they are what is printed."""
    yield from annexes(paper)
    yield ladder(paper)
    yield from breakdowns(paper)
    yield readings(paper)


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
    return Row(found, {"no": "centred"} | {step.code: "counted" for step in steps if step.counts})


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
    return Row(said, {"rate": "tenth", "no": "centred"})


def notes(paper: Paper) -> list[str]:
    """Everything that must be read with the figures."""
    plan = paper.report.plan
    own = [*setting_notes(paper.report), *standing_notes(), *plan.notes]
    return [*paper.remarks, *own, paper.seal_text]
