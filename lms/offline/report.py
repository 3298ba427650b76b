"""What a device says of itself is kept on its own row, for the trainer who looks at all tablets at once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from lms.cohorts import queries
from lms.core import clock


def keep_report(
    session: Session, commune_id: UUID, device_id: UUID, told: Mapping[str, Any]
) -> None:
    """Keep the newest report of a device; that its memory was once emptied is never forgotten."""
    device = queries.device(session, commune_id, device_id)
    now, before = clock.now(), device.report or {}
    is_new = told["emptied"] and not before.get("emptied")
    report = {
        **told,
        "pack": str(told["pack"]) if told["pack"] else None,
        "emptied_at": now.isoformat() if is_new else before.get("emptied_at"),
    }
    device.report, device.reported_at = report, now
    session.flush()
