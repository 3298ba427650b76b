"""All that a learner's tablet has to know of the learner, as plain JSON without a name or a key.

A tablet goes on from here: it adds the events of its own that `attempts[].events` does not name.
"""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from assessments import measuring, queries
from assessments.actions import refusal_words
from assessments.desk_attempts import attempts_on
from assessments.measuring import MeasuringCard
from assessments.queries import Desk, ExamCard, LessonState
from courses.rules import UnknownContent
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import Device, Enrolment
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.ledger.rules import millis


def desk_of_caller(session: Session, who: Actor) -> dict[str, Any]:
    """The desk of the learner who is signed in, or of the one whom a phone serves."""
    if who.role is Role.LEARNER:
        enrolment = cohorts_queries.enrolment(session, who.commune, who.key)
        return desk_of(session, enrolment, who.extra["class_session"])
    device = cohorts_queries.device(session, who.commune, who.key)
    meeting = _meeting_of(session, device)
    return desk_of(session, _served(session, device), meeting, secret=meeting is not None)


def _served(session: Session, device: Device) -> Enrolment:
    """The learner to whom a phone is bound; a tablet serves whoever signs in and has no desk."""
    if device.kind not in ("phone", "home") or device.enrolment_id is None:
        raise Conflict(_("Máy này dùng chung. Mời học viên vào lớp trên máy rồi làm lại."))
    enrolment = cohorts_queries.enrolment(session, device.commune_id, device.enrolment_id)
    if enrolment.withdrawn_on is not None:
        raise Conflict(_("Học viên này đã thôi học lớp. Mời hỏi thầy cô của lớp."))
    return enrolment


def _meeting_of(session: Session, device: Device) -> UUID | None:
    """The meeting a learner's own phone is in, while it is open; at home there is none."""
    if device.kind != "phone" or device.class_session_id is None:
        return None
    meeting = cohorts_queries.class_session(session, device.commune_id, device.class_session_id)
    return meeting.id if meeting.opened_at and not meeting.closed_at else None


def desk_of(
    session: Session, enrolment: Enrolment, meeting_id: UUID | None = None, *, secret: bool = True
) -> dict[str, Any]:
    """The desk of an enrolment, for any caller that may see it; its shape is `DeskOut`.

    Without `secret` (a phone at home) it holds no open form with secret questions, and none may begin.
    """
    desk = queries.desk_at(session, enrolment, meeting_id)
    lessons = queries.lesson_states(session, desk)
    forms = measuring.cards(session, desk, lessons)
    step = measuring.next_step(forms, lessons) if secret else None
    return {
        "enrolment": str(enrolment.id),
        "cohort": str(desk.cohort.id),
        "class_session": str(meeting_id) if meeting_id else None,
        "content": desk.version.content_hash,
        "level": desk.cohort.level,
        "server_time": millis(clock.now()),
        "address": desk.address,
        "lessons": {one.lesson.code: _lesson(one) for one in lessons},
        "attempts": attempts_on(session, desk, secret=secret),
        "exam": _exam(session, desk, secret=secret),
        "measuring": [_form(one, secret=secret) for one in forms if one.code != "exit_first"],
        "step": step.kind if step else None,
        "tasks": [
            {"id": task.id, "title": task.title, "result": result}
            for task, result in queries.task_states(session, desk)
        ],
        "proofs": {name: day.isoformat() for name, day in queries.proofs(session, desk).items()},
        "drawn": {"practice": queries.drawn_before(session, desk, "practice")},
    }


def _lesson(one: LessonState) -> dict[str, Any]:
    return {"seen": one.seen, "done": one.state == "done"}


def _exam(session: Session, desk: Desk, *, secret: bool) -> dict[str, Any] | None:
    """The test as it stands; None when the programme has none at this level."""
    try:
        plan = desk.version.blueprint("certifying", desk.cohort.level)
    except UnknownContent:
        return None
    card = queries.exam_card(session, desk)
    last = card.last
    return {
        "code": card.code,
        "tries_left": card.tries_left,
        "not_before": card.not_before.isoformat() if card.not_before else None,
        "sitting": str(desk.sitting.id) if desk.sitting else None,
        "can_begin": secret and card.can_begin,
        "open_attempt": str(card.open_attempt) if secret and card.open_attempt else None,
        "words": _exam_words(card, secret=secret),
        "share": desk.rule.share,
        "count": plan.count,
        "last": last and {"points": last.points, "max": last.max_points, "passed": last.passed},
    }


def _exam_words(card: ExamCard, *, secret: bool) -> str:
    """Why no test can begin now; empty when one can."""
    if not secret and card.code in ("ok", "open"):
        return _("Bài kiểm tra làm ở lớp, khi thầy cô mở buổi kiểm tra.")
    return "" if card.can_begin else refusal_words(card)


def _form(card: MeasuringCard, *, secret: bool) -> dict[str, Any]:
    """A measuring form; what is neither done nor closed is filled in with the class only."""
    at_home = not secret and (card.can_begin or card.goes_on)
    words = _("Phần này làm ở lớp, cùng thầy cô.") if at_home else measuring.refusal_words(card)
    return {
        "kind": card.kind,
        "title": measuring.title(card.kind),
        "count": card.count,
        "can_begin": secret and card.can_begin,
        "goes_on": secret and card.goes_on,
        "is_done": card.is_done,
        "attempt": str(card.attempt) if card.attempt else None,
        "words": words,
    }
