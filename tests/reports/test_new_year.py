"""The days after New Year: what is still owed for the year that ended."""

from datetime import UTC, datetime

import pytest

from lms.core import clock
from lms.core.db import Database
from lms.core.guard import system
from lms.core.keys import Keys
from lms.indicators import actions as plans
from lms.reports.calendar_reminders import letters
from lms.reports.unit_link_desk import Desk
from tests.cast import Cast
from tests.indicators.commune import Village

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.mark.parametrize("plan", ["thuan-an", "viet-tri"])
def test_units_are_asked_after_new_year_for_the_report_of_the_year_that_ended(
    database: Database, cast: Cast, keys: Keys, plan: str
) -> None:
    """Both plans end with 2026; one writes no day for the report, the other writes one in December."""
    with clock.frozen(datetime(2026, 11, 1, 2, 0, tzinfo=UTC)), database.write() as session:
        plans.adopt_shipped(session, system(cast["TBT"]), plan)
        Village(session, cast)
    with clock.frozen(datetime(2027, 1, 4, 2, 0, tzinfo=UTC)), database.read() as session:
        desk = Desk(session, cast["TBT"], clock.today())
        village = next(one for one in letters(desk, keys, "") if one.unit.id == cast["thon_dong"])
        assert desk.duty is not None
        assert desk.duty.ends.year == 2026
        assert village.owes
        assert "2026" in village.text
    with clock.frozen(datetime(2027, 6, 4, 2, 0, tzinfo=UTC)), database.read() as session:
        desk = Desk(session, cast["TBT"], clock.today())
        assert desk.duty is None
        assert all("đã nhận đủ" not in one.text for one in letters(desk, keys, ""))
