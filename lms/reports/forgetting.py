"""What is sent upward and names a person who is erased: decided lists for commendation."""

from sqlalchemy.orm import Session

from lms.core.signals import listen as on
from lms.people.events import PersonErased
from lms.reports import commend_kept


def listen() -> None:
    """Erase our part with the person; calling it again changes nothing."""
    on(PersonErased, erase)


def erase(session: Session, signal: PersonErased) -> None:
    """Take the names out of decided lists; what was decided stays under the row's id."""
    changed = sum(
        commend_kept.forget(session, signal.commune_id, key) for key in sorted(signal.person_ids)
    )
    signal.told.append(("commended", changed))
