"""Every figure taken apart, a sheet for each way: by unit, group, sex, age band and month.

Under each figure stand its rows and their sum, which is the figure; where it is not, a line says why.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.core.cells import neutral
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.export_cells import Across, Cell, Column, Row, Sheet
from lms.indicators.export_json import Paper
from lms.indicators.export_parts import NO_GROUP, MonthPart
from lms.indicators.rules.ages import UNKNOWN_BAND
from lms.indicators.rules.arithmetic import number_text, truncated_rate
from lms.indicators.rules.figure import GroupRow, State, UnitRow
from lms.indicators.rules.vocabulary import MeasureKind, Subject
from lms.indicators.sheet import Line, commitment_lines, figure_text, lines_of
from lms.indicators.unit_lines import natural
from lms.people.models import MEMBERSHIP_KINDS

UNIT, GROUP, SEX, AGE, MONTH = "unit", "group", "sex", "age", "month"
WAYS = (UNIT, GROUP, SEX, AGE, MONTH)


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of a breakdown. `key` is the same for ever; `register` the register's own count."""

    key: str
    name: str
    whole: int | None
    part: int
    register: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A figure taken apart one way: its pieces, or why there are none; what to know of their sum."""

    line: Line
    pieces: tuple[Piece, ...]
    reason: str = ""
    adds_up: bool = True


def taken_apart(paper: Paper, way: str) -> Iterator[Taken]:
    """Every figure of the report, in the plan's order."""
    for line in (*lines_of(paper.report), *commitment_lines(paper.report)):
        pieces = tuple(_pieces(paper, line, way))
        if pieces:
            reason = _not_adding(line, pieces, way)
            yield Taken(line, pieces, reason, adds_up=way != GROUP)
        else:
            yield Taken(line, (), _reason(line, way))


# --- the pieces ---------------------------------------------------------------------------------


def _pieces(paper: Paper, line: Line, way: str) -> Iterator[Piece]:
    figure, parts = line.figure, paper.parts
    if way == UNIT:
        yield from map(_unit_piece, sorted(figure.by_unit, key=_unit_order))
    elif way == SEX:
        yield from (_group_piece(row, _sex(row.group)) for row in figure.by_sex)
    elif way == AGE:
        yield from (_group_piece(row, _band(row.group)) for row in figure.by_age)
    elif parts is not None and way == GROUP:
        for one in parts.groups.get(line.code, ()):
            yield Piece(one.group, _group(one.group), one.population, one.numerator)
    elif parts is not None:
        yield from _months(line, parts.months.get(line.code, ()))


def _unit_order(row: UnitRow) -> tuple[bool, object]:
    return row.unit is None, natural(row.name or "")


def _unit_piece(row: UnitRow) -> Piece:
    key = "" if row.unit is None else str(row.unit)
    name = row.name or _("không rõ / ngoài xã")
    return Piece(key, name, row.population, row.numerator, row.register_size)


def _group_piece(row: GroupRow, name: str) -> Piece:
    return Piece(row.group or "", name, row.population, row.numerator)


def _sex(code: str | None) -> str:
    return {"nam": _("nam"), "nu": _("nữ")}.get(code or "", _("không rõ"))


def _band(code: str | None) -> str:
    if code in (None, UNKNOWN_BAND):
        return _("không rõ tuổi")
    named = {"0-15": _("dưới 16 tuổi"), "60+": _("từ 60 tuổi")}
    plain = _("%(band)s tuổi", band=str(code).replace("-", "–"))
    return named.get(str(code), plain)


def _group(code: str) -> str:
    return _(MEMBERSHIP_KINDS[code]) if code != NO_GROUP else _("không thuộc nhóm nào ở trên")


def _months(line: Line, rows: Sequence[MonthPart]) -> Iterator[Piece]:
    """The first row, before the year, only where somebody counted then."""
    for place, one in enumerate(rows):
        if place == 0:
            name = _("trước năm %(year)s", year=one.ends.year + 1)
        else:
            name = _("tháng %(m)s", m=one.ends.month)
            if one.ends.day < monthrange(one.ends.year, one.ends.month)[1]:
                name = _("%(month)s (đến %(day)s)", month=name, day=day(one.ends))
        if place or one.new:
            yield Piece(one.ends.isoformat(), name, line.denominator, one.new, one.total)


# --- why not ------------------------------------------------------------------------------------


def _reason(line: Line, way: str) -> str:
    """Why a figure has no rows here."""
    figure, kind = line.figure, line.figure.counted.measure.kind
    if figure.outcome.state is State.NO_DATA:
        return _("Chưa có số liệu.")
    if kind in (MeasureKind.DECLARED, MeasureKind.SUPPORTED) or (
        line.sources and not figure.people
    ):
        return _("Số này do nơi khác đếm, không có danh sách từng người nên không chia được.")
    if not figure.outcome.numerator and way == MONTH:
        return _("Chưa có ai đạt.")
    if way == MONTH:
        return _("Không có ngày đạt của từng đối tượng trong năm nên không chia theo tháng.")
    if figure.counted.subject is not Subject.PERSON and way != UNIT:
        return _("Chỉ tiêu này không đếm theo từng người nên chỉ chia theo đơn vị.")
    return _("Không có ai trong đối tượng.")


def _not_adding(line: Line, pieces: Sequence[Piece], way: str) -> str:
    """Why the rows do not add up to the figure; nothing where they do."""
    if way == GROUP:
        return ""
    n = sum(piece.part for piece in pieces)
    if n != (line.numerator or 0):
        return _(
            "Các dòng cộng lại là %(sum)s, số chung là %(whole)s: số chung do xã khai báo riêng.",
            sum=number_text(n), whole=number_text(line.numerator or 0),
        )  # fmt: skip
    if way == MONTH or line.denominator is None:
        return ""
    wholes = [piece.whole for piece in pieces]
    known = sum(whole or 0 for whole in wholes)
    if None not in wholes and known == line.denominator:
        return ""
    if all(whole is None for whole in wholes):
        return _("Mẫu số chỉ được khai báo chung cho cả xã, không có mẫu số của từng dòng.")
    return _(
        "Mẫu số chung là số khai báo (%(whole)s); mẫu số của các dòng cộng lại là %(sum)s.",
        whole=number_text(line.denominator), sum=number_text(known),
    )  # fmt: skip


# --- sheets -------------------------------------------------------------------------------------


def breakdowns(paper: Paper) -> Iterator[Sheet]:
    """A sheet for each way that the paper knows of."""
    for way in WAYS:
        if paper.parts is not None or way not in (GROUP, MONTH):
            yield _sheet(paper, way)


def names() -> dict[str, str]:
    """What each way is called."""
    return {
        UNIT: _("Theo đơn vị"), GROUP: _("Theo nhóm"), SEX: _("Theo giới"), AGE: _("Theo tuổi"),
        MONTH: _("Theo tháng"),
    }  # fmt: skip


def _sheet(paper: Paper, way: str) -> Sheet:
    titles = {
        UNIT: _("KẾT QUẢ THEO ĐƠN VỊ"), GROUP: _("KẾT QUẢ THEO NHÓM"), SEX: _("KẾT QUẢ THEO GIỚI"),
        AGE: _("KẾT QUẢ THEO TUỔI"), MONTH: _("KẾT QUẢ THEO THÁNG"),
    }  # fmt: skip
    rows = [row for taken in taken_apart(paper, way) for row in _rows(taken, way)]
    return Sheet(names()[way], titles[way], _columns(way), rows, (_under(way),))


def _under(way: str) -> str:
    return {
        UNIT: _("Theo nơi cư trú; các dòng cộng lại bằng số chung, không ai bị đếm hai lần."),
        GROUP: _(
            "Một người có thể thuộc nhiều nhóm nên các dòng không cộng lại thành số chung; dòng "
            "cuối đếm mỗi người một lần."
        ),
        SEX: _("Các dòng cộng lại bằng số chung, không ai bị đếm hai lần."),
        AGE: _("Tuổi tròn vào ngày chốt; các dòng cộng lại bằng số chung."),
        MONTH: _(
            "Theo ngày đạt của những ai đang được tính vào ngày chốt; cộng dồn bằng số chung."
        ),
    }[way]


def _columns(way: str) -> tuple[Column, ...]:
    if way == MONTH:
        return (
            Column("name", _("Tháng"), 66),
            Column("part", _("Thêm trong tháng"), 14, True),
            Column("total", _("Cộng dồn"), 14, True),
            Column("rate", _("Tỷ lệ (%)"), 14, True),
        )
    heads = {UNIT: _("Đơn vị"), GROUP: _("Nhóm"), SEX: _("Giới"), AGE: _("Tuổi")}
    register = (Column("register", _("Theo danh sách"), 14, True),) if way == UNIT else ()
    return (
        Column("name", heads[way], 52),
        Column("whole", _("Đối tượng"), 14, True),
        Column("part", _("Số đạt"), 14, True),
        Column("left", _("Chưa đạt"), 14, True),
        Column("rate", _("Tỷ lệ (%)"), 14, True),
        *register,
    )


def _rows(taken: Taken, way: str) -> Iterator[Row | Across]:
    line = taken.line
    number = f"{line.label}. " if line.label else ""
    yield Across(neutral(f"{number}{line.title}: {figure_text(line.figure)}"))
    for piece in taken.pieces:
        yield Row(_cells(piece, way), {"rate": "tenth"})
    if taken.pieces and way != MONTH:
        yield _sum_row(taken)
    if taken.reason:
        yield Across(neutral(taken.reason), "remark")


def _cells(piece: Piece, way: str) -> dict[str, Cell]:
    if way == MONTH:
        total = piece.register or 0
        rate = _rate(total, piece.whole) if piece.whole and total <= piece.whole else None
        return {"name": piece.name, "part": piece.part, "total": total, "rate": rate}
    left = None if piece.whole is None else max(0, piece.whole - piece.part)
    return {
        "name": neutral(piece.name), "whole": piece.whole, "part": piece.part, "left": left,
        "rate": _rate(piece.part, piece.whole), "register": piece.register,
    }  # fmt: skip


def _rate(n: int, of: int | None) -> Cell:
    return truncated_rate(n, of) if of else None


def _sum_row(taken: Taken) -> Row:
    """The figure itself below its rows: their sum, or where they overlap everybody once."""
    line = taken.line
    name = _("Cộng") if taken.adds_up else _("Số chung, mỗi người một lần")
    registers = [piece.register for piece in taken.pieces if piece.register is not None]
    n, of = line.numerator or 0, line.denominator
    found: dict[str, Cell] = {
        "name": name, "whole": of, "part": n, "left": None if of is None else max(0, of - n),
        "rate": line.rate, "register": sum(registers) if registers else None,
    }  # fmt: skip
    return Row(found, dict.fromkeys(found, "total") | {"name": "total_text", "rate": "total_tenth"})
