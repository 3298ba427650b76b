"""The trainer's choice between two lines of work of one test."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from lms.core.db import Base, CommuneRow, created, of_commune


class BranchChoice(CommuneRow, Base):
    """A human decision: of a test done on two tablets at once, this line of work counts.

    It is a record and names the attempt without a foreign key, which would block a rebuild.
    """

    __tablename__ = "branch_choice"
    __table_args__ = (
        of_commune(),
        # One choice stands at a time.
        Index(
            "uq_branch_choice_standing",
            "commune_id",
            "attempt_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    attempt_id: Mapped[UUID]
    branch: Mapped[str]
    """The segment in which the line ends, as `assessments.rules.Mark.branch` names it."""
    reason: Mapped[str]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
