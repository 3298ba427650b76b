"""Publishing the shipped programmes into the database."""

from sqlalchemy.orm import Session

from courses.actions import publish
from courses.loader import shipped_programmes


def publish_library(session: Session) -> int:
    """Publish every shipped programme that is not there yet; returns how many are new."""
    return sum(publish(session, loaded.version, loaded.media) for loaded in shipped_programmes())
