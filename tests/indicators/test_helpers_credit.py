"""An ambassador is credited only when a mentee reaches a proof while they are a pair."""

from datetime import date
from typing import Any

import pytest

from lms.indicators.rules.credit import Pairing, Standing, credits, tally
from lms.indicators.rules.facts import Attainment

pytestmark = pytest.mark.pure

BEGAN, PARTED, TODAY = date(2026, 3, 1), date(2026, 6, 1), date(2026, 11, 22)


def proof(person: str, on: date, kind: str = "test_passed", key: str = "p") -> Attainment:
    return Attainment(key, person, "nguoi-dan", "basic", kind, on)


def pairing(mentee: str = "lan", ends: date | None = None, key: str = "k") -> Pairing:
    return Pairing(key, "mai", mentee, BEGAN, ends)


def judged(found: list[Attainment], ends: date | None = None, **roots: str) -> Standing:
    def root(who: Any) -> Any:
        return roots.get(who, who)

    return credits([pairing(ends=ends)], found, root)[0].standing


CASES: list[tuple[str, list[Attainment], date | None, Standing]] = [
    ("nothing reached", [], None, Standing.NOT_YET),
    ("another person's proof", [proof("hung", TODAY)], None, Standing.NOT_YET),
    ("a declaration is no proof", [proof("lan", TODAY, "self_declared")], None, Standing.NOT_YET),
    ("on the first day", [proof("lan", BEGAN)], None, Standing.CREDITED),
    ("the day before", [proof("lan", date(2026, 2, 28))], None, Standing.BEFORE),
    ("on the last day as a pair", [proof("lan", date(2026, 5, 31))], PARTED, Standing.CREDITED),
    ("on the day they parted", [proof("lan", PARTED)], PARTED, Standing.AFTER),
    (
        "before, and once more as a pair",
        [proof("lan", date(2026, 1, 1)), proof("lan", date(2026, 4, 1), "task_observed", "t")],
        PARTED,
        Standing.CREDITED,
    ),
    (
        "before and after, never within",
        [proof("lan", date(2026, 1, 1)), proof("lan", TODAY)],
        PARTED,
        Standing.BEFORE,
    ),
]


def test_worked_cases() -> None:
    for words, found, ends, wanted in CASES:
        assert judged(found, ends) is wanted, words


def test_a_proof_of_a_record_that_was_merged_counts() -> None:
    assert judged([proof("lan2", TODAY)], lan2="lan") is Standing.CREDITED


def test_the_strongest_proof_is_the_evidence() -> None:
    found = [proof("lan", TODAY, "test_passed", "a"), proof("lan", TODAY, "task_observed", "b")]
    (credit,) = credits([pairing()], found, lambda who: who)
    assert credit.proof is not None
    assert credit.proof.key == "b"


def test_a_mentee_is_counted_once_and_one_who_came_back_as_guided_now() -> None:
    pairs = [
        pairing("lan", PARTED, "1"),
        pairing("lan", None, "2"),
        pairing("hung", None, "3"),
        pairing("minh", PARTED, "4"),
        pairing("an", PARTED, "5"),
    ]
    reached = [proof("lan", date(2026, 4, 1)), proof("minh", date(2026, 4, 1))]
    found = tally(credits(pairs, reached, lambda who: who), TODAY)
    assert (found.guided, found.credited, found.parted, found.parted_credited) == (2, 1, 2, 1)
