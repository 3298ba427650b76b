"""Meetings held on a laptop that carries the class ("máy lớp"): only those that left the commune with it.

The commune knows a meeting and its test by the ids that left with it, so a laptop plans none of its own.
What it tells of their hours are events of its own device, as a carried tablet tells them.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import rules
from lms.cohorts.carried_models import CarriedMeeting, ClassPack
from lms.cohorts.models import ClassSession, Sitting
from lms.core import clock
from lms.core.db import box_of
from lms.core.errors import Conflict
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.ledger.actions import NewEvent, append


def leave_with_box(session: Session, commune_id: UUID, cohort_id: UUID) -> list[CarriedMeeting]:
    """At the commune: let the planned meetings of a class leave with a laptop; returns all that have left.

    Each gets the id of the test that may be held in it, once and for ever, as in a class that tablets carry.
    """
    meetings = session.scalars(
        select(ClassSession).where(
            ClassSession.commune_id == commune_id,
            ClassSession.cohort_id == cohort_id,
            ClassSession.closed_at.is_(None),
            ClassSession.cancelled_at.is_(None),
        )
    ).all()
    known = {one.class_session_id for one in _left(session, commune_id, cohort_id)}
    new = [one for one in meetings if one.id not in known]
    if new:
        pack = _pack(session, commune_id, cohort_id)
        session.add_all(
            CarriedMeeting(commune_id=commune_id, pack_id=pack.id, class_session_id=one.id)
            for one in new
        )
        session.flush()
    return _left(session, commune_id, cohort_id)


def _pack(session: Session, commune_id: UUID, cohort_id: UUID) -> ClassPack:
    """A pack without a text: it says since when the meetings are away, and no tablet can fetch it."""
    now = clock.now()
    pack = ClassPack(
        commune_id=commune_id, id=uuid7(), cohort_id=cohort_id, made_at=now, valid_until=now,
        sha256="", body=None, withdrawn_at=now,
    )  # fmt: skip
    session.add(pack)
    session.flush()
    return pack


def _left(session: Session, commune_id: UUID, cohort_id: UUID) -> list[CarriedMeeting]:
    rows = session.scalars(
        select(CarriedMeeting)
        .join(ClassSession, (ClassSession.commune_id == CarriedMeeting.commune_id)
              & (ClassSession.id == CarriedMeeting.class_session_id))
        .where(CarriedMeeting.commune_id == commune_id, ClassSession.cohort_id == cohort_id)
        .order_by(CarriedMeeting.id)
    )  # fmt: skip
    return list(rows)


def next_to_hold(session: Session, commune_id: UUID, cohort_id: UUID) -> ClassSession:
    """On a box: the meeting that a tap on "Mở lớp" means; Conflict when none is left.

    A class that rain put off is held a day later with the same meeting.
    """
    left = [one.class_session_id for one in _left(session, commune_id, cohort_id)]
    rows = session.scalars(
        select(ClassSession).where(
            ClassSession.commune_id == commune_id,
            ClassSession.id.in_(left),
            ClassSession.closed_at.is_(None),
            ClassSession.cancelled_at.is_(None),
        )
    ).all()
    found = rules.next_of_day(rows)
    if found is None:
        raise Conflict(
            _(
                "Các buổi mang theo máy lớp này đã học hết. Hãy nhờ cán bộ xã thêm buổi vào lịch của lớp, "
                "rồi nhận bản mới từ xã."
            )
        )
    return found


def sitting_of(session: Session, meeting: ClassSession) -> Sitting | None:
    """On a box: the test of this meeting, under the id that left with it; None at the commune."""
    if box_of(session) is None:
        return None
    left = _left(session, meeting.commune_id, meeting.cohort_id)
    key = next((one.id for one in left if one.class_session_id == meeting.id), None)
    if key is None:
        raise Conflict(_("Buổi này không mang theo máy lớp nên không kiểm tra ở đây được."))
    held = session.get(Sitting, (meeting.commune_id, key))
    if held is not None:
        held.closed_at = None
    return held or Sitting(commune_id=meeting.commune_id, id=key)


def tell_hours(session: Session, kind: str, row: Sitting) -> None:
    """On a box: let the commune know that the test of a meeting was opened or closed."""
    box = box_of(session)
    if box is None:
        return
    told = {"sitting": str(row.id)}
    if kind == "sitting.opened":
        told["proctor"] = str(row.proctor_id)
    append(session, row.commune_id, NewEvent(kind, told, box, class_id=row.class_session_id))
