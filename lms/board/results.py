"""The results of a class on one page: how far its people came, what is missed, how long they learned.

Everything is counted from `results_facts`, so a number here and in the list of all classes is one number.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import change
from assessments.models import LearningDay
from lms.board import results_facts, results_rules
from lms.board.results_facts import ClassFacts, Learner
from lms.board.results_items import (
    MissedLine,
    SkillLine,
    Work,
    missed_lines,
    read_work,
    skill_lines,
)
from lms.board.results_rules import BANDS, Spread, Step
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import ClassSession, Cohort
from lms.core import clock
from lms.core.guard import Actor, require_cohort
from lms.people.account_models import Account
from lms.people.models import Commune, Unit


@dataclass(frozen=True)
class MeetingLine:
    """A meeting and how many were there, excused, absent or not written down; minutes learned that day."""

    meeting: ClassSession
    present: int
    excused: int
    absent: int
    unmarked: int
    minutes: int


@dataclass(frozen=True)
class Report:
    """A class's results as they stand at `at`."""

    at: datetime
    facts: ClassFacts
    unit: str
    trainers: Sequence[Account]
    meetings: Sequence[MeetingLine]
    elsewhere: int
    """Minutes learned on days without a meeting: at home, or in an earlier class."""
    measured: change.Detail | None
    work: Work
    skills: Sequence[SkillLine]
    missed: Sequence[MissedLine]
    is_sample: bool

    @property
    def cohort(self) -> Cohort:
        """The class."""
        return self.facts.cohort

    @property
    def learners(self) -> Sequence[Learner]:
        """The people who count, by name."""
        return self.facts.learners

    @cached_property
    def held(self) -> list[ClassSession]:
        """The meetings that took place."""
        return [one.meeting for one in self.meetings if took_place(one.meeting)]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The funnel."""
        return results_rules.funnel({one.key: one.rungs for one in self.learners})

    @cached_property
    def by_key(self) -> dict[UUID, Learner]:
        """Learner by key, for the people of a number."""
        return {one.key: one for one in self.learners}

    def people(self, keys: Sequence[UUID]) -> list[Learner]:
        """The learners behind a number."""
        return [self.by_key[key] for key in keys]

    @cached_property
    def bands(self) -> dict[str, list[Learner]]:
        """How often they came → who."""
        held = len(self.held)
        found: dict[str, list[Learner]] = {name: [] for name in BANDS}
        for one in self.learners:
            found[results_rules.band(self.present(one), held)].append(one)
        return found

    def present(self, learner: Learner) -> int:
        """At how many of the meetings held the learner was."""
        return sum(one.id in learner.work.meetings for one in self.held)

    @cached_property
    def spread(self) -> Spread:
        """The minutes of the class."""
        return results_rules.spread(one.work.minutes for one in self.learners)


def took_place(meeting: ClassSession) -> bool:
    """It was opened, and not cancelled afterwards."""
    return meeting.opened_at is not None and meeting.cancelled_at is None


def report(session: Session, who: Actor, cohort_id: UUID) -> Report:
    """The results of a class the actor may see; texts of secret questions only for who may read them."""
    cohort = cohorts_queries.cohort(session, who.commune, cohort_id)
    require_cohort(who, cohort.id)
    facts = results_facts.load(session, who.commune, [cohort])[0]
    meetings = cohorts_queries.sessions_of(session, who.commune, [cohort.id])
    days = _minutes_by_day(session, who.commune, facts)
    lines = [_line(one, facts, days) for one in meetings]
    work = read_work(session, who.commune, facts)
    return Report(
        at=clock.now(),
        facts=facts,
        unit=session.get_one(Unit, (who.commune, cohort.unit_id)).name,
        trainers=cohorts_queries.trainers_of(session, who.commune, cohort.id),
        meetings=lines,
        elsewhere=sum(days.values()) - _once_a_day(lines),
        measured=change.of_class(session, who, cohort.id),
        work=work,
        skills=skill_lines(facts, work),
        missed=missed_lines(facts, work, who.role),
        is_sample=_is_sample(session, who.commune),
    )


def _is_sample(session: Session, commune_id: UUID) -> bool:
    return session.get_one(Commune, commune_id).is_sample


def _once_a_day(lines: Sequence[MeetingLine]) -> int:
    """Two meetings on one day share its minutes."""
    held = [one for one in lines if took_place(one.meeting)]
    return sum({day_of(one.meeting): one.minutes for one in held}.values())


def day_of(meeting: ClassSession) -> date:
    """The day of a meeting: that of its opening, else the planned one."""
    return clock.day_of(meeting.opened_at) if meeting.opened_at else meeting.planned_on


def _line(meeting: ClassSession, facts: ClassFacts, days: Mapping[date, int]) -> MeetingLine:
    written = [one.marks.get(meeting.id) for one in facts.learners]
    known = {name: written.count(name) for name in results_rules.STATES}
    happened = took_place(meeting)
    unmarked = written.count(None) if happened else 0
    minutes = days.get(day_of(meeting), 0) if happened else 0
    return MeetingLine(meeting, **known, unmarked=unmarked, minutes=minutes)


def _minutes_by_day(session: Session, commune_id: UUID, facts: ClassFacts) -> dict[date, int]:
    ids = [key for one in facts.learners for key in one.all_enrolments]
    rows = session.execute(
        select(LearningDay.day, LearningDay.minutes).where(
            LearningDay.commune_id == commune_id, LearningDay.enrolment_id.in_(ids)
        )
    )
    found: defaultdict[date, int] = defaultdict(int)
    for day, minutes in rows:
        found[day] += minutes
    return dict(found)


# --- all classes --------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClassLine:
    """A class in the list of all: rung → how many people stand on it."""

    facts: ClassFacts
    unit: str
    counts: Mapping[str, int]
    minutes: int


@dataclass(frozen=True)
class Overview:
    """All classes the actor sees. `places` adds the lines, `people` counts everybody once.

    `cancelled` are classes that do not take place: they are named and not counted.
    """

    at: datetime
    lines: Sequence[ClassLine]
    places: Mapping[str, int]
    people: Mapping[str, int]
    minutes: int
    cancelled: Sequence[Cohort]
    is_sample: bool


def overview(session: Session, who: Actor) -> Overview:
    """Every class of the commune for officers, the own ones for a trainer; the newest first."""
    cohorts = session.scalars(cohorts_queries.cohorts_of(who)).all()
    standing = [one for one in cohorts if one.cancelled_at is None]
    units = {
        u.id: u.name for u in session.scalars(select(Unit).where(Unit.commune_id == who.commune))
    }
    loaded = results_facts.load(session, who.commune, standing)
    lines = [_class_line(one, units[one.cohort.unit_id]) for one in loaded]
    everybody = [(one.person, one.rungs) for facts in loaded for one in facts.learners]
    return Overview(
        at=clock.now(),
        lines=lines,
        places=results_rules.counts(rungs for _person, rungs in everybody),
        people=results_rules.everybody_once(everybody),
        minutes=sum(one.minutes for one in lines),
        cancelled=[one for one in cohorts if one.cancelled_at is not None],
        is_sample=_is_sample(session, who.commune),
    )


def _class_line(facts: ClassFacts, unit: str) -> ClassLine:
    counted = results_rules.counts(one.rungs for one in facts.learners)
    return ClassLine(facts, unit, counted, sum(one.work.minutes for one in facts.learners))
