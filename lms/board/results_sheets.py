"""A learner's results in plain words, on one sheet of paper: what can be done now, what to practise, the proof.

What is told is what `results_facts` counts; evidence is named by day, place and who saw it, never by ids.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.models import Attempt, TaskObservation
from certificates import queries as certificates_queries
from certificates.models import Certificate
from certificates.queries import Candidate
from certificates.rules import Lack
from courses.rules import Lesson, ObservedTask, ProgrammeVersion, Skill
from lms.board import results, results_facts, results_items, results_rules
from lms.board.results_facts import ClassFacts, Learner, Proof
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import ClassSession, Cohort, Sitting
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.guard import Actor, require_cohort
from lms.core.i18n import _
from lms.people.account_models import Account

MOST_LESSONS = 5
"""What comes next must not frighten, and fit on the sheet."""


@dataclass(frozen=True)
class Try:
    """A test that was handed in. `passed` is None while answers are still on their way."""

    on: date
    points: int | None
    most: int | None
    passed: bool | None
    supervised: bool
    elsewhere: bool
    """It was made in a class before this one."""


@dataclass(frozen=True)
class TaskSeen:
    """A task of the class with the newest verdict; None: nobody has looked yet."""

    task: ObservedTask
    result: str | None
    on: date | None
    observer: str


@dataclass(frozen=True)
class Supervised:
    """Where the supervised test was held and who watched."""

    on: date
    place: str
    proctor: str


@dataclass(frozen=True)
class Sheet:
    """One learner. `marks`: meeting → present, excused, absent or None.

    `following` are the lessons to practise next, with their numbers; `again` those of them that were
    learned and whose skill is not mastered yet.
    """

    learner: Learner
    skills: Sequence[Skill]
    following: Sequence[tuple[int, Lesson]]
    again: frozenset[str]
    marks: Sequence[tuple[ClassSession, str | None]]
    learned_on: date | None
    tries: Sequence[Try]
    tasks: Sequence[TaskSeen]
    supervised: Supervised | None
    candidate: Candidate | None

    @property
    def can_do(self) -> list[TaskSeen]:
        """The tasks done alone under somebody's eyes."""
        return [one for one in self.tasks if one.result == "can_do"]

    @property
    def to_practise(self) -> list[TaskSeen]:
        """The tasks that are not done alone yet."""
        return [one for one in self.tasks if one.result != "can_do"]

    @property
    def present(self) -> int:
        """At how many meetings the learner was."""
        return sum(mark == "present" for _meeting, mark in self.marks)

    @property
    def lessons_done(self) -> int:
        """How many lessons were finished."""
        return len(self.learner.work.lessons)

    def proven_on(self, proof: str) -> date | None:
        """The day of a proof or a stronger one."""
        return results_rules.proven_on(self.learner.work, proof)

    @property
    def certificate(self) -> Certificate | None:
        """The certificate that is valid."""
        found = self.candidate
        return found.certificate if found and found.state == "held" else None

    @property
    def lacks(self) -> Sequence[Lack]:
        """What is missing for a certificate."""
        return self.candidate.verdict.lacks if self.candidate else ()


@dataclass(frozen=True)
class Sheets:
    """What is printed: sheets in the order of names."""

    facts: ClassFacts
    trainers: Sequence[str]
    at: datetime
    sheets: Sequence[Sheet]

    @property
    def cohort(self) -> Cohort:
        """The class."""
        return self.facts.cohort

    @property
    def version(self) -> ProgrammeVersion:
        """What it learns."""
        return self.facts.version

    @property
    def address(self) -> str:
        """How the programme addresses the learner: 'cô chú'."""
        return self.version.programme.address


def of_class(session: Session, who: Actor, cohort_id: UUID, only: UUID | None = None) -> Sheets:
    """The sheets of a class the actor may work in; `only`: of the person whom this enrolment names."""
    cohort = cohorts_queries.cohort(session, who.commune, cohort_id)
    require_cohort(who, cohort.id)
    facts = results_facts.load(session, who.commune, [cohort])[0]
    chosen = [one for one in facts.learners if only is None or only in one.enrolments]
    if only is not None and not chosen:
        raise NotFound(_("Người này đã rời lớp nên không có phiếu kết quả ở lớp này."))
    read = _Read(session, who, facts, chosen)
    trainers = cohorts_queries.trainers_of(session, who.commune, cohort.id)
    return Sheets(facts, [one.display_name for one in trainers], clock.now(), read.sheets())


class _Read:
    """Everything the sheets need, read at once for all of them."""

    def __init__(
        self, session: Session, who: Actor, facts: ClassFacts, chosen: Sequence[Learner]
    ) -> None:
        self.facts, self.chosen = facts, chosen
        self.ids = [key for one in chosen for key in one.all_enrolments]
        commune = who.commune
        meetings = cohorts_queries.sessions_of(session, commune, [facts.cohort.id])
        self.meetings = [one for one in meetings if results.took_place(one)]
        self.work = results_items.read_work(session, commune, facts, answers=False)
        self.skills = self.work.skills()
        self.tests = _tests(session, commune, self.ids)
        self.seen = _seen(session, commune, self.ids)
        view = certificates_queries.class_view(session, who, facts.cohort.id)
        self.candidates = {one.person.id: one for one in view.candidates}
        self.sittings = _sittings(session, commune, [p for one in chosen for p in one.proofs])
        self.finished = _last_lessons(session, commune, facts, self.ids)

    def sheets(self) -> list[Sheet]:
        return [self._sheet(one) for one in self.chosen]

    def _sheet(self, one: Learner) -> Sheet:
        skills = self.skills.get(one.key, {})
        following, again = _following(self.facts, one, skills)
        return Sheet(
            learner=one,
            skills=[s for s in self.facts.version.programme.skills if skills.get(s.code)],
            following=following,
            again=again,
            marks=[(m, one.marks.get(m.id)) for m in self.meetings],
            learned_on=self._learned_on(one),
            tries=[_try(a, one) for key in one.all_enrolments for a in self.tests.get(key, ())],
            tasks=self._tasks(one),
            supervised=self._supervised(one),
            candidate=self.candidates.get(one.person),
        )

    def _learned_on(self, one: Learner) -> date | None:
        if "learned" not in one.rungs:
            return None
        return max(self.finished[key] for key in one.all_enrolments if key in self.finished)

    def _tasks(self, one: Learner) -> list[TaskSeen]:
        newest: dict[str, tuple[datetime, str, str]] = {}
        for key in one.all_enrolments:
            for task, at, result, observer in self.seen.get(key, ()):
                if task not in newest or newest[task][0] <= at:
                    newest[task] = (at, result, observer)
        asked = self.facts.version.pass_rule(self.facts.cohort.level).required_tasks
        return [_task(self.facts.version.task(name), newest.get(name)) for name in asked]

    def _supervised(self, one: Learner) -> Supervised | None:
        """The earliest supervised proof that names its sitting."""
        held = [p for p in one.proofs if p.sitting in self.sittings]
        first = min(held, key=lambda proof: proof.on, default=None)
        if first is None or first.sitting is None:
            return None
        place, proctor = self.sittings[first.sitting]
        return Supervised(first.on, place, proctor)


def _try(attempt: Attempt, one: Learner) -> Try:
    at = attempt.submitted_at or attempt.started_at
    return Try(
        clock.day_of(at), attempt.points, attempt.max_points, attempt.passed,
        attempt.sitting_id is not None, attempt.enrolment_id in one.earlier,
    )  # fmt: skip


def _task(task: ObservedTask, seen: tuple[datetime, str, str] | None) -> TaskSeen:
    if seen is None:
        return TaskSeen(task, None, None, "")
    at, result, observer = seen
    return TaskSeen(task, result, clock.day_of(at), observer)


def _following(
    facts: ClassFacts, one: Learner, skills: Mapping[str, bool]
) -> tuple[list[tuple[int, Lesson]], frozenset[str]]:
    """First what was learned and is not mastered, then what was not learned yet."""
    weak = {skill for skill, mastered in skills.items() if not mastered}
    lessons = list(enumerate(facts.version.lessons_at(facts.cohort.level), 1))
    done = one.work.lessons
    again = [(n, x) for n, x in lessons if x.code in done and weak.intersection(x.skills)]
    new = [(n, x) for n, x in lessons if x.code not in done]
    return (again + new)[:MOST_LESSONS], frozenset(x.code for _n, x in again)


# --- reads --------------------------------------------------------------------------------------


def _tests(session: Session, commune_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[Attempt]]:
    rows = session.scalars(
        select(Attempt)
        .where(Attempt.commune_id == commune_id, Attempt.enrolment_id.in_(ids),
               Attempt.purpose == "certifying", Attempt.submitted_at.is_not(None),
               Attempt.state != "refused")
        .order_by(Attempt.submitted_at, Attempt.id)
    )  # fmt: skip
    found: defaultdict[UUID, list[Attempt]] = defaultdict(list)
    for row in rows:
        found[row.enrolment_id].append(row)
    return found


def _seen(
    session: Session, commune_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, list[tuple[str, datetime, str, str]]]:
    """Enrolment → what was seen, in order: task, when, verdict and by whom; claims are left out."""
    rows = session.execute(
        select(TaskObservation.enrolment_id, TaskObservation.task, TaskObservation.occurred_at,
               TaskObservation.result, Account.display_name)
        .outerjoin(Account, Account.id == TaskObservation.observer_id)
        .where(TaskObservation.commune_id == commune_id, TaskObservation.enrolment_id.in_(ids),
               TaskObservation.claimed.is_(False))
        .order_by(TaskObservation.occurred_at, TaskObservation.event_id)
    )  # fmt: skip
    found: defaultdict[UUID, list[tuple[str, datetime, str, str]]] = defaultdict(list)
    for enrolment, task, at, result, observer in rows:
        found[enrolment].append((task, at, result, observer or ""))
    return found


def _last_lessons(
    session: Session, commune_id: UUID, facts: ClassFacts, ids: Sequence[UUID]
) -> dict[UUID, date]:
    """Enrolment → the day on which the last lesson of the class was finished under it."""
    rows: Any = session.execute(results_facts.finished_at(commune_id, ids, facts.lessons))
    return {enrolment: clock.day_of(at) for enrolment, at in rows}


def _sittings(
    session: Session, commune_id: UUID, proofs: Sequence[Proof]
) -> dict[UUID, tuple[str, str]]:
    """Sitting → its place and its proctor's name."""
    named = {one.sitting for one in proofs if one.sitting}
    rows = session.execute(
        select(Sitting.id, Sitting.place, Account.display_name)
        .join(Account, Account.id == Sitting.proctor_id)
        .where(Sitting.commune_id == commune_id, Sitting.id.in_(named))
    )
    return {row[0]: (row[1], row[2]) for row in rows}
