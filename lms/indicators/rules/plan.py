"""A plan as data: what each indicator counts, for whom, and how much is asked in which year.

Source: design/domain.md "Indicators" and plans/README.md. Everything is frozen; the reader of
plan files (`lms.indicators.plan_file`) is the only place that builds a `Plan` from text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from lms.indicators.rules.deadlines import ReportDuty
from lms.indicators.rules.vocabulary import (
    DEFAULT_PROGRAMMES,
    DEFAULT_PROOFS,
    POPULATIONS,
    VNEID_CONFIRMED,
    Basis,
    CountedOf,
    Letterhead,
    Level,
    MeasureKind,
    Operator,
    Subject,
    TargetUnit,
    Window,
)

MAIN_READING = "plan"


@dataclass(frozen=True, slots=True)
class Population:
    """A group of subjects: a code, the school levels of students, or a union (`any_of`)."""

    code: str
    levels: tuple[str, ...] = ()
    any_of: tuple["Population", ...] = ()

    @property
    def key(self) -> str:
        """The name under which figures are declared: `adults`, `students(primary)`, `any_of[…]`."""
        if self.any_of:
            return f"any_of[{','.join(part.key for part in self.any_of)}]"
        return f"{self.code}({','.join(self.levels)})" if self.levels else self.code

    @property
    def parts(self) -> tuple["Population", ...]:
        """The populations a union is made of; a plain population is its own only part."""
        return self.any_of or (self,)

    @property
    def basis(self) -> Basis:
        """Residence, membership, class or unit; a union may mix them."""
        return Basis.UNION if self.any_of else POPULATIONS.get(self.code, Basis.NONE)

    @property
    def default_programmes(self) -> tuple[str, ...]:
        """Programmes that count here when the plan names none (settled choices)."""
        named = (code for part in self.parts for code in DEFAULT_PROGRAMMES.get(part.code, ()))
        return tuple(dict.fromkeys(named))


NO_POPULATION = Population("none")
"""For a number of things that is not about anybody: one pilot model."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Where the numerator comes from, with the one or two numbers its kind needs.

    `share` is the percent of a course's sessions that `trained` asks for; `k` and `of` belong to
    `has_at_least`; `what` and `label` name what is counted or declared; `posted_at` makes a count
    of persons whose membership is in a unit of that kind.
    """

    kind: MeasureKind
    share: Decimal | None = None
    k: int | None = None
    of: CountedOf | None = None
    what: str | None = None
    label: str | None = None
    posted_at: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """How much is asked: exact `value`, in percent, things, or of each subject."""

    operator: Operator
    value: Decimal
    unit: TargetUnit
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that decides who is in a figure, for one year."""

    subject: Subject
    population: Population
    measure: Measure
    level: Level | None = None
    window: Window = Window.EVER
    programmes: tuple[str, ...] | None = None
    accepts: tuple[str, ...] | None = None

    @property
    def asked_level(self) -> Level:
        """A plan that writes no level (students) asks for basic."""
        return self.level or Level.BASIC

    @property
    def counted_programmes(self) -> tuple[str, ...]:
        """Programmes the plan names, else the population's own."""
        return self.population.default_programmes if self.programmes is None else self.programmes

    @property
    def counted_proofs(self) -> tuple[str, ...]:
        """Proofs the plan names, else the default of the measure."""
        if self.accepts is not None:
            return self.accepts
        confirmed = self.measure.kind is MeasureKind.CONFIRMED
        return (VNEID_CONFIRMED,) if confirmed else DEFAULT_PROOFS


@dataclass(frozen=True, slots=True)
class YearRule:
    """One indicator in one year: what is counted, and the target or none."""

    counted: Counted
    target: Target | None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What another reading changes; a field that is None stays as the main reading has it."""

    target: Target | None = None
    no_target: bool = False
    subject: Subject | None = None
    population: Population | None = None
    measure: Measure | None = None
    level: Level | None = None

    def apply(self, rule: YearRule) -> YearRule:
        """The year's rule as this reading has it."""
        named = {
            name: value
            for name in ("subject", "population", "measure", "level")
            if (value := getattr(self, name)) is not None
        }
        target = None if self.no_target else self.target or rule.target
        return replace(rule, counted=replace(rule.counted, **named), target=target)


@dataclass(frozen=True, slots=True)
class Reading:
    """A contradiction inside the plan, or another reading of it; kept and shown, never dropped.

    `years` empty means every year of the plan. Without a `variant` it can only be printed.
    """

    code: str
    kind: str
    where: str
    text: str
    years: tuple[int, ...] = ()
    variant: Variant | None = None

    def computable_in(self, year: int) -> bool:
        """Whether this reading gives a figure of its own in that year."""
        return self.variant is not None and (not self.years or year in self.years)


@dataclass(frozen=True, slots=True)
class Roles:
    """Units by what the plan asks of them, in the plan's own words."""

    lead: tuple[str, ...] = ()
    done_by: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    coordinates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the plan, under the plan's own number and in its own order."""

    code: str
    no: str
    title: str
    where: str
    years: Mapping[int, YearRule]
    official_title: str | None = None
    starts: date | None = None
    roles: Roles = field(default_factory=Roles)
    readings: tuple[Reading, ...] = ()
    notes: tuple[str, ...] = ()

    def rule_for(self, year: int, *, open_ended: bool = False) -> YearRule:
        """The rule of a year; outside the plan's years the nearest one, without its target."""
        if year in self.years:
            return self.years[year]
        later = year > max(self.years)
        nearest = self.years[max(self.years) if later else min(self.years)]
        return nearest if later and open_ended else replace(nearest, target=None)


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something the plan promises without a year or a share; counted when it can be counted."""

    code: str
    where: str
    title: str
    counted: Counted | None = None
    target: Target | None = None
    roles: Roles = field(default_factory=Roles)
    due: date | None = None
    yearly_on: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """The commune a plan belongs to: its kind (xã, phường, đặc khu), name and province."""

    kind: str
    name: str
    province: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan file. `open_ended`: the plan names no last year, so its last targets stand."""

    code: str
    title: str
    place: Place
    letterhead: Letterhead
    years: tuple[int, ...]
    indicators: tuple[Indicator, ...]
    official_title: str | None = None
    open_ended: bool = False
    lead: tuple[str, ...] = ()
    lead_where: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    commitments: tuple[Commitment, ...] = ()
    reports: tuple[ReportDuty, ...] = ()
    notes: tuple[str, ...] = ()

    def target_year(self, year: int) -> int | None:
        """The plan's year whose targets hold in `year`; None outside the plan's years."""
        if year in self.years:
            return year
        return max(self.years) if self.open_ended and year > max(self.years) else None
