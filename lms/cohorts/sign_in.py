"""A learner signs in: tablet, open class, picture, PIN. Pages and API come through here.

`check_pin` and `find_class` only read; what they refuse carries the misses to count (`keep`), so that the
counters survive the roll-back and a restart. `enter` is the write that follows.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from lms.cohorts import access, limits, queries, rules
from lms.cohorts.models import ClassSession, Device, Enrolment
from lms.core.errors import Conflict, Invalid, NotFound, NotSignedIn, Refusal
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.limits import Limit, count_misses

UNKNOWN_TABLET = "Máy này chưa là máy của lớp. Xin đưa máy cho thầy/cô."


def tablet(session: Session, keys: Keys, credential: str | None) -> Device:
    """The enrolled tablet that holds this credential; NotSignedIn for any other browser."""
    found = access.device_of(session, keys, credential) if credential else None
    if found is None:
        raise NotSignedIn(_(UNKNOWN_TABLET))
    return found


def find_class(session: Session, device: Device, typed: str) -> ClassSession:
    """The open class of a typed code; Invalid carries the miss to count."""
    subject = limits.code_subject(device.id)
    limits.refuse_pause(session, device.commune_id, subject)
    found = queries.session_by_code(session, device.commune_id, rules.clean_code(typed))
    if found is None:
        words = _("Không có lớp nào đang mở với mã này. Xin xem lại mã thầy/cô viết trên bảng.")
        raise _missed(
            Invalid(words, fields={"code": [words]}),
            device.commune_id,
            [(subject, limits.CODES_PER_TABLET)],
        )
    return found


def class_of(session: Session, device: Device) -> ClassSession:
    """The class in which the tablet stands, while it is open; else Conflict."""
    found = (
        session.get(ClassSession, (device.commune_id, device.class_session_id))
        if device.class_session_id
        else None
    )
    if found is None or found.opened_at is None or found.closed_at is not None:
        raise Conflict(_("Lớp chưa mở hoặc đã kết thúc. Xin nhập lại mã lớp."))
    return found


def learner_of_class(session: Session, meeting: ClassSession, enrolment_id: UUID) -> Enrolment:
    """A learner of this very class; anybody else looks like nobody."""
    found = session.get(Enrolment, (meeting.commune_id, enrolment_id))
    if found is None or found.cohort_id != meeting.cohort_id or found.withdrawn_on is not None:
        raise NotFound(_("Không thấy người này trong lớp. Xin chọn lại hình của mình."))
    return found


def check_pin(
    session: Session,
    keys: Keys,
    device: Device,
    meeting: ClassSession,
    learner: Enrolment,
    pin: str,
) -> None:
    """Refuse a wrong PIN, a locked learner, and a tablet or class that has to pause."""
    commune_id = device.commune_id
    limits.refuse_locked(session, commune_id, learner.id)
    watched = _watched(device, meeting)
    for subject, _limit in watched:
        limits.refuse_pause(session, commune_id, subject)
    if not keys.matches("pin", f"{learner.id}:{pin.strip()}", learner.pin_hmac):
        words = _("Mã số chưa đúng. Xin xem lại 4 số trên thẻ rồi bấm lại.")
        misses = [(limits.learner_subject(learner.id), limits.PER_LEARNER), *watched]
        raise _missed(Invalid(words, fields={"pin": [words]}), commune_id, misses)


def _watched(device: Device, meeting: ClassSession) -> list[tuple[str, Limit]]:
    return [
        (limits.tablet_subject(device.id), limits.PER_TABLET),
        (limits.class_subject(meeting.id), limits.PER_CLASS),
    ]


def _missed(refusal: Refusal, commune_id: UUID, misses: Sequence[tuple[str, Limit]]) -> Refusal:
    refusal.keep = lambda session: count_misses(session, commune_id, misses)
    return refusal


def enter(
    session: Session, keys: Keys, device: Device, meeting: ClassSession, learner: Enrolment
) -> str:
    """Start the learner's session after a right PIN; returns the cookie's token.

    The lock is read once more: many tries sent at once must not slip in before they are counted.
    """
    limits.refuse_locked(session, device.commune_id, learner.id)
    limits.unlock(session, device.commune_id, learner.id)
    access.end_on_device(session, device.commune_id, device.id)
    return access.start_learner(session, keys, learner, device, meeting)


def stand_in_class(session: Session, device: Device, meeting: ClassSession | None) -> None:
    """Remember on the tablet's own row in which class it stands; None leaves the class."""
    row = queries.device(session, device.commune_id, device.id)
    row.class_session_id = meeting.id if meeting else None
