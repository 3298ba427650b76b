"""Writing rows that may be there already, in one statement, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from lms.core.db import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert


def insert_into(session: Session, table: type[Base]) -> Insert:
    """An INSERT that knows ON CONFLICT: SQLite and PostgreSQL write it in the same words."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # Two dialects' functions have the same shape.
    return insert(table)
