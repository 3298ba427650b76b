"""What a count is made of, one sentence each: classes of this service and entries written by hand."""

from uuid import UUID

from sqlalchemy.orm import Session

from lms.indicators.evidence_texts import evidence_texts
from lms.indicators.rules.figure import Figure

MOST = 300
"""Longer lists are told by number; a commune holds a few hundred classes a year."""


def records_of(session: Session, commune_id: UUID, figure: Figure) -> list[str]:
    """The records behind a number of things, in the order in which they were counted."""
    keys = figure.records[:MOST]
    texts = evidence_texts(session, commune_id, keys)
    return [texts[key] for key in keys if key in texts]
