"""The hours of a meeting that no page of ours saw open, and of a test in it, copied from paper.

A class without any device leaves a sheet with names, hours and signatures. Whoever copies it answers for
the hours; the audit log and `PaperHours` say who that was and from which sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import allowances, queries
from lms.cohorts.actions import TEACHERS, teach_session
from lms.cohorts.models import ClassSession, CohortTrainer, Enrolment, SessionTrainer, Sitting
from lms.cohorts.paper.models import PaperHours
from lms.cohorts.signals import SittingChanged
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.signals import send
from lms.core.text import clean
from lms.ledger.actions import NewEvent, append, paper_device
from lms.ledger.redo import hold, redo
from lms.people.account_models import Account

LONGEST = timedelta(hours=16)
LONGEST_REFERENCE = 80


@dataclass(frozen=True)
class Hours:
    """From when to when, and the number of the sheet that says so ('' when it has none)."""

    opened_at: datetime
    closed_at: datetime
    reference: str = ""


def hours_on(day: date, begins: time, ends: time, reference: str = "") -> Hours:
    """Hours by the clock on the wall in Viet Nam."""
    opened, closed = (datetime.combine(day, at, clock.VIETNAM) for at in (begins, ends))
    return Hours(opened, closed, clean(reference)[:LONGEST_REFERENCE])


def hold_meeting(session: Session, who: Actor, session_id: UUID, hours: Hours) -> ClassSession:
    """A planned meeting was held without a device: it began and ended at these hours.

    The same hours again change nothing; other hours take along what was copied of the meeting before. A
    meeting that pages or tablets opened keeps its own hours.
    """
    require(who, *TEACHERS)
    hold(session, who.commune)
    meeting = teach_session(session, who, session_id)
    _check(hours)
    if meeting.opened_at is not None and not _copied(session, meeting):
        raise Conflict(_("Buổi này đã mở trên máy nên đã có giờ. Không cần ghi giờ từ giấy."))
    if (meeting.opened_at, meeting.closed_at) == (hours.opened_at, hours.closed_at):
        return meeting
    is_mended = meeting.opened_at is not None
    meeting.opened_at, meeting.closed_at, meeting.code = hours.opened_at, hours.closed_at, None
    _keep(session, who, meeting, None, hours)
    for kind, at in (("session.opened", hours.opened_at), ("session.closed", hours.closed_at)):
        event = NewEvent(kind, {}, paper_device(who.commune), class_id=meeting.id, at=at)
        append(session, who.commune, event)
    audit.record(session, who, "copy_hours", "class_session", meeting.id)
    if is_mended:
        redo(session, who.commune, _learners(session, meeting))
    return meeting


def _learners(session: Session, meeting: ClassSession) -> set[UUID]:
    query = select(Enrolment.id).where(
        Enrolment.commune_id == meeting.commune_id, Enrolment.cohort_id == meeting.cohort_id
    )
    return set(session.scalars(query))


def _check(hours: Hours) -> None:
    wrong = ""
    if hours.closed_at <= hours.opened_at:
        wrong = _("Giờ kết thúc phải sau giờ bắt đầu.")
    elif hours.closed_at - hours.opened_at > LONGEST:
        wrong = _("Một buổi không dài quá 16 giờ. Hãy xem lại giờ.")
    elif hours.closed_at > clock.now():
        wrong = _("Buổi chưa kết thúc nên chưa ghi được. Hãy xem lại ngày và giờ.")
    if wrong:
        raise Invalid(wrong, fields={"ends_at": [wrong]})


def _copied(session: Session, meeting: ClassSession) -> bool:
    """Whether the meeting's hours came from paper, so that they may be mended from paper."""
    own = (PaperHours.commune_id == meeting.commune_id) & (
        PaperHours.class_session_id == meeting.id
    )
    query = select(PaperHours.id).where(own, PaperHours.sitting_id.is_(None))
    return session.scalar(query.limit(1)) is not None


def copied_end(session: Session, meeting: ClassSession) -> datetime | None:
    """Until when a meeting lasted by the sheet it was copied from; None where pages or tablets tell."""
    return meeting.closed_at if _copied(session, meeting) else None


def _keep(
    session: Session, who: Actor, meeting: ClassSession, sitting: UUID | None, hours: Hours
) -> None:
    row = PaperHours(
        commune_id=who.commune, class_session_id=meeting.id, sitting_id=sitting,
        opened_at=hours.opened_at, closed_at=hours.closed_at,
        reference=hours.reference or None, made_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()


@dataclass(frozen=True)
class Watched:
    """A proctored test on paper: its hours, where it was, who watched."""

    hours: Hours
    proctor_id: UUID
    place: str = ""


def hold_sitting(session: Session, who: Actor, session_id: UUID, told: Watched) -> Sitting:
    """A proctored sitting was held on paper in a meeting; telling it again mends it.

    What learners are allowed in tests is copied as it stands now. The proctor taught the class or that
    meeting. Raises Invalid for hours outside those of the meeting.
    """
    require(who, *TEACHERS)
    meeting = teach_session(session, who, session_id)
    _check(told.hours)
    _within(meeting, told.hours)
    if told.proctor_id not in {one.id for one in proctors(session, meeting)}:
        words = _("Người giám sát phải là giảng viên của lớp. Hãy chọn lại.")
        raise Invalid(words, fields={"proctor_id": [words]})
    key = derived("paper-sitting", meeting.id)
    row = session.get(Sitting, (who.commune, key)) or Sitting(
        commune_id=who.commune, id=key, cohort_id=meeting.cohort_id,
        class_session_id=meeting.id, accommodations={},
    )  # fmt: skip
    allowed = allowances.of_class(session, who.commune, meeting.cohort_id)
    place = clean(told.place) or meeting.place
    row.place = place or queries.cohort(session, who.commune, meeting.cohort_id).place
    told_now = (told.hours.opened_at, told.hours.closed_at, told.proctor_id, allowed)
    if (row.opened_at, row.closed_at, row.proctor_id, row.accommodations) != told_now:
        row.opened_at, row.closed_at, row.proctor_id, row.accommodations = told_now
        session.add(row)
        session.flush()
        _keep(session, who, meeting, key, told.hours)
        audit.record(session, who, "copy_hours", "sitting", key)
        send(session, SittingChanged(who.commune, key, meeting.cohort_id))
    session.flush()
    return row


def _within(meeting: ClassSession, hours: Hours) -> None:
    if meeting.opened_at is None:
        words = _("Hãy ghi giờ của buổi học trước, rồi ghi buổi kiểm tra.")
        raise Invalid(words, fields={"starts_at": [words]})
    late = meeting.closed_at is not None and hours.closed_at > meeting.closed_at
    if hours.opened_at < meeting.opened_at or late:
        words = _("Giờ kiểm tra phải nằm trong giờ của buổi học. Hãy xem lại.")
        raise Invalid(words, fields={"starts_at": [words]})


def proctors(session: Session, meeting: ClassSession) -> Sequence[Account]:
    """Who may have watched a test in this meeting: the class's trainers and who stood in, by name."""
    taught = select(CohortTrainer.account_id).where(
        CohortTrainer.commune_id == meeting.commune_id, CohortTrainer.cohort_id == meeting.cohort_id
    )
    stood_in = select(SessionTrainer.account_id).where(
        SessionTrainer.commune_id == meeting.commune_id,
        SessionTrainer.class_session_id == meeting.id,
    )
    query = select(Account).where(Account.id.in_(taught.union(stood_in)))
    return session.scalars(query.order_by(Account.display_name)).all()


def sittings_of(
    session: Session, commune_id: UUID, meetings: Sequence[UUID]
) -> Sequence[Sitting]:  # fmt: skip
    """The proctored sittings of these meetings, the earliest first."""
    return session.scalars(
        select(Sitting)
        .where(Sitting.commune_id == commune_id, Sitting.class_session_id.in_(meetings))
        .order_by(Sitting.opened_at, Sitting.id)
    ).all()
