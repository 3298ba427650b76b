"""Devices: a browser becomes a tablet of the commune, or one learner's own phone, and stops being one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.cohorts import access, queries
from lms.cohorts.actions import TEACHERS
from lms.cohorts.models import Device, Enrolment
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require, require_cohort, system
from lms.core.i18n import _
from lms.core.ids import spoken_code, uuid7
from lms.core.keys import Keys
from lms.core.text import clean
from lms.ledger.actions import paper_device, web_device
from lms.people.models import Commune, Person

SYSTEM_DEVICES = {"web": ("Trang web", web_device), "paper": ("Phiếu giấy", paper_device)}
LABEL_AT_MOST = 40
OWN = ("phone", "home")
OWN_LABELS = {"phone": "Điện thoại %(n)s", "home": "Máy ở nhà %(n)s"}


@dataclass(frozen=True)
class OtherDevice:
    """A learner's own phone as staff see it."""

    device: Device
    enrolment: Enrolment
    person: Person

    @property
    def is_home(self) -> bool:
        """It was bound by a one-time code, for practice at home."""
        return self.device.kind == "home"

    @property
    def until(self) -> datetime | None:
        """Until when its credential works."""
        return self.device.expires_at


def others(
    session: Session, commune_id: UUID, cohort_ids: Collection[UUID] | None = None
) -> Sequence[OtherDevice]:
    """The learners' own phones that work now, newest first; only of these classes when they are given."""
    query = (
        select(Device, Enrolment, Person)
        .join(Enrolment, (Enrolment.commune_id == Device.commune_id)
              & (Enrolment.id == Device.enrolment_id))
        .join(Person, (Person.commune_id == Enrolment.commune_id)
              & (Person.id == Enrolment.person_id))
        .where(
            Device.commune_id == commune_id,
            Device.kind.in_(OWN),
            Device.revoked_at.is_(None),
            or_(Device.expires_at.is_(None), Device.expires_at > clock.now()),
        )
        .order_by(Device.enrolled_at.desc(), Device.id)
    )  # fmt: skip
    if cohort_ids is not None:
        query = query.where(Enrolment.cohort_id.in_(cohort_ids))
    return [OtherDevice(row[0], row[1], row[2]) for row in session.execute(query)]


def own_device(
    session: Session, keys: Keys, kind: str, learner: Enrolment, key: UUID | None = None
) -> tuple[Device, str]:
    """Make one learner's own phone (`phone` or `home`); returns it with its credential."""
    credential = access.new_token(session, learner.commune_id)
    row = Device(
        commune_id=learner.commune_id, id=key or uuid7(),
        # Many join at the same moment: a counted name would be given twice.
        label=OWN_LABELS[kind] % {"n": spoken_code(6)},
        kind=kind, credential_digest=keys.digest("device", credential), enrolment_id=learner.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row, credential


def enrol_device(session: Session, who: Actor, keys: Keys, label: str) -> tuple[Device, str]:
    """Make a tablet of the commune; returns it with its credential, which is shown only this once."""
    require(who, *TEACHERS)
    words = _("Hãy đặt tên máy, ví dụ Máy 07 (tối đa %(n)s chữ).", n=LABEL_AT_MOST)
    name = free_label(session, who.commune, label, words)
    credential = access.new_token(session, who.commune)
    row = Device(
        commune_id=who.commune, id=uuid7(), label=name, kind="tablet",
        credential_digest=keys.digest("device", credential),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "enrol", "device", row.id)
    return row, credential


def free_label(session: Session, commune_id: UUID, typed: str, words: str) -> str:
    """A name that no machine in use has; Invalid with these words when there is none or it is too long."""
    name = clean(typed)
    if not name or len(name) > LABEL_AT_MOST:
        raise Invalid(words, fields={"label": [words]})
    held = select(Device.id).where(
        Device.commune_id == commune_id, Device.label == name, Device.revoked_at.is_(None)
    )
    if session.scalar(held) is not None:
        words = _("Đã có máy tên %(name)s. Hãy đặt tên khác.", name=name)
        raise Invalid(words, fields={"label": [words]})
    return name


def revoke_device(session: Session, who: Actor, device_id: UUID) -> Device:
    """The device's credential stops working at once. What it sent stays; revoking twice is the same."""
    require(who, *TEACHERS)
    row = queries.device(session, who.commune, device_id)
    if row.kind not in ("tablet", *OWN):
        raise Conflict(_("Đây không phải máy tính bảng hay điện thoại nên không thu hồi được."))
    if row.enrolment_id is not None:
        require_cohort(who, queries.enrolment(session, who.commune, row.enrolment_id).cohort_id)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        access.end_on_device(session, who.commune, row.id)
        audit.record(session, who, "revoke", "device", row.id)
    session.flush()
    return row


def ensure_system_devices(session: Session, commune_id: UUID) -> None:
    """The rows of `web` and `paper`, under whose ids the server writes its own events."""
    for kind, (label, key) in SYSTEM_DEVICES.items():
        if session.get(Device, (commune_id, key(commune_id))) is None:
            session.add(Device(commune_id=commune_id, id=key(commune_id), label=label, kind=kind))
    session.flush()


def next_label(session: Session, commune_id: UUID) -> str:
    """A name that no tablet has yet: 'Máy 01', 'Máy 02' …"""
    used = set(session.scalars(select(Device.label).where(Device.commune_id == commune_id)))
    return next(name for n in range(1, 10_000) if (name := f"Máy {n:02d}") not in used)


def sample_commune(session: Session) -> Commune | None:
    """The sample commune of this store: sample and real data never share one."""
    communes = session.scalars(select(Commune).limit(2)).all()
    return communes[0] if len(communes) == 1 and communes[0].is_sample else None


def enrol_sample_tablet(session: Session, keys: Keys) -> tuple[Device, str]:
    """Let anybody try the sample commune on this browser; NotFound where the data are real."""
    commune = sample_commune(session)
    if commune is None:
        raise NotFound(_("Không tìm thấy trang này. Hãy nhờ thầy/cô đăng ký máy."))
    return enrol_device(session, system(commune.id), keys, next_label(session, commune.id))
