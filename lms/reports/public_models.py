"""What a commune shows to everybody: its page, the classes and events on it, and its publications.

No row names a person: a class is shown with its place and days, a publication holds counts alone, so
erasure has nothing to remove here. Who decided is an account's id.
"""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class PublicPage(CommuneRow, Base):
    """The commune's public page; the commune has one such row or none (the page is off)."""

    __tablename__ = "public_page"
    __table_args__ = (of_commune(),)

    is_on: Mapped[bool]
    """Switched by an administrator; off, nothing of the commune is to be seen without signing in."""
    greeting: Mapped[str] = mapped_column(Text)
    """The officer's own words at the top of the page."""
    contact: Mapped[str] = mapped_column(Text)
    """Where to ask, as the officer writes it."""
    revision: Mapped[int] = mapped_column(server_default="1", default=1)
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime] = created()


class PublicClass(CommuneRow, Base):
    """An officer's decision to show a class on the public page, and how one joins it."""

    __tablename__ = "public_class"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        UniqueConstraint("commune_id", "cohort_id"),
    )

    cohort_id: Mapped[UUID]
    is_shown: Mapped[bool]
    how_to_join: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(server_default="1", default=1)
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime] = created()


class PublicEvent(CommuneRow, Base):
    """Something everybody is invited to, such as the day of learning on 10 October."""

    __tablename__ = "public_event"
    __table_args__ = (
        of_commune(),
        Index("ix_public_event_held_on", "commune_id", "held_on"),
        CheckConstraint("ends_at IS NULL OR starts_at IS NOT NULL", name="hours"),
    )

    title: Mapped[str]
    held_on: Mapped[date]
    starts_at: Mapped[time | None]
    """By the clock on the wall in Asia/Ho_Chi_Minh."""
    ends_at: Mapped[time | None]
    place: Mapped[str]
    what: Mapped[str] = mapped_column(Text)
    """What there is to do."""
    cancelled_at: Mapped[datetime | None]
    """Taken off the page; the row stays."""
    revision: Mapped[int] = mapped_column(server_default="1", default=1)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()


class Publication(CommuneRow, Base):
    """Figures as they were shown to everybody: never changed again, at most withdrawn with a reason."""

    __tablename__ = "publication"
    __table_args__ = (
        belongs_to("report_snapshot", "snapshot_id"),
        UniqueConstraint("commune_id", "number"),
        # One closing is on show once; another publication of it needs the first to be withdrawn.
        Index(
            "uq_publication_standing", "commune_id", "snapshot_id", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_why = '')", name="withdrawn"),
    )  # fmt: skip

    number: Mapped[int]
    """1, 2, 3 … within the commune."""
    snapshot_id: Mapped[UUID]
    """The closing whose figures these are."""
    plan_code: Mapped[str]
    title: Mapped[str]
    as_of: Mapped[date]
    sha256: Mapped[str]
    """Over `body`."""
    body: Mapped[str] = mapped_column(Text, deferred=True)
    """Canonical JSON of everything shown; a covered number is not in it."""
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime] = created()
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(Text, default="")
