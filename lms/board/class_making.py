"""A class in under a minute: what its form proposes, and making the class with its meetings in one go."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import queries as courses
from lms.board import queries
from lms.cohorts import actions, managing, timetable
from lms.cohorts import queries as cohorts
from lms.cohorts.actions import NewCohort
from lms.cohorts.models import ClassSession, Cohort, CohortTrainer
from lms.cohorts.timetable_forms import Plan
from lms.cohorts.timetable_rules import proposed_name
from lms.core import clock
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.people.models import Unit

PLACES_OFFERED = 30


def proposed(session: Session, who: Actor) -> tuple[dict[str, str], list[str], list[str]]:
    """(values, trainers, weekdays) of the empty form: as in the class that this actor made or taught last."""
    values = {"id": str(uuid7()), "level": "basic", "starts_on": clock.today().isoformat()}
    last = last_class(session, who)
    if last is None:
        return values, [], []
    newest = {row.code: row.id for row in courses.newest(session, who.commune)}
    values |= {
        "version": str(newest.get(last.programme_code, "")), "level": last.level,
        "unit_id": str(last.unit_id), "place": last.place,
    }  # fmt: skip
    trainers = [str(one) for one in managing.trainer_ids(session, last)]
    meetings = cohorts.sessions_of(session, who.commune, [last.id])
    return values | _hours(meetings), trainers, _weekdays(meetings)


def last_class(session: Session, who: Actor) -> Cohort | None:
    """The newest class that the trainer teaches; for others the newest of the commune."""
    query = select(Cohort).where(Cohort.commune_id == who.commune)
    if who.role is Role.TRAINER:
        own = select(CohortTrainer.cohort_id).where(
            CohortTrainer.commune_id == who.commune, CohortTrainer.account_id == who.key
        )
        query = query.where(Cohort.id.in_(own))
    return session.scalar(query.order_by(Cohort.created_at.desc(), Cohort.id.desc()).limit(1))


def _hours(meetings: Sequence[ClassSession]) -> dict[str, str]:
    """How many meetings the last class was to have, and the hours of the last of them that has some."""
    if not meetings:
        return {}
    found = {"count": str(len(meetings))}
    timed = [one for one in meetings if one.starts_at]
    if timed:
        last = timed[-1]
        found |= {"starts_at": f"{last.starts_at:%H:%M}"}
        found |= {"ends_at": f"{last.ends_at:%H:%M}"} if last.ends_at else {}
    return found


def _weekdays(meetings: Sequence[ClassSession]) -> list[str]:
    """The weekdays of the last class, unless it met on so many that they are no rhythm."""
    days = sorted({str(one.planned_on.isoweekday()) for one in meetings})
    return days if len(days) <= 3 else []


def known_places(session: Session, commune_id: UUID) -> list[str]:
    """Where classes of the commune were held, the latest first: offered while somebody types."""
    rows = session.scalars(
        select(Cohort.place).where(Cohort.commune_id == commune_id).order_by(Cohort.created_at.desc())
    )  # fmt: skip
    return list(dict.fromkeys(rows))[:PLACES_OFFERED]


def free_name(session: Session, commune_id: UUID, wanted: str) -> str:
    """The name, with a number behind it when another class of the commune has it already."""
    query = select(Cohort.name).where(
        Cohort.commune_id == commune_id, Cohort.name.startswith(wanted, autoescape=True)
    )
    taken = set(session.scalars(query))
    numbered = (f"{wanted} ({n})" for n in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)


def completed(session: Session, who: Actor, new: NewCohort) -> NewCohort:
    """The class with a name and a code: those that were typed, else proposals."""
    made = session.get(Cohort, (who.commune, new.id)) if new.id else None
    if made is not None:
        return replace(new, name=made.name, code=made.code)
    code = new.code or queries.free_code(session, who.commune)
    return replace(new, code=code, name=new.name or _name(session, who, new))


def _name(session: Session, who: Actor, new: NewCohort) -> str:
    programme = courses.visible(session, who.commune, new.version_id).programme.title
    unit = session.get(Unit, (who.commune, new.unit_id))
    words = proposed_name(programme, unit.name if unit else "", new.starts_on)
    return free_name(session, who.commune, words)


def make_class(session: Session, who: Actor, new: NewCohort, plan: Plan) -> Cohort:
    """Make the class and plan its meetings. Sent twice, it is one class with the same meetings."""
    cohort = actions.create_cohort(session, who, completed(session, who, new))
    able = managing.with_class(who, cohort.id)
    if plan.days and not cohorts.sessions_of(session, who.commune, [cohort.id]):
        hours = (plan.starts_at, plan.ends_at)
        timetable.add_meetings(session, able, cohort.id, plan.days, *hours, plan.place)
    return cohort


def has_clashes(session: Session, cohort: Cohort) -> bool:
    """Whether a meeting of the class gets in the way of another class."""
    meetings = cohorts.sessions_of(session, cohort.commune_id, [cohort.id])
    return any(timetable.clashes(session, cohort, meetings).values())
