"""Other systems that call us: who they are, their secrets and tokens (digests only), what they asked for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class MachineClient(CommuneRow, Base):
    """A system of somebody else that reads or sends here with its own credential (OAuth2 client).

    It belongs to one commune. With `reach` 'province' it reads the counts of every commune of that
    commune's province, and nothing else. `holder` names an office, not a private person.
    """

    __tablename__ = "machine_client"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "client_id"),
        CheckConstraint("reach IN ('commune', 'province')", name="reach"),
        CheckConstraint("reach = 'commune' OR scopes = 'counts:read'", name="province_counts_only"),
    )

    client_id: Mapped[str]
    """The commune's short code, a dot and random letters; it is no secret."""
    name: Mapped[str]
    holder: Mapped[str]
    """The office that answers for the system, and how to reach it."""
    scopes: Mapped[str]
    """Scopes in alphabetical order with a blank between, as RFC 6749 writes them."""
    with_names: Mapped[bool]
    """Whether records carry names and births; an administrator's own decision."""
    reach: Mapped[str]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    disabled_by: Mapped[UUID | None]
    disabled_at: Mapped[datetime | None]


class MachineSecret(CommuneRow, Base):
    """A secret of 256 random bits, kept as a keyed digest. At most two of a client stand at once."""

    __tablename__ = "machine_secret"
    __table_args__ = (
        belongs_to("machine_client", "machine_id"),
        Index("ix_machine_secret_machine", "commune_id", "machine_id"),
    )

    machine_id: Mapped[UUID]
    digest: Mapped[str]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    ends_at: Mapped[datetime | None]
    """From when it no longer opens anything; empty for the newest one."""


class MachineToken(CommuneRow, Base):
    """A short token, kept as a keyed digest until a day after its end."""

    __tablename__ = "machine_token"
    __table_args__ = (
        belongs_to("machine_client", "machine_id"),
        UniqueConstraint("commune_id", "digest"),
        Index("ix_machine_token_machine", "commune_id", "machine_id", "expires_at"),
    )

    machine_id: Mapped[UUID]
    digest: Mapped[str]
    scopes: Mapped[str]
    made_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class MachineUse(CommuneRow, Base):
    """How often a client did one kind of thing within one hour; the audit log takes the sums over.

    No person is in it.
    """

    __tablename__ = "machine_use"
    __table_args__ = (
        belongs_to("machine_client", "machine_id"),
        UniqueConstraint("commune_id", "machine_id", "hour", "what"),
        CheckConstraint(
            "what IN ('token', 'counts', 'records', 'completions', 'refused')", name="what"
        ),
    )

    machine_id: Mapped[UUID]
    hour: Mapped[datetime]
    """The full hour in which it began."""
    what: Mapped[str]
    calls: Mapped[int]
    rows: Mapped[int]
    """Rows that were handed over."""
    last_at: Mapped[datetime]
    summed_at: Mapped[datetime | None]
    """When the hour's sum went into the audit log."""
