"""The second step of signing in: a secret that the telephone knows too, and codes for when it is lost."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, created
from lms.core.ids import uuid7


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
