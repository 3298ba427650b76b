"""The report as csv, and as a table for the terminal.

Commas and a UTF-8 byte-order mark (RFC 4180): csv is the file for other systems, which expect
commas, points in decimals and plain UTF-8; the mark makes spreadsheets read the Vietnamese letters
right. Offices that open files by double-click, where a Vietnamese Excel wants semicolons, have xlsx.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from lms.core import cells as files
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.export_breakdown import MONTH, WAYS, Taken, names, taken_apart
from lms.indicators.export_cells import Cell, cells, columns
from lms.indicators.export_json import Paper
from lms.indicators.sheet import Line, commitment_lines, lines_of


def csv_bytes(paper: Paper) -> bytes:
    """One row per figure, the ladder and outside facts as columns after the annex's."""
    lines = [*lines_of(paper.report), *commitment_lines(paper.report)]
    steps = _step_names(lines)
    labels = [column.label for column in columns()]
    heads = [*labels, *steps.values(), _("Mã chỉ tiêu"), _("Mã kiểm tra SHA-256")]
    seal = paper.sha256
    rows = [[*_row(line, paper), *_steps(line, steps), line.code, seal] for line in lines]
    return files.csv_bytes([heads, *rows])


def breakdown_csv_bytes(paper: Paper) -> bytes:
    """One row per figure and piece, by unit, group, sex, age band and month."""
    heads = [
        _("Mã chỉ tiêu"), _("STT"), _("Chỉ tiêu"), _("Chia theo"), _("Mã phần"), _("Phần"),
        _("Đối tượng"), _("Số đạt"), _("Cộng dồn"), _("Ghi chú"), _("Ngày chốt"),
        _("Mã kiểm tra SHA-256"),
    ]  # fmt: skip
    end = [day(paper.report.as_of), paper.sha256]
    rows = (
        [*_who(taken.line), names()[way], *found, *end]
        for way in WAYS
        for taken in taken_apart(paper, way)
        for found in _pieces(taken, way)
    )
    return files.csv_bytes([heads, *rows])


def _who(line: Line) -> list[str]:
    return [line.code, files.neutral(line.no), files.neutral(line.title)]


def _pieces(taken: Taken, way: str) -> Iterator[list[str]]:
    """The pieces of a figure; one row that says why where there are none."""
    if not taken.pieces:
        yield ["", "", "", "", "", taken.reason]
    for one in taken.pieces:
        total = one.register if way == MONTH else None
        numbers = [_plain(one.whole), _plain(one.part), _plain(total)]
        yield [one.key, files.neutral(one.name), *numbers, files.neutral(taken.reason)]


def _row(line: Line, paper: Paper) -> list[str]:
    found = cells(line, paper.report.as_of)
    return [_plain(found[column.key]) for column in columns()]


def _plain(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _step_names(lines: Iterable[Line]) -> dict[str, str]:
    """Every rung and outside fact that occurs, in the ladder's order."""
    return {step.code: step.name for line in lines for step in (*line.ladder, *line.outside)}


def _steps(line: Line, names: Iterable[str]) -> list[str]:
    numbers = {step.code: step.number for step in (*line.ladder, *line.outside)}
    return [_plain(numbers.get(code)) for code in names]


# --- the terminal -------------------------------------------------------------------------------


def width(text: str) -> int:
    """How many places a text takes on a terminal: marks none, wide letters two."""
    shown = unicodedata.normalize("NFC", text)
    wide = sum(1 for letter in shown if unicodedata.east_asian_width(letter) in "WF")
    bare = sum(1 for letter in shown if unicodedata.combining(letter))
    return len(shown) + wide - bare


def _wrapped(text: str, places: int) -> list[str]:
    """The text on lines of at most so many places, broken between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer) > places:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def table_text(paper: Paper, places: int = 100) -> str:
    """The report as a plain table for a terminal of that width."""
    report, commune = paper.report, paper.commune
    lines = lines_of(report)
    heads = [_("STT"), _("Chỉ tiêu"), _("Kết quả"), _("Số đạt"), _("Mức giao"), _("Đánh giá")]
    rows = [_terminal_row(line) for line in lines]
    fixed = [max(width(row[n]) for row in [heads, *rows]) for n in range(len(heads))]
    fixed[1] = max(24, places - sum(fixed) + fixed[1] - 2 * len(heads))
    title = _(
        "%(plan)s – %(commune)s – chốt đến hết ngày %(day)s",
        plan=report.plan.title,
        commune=commune.title,
        day=day(report.as_of),
    )
    sample = [_("DỮ LIỆU MẪU – không có thật")] if commune.is_sample else []
    rule = "-" * (sum(fixed) + 2 * (len(fixed) - 1))
    body = [text for row in rows for text in _block(row, fixed)]
    return "\n".join([title, *sample, *_block(heads, fixed), rule, *body, rule, paper.seal_text])


def _terminal_row(line: Line) -> list[str]:
    verdict = "; ".join(filter(None, (line.state_text, line.needed_text)))
    n, d = line.numerator, line.denominator
    share = "" if n is None else f"{n}" if d is None else f"{n}/{d}"
    target = line.target_text if line.target else "–"
    value = "–" if line.figure.outcome.numerator is None else line.value_text
    return [line.no, line.title, value, share, target, verdict]


def _block(row: Sequence[str], places: Sequence[int]) -> list[str]:
    """One row of the table, on as many lines as its longest cell needs."""
    cells_ = [_wrapped(cell, size) for cell, size in zip(row, places, strict=True)]
    return [
        "  ".join(_padded(cell, size) for cell, size in zip(line, places, strict=True)).rstrip()
        for line in zip_longest(*cells_, fillvalue="")
    ]


def _padded(cell: str, places: int) -> str:
    return cell + " " * max(0, places - width(cell))
