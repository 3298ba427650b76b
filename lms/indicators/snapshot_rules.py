"""Why a closed figure is another one today: the change taken apart by cause, exactly. Pure.

Source: design/domain.md "Indicators" (restatements). The world as it was at the closing is turned into
today's one cause at a time, in the order of `ORDER`, and every figure is counted after each turn. What a
turn changes is what that cause did. The turns begin with what was printed and end with today's figures,
so the parts add up to the whole by construction; `OTHER` is what the printed figure differs from the same
facts counted by today's service, and fields of the facts that no cause names (a test holds that none is).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from lms.indicators.rules.engine import compute
from lms.indicators.rules.facts import Attainment, Facts, Key, Person, Settings, roots_of
from lms.indicators.rules.figure import Figure, PlanReport
from lms.indicators.rules.plan import Plan

People = frozenset[Key]
NOBODY: People = frozenset()


class Cause(StrEnum):
    """Why a figure changed after its closing."""

    UNIT = "don-vi"
    RECORD = "sua-ho-so"
    LATE = "ve-muon"
    REVOKED = "thu-hoi"
    MERGED = "gop"
    SPLIT = "tach"
    OUTSIDE = "nguon-ngoai"
    DEFINITION = "doi-dinh-nghia"
    OTHER = "khac"


FIELDS: Mapping[Cause, tuple[str, ...]] = {
    Cause.UNIT: ("units", "teams", "unit_changes"),
    Cause.RECORD: ("persons", "residences", "memberships", "mentorings", "household_units"),
    Cause.LATE: ("participations", "attainments", "counts"),
    Cause.REVOKED: ("attainments",),
    Cause.MERGED: ("merges",),
    Cause.SPLIT: ("merges",),
    Cause.OUTSIDE: ("outside", "declared_populations", "declared_measures", "recorded", "counts"),
}
"""Which facts each cause changes, in the order in which they are turned."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything a report is computed from, but for its day."""

    plan: Plan
    settings: Settings
    facts: Facts
    counted_by_hand: People = NOBODY
    """Keys of things counted by hand; other counts come from our own classes."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was said of one figure. `whole` is None where nobody can say who is in the population."""

    numerator: int | None = None
    denominator: int | None = None
    met: bool | None = None
    people: People = NOBODY
    whole: People | None = None

    def same_numbers(self, other: "Known") -> bool:
        """Whether both say the same; who is in them may differ."""
        return (self.numerator, self.denominator, self.met) == (
            other.numerator, other.denominator, other.met,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause did to one figure: by how much, who came into it and who went out of it.

    `other` says that a number began or ceased to be known, that the verdict turned, or that another
    target is asked for.
    """

    cause: Cause
    numerator: int = 0
    denominator: int = 0
    other: bool = False
    joined: People = NOBODY
    left: People = NOBODY
    came: People = NOBODY
    gone: People = NOBODY

    @property
    def people(self) -> People:
        """Everybody whom this cause moved into or out of the numerator or the population."""
        return self.joined | self.left | self.came | self.gone

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the figure moved."""
        return not (self.numerator or self.denominator or self.other or self.people)

    def plus(self, other: "Part") -> "Part":
        """Two turns of one cause as one."""
        sets = ("joined", "left", "came", "gone")
        return Part(
            self.cause,
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.other or other.other,
            **{name: getattr(self, name) | getattr(other, name) for name in sets},
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One figure before and after, and the causes that add up to the difference."""

    code: str
    before: Known
    after: Known
    parts: tuple[Part, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether a number, the verdict or anybody in the figure is another."""
        return not self.before.same_numbers(self.after) or bool(self.parts)


@dataclass(frozen=True, slots=True)
class Restated:
    """Every figure of a closed report against today's knowledge of the same day."""

    report: PlanReport
    changes: tuple[Change, ...]
    roots: Mapping[Key, Key] = field(default_factory=dict)
    """Record → the person it stands for today, for records that were joined."""

    @property
    def changed(self) -> tuple[Change, ...]:
        """The figures that changed."""
        return tuple(one for one in self.changes if one.is_changed)

    def heads(self, part: Part) -> int:
        """How many people (or homes, teams …) a part touches; joined records are one person."""
        return len({self.roots.get(key, key) for key in part.people})


def figures_of(report: PlanReport) -> dict[str, Figure]:
    """Every figure of a report by its code, those of promises after the indicators."""
    return {one.code: one for one in (*report.figures, *report.commitments)}


def known_of(figure: Figure) -> Known:
    """What a computed figure says."""
    outcome = figure.outcome
    whole = None if figure.missing is None else figure.people | figure.missing
    return Known(outcome.numerator, figure.population.size, outcome.met, figure.people, whole)


def told(report: PlanReport) -> dict[str, Known]:
    """What a report says of each figure."""
    return {code: known_of(figure) for code, figure in figures_of(report).items()}


# --- the day of birth is not kept ---------------------------------------------------------------


def aged(facts: Facts, as_of: date) -> Facts:
    """The facts with births only as exact as the day asks: the year, and whether the birthday had come.

    Every age on that day stays as it is, so every figure does; the day of birth itself need not be kept.
    """
    come = (as_of.month, as_of.day)
    return replace(facts, persons=[_aged(row, come) for row in facts.persons])


def _aged(row: Person, come: tuple[int, int]) -> Person:
    born = row.birth_date
    if born is None:
        return row
    had = (born.month, born.day) <= come
    return row._replace(birth_date=date(born.year, 1, 1) if had else date(born.year, 12, 31))


# --- turning the world, one cause after the other -----------------------------------------------


def restated(printed: Mapping[str, Known], base: World, now: World, as_of: date) -> Restated:
    """The printed figures against `now`, both at the end of `as_of`, with every cause."""
    turns: list[tuple[Cause, dict[str, Known]]] = []
    report = _count(base.plan, base.settings, base.facts, as_of)
    turns.append((Cause.OTHER, told(report)))
    for cause, facts in _turned(base, now):
        report = _count(base.plan, base.settings, facts, as_of)
        turns.append((cause, told(report)))
    before = figures_of(report)
    if (base.plan, base.settings) != (now.plan, now.settings):
        report = _count(now.plan, now.settings, now.facts, as_of)
        turns.append((Cause.DEFINITION, told(report)))
    last = figures_of(report)
    codes = [*last, *(code for code in printed if code not in last)]
    retargeted = {code for code in last if code in before and _asks_else(before[code], last[code])}
    changes = tuple(_change(code, printed, turns, code in retargeted) for code in codes)
    return Restated(report, changes, roots_of(now.facts.merges))


def _asks_else(old: Figure, new: Figure) -> bool:
    """Whether another target is asked for, also where the verdict stays."""
    return old.target != new.target


def _count(plan: Plan, settings: Settings, facts: Facts, as_of: date) -> PlanReport:
    return compute(plan, facts, as_of.year, as_of, settings)


def _turned(base: World, now: World) -> Iterator[tuple[Cause, Facts]]:
    """The facts after each cause that changed any; in the end they are today's."""
    facts = base.facts
    for cause, names in FIELDS.items():
        turned = {name: _field(cause, name, base, now) for name in names}
        if any(not _equal(getattr(facts, name), rows) for name, rows in turned.items()):
            facts = replace(facts, **turned)
            yield cause, facts
    if not _all_equal(facts, now.facts):
        yield Cause.OTHER, now.facts


def _field(cause: Cause, name: str, base: World, now: World) -> Any:
    """The rows of one field after a cause: today's, but for what a later cause answers for."""
    rows = getattr(now.facts, name)
    if cause is Cause.LATE and name == "attainments":
        return _not_yet_revoked(base.facts.attainments, rows)
    if cause is Cause.LATE and name == "counts":
        by_hand = (row for row in base.facts.counts if row.key in now.counted_by_hand)
        return [*by_hand, *(row for row in rows if row.key not in now.counted_by_hand)]
    if cause is Cause.MERGED:
        return [*rows, *(row for row in base.facts.merges if row not in set(rows))]
    return rows


def _not_yet_revoked(old: Sequence[Attainment], new: Sequence[Attainment]) -> list[Attainment]:
    """Today's results, those known at the closing still with the revocation known then."""
    before = {row.key: row.revoked_on for row in old}
    return [row._replace(revoked_on=before.get(row.key, row.revoked_on)) for row in new]


def _equal(old: Any, new: Any) -> bool:
    """Whether two fields hold the same rows, in whatever order they were read."""
    if isinstance(old, Mapping | frozenset):
        return bool(old == new)
    return len(old) == len(new) and Counter(old) == Counter(new)


def _all_equal(old: Facts, new: Facts) -> bool:
    names = Facts.__dataclass_fields__
    return all(_equal(getattr(old, name), getattr(new, name)) for name in names)


def _change(
    code: str, printed: Mapping[str, Known], turns: Sequence[tuple[Cause, Mapping[str, Known]]],
    retargeted: bool,
) -> Change:  # fmt: skip
    """One figure through all turns; a cause that did nothing to it has no part."""
    start = now = printed.get(code, Known())
    parts: dict[Cause, Part] = {}
    for cause, known in turns:
        after = known.get(code, Known())
        part = _part(cause, now, after)
        parts[cause] = parts[cause].plus(part) if cause in parts else part
        now = after
    if retargeted:
        said = Part(Cause.DEFINITION, other=True)
        parts[said.cause] = parts.get(said.cause, said).plus(said)
    return Change(code, start, now, tuple(part for part in parts.values() if not part.is_empty))


def _part(cause: Cause, old: Known, new: Known) -> Part:
    listed = old.whole is not None and new.whole is not None
    before, after = (old.whole or NOBODY, new.whole or NOBODY) if listed else (NOBODY, NOBODY)
    return Part(
        cause,
        (new.numerator or 0) - (old.numerator or 0),
        (new.denominator or 0) - (old.denominator or 0),
        not old.same_numbers(new),
        joined=new.people - old.people,
        left=old.people - new.people,
        came=after - before,
        gone=before - after,
    )


# --- what became of somebody's record -----------------------------------------------------------


def record_changes(old: Facts, new: Facts, people: People) -> dict[Key, tuple[str, ...]]:
    """What is different about each person's own record: new, gone, birth, death, home, group."""
    before, after = _rows_by_person(old, people), _rows_by_person(new, people)
    return {who: tuple(_differences(before, after, who)) for who in people}


Rows = dict[str, dict[Key, Counter[Any]]]


def _rows_by_person(facts: Facts, people: People) -> Rows:
    known = {row.key: row for row in facts.persons if row.key in people}
    rows: Rows = {
        "birth": {who: Counter([row[1:4]]) for who, row in known.items()},
        "death": {who: Counter([row.died_on]) for who, row in known.items()},
    }
    for name, source in (("home", facts.residences), ("group", facts.memberships)):
        found = rows.setdefault(name, {})
        for row in source:
            if row.person in people:
                found.setdefault(row.person, Counter())[row] += 1
    return rows


def _differences(before: Rows, after: Rows, who: Key) -> Iterator[str]:
    was, is_ = who in before["birth"], who in after["birth"]
    if was != is_:
        yield "new" if is_ else "gone"
        return
    for name in before:
        if before[name].get(who) != after[name].get(who):
            yield name
