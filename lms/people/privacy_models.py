"""What somebody asks about the data held of them, consents, who acts for whom, and runs of retention."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune
from lms.people.rules.privacy import ASKERS, FORMS, KINDS, PURPOSES, RECOGNISED, RELATIONS, STATES


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(w) for w in words)})", name=column)


class Representative(CommuneRow, Base):
    """Who acts for a person: a parent or guardian of somebody under 16, or somebody with an authority.

    Name and relation, nothing else. The row goes when the person is erased.
    """

    __tablename__ = "representative"
    __table_args__ = (
        belongs_to("person", "person_id"),
        _one_of("relation", RELATIONS),
        Index("ix_representative_person", "commune_id", "person_id"),
    )

    person_id: Mapped[UUID]
    full_name: Mapped[str]
    relation: Mapped[str]
    from_date: Mapped[date]
    to_date: Mapped[date | None]
    """The first day on which this person no longer acts."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Consent(CommuneRow, Base):
    """A person, or who acts for them, agreed to one purpose on a day; taken back by a date."""

    __tablename__ = "consent"
    __table_args__ = (
        belongs_to("person", "person_id"),
        _one_of("purpose", PURPOSES),
        _one_of("form", FORMS),
        _one_of("given_by", ASKERS),
        CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= given_on", name="dates"),
        # One consent to a purpose stands at a time.
        Index(
            "uq_consent_standing", "commune_id", "person_id", "purpose", unique=True,
            sqlite_where=text("withdrawn_on IS NULL"),
            postgresql_where=text("withdrawn_on IS NULL"),
        ),
    )  # fmt: skip

    person_id: Mapped[UUID]
    purpose: Mapped[str]
    given_on: Mapped[date | None]
    """Empty: it was taken back and nobody had written down that it was given."""
    given_by: Mapped[str]
    """self, or representative."""
    form: Mapped[str]
    withdrawn_on: Mapped[date | None]
    withdrawn_form: Mapped[str | None]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class DataRequest(CommuneRow, Base):
    """Somebody asks to see, copy, correct or delete their data, or takes a consent back. `id` is the form's.

    Kept to show that the request was answered in time. When the person is erased everything that names
    somebody goes from it (`detail`, `representative`, `answer`, `refusal`); kind, days and deeds stay.
    """

    __tablename__ = "data_request"
    __table_args__ = (
        of_commune(),
        belongs_to("person", "person_id"),
        UniqueConstraint("commune_id", "number"),
        _one_of("kind", KINDS),
        _one_of("state", STATES),
        _one_of("asked_by", ASKERS),
        _one_of("recognised", RECOGNISED),
        CheckConstraint(
            "(state IN ('done', 'refused')) = (closed_at IS NOT NULL)", name="closed_when_done"
        ),
        Index("ix_data_request_person", "commune_id", "person_id"),
    )

    number: Mapped[int]
    """1, 2, 3 … within the commune."""
    person_id: Mapped[UUID]
    kind: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    """Of a withdrawal: which consent; empty for the others."""
    received_on: Mapped[date]
    asked_by: Mapped[str]
    representative: Mapped[str] = mapped_column(default="")
    """Name and relation of who asks for somebody else."""
    recognised: Mapped[str]
    """How the officer knew who asks; no paper is copied."""
    detail: Mapped[str] = mapped_column(Text, default="")
    """What is wrong, or what is wanted, in the asker's words."""
    state: Mapped[str] = mapped_column(default="received")
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    acknowledged_on: Mapped[date | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    """What was done, as the officer wrote it."""
    deeds: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Of a deletion: [[code, count]] of what went and what stays; no name."""
    revision: Mapped[int] = mapped_column(default=1)
    """Goes up with every step; whoever acts says which one was seen."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()


class RetentionRun(CommuneRow, Base):
    """One run of the retention rules: how many rows of each rule went. No person is in it."""

    __tablename__ = "retention_run"
    __table_args__ = (of_commune(), Index("ix_retention_run_at", "commune_id", "at"))

    at: Mapped[datetime] = created()
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Empty: the command on the server."""
