"""Reading what a learner has done and may do next, and what a class has reached."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import rules, settling
from assessments.models import Answer, Attainment, Attempt, LessonProgress, TaskObservation
from assessments.projection import row_of
from assessments.rules.sequence import permission
from courses import queries as courses_queries
from courses.chance import needed_points
from courses.rules import (
    MEASURING_KINDS,
    Blueprint,
    Lesson,
    Module,
    ObservedTask,
    PassRule,
    ProgrammeVersion,
    Skill,
)
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import Cohort, Enrolment, Sitting
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.guard import Actor
from lms.core.i18n import _


@dataclass(frozen=True)
class Desk:
    """Where a learner sits: the enrolment, the class, what is taught, and what is open right now."""

    enrolment: Enrolment
    cohort: Cohort
    version: ProgrammeVersion
    meeting_id: UUID | None
    """The class session one sits in; None at home."""
    sitting: Sitting | None
    """The proctored sitting of the class that is open now; none at home."""
    turn: UUID | None = None
    """The learner's session on the plain pages, by which their events name the turn; None elsewhere."""

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """What the class learns: the lessons of its level."""
        return self.version.lessons_at(self.cohort.level)

    @property
    def rule(self) -> PassRule:
        """The pass rule of the class's level."""
        return self.version.pass_rule(self.cohort.level)

    @property
    def address(self) -> str:
        """How the programme's texts address the learner: 'cô chú'."""
        return self.version.programme.address


def desk(session: Session, who: Actor) -> Desk:
    """The desk of the learner who is signed in; NotFound when the class is gone."""
    enrolment = row_of(session, Enrolment, who.commune, who.key)
    if enrolment is None:
        raise _no_class()
    found = desk_at(session, enrolment, who.extra["class_session"])
    return replace(found, turn=who.session_id)


def desk_at(session: Session, enrolment: Enrolment, meeting_id: UUID | None) -> Desk:
    """The desk of any enrolment in a class session, or at home; NotFound when the class is gone."""
    cohort = row_of(session, Cohort, enrolment.commune_id, enrolment.cohort_id)
    if cohort is None:
        raise _no_class()
    version = courses_queries.version(session, cohort.version_id)
    sitting = cohorts_queries.open_sitting(session, cohort.commune_id, cohort.id)
    return Desk(enrolment, cohort, version, meeting_id, sitting if meeting_id else None)


def _no_class() -> NotFound:
    return NotFound(_("Không tìm thấy lớp này. Hãy gọi thầy cô."))


@dataclass(frozen=True)
class LessonState:
    """How far a learner is in a lesson. `state`: new, begun or done; opened is not learned."""

    lesson: Lesson
    number: int
    """1-based place in the programme."""
    seen: int
    state: str

    @property
    def resume(self) -> int:
        """The screen to go on with; a finished lesson begins again."""
        return 1 if self.state == "done" else min(self.seen, len(self.lesson.screens)) + 1


def lesson_states(session: Session, desk: Desk) -> list[LessonState]:
    """Every lesson of the class in order, with the learner's progress."""
    rows = session.scalars(
        select(LessonProgress).where(
            LessonProgress.commune_id == desk.enrolment.commune_id,
            LessonProgress.enrolment_id == desk.enrolment.id,
        )
    )
    held = {row.lesson: row for row in rows}
    return [
        _lesson_state(lesson, number, held.get(lesson.code))
        for number, lesson in enumerate(desk.lessons, 1)
    ]


@dataclass(frozen=True)
class ModuleState:
    """A module of the class with the learner's lessons, and the quiz that closes it, if there is one."""

    module: Module
    lessons: Sequence[LessonState]
    quiz: Blueprint | None
    quizzed: bool
    """The quiz was handed in at least once."""

    @property
    def is_learned(self) -> bool:
        """Every lesson is done."""
        return all(one.state == "done" for one in self.lessons)


def module_states(
    session: Session, desk: Desk, lessons: Sequence[LessonState]
) -> list[ModuleState]:
    """The class's modules in order, with the lessons of `lesson_states`."""
    done = {a.blueprint for a in own_attempts(session, desk, "practice") if a.submitted_at}
    plans = {
        plan.module: plan for plan in desk.version.blueprints if plan.level == desk.cohort.level
    }
    found, rest = [], list(lessons)
    for module in desk.version.modules_at(desk.cohort.level):
        own, rest = rest[: len(module.lessons)], rest[len(module.lessons) :]
        quiz = plans.get(module.code)
        found.append(ModuleState(module, own, quiz, quiz is not None and quiz.code in done))
    return found


def _lesson_state(lesson: Lesson, number: int, row: LessonProgress | None) -> LessonState:
    if row is None:
        return LessonState(lesson, number, 0, "new")
    state = "done" if row.finished_at else "begun"
    return LessonState(lesson, number, row.screens_seen, state)


def own_attempt(session: Session, who: Actor, attempt_id: UUID) -> Attempt:
    """The learner's own attempt; somebody else's looks like a missing one."""
    found = row_of(session, Attempt, who.commune, attempt_id)
    if found is None or found.enrolment_id != who.key:
        raise NotFound(_("Không tìm thấy bài làm này. Hãy quay về trang của mình."))
    return found


def own_attempts(session: Session, desk: Desk, purpose: str) -> Sequence[Attempt]:
    """The learner's attempts of one purpose in this class, the newest first."""
    return session.scalars(
        select(Attempt)
        .where(
            Attempt.commune_id == desk.enrolment.commune_id,
            Attempt.enrolment_id == desk.enrolment.id,
            Attempt.purpose == purpose,
        )
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    ).all()


def form_of(session: Session, attempt: Attempt) -> rules.Form:
    """The questions of the attempt, from the version it is pinned to."""
    version = courses_queries.version(session, attempt.version_id)
    return rules.form_from_plain(version, attempt.form)


def responses(session: Session, attempt: Attempt) -> dict[str, tuple[str, ...]]:
    """Item → the answer that counts; answers taken back are empty."""
    rows = session.scalars(
        select(Answer).where(
            Answer.commune_id == attempt.commune_id, Answer.attempt_id == attempt.id
        )
    )
    return {row.item_id: tuple(row.response) for row in rows}


def drawn_before(session: Session, desk: Desk, kind: str) -> list[str]:
    """Items of the learner's earlier forms, repeats included, so that the next form differs."""
    if kind in MEASURING_KINDS:
        earlier = _measuring(session, desk)
    elif kind == "certifying":
        earlier = certifying(session, desk)
    else:
        earlier = own_attempts(session, desk, kind)
    return [item for attempt in earlier for item in form_of(session, attempt).item_ids]


def _measuring(session: Session, desk: Desk) -> Sequence[Attempt]:
    """Every measuring attempt of the person: an exit form must not ask what the entry form asked."""
    return session.scalars(
        select(Attempt)
        .join(Enrolment, (Enrolment.commune_id == Attempt.commune_id)
              & (Enrolment.id == Attempt.enrolment_id))
        .where(
            Attempt.commune_id == desk.enrolment.commune_id,
            Enrolment.person_id == desk.enrolment.person_id,
            Attempt.purpose.in_(MEASURING_KINDS),
        )
        .order_by(Attempt.started_at, Attempt.id)
    ).all()  # fmt: skip


def certifying(session: Session, desk: Desk) -> Sequence[Attempt]:
    """Every certifying attempt of the person at this level, whichever class it was made in."""
    found = settling.certifying_attempts(
        session, desk.enrolment.commune_id, desk.enrolment.person_id, desk.version.code
    )
    return [attempt for attempt in found if attempt.level == desk.cohort.level]


@dataclass(frozen=True)
class ExamCard:
    """What a learner should know of the test before it: may it begin, and how many tries are left.

    `code` is that of `rules.may_try`; `open_attempt` the one to go on with in this sitting.
    """

    code: str
    tries_left: int
    not_before: datetime | None
    sitting_open: bool
    open_attempt: UUID | None
    last: Attempt | None
    """The newest attempt that was handed in and counted."""

    @property
    def can_begin(self) -> bool:
        """A new try may begin now: it is allowed and a proctored sitting is open."""
        return self.sitting_open and self.code == "ok"


def exam_card(session: Session, desk: Desk) -> ExamCard:
    """The learner's test, as it stands now."""
    attempts = certifying(session, desk)
    lost = settling.used_up(
        session, desk.enrolment.commune_id, desk.enrolment.person_id, desk.version.code
    )
    gone = [one for attempt, one in lost if attempt.level == desk.cohort.level]
    may = permission(clock.now(), [*settling.tries(session, attempts), *gone], desk.rule)
    open_now = [a for a in attempts if a.state == "open" and _goes_on(a, desk)]
    handed_in = [a for a in attempts if a.submitted_at and a.state != "refused"]
    return ExamCard(
        may.code,
        may.tries_left,
        may.not_before,
        desk.sitting is not None,
        open_now[-1].id if open_now else None,
        handed_in[-1] if handed_in else None,
    )


def _goes_on(attempt: Attempt, desk: Desk) -> bool:
    return attempt.enrolment_id == desk.enrolment.id and (
        desk.sitting is None or attempt.trail["sitting"] == str(desk.sitting.id)
    )


@dataclass(frozen=True)
class SkillResult:
    """How a skill went in an attempt, and the lessons that teach it."""

    skill: Skill
    points: int
    max: int
    mastered: bool
    lessons: tuple[tuple[int, Lesson], ...]
    """(number, lesson) to look at again."""


def skill_results(session: Session, attempt: Attempt) -> list[SkillResult]:
    """The attempt by skill, in the programme's order; empty before it is handed in."""
    return skills_in(courses_queries.version(session, attempt.version_id), attempt)


def skills_in(version: ProgrammeVersion, attempt: Attempt) -> list[SkillResult]:
    """The same of an attempt whose version is at hand."""
    if attempt.mark is None:
        return []
    rule, points = version.pass_rule(attempt.level), attempt.mark["skills"]
    bars = {bar.skill: bar.share for bar in rule.must_pass}
    found = []
    for skill in version.programme.skills:
        if skill.code in points:  # type: ignore[operator]  # The stored mark is JSON.
            got, most = points[skill.code]  # type: ignore[index]  # The same.
            enough = needed_points(max(rule.share, bars.get(skill.code, 0)), most)
            taught = _teaching(version.lessons_at(attempt.level), skill)
            found.append(SkillResult(skill, got, most, got >= enough, taught))
    return found


def _teaching(lessons: Sequence[Lesson], skill: Skill) -> tuple[tuple[int, Lesson], ...]:
    numbered = enumerate(lessons, 1)
    return tuple((n, lesson) for n, lesson in numbered if skill.code in lesson.skills)


def needed(session: Session, attempt: Attempt) -> int:
    """How many points the attempt's pass rule asks for in all."""
    rule = courses_queries.version(session, attempt.version_id).pass_rule(attempt.level)
    return needed_points(rule.share, attempt.max_points or 0)


def task_states(session: Session, desk: Desk) -> list[tuple[ObservedTask, str | None]]:
    """The tasks the class's level asks for, with what was seen last; None: not yet looked at."""
    enrolment = desk.enrolment
    seen = newest_observations(session, enrolment.commune_id, [enrolment.id])
    tasks = (desk.version.task(task) for task in desk.rule.required_tasks)
    found = [(task, seen.get((enrolment.id, task.id))) for task in tasks]
    return [(task, one.result if one else None) for task, one in found]


def proofs(session: Session, desk: Desk) -> dict[str, date]:
    """The proofs that the learner has reached in this programme and level, with their days."""
    rows = session.scalars(
        select(Attainment).where(
            Attainment.commune_id == desk.enrolment.commune_id,
            Attainment.person_id == desk.enrolment.person_id,
            Attainment.programme_code == desk.version.code,
            Attainment.level == desk.cohort.level,
        )
    )
    return {row.proof: row.occurred_on for row in rows}


def newest_observations(
    session: Session, commune_id: UUID, enrolments: Sequence[UUID]
) -> dict[tuple[UUID, str], TaskObservation]:
    """(enrolment, task) → the newest observation, which is the one that is shown."""
    rows = session.scalars(
        select(TaskObservation)
        .where(
            TaskObservation.commune_id == commune_id,
            TaskObservation.enrolment_id.in_(enrolments),
        )
        .order_by(TaskObservation.occurred_at, TaskObservation.event_id)
    )
    return {(row.enrolment_id, row.task): row for row in rows}
