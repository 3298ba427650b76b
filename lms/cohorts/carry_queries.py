"""Reads of carried classes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.carried_models import ClassPack
from lms.cohorts.models import ClassSession, Device
from lms.core import clock


def pack_for(session: Session, device: Device) -> dict[str, object] | None:
    """The newest pack of the class that the tablet stands in: {id, sha256, bytes, valid_until}.

    None while it stands in no class, and for a pack that was taken back or is too old.
    """
    meeting = (
        session.get(ClassSession, (device.commune_id, device.class_session_id))
        if device.kind == "tablet" and device.class_session_id
        else None
    )
    if meeting is None:
        return None
    found = session.scalar(
        select(ClassPack)
        .where(
            ClassPack.commune_id == device.commune_id,
            ClassPack.cohort_id == meeting.cohort_id,
            ClassPack.withdrawn_at.is_(None),
            ClassPack.body.is_not(None),
            ClassPack.valid_until > clock.now(),
        )
        .order_by(ClassPack.made_at.desc(), ClassPack.id.desc())
        .limit(1)
    )
    return _told(found) if found else None


def _told(pack: ClassPack) -> dict[str, object]:
    size = len((pack.body or "").encode())
    return {
        "id": pack.id,
        "sha256": pack.sha256,
        "bytes": size,
        "valid_until": pack.valid_until,
    }
