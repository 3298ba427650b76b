"""Certificates: issued once, numbered, frozen."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class Certificate(CommuneRow, Base):
    """One certificate: its data, its page and its number never change after issue."""

    __tablename__ = "certificate"
    __table_args__ = (
        belongs_to("person", "person_id"),
        belongs_to("certificate", "replaces_id"),
        UniqueConstraint("commune_id", "year", "sequence"),
        UniqueConstraint("commune_id", "token"),
        CheckConstraint("status IN ('valid', 'replaced', 'revoked', 'duplicate')", name="status"),
        Index("ix_certificate_cohort", "commune_id", "cohort_id"),
        # One valid certificate per person, programme and level, also when fifty threads issue at once.
        Index(
            "uq_certificate_valid",
            "commune_id",
            "person_id",
            "programme_code",
            "level",
            unique=True,
            sqlite_where=text("status = 'valid'"),
            postgresql_where=text("status = 'valid'"),
        ),
    )

    person_id: Mapped[UUID]
    cohort_id: Mapped[UUID | None]
    programme_code: Mapped[str]
    version_id: Mapped[UUID]
    level: Mapped[str]
    attainment_id: Mapped[UUID]
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str]
    """'000123/2026/TBT', as printed."""
    token: Mapped[str]
    """At least 128 random bits after the commune's short code; the address of the check page."""
    issued_on: Mapped[date]
    data: Mapped[dict[str, object]] = mapped_column(JSON)
    """Everything printed, frozen at issue."""
    template: Mapped[str]
    """Name and version of the template it was drawn with."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What is drawn for this person only; the shared part is kept once in CertificatePart."""
    parts: Mapped[dict[str, str]] = mapped_column(JSON)
    """Name → SHA-256 of the shared parts the file is assembled with."""
    file_sha256: Mapped[str]
    """Hash of the assembled PDF."""
    status: Mapped[str] = mapped_column(default="valid")
    status_reason: Mapped[str | None]
    status_on: Mapped[date | None]
    status_by: Mapped[UUID | None]
    replaces_id: Mapped[UUID | None]
    issued_by: Mapped[UUID | None]
    issued_at: Mapped[datetime] = created()


class CertificatePart(Base):
    """A shared part of certificate files (template page, font), named by its hash; kept for ever."""

    __tablename__ = "certificate_part"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class CertificateCounter(CommuneRow, Base):
    """The last number given in a year; locked while one is given."""

    __tablename__ = "certificate_counter"
    __table_args__ = (of_commune(), UniqueConstraint("commune_id", "year"))

    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)
