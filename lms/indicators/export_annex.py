"""The annex of a report: the plan's own table in its own words and order, our figures beside it."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from lms.core.cells import neutral
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.export_cells import Across, Cell, Column, Row, Sheet, cells
from lms.indicators.export_json import Paper
from lms.indicators.plan_annex import Annex, AnnexColumn, AnnexRow, asked_in, laid_out, stands
from lms.indicators.rules.plan import Indicator, Plan, Target
from lms.indicators.rules.vocabulary import Operator, TargetUnit
from lms.indicators.sheet import Line, commitment_lines, lines_of
from lms.indicators.wording import target_text

WIDTHS = {"no": 6.0, "title": 33.0, "target": 8.0, "where": 14.0}
ROLE_WIDTH, OWN_WIDTH, NARROW = 16.0, 16.0, 6.0


def annexes(paper: Paper) -> Iterator[Sheet]:
    """A sheet for each table of the plan; one with every line where the plan has none."""
    report = paper.report
    lines = {one.code: one for one in (*lines_of(report), *commitment_lines(report))}
    for annex in laid_out(report.plan, paper.annexes):
        columns = [*_plan_columns(annex), *_our_columns(report.as_of)]
        rows = [
            Across(neutral(row.heading))
            if row.heading
            else _row(annex, row, lines[row.of], report.plan, report.as_of)
            for row in annex.rows
        ]
        yield Sheet(annex.name, _("KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU"), columns, rows, _under(annex))


def _under(annex: Annex) -> tuple[str, ...]:
    if not annex.title:
        return ()
    return (_("(theo %(name)s kèm kế hoạch: %(title)s)", name=annex.name, title=annex.title),)


# --- columns ------------------------------------------------------------------------------------


def _plan_columns(annex: Annex) -> Iterator[Column]:
    over = _("Theo kế hoạch")
    for one in annex.columns:
        *floors, label = one.heading
        width = _width(one, annex)
        yield Column(f"plan:{one.id}", label, width, over=(over, *floors))


def _width(one: AnnexColumn, annex: Annex) -> float:
    """Wide enough for its texts; a column of short numbers stays narrow."""
    if one.shows == "own":
        longest = max((len(row.cells.get(one.id, "")) for row in annex.rows), default=0)
        return NARROW if longest <= 5 else OWN_WIDTH
    return WIDTHS.get(one.shows, ROLE_WIDTH)


def _our_columns(as_of: date) -> tuple[Column, ...]:
    over = (_("Kết quả đến hết ngày %(day)s", day=day(as_of)),)
    return (
        Column("numerator", _("Tử số"), 8.5, True, over),
        Column("denominator", _("Mẫu số"), 8.5, True, over),
        Column("rate", _("Tỷ lệ (%)"), 7, True, over),
        Column("target", _("Mức giao"), 9, True, over),
        Column("state", _("Đánh giá"), 9.5, over=over),
        Column("gap_people", _("Cần thêm"), 7, True, over),
        Column("gap_points", _("Thiếu (điểm %)"), 8, True, over),
        Column("source", _("Đối tượng và nguồn mẫu số"), 22, over=over),
        Column("as_of", _("Ngày chốt"), 11, over=over),
        Column("remarks", _("Ghi chú"), 19, over=over),
    )


# --- rows ---------------------------------------------------------------------------------------


def _row(annex: Annex, row: AnnexRow, line: Line, plan: Plan, as_of: date) -> Row:
    found, formats = _plan_cells(annex, row, line, plan)
    ours = cells(line, as_of)
    target, form = target_cell(line.target)
    source = "; ".join(filter(None, (line.population, line.population_line)))
    found |= {name: ours[name] for name in _COMMON}
    found |= {"target": target, "source": neutral(source)}
    formats |= {"rate": "tenth", "gap_points": "tenth", "target": form, "as_of": "centred"}
    return Row(found, formats)


_COMMON = (
    "numerator",
    "denominator",
    "rate",
    "state",
    "gap_people",
    "gap_points",
    "as_of",
    "remarks",
)


def _plan_cells(
    annex: Annex, row: AnnexRow, line: Line, plan: Plan
) -> tuple[dict[str, Cell], dict[str, str]]:
    """What the plan's own columns hold: the annex's text, else what the plan says of the line."""
    found: dict[str, Cell] = {}
    formats: dict[str, str] = {}
    for column in annex.columns:
        key = f"plan:{column.id}"
        if column.year is not None:
            found[key], formats[key] = _year_cell(row, column, line, plan)
        else:
            found[key] = neutral(_text(column, row, line))
            if _width(column, annex) <= NARROW:
                formats[key] = "centred"
    return found, formats


def _text(column: AnnexColumn, row: AnnexRow, line: Line) -> str:
    """The commune's own wording of a title comes before the annex's."""
    if column.shows == "title":
        worded = line.title != line.own_title and not line.is_commitment
        return line.title if worded else row.cells.get(column.id, line.title)
    if column.id in row.cells:
        return _capital(row.cells[column.id])
    return _capital(_said(line).get(column.shows, ""))


def _said(line: Line) -> Mapping[str, str]:
    roles = line.roles
    return {
        "no": line.no,
        "where": line.where,
        "lead": "; ".join(roles.lead) or line.leads,
        "done_by": "; ".join(roles.done_by),
        "guides": "; ".join(roles.guides),
        "coordinates": "; ".join(roles.coordinates),
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _year_cell(row: AnnexRow, column: AnnexColumn, line: Line, plan: Plan) -> tuple[Cell, str]:
    """The target of a year: the annex's own number where it writes one."""
    target = _target_of(line.code, column.year, plan)
    written = row.cells.get(column.id, "")
    asked = asked_in(written)
    if asked and stands(_indicator(line.code, plan), column, written):
        more, value = asked
        percent = target is None or target.unit is TargetUnit.PERCENT
        return value, _form(more=more, percent=percent)
    if target is None:
        return _("không quy định") if not line.is_commitment else None, "centred"
    if target.unit is TargetUnit.EACH:
        return neutral(target_text(target)), "centred"
    more = target.operator is Operator.MORE_THAN
    return target.value, _form(more=more, percent=target.unit is TargetUnit.PERCENT)


def _form(*, more: bool, percent: bool) -> str:
    return f"{'more' if more else 'plain'}_{'percent' if percent else 'count'}"


def _target_of(code: str, year: int | None, plan: Plan) -> Target | None:
    one = _indicator(code, plan)
    rule = one.years.get(year) if one is not None and year is not None else None
    return rule.target if rule else None


def _indicator(code: str, plan: Plan) -> Indicator | None:
    return next((item for item in plan.indicators if item.code == code), None)


def target_cell(target: Target | None) -> tuple[Decimal | str | None, str]:
    """What is asked now: a real number whose format says how it compares, or a word."""
    if target is None:
        return None, "centred"
    if target.unit is TargetUnit.EACH:
        return target_text(target), "centred"
    more = target.operator is Operator.MORE_THAN
    percent = target.unit is TargetUnit.PERCENT
    return target.value, f"{'more' if more else 'least'}_{'percent' if percent else 'count'}"
