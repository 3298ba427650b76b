"""A learner's own phone joins an open class: the class's code and the learner's card, nothing else."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import access, devices, limits, queries, rules, sign_in
from lms.cohorts.models import ClassSession, Device, Enrolment
from lms.core import audit, clock
from lms.core.errors import Conflict, Refusal
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people.models import Commune

PHONE_STAYS = timedelta(days=15)
"""A meeting lasts less than a day: what was done in it may be sent for 14 days after it."""


@dataclass(frozen=True)
class Joined:
    """A phone that serves one learner, and the secrets its browser keeps as cookies."""

    device: Device
    credential: str
    learner: Enrolment
    token: str = ""
    """Of the learner's session; a phone at home has none."""


def refuse_address(session: Session, keys: Keys, address: str) -> None:
    """TooMany while an address has to pause."""
    subject = limits.address_subject(keys, address)
    limits.refuse_pause(session, limits.EVERYWHERE, subject)


def commune_called(session: Session, code: str) -> Commune | None:
    """The commune of this short code."""
    return session.scalar(select(Commune).where(Commune.short_code == code))


def proven(
    session: Session, keys: Keys, class_code: str, card: str, address: str
) -> tuple[ClassSession, Enrolment]:
    """The open class of '<commune code>-<class code>' and its learner who holds the card. Only reads.

    What is refused carries the misses: of the address always, of the class and the card once it is known
    in which commune they lie.
    """
    refuse_address(session, keys, address)
    number = sign_in.read_card(card)
    before, code = rules.split_code(class_code, rules.CODE_LENGTH)
    commune = commune_called(session, before)
    meeting = queries.session_by_code(session, commune.id, code) if commune else None
    if meeting is None:
        refusal = sign_in.no_such_class()
        refusal.keep = lambda later: _count(later, keys, address, None, number)
        raise refusal
    for subject in (limits.joining_subject(meeting.id), limits.card_subject(keys, number)):
        limits.refuse_pause(session, meeting.commune_id, subject)
    learner = sign_in.card_owner(session, keys, meeting, number)
    if learner is None:
        refusal = sign_in.wrong_card()
        refusal.keep = lambda later: _count(later, keys, address, meeting, number)
        raise refusal
    limits.refuse_locked(session, meeting.commune_id, learner.id)
    return meeting, learner


def _count(
    session: Session, keys: Keys, address: str, meeting: ClassSession | None, number: str
) -> Refusal | None:
    late = count_address(session, keys, address)
    if meeting is not None:
        misses = [
            (limits.joining_subject(meeting.id), limits.PHONES_PER_CLASS),
            (limits.card_subject(keys, number), limits.PER_CARD),
        ]
        late = limits.count(session, meeting.commune_id, misses) or late
    return late


def count_address(session: Session, keys: Keys, address: str) -> Refusal | None:
    """Count one miss of an address; what is told to whoever came too late for it."""
    subject = limits.address_subject(keys, address)
    return limits.count(session, limits.EVERYWHERE, [(subject, limits.PER_ADDRESS)])


def join(
    session: Session, keys: Keys, meeting: ClassSession, learner: Enrolment, held: str | None
) -> Joined:
    """Let the phone in, for this meeting only. `held` is the credential its browser has already.

    A phone that is this learner's own stays the same device, so that what it has not sent yet can be sent.
    """
    device = held_device(session, keys, held, learner)
    if device is None or held is None:
        device, held = devices.own_device(session, keys, "phone", learner)
        audit.record(session, by_device(device), "join", "device", device.id, learner=learner.id)
    device.class_session_id = meeting.id
    device.expires_at = max(device.expires_at or clock.now(), clock.now() + PHONE_STAYS)
    token = sign_in.enter(session, keys, device, meeting, learner, "card")
    return Joined(device, held, learner, token)


def held_device(
    session: Session, keys: Keys, credential: str | None, learner: Enrolment
) -> Device | None:
    """The learner's own device that this browser is already; Conflict where it is somebody else's."""
    found = access.device_of(session, keys, credential) if credential else None
    if found is None:
        return None
    if found.kind == "tablet":
        raise Conflict(_("Đây là máy tính bảng của lớp. Trên máy này, xin vào lớp bằng mã lớp."))
    if found.commune_id == learner.commune_id and found.enrolment_id == learner.id:
        return found
    if found.kind == "home":
        raise Conflict(
            _("Điện thoại này đang là máy học ở nhà của người khác. Xin nhờ thầy/cô thu hồi trước.")
        )
    return None


def by_device(device: Device) -> Actor:
    """The device as the one who acts."""
    key: UUID = device.id
    return Actor(Role.DEVICE, device.commune_id, key, device.label)
