"""Who helps at home in the sample commune: ambassadors with mentees, and visits from door to door."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.guard import Actor
from lms.core.ids import derived
from lms.people import mentoring, visiting
from lms.people.mentoring import NewPair
from lms.people.models import Household
from lms.people.visiting import NewVisit
from lms.sample.roster import Dice, Villager
from lms.sample.timetable import CLASSES, RESIDENTS, SampleClass, learners

VILLAGES = 4
"""Villages in which somebody helps already; the others are still to be tried."""
NOTES = {
    "agreed": "Hẹn học lớp tới ở nhà văn hóa.",
    "needs_help": "Muốn có người đến chỉ cách dùng điện thoại.",
    "guided": "Đã chỉ cách gọi video và nhận biết tin nhắn lừa đảo.",
}


def help_at_home(
    session: Session, who: Actor, today: date, persons: Sequence[UUID],
    villagers: Sequence[Villager],
) -> None:  # fmt: skip
    """Pairs that began before the village's class, and one walk through each of these villages."""
    chosen = learners(villagers, today)
    for course in _first_classes():
        people = [n for n, v in enumerate(villagers) if v.unit == course.unit]
        _pair(session, who, today, course, persons, villagers, people, chosen[course.code])
        _walk(session, who, today, course, persons, villagers, people)


def _first_classes() -> list[SampleClass]:
    return [one for one in CLASSES if one.programme == RESIDENTS][:VILLAGES]


def _in_group(villagers: Sequence[Villager], people: Sequence[int], group: str) -> list[int]:
    return [n for n in people if any(kind == group for kind, _, _ in villagers[n].groups)]


def _pair(
    session: Session, who: Actor, today: date, course: SampleClass, persons: Sequence[UUID],
    villagers: Sequence[Villager], people: Sequence[int], taught: Sequence[int],
) -> None:  # fmt: skip
    """Two ambassadors, each with three learners of the class and two neighbours who did not come."""
    began = course.days(today)[0] - timedelta(days=10)
    neighbours = [
        n for n in people if n not in taught and 35 <= today.year - villagers[n].year <= 75
    ]
    helpers = _in_group(villagers, people, "ambassador")[:2]
    for place, helper in enumerate(helpers):
        guided = [*taught[place * 4 : place * 4 + 3], *neighbours[place * 9 : place * 9 + 2]]
        made = [
            mentoring.pair(session, who, NewPair(persons[helper], persons[n], began, how))
            for n, how in zip(guided, _hows(), strict=False)
            if n != helper
        ]
        if place:
            mentoring.end(session, who, made[-1].id, began + timedelta(days=20))


def _hows() -> Iterator[str]:
    yield from ("assigned", "assigned", "class", "neighbour", "volunteer")


def _walk(
    session: Session, who: Actor, today: date, course: SampleClass, persons: Sequence[UUID],
    villagers: Sequence[Villager], people: Sequence[int],
) -> None:  # fmt: skip
    """Every seventh home of the first fifty was visited by somebody of the village's team."""
    dice = Dice(f"đi từng nhà {course.unit}")
    helper = _in_group(villagers, people, "digital_team")[0]
    codes = sorted({villagers[n].home for n in people})[3:50:7]
    homes = session.execute(
        select(Household.code, Household.id)
        .where(Household.commune_id == who.commune, Household.code.in_(codes))
        .order_by(Household.code)
    )
    visits = [
        _visit(dice, today, code, home, persons[helper])
        for code, home in homes
    ]  # fmt: skip
    visiting.record_walk(session, who, visits)


def _visit(dice: Dice, today: date, code: str, home: UUID, helper: UUID) -> NewVisit:
    outcome = dice.weighted(
        ("agreed", "guided", "needs_help", "not_home", "declined"), (5, 3, 3, 4, 2)
    )
    on = today - timedelta(days=3 + dice.below(38))
    again = on + timedelta(days=14) if outcome in ("needs_help", "not_home") else None
    return NewVisit(
        derived("sample-visit", code), on, "invite", outcome, household_id=home, helper_id=helper,
        note=NOTES.get(outcome, ""), next_on=again,
    )  # fmt: skip
