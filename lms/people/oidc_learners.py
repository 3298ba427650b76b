"""Adult learners at home: a proven identity opens that person's own lessons, on this browser, for practice."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.keys import Keys
from lms.core.signals import send
from lms.people import oidc_identities, oidc_links
from lms.people.oidc_claims import Told
from lms.people.oidc_settings import Provider


@dataclass
class LearnerArrived:
    """A signal: this person is here at this browser. Who keeps the classes lets the browser in."""

    keys: Keys
    commune_id: UUID
    person_id: UUID
    held: str | None
    """The credential that this browser has already."""
    credential: str = ""
    """Filled by the listener: what the browser keeps from now on."""
    seconds: int = 0
    target: str = "/"


@dataclass(frozen=True)
class Met:
    """What came of a learner's return: an identity or none, and the way in or none."""

    is_known: bool
    arrived: LearnerArrived | None


def meet(
    session: Session, keys: Keys, provider: Provider, told: Told, held: str | None
) -> Met:  # fmt: skip
    """Let a known learner in; the first of several communes where a class of the person stands."""
    allowed = {one.id for one in oidc_links.communes(session, provider)}
    standing = oidc_identities.of_persons(session, told.digest(keys))
    found = [one for one in standing if one.commune_id in allowed]
    if not found:
        made = oidc_links.link_by_citizen_id(session, keys, provider, told)
        found = [made] if made is not None else []
    for identity in found:
        if identity.commune_id is None or identity.person_id is None:
            continue
        arrived = LearnerArrived(keys, identity.commune_id, identity.person_id, held)
        send(session, arrived)
        if arrived.credential:
            identity.last_used_at = clock.now()
            return Met(True, arrived)
    return Met(bool(found), None)
