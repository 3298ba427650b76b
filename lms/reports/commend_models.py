"""Commendation: criteria a commune writes, what an officer decided about single names, and kept lists."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune

SUBJECTS = ("person", "trainer", "household", "team", "unit")
_STANDING = text("undone_at IS NULL")
_KEPT = text("state = 'standing'")


class CommendCriteria(CommuneRow, Base):
    """Criteria of a list for "thi đua, khen thưởng", as the commune wrote them; no person is in it."""

    __tablename__ = "commend_criteria"
    __table_args__ = (
        of_commune(),
        CheckConstraint(f"subject IN ({', '.join(repr(s) for s in SUBJECTS)})", name="subject"),
        CheckConstraint("starts <= ends", name="days"),
    )

    name: Mapped[str]
    subject: Mapped[str]
    """Never changes: decisions and lists hang on it."""
    starts: Mapped[date]
    ends: Mapped[date]
    source: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Everything the commune wrote, in the shape of a criteria file (`commend_reading`)."""
    revision: Mapped[int] = mapped_column(default=1)
    """Goes up with every change; whoever saves says which one was read."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime] = created()
    put_away_at: Mapped[datetime | None]
    """No longer used; its lists stay."""


class CommendDecision(CommuneRow, Base):
    """An officer left somebody out of a list, or added somebody, and wrote why.

    Personal data: whom, and the reason, which may say something about the person. Kept because the
    list rests on it. Erasure empties `reason` of the erased person's rows; the rows themselves stay.
    """

    __tablename__ = "commend_decision"
    __table_args__ = (
        belongs_to("commend_criteria", "criteria_id"),
        belongs_to("person", "person_id"),
        belongs_to("household", "household_id"),
        belongs_to("unit", "unit_id"),
        CheckConstraint("kind IN ('leave_out', 'add')", name="kind"),
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN account_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN household_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        # One decision about a name stands at a time.
        Index(
            "uq_commend_decision_standing", "commune_id", "criteria_id", "subject_id",
            unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING,
        ),
    )  # fmt: skip

    criteria_id: Mapped[UUID]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    """The same as the one of the four below that is filled."""
    person_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    household_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    """A unit, or a digital team."""
    reason: Mapped[str]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]


class CommendList(CommuneRow, Base):
    """A list as it was decided (chốt danh sách). `body` never changes again; a new list takes its place.

    Personal data: `names` holds, by the row's id, the name, unit and note that were printed, so that the
    paper can be printed again unchanged. Erasure (`commend_kept.forget`) takes the erased person's entry out
    of `names`, and the members' names out of a household's; `body` holds ids, results and hashes only.
    """

    __tablename__ = "commend_list"
    __table_args__ = (
        belongs_to("commend_criteria", "criteria_id"),
        belongs_to("commend_list", "replaces_id"),
        UniqueConstraint("commune_id", "criteria_id", "number"),
        CheckConstraint("state IN ('standing', 'replaced')", name="state"),
        Index(
            "uq_commend_list_standing", "commune_id", "criteria_id",
            unique=True, sqlite_where=_KEPT, postgresql_where=_KEPT,
        ),
    )  # fmt: skip

    criteria_id: Mapped[UUID]
    number: Mapped[int]
    """1, 2, 3 … within the criteria."""
    name: Mapped[str]
    subject: Mapped[str]
    starts: Mapped[date]
    ends: Mapped[date]
    as_of: Mapped[date]
    """The last day counted: the end of the period, or the day of deciding when that came first."""
    size: Mapped[int]
    state: Mapped[str] = mapped_column(default="standing")
    replaces_id: Mapped[UUID | None]
    sha256: Mapped[str]
    """Over `body`."""
    body: Mapped[str] = mapped_column(Text, deferred=True)
    """Canonical JSON: criteria, rows with ids, what counted for each, decisions, who and when."""
    names: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime] = created()
