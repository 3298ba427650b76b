"""Sign-in through another service (OpenID Connect): identities, ways under way, requests to be linked.

Tables here are global: who comes back from a provider has no commune before it is known who that is.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, created
from lms.core.ids import uuid7

REQUEST_STATES = ("proven", "waiting", "linked", "refused")


def _person_key(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["commune_id", "person_id"],
        ["person.commune_id", "person.id"],
        name=f"fk_{table}_commune_id_person_id",
    )


class OidcIdentity(Base):
    """An identity at a provider opens one staff account, or one person's own lessons in a commune.

    An identity is the pair (issuer, subject), never an e-mail or phone. The subject may be a citizen id at
    some providers, so only its keyed digest is kept.
    """

    __tablename__ = "oidc_identity"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    provider: Mapped[str]
    """The provider's key in the settings, for the eye; what counts is the digest, which holds the issuer."""
    subject_digest: Mapped[str]
    """Keyed HMAC of issuer and subject."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    commune_id: Mapped[UUID | None] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[UUID | None]
    linked_by: Mapped[UUID | None]
    """The account that linked it; empty where citizen id and birth named one person alone."""
    linked_at: Mapped[datetime] = created()
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        _person_key("oidc_identity"),
        CheckConstraint(
            "(account_id IS NOT NULL AND commune_id IS NULL AND person_id IS NULL) OR "
            "(account_id IS NULL AND commune_id IS NOT NULL AND person_id IS NOT NULL)",
            name="one_owner",
        ),
        Index(
            "uq_oidc_identity_account",
            "subject_digest",
            unique=True,
            sqlite_where=text("account_id IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=text("account_id IS NOT NULL AND ended_at IS NULL"),
        ),
        Index(
            "uq_oidc_identity_person",
            "subject_digest",
            "commune_id",
            unique=True,
            sqlite_where=text("person_id IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=text("person_id IS NOT NULL AND ended_at IS NULL"),
        ),
        Index("ix_oidc_identity_owner", "account_id"),
        Index("ix_oidc_identity_learner", "commune_id", "person_id"),
    )


class OidcRequest(Base):
    """Somebody was sent to a provider and may come back once, in the same browser, within minutes."""

    __tablename__ = "oidc_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    state_digest: Mapped[str] = mapped_column(unique=True)
    browser_digest: Mapped[str]
    """Of the cookie that this browser got when it set out."""
    provider: Mapped[str]
    purpose: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Whose account asked to be linked, or proves itself."""
    sealed: Mapped[str] = mapped_column(Text)
    """Nonce, PKCE verifier, redirect address, and for a proof where the person goes on to."""
    expires_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("purpose IN ('staff', 'link', 'learner', 'proof')", name="purpose"),
        Index("ix_oidc_request_expires", "expires_at"),
    )


class OidcLinkRequest(Base):
    """A proven identity that opens nothing yet: linked by its owner, or after somebody has looked."""

    __tablename__ = "oidc_link_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    provider: Mapped[str]
    purpose: Mapped[str]
    subject_digest: Mapped[str]
    browser_digest: Mapped[str]
    state: Mapped[str] = mapped_column(default="proven")
    commune_id: Mapped[UUID | None] = mapped_column(ForeignKey("commune.id"))
    """Who is asked; empty until the person has chosen."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Whose account asked to be linked."""
    sealed: Mapped[str | None] = mapped_column(Text)
    """Name, birth and citizen id as the provider gave them; emptied with the decision."""
    made_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("purpose IN ('staff', 'link', 'learner')", name="purpose"),
        CheckConstraint("state IN ('proven', 'waiting', 'linked', 'refused')", name="state"),
        CheckConstraint(
            "state NOT IN ('linked', 'refused') OR sealed IS NULL", name="emptied_when_decided"
        ),
        Index("ix_oidc_link_request_waiting", "commune_id", "state"),
        Index("ix_oidc_link_request_subject", "subject_digest"),
    )


class OidcSession(Base):
    """Which staff session came from which identity: it ends with it, and signs out at the provider too."""

    __tablename__ = "oidc_session"

    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("staff_session.id", ondelete="CASCADE"), primary_key=True
    )
    identity_id: Mapped[UUID] = mapped_column(ForeignKey("oidc_identity.id"))
    sid_digest: Mapped[str | None]
    """Of the provider's own session, for its back-channel sign-out."""
    token_sealed: Mapped[str | None] = mapped_column(Text)
    """The id token, the hint of a sign-out there; only where the provider offers one."""

    __table_args__ = (
        Index("ix_oidc_session_identity", "identity_id"),
        Index("ix_oidc_session_sid", "sid_digest"),
    )
