"""How often a PIN, a card or a code may be missed: one place for every path, page and API.

Per learner: five wrong PINs or cards lock until the trainer unlocks. Per tablet and per class: a pause,
so that nobody tries one learner after the other. For phones that join, and for codes at home: a pause
per card, class and address, apart from the tablets', so that nobody outside can stop a class.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Refusal, TooMany
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.keys import Keys
from lms.core.limits import (
    FOREVER,
    Limit,
    TryCount,
    clear,
    count_misses,
    locked_until,
    network_of,
)

PER_LEARNER = Limit(5, timedelta(days=7), None)
PER_TABLET = Limit(20, timedelta(minutes=15), timedelta(minutes=10))
PER_CLASS = Limit(60, timedelta(minutes=15), timedelta(minutes=10))
CODES_PER_TABLET = Limit(20, timedelta(minutes=15), timedelta(minutes=5))
PER_CARD = Limit(10, timedelta(minutes=15), timedelta(minutes=15))
PHONES_PER_CLASS = Limit(60, timedelta(minutes=15), timedelta(minutes=10))
PER_ADDRESS = Limit(60, timedelta(minutes=15), timedelta(minutes=15))
"""A whole class may sit behind one address."""
EVERYWHERE = UUID(int=0)
"""Tries from an address are counted before any commune is known."""


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


def card_subject(keys: Keys, number: str) -> str:
    """Under which name misses with one card number are counted, whichever class it is tried in."""
    return f"card:{keys.digest('card', number)}"


def joining_subject(session_id: UUID) -> str:
    """Under which name a class session's missed cards from phones are counted."""
    return f"card-class:{session_id}"


def address_subject(keys: Keys, address: str) -> str:
    """Under which name an address's misses are counted; only its digest is stored."""
    return f"card-address:{keys.digest('address', network_of(address))}"


def refuse_locked(session: Session, commune_id: UUID, enrolment_id: UUID) -> None:
    """Locked, for a learner who missed the PIN too often."""
    if locked_until(session, commune_id, learner_subject(enrolment_id)):
        raise _locked()


def _locked() -> Locked:
    return Locked(
        _(
            "Mã số hoặc số thẻ đã sai 5 lần nên tạm khóa. Xin gọi thầy/cô mở khóa, không mất bài nào."
        )
    )


def refuse_pause(session: Session, commune_id: UUID, subject: str) -> None:
    """TooMany, while a tablet or a class has to pause."""
    until = locked_until(session, commune_id, subject)
    if until is not None:
        raise _paused(until)


def _paused(until: datetime) -> TooMany:
    seconds = int((until - clock.now()).total_seconds()) + 1
    return TooMany(
        _("Máy này nhập sai nhiều lần quá. Xin chờ %(n)s phút rồi thử lại.", n=-(-seconds // 60)),
        retry_after=seconds,
    )


def count(
    session: Session, commune_id: UUID, misses: Sequence[tuple[str, Limit]]
) -> Refusal | None:
    """Count one miss of each; what is told to whoever came too late for it."""
    late = count_misses(session, commune_id, misses)
    if late is None:
        return None
    return _locked() if late >= FOREVER else _paused(late)


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
