"""A test done on two tablets at once: both lines of work side by side, and the trainer's choice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import forks, rules, settling
from assessments.fork_models import BranchChoice
from assessments.models import Attempt
from assessments.projection import corrections_for, entry_of, line_of, pin, project_attempt, row_of
from lms.cohorts.actions import TEACHERS
from lms.cohorts.models import Cohort, Device, Enrolment
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require, require_cohort
from lms.core.i18n import _
from lms.core.text import clean
from lms.ledger.actions import paper_device, web_device
from lms.ledger.queries import attempt_events
from lms.ledger.registry import StoredEvent
from lms.people.models import Person

REASON_LENGTH = 300


@dataclass(frozen=True)
class Line:
    """One line of work as a trainer compares it."""

    branch: str
    tablet: str
    """Where it ends; all lines begin at the same place."""
    answered: int
    points: int
    most: int
    complete: bool
    """It was handed in, and everything handed in is here."""
    handed_in: bool
    at: datetime
    """When it was handed in, else when its last act was."""
    counts: bool


@dataclass(frozen=True)
class Fork:
    """An attempt with its lines, the one that counts first."""

    attempt: Attempt
    cohort: Cohort
    name: str
    lines: Sequence[Line]
    choice: BranchChoice | None

    @property
    def is_open(self) -> bool:
        """Nobody said yet which line counts, and there is something to choose from."""
        return self.choice is None and sum(one.complete for one in self.lines) > 1


def fork(session: Session, who: Actor, attempt_id: UUID) -> Fork:
    """The lines of a certifying attempt of a class the actor works in; NotFound for any other."""
    attempt, cohort, person = _seen(session, who, attempt_id)
    events = attempt_events(session, who.commune, attempt_id)
    started = min((e for e in events if e.type == "attempt.started"), key=lambda e: e.id)
    form = pin(session, who.commune, started).form
    own = {e.id: e for e in events if e.learner_id == started.learner_id}
    entries = [entry_of(event) for event in own.values()]
    marks = rules.mark_branches(form, entries, corrections_for(session, who.commune, form))
    choice = forks.standing_choice(session, who.commune, attempt_id)
    counts = rules.mark(form, entries, choice.branch if choice else None).branch
    labels = _labels(session, who.commune, own.values())
    lines = [_line(own, entries, one, labels, is_counted=one.branch == counts) for one in marks]
    lines.sort(key=lambda line: not line.counts)
    return Fork(attempt, cohort, person.full_name, lines, choice)


def _seen(session: Session, who: Actor, attempt_id: UUID) -> tuple[Attempt, Cohort, Person]:
    require(who, *TEACHERS)
    attempt = row_of(session, Attempt, who.commune, attempt_id)
    if attempt is None or attempt.purpose != "certifying":
        raise NotFound(_("Không tìm thấy bài kiểm tra này. Hãy mở lại trang của lớp."))
    enrolment = session.get_one(Enrolment, (who.commune, attempt.enrolment_id))
    require_cohort(who, enrolment.cohort_id)
    cohort = session.get_one(Cohort, (who.commune, enrolment.cohort_id))
    return attempt, cohort, session.get_one(Person, (who.commune, enrolment.person_id))


def _line(
    events: Mapping[UUID, StoredEvent], entries: Sequence[rules.Entry], mark: rules.Mark,
    labels: Mapping[UUID, str], *, is_counted: bool,
) -> Line:  # fmt: skip
    line = line_of(entries, mark.branch)
    submit = next((entry for entry in line if entry.submit), None)
    last = events[UUID((submit or line[-1]).event_id)]
    return Line(
        branch=mark.branch or "",
        tablet=labels.get(last.device_id, _("Máy lớp")),
        answered=len(mark.items) - len(mark.missing),
        points=mark.total,
        most=mark.max,
        complete=not mark.provisional,
        handed_in=mark.submitted,
        at=min(last.device_at, last.received_at),
        counts=is_counted,
    )


def _labels(session: Session, commune_id: UUID, events: Collection[StoredEvent]) -> dict[UUID, str]:
    own = {web_device(commune_id): _("Trang web"), paper_device(commune_id): _("Phiếu giấy")}
    used = {event.device_id for event in events}
    rows = session.execute(
        select(Device.id, Device.label).where(Device.commune_id == commune_id, Device.id.in_(used))
    )
    return {row[0]: row[1] for row in rows} | own


def choose(
    session: Session, who: Actor, attempt_id: UUID, branch: str, reason: str
) -> BranchChoice:
    """Say which line of work counts, with a reason; choosing the same again changes nothing.

    Only a line that was handed in whole may be chosen: a choice is no way to open a test again.
    """
    attempt, _cohort, person = _seen(session, who, attempt_id)
    settling.lock(session, who.commune, person.id)
    held = forks.standing_choice(session, who.commune, attempt_id)
    if held is not None and held.branch == branch:
        return held
    _check(fork(session, who, attempt_id), branch)
    if held is not None:
        _take_back(session, who, held)
    row = BranchChoice(
        commune_id=who.commune, attempt_id=attempt.id, branch=branch, reason=_reason(reason),
        made_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "choose", "attempt", attempt.id, reason=row.reason)
    _read_again(session, attempt)
    return row


def undo(session: Session, who: Actor, attempt_id: UUID) -> None:
    """The first line that was handed in whole counts again. Twice is once."""
    attempt, _cohort, person = _seen(session, who, attempt_id)
    settling.lock(session, who.commune, person.id)
    held = forks.standing_choice(session, who.commune, attempt_id)
    if held is not None:
        _take_back(session, who, held)
        _read_again(session, attempt)


def _take_back(session: Session, who: Actor, row: BranchChoice) -> None:
    row.undone_at, row.undone_by = clock.now(), who.id
    session.flush()
    audit.record(session, who, "take_back", "choice", row.attempt_id)


def _read_again(session: Session, attempt: Attempt) -> None:
    events = attempt_events(session, attempt.commune_id, attempt.id)
    session.expire(attempt)
    project_attempt(session, attempt.commune_id, events)


def _check(found: Fork, branch: str) -> None:
    line = next((one for one in found.lines if one.branch == branch), None)
    if line is None:
        raise Conflict(_("Bài này vừa có thêm việc gửi về. Hãy tải lại trang rồi chọn lại."))
    if not line.complete:
        raise Conflict(_("Phần làm này chưa nộp đủ nên chưa chọn được. Hãy để máy đó nối mạng đã."))


def _reason(typed: str) -> str:
    reason = clean(typed)[:REASON_LENGTH]
    if not reason:
        words = _("Hãy ghi vì sao chọn phần này, một câu ngắn là đủ.")
        raise Invalid(words, fields={"reason": [words]})
    return reason


def undecided(session: Session, cohort: Cohort) -> list[tuple[UUID, str]]:
    """(attempt, name) of the tests of a class that were done on two tablets and not decided on."""
    decided = select(BranchChoice.attempt_id).where(
        BranchChoice.commune_id == cohort.commune_id, BranchChoice.undone_at.is_(None)
    )
    rows = session.execute(
        select(Attempt.id, Attempt.trail, Person.full_name)
        .join(Enrolment, (Enrolment.commune_id == Attempt.commune_id)
              & (Enrolment.id == Attempt.enrolment_id))
        .join(Person, (Person.commune_id == Enrolment.commune_id)
              & (Person.id == Enrolment.person_id))
        .where(
            Attempt.commune_id == cohort.commune_id,
            Attempt.purpose == "certifying",
            Attempt.submitted_at.is_not(None),
            Enrolment.cohort_id == cohort.id,
            Attempt.id.not_in(decided),
        )
        .order_by(Person.sort_key, Attempt.started_at)
    )  # fmt: skip
    return [(row[0], row[2]) for row in rows if row[1].get("forked")]
