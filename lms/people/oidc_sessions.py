"""Which staff session came from which identity: it ends with it, goes along to another role."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people.account_models import StaffSession
from lms.people.oidc_models import OidcIdentity, OidcSession
from lms.people.sessions import SessionFollowed


def end(session: Session, identity_id: UUID, sid_digest: str | None = None) -> int:
    """End the staff sessions that came from an identity (or from one session at the provider); how many."""
    query = select(OidcSession.session_id).where(OidcSession.identity_id == identity_id)
    if sid_digest is not None:
        query = query.where(OidcSession.sid_digest == sid_digest)
    ended = session.execute(
        update(StaffSession)
        .where(StaffSession.id.in_(query), StaffSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # An UPDATE has a count.


def sid_digest(keys: Keys, provider: str, sid: str) -> str | None:
    """Under which digest the provider's own session is kept; none without one."""
    return keys.digest("oidc-sid", f"{provider}\x1f{sid}") if sid else None


def remember(
    session: Session, keys: Keys, token: str, identity: OidcIdentity, id_token: str, sid: str
) -> None:
    """Write down from which identity a new staff session came."""
    row = session.scalars(
        select(StaffSession).where(StaffSession.token_digest == keys.digest("staff-session", token))
    ).one()
    # Bound to the identity and not to the session: it goes along to the session of another role.
    sealed = keys.seal(id_token, f"oidc-session:{identity.id}") if id_token else None
    digest = sid_digest(keys, identity.provider, sid)
    session.add(
        OidcSession(
            session_id=row.id, identity_id=identity.id, token_sealed=sealed, sid_digest=digest
        )
    )
    identity.last_used_at = clock.now()
    session.flush()
    who = Actor(Role(row.role), row.commune_id, row.account_id)
    audit.record(
        session, who, "signed_in", "oidc_identity", identity.id, provider=identity.provider
    )


def follow(session: Session, followed: SessionFollowed) -> None:
    """Listener: the session that takes another's place came from the same identity."""
    row = session.get(OidcSession, followed.before_id)
    if row is None:
        return
    session.add(
        OidcSession(
            session_id=followed.after_id, identity_id=row.identity_id, sid_digest=row.sid_digest,
            token_sealed=row.token_sealed,
        )
    )  # fmt: skip
    row.token_sealed = None
    session.flush()


def provider_of(session: Session, session_id: UUID) -> str | None:
    """The provider of a staff session that can be ended there as well; None for any other session."""
    return session.scalar(
        select(OidcIdentity.provider)
        .join(OidcSession, OidcSession.identity_id == OidcIdentity.id)
        .where(OidcSession.session_id == session_id, OidcSession.token_sealed.is_not(None))
    )


def hint(session: Session, keys: Keys, session_id: UUID) -> str | None:
    """The id token of a staff session that is ending, once: the hint of a sign-out at its provider."""
    row = session.get(OidcSession, session_id)
    if row is None or row.token_sealed is None:
        return None
    sealed, row.token_sealed = row.token_sealed, None
    return keys.open(sealed, f"oidc-session:{row.identity_id}")
