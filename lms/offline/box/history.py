"""What learners did before their class was given to a box: so that they go on there where they stood.

These are projections. A box takes a row that it does not have and leaves those that it has: what it projects
itself goes on from them, and what counts is decided by the commune, which has every event.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.models import Attempt, LessonProgress, TaskObservation
from lms.cohorts.models import Attendance, Cohort, Enrolment
from lms.offline.box.content import Part, Plain, part, told

_PARTS = (
    part(Attendance, "commune_id id class_session_id enrolment_id state occurred_at event_id"),
    part(LessonProgress, "commune_id id enrolment_id lesson screens_seen finished_at last_at"),
    part(
        Attempt, "commune_id id enrolment_id class_session_id version_id level purpose blueprint seed form "
        "state refusal started_at submitted_at points max_points passed mark trail clock_flag",
    ),
    part(TaskObservation, "commune_id id enrolment_id task result occurred_at event_id claimed"),
)  # fmt: skip
HISTORY: tuple[Part, ...] = tuple(replace(one, own=frozenset(one.columns)) for one in _PARTS)
"""No answers: only what the class's pages and the next test need."""


def history_of(
    session: Session, commune_id: UUID, classes: Sequence[Cohort]
) -> dict[str, list[Plain]]:
    """Table → rows of the learners of these classes."""
    learners = session.scalars(
        select(Enrolment.id).where(
            Enrolment.commune_id == commune_id,
            Enrolment.cohort_id.in_([one.id for one in classes]),
        )
    ).all()
    versions = {one.version_id for one in classes}
    return {
        one.name: [told(one, row) for row in _rows(session, commune_id, one, learners, versions)]
        for one in HISTORY
    }


def _rows(
    session: Session, commune_id: UUID, of: Part, learners: Collection[UUID], versions: set[UUID]
) -> Iterator[Any]:
    """An attempt that goes on is left out: its questions are pinned by an event that a box does not have."""
    model: Any = of.model
    query = select(model).where(model.commune_id == commune_id, model.enrolment_id.in_(learners))
    for row in session.scalars(query.order_by(model.id)):
        if not isinstance(row, Attempt) or (row.state != "open" and row.version_id in versions):
            yield row
