"""A learner who signed in through a provider: the browser becomes that learner's own phone at home."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import access, devices, joining
from lms.cohorts.home_codes import HOME_STAYS
from lms.cohorts.models import Cohort, Device, Enrolment
from lms.core import audit, clock
from lms.core.guard import system
from lms.core.signals import listen as hear
from lms.people import queries
from lms.people.oidc_identities import LearnerIdentityEnded
from lms.people.oidc_learners import LearnerArrived

PLAYER = "/may-hoc"


def listen() -> None:
    """Hear who arrives and whose identity ends; twice is once."""
    hear(LearnerArrived, let_in)
    hear(LearnerIdentityEnded, shut)


def _enrolments(session: Session, commune_id: UUID, person_id: UUID) -> list[Enrolment]:
    """The person's places in classes that were not cancelled, under every merged record, the newest first."""
    people = queries.same_person(session, commune_id, person_id)
    query = (
        select(Enrolment)
        .join(Cohort, (Cohort.commune_id == Enrolment.commune_id) & (Cohort.id == Enrolment.cohort_id))
        .where(
            Enrolment.commune_id == commune_id, Enrolment.person_id.in_(people),
            Enrolment.withdrawn_on.is_(None), Cohort.cancelled_at.is_(None),
        )
        .order_by(Enrolment.enrolled_on.desc(), Enrolment.id.desc())
    )  # fmt: skip
    return list(session.scalars(query))


def let_in(session: Session, arrived: LearnerArrived) -> None:
    """Bind the browser to the newest class of the person, as a code for home does; no class, no way in.

    The same rules hold as for every phone at home: practice only, 90 days, the trainer may take it back.
    """
    found = _enrolments(session, arrived.commune_id, arrived.person_id)
    if not found:
        return
    held, keys = arrived.held, arrived.keys
    kept = access.device_of(session, keys, held) if held else None
    known = {learner.id: learner for learner in found}
    learner = known.get(kept.enrolment_id, found[0]) if kept and kept.enrolment_id else found[0]
    device = joining.held_device(session, keys, held, learner)
    if device is None or held is None:
        device, held = devices.own_device(session, keys, "home", learner)
    device.kind, device.expires_at = "home", clock.now() + HOME_STAYS
    session.flush()
    who = joining.by_device(device)
    audit.record(session, who, "bind_home", "device", device.id, learner=learner.id)
    arrived.credential, arrived.target = held, PLAYER
    arrived.seconds = int(HOME_STAYS.total_seconds())


def shut(session: Session, ended: LearnerIdentityEnded) -> None:
    """The person's phones at home stop working at once; what they sent stays."""
    learners = [one.id for one in _enrolments(session, ended.commune_id, ended.person_id)]
    rows = session.scalars(
        select(Device).where(
            Device.commune_id == ended.commune_id, Device.kind == "home",
            Device.enrolment_id.in_(learners), Device.revoked_at.is_(None),
        )
    )  # fmt: skip
    for device in rows:
        device.revoked_at = clock.now()
        access.end_on_device(session, ended.commune_id, device.id)
        audit.record(session, system(ended.commune_id), "revoke", "device", device.id)
