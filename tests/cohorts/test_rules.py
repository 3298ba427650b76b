"""Rules of a class: PINs, pictures, corrections, the time of an event."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts import rules
from lms.cohorts.pictures import colours, drawings, spoken

pytestmark = pytest.mark.pure
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize("pin", ["0000", "7777", "1212", "1122", "1234", "4321", "0123", "9876"])
def test_what_people_would_try_first_is_never_given(pin: str) -> None:
    assert rules.is_weak(pin)
    drawn = iter([int(pin), 4827])
    assert rules.draw_pin(lambda _n: next(drawn)) == "4827"


def test_a_pin_of_the_class_is_not_given_twice_and_keeps_its_zeros() -> None:
    drawn = iter([4827, 37])
    assert rules.draw_pin(lambda _n: next(drawn), {"4827"}) != "4827"
    assert rules.draw_pin(lambda _n: 372) == "0372"


def test_a_class_of_fifty_shares_no_picture_with_its_colour() -> None:
    names, grounds, taken = list(drawings()), list(colours()), list[tuple[str, str]]()
    while (pair := rules.draw_picture(taken, names, grounds)) is not None:
        taken.append(pair)
    assert len(taken) == len(set(taken)) == len(names) * len(grounds) >= 50
    # While there are drawings left, no drawing is given twice.
    assert len({picture for picture, _ in taken[: len(names)]}) == len(names)


def test_every_picture_is_a_drawing_and_every_colour_a_ground() -> None:
    assert spoken("con-ga", "yellow") == "Con gà, nền vàng"


@given(st.integers(-(10**6), 10**6), st.integers(0, 10**5))
def test_an_event_lies_between_opening_and_arrival(skew: int, late: int) -> None:
    received = NOON + timedelta(seconds=late)
    at = rules.clamped(NOON + timedelta(seconds=skew), NOON, received)
    assert NOON <= at <= received


def test_without_an_opening_only_the_arrival_holds_an_event() -> None:
    early = NOON - timedelta(days=3)
    assert rules.clamped(early, None, NOON) == early
    assert rules.clamped(NOON + timedelta(days=3), None, NOON) == NOON


def test_the_correction_that_none_corrects_stands() -> None:
    assert rules.standing({"a": None, "c": "b", "b": "a"}) == "c"
    assert rules.standing({"a": None, "c": "a", "b": "a"}) == "c"
    # A ring can only be forged; every place still decides the same.
    assert rules.standing({"a": "b", "b": "a"}) == "b"


@pytest.mark.parametrize("typed", ["k1abcd", " K1 ABCD ", "k1a-bcd", "K1.A.B.C.D"])
def test_a_class_code_is_read_as_people_type_it(typed: str) -> None:
    assert rules.clean_code(typed) == "K1ABCD"
