"""From what kind of device an event came."""

from uuid import UUID

from sqlalchemy.orm import Session

from lms.cohorts.carried_rules import CLAIMING
from lms.cohorts.models import Device
from lms.ledger.actions import paper_device, web_device


def kind_of(session: Session, commune_id: UUID, device_id: UUID) -> str:
    """The kind of a device, which never changes; one without a row is a tablet behind a box."""
    own = {web_device(commune_id): "web", paper_device(commune_id): "paper"}
    if device_id in own:
        return own[device_id]
    row = session.get(Device, (commune_id, device_id))
    return row.kind if row else "tablet"


def only_claims(session: Session, commune_id: UUID, device_id: UUID) -> bool:
    """Whether it is a claim when this device says that a trainer saw something."""
    return kind_of(session, commune_id, device_id) in CLAIMING
