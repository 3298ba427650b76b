"""What the commune itself adds to a plan's calendar: days of its own, and personal calendar addresses."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, created, of_commune


class ReminderDay(CommuneRow, Base):
    """A day the commune set for itself where the plan names none; the plan's calendar stays as written.

    Another day is a newer row, the earlier one is taken back and stays on record.
    """

    __tablename__ = "report_reminder_day"
    __table_args__ = (
        of_commune(),
        Index(
            "uq_report_reminder_day_standing", "commune_id", "plan_code", "report_code", "ends",
            unique=True, sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )  # fmt: skip

    plan_code: Mapped[str]
    report_code: Mapped[str]
    """The duty of the plan's calendar."""
    ends: Mapped[date]
    """The last day of the period reported on."""
    day: Mapped[date]
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime] = created()
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]


class CalendarFeed(CommuneRow, Base):
    """The secret address under which one account's calendar program reads the duties (no personal data).

    The token is made from the id with the service's pepper, so the address can be shown again although
    only its digest is stored.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "token_digest"),
        Index(
            "uq_calendar_feed_standing", "commune_id", "account_id", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    token_digest: Mapped[str]
    made_at: Mapped[datetime] = created()
    revoked_at: Mapped[datetime | None]
