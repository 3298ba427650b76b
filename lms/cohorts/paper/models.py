"""Meetings and tests whose hours were copied from paper."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created


class PaperHours(CommuneRow, Base):
    """Somebody copied the hours of a meeting, or of the test in it, from the sheet kept there.

    Kept to tell who answers for the hours of a class that no page of ours saw open; it names no learner.
    """

    __tablename__ = "paper_hours"
    __table_args__ = (
        belongs_to("class_session", "class_session_id"),
        belongs_to("sitting", "sitting_id"),
    )

    class_session_id: Mapped[UUID]
    sitting_id: Mapped[UUID | None]
    """The test whose hours these are; none: those of the meeting itself."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime]
    reference: Mapped[str | None]
    """The number of the sheet or record it was copied from, as the office files it."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
