"""What other systems send of their own courses, until an officer has looked at it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created

RESULTS = ("completed", "passed", "excellent")
"""What a completion may say of how it went; whoever did not complete is not sent."""


class SentCompletion(CommuneRow, Base):
    """One person's completion of another system's course, as that system (`machine_id`) sent it.

    It counts nowhere. What an officer confirms becomes a row of a list from outside (`import_id`);
    taking that list back makes this row wait again. Erasing the person deletes it.
    """

    __tablename__ = "sent_completion"
    __table_args__ = (
        belongs_to("machine_client", "machine_id"),
        belongs_to("person", "person_id"),
        belongs_to("fact_import", "import_id"),
        Index("ix_sent_completion_course", "commune_id", "course_id"),
        Index("ix_sent_completion_person", "commune_id", "person_id"),
        CheckConstraint("state IN ('waiting', 'confirmed', 'left')", name="state"),
        CheckConstraint("(state = 'confirmed') = (import_id IS NOT NULL)", name="import"),
        CheckConstraint("result IN ('', 'completed', 'passed', 'excellent')", name="result"),
    )

    # The id is derived from the client and the client's own id, so that two clients never collide.
    machine_id: Mapped[UUID]
    sent_id: Mapped[UUID]
    """The id that the other system gave the completion."""
    person_id: Mapped[UUID]
    """Whom it named; who stands for that record after merges is looked up at every use."""
    course_id: Mapped[UUID]
    """UUIDv5 of the client, the course's code and its title."""
    course_code: Mapped[str]
    course_title: Mapped[str]
    completed_on: Mapped[date]
    result: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="waiting")
    import_id: Mapped[UUID | None]
    received_at: Mapped[datetime] = created()
    looked_by: Mapped[UUID | None]
    looked_at: Mapped[datetime | None]
