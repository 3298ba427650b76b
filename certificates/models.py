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
        Index("ix_certificate_replaces", "commune_id", "replaces_id"),
        # The register counts and pages in this index alone: a row itself is kilobytes.
        Index(
            "ix_certificate_register",
            "commune_id",
            "year",
            "sequence",
            "status",
            "programme_code",
            "level",
            "cohort_id",
            "person_id",
        ),
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
    design_version: Mapped[int | None]
    """Which CertificateDesign of the commune it was drawn with; None when it had none."""
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


class CertificateForm(CommuneRow, Base):
    """The same certificate in another form, frozen with it: made at issue, never made anew.

    Personal data: what the certificate says, for its holder. `body` goes when the person is erased.
    """

    __tablename__ = "certificate_form"
    __table_args__ = (
        belongs_to("certificate", "certificate_id"),
        UniqueConstraint("commune_id", "certificate_id", "kind"),
        CheckConstraint("kind IN ('slip', 'seal', 'jwt', 'ld')", name="kind"),
    )

    certificate_id: Mapped[UUID]
    kind: Mapped[str]
    """slip: the A5 paper · seal: bytes after the A4 file that seal it · jwt, ld: the two credentials."""
    template: Mapped[str]
    """Name and version of what made it: 'gcn-a5/1', 'ob3-jwt/1'."""
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    """slip: own bytes of the file; seal: the increment; credentials: deflated text."""
    parts: Mapped[dict[str, str]] = mapped_column(JSON)
    """slip: name → SHA-256 of the shared parts; empty for the others."""
    sha256: Mapped[str]
    """Hash of the whole file or text."""
    made_at: Mapped[datetime] = created()


class CertificateDesign(CommuneRow, Base):
    """How a commune words its certificates; each save is a new version, and the newest is used."""

    __tablename__ = "certificate_design"
    __table_args__ = (of_commune(), UniqueConstraint("commune_id", "version"))

    version: Mapped[int]
    fields: Mapped[dict[str, object]] = mapped_column(JSON)
    """certificates.paper.design.Design as JSON, without the logo."""
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The commune's mark as our own PNG: decoded and written anew, never as it was sent."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()


class IssuerKey(Base):
    """A public key that signs or has signed credentials of this service; kept for ever."""

    __tablename__ = "issuer_key"

    kid: Mapped[str] = mapped_column(primary_key=True)
    """Fragment of the key's address in the DID documents."""
    public: Mapped[bytes] = mapped_column(LargeBinary)
    """32 bytes of Ed25519."""
    made_at: Mapped[datetime] = created()
    retired_at: Mapped[datetime | None]


class CertificateCounter(CommuneRow, Base):
    """The last number given in a year; locked while one is given."""

    __tablename__ = "certificate_counter"
    __table_args__ = (of_commune(), UniqueConstraint("commune_id", "year"))

    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)
