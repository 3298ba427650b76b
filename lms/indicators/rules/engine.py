"""The engine: a plan, the facts and a cut-off day in, every figure out. Pure and exact.

Source: design/domain.md "Indicators" and "Settled choices". The register's people are counted as
sets, so a person in several groups is counted once in each population and never twice in one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from lms.indicators.rules.breakdown import by_group, person_units, unit_rows, units_of
from lms.indicators.rules.day import Day
from lms.indicators.rules.deadlines import calendar_of
from lms.indicators.rules.declared import Declared
from lms.indicators.rules.evidence import Evidence
from lms.indicators.rules.facts import Facts, Key, Settings
from lms.indicators.rules.figure import Figure, PlanReport
from lms.indicators.rules.outcome import counted_outcome, share_outcome
from lms.indicators.rules.plan import (
    MAIN_READING,
    Commitment,
    Counted,
    Indicator,
    Plan,
    Target,
    YearRule,
)
from lms.indicators.rules.population import size_declared, size_of
from lms.indicators.rules.tally import Tally, declared_tally, tally_of, things_of
from lms.indicators.rules.vocabulary import Level, MeasureKind, Subject


class YearMismatch(ValueError):
    """The target's year is the cut-off's year; asking for another would mix two years."""


def compute(
    plan: Plan, facts: Facts, year: int, as_of: date, settings: Settings | None = None
) -> PlanReport:
    """Every figure of a plan at the end of the day `as_of`, with that year's targets.

    Raises YearMismatch when `year` is not the cut-off's year.
    """
    return Bench(plan, Day(facts, as_of, settings or Settings())).report(year)


class Bench:
    """One plan on one day: holds the day and its evidence while the figures are made."""

    def __init__(self, plan: Plan, day: Day) -> None:
        self.plan = plan
        self.day = day
        self.evidence = Evidence(day)

    def report(self, year: int) -> PlanReport:
        """Every figure of the plan on the day; YearMismatch when the day is of another year."""
        as_of = self.day.as_of
        if year != as_of.year:
            raise YearMismatch(f"{year} is not the year of {as_of.isoformat()}")
        return PlanReport(
            plan=self.plan,
            year=year,
            as_of=as_of,
            settings=self.day.settings,
            figures=tuple(self.indicator(indicator) for indicator in self.plan.indicators),
            commitments=tuple(self.commitments()),
            calendar=calendar_of(self.plan.reports, year),
        )

    def indicator(self, indicator: Indicator) -> Figure:
        """The main figure of an indicator, the other readings inside it."""
        rules = self._readings(indicator)
        (main_code, main), *others = rules.items()
        figure = self.figure(indicator.code, main_code, main, starts=indicator.starts)
        readings = (
            self.figure(indicator.code, code, rule, starts=indicator.starts)
            for code, rule in others
        )
        return replace(figure, where=main.where or indicator.where, readings=tuple(readings))

    def counted(self, indicator: Indicator) -> Counted:
        """What the main figure of an indicator counts on the day, as the commune chose to read it."""
        main = next(iter(self._readings(indicator).values()))
        return self._at_chosen_level(indicator.code, main.counted)

    def _readings(self, indicator: Indicator) -> dict[str, YearRule]:
        """The plan's own reading and the computable others, the commune's choice first."""
        rule = indicator.rule_for(self.day.as_of.year, open_ended=self.plan.open_ended)
        rules = {MAIN_READING: rule}
        year = self.plan.target_year(self.day.as_of.year)
        if year is not None:
            for reading in indicator.readings:
                if reading.variant is not None and reading.computable_in(year):
                    rules[reading.code] = reading.variant.apply(rule)
        choice = self.day.settings.readings.get(indicator.code, MAIN_READING)
        return {choice: rules[choice], **rules} if choice in rules else rules

    def commitments(self) -> Iterator[Figure]:
        """Figures of the promises that can be counted."""
        for item in self.plan.commitments:
            if item.counted is not None:
                yield self._commitment(item, item.counted)

    def _commitment(self, item: Commitment, counted: Counted) -> Figure:
        figure = self.figure(item.code, MAIN_READING, YearRule(counted, item.target))
        return replace(figure, where=item.where)

    def figure(
        self, code: str, reading: str, rule: YearRule, *, starts: date | None = None
    ) -> Figure:
        """One figure by one rule; before the day it starts there is no target yet."""
        counted = self._at_chosen_level(code, rule.counted)
        early = starts is not None and self.day.as_of < starts
        target = None if early else rule.target
        made = self._made(code, counted, target)
        return replace(made, reading=reading, starts=starts)

    def _at_chosen_level(self, code: str, counted: Counted) -> Counted:
        chosen = self.day.settings.levels.get(code)
        if counted.level is not None or chosen is None:
            return counted
        return replace(counted, level=Level(chosen))

    def _made(self, code: str, counted: Counted, target: Target | None) -> Figure:
        declared = declared_tally(self.evidence, counted)
        if declared is not None:
            return self._from_declared(code, counted, target, declared.holding)
        counts_things = counted.measure.kind is MeasureKind.COUNT
        if counts_things and counted.subject is not Subject.UNIT:
            return self._from_things(code, counted, target)
        return self._from_tally(code, counted, target, tally_of(self.evidence, counted, target))

    def _from_declared(
        self, code: str, counted: Counted, target: Target | None, declared: Declared | None
    ) -> Figure:
        """A figure another body counted: only its numbers, its date and its source."""
        n = declared.numerator if declared else None
        size = size_declared(self.day, counted.population, declared)
        parts = declared.units if declared else ()
        numerators = {row.unit: row.numerator or 0 for row in parts}
        return Figure(
            code=code,
            reading=None,
            counted=counted,
            target=target,
            population=size,
            outcome=share_outcome(n, size.size, target),
            by_unit=unit_rows(self.day, None, _counter(numerators), declared),
            records=declared.keys if declared else (),
            sources=declared.sources if declared else (),
            lacks=declared.lacks if declared else (),
        )

    def _from_things(self, code: str, counted: Counted, target: Target | None) -> Figure:
        """A number of things: no denominator, no rate."""
        things = things_of(self.evidence, counted)
        return Figure(
            code=code,
            reading=None,
            counted=counted,
            target=target,
            population=size_of(self.day, counted.population, counted.subject)[0],
            outcome=counted_outcome(things.number, target),
            by_unit=unit_rows(self.day, None, _counter(things.by_unit)),
            people=things.people,
            records=things.records,
        )

    def _from_tally(
        self, code: str, counted: Counted, target: Target | None, tally: Tally
    ) -> Figure:
        """A share of a population read from the register."""
        size, declared = size_of(self.day, counted.population, counted.subject)
        people = tally.passed
        known = tally.is_known and size.register_size is not None
        figure = Figure(
            code=code,
            reading=None,
            counted=counted,
            target=target,
            population=size,
            outcome=share_outcome(len(people) if known else None, size.size, target),
            ladder=self.evidence.ladder(counted, tally.persons),
            outside=self.evidence.outside_counts(counted, tally.persons),
            people=people if known else frozenset(),
            missing=tally.subjects - people if known and declared is None else None,
            proofs=tally.proofs,
        )
        return self._broken_down(figure, tally, declared) if known else figure

    def _broken_down(self, figure: Figure, tally: Tally, declared: Declared | None) -> Figure:
        """Rows by unit, and for persons by sex and age band."""
        day, subject = self.day, figure.counted.subject
        if subject is not Subject.PERSON:
            whole = units_of(day, subject, tally.subjects)
            part = units_of(day, subject, figure.people)
            return replace(figure, by_unit=unit_rows(day, whole, part, declared))
        cells = day.population_cells(figure.counted.population)
        numerator = day.breakdown(figure.people)
        rows = unit_rows(day, person_units(cells), person_units(numerator), declared)
        return replace(
            figure,
            by_unit=rows,
            by_sex=by_group(cells, numerator, 1),
            by_age=by_group(cells, numerator, 2),
        )


def _counter(numbers: Mapping[Key | None, int]) -> Counter[Key | None]:
    """The numbers as a counter, so that an absent unit reads as 0."""
    return Counter(dict(numbers))
