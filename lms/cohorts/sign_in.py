"""A learner signs in: tablet, open class, then picture and PIN, or the card. Pages and API come here.

`check_pin`, `check_card` and `find_class` only read; what they refuse carries the misses to count
(`keep`), so that the counters survive the roll-back and a restart. `enter` is the write that follows.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from lms.cohorts import access, cards, limits, queries, rules
from lms.cohorts.models import ClassSession, Device, Enrolment
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, Refusal
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.limits import Limit
from lms.people.models import Commune

UNKNOWN_TABLET = "Máy này chưa là máy của lớp. Xin đưa máy cho thầy/cô."


def tablet(session: Session, keys: Keys, credential: str | None) -> Device:
    """The enrolled tablet that holds this credential; NotSignedIn for any other browser or phone."""
    found = access.device_of(session, keys, credential) if credential else None
    if found is None or found.kind != "tablet":
        raise NotSignedIn(_(UNKNOWN_TABLET))
    return found


def require_tablet(device: Device) -> None:
    """Forbidden for a learner's own phone: nobody's name but its learner's is ever told to it."""
    if device.kind != "tablet":
        raise Forbidden(_("Việc này chỉ làm được trên máy tính bảng của lớp."))


def find_class(session: Session, device: Device, typed: str) -> ClassSession:
    """The open class of a typed code; Invalid carries the miss to count."""
    subject = limits.code_subject(device.id)
    limits.refuse_pause(session, device.commune_id, subject)
    commune = session.get_one(Commune, device.commune_id)
    before, code = rules.split_code(typed, rules.CODE_LENGTH)
    is_ours = before in ("", commune.short_code)
    found = queries.session_by_code(session, device.commune_id, code) if is_ours else None
    if found is None:
        refusal = no_such_class()
        raise missed(refusal, device.commune_id, [(subject, limits.CODES_PER_TABLET)])
    return found


def no_such_class() -> Invalid:
    """The refusal of a class code that names no open class."""
    words = _("Không có lớp nào đang mở với mã này. Xin xem lại mã thầy/cô viết trên bảng.")
    return Invalid(words, fields={"code": [words]})


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
        raise missed(Invalid(words, fields={"pin": [words]}), commune_id, misses)


def read_card(typed: str) -> str:
    """The ten digits of what was typed. A slip of the finger is said kindly and is no guess."""
    number = rules.clean_card(typed)
    if rules.is_card(number):
        return number
    words = _("Số thẻ chưa đúng, xem lại từng số. Trên thẻ có 10 số.")
    raise Invalid(words, fields={"card": [words]})


def check_card(
    session: Session,
    keys: Keys,
    device: Device,
    meeting: ClassSession,
    typed: str,
    learner_id: UUID | None = None,
) -> Enrolment:
    """The learner of this class whose card it is; with `learner_id` it must be that learner's.

    Misses count where those of PINs count: for the learner that was named, the tablet and the class.
    """
    number, commune_id, watched = read_card(typed), device.commune_id, _watched(device, meeting)
    if learner_id is not None:
        limits.refuse_locked(session, commune_id, learner_id)
        watched = [(limits.learner_subject(learner_id), limits.PER_LEARNER), *watched]
    for subject, _limit in _watched(device, meeting):
        limits.refuse_pause(session, commune_id, subject)
    found = card_owner(session, keys, meeting, number)
    if found is None or learner_id not in (None, found.id):
        raise missed(wrong_card(), commune_id, watched)
    limits.refuse_locked(session, commune_id, found.id)
    return found


def card_owner(
    session: Session, keys: Keys, meeting: ClassSession, number: str
) -> Enrolment | None:  # fmt: skip
    """The learner of this very class who holds the card; Conflict for a trainer's and a spare one."""
    found = cards.find_card(session, keys, meeting.commune_id, number)
    if found is None:
        return None
    if found.account_id is not None:
        raise Conflict(_("Đây là thẻ của thầy/cô. Học viên dùng thẻ của mình để vào học."))
    if found.spare is not None:
        label = cards.spare_label(found.spare)
        raise Conflict(
            _("%(card)s chưa ghi tên ai. Thầy/cô hãy ghi tên người cầm thẻ vào lớp.", card=label)
        )
    learner = found.enrolment
    is_here = learner is not None and learner.cohort_id == meeting.cohort_id
    return learner if learner is not None and is_here and not learner.withdrawn_on else None


def wrong_card() -> Invalid:
    """The refusal of a well-formed number that opens nothing here; it never says what exists elsewhere."""
    words = _("Thẻ này không dùng được ở đây. Xin xem lại từng số, hoặc gọi thầy/cô.")
    return Invalid(words, fields={"card": [words]})


def _watched(device: Device, meeting: ClassSession) -> list[tuple[str, Limit]]:
    return [
        (limits.tablet_subject(device.id), limits.PER_TABLET),
        (limits.class_subject(meeting.id), limits.PER_CLASS),
    ]


def missed(refusal: Refusal, commune_id: UUID, misses: Sequence[tuple[str, Limit]]) -> Refusal:
    """The refusal with the misses that count for it."""
    refusal.keep = lambda session: limits.count(session, commune_id, misses)
    return refusal


def proven(
    session: Session,
    keys: Keys,
    device: Device,
    *,
    class_code: str | None = None,
    learner_id: UUID | None = None,
    pin: str | None = None,
    card: str | None = None,
) -> tuple[ClassSession, Enrolment]:
    """The meeting and the learner that a PIN (with its picture) or a card proves on this device.

    A learner's own phone serves that learner alone, in the meeting that it joined.
    """
    if device.kind != "tablet" or class_code is None:
        meeting = class_of(session, device)
    else:
        meeting = find_class(session, device, class_code)
    if card is not None:
        learner = check_card(session, keys, device, meeting, card, learner_id)
    elif pin is not None and learner_id is not None:
        learner = learner_of_class(session, meeting, learner_id)
        check_pin(session, keys, device, meeting, learner, pin)
    else:
        words = _("Xin chọn hình của mình rồi nhập mã số, hoặc dùng thẻ.")
        raise Invalid(words, fields={"card": [words]})
    if device.enrolment_id not in (None, learner.id):
        raise Forbidden(_("Điện thoại này là của một học viên khác. Xin dùng máy của lớp."))
    return meeting, learner


def enter(
    session: Session,
    keys: Keys,
    device: Device,
    meeting: ClassSession,
    learner: Enrolment,
    how: str = "pin",
) -> str:
    """Start the learner's session after a right PIN or card; returns the cookie's token.

    The locks are read once more: many tries sent at once must not slip in before they are counted.
    """
    limits.refuse_locked(session, device.commune_id, learner.id)
    for subject, _limit in _watched(device, meeting):
        limits.refuse_pause(session, device.commune_id, subject)
    limits.unlock(session, device.commune_id, learner.id)
    access.end_on_device(session, device.commune_id, device.id)
    return access.start_learner(session, keys, learner, device, meeting, how)


def stand_in_class(session: Session, device: Device, meeting: ClassSession | None) -> None:
    """Remember on the tablet's own row in which class it stands; None leaves the class."""
    row = queries.device(session, device.commune_id, device.id)
    row.class_session_id = meeting.id if meeting else None
