"""What goes into a cell of any export: neutral text, and the columns that all exports share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lms.core.cells import neutral
from lms.core.i18n import _
from lms.indicators.rules.vocabulary import TargetUnit
from lms.indicators.sheet import Line, operator_text

Cell = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the annex: its heading, its width in characters, and whether it is a number."""

    key: str
    label: str
    width: float
    numeric: bool = False
    over: tuple[str, ...] = ()
    """The headings above its own, from the top."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its cells by column, and the formats that differ from the column's."""

    cells: Mapping[str, Cell]
    formats: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Across:
    """Words over the whole width of a table: a heading (`group`) or a remark (`remark`)."""

    text: str
    form: str = "group"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet before it is written. `under` are sentences below its title."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row | Across]
    under: tuple[str, ...] = ()


def columns() -> tuple[Column, ...]:
    """The annex's columns, left to right."""
    return (
        Column("no", _("STT"), 7),
        Column("title", _("Chỉ tiêu"), 28),
        Column("population", _("Đối tượng"), 16),
        Column("numerator", _("Tử số"), 8, True),
        Column("denominator", _("Mẫu số"), 8, True),
        Column("rate", _("Tỷ lệ (%)"), 7.5, True),
        Column("operator", _("So sánh"), 6.5),
        Column("target", _("Mức giao"), 7.5, True),
        Column("state", _("Đánh giá"), 10),
        Column("gap_people", _("Cần thêm"), 7.5, True),
        Column("gap_points", _("Thiếu (điểm %)"), 8, True),
        Column("population_line", _("Nguồn mẫu số"), 20),
        Column("as_of", _("Ngày chốt"), 11),
        Column("leads", _("Đơn vị chủ trì"), 17),
        Column("helpers", _("Phối hợp"), 17),
        Column("remarks", _("Ghi chú"), 20),
    )


def cells(line: Line, as_of: date) -> dict[str, Cell]:
    """One figure's cells by column; numbers are numbers, every text is neutral."""
    outcome, target = line.figure.outcome, line.target
    found: dict[str, Cell] = {
        "no": line.no,
        "title": line.title,
        "population": line.population,
        "numerator": line.numerator,
        "denominator": line.denominator,
        "rate": line.rate,
        "operator": operator_text(target),
        "target": None if target is None or target.unit is TargetUnit.EACH else target.value,
        "state": line.state_text,
        "gap_people": outcome.gap_people,
        "gap_points": outcome.gap_points,
        "population_line": line.population_line,
        "as_of": as_of.strftime("%d/%m/%Y"),
        "leads": line.leads,
        "helpers": line.helpers,
        "remarks": "; ".join(remark.rstrip(".") for remark in line.remarks),
    }
    return {key: neutral(cell) if isinstance(cell, str) else cell for key, cell in found.items()}
