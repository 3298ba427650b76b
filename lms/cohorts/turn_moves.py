"""Giving a turn to the learner who sat there ("đổi người cho lượt này"), and taking that back."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import queries, turns
from lms.cohorts.actions import teach_session
from lms.cohorts.hall_models import TurnMove
from lms.cohorts.models import ClassSession, Enrolment, LearnerSession
from lms.cohorts.signals import TurnMoved
from lms.cohorts.turns import Turn
from lms.core import audit, clock
from lms.core.errors import Invalid, NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.signals import send
from lms.core.text import clean
from lms.ledger.redo import hold, redo

REASON_LENGTH = 300


@dataclass(frozen=True)
class Move:
    """What is asked: whose turn it was, and why the picture was wrong."""

    turn: Turn
    to_id: UUID
    reason: str


def move_turn(session: Session, who: Actor, session_id: UUID, asked: Move) -> TurnMove:
    """Say that a turn of this meeting was another learner's; the newest decision on a turn stands.

    What the turn did counts at once for the right learner, and for the other no more. The same decision
    again changes nothing. The events stay as they came.
    """
    hold(session, who.commune)
    meeting = teach_session(session, who, session_id)
    reason = _reason(asked.reason)
    _check(session, meeting, asked)
    held = _standing(session, who.commune, asked.turn)
    if held is not None and held.to_id == asked.to_id:
        return held
    before = held.to_id if held else asked.turn.learner_id
    if held is not None:
        _undo(session, who, held)
    row = TurnMove(
        commune_id=who.commune, class_session_id=meeting.id, device_id=asked.turn.device_id,
        segment=asked.turn.segment, from_id=asked.turn.learner_id, to_id=asked.to_id,
        reason=reason, made_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "move", "turn", row.id, to=row.to_id, reason=reason)
    _leave(session, meeting, asked.turn)
    _redo(session, meeting, {asked.turn.learner_id, before, asked.to_id})
    return row


def undo_move(session: Session, who: Actor, move_id: UUID) -> TurnMove:
    """The turn was the one's whose picture it bears after all. Twice is once."""
    hold(session, who.commune)
    row = session.get(TurnMove, (who.commune, move_id))
    if row is None:
        raise NotFound(_("Không tìm thấy lần đổi người này. Hãy tải lại trang."))
    meeting = teach_session(session, who, row.class_session_id)
    session.refresh(row)
    if row.undone_at is None:
        _undo(session, who, row)
        _redo(session, meeting, {row.from_id, row.to_id})
    return row


def _reason(typed: str) -> str:
    reason = clean(typed)[:REASON_LENGTH]
    if not reason:
        words = _("Hãy ghi vì sao đổi người, một câu ngắn là đủ: bấm nhầm hình, cầm nhầm thẻ…")
        raise Invalid(words, fields={"reason": [words]})
    return reason


def _check(session: Session, meeting: ClassSession, asked: Move) -> None:
    """Both are learners of this class: the one whose picture it was may have left it since."""
    both = {asked.turn.learner_id, asked.to_id}
    rows = session.scalars(
        select(Enrolment).where(
            Enrolment.commune_id == meeting.commune_id,
            Enrolment.cohort_id == meeting.cohort_id,
            Enrolment.id.in_(both),
        )
    ).all()
    if len(both) < 2:
        words = _("Lượt này đang ghi đúng người đó rồi. Hãy chọn người khác, hoặc để nguyên.")
        raise Invalid(words, fields={"to": [words]})
    if {row.id for row in rows} != both:
        words = _("Người được chọn không thuộc lớp này. Hãy tải lại trang rồi chọn lại.")
        raise Invalid(words, fields={"to": [words]})


def _standing(session: Session, commune_id: UUID, turn: Turn) -> TurnMove | None:
    return session.scalar(
        select(TurnMove).where(
            TurnMove.commune_id == commune_id,
            TurnMove.device_id == turn.device_id,
            TurnMove.segment == turn.segment,
            TurnMove.undone_at.is_(None),
        )
    )


def _undo(session: Session, who: Actor, row: TurnMove) -> None:
    row.undone_at, row.undone_by = clock.now(), who.id
    session.flush()
    audit.record(session, who, "take_back", "turn", row.id)


def _leave(session: Session, meeting: ClassSession, turn: Turn) -> None:
    """Whoever still sits at the wrong picture comes in again with the own one."""
    for row in session.scalars(
        select(LearnerSession).where(
            LearnerSession.commune_id == meeting.commune_id,
            LearnerSession.class_session_id == meeting.id,
            LearnerSession.enrolment_id == turn.learner_id,
            LearnerSession.ended_at.is_(None),
        )
    ):
        if row.device_id == turn.device_id or row.id.hex == turn.segment:
            row.ended_at = clock.now()


def _redo(session: Session, meeting: ClassSession, learners: set[UUID]) -> None:
    turns.decided(session)
    redo(session, meeting.commune_id, learners)
    signal = TurnMoved(meeting.commune_id, meeting.cohort_id, tuple(sorted(learners, key=str)))
    send(session, signal)


def moves_of(session: Session, meeting: ClassSession) -> list[TurnMove]:
    """Every decision on the turns of a meeting, also those that were taken back, newest first."""
    return list(
        session.scalars(
            select(TurnMove)
            .where(
                TurnMove.commune_id == meeting.commune_id,
                TurnMove.class_session_id == meeting.id,
            )
            .order_by(TurnMove.made_at.desc(), TurnMove.id)
        )
    )


def learners_by_id(session: Session, meeting: ClassSession) -> dict[UUID, str]:
    """Enrolment → name, of everybody who is in the class."""
    rows = queries.learners(session, meeting.commune_id, meeting.cohort_id)
    return {row.id: person.full_name for row, person in rows}
