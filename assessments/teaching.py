"""A lesson shown on the wall: who was there has learned it, as if it had been opened on a tablet."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.models import LessonProgress
from courses import queries as courses_queries
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.actions import teach_session
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.rules import Presence
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.ledger.actions import NewEvent, append, paper_device


def taught(session: Session, who: Actor, cohort_id: UUID, lesson: str, meeting_id: UUID) -> int:
    """The lesson was taught in a meeting to everybody marked present; returns for how many that is new.

    Being there is not learning: only the trainer who taught it to its end says so, and again is once.
    """
    meeting = teach_session(session, who, meeting_id)
    if meeting.cohort_id != cohort_id:
        words = _("Buổi này không phải của lớp. Hãy chọn lại.")
        raise Invalid(words, fields={"meeting": [words]})
    cohort = cohorts_queries.cohort(session, who.commune, cohort_id)
    version = courses_queries.version(session, cohort.version_id)
    shown = next((one for one in version.lessons_at(cohort.level) if one.code == lesson), None)
    if shown is None:
        raise NotFound(_("Lớp này không học bài đó. Hãy mở lại danh sách bài."))
    if meeting.opened_at is None:
        raise Conflict(_("Buổi này chưa mở. Hãy mở buổi học, hoặc ghi giờ của buổi từ giấy."))
    marks = cohorts_queries.attendance(session, who.commune, meeting.id)
    present = {key for key, mark in marks.items() if mark.state == Presence.PRESENT}
    if not present:
        raise Conflict(_("Chưa điểm danh buổi này. Hãy điểm danh rồi ghi bài đã dạy."))
    new = sorted(present - _finished(session, cohort, lesson), key=str)
    at = min(meeting.closed_at or clock.now(), clock.now())
    for learner in new:
        told = {"lesson": lesson, "screen": max(1, len(shown.screens))}
        event = NewEvent("activity.finished", told, paper_device(who.commune),
                         class_id=meeting.id, learner_id=learner, at=at,
                         content=version.content_hash)  # fmt: skip
        append(session, who.commune, event)
    if new:
        audit.record(session, who, "taught", "cohort", cohort_id, count=len(new), lesson=lesson)
    return len(new)


def _finished(session: Session, cohort: Cohort, lesson: str) -> set[UUID]:
    return set(
        session.scalars(
            select(LessonProgress.enrolment_id)
            .join(Enrolment, (Enrolment.commune_id == LessonProgress.commune_id)
                  & (Enrolment.id == LessonProgress.enrolment_id))
            .where(
                LessonProgress.commune_id == cohort.commune_id,
                Enrolment.cohort_id == cohort.id,
                LessonProgress.lesson == lesson,
                LessonProgress.finished_at.is_not(None),
            )
        )
    )  # fmt: skip


def counts(session: Session, cohort: Cohort) -> Mapping[str, int]:
    """Lesson → how many of the class have learned it."""
    rows = session.execute(
        select(LessonProgress.lesson, func.count())
        .join(Enrolment, (Enrolment.commune_id == LessonProgress.commune_id)
              & (Enrolment.id == LessonProgress.enrolment_id))
        .where(
            LessonProgress.commune_id == cohort.commune_id,
            Enrolment.cohort_id == cohort.id,
            LessonProgress.finished_at.is_not(None),
        )
        .group_by(LessonProgress.lesson)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}
