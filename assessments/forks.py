"""The trainer's choice between the lines of work of a test that was done on two tablets at once.

The choice is a record; the projection reads it each time it reads the attempt, so a rebuild and whatever
arrives later give the same.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.fork_models import BranchChoice


def standing_choice(session: Session, commune_id: UUID, attempt_id: UUID) -> BranchChoice | None:
    """The choice that stands for an attempt."""
    return session.scalar(
        select(BranchChoice)
        .where(
            BranchChoice.commune_id == commune_id,
            BranchChoice.attempt_id == attempt_id,
            BranchChoice.undone_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )


def chosen_branch(session: Session, commune_id: UUID, attempt_id: UUID) -> str | None:
    """The branch that a trainer chose for an attempt, by the segment in which it ends."""
    found = standing_choice(session, commune_id, attempt_id)
    return found.branch if found else None
