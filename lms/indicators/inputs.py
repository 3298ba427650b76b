"""What a form of figures offers to choose from."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.people.models import Unit


def unit_options(session: Session, commune_id: UUID) -> list[tuple[str, str]]:
    """Units that are not closed, for a select."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.commune_id == commune_id, Unit.closed_on.is_(None))
        .order_by(Unit.kind, Unit.code)
    )
    return [(str(key), name) for key, name in rows]
