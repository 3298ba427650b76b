"""What holds for every commune: sums, order, merges."""

import json
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.indicators.plan_file import load_plan, shipped_plans
from lms.indicators.rules.engine import compute
from lms.indicators.rules.facts import Facts, Merge, Person
from lms.indicators.rules.figure import Figure, PlanReport, canonical
from lms.indicators.rules.plan import Plan
from lms.indicators.rules.vocabulary import (
    MEMBERSHIP_KINDS,
    PROGRAMMES,
    PROOFS,
    STUDENT_LEVELS,
    MeasureKind,
    Subject,
)
from tests.indicators.village import Village

pytestmark = pytest.mark.pure

DAY = date(2026, 6, 30)
PLANS = {code: load_plan(text, code) for code, text in shipped_plans().items()}


def commune(seed: int, people: int = 30) -> Village:
    """A small commune of anything that may happen, the same for the same seed."""
    die = Random(seed)
    village = Village()
    for unit in "abc":
        village.unit(unit, die.choice(["thon", "to_dan_pho", "truong"]), urban=die.random() < 0.5)
        village.team(f"team-{unit}", unit)
    names = [f"p{n:02}" for n in range(people)]
    for name in names:
        _person(village, die, name)
        _proofs(village, die, name, names)
    for name in names[:3]:
        if die.random() < 0.5:
            village.merged(name, die.choice(names[3:]))
    _declared(village, die)
    return village


def _declared(village: Village, die: Random) -> None:
    days = [date(2026, 1, 1), date(2026, 3, 1)]
    for unit in (None, "a", "b"):
        if die.random() < 0.3:
            value, official = die.choice([None, 20, 40]), die.random() < 0.5
            village.declares(value, on=die.choice(days), official=official, unit=unit)
            village.declares_measure(7, value, on=die.choice(days), official=official, unit=unit)
        if die.random() < 0.6:
            village.held(DAY - timedelta(days=die.randint(0, 40)), unit=unit)


def _person(village: Village, die: Random, name: str) -> None:
    born = date(1930, 1, 1) + timedelta(days=die.randint(0, 34000))
    village.person(
        name,
        die.choice([born, born.year, None]),
        home=die.choice(["a", "b", "c", None]),
        house=die.choice([None, "h1", "h2", "h3", "h4"]),
        sex=die.choice(["nam", "nu", None]),
        died=die.choice([None] * 9 + [date(2026, 3, 1)]),
        until=die.choice([None] * 5 + [date(2026, 5, 1)]),
    )
    for kind in die.sample(MEMBERSHIP_KINDS, die.randint(0, 3)):
        unit = f"team-{die.choice('abc')}" if kind == "digital_team" else die.choice("abc")
        village.member(name, kind, unit, die.choice(STUDENT_LEVELS) if kind == "student" else None)


def _proofs(village: Village, die: Random, name: str, names: list[str]) -> None:
    for _ in range(die.randint(0, 3)):
        village.attained(
            name,
            die.choice(PROGRAMMES),
            die.choice(["basic", "proficient"]),
            die.choice(PROOFS),
            on=DAY - timedelta(days=die.randint(-20, 300)),
            revoked=die.choice([None, None, date(2026, 6, 1)]),
        )
    if die.random() < 0.3:
        village.outside(name, on=DAY - timedelta(days=die.randint(-5, 100)))
    if die.random() < 0.4:
        day = DAY - timedelta(days=die.randint(0, 200))
        village.came(name, day, programme=die.choice(PROGRAMMES), total=1, enrolled=day)
    if die.random() < 0.1:
        village.guides(name, *die.sample(names, 6))


def report(plan: Plan, facts: Facts) -> PlanReport:
    return compute(plan, facts, DAY.year, DAY)


def figures(facts: Facts) -> list[Figure]:
    """Every figure of the five plans, the other readings too."""
    found = []
    for plan in PLANS.values():
        made = report(plan, facts)
        main = [*made.figures, *made.commitments]
        found += main + [reading for figure in main for reading in figure.readings]
    return found


seeds = st.integers(0, 10_000)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_the_rows_of_every_breakdown_add_up_to_the_whole(seed: int) -> None:
    for figure in figures(commune(seed).facts()):
        n, size = figure.outcome.numerator, figure.population
        if not figure.by_unit or n is None:
            continue
        assert sum(row.numerator for row in figure.by_unit) == n
        assert len({row.unit for row in figure.by_unit}) == len(figure.by_unit)
        if figure.missing is not None:
            assert sum(row.population or 0 for row in figure.by_unit) == size.size
            assert len(figure.people) + len(figure.missing) == size.size
            assert not figure.people & figure.missing
        declared = figure.counted.measure.kind in (MeasureKind.DECLARED, MeasureKind.SUPPORTED)
        if figure.counted.subject is Subject.PERSON and not declared:
            for rows in (figure.by_sex, figure.by_age):
                assert sum(row.numerator for row in rows) == n
                assert sum(row.population for row in rows) == size.register_size


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_everybody_in_a_numerator_has_evidence_and_the_ladder_only_narrows(seed: int) -> None:
    for figure in figures(commune(seed).facts()):
        if figure.counted.subject in (Subject.PERSON, Subject.HOUSEHOLD, Subject.TEAM):
            assert all(figure.evidence_of(subject) for subject in figure.people)
        rungs = list(figure.ladder.values())
        assert rungs == sorted(rungs, reverse=True)


def shuffled(facts: Facts, seed: int) -> Facts:
    die = Random(seed)
    names = [name for name in Facts.__slots__ if isinstance(getattr(facts, name), list)]
    return replace(
        facts, **{n: die.sample(getattr(facts, n), len(getattr(facts, n))) for n in names}
    )


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(0, 100))
def test_the_order_of_the_facts_does_not_matter(seed: int, order: int) -> None:
    facts = commune(seed).facts()
    for plan in PLANS.values():
        first, second = report(plan, facts), report(plan, shuffled(facts, order))
        assert canonical(first) == canonical(second)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(3, 29))
def test_a_second_empty_record_merged_into_a_person_changes_nothing(seed: int, who: int) -> None:
    facts = commune(seed).facts()
    double = replace(
        facts,
        persons=[*facts.persons, Person("double")],
        merges=[*facts.merges, Merge("double", f"p{who:02}")],
    )
    for plan in PLANS.values():
        assert canonical(report(plan, facts)) == canonical(report(plan, double))


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(0, 29), st.integers(0, 29))
def test_merging_two_people_never_adds_anybody(seed: int, a: int, b: int) -> None:
    facts = replace(commune(seed).facts(), merges=())
    if a == b:
        return
    merged = replace(facts, merges=[Merge(f"p{a:02}", f"p{b:02}")])
    pairs = zip(figures(facts), figures(merged), strict=True)
    for before, after in pairs:
        if before.counted.subject is Subject.PERSON and before.missing is not None:
            assert after.population.register_size is not None
            assert before.population.register_size is not None
            # A filled birth may bring one more person of age; two records are never two people.
            assert f"p{a:02}" not in after.people
            assert after.population.register_size <= before.population.register_size + 1


def test_a_report_is_plain_json_and_the_same_every_time() -> None:
    facts = commune(7).facts()
    for plan in PLANS.values():
        text = json.dumps(canonical(report(plan, facts)), ensure_ascii=False, sort_keys=True)
        again = json.dumps(canonical(report(plan, facts)), ensure_ascii=False, sort_keys=True)
        assert text == again
        assert json.loads(text)["as_of"] == "2026-06-30"


def test_public_figures_leave_out_people_and_their_evidence() -> None:
    plain = canonical(report(PLANS["thuan-an"], commune(7).facts()), people=False)
    for figure in plain["figures"]:
        assert not {"people", "missing", "evidence", "proofs", "records"} & figure.keys()
    assert '"p0' not in json.dumps(plain)
    assert plain["figures"][0]["target"]["value"] == "100"
