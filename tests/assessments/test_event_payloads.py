"""Payloads that no program of ours writes are kept raw: they neither stop a batch nor become a fault later."""

import pytest

from assessments.events import KINDS
from lms.ledger.envelope import payload_fits

pytestmark = pytest.mark.pure
OPENED = next(kind for kind in KINDS if kind.name == "activity.opened")
SUBMITTED = next(kind for kind in KINDS if kind.name == "attempt.submitted")


@pytest.mark.parametrize("depth", [100, 400, 600, 900, 20_000])
def test_a_payload_of_any_depth_is_judged_and_not_crashed_on(depth: int) -> None:
    for nested in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        assert not payload_fits(OPENED, f'{{"lesson":"x","screen":{nested}}}'.encode())
        assert not payload_fits(OPENED, f'{{"lesson":"x","more":{nested}}}'.encode())


def test_a_nul_is_found_wherever_it_lies() -> None:
    for odd in ('"a\\u0000"', '["a\\u0000"]', '[{"b":["\\u0000"]}]', '{"a\\u0000":1}'):
        assert not payload_fits(OPENED, f'{{"lesson":{odd},"screen":1}}'.encode())


@pytest.mark.parametrize("screen", ['"5"', '"٥"', '" 5 "', "5.7", "5.0", "1e2", "true", "1e999"])
def test_a_number_is_a_whole_number_and_nothing_that_could_be_read_as_one(screen: str) -> None:
    assert payload_fits(OPENED, b'{"lesson":"x","screen":5}')
    assert not payload_fits(OPENED, f'{{"lesson":"x","screen":{screen}}}'.encode())
    handed_in = f'{{"count":{screen},"hash":"{"a" * 64}"}}'
    assert not payload_fits(SUBMITTED, handed_in.encode())
