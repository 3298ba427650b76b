"""Completions that another system sends of its own course: kept for an officer, counted by nobody yet.

A person is named by the pseudonym that the client's own feed of results gives. Whether a pseudonym is
unknown, of another commune, of somebody without a result here or of somebody who was erased: the answer
is the same, so nothing is learnt by asking.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.models import Attainment
from certificates.models import Certificate
from lms.core import audit
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.policy import Role
from lms.indicators.sent_models import SentCompletion
from lms.people.models import Person
from lms.people.queries import survivors

BATCH = 100
"""Completions of one call at most."""
WAITING = 5_000
"""Completions of one client that may wait for an officer at once."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A completion that could be read."""

    id: UUID
    person: UUID
    course: str
    title: str
    completed_on: date
    result: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A completion that could not be read: its id when it has one, and why in words."""

    id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one completion; `state` is stored, duplicate or refused."""

    row: int
    id: UUID | None
    state: str
    code: str = ""
    reason: str = ""


def take(session: Session, who: Actor, items: Sequence[Sent | Unread]) -> list[Answer]:
    """Keep what is new of a batch; an answer for each item, in their order. Sending again is safe."""
    require(who, Role.MACHINE)
    audit.lock_chain(session, who.commune)
    read = [one for one in items if isinstance(one, Sent)]
    desk = _Desk(session, who, read)
    answers = [desk.answer(row, one) for row, one in enumerate(items, 1)]
    session.flush()
    stored = sum(one.state == "stored" for one in answers)
    if stored:
        left = len(answers) - stored
        audit.record(session, who, "send", "sent_completion", who.id, rows=stored, left=left)
    return answers


class _Desk:
    """What has to be known to answer for each completion of one batch."""

    def __init__(self, session: Session, who: Actor, read: Sequence[Sent]) -> None:
        self.session, self.who = session, who
        self.held = _held(session, who, [self._key(one) for one in read])
        self.named = nameable(session, who.commune, {one.person for one in read})
        self.room = WAITING - _waiting(session, who)

    def _key(self, one: Sent) -> UUID:
        return derived("sent-completion", self.who.commune, self.who.id, one.id)

    def answer(self, row: int, one: Sent | Unread) -> Answer:
        """What becomes of this one; a new one is kept."""
        if isinstance(one, Unread):
            return Answer(row, one.id, "refused", "unreadable", one.reason)
        held = self.held.get(self._key(one))
        if held is not None and _is_same(held, one):
            return Answer(row, one.id, "duplicate")
        code = "other" if held is not None else self._problem(one)
        if code:
            return Answer(row, one.id, "refused", code, reasons()[code])
        self._keep(one)
        return Answer(row, one.id, "stored")

    def _problem(self, one: Sent) -> str:
        if one.person not in self.named:
            return "person"
        return "" if self.room > 0 else "full"

    def _keep(self, one: Sent) -> None:
        key, commune, machine = self._key(one), self.who.commune, self.who.key
        row = SentCompletion(
            commune_id=commune, id=key, machine_id=machine, sent_id=one.id, person_id=one.person,
            course_id=derived("sent-course", commune, machine, one.course, one.title),
            course_code=one.course, course_title=one.title, completed_on=one.completed_on,
            result=one.result, state="waiting",
        )  # fmt: skip
        self.session.add(row)
        self.held[key] = row
        self.room -= 1


def reasons() -> dict[str, str]:
    """Why a completion that could be read is refused, by code."""
    return {
        "other": _("Mã này đã gửi với nội dung khác. Hãy gửi nội dung mới dưới một mã mới."),
        "person": _("Không có người nào mang mã này trong dữ liệu mà hệ thống được đọc. Hãy dùng mã "
                    "“person” của lần đọc gần nhất."),
        "full": _("Đang có %(n)s dòng chờ cán bộ xã xem. Hãy gửi lại dòng này sau.", n=WAITING),
    }  # fmt: skip


def _is_same(row: SentCompletion, one: Sent) -> bool:
    kept = (row.person_id, row.course_code, row.course_title, row.completed_on, row.result)
    return kept == (one.person, one.course, one.title, one.completed_on, one.result)


def _held(session: Session, who: Actor, keys: Collection[UUID]) -> dict[UUID, SentCompletion]:
    table = SentCompletion
    query = select(table).where(table.commune_id == who.commune, table.id.in_(keys))
    return {row.id: row for row in session.scalars(query)}


def _waiting(session: Session, who: Actor) -> int:
    table = SentCompletion
    query = select(func.count()).where(
        table.commune_id == who.commune, table.machine_id == who.id, table.state == "waiting"
    )
    return session.scalar(query) or 0


def nameable(session: Session, commune_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Which of these the feeds of results tell of, or told of before a merge; nobody who was erased."""
    stands = survivors(session, commune_id)
    root = {key: stands.get(key, key) for key in ids}
    records = {key: stands.get(key, key) for key in {*stands, *root.values(), *ids}}
    wanted = {key for key, of in records.items() if of in set(root.values())}
    told = {records[key] for key in _with_results(session, commune_id, wanted)}
    here = _not_erased(session, commune_id, wanted)
    return {key for key, of in root.items() if of in told and key in here and of in here}


def _with_results(session: Session, commune_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for table in (Attainment, Certificate):
        query = select(table.person_id).where(
            table.commune_id == commune_id, table.person_id.in_(ids)
        )
        found.update(session.scalars(query))
    return found


def _not_erased(session: Session, commune_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    query = select(Person.id).where(
        Person.commune_id == commune_id, Person.id.in_(ids), Person.erased_on.is_(None)
    )
    return set(session.scalars(query))
