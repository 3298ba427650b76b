"""Two periods side by side: what each figure was and is, who is new in it and who is no longer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lms.indicators import snapshot_queries as held
from lms.indicators.export_json import Paper
from lms.indicators.rules.arithmetic import points_text
from lms.indicators.rules.facts import Key
from lms.indicators.snapshot_body import frozen_report, sets_of
from lms.indicators.snapshot_models import ReportSnapshot


@dataclass(frozen=True, slots=True)
class Pair:
    """One figure in two periods. `points` is the difference of the printed rates."""

    code: str
    no: str
    title: str
    unit_word: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    points: Decimal | None
    joined: frozenset[Key] | None
    left: frozenset[Key] | None

    @property
    def is_same(self) -> bool:
        """Whether both periods say the same of it, and of the same people."""
        told = ("value", "numerator", "denominator", "state_text")
        a, b = (
            [side.get(name) for name in told] if side else None for side in (self.old, self.new)
        )
        return a == b and not self.joined and not self.left

    @property
    def numbers(self) -> int | None:
        """How many more (or fewer) there are."""
        if not self.old or not self.new:
            return None
        a, b = self.old["numerator"], self.new["numerator"]
        return None if a is None or b is None else b - a

    @property
    def points_text(self) -> str:
        """'+1,2' or '−0,4' points."""
        if self.points is None:
            return ""
        sign = "+" if self.points > 0 else "−" if self.points < 0 else ""
        return sign + points_text(abs(self.points))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two periods: its printed lines, its exact rates and who is in which figure."""

    lines: Mapping[str, Mapping[str, Any]]
    rates: Mapping[str, str | None]
    sets: Mapping[str, Mapping[str, Any]]


def side_of_snapshot(session: Session, row: ReportSnapshot) -> Side:
    """A closing, as it was last published."""
    last = next(reversed(held.restatements(session, row)), None)
    body = held.body_of(last or row)
    return Side(_by_code(body["lines"]), _rates(body["report"]),
                held.sets_of(session, row, last.number if last else 0))  # fmt: skip


def side_of_report(paper: Paper) -> Side:
    """The figures of a day as they are known now."""
    data = frozen_report(paper.report)
    return Side(_by_code(data["lines"]), _rates(data["report"]), sets_of(paper.report))


def _by_code(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["code"]: line for line in lines}


def _rates(report: Mapping[str, Any]) -> dict[str, str | None]:
    figures = (*report["figures"], *report["commitments"])
    return {one["code"]: one["outcome"]["rate"] for one in figures}


def side_by_side(old: Side, new: Side, roots: Mapping[Key, Key] | None = None) -> list[Pair]:
    """Every figure of either period, in the order of the newer one.

    `roots` are records joined by now, with the one that stands for each.
    """
    codes = [*new.lines, *(code for code in old.lines if code not in new.lines)]
    return [_pair(code, old, new, roots or {}) for code in codes]


def _pair(code: str, old: Side, new: Side, roots: Mapping[Key, Key]) -> Pair:
    was, now = old.lines.get(code), new.lines.get(code)
    line = now or was or {}
    a, b = old.rates.get(code), new.rates.get(code)
    before, after = (side.sets.get(code, {}).get("people") for side in (old, new))
    points = Decimal(b) - Decimal(a) if a is not None and b is not None else None
    joined = left = None
    if before is not None and after is not None and (before or after):
        joined, left = _moved(before, after, roots)
    return Pair(
        code, line["no"], line["title"], line["unit_word"], dict(was) if was else None,
        dict(now) if now else None,
        points, joined, left,
    )  # fmt: skip


def _moved(
    before: frozenset[Key], after: frozenset[Key], roots: Mapping[Key, Key]
) -> tuple[frozenset[Key], frozenset[Key]]:
    """Who is new and who is no longer; somebody who only stands under another record is neither.

    Of two records that became one, one is no longer: the numbers add up.
    """
    joined, left = set(after - before), set(before - after)
    for key in sorted(left, key=str):
        root = roots.get(key, key)
        if root in joined:
            joined.remove(root)
            left.remove(key)
    return frozenset(joined), frozenset(left)
