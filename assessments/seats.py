"""Where a learner is in an attempt: its form, the answers that stand, how often each was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import queries
from assessments.models import Answer
from assessments.questions import Question, ask, is_over
from assessments.rules import Form
from assessments.rules.tries import is_finished
from assessments.shown import VIEWS, View
from assessments.shown.taps import Taps
from courses import queries as courses_queries
from courses.rules import Item, ProgrammeVersion
from lms.core.errors import NotFound
from lms.core.guard import Actor
from lms.core.i18n import _


@dataclass(frozen=True)
class Seat:
    """An attempt as its learner meets it. Plain values: it may be used after a commit."""

    attempt_id: UUID
    purpose: str
    handed_in: bool
    version: ProgrammeVersion
    form: Form
    given: Mapping[str, tuple[str, ...]]
    tries: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many questions it asks."""
        return len(self.form.items)

    def place(self, number: int) -> Place:
        """The question of this number (1-based); NotFound beyond the form."""
        if not 1 <= number <= self.total:
            raise NotFound(_("Bài này không có câu đó. Hãy quay về trang của mình."))
        return Place(self, number)

    def states(self) -> list[tuple[int, str]]:
        """(number, state) of every question: done, part (begun, not finished) or open."""
        return [(n, self.place(n).state) for n in range(1, self.total + 1)]


@dataclass(frozen=True)
class Place:
    """One question of an attempt, and what stands at it."""

    seat: Seat
    number: int

    @property
    def item(self) -> Item:
        return self.seat.form.items[self.number - 1].item

    @property
    def view(self) -> View:
        return VIEWS[self.item.kind]

    @property
    def stored(self) -> tuple[str, ...]:
        """The response that stands."""
        return self.seat.given.get(self.item.id, ())

    @property
    def over(self) -> bool:
        """A practice question that is explained: what is known is not answered again."""
        tries = self.seat.tries.get(self.item.id, 0)
        return not self.seat.form.secret and is_over(self.item, self.stored, tries)

    @property
    def state(self) -> str:
        """done, part or open."""
        if not self.stored:
            return "open"
        whole = is_finished(self.item, self.stored)
        return "done" if whole and not self.view.trouble(self.item, self.stored) else "part"

    def question(self, taps: Taps) -> Question:
        """The question for its page."""
        seat = self.seat
        return ask(seat.form, self.number, seat.given, seat.tries, taps)


def seat_of(session: Session, who: Actor, attempt_id: UUID) -> Seat:
    """The learner's own attempt; somebody else's looks like a missing one."""
    held = queries.own_attempt(session, who, attempt_id)
    rows = session.scalars(
        select(Answer).where(Answer.commune_id == held.commune_id, Answer.attempt_id == held.id)
    ).all()
    return Seat(
        held.id,
        held.purpose,
        held.submitted_at is not None,
        courses_queries.version(session, held.version_id),
        queries.form_of(session, held),
        {row.item_id: tuple(row.response) for row in rows},
        {row.item_id: row.tries for row in rows},
    )
