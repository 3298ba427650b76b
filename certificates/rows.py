"""Writing rows that may be there already, in one statement, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from lms.core.db import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert


def insert_into(session: Session, table: type[Base]) -> Insert:
    """An INSERT that knows ON CONFLICT: SQLite and PostgreSQL write it in the same words."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: type[Base]) -> Insert:
    """The same, for a statement that is made before there is a session."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # Two dialects' functions have the same shape.
    return insert(table)
