"""A small commune for tests: facts are added one sentence at a time, then counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from lms.indicators.rules import facts as f
from lms.indicators.rules.engine import compute
from lms.indicators.rules.figure import Figure
from lms.indicators.rules.plan import (
    Counted,
    Indicator,
    Measure,
    Place,
    Plan,
    Population,
    Reading,
    Target,
    YearRule,
)
from lms.indicators.rules.vocabulary import (
    CountedOf,
    Letterhead,
    Level,
    MeasureKind,
    Operator,
    Subject,
    TargetUnit,
    Window,
)

ATTAINED = Measure(MeasureKind.ATTAINED)
CONFIRMED = Measure(MeasureKind.CONFIRMED)
TRAINED = Measure(MeasureKind.TRAINED, share=Decimal(80))
SMARTPHONE = Measure(MeasureKind.DECLARED, what="smartphone", label="có điện thoại thông minh")
HOUSEHOLD = Measure(MeasureKind.HAS_AT_LEAST, k=1, of=CountedOf.ATTAINED_MEMBERS)
MENTOR = Measure(MeasureKind.HAS_AT_LEAST, k=5, of=CountedOf.MENTEES)
CLASSES = Measure(MeasureKind.COUNT, what="community-class", label="buổi học cộng đồng")


def at_least(value: str | int, unit: TargetUnit = TargetUnit.PERCENT) -> Target:
    """A `>=` target."""
    return Target(Operator.AT_LEAST, Decimal(value), unit)


def more_than(value: str | int, unit: TargetUnit = TargetUnit.PERCENT) -> Target:
    """A `>` target."""
    return Target(Operator.MORE_THAN, Decimal(value), unit)


def population(code: str, *levels: str) -> Population:
    """A plain population, or students of levels."""
    return Population(code, levels)


def counted(code: str | Population = "adults", measure: Measure = ATTAINED, **more: Any) -> Counted:
    """What a figure counts; persons unless told."""
    people = Population(code) if isinstance(code, str) else code
    subject = more.pop("subject", Subject.PERSON)
    return Counted(subject, people, measure, **more)


def indicator(
    rule: Counted,
    target: Target | None = None,
    *,
    year: int = 2026,
    readings: tuple[Reading, ...] = (),
    starts: date | None = None,
) -> Indicator:
    """An indicator of one year."""
    rules = {year: YearRule(rule, target)}
    return Indicator("1", "1", "Một chỉ tiêu", "II.1", rules, readings=readings, starts=starts)


def plan(
    *indicators: Indicator, years: tuple[int, ...] = (2026,), open_ended: bool = False
) -> Plan:
    """A plan around some indicators."""
    return Plan(
        code="thu",
        title="Kế hoạch thử",
        place=Place("xã", "Thử", "Thử"),
        letterhead=Letterhead.UBND,
        years=years,
        indicators=indicators,
        open_ended=open_ended,
    )


@dataclass
class Village:
    """Facts in the making."""

    rows: dict[str, list[Any]] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))

    def add(self, name: str, row: Any) -> "Village":
        self.rows.setdefault(name, []).append(row)
        return self

    def key(self) -> str:
        return f"k{next(self.numbers)}"

    def unit(self, key: str, kind: str = "thon", *, urban: bool = False) -> "Village":
        return self.add("units", f.Unit(key, key.title(), kind, urban))

    def unit_merged(self, key: str, into: str, on: date) -> "Village":
        return self.add("unit_changes", f.UnitChange(key, on, key.title(), into.title(), into))

    def unit_renamed(self, key: str, name: str, on: date, was: str | None = None) -> "Village":
        return self.add("unit_changes", f.UnitChange(key, on, was or key.title(), name))

    def person(
        self,
        key: str,
        born: date | int | None = date(1980, 5, 1),
        *,
        home: str | None = "a",
        house: str | None = None,
        sex: str | None = None,
        died: date | None = None,
        since: date | None = None,
        until: date | None = None,
        temporary: bool = False,
    ) -> "Village":
        """A person of the register; without a home only a record."""
        year = born if isinstance(born, int) else born.year if born else None
        day = born if isinstance(born, date) else None
        self.add("persons", f.Person(key, day, year, sex, died))
        if home is not None:
            self.home(key, home, house=house, since=since, until=until, temporary=temporary)
        return self

    def home(self, key: str, unit: str, **span: Any) -> "Village":
        house, temporary = span.get("house"), span.get("temporary", False)
        row = f.Residence(key, unit, house, temporary, span.get("since"), span.get("until"))
        return self.add("residences", row)

    def member(
        self, key: str, kind: str, unit: str | None = None, level: str | None = None, **span: Any
    ) -> "Village":
        row = f.Membership(key, kind, unit, level, span.get("since"), span.get("until"))
        return self.add("memberships", row)

    def official(self, key: str, **span: Any) -> "Village":
        return self.member(key, "public_sector", **span)

    def team(self, key: str, unit: str | None = None) -> "Village":
        return self.add("teams", f.Team(key, key.title(), unit))

    def merged(self, duplicate: str, survivor: str) -> "Village":
        return self.add("merges", f.Merge(duplicate, survivor))

    def attained(
        self,
        person: str,
        programme: str = "nguoi-dan",
        level: str = "basic",
        proof: str = "test_supervised",
        on: date = date(2026, 3, 1),
        revoked: date | None = None,
        key: str | None = None,
    ) -> "Village":
        row = f.Attainment(key or self.key(), person, programme, level, proof, on, revoked)
        return self.add("attainments", row)

    def outside(
        self,
        person: str,
        kind: str = "vneid_confirmed",
        on: date = date(2026, 3, 1),
        programme: str | None = None,
        level: str | None = None,
    ) -> "Village":
        row = f.OutsideFact(self.key(), kind, person, on, programme, level, "import")
        return self.add("outside", row)

    def came(
        self,
        person: str,
        *days: date,
        programme: str = "nguoi-dan",
        total: int = 5,
        klass: str = "lớp",
        enrolled: date = date(2026, 2, 1),
        learned: date | None = None,
    ) -> "Village":
        row = f.Participation(person, programme, klass, enrolled, days, total, learned)
        return self.add("participations", row)

    def guides(self, mentor: str, *mentees: str) -> "Village":
        for mentee in mentees:
            self.add("mentorings", f.Mentoring(mentor, mentee))
        return self

    def declares(
        self,
        value: int | None,
        code: str = "adults",
        on: date = date(2026, 1, 1),
        *,
        official: bool = True,
        unit: str | None = None,
        source: str = "Công an xã",
    ) -> "Village":
        row = f.DeclaredPopulation(self.key(), code, value, on, source, official, unit)
        return self.add("declared_populations", row)

    def declares_measure(
        self,
        n: int,
        d: int | None,
        what: str = "smartphone",
        on: date = date(2026, 1, 1),
        *,
        official: bool = True,
        unit: str | None = None,
    ) -> "Village":
        row = f.DeclaredMeasure(self.key(), what, n, d, on, "Trưởng thôn", official, unit)
        return self.add("declared_measures", row)

    def held(
        self, on: date, what: str = "community-class", n: int = 1, unit: str | None = None
    ) -> "Village":
        return self.add("counts", f.Count(self.key(), what, on, n, unit))

    def facts(self, **more: Any) -> f.Facts:
        return f.Facts(**self.rows, **more)

    def figure(
        self,
        rule: Counted | Indicator,
        target: Target | None = None,
        as_of: date = date(2026, 12, 31),
        settings: f.Settings | None = None,
        **more: Any,
    ) -> Figure:
        """The figure of one rule on a day; the target is that of the day's year."""
        one = rule if isinstance(rule, Indicator) else indicator(rule, target, year=as_of.year)
        whole = plan(one, years=tuple(sorted(one.years)), **more)
        return compute(whole, self.facts(), as_of.year, as_of, settings).figures[0]


def figures_by_unit(figure: Figure) -> Mapping[Any, tuple[int | None, int]]:
    """Population and numerator of each unit row."""
    return {row.unit: (row.population, row.numerator) for row in figure.by_unit}


__all__ = [
    "ATTAINED",
    "CLASSES",
    "CONFIRMED",
    "HOUSEHOLD",
    "MENTOR",
    "SMARTPHONE",
    "TRAINED",
    "Level",
    "Village",
    "Window",
    "at_least",
    "counted",
    "figures_by_unit",
    "indicator",
    "more_than",
    "plan",
    "population",
]
