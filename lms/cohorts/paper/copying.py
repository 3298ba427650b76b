"""Attendance that was signed on paper, copied as the events that a tap on the board would have made."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from lms.cohorts import queries, rules
from lms.cohorts.actions import teach_session
from lms.core import audit
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.ledger.actions import NewEvent, append, paper_device

LETTERS = {
    "x": rules.Presence.PRESENT, "c": rules.Presence.PRESENT, "v": rules.Presence.ABSENT,
    "k": rules.Presence.ABSENT, "p": rules.Presence.EXCUSED,
}  # fmt: skip
"""What is typed for a row of the sheet: x (signed), v (vắng) or p (có phép)."""


def read_letter(typed: str) -> str | None:
    """The state that a letter means; None for one that means nothing."""
    found = LETTERS.get(typed.strip().lower()[:1])
    return found.value if found else None


def copy_attendance(
    session: Session, who: Actor, session_id: UUID, states: Mapping[UUID, str]
) -> int:
    """Who signed the sheet of a meeting: enrolment → present, absent or excused. Returns how many changed.

    The same sheet again changes nothing; another state corrects the one before, whichever device it
    came from. Raises Conflict while the meeting has no hours.
    """
    meeting = teach_session(session, who, session_id)
    if meeting.opened_at is None:
        raise Conflict(_("Hãy ghi giờ của buổi học trước, rồi nhập điểm danh."))
    known = {e.id for e, _person in queries.learners(session, who.commune, meeting.cohort_id)}
    if not known.issuperset(states):
        words = _("Bảng có người không còn trong lớp. Hãy tải lại trang rồi nhập lại.")
        raise Invalid(words, fields={str(one): [words] for one in set(states) - known})
    marks = queries.attendance(session, who.commune, meeting.id)
    changed = 0
    for learner, state in states.items():
        mark = marks.get(learner)
        if mark is None or mark.state != state:
            parent = mark.event_id if mark else None
            _mark(session, who, meeting.id, learner, state, parent, meeting.opened_at)
            changed += 1
    if changed:
        audit.record(session, who, "copy_attendance", "class_session", meeting.id, count=changed)
    return changed


def _mark(
    session: Session, who: Actor, meeting: UUID, learner: UUID, state: str, parent: UUID | None,
    at: datetime,
) -> None:  # fmt: skip
    event = NewEvent(
        "attendance.marked", {"state": state}, paper_device(who.commune), class_id=meeting,
        learner_id=learner, parent=parent, at=at,
    )  # fmt: skip
    append(session, who.commune, event)


def words_of() -> dict[str, str]:
    """State → the letter that stands for it in the form."""
    return {"present": "x", "absent": "v", "excused": "p"}
