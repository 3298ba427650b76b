"""A list from outside on its way into the figures: kept sealed from its preview to its writing."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class FactList(CommuneRow, Base):
    """A list of another body while an officer looks at whom it means.

    `content` and `fates` hold names, births and citizen IDs, sealed; both go when the list is written,
    left, or a day old. Erasing a person drops both of every list that is still looked at.
    """

    __tablename__ = "fact_list"
    __table_args__ = (
        of_commune(),
        belongs_to("fact_import", "import_id"),
        CheckConstraint("status IN ('previewed', 'applied', 'left')", name="status"),
        CheckConstraint("status = 'previewed' OR (content IS NULL AND fates IS NULL)", name="kept"),
    )

    kind: Mapped[str]
    source: Mapped[str]
    document: Mapped[str]
    listed_on: Mapped[date]
    file_name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    fates: Mapped[bytes | None] = mapped_column(LargeBinary)
    choices: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    """What the officer chose: day, programme and level of the list, columns, who rows are; ids only."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Rows by fate."""
    status: Mapped[str] = mapped_column(default="previewed")
    revision: Mapped[int] = mapped_column(default=1)
    """Goes up with every choice; whoever chooses or writes says which one was seen."""
    import_id: Mapped[UUID | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime] = created()
