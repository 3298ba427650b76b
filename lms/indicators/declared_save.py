"""Many cells of the sheet saved at once: all of them or none, and never over what somebody else wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.indicators import declared_actions
from lms.indicators.declared_checks import OFFICE, common_problems
from lms.indicators.declared_sheet import (
    Column,
    Declared,
    Where,
    columns_of,
    numbers,
    rows_of,
    value_text,
)
from lms.indicators.models import DeclaredPopulation
from lms.indicators.rules.plan import Plan

NONE_YET = ("-", "–", "—")
"""What says that a figure is not there, where a blank says nothing."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the boxes of one cell."""

    column: str
    unit: UUID | None
    numerator: str = ""
    whole: str = ""

    @property
    def where(self) -> Where:
        """Which cell."""
        return self.column, self.unit

    def box(self, which: str) -> str:
        """The name of a box in the form: n for the first number, d for the whole."""
        return f"{which}|{self.column}|{self.unit or ''}"


@dataclass(frozen=True, slots=True)
class About:
    """What is said of every number that is saved together."""

    as_of: date
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class _Told:
    typed: Typed
    column: Column
    numerator: int | None
    whole: int | None


def whole_number(text: str) -> int | None:
    """A whole number as people write it: 30500, 30.500, 30 500; None for anything else."""
    plain = text.strip().replace(" ", "").replace("\xa0", "")
    groups = plain.split(".")
    if len(groups) > 1 and (any(len(g) != 3 for g in groups[1:]) or not 1 <= len(groups[0]) <= 3):
        # 1.5 or 30.50 is no number of people, and no thousands either.
        return None
    digits = "".join(groups)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def save(
    session: Session, who: Actor, plan: Plan, typed: Iterable[Typed], about: About, seen: str, *,
    in_spite: bool = False,
) -> int:  # fmt: skip
    """Declare what was typed; the number of figures that are new. Blank boxes say nothing.

    `seen` is the newest row on the page; Conflict names cells that somebody wrote since. `in_spite`
    takes numbers above their whole, which are refused otherwise. The same twice is once.
    """
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    columns = {one.code: one for one in columns_of(plan)}
    told = _read(columns, typed, about)
    _warn(told, in_spite)
    before = rows_of(session, who.commune, columns.values())
    _refuse_overtaken(told, before, seen, about)
    for one in told:
        _declare(session, who, one, about)
    known = {row.id for row in before}
    return sum(r.id not in known for r in rows_of(session, who.commune, columns.values()))


def _read(columns: Mapping[str, Column], typed: Iterable[Typed], about: About) -> list[_Told]:
    problems = common_problems(about.as_of, about.source, about.status, [])
    told: list[_Told] = []
    for one in typed:
        column = columns.get(one.column)
        if column is None:
            raise Invalid(_("Kế hoạch vừa đổi, có cột không còn. Hãy mở lại trang."))
        if not (one.numerator.strip() or one.whole.strip()):
            continue
        n, wrong_n = _number(one.numerator)
        d, wrong_d = _number(one.whole)
        if column.counts and n is None and not wrong_n:
            wrong_n = _("Hãy ghi số đạt, không chỉ tổng số.")
        problems |= {one.box(b): [w] for b, w in (("n", wrong_n), ("d", wrong_d)) if w}
        told.append(_Told(one, column, n, d))
    if not told and not problems:
        raise Invalid(_("Chưa ghi số nào. Hãy ghi ít nhất một ô rồi lưu."), fields={"": []})
    if problems:
        raise Invalid(_("Chưa lưu số nào. Hãy sửa các chỗ được chỉ ra."), fields=problems)
    return told


def _number(text: str) -> tuple[int | None, str]:
    """(the number, what is wrong); nothing typed and a dash are no number and nothing wrong."""
    if not text.strip() or text.strip() in NONE_YET:
        return None, ""
    number = whole_number(text)
    if number is None:
        return None, _("Hãy ghi một số nguyên, ví dụ 30.500.")
    return number, ""


def _warn(told: Iterable[_Told], in_spite: bool) -> None:
    odd = {
        one.typed.box("n"): [_("Số đạt lớn hơn tổng số, cần kiểm tra lại.")]
        for one in told
        if one.numerator is not None and one.whole is not None and one.numerator > one.whole
    }
    if odd and not in_spite:
        raise Invalid(
            _("Chưa lưu: %(n)s ô có số đạt lớn hơn tổng số. Hãy kiểm tra lại; nếu nơi báo đúng là ghi "
              "như thế thì chọn “Vẫn lưu” rồi lưu lại.", n=len(odd)),
            fields={**odd, "in_spite": []},
        )  # fmt: skip


def _refuse_overtaken(
    told: Iterable[_Told], rows: Iterable[Declared], seen: str, about: About
) -> None:
    """Conflict when a cell has a figure that was not on the page and says something else."""
    since: dict[Where, Declared] = {}
    for row in rows:
        code = row.population if isinstance(row, DeclaredPopulation) else row.measure
        if str(row.id) > seen:
            since[code, row.unit_id] = row
    taken = {}
    for one in told:
        found = since.get(one.typed.where)
        if found is not None and not _says(found, one, about):
            words = value_text(*numbers(found), counts=one.column.counts)
            taken[one.typed.box("n" if one.column.counts else "d")] = [
                _(
                    "Vừa có người ghi %(value)s (nguồn: %(source)s).",
                    value=words,
                    source=found.source,
                )
            ]
    if taken:
        raise Conflict(
            _("Chưa lưu: từ lúc bạn mở trang, có người đã ghi %(n)s ô này. Hãy xem số của họ cạnh ô; lưu "
              "lần nữa thì số của bạn được ghi thành dòng mới.", n=len(taken)),
            fields=taken,
        )  # fmt: skip


def _says(row: Declared, one: _Told, about: About) -> bool:
    same = (row.as_of, row.status) == (about.as_of, about.status)
    return same and numbers(row) == (one.numerator, one.whole)


def _declare(session: Session, who: Actor, one: _Told, about: About) -> None:
    common = (about.as_of, about.source, about.status, one.typed.unit)
    if one.column.counts:
        numerator = one.numerator or 0
        declared_actions.declare_measure(
            session, who, one.column.code, numerator, one.whole, *common
        )
    else:
        declared_actions.declare_population(session, who, one.column.code, one.whole, *common)
