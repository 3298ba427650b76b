"""The draft of a plan: what officers are writing before it becomes the version that holds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, created, of_commune


class PlanDraft(CommuneRow, Base):
    """A plan being written in the browser: one for each code, kept between pages and days.

    It holds no personal data but the accounts that wrote it. It is gone once it is saved as the new
    version or thrown away.
    """

    __tablename__ = "plan_draft"
    __table_args__ = (of_commune(), UniqueConstraint("commune_id", "code"))

    code: Mapped[str]
    source: Mapped[str] = mapped_column(Text)
    """The plan file as it stands: always readable YAML, not always a plan that can be used."""
    based_on: Mapped[UUID | None] = mapped_column(ForeignKey("plan_definition.id"))
    """The version that held when the draft was begun; nothing for a plan that is new here."""
    revision: Mapped[int] = mapped_column(default=1)
    """Goes up with every change; whoever saves says which one was read."""
    begun_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    begun_at: Mapped[datetime] = created()
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime] = created()
