"""How often a PIN or a class code may be missed: one place for every path, page and API.

Per learner: five wrong PINs lock until the trainer unlocks. Per tablet and per class: a pause, so that
nobody tries one learner after the other.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Refusal, TooMany
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.limits import Limit, TryCount, clear, locked_until

PER_LEARNER = Limit(5, timedelta(days=7), None)
PER_TABLET = Limit(20, timedelta(minutes=15), timedelta(minutes=10))
PER_CLASS = Limit(60, timedelta(minutes=15), timedelta(minutes=10))
CODES_PER_TABLET = Limit(20, timedelta(minutes=15), timedelta(minutes=5))


class Locked(Refusal):
    """The learner's PIN was missed too often: the trainer unlocks."""

    status, kind = 429, "locked"


def learner_subject(enrolment_id: UUID) -> str:
    """Under which name a learner's misses are counted."""
    return f"pin:{enrolment_id}"


def tablet_subject(device_id: UUID) -> str:
    """Under which name a tablet's missed PINs are counted."""
    return f"pin-tablet:{device_id}"


def class_subject(session_id: UUID) -> str:
    """Under which name a class session's missed PINs are counted."""
    return f"pin-class:{session_id}"


def code_subject(device_id: UUID) -> str:
    """Under which name a tablet's missed class codes are counted."""
    return f"class-code:{device_id}"


def refuse_locked(session: Session, commune_id: UUID, enrolment_id: UUID) -> None:
    """Locked, for a learner who missed the PIN too often."""
    if locked_until(session, commune_id, learner_subject(enrolment_id)):
        raise Locked(
            _("Mã số đã nhập sai 5 lần nên tạm khóa. Xin gọi thầy/cô mở khóa, không mất bài nào.")
        )


def refuse_pause(session: Session, commune_id: UUID, subject: str) -> None:
    """TooMany, while a tablet or a class has to pause."""
    until = locked_until(session, commune_id, subject)
    if until is None:
        return
    seconds = int((until - clock.now()).total_seconds()) + 1
    raise TooMany(
        _("Máy này nhập sai nhiều lần quá. Xin chờ %(n)s phút rồi thử lại.", n=-(-seconds // 60)),
        retry_after=seconds,
    )


def unlock(session: Session, commune_id: UUID, enrolment_id: UUID) -> None:
    """The trainer unlocks a learner."""
    clear(session, commune_id, learner_subject(enrolment_id))


def locked_learners(session: Session, commune_id: UUID, enrolment_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these learners are locked now."""
    keys = {derived("try", commune_id, learner_subject(one)): one for one in enrolment_ids}
    query = select(TryCount.id).where(
        TryCount.commune_id == commune_id,
        TryCount.id.in_(keys),
        TryCount.locked_until > clock.now(),
    )
    return {keys[key] for key in session.scalars(query)}
