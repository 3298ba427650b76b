"""The ladder of proof, and the day on which a proof was reached."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules import (
    Reached,
    TaskEvidence,
    TestEvidence,
    attainments,
    event_time,
    local_day,
    missing_for_certificate,
)
from assessments.rules.proofs import Evidence
from courses.rules import CertificateRule, PassRule

pytestmark = pytest.mark.pure

RULE = PassRule("basic", 75, required_tasks=("a", "b"), accommodations=("oral", "large_type"))
START = datetime(2026, 3, 2, 2, tzinfo=UTC)
MINUTES_5 = timedelta(minutes=5)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def sat(number: int, sitting: str | None = "s", **told: object) -> TestEvidence:
    """A test passed on a day, in a sitting unless told otherwise."""
    values = {"id": f"t{number}", "occurred_at": day(number), "passed": True, "sitting": sitting}
    return TestEvidence(**values | told)  # type: ignore[arg-type]  # A shorthand of these tests.


def task(number: int, name: str, verdict: str = "can_do", **told: bool) -> TaskEvidence:
    return TaskEvidence(f"o{number}{name}", name, day(number), verdict, **told)


def proofs(*evidence: Evidence, rule: PassRule = RULE) -> dict[str, date]:
    return {one.proof: one.occurred_on for one in attainments(evidence, rule)}


def test_a_pass_at_home_proves_test_passed_alone() -> None:
    assert proofs(sat(1, sitting=None)) == {"test_passed": date(2026, 3, 3)}


def test_a_pass_in_a_sitting_proves_both() -> None:
    assert list(proofs(sat(1))) == ["test_passed", "test_supervised"]


def test_a_failed_test_proves_nothing() -> None:
    assert proofs(sat(1, passed=False), task(1, "a"), task(1, "b")) == {}


def test_every_required_task_is_needed_and_the_last_evidence_gives_the_day() -> None:
    assert "task_observed" not in proofs(sat(1), task(5, "a"))
    assert "task_observed" not in proofs(sat(1), task(5, "a"), task(6, "b", "needs_help"))
    found = proofs(sat(1), task(5, "a"), task(3, "b"))
    assert found["task_observed"] == date(2026, 3, 7)
    assert found["test_supervised"] == date(2026, 3, 3)


def test_a_task_done_before_the_test_is_dated_by_the_test() -> None:
    found = proofs(sat(4), task(1, "a"), task(2, "b"))
    assert found["task_observed"] == date(2026, 3, 6)


def test_a_programme_without_required_tasks_has_no_observed_work() -> None:
    rule = PassRule("basic", 75)
    assert list(proofs(sat(1), task(1, "a"), rule=rule)) == [
        "test_passed",
        "test_supervised",
    ]


def test_an_allowed_oral_form_stands_for_the_supervised_test_in_observed_work() -> None:
    oral = sat(1, sitting=None, accommodations=("oral",))
    found = proofs(oral, task(1, "a"), task(1, "b"))
    assert list(found) == ["test_passed", "task_observed"]


def test_an_accommodation_that_the_rule_does_not_allow_makes_no_proof() -> None:
    assert proofs(sat(1, accommodations=("helper",))) == {}


def test_claimed_work_stays_at_test_passed_until_it_is_confirmed() -> None:
    claimed = sat(1, confirmed=False)
    assert list(proofs(claimed, task(1, "a"), task(1, "b"))) == ["test_passed"]
    unseen = task(1, "b", confirmed=False)
    assert "task_observed" not in proofs(sat(1), task(1, "a"), unseen)


def test_half_past_eleven_at_night_on_new_years_eve_is_still_the_old_year() -> None:
    late = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    assert local_day(late) == date(2025, 12, 31)
    assert local_day(late + timedelta(minutes=30)) == date(2026, 1, 1)
    with pytest.raises(ValueError, match="aware"):
        local_day(datetime(2025, 12, 31))  # noqa: DTZ001 - the naive time is what is tested.


evidences = st.lists(
    st.one_of(
        st.builds(
            TestEvidence,
            id=st.sampled_from("pqrs"),
            occurred_at=st.integers(0, 9).map(day),
            passed=st.booleans(),
            sitting=st.sampled_from([None, "s"]),
            accommodations=st.sampled_from([(), ("oral",), ("helper",)]),
            confirmed=st.booleans(),
        ),
        st.builds(
            TaskEvidence,
            id=st.sampled_from("wxyz"),
            task=st.sampled_from("abc"),
            occurred_at=st.integers(0, 9).map(day),
            verdict=st.sampled_from(["can_do", "needs_help", "not_yet"]),
            confirmed=st.booleans(),
        ),
    ),
    max_size=8,
)


@given(evidences, st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_duplicates_change_no_attainment(
    evidence: list[Evidence], chance: random.Random
) -> None:
    shuffled = evidence + chance.sample(evidence, k=len(evidence) // 2)
    chance.shuffle(shuffled)
    assert attainments(shuffled, RULE) == attainments(evidence, RULE)


@given(evidences, evidences)
def test_more_evidence_never_takes_a_proof_away_or_makes_it_later(
    held: list[Evidence], late: list[Evidence]
) -> None:
    before: dict[str, Reached] = {one.proof: one for one in attainments(held, RULE)}
    after = {one.proof: one for one in attainments([*held, *late], RULE)}
    assert set(before) <= set(after)
    assert all(after[proof].occurred_at <= one.occurred_at for proof, one in before.items())


@given(evidences)
def test_every_proof_names_evidence_that_was_there_on_its_day(evidence: list[Evidence]) -> None:
    for reached in attainments(evidence, RULE):
        named = [one for one in evidence if one.id in reached.evidence]
        assert reached.occurred_at in {one.occurred_at for one in named}


def test_a_certificate_lacks_what_its_programme_asks_for() -> None:
    missing = missing_for_certificate([sat(1, sitting=None), task(1, "a")], RULE)
    assert [(one.code, one.name) for one in missing] == [
        ("proof", "test_supervised"),
        ("task", "b"),
    ]
    whole = [sat(1), task(1, "a"), task(1, "b")]
    assert missing_for_certificate(whole, RULE) == ()
    plain = PassRule("basic", 75, certificate=CertificateRule("test_passed", tasks=False))
    assert missing_for_certificate([sat(1, sitting=None)], plain) == ()


def test_the_measured_offset_mends_a_wrong_clock_and_a_large_one_is_flagged() -> None:
    told = event_time(START - timedelta(hours=7), timedelta(hours=7), START, START + MINUTES_5)
    assert (told.at, told.moved, told.skewed) == (START, False, True)


def test_an_event_before_the_session_opened_is_moved_into_it_and_flagged() -> None:
    received = START + timedelta(hours=3)
    early = event_time(START - timedelta(minutes=6), timedelta(), START, received)
    assert (early.at, early.moved) == (START, True)
    slightly = event_time(START - MINUTES_5, timedelta(), START, received)
    assert (slightly.at, slightly.moved) == (START, False)


def test_an_event_from_the_future_happened_at_the_latest_when_it_was_received() -> None:
    told = event_time(START + timedelta(days=400), timedelta(), None, START)
    assert (told.at, told.moved) == (START, True)


times = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone.


@given(times, st.timedeltas(timedelta(days=-9), timedelta(days=9)), times, times)
def test_event_times_lie_between_the_opening_and_the_arrival(
    device: datetime, offset: timedelta, one: datetime, other: datetime
) -> None:
    opened, received = sorted([one, other])
    told = event_time(device, offset, opened, received)
    assert opened <= told.at <= received
    if opened <= device + offset <= received:
        assert (told.at, told.moved) == (device + offset, False)
