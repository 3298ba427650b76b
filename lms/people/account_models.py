"""Accounts of staff: their roles, sessions, one-time links and second steps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune
from lms.core.ids import uuid7


class Account(Base):
    """A staff member who signs in. Global: the same account may serve several communes."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    login: Mapped[str] = mapped_column(unique=True)
    """Lower case, without marks or blanks."""
    display_name: Mapped[str]
    password_hash: Mapped[str | None]
    """argon2id; empty until the one-time link is used."""
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created()


STAFF_ROLES = {
    "trainer": "giảng viên",
    "unit_reporter": "người báo cáo của đơn vị",
    "officer": "cán bộ xã",
    "administrator": "quản trị viên",
    "province_reader": "cán bộ tỉnh",
}


class RoleGrant(CommuneRow, Base):
    """An account holds a role in this commune; a unit reporter in one unit of it."""

    __tablename__ = "role_grant"
    __table_args__ = (
        of_commune(),
        belongs_to("unit", "unit_id"),
        UniqueConstraint("commune_id", "account_id", "role", "unit_id"),
        CheckConstraint(f"role IN ({', '.join(repr(k) for k in STAFF_ROLES)})", name="role"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    unit_id: Mapped[UUID | None]
    granted_at: Mapped[datetime] = created()
    revoked_at: Mapped[datetime | None]


class StaffSession(Base):
    """A staff sign-in, checked at each request; the cookie holds the token, we keep its digest."""

    __tablename__ = "staff_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    token_digest: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    commune_id: Mapped[UUID] = mapped_column(ForeignKey("commune.id"))
    role: Mapped[str]
    """The role this session acts in; an account with several roles chooses one."""
    stage: Mapped[str] = mapped_column(default="open", server_default="open")
    """`open`; or what is still asked for before it opens anything: `code` (second step) or `enrol`."""
    idle_seconds: Mapped[int | None]
    """How long it lasts without a request; empty: as long as it lasts at all."""
    last_seen_at: Mapped[datetime | None]
    """Written at most every few minutes."""
    browser: Mapped[str] = mapped_column(default="", server_default="")
    """The kind of browser and device in a few words, nothing that tells two of a kind apart."""
    network: Mapped[str] = mapped_column(default="", server_default="")
    """Where it came from, roughly: the last part of the address is not kept."""
    proven_at: Mapped[datetime | None]
    """When its person last proved to be who they are; empty: never since that is written down."""
    created_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("stage IN ('open', 'code', 'enrol')", name="stage"),
        Index("ix_staff_session_account", "account_id"),
    )


class OneTimeLink(Base):
    """A link that lets an account set its password once (first administrator, recovery)."""

    __tablename__ = "one_time_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    token_digest: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    commune_id: Mapped[UUID] = mapped_column(ForeignKey("commune.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")


class AccountTotp(Base):
    """The secret of an account's second step (RFC 6238). Global, like the account itself."""

    __tablename__ = "account_totp"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret_sealed: Mapped[str]
    """160 random bits in base 32, sealed with the key file and bound to the account."""
    confirmed_at: Mapped[datetime | None]
    """Empty until a first code proved that the telephone knows the secret; until then it opens nothing."""
    last_step: Mapped[int]
    """The newest 30-second step that a code was taken for: no code is taken twice."""
    made_at: Mapped[datetime] = created()


class RecoveryCode(Base):
    """One of the ten codes that stand in for the telephone, each once; kept as a keyed digest."""

    __tablename__ = "account_recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    digest: Mapped[str]
    made_at: Mapped[datetime] = created()
    used_at: Mapped[datetime | None]
