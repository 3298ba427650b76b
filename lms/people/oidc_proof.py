"""A fresh proof at the provider from which a session came."""

import json
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Refusal
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people import oidc_identities, proof
from lms.people.account_models import StaffSession
from lms.people.oidc_token import SKEW
from lms.people.oidc_words import Refused

if TYPE_CHECKING:
    # The flow brings Authlib with it, which a service without providers need not load.
    from lms.people.oidc_flow import Proven


def onward(who: Actor, address: str) -> str:
    """What is remembered of the way: which session proves itself, and where it goes on to."""
    return json.dumps([str(who.session_id or ""), proof.target(address[:2000], "GET")])


def arrive(session: Session, keys: Keys, proven: "Proven") -> str:
    """The session's proof is fresh; says where to go on to. Refused for anybody but its own person."""
    session_id, goes_to = json.loads(proven.way.onward)
    found = oidc_identities.of_account(session, proven.told.digest(keys))
    row = session.get(StaffSession, UUID(session_id)) if session_id else None
    if found is None or row is None or found[1].id != row.account_id:
        raise Refused("closed")
    _check_lately(proven)
    who = Actor(Role(row.role), row.commune_id, row.account_id, session_id=row.id)
    try:
        proof.mark(session, who, "provider")
    except Refusal:
        raise Refused("closed") from None
    return str(goes_to)


def _check_lately(proven: "Proven") -> None:
    """A provider that says when the person signed in must have asked anew."""
    oldest = clock.now().timestamp() - proof.LASTS.total_seconds() - SKEW
    if proven.at is not None and proven.at < oldest:
        raise Refused("assurance")
