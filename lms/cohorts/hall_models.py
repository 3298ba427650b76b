"""Records of a class while it meets and when it ends: tablets let in, turns given to another learner,
what somebody is allowed in a test, how the class was closed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class TabletInvite(CommuneRow, Base):
    """A trainer lets tablets be enrolled by a QR code for a few minutes; each code serves one tablet.

    The code on the screen is a keyed digest of this row and of how many tablets it let in, so that the
    next one is another and the last one is worth nothing.
    """

    __tablename__ = "tablet_invite"
    __table_args__ = (of_commune(), belongs_to("class_session", "class_session_id"))

    class_session_id: Mapped[UUID | None]
    """The meeting in which the tablets stand at once; None when there is none."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime]
    used: Mapped[int] = mapped_column(server_default="0", default=0)
    """How many tablets it let in."""
    last_device_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]


class TurnMove(CommuneRow, Base):
    """A human decision: this turn at a tablet was another learner's ("đổi người cho lượt này").

    The events keep the name that the tablet gave; while the decision stands they are read as the other
    learner's. It holds two pseudonyms of a class and the trainer's reason, so that the work counts for
    the one who did it and anybody can see who said so.
    """

    __tablename__ = "turn_move"
    __table_args__ = (
        belongs_to("class_session", "class_session_id"),
        belongs_to("enrolment", "to_id"),
        CheckConstraint("from_id <> to_id", name="somebody_else"),
        # A turn was one person's.
        Index(
            "uq_turn_move_standing",
            "commune_id",
            "device_id",
            "segment",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_turn_move_session", "commune_id", "class_session_id"),
    )

    class_session_id: Mapped[UUID]
    device_id: Mapped[UUID]
    """As events name it; a tablet behind a box has no row of its own."""
    segment: Mapped[str]
    """The turn, as its events name it."""
    from_id: Mapped[UUID]
    """The learner whom the events name: an enrolment."""
    to_id: Mapped[UUID]
    """Whose turn it was."""
    reason: Mapped[str]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]


class Allowance(CommuneRow, Base):
    """What a learner is allowed in the tests of a class, known before a sitting opens.

    It may hint at a disability: it is asked by the trainer alone, for the test alone, and copied to each
    sitting when that opens.
    """

    __tablename__ = "allowance"
    __table_args__ = (
        belongs_to("enrolment", "enrolment_id"),
        UniqueConstraint("commune_id", "enrolment_id"),
    )

    enrolment_id: Mapped[UUID]
    allowed: Mapped[list[str]] = mapped_column(JSON)
    """Of lms.cohorts.rules.ACCOMMODATIONS, in that order; empty: none any more."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()


class ClassClosing(CommuneRow, Base):
    """The class was finished, with the list of what was missing then; it may be opened again."""

    __tablename__ = "class_closing"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        # A class is finished once at a time.
        Index(
            "uq_class_closing_standing",
            "commune_id",
            "cohort_id",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )

    cohort_id: Mapped[UUID]
    missing: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """[{code, count}]: of lms.board.closing.CODES; names and links are found anew when it is shown."""
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime] = created()
    reopened_at: Mapped[datetime | None]
    reopened_by: Mapped[UUID | None]
