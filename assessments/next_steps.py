"""The next lesson of a learner with its reason, as the learner's own page tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.models import Attempt
from assessments.queries import Desk, LessonState, skills_in
from assessments.rules.next_step import LessonAt, SkillAt, newest, next_step
from courses.rules import Skill


@dataclass(frozen=True)
class Advice:
    """`why` is missed (the next lesson teaches what was missed) or again (a learned one does)."""

    at: LessonState
    why: str
    skill: Skill
    missed: int
    most: int


def advice(session: Session, desk: Desk, lessons: Sequence[LessonState]) -> Advice | None:
    """What is worth a word beside the order of the class; None when nothing was missed."""
    held = [LessonAt(one.lesson.code, one.lesson.skills, one.state) for one in lessons]
    step = next_step(held, newest_skills(session, desk))
    if step is None or step.skill is None:
        return None
    at = next(one for one in lessons if one.lesson.code == step.lesson)
    skill = desk.version.skill(step.skill.code)
    return Advice(at, step.why, skill, step.skill.missed, step.skill.most)


def newest_skills(session: Session, desk: Desk) -> list[SkillAt]:
    """Every skill that a form of this class asked the learner for, as the newest one says."""
    attempts = session.scalars(
        select(Attempt)
        .where(
            Attempt.commune_id == desk.enrolment.commune_id,
            Attempt.enrolment_id == desk.enrolment.id,
            Attempt.version_id == desk.version.id,
            Attempt.state == "final",
        )
        .order_by(Attempt.submitted_at, Attempt.id)
    )
    return newest(_skills(desk, one) for one in attempts)


def _skills(desk: Desk, attempt: Attempt) -> dict[str, SkillAt]:
    results = skills_in(desk.version, attempt)
    return {x.skill.code: SkillAt(x.skill.code, x.points, x.max, x.mastered) for x in results}
