"""How long learners learn: from the instants of their acts to one row per learner and day.

Every act adds the minute in which it happened to a set, whatever else is known, so the rows are the
same in any order of arrival and after a rebuild. Work on paper is entered later by somebody else and
says nothing of time; it is left out.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from assessments.models import LearningDay
from assessments.projection import happened, row_of
from assessments.rules.minutes import minutes_learned, with_acts
from lms.cohorts.models import Enrolment
from lms.cohorts.senders import kind_of
from lms.core import clock
from lms.core.ids import derived
from lms.ledger.registry import StoredEvent

Days = dict[tuple[UUID, date], set[int]]


def record_time(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> None:
    """Add the minutes of these acts; the projector alone calls it, one at a time in a commune."""
    for (learner, day), minutes in _acts(session, commune_id, events).items():
        _add(session, commune_id, learner, day, minutes)


def _acts(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> Days:
    found: Days = defaultdict(set)
    for event in events:
        learner = event.learner_id
        if learner is None or row_of(session, Enrolment, commune_id, learner) is None:
            continue
        if kind_of(session, commune_id, event.device_id) != "paper":
            at = clock.local(happened(session, commune_id, event).at)
            found[learner, at.date()].add(at.hour * 60 + at.minute)
    return found


def _add(session: Session, commune_id: UUID, learner: UUID, day: date, minutes: set[int]) -> None:
    key = derived("learning-day", learner, day.isoformat())
    row = row_of(session, LearningDay, commune_id, key) or LearningDay(
        commune_id=commune_id, id=key, enrolment_id=learner, day=day, acts=[]
    )
    acts = with_acts(row.acts, minutes)
    if acts != row.acts:
        row.acts, row.minutes = acts, minutes_learned(acts)
        session.add(row)
        session.flush()
