"""An attempt as its stored events give it, whether or not the projector has come to them.

What a learner does next builds on this: an answer that is stored but not projected yet (the database
was busy) must be in the count and hash of the hand-in, or the test would stay provisional for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from assessments import forks, rules
from assessments.projection import WrongForm, counted, entry_of, line_of, pin
from courses.rules import UnknownContent
from lms.core.errors import NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.ledger.queries import attempt_events
from lms.ledger.registry import MissingParent, StoredEvent


@dataclass(frozen=True)
class StoredAttempt:
    """The form of an attempt and the line of work that counts; `line` begins with the start."""

    form: rules.Form
    line: Sequence[rules.Entry]

    @property
    def given(self) -> dict[str, tuple[str, ...]]:
        """Item → the answer that counts; answers taken back are empty."""
        held = counted(self.line)
        return {item: one.answer.response for item, one in held.items() if one.answer}

    @property
    def handed_in(self) -> bool:
        """Whether the line holds a hand-in."""
        return any(entry.submit for entry in self.line)


def stored_attempt(session: Session, who: Actor, attempt_id: UUID) -> StoredAttempt | None:
    """The learner's own attempt, or None before its start; somebody else's looks like a missing one."""
    return stored_of(session, who.commune, who.key, attempt_id)


def stored_of(
    session: Session, commune_id: UUID, learner: UUID, attempt_id: UUID
) -> StoredAttempt | None:
    """The attempt of an enrolment, or None before its start; another's looks like a missing one."""
    events = attempt_events(session, commune_id, attempt_id)
    starts = [event for event in events if event.type == "attempt.started"]
    if not starts:
        return None
    started = min(starts, key=lambda event: event.id)
    if started.learner_id != learner:
        raise _missing()
    form = _form(session, commune_id, started)
    own = [event for event in events if event.learner_id == learner]
    entries = [entry_of(event) for event in own]
    chosen = forks.chosen_branch(session, commune_id, attempt_id)
    line = line_of(entries, rules.mark(form, entries, chosen).branch)
    return StoredAttempt(form, line)


def own_stored_attempt(session: Session, who: Actor, attempt_id: UUID) -> StoredAttempt:
    """The learner's own attempt; NotFound before its start."""
    found = stored_attempt(session, who, attempt_id)
    if found is None:
        raise _missing()
    return found


def _form(session: Session, commune_id: UUID, started: StoredEvent) -> rules.Form:
    try:
        return pin(session, commune_id, started).form
    except (MissingParent, WrongForm, UnknownContent):
        # Such a start never becomes an attempt, so there is nothing to go on with.
        raise _missing() from None


def _missing() -> NotFound:
    return NotFound(_("Không tìm thấy bài làm này. Hãy quay về trang của mình."))
