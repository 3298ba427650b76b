"""What the sample commune was told by others: plans, declared figures, counts, VNeID confirmations."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core.guard import Actor
from lms.core.ids import derived
from lms.indicators import actions, snapshots
from lms.indicators.closing_period import free_day
from lms.indicators.plan_file import shipped_plans
from lms.sample import letters
from lms.sample.roster import Dice, Villager

SOURCE = "số liệu mẫu, không có thật"
REMARK = "Bản chốt mẫu để xem thử, không có thật."
CLOSED_PLAN = "viet-tri"


def adopt_plans(session: Session, who: Actor) -> None:
    """The sample works with all five shipped plans, so that each can be looked at."""
    for code in shipped_plans():
        actions.adopt_shipped(session, who, code)


def declare(
    session: Session,
    who: Actor,
    today: date,
    persons: Sequence[UUID],
    villagers: Sequence[Villager],
) -> None:
    """Figures of other bodies, all marked as made up; some are left out on purpose."""
    grown = sum(today.year - v.year >= 18 for v in villagers)
    urban = sum(today.year - v.year >= 18 and v.unit.startswith("tdp") for v in villagers)
    a_week_ago = today - timedelta(days=7)
    measure = actions.declare_measure
    measure(session, who, "smartphone", grown * 83 // 100, grown, a_week_ago, SOURCE, "estimate")
    measure(
        session, who, "payment-account", urban * 58 // 100, urban, a_week_ago, SOURCE, "estimate"
    )
    measure(session, who, "digital-identity", grown * 91 // 100, None, a_week_ago, SOURCE)
    for what, days in (("pilot-model", 45), ("elderly-class", 70), ("elderly-class", 35)):
        day = today - timedelta(days=days)
        actions.record_count(
            session, who, what, day, 1, SOURCE, key=derived("sample-count", what, days)
        )
    _confirmations(session, who, today, persons, villagers)


def _confirmations(
    session: Session,
    who: Actor,
    today: date,
    persons: Sequence[UUID],
    villagers: Sequence[Villager],
) -> None:
    dice = Dice("xác nhận VNeID")
    for number, (days, percent) in enumerate(((90, 24), (20, 31)), 1):
        listed = today - timedelta(days=days)
        rows = [
            (person, listed - timedelta(days=dice.below(25)), None, None)
            for person, villager in zip(persons, villagers, strict=True)
            if listed.year - villager.year >= 18 and dice.chance(percent)
        ]
        document = f"Danh sách mẫu lần {number}, không có thật"
        actions.record_outside_facts(
            session, who, "vneid_confirmed", SOURCE, document, listed, rows
        )


def close_days(session: Session, who: Actor, today: date) -> None:
    """Two days of one plan closed, so that closings and their comparison can be looked at."""
    last = today.replace(day=1) - timedelta(days=1)
    for day in (last.replace(day=1) - timedelta(days=1), last):
        closing = snapshots.Closing(free_day(day), remark=REMARK, in_spite=REMARK)
        row = snapshots.close(session, who, CLOSED_PLAN, closing)
    letters.write(session, who, row)
