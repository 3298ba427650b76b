"""Who teaches one meeting in place of the class's own trainers (dạy thay), and on that day only."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import queries
from lms.cohorts.actions import refuse_cancelled, refuse_stopped
from lms.cohorts.managing import manage, trainer_ids
from lms.cohorts.models import ClassSession, Cohort, SessionTrainer
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.people.account_models import Account, RoleGrant


def appoint(session: Session, who: Actor, session_id: UUID, account_id: UUID) -> SessionTrainer:
    """Let another trainer of the commune teach this meeting. Twice is once; who was let go comes back."""
    meeting, cohort = _meeting(session, who, session_id)
    refuse_stopped(cohort)
    refuse_cancelled(meeting)
    if meeting.closed_at is not None:
        raise Conflict(_("Buổi %(n)s đã kết thúc nên không cần người dạy thay.", n=meeting.number))
    _check_trainer(session, who, cohort, account_id)
    row = _row(session, meeting, account_id)
    if row is None or row.ended_at is not None:
        row = row or SessionTrainer(
            commune_id=who.commune, id=uuid7(), class_session_id=meeting.id, account_id=account_id
        )
        row.made_by, row.made_at, row.ended_at = who.id, clock.now(), None
        session.add(row)
        session.flush()
        audit.record(session, who, "appoint", "class_session", meeting.id, account=account_id)
    return row


def release(session: Session, who: Actor, session_id: UUID, account_id: UUID) -> None:
    """The other trainer does not teach this meeting any more; the class is closed to them at once."""
    meeting, _cohort = _meeting(session, who, session_id)
    row = _row(session, meeting, account_id)
    if row is not None and row.ended_at is None:
        row.ended_at = clock.now()
        session.flush()
        audit.record(session, who, "release", "class_session", meeting.id, account=account_id)


def _meeting(session: Session, who: Actor, session_id: UUID) -> tuple[ClassSession, Cohort]:
    found = queries.class_session(session, who.commune, session_id)
    return found, manage(session, who, found.cohort_id)


def _row(session: Session, meeting: ClassSession, account_id: UUID) -> SessionTrainer | None:
    return session.scalar(
        select(SessionTrainer).where(
            SessionTrainer.commune_id == meeting.commune_id,
            SessionTrainer.class_session_id == meeting.id,
            SessionTrainer.account_id == account_id,
        )
    )


def _check_trainer(session: Session, who: Actor, cohort: Cohort, account_id: UUID) -> None:
    words = ""
    if account_id in trainer_ids(session, cohort):
        words = _("Người này đã là giảng viên của lớp, không cần dạy thay.")
    elif account_id not in {one.id for one in trainers_of_commune(session, who.commune)}:
        words = _("Người này chưa được giao vai trò giảng viên trong xã.")
    if words:
        raise Invalid(words, fields={"account_id": [words]})


def trainers_of_commune(session: Session, commune_id: UUID) -> Sequence[Account]:
    """Who may teach in the commune, by name."""
    return session.scalars(
        select(Account)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.commune_id == commune_id, RoleGrant.role == Role.TRAINER.value,
            RoleGrant.revoked_at.is_(None), Account.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Account.display_name)
    ).all()  # fmt: skip


def of_meetings(
    session: Session, commune_id: UUID, meetings: Sequence[UUID]
) -> dict[UUID, list[Account]]:
    """Meeting → who teaches it in place of the class's own trainers, by name."""
    rows = session.execute(
        select(SessionTrainer.class_session_id, Account)
        .join(Account, Account.id == SessionTrainer.account_id)
        .where(
            SessionTrainer.commune_id == commune_id,
            SessionTrainer.class_session_id.in_(meetings),
            SessionTrainer.ended_at.is_(None),
        )
        .order_by(Account.display_name)
    )
    found: defaultdict[UUID, list[Account]] = defaultdict(list)
    for meeting, account in rows:
        found[meeting].append(account)
    return found
