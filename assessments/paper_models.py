"""Forms on paper: which were drawn for whom before they were printed, and when each was typed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.rules import FORM_KINDS
from lms.core.db import Base, CommuneRow, belongs_to, created


class PaperForm(CommuneRow, Base):
    """A form drawn for a learner and registered before it was printed: what the sheet asks, letter by letter.

    Kept so that a sheet can be typed in and marked years later; it says which questions somebody was
    given, never what was answered. Its id is the id of the attempt that it becomes.
    """

    __tablename__ = "paper_form"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        belongs_to("enrolment", "enrolment_id"),
        belongs_to("class_session", "class_session_id"),
        UniqueConstraint("commune_id", "code"),
        Index("ix_paper_form_cohort", "commune_id", "cohort_id"),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in FORM_KINDS)})", name="kind"),
    )

    cohort_id: Mapped[UUID]
    enrolment_id: Mapped[UUID]
    class_session_id: Mapped[UUID | None]
    """The meeting it was printed for; it may be written in another one."""
    code: Mapped[str]
    """Eight digits, the last of which checks the others."""
    kind: Mapped[str]
    level: Mapped[str]
    module: Mapped[str]
    """Of a practice form: the module whose quiz it is, or ''."""
    version_id: Mapped[UUID] = mapped_column(ForeignKey("programme_version.id"))
    form: Mapped[dict[str, object]] = mapped_column(JSON)
    """As `assessments.rules.form_to_plain`: content hash, seed, items with the order of their parts."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    voided_at: Mapped[datetime | None]
    """From then on the sheet is waste paper: it was spoiled, or another one was printed in its place."""
    void_reason: Mapped[str | None]


class PaperEntry(CommuneRow, Base):
    """One time that a sheet was typed in: by whom, written when and where, and why once more.

    The answers themselves are events; this says who answers for the copy. Kept as long as the attempt.
    """

    __tablename__ = "paper_entry"
    __table_args__ = (
        belongs_to("paper_form", "paper_form_id"),
        belongs_to("class_session", "class_session_id"),
        belongs_to("sitting", "sitting_id"),
        Index("ix_paper_entry_form", "commune_id", "paper_form_id"),
    )

    paper_form_id: Mapped[UUID]
    class_session_id: Mapped[UUID]
    sitting_id: Mapped[UUID | None]
    segment: Mapped[str]
    """The part of the attempt's trail that holds this copy."""
    submit_event: Mapped[UUID]
    written_at: Mapped[datetime]
    """When the learner handed the sheet in, as the trainer says."""
    typed: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    """Item id → what was typed for it, letter by letter; only what cannot be an answer is nowhere else."""
    scan: Mapped[str | None]
    """Where the sheet or its photo is kept, in the office's own numbering."""
    reason: Mapped[str | None]
    """Why it was typed in again with other answers."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
