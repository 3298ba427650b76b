"""A report as people read it: one line per figure, the same on screen, paper and spreadsheet.

Numbers stay numbers (exact, for cells); beside each stands the Vietnamese text that is printed.
Nothing is computed here: what the engine says is put into words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lms.core.i18n import _
from lms.core.text import day
from lms.indicators import wording
from lms.indicators.rules.arithmetic import number_text, points_text
from lms.indicators.rules.figure import Figure, PlanReport, State
from lms.indicators.rules.plan import (
    MAIN_READING,
    Commitment,
    Indicator,
    Plan,
    Reading,
    Roles,
    Target,
)
from lms.indicators.rules.vocabulary import (
    LADDER,
    OUTSIDE_FACTS,
    CountedOf,
    MeasureKind,
    Operator,
    Subject,
    TargetUnit,
)

PROVEN = (
    MeasureKind.ATTAINED,
    MeasureKind.TRAINED,
    MeasureKind.CONFIRMED,
    MeasureKind.HAS_AT_LEAST,
)
SUBJECT_WORDS = {
    Subject.PERSON: "người",
    Subject.HOUSEHOLD: "hộ",
    Subject.TEAM: "tổ",
    Subject.UNIT: "đơn vị",
    Subject.THING: "",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder, or one kind of outside fact: its code, its name, how many people."""

    code: str
    name: str
    number: int
    counts: bool


@dataclass(frozen=True, slots=True)
class Other:
    """Another reading or a contradiction of the plan, with its own figure where it has one."""

    code: str
    where: str
    text: str
    figure: Figure | None
    chosen: bool = False

    @property
    def result(self) -> str:
        """'62,1% (418 trên 672): đạt' or why there is no figure."""
        if self.figure is None:
            return ""
        said = [figure_text(self.figure), verdict(self.figure)[1]]
        return ": ".join(word for word in said if word)

    @property
    def verdict(self) -> str:
        """'đạt', 'chưa đạt', or why neither can be said."""
        return verdict(self.figure)[1] if self.figure else ""

    @property
    def state(self) -> str:
        """The colour that goes with the verdict."""
        return verdict(self.figure)[0] if self.figure else "neutral"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure under the plan's own number, with everything that is printed beside it."""

    no: str
    code: str
    title: str
    own_title: str
    where: str
    figure: Figure
    population: str
    roles: Roles
    others: tuple[Other, ...]
    notes: tuple[str, ...]
    is_commitment: bool = False

    @property
    def label(self) -> str:
        """The plan's own number; empty where the plan gives none."""
        return "" if self.no.strip() in ("", "–", "-") else self.no

    @property
    def unit_word(self) -> str:
        """What the numbers count: người, hộ, tổ, đơn vị; nothing for things."""
        return _(SUBJECT_WORDS[self.figure.counted.subject]) if self.counts_subjects else ""

    @property
    def counts_subjects(self) -> bool:
        """Whether it is a share of a population, and no number of things."""
        return self.figure.counted.subject is not Subject.THING

    @property
    def counts_people_by_proof(self) -> bool:
        """Whether the ladder of proof says anything about this figure."""
        measure = self.figure.counted.measure
        proven = measure.kind in PROVEN and measure.of is not CountedOf.MENTEES
        return proven and self.figure.counted.subject is not Subject.UNIT

    @property
    def value_text(self) -> str:
        """The headline: a rate, a number of things, or why there is none."""
        return figure_headline(self.figure)

    @property
    def numerator(self) -> int | None:
        """The numerator, or the number of things."""
        return self.figure.outcome.numerator

    @property
    def denominator(self) -> int | None:
        """The denominator; None for a number of things."""
        return self.figure.population.size if self.counts_subjects else None

    @property
    def rate(self) -> Decimal | None:
        """The rate in percent, cut to one decimal."""
        return self.figure.outcome.rate

    @property
    def target(self) -> Target | None:
        """This year's target."""
        return self.figure.target

    @property
    def target_text(self) -> str:
        """'trên 95%', 'phấn đấu 85%', 'kế hoạch không quy định'."""
        return wording.target_text(self.figure.target)

    @property
    def state(self) -> str:
        """success, warning, neutral or info: the colour that goes with `state_text`."""
        return verdict(self.figure)[0]

    @property
    def state_text(self) -> str:
        """'đạt', 'chưa đạt', or why neither can be said."""
        return verdict(self.figure)[1]

    @property
    def needed_text(self) -> str:
        """'cần thêm 41 người'; empty where met or unknown."""
        gap = self.figure.outcome.gap_people
        if not gap:
            return ""
        return _("cần thêm %(n)s", n=" ".join(filter(None, (number_text(gap), self.unit_word))))

    @property
    def points_text(self) -> str:
        """'thiếu 3,2 điểm phần trăm'; empty where met or unknown."""
        points = self.figure.outcome.gap_points
        return _("thiếu %(n)s điểm phần trăm", n=points_text(points)) if points else ""

    @property
    def not_yet_text(self) -> str:
        """'còn 312 người chưa đạt': population − numerator, another number than `needed_text`."""
        left = self.figure.outcome.not_yet
        if not left:
            return ""
        return _("còn %(n)s %(unit)s chưa đạt", n=number_text(left), unit=self.unit_word)

    @property
    def population_line(self) -> str:
        """Where the denominator comes from; empty for a number of things."""
        return wording.population_text(self.figure.population) if self.counts_subjects else ""

    @property
    def sources(self) -> str:
        """Where a declared numerator comes from."""
        return "; ".join(self.figure.sources)

    @property
    def ladder(self) -> tuple[Step, ...]:
        """How many of the population stand at least on each rung; empty where none is counted."""
        if not self.counts_people_by_proof:
            return ()
        accepts = self.figure.counted.counted_proofs
        rungs = self.figure.ladder
        return tuple(
            Step(code, wording.proof_name(code), rungs[code], code in accepts)
            for code in LADDER
            if code in rungs
        )

    @property
    def outside(self) -> tuple[Step, ...]:
        """Facts from outside, each counted only where the indicator names it."""
        if not self.counts_people_by_proof:
            return ()
        accepts = self.figure.counted.counted_proofs
        found = self.figure.outside
        return tuple(
            Step(code, wording.proof_name(code), found[code], code in accepts)
            for code in OUTSIDE_FACTS
            if code in found
        )

    @property
    def leads(self) -> str:
        """Who leads or does it, in one text."""
        done = _("thực hiện: %(units)s", units="; ".join(self.roles.done_by))
        return "; ".join([*self.roles.lead, *([done] if self.roles.done_by else [])])

    @property
    def helpers(self) -> str:
        """Who guides and who coordinates, in one text."""
        guides = _("hướng dẫn, tổng hợp: %(units)s", units="; ".join(self.roles.guides))
        return "; ".join([*([guides] if self.roles.guides else []), *self.roles.coordinates])

    @property
    def remarks(self) -> list[str]:
        """Every note that must be printed with the figure."""
        return list(_remarks(self))


def _remarks(line: Line) -> Iterator[str]:
    figure = line.figure
    if figure.outcome.exceeds:
        yield wording.exceeds_text()
    if line.sources and figure.sources != figure.population.sources:
        yield _("nguồn số liệu: %(source)s", source=line.sources)
    if figure.lacks:
        yield wording.lacks_text(len(figure.lacks))
    if figure.reading not in (None, MAIN_READING):
        chosen = next((one.text for one in line.others if one.chosen), figure.reading)
        yield _("xã chọn cách hiểu khác: %(said)s", said=chosen)
    yield from line.notes


def figure_headline(figure: Figure) -> str:
    """A figure in one word: '85,5%', '12', 'chưa có số liệu', 'thiếu mẫu số'."""
    outcome = figure.outcome
    if outcome.rate_text is not None:
        return outcome.rate_text
    if outcome.state in (State.NO_DATA, State.NO_DENOMINATOR):
        return wording.state_text(outcome.state)
    return number_text(outcome.numerator or 0)


def figure_text(figure: Figure) -> str:
    """'62,1% (418 trên 672)', '12', or why there is none."""
    outcome, size = figure.outcome, figure.population.size
    if outcome.rate_text is None or size is None:
        return figure_headline(figure)
    whole = _("%(n)s trên %(d)s", n=number_text(outcome.numerator or 0), d=number_text(size))
    return f"{outcome.rate_text} ({whole})"


def verdict(figure: Figure) -> tuple[str, str]:
    """The state's colour and its word."""
    outcome = figure.outcome
    if outcome.exceeds:
        return "warning", _("cần kiểm tra lại")
    if outcome.state is State.OK:
        return ("success", _("đạt")) if outcome.met else ("warning", _("chưa đạt"))
    colour = "neutral" if outcome.state is State.NO_TARGET else "info"
    return colour, wording.state_text(outcome.state)


def operator_text(target: Target | None) -> str:
    """The comparison as it stands in the annex: '>', '≥', 'mỗi', or nothing."""
    if target is None:
        return ""
    if target.unit is TargetUnit.EACH:
        return _("mỗi")
    return ">" if target.operator is Operator.MORE_THAN else "≥"


# --- lines of a report --------------------------------------------------------------------------


def lines_of(report: PlanReport) -> list[Line]:
    """Indicators in the plan's own order and numbering."""
    pairs = zip(report.plan.indicators, report.figures, strict=True)
    return [_indicator_line(report, indicator, figure) for indicator, figure in pairs]


def commitment_lines(report: PlanReport) -> list[Line]:
    """What the plan promises without a year, where it can be counted."""
    counted = [promise for promise in report.plan.commitments if promise.counted is not None]
    pairs = zip(counted, report.commitments, strict=True)
    return [_commitment_line(report.plan, promise, figure) for promise, figure in pairs]


def line_of(report: PlanReport, code: str) -> Line | None:
    """The line of one indicator or commitment."""
    lines = [*lines_of(report), *commitment_lines(report)]
    return next((line for line in lines if line.code == code), None)


def _indicator_line(report: PlanReport, indicator: Indicator, figure: Figure) -> Line:
    return Line(
        no=indicator.no,
        code=indicator.code,
        title=indicator.official_title or indicator.title,
        own_title=indicator.title,
        where=figure.where or indicator.where,
        figure=figure,
        population=_population(report.plan, figure),
        roles=_roles(report.plan, indicator.roles),
        others=_others(report, indicator, figure),
        notes=(*_not_yet_in_force(report, figure), *indicator.notes),
    )


def _not_yet_in_force(report: PlanReport, figure: Figure) -> tuple[str, ...]:
    early = figure.starts is not None and report.as_of < figure.starts
    return (_("chỉ tiêu tính từ %(day)s", day=day(figure.starts)),) if early else ()


def _commitment_line(plan: Plan, promise: Commitment, figure: Figure) -> Line:
    return Line(
        no="",
        code=promise.code,
        title=promise.title,
        own_title=promise.title,
        where=promise.where,
        figure=figure,
        population=_population(plan, figure),
        roles=_roles(plan, promise.roles),
        others=(),
        notes=promise.notes,
        is_commitment=True,
    )


def _population(plan: Plan, figure: Figure) -> str:
    return wording.population_name(figure.counted.population, plan.names)


def _roles(plan: Plan, roles: Roles) -> Roles:
    """An indicator that names no unit at all is led by whoever leads the plan."""
    return roles if any((roles.lead, roles.done_by, roles.guides)) else _led(plan, roles)


def _led(plan: Plan, roles: Roles) -> Roles:
    return Roles(lead=plan.lead, coordinates=roles.coordinates)


def _others(report: PlanReport, indicator: Indicator, figure: Figure) -> tuple[Other, ...]:
    """Readings of this year: those with a figure first as computed, then those only told."""
    figures = {one.reading: one for one in figure.readings}
    year = report.plan.target_year(report.year)
    told = [r for r in indicator.readings if not r.years or year is None or year in r.years]
    main = _main_reading(figure, figures)
    return (*main, *(_other(reading, figure, figures) for reading in told))


def _main_reading(figure: Figure, figures: dict[str | None, Figure]) -> tuple[Other, ...]:
    """The plan's own reading, when the commune chose another one as the main figure."""
    own = figures.get(MAIN_READING)
    if figure.reading == MAIN_READING or own is None:
        return ()
    return (Other(MAIN_READING, "", _("Cách hiểu thứ nhất của kế hoạch"), own),)


def _other(reading: Reading, figure: Figure, figures: dict[str | None, Figure]) -> Other:
    chosen = figure.reading == reading.code
    return Other(
        reading.code, reading.where, reading.text, figures.get(reading.code), chosen=chosen
    )
