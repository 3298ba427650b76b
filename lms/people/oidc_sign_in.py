"""Staff sessions that come from a provider: beginning, and ending together with the provider's own."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.errors import Refusal
from lms.core.guard import system
from lms.core.keys import Keys
from lms.people import oidc_identities, oidc_sessions, sign_in
from lms.people.account_models import RoleGrant
from lms.people.oidc_models import OidcIdentity, OidcSession
from lms.people.oidc_settings import Provider
from lms.people.oidc_words import Refused
from lms.people.sign_in import Begun

if TYPE_CHECKING:
    from lms.people.oidc_flow import Proven
    from lms.people.oidc_provider import Known


def begin(
    session: Session, keys: Keys, provider: Provider, proven: "Proven", hours: int
) -> Begun | None:
    """A session of the account that this identity opens, or one that waits for our second step; None if none.

    Where the provider asks for two steps itself, as the settings promise, ours is not asked.
    """
    found = oidc_identities.of_account(session, proven.told.digest(keys))
    if found is None:
        return None
    identity, account = found
    try:
        if provider.second_step:
            token, seats = sign_in.start(session, keys, account.id, hours)
            begun = Begun(token, "open", seats)
        else:
            begun = sign_in.begin(session, keys, sign_in.Proven(account.id, None), hours)
    except Refusal:
        raise Refused("closed") from None
    id_token = proven.id_token if provider.sign_out else ""
    oidc_sessions.remember(session, keys, begun.token, identity, id_token, proven.sid)
    return begun


def end_from_outside(session: Session, keys: Keys, known: "Known", subject: str, sid: str) -> int:
    """End the sessions that a provider says are over (back-channel logout); how many there were."""
    from lms.people.oidc_claims import Told

    provider = known.provider
    sid_digest = oidc_sessions.sid_digest(keys, provider.key, sid)
    query = select(OidcIdentity).where(OidcIdentity.account_id.is_not(None))
    if subject:
        digest = Told(provider.issuer, subject).digest(keys)
        query = query.where(OidcIdentity.subject_digest == digest)
    elif sid_digest is not None:
        known_there = select(OidcSession.identity_id).where(OidcSession.sid_digest == sid_digest)
        query = query.where(OidcIdentity.id.in_(known_there))
    ended = 0
    for identity in session.scalars(query).all():
        count = oidc_sessions.end(session, identity.id, sid_digest)
        commune = _commune_of(session, identity.account_id)
        if count and commune is not None:
            who = system(commune)
            audit.record(session, who, "signed_out", "oidc_identity", identity.id,
                         provider=provider.key, sessions=count)  # fmt: skip
        ended += count
    return ended


def _commune_of(session: Session, account_id: UUID | None) -> UUID | None:
    query = select(RoleGrant.commune_id).where(RoleGrant.account_id == account_id)
    return session.scalar(query.order_by(RoleGrant.granted_at).limit(1))
