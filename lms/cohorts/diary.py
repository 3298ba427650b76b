"""The class diary (sổ đầu bài): what was taught at each meeting, and what the trainer has to say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import queries, substitutes, timetable
from lms.cohorts.actions import refuse_cancelled, teach_session
from lms.cohorts.managing import Changed
from lms.cohorts.models import ClassSession, Cohort
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.text import clean
from lms.people.account_models import Account

DIARY_LENGTH = 4000


def clean_lines(text: str) -> str:
    """Text of several lines in NFC, without odd blanks, control signs or more than one empty line."""
    lines = [clean(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept).strip()


def write(session: Session, who: Actor, session_id: UUID, text: str, revision: int) -> ClassSession:
    """Write what was taught at a meeting. Who teaches it for a day may, too.

    Changed when somebody else wrote meanwhile; the same text twice is one.
    """
    row = teach_session(session, who, session_id)
    refuse_cancelled(row)
    _refuse_future(row)
    words = clean_lines(text)
    if len(words) > DIARY_LENGTH:
        raise _too_long()
    if words == (row.diary or ""):
        return row
    if revision != row.revision:
        raise Changed(row.revision)
    row.diary, row.diary_by, row.diary_at = words or None, who.id, clock.now()
    row.revision += 1
    session.flush()
    audit.record(session, who, "write_diary", "class_session", row.id)
    return row


def _refuse_future(row: ClassSession) -> None:
    if row.opened_at is None and row.planned_on > clock.today():
        raise Conflict(_("Buổi này chưa tới ngày học. Học xong rồi hãy ghi nhật ký."))


def _too_long() -> Invalid:
    words = _("Nhật ký dài quá. Hãy viết gọn trong %(n)s chữ cái.", n=DIARY_LENGTH)
    return Invalid(words, fields={"diary": [words]})


@dataclass(frozen=True)
class Page:
    """One meeting in the diary of its class."""

    meeting: ClassSession
    place: str
    taught_by: str
    """Who taught it: the substitutes, else the trainers of the class."""
    written_by: str
    present: int
    absent: int
    """With and without leave."""


def pages(session: Session, cohort: Cohort) -> list[Page]:
    """The diary of a class, a page for each meeting by day and hour, in five statements."""
    meetings = queries.sessions_of(session, cohort.commune_id, [cohort.id])
    ids = [one.id for one in meetings]
    marks = timetable.count_marks(session, cohort.commune_id, ids)
    instead = substitutes.of_meetings(session, cohort.commune_id, ids)
    own = _joined(queries.trainers_of(session, cohort.commune_id, cohort.id))
    writers = _writers(session, meetings)
    return [
        Page(
            one, one.place or cohort.place, _joined(instead.get(one.id, [])) or own,
            writers.get(one.diary_by, "") if one.diary_by else "",
            marks.get(one.id, {}).get("present", 0),
            sum(n for state, n in marks.get(one.id, {}).items() if state != "present"),
        )
        for one in sorted(meetings, key=timetable.when)
    ]  # fmt: skip


def _joined(accounts: Sequence[Account]) -> str:
    return ", ".join(one.display_name for one in accounts)


def _writers(session: Session, meetings: Sequence[ClassSession]) -> dict[UUID, str]:
    wrote = {one.diary_by for one in meetings if one.diary_by}
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(wrote)))
    return {row[0]: row[1] for row in rows}


def page_of(session: Session, cohort: Cohort, session_id: UUID) -> Page:
    """The page of one meeting of the class."""
    return next(one for one in pages(session, cohort) if one.meeting.id == session_id)
