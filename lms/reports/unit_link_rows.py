"""A unit's own rows of the plans today: counts only, and through a link none below ten.

The breakdown of a figure follows residence; a school or an office sees its members instead, as far as
the register names them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from lms.core.i18n import _
from lms.indicators.declared_sheet import value_text
from lms.indicators.opened import Opened
from lms.indicators.rules.arithmetic import number_text, rate_text
from lms.indicators.rules.facts import Key
from lms.indicators.rules.figure import Figure
from lms.indicators.rules.vocabulary import RESIDENTIAL_UNITS, Basis, Subject
from lms.indicators.sheet import Line, commitment_lines, lines_of
from lms.indicators.unit_lines import unit_lines
from lms.people.models import Unit

FEWEST = 10
"""A count below this is not shown to whoever holds a link."""


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One figure of one unit. `population` is None where nobody knows it."""

    plan: str
    no: str
    title: str
    what: str
    target: str
    numerator: int
    population: int | None

    def text(self, *, exact: bool) -> str:
        """'62,1% (418 trên 672)'; small counts as 'dưới 10' unless `exact`."""
        n, of = self.numerator, self.population
        if of is None:
            return _shown(n, exact=exact)
        if of == 0:
            return _("chưa có ai trong danh sách")
        if n > of:
            shown = (_shown(n, exact=exact), _shown(of, exact=exact))
            return _("%(n)s trên %(d)s, cần kiểm tra lại", n=shown[0], d=shown[1])
        if exact or not any(0 < x < FEWEST for x in (n, of, of - n)):
            whole = _("%(n)s trên %(d)s", n=number_text(n), d=number_text(of))
            return f"{rate_text(n, of)} ({whole})"
        if of >= FEWEST <= n:
            return _("chưa đạt: dưới 10 trên %(d)s", d=number_text(of))
        return _hidden(n, of)


def _hidden(numerator: int, whole: int) -> str:
    """Two counts of which one is small. "trên dưới 10" would be read as "about ten"."""
    if 0 < whole < FEWEST:
        return _("%(n)s trong số dưới 10", n=_shown(numerator, exact=False))
    return _("%(n)s trên %(d)s", n=_shown(numerator, exact=False), d=number_text(whole))


def _shown(count: int, *, exact: bool) -> str:
    return _("dưới 10") if not exact and 0 < count < FEWEST else number_text(count)


def asked_text(numerator: int | None, whole: int | None, *, counts: bool, exact: bool) -> str:
    """A declared or proposed figure in words; not `exact`, no count below ten can be read from it."""
    few = (numerator, whole, (whole or 0) - numerator if numerator is not None and whole else None)
    if exact or not any(x is not None and 0 < x < FEWEST for x in few):
        return value_text(numerator, whole, counts=counts)
    if numerator is None or whole is None:
        return _("dưới 10")
    if numerator >= FEWEST <= whole:
        return _("chưa đạt: dưới 10 trên %(d)s", d=number_text(whole))
    return _hidden(numerator, whole)


def own_rows(opened: Iterable[Opened], unit: Unit) -> list[OwnRow]:
    """The unit's part of every figure in which it has one, in the order of the plans."""
    return [row for one in opened for row in _rows(one, unit)]


def _rows(opened: Opened, unit: Unit) -> Iterator[OwnRow]:
    report = opened.report
    for line in (*lines_of(report), *commitment_lines(report)):
        found = _counts(opened, line.figure, unit)
        if found is not None and any(found):
            yield _row(report.plan.title, line, *found)


def _row(plan: str, line: Line, numerator: int, population: int | None) -> OwnRow:
    return OwnRow(
        plan, line.label, line.title, line.population, line.target_text, numerator, population
    )


def _counts(opened: Opened, figure: Figure, unit: Unit) -> tuple[int, int | None] | None:
    if unit.kind in RESIDENTIAL_UNITS or figure.counted.subject is not Subject.PERSON:
        lines = unit_lines(figure, opened.day)
        own = next((one for one in lines if one.asked.removeprefix("gom-") == unit.id.hex), None)
        return (own.numerator, own.population) if own else None
    return _of_members(opened, figure, unit.id)


def _of_members(opened: Opened, figure: Figure, unit_id: UUID) -> tuple[int, int | None] | None:
    """Members of the unit in the figure and in its population; None where nobody is listed."""
    if figure.missing is None or figure.counted.population.basis is not Basis.MEMBERSHIP:
        return None
    members = _members(opened, unit_id) & (figure.people | figure.missing)
    return (len(members & figure.people), len(members)) if members else None


def _members(opened: Opened, unit_id: UUID) -> frozenset[Key]:
    day = opened.day
    return frozenset(
        who for who, _kind, unit, _level in day.memberships if str(day.unit(unit)) == unit_id.hex
    )
