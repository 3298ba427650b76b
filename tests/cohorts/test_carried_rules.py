"""How long a carried meeting lasted, from what several tablets told; and which days are proposed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.cohorts.carried_rules import Told, day_end, days_proposed, days_within, span

pytestmark = pytest.mark.pure

EIGHT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_it_lasts_from_the_first_opening_to_the_last_end() -> None:
    opened = [Told("a", EIGHT + HOUR), Told("b", EIGHT)]
    closed = [Told("a", EIGHT + 3 * HOUR), Told("b", EIGHT + 2 * HOUR)]
    assert span(opened, closed) == (EIGHT, EIGHT + 3 * HOUR)


def test_without_an_opening_there_is_none() -> None:
    assert span([], [Told("a", EIGHT)]) is None


def test_what_one_tablet_never_closed_ended_with_its_day() -> None:
    opened = [Told("a", EIGHT), Told("b", EIGHT)]
    assert span(opened, [Told("a", EIGHT + HOUR)]) == (EIGHT, day_end(EIGHT))


def test_a_test_opened_again_after_it_was_closed_is_open_again() -> None:
    opened = [Told("a", EIGHT), Told("a", EIGHT + 2 * HOUR)]
    assert span(opened, [Told("a", EIGHT + HOUR)]) == (EIGHT, day_end(EIGHT))
    later = [Told("a", EIGHT + HOUR), Told("a", EIGHT + 3 * HOUR)]
    assert span(opened, later) == (EIGHT, EIGHT + 3 * HOUR)


def test_an_end_before_the_beginning_is_the_beginning() -> None:
    assert span([Told("a", EIGHT)], [Told("b", EIGHT - HOUR), Told("a", EIGHT)]) == (EIGHT, EIGHT)


def test_the_day_ends_at_midnight_in_viet_nam() -> None:
    late = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
    assert day_end(late) == datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC)


def test_planned_days_are_proposed_else_today_and_tomorrow() -> None:
    today = date(2026, 11, 22)
    assert len(days_within(today)) == 14
    assert days_proposed(today, [date(2026, 11, 20)]) == [today, date(2026, 11, 23)]
    planned = [date(2026, 12, 5), date(2026, 11, 28), date(2026, 12, 6), date(2026, 11, 28)]
    assert days_proposed(today, planned) == [date(2026, 11, 28), date(2026, 12, 5)]
