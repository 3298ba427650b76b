"""What tablets claim of a meeting, learner by learner, for the trainer who says whether it was so."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments.claims import observed_in
from assessments.models import Attempt, TaskObservation
from assessments.rereading import named_sitting
from courses import queries as courses_queries
from courses.rules import ProgrammeVersion, UnknownContent
from lms.cohorts import carry_queries, claims
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.carried_models import ClaimDecision
from lms.cohorts.models import ClassSession, Cohort, Device, Enrolment
from lms.cohorts.senders import only_claims
from lms.ledger.models import Event
from lms.ledger.queries import attempt_events, single_events
from lms.ledger.registry import StoredEvent
from lms.people.models import Person


@dataclass(frozen=True)
class ClaimedWork:
    """A test or a task as a tablet tells it."""

    title: str
    """Of a task; empty for the test."""
    state: str
    """Of a test: open, provisional, final or refused. Of a task: can_do, needs_help or not_yet."""
    at: datetime
    """When it was handed in or seen, or begun when nobody handed it in."""
    tablet: str
    how: str
    """With what the learner came in there: pin, card or trainer; empty when the tablet does not say."""
    received: datetime
    points: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Claimant:
    """A learner of whom tablets claim something in the meeting."""

    enrolment: Enrolment
    person: Person
    decision: ClaimDecision | None
    tests: Sequence[ClaimedWork]
    tasks: Sequence[ClaimedWork]

    @property
    def verdict(self) -> str:
        """confirmed, refused, or empty."""
        return self.decision.verdict if self.decision else ""

    @property
    def came_later(self) -> bool:
        """Something arrived after the decision, which holds for it as well."""
        work = (*self.tests, *self.tasks)
        at = self.decision.decided_at if self.decision else None
        return at is not None and any(one.received > at for one in work)


@dataclass(frozen=True)
class Sheet:
    """All that is claimed of a meeting."""

    cohort: Cohort
    meeting: ClassSession
    carried: claims.Carried | None
    has_hours: bool
    """Some tablet told when the test was opened; without that no test is supervised."""
    people: Sequence[Claimant] = field(default_factory=tuple)

    @property
    def undecided(self) -> list[Claimant]:
        """Those on whom nobody decided yet."""
        return [one for one in self.people if one.decision is None]

    @property
    def lacks_hours(self) -> bool:
        """Somebody was tested, and no tablet has told when the test was opened."""
        return not self.has_hours and any(one.tests for one in self.people)


def sheet(session: Session, meeting: ClassSession) -> Sheet:
    """What tablets claim of a meeting; the caller has checked that it may be seen."""
    commune = meeting.commune_id
    cohort = cohorts_queries.cohort(session, commune, meeting.cohort_id)
    carried = claims.carried_meeting(session, commune, meeting.id)
    reading = _Reading(session, meeting, courses_queries.version(session, cohort.version_id))
    decided = claims.decisions(session, commune, meeting.id)
    tests = _tests(session, cohort, carried.sitting) if carried else {}
    people = [
        Claimant(row, person, decided.get(row.id), reading.tests(tests.get(row.id, ())),
                 reading.tasks(row.id))
        for row, person in _everybody(session, cohort)
    ]  # fmt: skip
    shown = tuple(one for one in people if one.tests or one.tasks)
    has_hours = carried is not None and claims.has_hours(session, carried, commune)
    return Sheet(cohort, meeting, carried, has_hours, shown)


def _everybody(session: Session, cohort: Cohort) -> list[tuple[Enrolment, Person]]:
    """The learners of a class as they are sorted, those who have left it as well."""
    same = (Person.commune_id == Enrolment.commune_id) & (Person.id == Enrolment.person_id)
    rows = session.execute(
        select(Enrolment, Person)
        .join(Person, same)
        .where(Enrolment.commune_id == cohort.commune_id, Enrolment.cohort_id == cohort.id)
        .order_by(Person.sort_key, Enrolment.id)
    )
    return [(row[0], row[1]) for row in rows]


def _tests(session: Session, cohort: Cohort, sitting: UUID) -> dict[UUID, list[Attempt]]:
    """Learner → the tests that name the sitting, whether they count as held in it or not."""
    found: dict[UUID, list[Attempt]] = {}
    for row in session.scalars(_certifying(cohort)):
        if named_sitting(row) == sitting:
            found.setdefault(row.enrolment_id, []).append(row)
    return found


def _certifying(cohort: Cohort) -> Select[Attempt]:
    same = (Enrolment.commune_id == Attempt.commune_id) & (Enrolment.id == Attempt.enrolment_id)
    return (
        select(Attempt)
        .join(Enrolment, same)
        .where(
            Attempt.commune_id == cohort.commune_id,
            Attempt.purpose == "certifying",
            Enrolment.cohort_id == cohort.id,
        )
        .order_by(Attempt.started_at, Attempt.id)
    )


@dataclass(frozen=True)
class _Reading:
    """The stored events behind what is claimed of one meeting."""

    session: Session
    meeting: ClassSession
    version: ProgrammeVersion

    def tests(self, attempts: Sequence[Attempt]) -> tuple[ClaimedWork, ...]:
        return tuple(self._test(one) for one in attempts)

    def _test(self, attempt: Attempt) -> ClaimedWork:
        events = attempt_events(self.session, attempt.commune_id, attempt.id)
        started = next(e for e in events if e.type == "attempt.started")
        return ClaimedWork(
            "", attempt.state, attempt.submitted_at or attempt.started_at,
            self._tablet(started.device_id), self._how(started),
            max(event.received_at for event in events), attempt.points, attempt.max_points,
        )  # fmt: skip

    def tasks(self, learner: UUID) -> tuple[ClaimedWork, ...]:
        commune = self.meeting.commune_id
        seen = observed_in(self.session, commune, self.meeting.id, learner)
        told = [pair for pair in seen if only_claims(self.session, commune, pair[1])]
        return tuple(self._task(row, device) for row, device in told)

    def _task(self, row: TaskObservation, device: UUID) -> ClaimedWork:
        received = self.session.get_one(Event, (row.commune_id, row.event_id)).received_at
        tablet = self._tablet(device)
        return ClaimedWork(self._title(row.task), row.result, row.occurred_at, tablet, "", received)

    def _title(self, task: str) -> str:
        try:
            return self.version.task(task).title
        except UnknownContent:
            return task

    def _tablet(self, device: UUID) -> str:
        row = self.session.get(Device, (self.meeting.commune_id, device))
        return row.label if row else ""

    def _how(self, started: StoredEvent) -> str:
        """The turn in which the test was begun bears its segment's name."""
        if started.learner_id is None:
            return ""
        commune, learner = self.meeting.commune_id, started.learner_id
        turns = single_events(self.session, commune, "turn.began", self.meeting.id, learner)
        own = (e for e in turns if (e.device_id, e.segment) == (started.device_id, started.segment))
        return next((str(event.payload["how"]) for event in own), "")


def waiting(session: Session, cohort: Cohort) -> Counter[UUID]:
    """Class session → of how many learners something is claimed that nobody has decided on."""
    pairs = {*_claimed_tasks(session, cohort), *_claimed_tests(session, cohort)}
    sessions = {meeting for meeting, _learner in pairs}
    decided = session.execute(
        select(ClaimDecision.class_session_id, ClaimDecision.learner_id).where(
            ClaimDecision.commune_id == cohort.commune_id,
            ClaimDecision.class_session_id.in_(sessions),
        )
    )
    return Counter(meeting for meeting, _learner in pairs - {(d[0], d[1]) for d in decided})


def _claimed_tasks(session: Session, cohort: Cohort) -> list[tuple[UUID, UUID]]:
    rows = session.execute(
        select(Event.class_id, TaskObservation.enrolment_id)
        .join(Event, (Event.commune_id == TaskObservation.commune_id)
              & (Event.id == TaskObservation.event_id))
        .join(Enrolment, (Enrolment.commune_id == TaskObservation.commune_id)
              & (Enrolment.id == TaskObservation.enrolment_id))
        .where(
            TaskObservation.commune_id == cohort.commune_id,
            TaskObservation.claimed.is_(True),
            Enrolment.cohort_id == cohort.id,
            Event.class_id.is_not(None),
        )
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows if row[0] is not None]


def _claimed_tests(session: Session, cohort: Cohort) -> list[tuple[UUID, UUID]]:
    meetings = [m.id for m in cohorts_queries.sessions_of(session, cohort.commune_id, [cohort.id])]
    carried = carry_queries.sittings_of(session, cohort.commune_id, meetings)
    held = {sitting: meeting for meeting, sitting in carried.items()}
    if not held:
        return []
    unheld = session.scalars(_certifying(cohort).where(Attempt.sitting_id.is_(None)))
    named = ((named_sitting(row), row.enrolment_id) for row in unheld)
    return [(held[key], learner) for key, learner in named if key in held]
