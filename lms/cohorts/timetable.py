"""The days of a class: planned many at once, moved, cancelled with a reason, and what gets in their way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.cohorts import queries, substitutes
from lms.cohorts.actions import new_meeting, refuse_cancelled, refuse_stopped
from lms.cohorts.managing import Changed, manage, read_reason
from lms.cohorts.models import Attendance, ClassSession, Cohort, CohortTrainer
from lms.cohorts.timetable_rules import Clash, Slot, clash_of
from lms.core import audit, clock
from lms.core.errors import Conflict
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.text import clean, fold
from lms.people.account_models import Account


def add_meetings(
    session: Session, who: Actor, cohort_id: UUID, days: Sequence[date],
    starts_at: time | None = None, ends_at: time | None = None, place: str | None = None,
) -> list[ClassSession]:  # fmt: skip
    """Plan a meeting on each of these days. The same day and hour twice is one meeting.

    A meeting of that day that has no hour yet gets this one. A cancelled one stays cancelled.
    """
    cohort = manage(session, who, cohort_id)
    refuse_stopped(cohort)
    held = queries.sessions_of(session, who.commune, [cohort.id])
    planned = [_meeting_on(session, who, cohort, held, day, starts_at) for day in days]
    made = [row for row in planned if row not in held]
    for row in planned:
        if row.starts_at is None and row.opened_at is None:
            row.starts_at, row.ends_at = starts_at, ends_at
            row.place = row.place or _elsewhere(cohort, place)
    session.flush()
    if made:
        audit.record(session, who, "plan", "cohort", cohort.id, meetings=len(made))
    return planned


def _meeting_on(
    session: Session, who: Actor, cohort: Cohort, held: Sequence[ClassSession], day: date,
    starts_at: time | None,
) -> ClassSession:  # fmt: skip
    same = (one for one in held if one.planned_on == day and one.starts_at in (None, starts_at))
    return next(same, None) or new_meeting(session, who, cohort.id, day)


def _elsewhere(cohort: Cohort, place: str | None) -> str | None:
    """The place, when it is not that of the class."""
    named = clean(place or "")[:200]
    return named if named and fold(named) != fold(cohort.place) else None


@dataclass(frozen=True)
class MeetingChange:
    """Where and when a meeting shall be; `revision` is that of the meeting the form was opened with."""

    revision: int
    planned_on: date
    starts_at: time | None
    ends_at: time | None
    place: str


def move_meeting(
    session: Session, who: Actor, session_id: UUID, change: MeetingChange
) -> ClassSession:
    """Move a meeting that has not been held to another day, hour or place.

    Changed when another trainer has changed it meanwhile; the same change twice is one.
    """
    row, cohort = _coming(session, who, session_id)
    refuse_cancelled(row)
    new = {
        "planned_on": change.planned_on, "starts_at": change.starts_at,
        "ends_at": change.ends_at, "place": _elsewhere(cohort, change.place),
    }  # fmt: skip
    altered = sorted(name for name, value in new.items() if getattr(row, name) != value)
    if altered and change.revision != row.revision:
        raise Changed(row.revision)
    if altered:
        for name in altered:
            setattr(row, name, new[name])
        _tell(session, who, "move", row, fields=",".join(altered))
    return row


def cancel_meeting(session: Session, who: Actor, session_id: UUID, reason: str) -> ClassSession:
    """The meeting is not held; it stays in the lists with its reason. Twice is once."""
    row, _cohort = _coming(session, who, session_id)
    reason = read_reason(reason)
    if row.cancelled_at is None:
        row.cancelled_at, row.cancel_reason = clock.now(), reason
        _tell(session, who, "cancel", row)
    return row


def restore_meeting(session: Session, who: Actor, session_id: UUID) -> ClassSession:
    """The cancelled meeting is held after all. Twice is once."""
    row, _cohort = _coming(session, who, session_id)
    if row.cancelled_at is not None:
        row.cancelled_at, row.cancel_reason = None, None
        _tell(session, who, "restore", row)
    return row


def _coming(session: Session, who: Actor, session_id: UUID) -> tuple[ClassSession, Cohort]:
    """A meeting that nobody has opened, and its class; Conflict for one that was held."""
    found = queries.class_session(session, who.commune, session_id)
    cohort = manage(session, who, found.cohort_id)
    session.refresh(found)
    if found.opened_at is not None:
        raise Conflict(_("Buổi %(n)s đã mở nên không đổi ngày hay hủy được nữa.", n=found.number))
    return found, cohort


def _tell(session: Session, who: Actor, verb: str, row: ClassSession, **facts: str) -> None:
    row.revision += 1
    session.flush()
    audit.record(session, who, verb, "class_session", row.id, **facts)


@dataclass(frozen=True)
class Row:
    """One meeting in the timetable of its class."""

    meeting: ClassSession
    place: str
    present: int
    substitutes: Sequence[Account]
    clashes: Sequence[str]
    """What gets in its way, in words."""
    is_off: bool = False
    """The class was cancelled, and so is every meeting that was not held."""

    @property
    def state(self) -> str:
        """open, held, cancelled, off (with its class) or planned."""
        if self.meeting.opened_at is not None:
            return "held" if self.meeting.closed_at else "open"
        if self.meeting.cancelled_at is not None:
            return "cancelled"
        return "off" if self.is_off else "planned"


def timetable(session: Session, cohort: Cohort) -> list[Row]:
    """The meetings of a class by day and hour, in six statements whatever their number."""
    meetings = queries.sessions_of(session, cohort.commune_id, [cohort.id])
    ids = [one.id for one in meetings]
    present = count_marks(session, cohort.commune_id, ids)
    instead = substitutes.of_meetings(session, cohort.commune_id, ids)
    told = clashes(session, cohort, meetings)
    rows = [
        Row(
            one, one.place or cohort.place, present.get(one.id, {}).get("present", 0),
            instead.get(one.id, []), told.get(one.id, []), cohort.cancelled_at is not None,
        )
        for one in meetings
    ]  # fmt: skip
    return sorted(rows, key=lambda row: when(row.meeting))


def when(meeting: ClassSession) -> tuple[date, time, int]:
    """The order of meetings: by day, hour and number."""
    return meeting.planned_on, meeting.starts_at or time.min, meeting.number


def count_marks(
    session: Session, commune_id: UUID, meetings: Sequence[UUID]
) -> dict[UUID, dict[str, int]]:
    """Meeting → state of attendance → how many."""
    rows = session.execute(
        select(Attendance.class_session_id, Attendance.state, func.count())
        .where(Attendance.commune_id == commune_id, Attendance.class_session_id.in_(meetings))
        .group_by(Attendance.class_session_id, Attendance.state)
    )
    found: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for meeting, state, count in rows:
        found[meeting][state] = count
    return found


def clashes(
    session: Session, cohort: Cohort, meetings: Sequence[ClassSession]
) -> dict[UUID, list[str]]:
    """Meeting still to be held → what gets in its way: other classes of its trainer or at its place.

    They are told, never refused: two trainers may share a hall, and who teaches is their own affair.
    """
    today = clock.today()
    coming = [one for one in meetings if _is_coming(one) and one.planned_on >= today]
    if not coming or cohort.cancelled_at or cohort.closed_at:
        return {}
    others = _on_days(session, cohort.commune_id, {one.planned_on for one in coming})
    known = {str(meeting.id): (meeting, other) for meeting, other in others}
    slots = _slots(session, cohort.commune_id, [*others, *((one, cohort) for one in coming)])
    return {
        one.id: [
            _words(clash, *known[clash.other])
            for key in known
            if key != str(one.id) and (clash := clash_of(slots[str(one.id)], slots[key]))
        ]
        for one in coming
    }


def _is_coming(meeting: ClassSession) -> bool:
    return meeting.opened_at is None and meeting.cancelled_at is None


def _on_days(
    session: Session, commune_id: UUID, days: set[date]
) -> list[tuple[ClassSession, Cohort]]:
    """Every meeting of the commune that may be held on these days."""
    rows = session.execute(
        select(ClassSession, Cohort)
        .join(Cohort, (Cohort.commune_id == ClassSession.commune_id)
              & (Cohort.id == ClassSession.cohort_id))
        .where(
            ClassSession.commune_id == commune_id, ClassSession.planned_on.in_(days),
            ClassSession.cancelled_at.is_(None), ClassSession.closed_at.is_(None),
            Cohort.cancelled_at.is_(None), Cohort.closed_at.is_(None),
        )
        .order_by(ClassSession.planned_on, ClassSession.starts_at, ClassSession.id)
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def _slots(
    session: Session, commune_id: UUID, held: Sequence[tuple[ClassSession, Cohort]]
) -> Mapping[str, Slot]:
    cohorts, ids = {cohort.id for _m, cohort in held}, [meeting.id for meeting, _c in held]
    teachers: defaultdict[UUID, set[str]] = defaultdict(set)
    of_class = select(CohortTrainer.cohort_id, CohortTrainer.account_id).where(
        CohortTrainer.commune_id == commune_id, CohortTrainer.cohort_id.in_(cohorts)
    )
    for cohort_id, account in session.execute(of_class):
        teachers[cohort_id].add(str(account))
    instead = substitutes.of_meetings(session, commune_id, ids)
    return {
        str(meeting.id): Slot(
            str(meeting.id), meeting.planned_on, meeting.starts_at, meeting.ends_at,
            fold(meeting.place or cohort.place),
            frozenset(str(one.id) for one in instead.get(meeting.id, []))
            or frozenset(teachers[cohort.id]),
        )
        for meeting, cohort in held
    }  # fmt: skip


def _words(clash: Clash, meeting: ClassSession, cohort: Cohort) -> str:
    name = cohort.name if meeting.starts_at is None else f"{cohort.name}, {clock_hour(meeting)}"
    if clash.same_trainer and clash.same_place:
        words = _("trùng giảng viên và nơi học với %(name)s", name=name)
    elif clash.same_trainer:
        words = _("trùng giảng viên với %(name)s", name=name)
    else:
        words = _("trùng nơi học với %(name)s", name=name)
    return words if clash.sure else _("có thể %(clash)s, cùng ngày mà chưa rõ giờ", clash=words)


def clock_hour(meeting: ClassSession) -> str:
    """'18:30–20:30', '18:30' or nothing: the hours of a meeting as people read them."""
    hours = [f"{one:%H:%M}" for one in (meeting.starts_at, meeting.ends_at) if one is not None]
    return "–".join(hours)
