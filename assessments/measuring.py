"""The forms that measure a change, as a learner meets them: which may be filled in now, and why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.models import Attempt
from assessments.queries import Desk, LessonState, lesson_states
from assessments.rules.measuring import (
    DONE,
    EXIT_FIRST,
    LESSON_FIRST,
    NO_FORM,
    NOT_YET,
    OK,
    OPEN,
    TOO_LATE,
    Standing,
    due_on,
    may_all,
)
from courses.rules import MEASURING_KINDS
from lms.core import clock, text
from lms.core.i18n import _


@dataclass(frozen=True)
class MeasuringCard:
    """A measuring form of the class, as it stands now. `code`: see rules.measuring.may_measure."""

    kind: str
    code: str
    count: int
    """How many questions."""
    attempt: UUID | None
    """The one to go on with, or the one handed in."""
    due: date | None
    """The first day of a repeat, once it is known."""

    @property
    def can_begin(self) -> bool:
        """It may be begun now."""
        return self.code == OK

    @property
    def goes_on(self) -> bool:
        """It was begun and waits."""
        return self.code == OPEN

    @property
    def is_done(self) -> bool:
        """It is handed in."""
        return self.code == DONE


def cards(session: Session, desk: Desk, lessons: Sequence[LessonState]) -> list[MeasuringCard]:
    """The measuring forms of the learner's class in the order of a course; none if it has none."""
    counts = _counts(desk)
    if not counts:
        return []
    attempts = _own(session, desk)
    standing = _standing(counts.keys(), attempts, sum(one.state == "done" for one in lessons))
    return [
        MeasuringCard(kind, code, counts[kind], _named(attempts, kind), due_on(kind, standing))
        for kind, code in may_all(standing).items()
    ]


def codes_on(
    session: Session, desk: Desk, lessons: Sequence[LessonState], days: Iterable[date]
) -> list[tuple[str, str]]:
    """(kind, code) of every form of the class on each of these days, as it stands now."""
    counts = _counts(desk)
    done = sum(one.state == "done" for one in lessons)
    now = _standing(counts.keys(), _own(session, desk), done)
    return [pair for day in days for pair in may_all(replace(now, today=day)).items()]


def shown(session: Session, desk: Desk, lessons: Sequence[LessonState]) -> list[MeasuringCard]:
    """The forms to list: a repeat is of no concern before the exit form is handed in."""
    return [card for card in cards(session, desk, lessons) if card.code != EXIT_FIRST]


def card_of(session: Session, desk: Desk, kind: str) -> MeasuringCard:
    """The form of one kind (of MEASURING_KINDS); one that the version has not is closed as well."""
    lessons = lesson_states(session, desk)
    found = (card for card in cards(session, desk, lessons) if card.kind == kind)
    return next(found, MeasuringCard(kind, NO_FORM, 0, None, None))


def waiting(session: Session, desk: Desk, kind: str) -> UUID | None:
    """The learner's own form of this kind that is begun and may be gone on with."""
    if kind not in MEASURING_KINDS:
        return None
    card = card_of(session, desk, kind)
    return card.attempt if card.goes_on else None


def title(kind: str) -> str:
    """What a learner calls the form."""
    names = {
        "entry": _("Vài câu đầu vào"),
        "exit": _("Vài câu cuối khóa"),
        "after30": _("Nhắc lại sau 30 ngày"),
        "after90": _("Nhắc lại sau 90 ngày"),
    }
    return names[kind]


def refusal_words(card: MeasuringCard) -> str:
    """Why the form cannot be filled in now, in kind words that say what to do; empty when it can."""
    if card.code == NOT_YET:
        return _("Làm được từ ngày %(day)s. Đến hôm đó mời quay lại.", day=text.day(card.due))
    if card.code == TOO_LATE and card.kind != "entry":
        return _("Đã quá 90 ngày nên câu nhắc lại sau 30 ngày không làm nữa. Không sao cả.")
    words = {
        DONE: _("Phần này đã làm rồi, xin cảm ơn. Mỗi người chỉ làm một lần, không phải làm lại."),
        OPEN: _("Đang làm dở phần này trên máy. Hãy quay về trang của mình rồi bấm làm tiếp."),
        TOO_LATE: _("Đã học xong bài đầu tiên nên phần đầu vào không cần làm nữa. Mời học tiếp."),
        LESSON_FIRST: _("Hãy học xong ít nhất một bài, rồi mời làm vài câu cuối khóa."),
        EXIT_FIRST: _("Phần này để nhắc lại sau khi đã làm vài câu cuối khóa."),
        NO_FORM: _("Lớp này không có phần câu hỏi này. Mời học tiếp."),
    }
    return words.get(card.code, "")


def next_step(
    found: Sequence[MeasuringCard], lessons: Sequence[LessonState]
) -> MeasuringCard | None:
    """The form to propose first on the learner's own page.

    One begun and not handed in; the entry form until somebody chose to learn first; the exit form
    after all lessons; a repeat that is due.
    """
    begun = next((card for card in found if card.goes_on), None)
    open_now = {card.kind: card for card in found if card.can_begin}
    fresh = all(one.state == "new" for one in lessons)
    learned = all(one.state == "done" for one in lessons)
    proposed = {"entry": fresh, "exit": learned, "after30": True, "after90": True}
    return begun or next((open_now[kind] for kind in open_now if proposed[kind]), None)


def _counts(desk: Desk) -> dict[str, int]:
    plans = (plan for plan in desk.version.blueprints if plan.level == desk.cohort.level)
    return {plan.kind: plan.count for plan in plans if plan.kind in MEASURING_KINDS}


def _own(session: Session, desk: Desk) -> Sequence[Attempt]:
    """The learner's measuring attempts in this class: the earliest handed in first, then open ones."""
    rows = session.scalars(
        select(Attempt)
        .where(
            Attempt.commune_id == desk.enrolment.commune_id,
            Attempt.enrolment_id == desk.enrolment.id,
            Attempt.purpose.in_(MEASURING_KINDS),
        )
        .order_by(Attempt.started_at, Attempt.id)
    ).all()
    return sorted(
        rows, key=lambda one: (one.submitted_at is None, one.submitted_at or one.started_at)
    )


def _standing(planned: Iterable[str], attempts: Sequence[Attempt], lessons_done: int) -> Standing:
    handed_in: dict[str, date] = {}
    for one in attempts:
        if one.submitted_at is not None:
            handed_in.setdefault(one.purpose, clock.day_of(one.submitted_at))
    begun = frozenset(one.purpose for one in attempts) - handed_in.keys()
    return Standing(clock.today(), frozenset(planned), begun, handed_in, lessons_done)


def _named(attempts: Sequence[Attempt], kind: str) -> UUID | None:
    return next((one.id for one in attempts if one.purpose == kind), None)


BEFORE = {"exit": "entry", "after30": "exit", "after90": "exit"}
"""With which earlier form a measuring form is compared."""


def compared_with(session: Session, desk: Desk, held: Attempt) -> Attempt | None:
    """The learner's own earlier form that this one is held beside; None when there is none."""
    earlier = BEFORE.get(held.purpose)
    found = (one for one in _own(session, desk) if one.purpose == earlier and one.state == "final")
    return next(found, None)
