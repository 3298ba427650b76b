"""A class like the last one: its programme in the newest version, place, unit, trainers, days and people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from courses import queries as courses
from lms.cohorts import actions, queries, substitutes
from lms.cohorts.actions import NewCohort
from lms.cohorts.managing import manage, trainer_ids, with_class
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.timetable_rules import shifted
from lms.core import audit
from lms.core.guard import Actor
from lms.core.keys import Keys


@dataclass(frozen=True)
class Copy:
    """What the new class is to be; everything else is as in the old one."""

    id: UUID
    """Made by the client, so that a repeat makes no second class."""
    code: str
    name: str
    starts_on: date
    people: Collection[UUID] = ()
    """Persons of the old class who are in the new one from the start."""
    with_days: bool = True
    """Plan as many meetings as the old class had, at the same distance from each other."""


def copy_class(session: Session, who: Actor, keys: Keys, cohort_id: UUID, copy: Copy) -> Cohort:
    """Make a class after another one. Pictures, cards and PINs are new. Twice is once."""
    old = manage(session, who, cohort_id)
    known = session.get(Cohort, (who.commune, copy.id))
    if known is not None:
        return actions.teach(session, who, known.id)
    made = actions.create_cohort(session, who, _new(session, who, old, copy))
    made.copied_from = old.id
    session.flush()
    who = with_class(who, made.id)
    if copy.with_days:
        _plan_days(session, who, made, meetings_to_copy(session, old), copy.starts_on)
    for person in copy.people:
        actions.enrol(session, who, keys, made.id, person)
    audit.record(session, who, "copy", "cohort", made.id, copied=old.id)
    return made


def _new(session: Session, who: Actor, old: Cohort, copy: Copy) -> NewCohort:
    """The new class pins the newest version of the old one's programme; of a vanished one the same."""
    newest = {row.code: row.id for row in courses.newest(session, who.commune)}
    return NewCohort(
        id=copy.id, code=copy.code, name=copy.name, level=old.level, unit_id=old.unit_id,
        version_id=newest.get(old.programme_code, old.version_id), place=old.place,
        starts_on=copy.starts_on, trainer_ids=_still_teaching(session, who, old),
    )  # fmt: skip


def _still_teaching(session: Session, who: Actor, old: Cohort) -> list[UUID]:
    """The trainers of the old class who are trainers yet; the others are left out."""
    able = {one.id for one in substitutes.trainers_of_commune(session, who.commune)}
    return sorted(trainer_ids(session, old) & able)


def meetings_to_copy(session: Session, old: Cohort) -> list[ClassSession]:
    """The meetings that were held or planned, without those that were cancelled."""
    meetings = queries.sessions_of(session, old.commune_id, [old.id])
    return [one for one in meetings if one.cancelled_at is None]


def _plan_days(
    session: Session, who: Actor, made: Cohort, meetings: Sequence[ClassSession], first: date
) -> None:
    pattern = sorted(meetings, key=lambda one: (one.planned_on, one.number))
    days = shifted([one.planned_on for one in pattern], first)
    for like, day in zip(pattern, days, strict=True):
        row = actions.new_meeting(session, who, made.id, day)
        row.starts_at, row.ends_at, row.place = like.starts_at, like.ends_at, like.place
    session.flush()
