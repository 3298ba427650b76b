"""Who sat where in a meeting, and what was done there: the turns that a trainer may give to another learner.

Everything is read from the stored events, whoever they count for now, so that both traces stay visible.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.models import Attempt
from courses import queries as courses_queries
from courses.rules import ProgrammeVersion
from lms.cohorts import rules, turns
from lms.cohorts.hall_models import TurnMove
from lms.cohorts.models import ClassSession, Cohort, Device, Enrolment, LearnerSession
from lms.cohorts.turn_moves import moves_of
from lms.cohorts.turns import Turn
from lms.core.i18n import _
from lms.ledger.actions import web_device
from lms.ledger.models import Event
from lms.ledger.reading import stored_events
from lms.ledger.registry import StoredEvent
from lms.people.account_models import Account
from lms.people.models import Person

KINDS = {
    "practice": "làm thử", "certifying": "kiểm tra", "entry": "đầu khóa", "exit": "cuối khóa",
    "after30": "nhắc lại 30 ngày", "after90": "nhắc lại 90 ngày",
}  # fmt: skip


@dataclass
class TurnDone:
    """A turn as a trainer sees it. `key` names it in forms."""

    turn: Turn
    tablet: str
    first: datetime
    last: datetime
    lessons: Counter[str] = field(default_factory=Counter)
    """Lesson → how many of its screens were opened or finished."""
    attempts: dict[UUID, list[StoredEvent]] = field(default_factory=dict)
    kinds: dict[UUID, str] = field(default_factory=dict)
    move: TurnMove | None = None

    @property
    def key(self) -> str:
        """'<device>/<learner>/<segment>'."""
        return f"{self.turn.device_id}/{self.turn.learner_id}/{self.turn.segment}"

    @property
    def owner(self) -> UUID:
        """Whose work it counts as now."""
        return self.move.to_id if self.move else self.turn.learner_id

    @property
    def holds_test(self) -> bool:
        """Something of a certifying test was done in it."""
        return "certifying" in self.kinds.values()

    def add(self, event: StoredEvent, at: datetime) -> None:
        """Take in one of its events."""
        self.first, self.last = min(self.first, at), max(self.last, at)
        if event.attempt_id is not None:
            self.attempts.setdefault(event.attempt_id, []).append(event)
        elif event.type.startswith("activity."):
            self.lessons[event.payload["lesson"]] += 1


def read_key(typed: str) -> Turn | None:
    """The turn of `TurnDone.key`, or None."""
    device, _slash, rest = typed.partition("/")
    learner, _slash, segment = rest.partition("/")
    try:
        return Turn(UUID(device), segment[:64], UUID(learner)) if segment else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Sheet:
    """The turns of a meeting, the latest first, and every decision on them."""

    meeting: ClassSession
    cohort: Cohort
    names: dict[UUID, str]
    """Enrolment → name, also of those who left the class."""
    here: Sequence[tuple[UUID, str]]
    """(enrolment, name) of those who may be chosen."""
    turns: Sequence[TurnDone]
    history: Sequence[tuple[TurnMove, str]]
    """Decisions, newest first, each with who made it."""
    version: ProgrammeVersion

    def did(self, one: TurnDone) -> list[str]:
        """What was done in a turn, in words."""
        return [*self._lessons(one), *self._attempts(one)] or [_("chưa làm gì")]

    def _lessons(self, one: TurnDone) -> Iterable[str]:
        titles = {
            lesson.code: lesson.title for lesson in self.version.lessons_at(self.cohort.level)
        }
        return (_("học “%(title)s”", title=titles.get(code, code)) for code in one.lessons)

    def _attempts(self, one: TurnDone) -> Iterable[str]:
        for key, events in one.attempts.items():
            count = len({e.payload["item"] for e in events if e.type == "answer.given"})
            words = _("%(kind)s: %(n)s câu", kind=_(KINDS[one.kinds.get(key, "practice")]), n=count)
            handed = any(e.type == "attempt.submitted" for e in events)
            yield words + (_(", đã nộp") if handed else "")


def sheet(session: Session, cohort: Cohort, meeting: ClassSession) -> Sheet:
    """The turns of a meeting of a class that the caller may see; eight reads whatever its size."""
    people = _people(session, cohort)
    names = {row.id: person.full_name for row, person in people}
    history = moves_of(session, meeting)
    return Sheet(
        meeting=meeting,
        cohort=cohort,
        names=names,
        here=[(row.id, names[row.id]) for row, _person in people if row.withdrawn_on is None],
        turns=_turns(session, meeting, set(names), history),
        history=_with_deciders(session, history),
        version=courses_queries.version(session, cohort.version_id),
    )


def _people(session: Session, cohort: Cohort) -> list[tuple[Enrolment, Person]]:
    same = (Person.commune_id == Enrolment.commune_id) & (Person.id == Enrolment.person_id)
    rows = session.execute(
        select(Enrolment, Person)
        .join(Person, same)
        .where(Enrolment.commune_id == cohort.commune_id, Enrolment.cohort_id == cohort.id)
        .order_by(Person.sort_key, Enrolment.id)
    )
    return [(row[0], row[1]) for row in rows]


def _turns(
    session: Session, meeting: ClassSession, learners: set[UUID], history: Sequence[TurnMove]
) -> list[TurnDone]:
    kinds, events = _events(session, meeting, learners)
    labels = _labels(session, meeting, events)
    standing = {Turn(m.device_id, m.segment, m.from_id): m for m in history if not m.undone_at}
    found: dict[Turn, TurnDone] = {}
    for event in events:
        turn = turns.turn_of(meeting.commune_id, event)
        label = labels.get(_place(meeting.commune_id, turn)) if turn else None
        if turn is None or label is None:
            continue
        at = rules.clamped(event.device_at, meeting.opened_at, event.received_at)
        row = found.setdefault(turn, TurnDone(turn, label, at, at, move=standing.get(turn)))
        row.add(event, at)
        row.kinds |= {key: kinds[key] for key in row.attempts if key in kinds}
    return sorted(found.values(), key=lambda one: (one.last, one.key), reverse=True)


def _events(
    session: Session, meeting: ClassSession, learners: set[UUID]
) -> tuple[dict[UUID, str], list[StoredEvent]]:
    """(attempt → its kind, all events of the meeting's turns)."""
    commune = meeting.commune_id
    kinds: dict[UUID, str] = {
        row[0]: row[1]
        for row in session.execute(
            select(Attempt.id, Attempt.purpose).where(
                Attempt.commune_id == commune, Attempt.enrolment_id.in_(learners)
            )
        )
    }
    single = select(Event).where(
        Event.commune_id == commune, Event.learner_id.in_(learners),
        Event.class_id == meeting.id, Event.attempt_id.is_(None),
    )  # fmt: skip
    work = select(Event).where(
        Event.commune_id == commune, Event.attempt_id.in_(kinds), Event.class_id == meeting.id
    )
    rows = [*session.scalars(single), *session.scalars(work)]
    return kinds, stored_events(session, commune, sorted(rows, key=lambda row: row.received_at))


Place = tuple[UUID, str]
"""Where a turn was: (device, empty) for a tablet, (web, session) for the plain pages."""


def _place(commune_id: UUID, turn: Turn) -> Place:
    return (turn.device_id, turn.segment if turn.device_id == web_device(commune_id) else "")


def _labels(
    session: Session, meeting: ClassSession, events: Sequence[StoredEvent]
) -> dict[Place, str]:  # fmt: skip
    """The name of the tablet of each turn. A learner's own phone is in no doubt, so it is not named."""
    commune = meeting.commune_id
    known = select(Device.id, Device.label, Device.kind).where(Device.commune_id == commune)
    used = {event.device_id for event in events} - {web_device(commune)}
    rows = session.execute(known.where(Device.id.in_(used))).all()
    found = {(row[0], ""): row[1] if row[2] == "tablet" else None for row in rows}
    behind_box = {(key, ""): _("Máy lớp") for key in used if (key, "") not in found}
    same = (Device.commune_id == LearnerSession.commune_id) & (
        Device.id == LearnerSession.device_id
    )
    pages = session.execute(
        select(LearnerSession.id, Device.label)
        .join(Device, same)
        .where(
            LearnerSession.commune_id == commune,
            LearnerSession.class_session_id == meeting.id,
            Device.kind == "tablet",
        )
    )
    plain = {(web_device(commune), row[0].hex): row[1] for row in pages}
    return {key: label for key, label in {**found, **behind_box, **plain}.items() if label}


def _with_deciders(session: Session, history: Sequence[TurnMove]) -> list[tuple[TurnMove, str]]:
    keys = {one.made_by for one in history if one.made_by}
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(keys)))
    names = {row[0]: row[1] for row in rows}
    return [(one, names.get(one.made_by, "") if one.made_by else "") for one in history]
