"""Closed periods: the figures of a report as they were sent, the files kept of them, their restatements."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune

STATES = ("proposed", "standing", "returned", "withdrawn", "replaced")
FILE_KINDS = ("json", "csv", "xlsx", "sets", "facts")


def _one(state: str) -> Index:
    """At most one snapshot of a report's period in this state, also when two officers press at once."""
    where = text(f"state = '{state}'")
    return Index(
        f"uq_report_snapshot_{state}", "commune_id", "plan_code", "report_code", "ends",
        unique=True, sqlite_where=where, postgresql_where=where,
    )  # fmt: skip


class ReportSnapshot(CommuneRow, Base):
    """One closing of a period (chốt số liệu). What it says is in `body` and never changes again.

    No person is named in the row or its body; the sets of person ids are in `snapshot_file`.
    """

    __tablename__ = "report_snapshot"
    __table_args__ = (
        of_commune(),
        belongs_to("report_snapshot", "replaces_id"),
        UniqueConstraint("commune_id", "plan_code", "number"),
        _one("standing"),
        _one("proposed"),
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in STATES)})", name="state"),
        CheckConstraint("starts <= ends AND as_of <= ends", name="days"),
    )

    plan_code: Mapped[str]
    number: Mapped[int]
    """1, 2, 3 … within the plan; a returned proposal keeps its number."""
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("plan_definition.id"))
    report_code: Mapped[str]
    """The duty of the plan's calendar; empty for a day chosen freely."""
    report_title: Mapped[str]
    starts: Mapped[date]
    ends: Mapped[date]
    """The last day of the period; of a free day the day itself."""
    as_of: Mapped[date]
    state: Mapped[str]
    replaces_id: Mapped[UUID | None]
    remark: Mapped[str]
    in_spite: Mapped[str]
    """Why it was closed with gaps in the checklist; printed."""
    figures_sha256: Mapped[str]
    """Over the report alone: equal as long as nothing that counts has changed."""
    sha256: Mapped[str]
    """Over `body`."""
    body: Mapped[str] = mapped_column(Text, deferred=True)
    """Canonical JSON of everything printed."""
    proposed_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime] = created()
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="")
    """Why a proposal was returned."""


class SnapshotFile(CommuneRow, Base):
    """What is kept of a snapshot or a restatement, byte for byte, and served again for ever.

    `sets` and `facts` hold personal data under ids, packed: who was counted, and the years of birth,
    homes and groups the count rests on (no name, no day of birth, no citizen ID). They are for opening
    a closed figure and for saying why it changed; erasure blanks the erased person's row of `facts`.
    """

    __tablename__ = "snapshot_file"
    __table_args__ = (
        belongs_to("report_snapshot", "snapshot_id"),
        UniqueConstraint("commune_id", "snapshot_id", "restatement", "kind"),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in FILE_KINDS)})", name="kind"),
    )

    snapshot_id: Mapped[UUID]
    restatement: Mapped[int] = mapped_column(default=0)
    """0 for the closing itself, else the number of the restatement."""
    kind: Mapped[str]
    name: Mapped[str]
    """The file's name as it is sent; empty for what is kept inside only."""
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = created()


class Restatement(CommuneRow, Base):
    """A published change of a closed period (điều chỉnh số liệu): what changed since, and why."""

    __tablename__ = "restatement"
    __table_args__ = (
        belongs_to("report_snapshot", "snapshot_id"),
        UniqueConstraint("commune_id", "snapshot_id", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    snapshot_id: Mapped[UUID]
    number: Mapped[int]
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("plan_definition.id"))
    reason: Mapped[str]
    figures_sha256: Mapped[str]
    sha256: Mapped[str]
    body: Mapped[str] = mapped_column(Text, deferred=True)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()


class RestatementProposal(CommuneRow, Base):
    """A restatement that one officer proposed and another must publish: one at a time for each closing."""

    __tablename__ = "restatement_proposal"
    __table_args__ = (
        belongs_to("report_snapshot", "snapshot_id"),
        UniqueConstraint("commune_id", "snapshot_id"),
    )

    snapshot_id: Mapped[UUID]
    reason: Mapped[str]
    figures_sha256: Mapped[str]
    """What the officer saw; other figures since then are not published by it."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()


class ClosingRule(CommuneRow, Base):
    """Whether a second person must approve a closing and publish a restatement; one row, or none (no)."""

    __tablename__ = "closing_rule"
    __table_args__ = (of_commune(),)

    two_persons: Mapped[bool]
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime] = created()
