"""A figure's rows by unit as an officer reads them: share, gap, who is left, and the units in parts."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.core.i18n import _
from lms.core.text import day as day_text
from lms.core.text import fold
from lms.indicators.charts.bars import Bars, Part, bars
from lms.indicators.narrowing import NOWHERE, WITH_PARTS
from lms.indicators.rules.arithmetic import gap_people, is_met, number_text, rate_text
from lms.indicators.rules.day import Day
from lms.indicators.rules.facts import Key
from lms.indicators.rules.figure import Figure, UnitRow
from lms.indicators.rules.plan import Target
from lms.indicators.rules.vocabulary import Subject, TargetUnit
from lms.indicators.wording import target_text

FEWEST_TO_DRAW = 2


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One row. `asked` is what an address says to list its people; `depth` 1 is part of the row above.

    `met` and `gap` hold the unit's own number against the plan's target; None where that says nothing.
    """

    name: str
    asked: str
    numerator: int
    population: int | None
    missing: int | None
    met: bool | None
    gap: int | None
    note: str = ""
    depth: int = 0
    register: int | None = None

    @property
    def share(self) -> Fraction | None:
        """In percent, exact."""
        return Fraction(100 * self.numerator, self.population) if self.population else None

    @property
    def rate(self) -> str:
        """As it is printed; a dash where there is nobody."""
        return rate_text(self.numerator, self.population) if self.population else "–"


def unit_lines(figure: Figure, day: Day) -> list[UnitLine]:
    """The rows in the natural order of their names, units in parts with their sum above them."""
    rows = sorted(figure.by_unit, key=lambda row: (row.unit is None, natural(row.name or "")))
    parents = {unit.key: unit.parent for unit in day.facts.units if unit.parent is not None}
    under: defaultdict[Key, list[UnitRow]] = defaultdict(list)
    for row in rows:
        if row.unit in parents:
            under[parents[row.unit]].append(row)
    return [*_in_order(figure, day, rows, under)]


def _in_order(
    figure: Figure, day: Day, rows: Sequence[UnitRow], under: dict[Key, list[UnitRow]]
) -> Iterator[UnitLine]:
    inside = {row.unit for parts in under.values() for row in parts}
    whole = {row.unit: row for row in rows}
    alone = [row for row in rows if row.unit not in inside]
    sums = [UnitRow(key, day.unit_names.get(key), 0, 0) for key in under if key not in whole]
    for row in sorted([*alone, *sums], key=lambda r: (r.unit is None, natural(r.name or ""))):
        parts = under.get(row.unit, []) if row.unit is not None else []
        if parts:
            own = [row] if row.unit in whole and (row.numerator or row.population) else []
            yield _line(figure, day, _sum(row, [*own, *parts]), asked=f"{WITH_PARTS}{row.unit}")
            yield from (_line(figure, day, part, depth=1) for part in [*own, *parts])
        else:
            yield _line(figure, day, row)


def _sum(head: UnitRow, rows: Iterable[UnitRow]) -> UnitRow:
    """Numerators and denominators added up; percentages are never averaged."""
    found = list(rows)
    known = [row.population for row in found if row.population is not None]
    of = sum(known) if len(known) == len(found) else None
    return UnitRow(head.unit, head.name, of, sum(row.numerator for row in found))


def _line(figure: Figure, day: Day, row: UnitRow, asked: str = "", depth: int = 0) -> UnitLine:
    n, of = row.numerator, row.population
    target = own_target(figure)
    judged = target if of and n <= of else None
    return UnitLine(
        name=row.name or _("không rõ / ngoài xã"),
        asked=asked or (NOWHERE if row.unit is None else str(row.unit)),
        numerator=n,
        population=of,
        missing=None if of is None or n > of else of - n,
        met=is_met(judged, n, of or 0) if judged else None,
        gap=gap_people(judged, n, of or 0) if judged else None,
        note=_joined(day, row.unit),
        depth=depth,
        register=row.register_size,
    )


def own_target(figure: Figure) -> Target | None:
    """The target where it can be held against one unit's share as well: a share or "mỗi"."""
    target = figure.target
    share = target is not None and target.unit is not TargetUnit.COUNT
    return target if share and figure.counted.subject is not Subject.UNIT else None


def target_share(figure: Figure) -> Fraction | None:
    """The target as a share in percent; None where it is none."""
    target = figure.target
    if target is None or target.unit is TargetUnit.COUNT:
        return None
    return Fraction(100) if target.unit is TargetUnit.EACH else Fraction(target.value)


def _joined(day: Day, unit: Key | None) -> str:
    """Which units became part of this one by the day."""
    merges = [
        m for m in day.history.merges.values() if m.into == unit and m.happened_on <= day.as_of
    ]
    if unit is None or not merges:
        return ""
    names = ", ".join(sorted(merge.old_name for merge in merges))
    return _("gồm %(names)s (từ %(day)s)", names=names, day=day_text(merges[-1].happened_on))


def natural(name: str) -> list[tuple[int, str]]:
    """'Tổ dân phố 2' before 'Tổ dân phố 10'."""
    parts = re.split(r"(\d+)", fold(name))
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def units_drawing(figure: Figure, lines: Sequence[UnitLine]) -> Bars | None:
    """The units as bars against the target; None where there is nothing to compare."""
    drawn = [one for one in lines if one.share is not None]
    if figure.counted.subject is Subject.UNIT or len(drawn) < FEWEST_TO_DRAW:
        return None
    parts = [Part(one.name, one.share, _text(one), one.met) for one in drawn]
    asked = own_target(figure)
    return bars(parts, target_share(figure) if asked else None, target_words(asked))


def target_words(target: Target | None) -> str:
    """'mức giao trên 95%' at a target line; nothing without one."""
    if target is None:
        return ""
    if target.unit is TargetUnit.EACH:
        return _("mức giao: tất cả")
    return _("mức giao %(target)s", target=target_text(target))


def _text(line: UnitLine) -> str:
    n, of = number_text(line.numerator), number_text(line.population or 0)
    return f"{line.rate} ({n}/{of})"


def farthest(lines: Sequence[UnitLine], count: int = 3) -> list[UnitLine]:
    """The units with most people left, the most first: whom to call."""
    left = [one for one in lines if one.missing and one.asked != NOWHERE and one.depth == 0]
    return sorted(left, key=lambda one: -(one.missing or 0))[:count]
