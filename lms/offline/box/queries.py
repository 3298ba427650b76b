"""Reads about boxes for the commune's pages and commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.models import Cohort
from lms.core import clock
from lms.offline.box import counting
from lms.offline.box.models import Box, BoxCohort


@dataclass(frozen=True)
class BoxLine:
    """A box of the commune and the classes that it holds now."""

    box: Box
    classes: Sequence[Cohort]
    lacks: int
    """How many events it said it holds and the commune lacks; 0 also before it told."""


def boxes_of(session: Session, commune_id: UUID) -> list[BoxLine]:
    """The boxes of a commune: those in use first, then the newest."""
    boxes = session.scalars(
        select(Box)
        .where(Box.commune_id == commune_id)
        .order_by(Box.disabled_at.is_not(None), Box.made_at.desc(), Box.id)
    ).all()
    rows = session.execute(
        select(BoxCohort.box_id, Cohort)
        .join(
            Cohort, (Cohort.commune_id == BoxCohort.commune_id) & (Cohort.id == BoxCohort.cohort_id)
        )
        .where(BoxCohort.commune_id == commune_id, BoxCohort.taken_at.is_(None))
        .order_by(Cohort.starts_on, Cohort.code)
    ).all()
    return [
        BoxLine(box, [c for key, c in rows if key == box.id], _lacks(session, box)) for box in boxes
    ]


def _lacks(session: Session, box: Box) -> int:
    found = counting.lacking(session, box)
    return sum(found.missing.values()) if found else 0


def giveable(session: Session, commune_id: UUID) -> Sequence[Cohort]:
    """The classes that may be given to a box: those that go on and that no other box holds."""
    held = (
        select(BoxCohort.cohort_id)
        .join(Box, (Box.commune_id == BoxCohort.commune_id) & (Box.id == BoxCohort.box_id))
        .where(
            BoxCohort.commune_id == commune_id,
            BoxCohort.taken_at.is_(None),
            Box.disabled_at.is_(None),
        )
    )
    return session.scalars(
        select(Cohort)
        .where(
            Cohort.commune_id == commune_id,
            Cohort.closed_at.is_(None),
            Cohort.cancelled_at.is_(None),
            (Cohort.ends_on.is_(None)) | (Cohort.ends_on >= clock.today()),
            Cohort.id.not_in(held),
        )
        .order_by(Cohort.starts_on.desc(), Cohort.code)
    ).all()
