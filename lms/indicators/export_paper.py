"""A plan's report as a paper to be exported: figures, breakdowns, the plan's own tables."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core import audit
from lms.indicators import queries
from lms.indicators.export_json import Paper
from lms.indicators.export_parts import parts_of
from lms.indicators.queries import Adopted


def paper_of(session: Session, commune_id: UUID, adopted: Adopted, year: int, as_of: date) -> Paper:
    """Everything that every form of the export prints."""
    counted = queries.counted_of(session, commune_id, adopted, year, as_of)
    return Paper(
        counted.report,
        queries.commune_of(session, commune_id),
        audit.checkpoint(session, commune_id),
        annexes=adopted.annexes,
        parts=parts_of(counted.report, counted.evidence),
    )
