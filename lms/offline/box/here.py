"""Whether this service runs on a laptop that carries classes, and which one it is."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lms.core.db import Database, box_of
from lms.core.errors import Conflict
from lms.core.i18n import _
from lms.offline.box.models import BoxSelf


def is_box(database: Database) -> bool:
    """Whether this store is that of a box; `recognise` has looked."""
    return database.box_id is not None


def recognise(database: Database) -> bool:
    """Look once whether this store is that of a box, and let its sessions know; a box is always on SQLite."""
    place = database.engine.url.database or ""
    if database.engine.dialect.name != "sqlite" or not Path(place).is_file():
        return False
    try:
        with database.read() as session:
            found = this_box(session)
    except OperationalError:
        return False  # There is no such table yet: the store is older than boxes, or empty.
    if found is not None:
        database.run_on_box(found.id)
    return found is not None


def this_box(session: Session) -> BoxSelf | None:
    """The box that this store belongs to; None at the commune."""
    return session.scalar(select(BoxSelf).limit(1))


def require_box(session: Session) -> BoxSelf:
    """The box that this store belongs to; Conflict at the commune, where nothing is looked for."""
    found = this_box(session) if box_of(session) else None
    if found is None:
        raise Conflict(_("Đây không phải máy lớp. Việc này chỉ làm trên máy lớp."))
    return found
