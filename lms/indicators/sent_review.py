"""What an officer does with completions that another system sent: look, record as a list, leave out.

Recording makes a list from outside (`record_outside_facts`) with the system as its source and the course
as its document, so that it counts, is shown as evidence and is taken back as every such list.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.indicators.declared_checks import OFFICE
from lms.indicators.models import FactImport
from lms.indicators.outside_facts import SentFile, record_outside_facts
from lms.indicators.rules.vocabulary import VNEID_CONFIRMED
from lms.indicators.sent_models import SentCompletion
from lms.people.machine_models import MachineClient
from lms.people.models import Person
from lms.people.queries import survivors

PAGE = 100
"""Rows shown, and recorded, at once."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course of another system: how many of its completions wait or were left out, when one came last."""

    id: UUID
    code: str
    title: str
    machine: str
    client_id: str
    waiting: int
    left: int
    last_at: datetime | None

    @property
    def document(self) -> str:
        """How the list that is made of it names the course."""
        return _("Khóa “%(title)s” (%(code)s)", title=self.title, code=self.code)


@dataclass(frozen=True, slots=True)
class Line:
    """A completion with the person of the register whom it means today."""

    row: SentCompletion
    person_id: UUID
    name: str
    problem: str = ""
    """Why it cannot be recorded; empty for one that can."""

    @property
    def key(self) -> UUID:
        """The row's id."""
        return self.row.id

    @property
    def pressed(self) -> str:
        """What the form sends of a chosen row: the row, and whom the page named beside it."""
        return f"{self.key}:{self.person_id}"


def _waits() -> ColumnElement[bool]:
    """It was not looked at yet, or the list that was made of it was taken back."""
    return or_(SentCompletion.state == "waiting", FactImport.undone_at.is_not(None))


def _came() -> ColumnElement[bool]:
    return and_(
        FactImport.commune_id == SentCompletion.commune_id,
        FactImport.id == SentCompletion.import_id,
    )


def courses(session: Session, commune_id: UUID, course_id: UUID | None = None) -> list[Course]:
    """Courses with completions that wait or were left out, the latest first; one course also without."""
    table, of = SentCompletion, MachineClient
    waiting, left = (func.count(table.id).filter(one) for one in (_waits(), table.state == "left"))
    last = func.max(table.received_at)
    query = (
        select(table.course_id, table.course_code, table.course_title, of.name, of.client_id,
               waiting, left, last)
        .join(of, and_(of.commune_id == table.commune_id, of.id == table.machine_id))
        .outerjoin(FactImport, _came())
        .where(table.commune_id == commune_id)
        .group_by(table.course_id, table.course_code, table.course_title, of.name, of.client_id)
        .order_by(last.desc())
    )  # fmt: skip
    if course_id is not None:
        query = query.where(table.course_id == course_id)
    found = [Course(*row) for row in session.execute(query)]
    return [one for one in found if one.waiting or one.left or course_id is not None]


def course(session: Session, who: Actor, course_id: UUID) -> Course:
    """A course of this commune's systems, or NotFound."""
    require(who, *OFFICE)
    found = courses(session, who.commune, course_id)
    if not found:
        raise NotFound(_("Không còn kết quả nào của khóa này. Hãy mở lại trang danh sách."))
    return found[0]


def lines(
    session: Session, who: Actor, course_id: UUID, only: Collection[UUID] | None = None
) -> list[Line]:
    """The completions of a course that wait, the oldest first, each with whom it means today."""
    table = SentCompletion
    query = (
        select(table)
        .outerjoin(FactImport, _came())
        .where(table.commune_id == who.commune, table.course_id == course_id, _waits())
        .order_by(table.received_at, table.id)
        .limit(PAGE)
    )
    if only is not None:
        query = query.where(table.id.in_(only))
    return meant(session, who.commune, session.scalars(query).all())


def meant(session: Session, commune_id: UUID, rows: Sequence[SentCompletion]) -> list[Line]:
    """These completions with the people they mean today, after merges."""
    roots = survivors(session, commune_id)
    ids = {row.id: roots.get(row.person_id, row.person_id) for row in rows}
    query = select(Person).where(Person.commune_id == commune_id, Person.id.in_(ids.values()))
    people = {one.id: one for one in session.scalars(query)}
    return [_line(row, people[ids[row.id]]) for row in rows]


def _line(row: SentCompletion, person: Person) -> Line:
    is_early = (person.birth_date and row.completed_on < person.birth_date) or (
        person.birth_year and row.completed_on.year < person.birth_year
    )
    problem = _("ngày hoàn thành ở trước ngày sinh; hãy hỏi lại bên gửi") if is_early else ""
    return Line(row, person.id, person.full_name, problem)


# --- deciding -----------------------------------------------------------------------------------

Picked = Mapping[UUID, UUID]
"""The rows that were pressed, each with the person whom the page named beside it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the officer says of the rows that are recorded."""

    kind: str
    programme: str
    level: str | None = None


def confirm(
    session: Session, who: Actor, course_id: UUID, picked: Picked, said: Said
) -> FactImport:
    """Record the picked rows as a list from outside, all or none; the same press again is that list.

    Conflict when a row was decided meanwhile or means somebody else; Invalid for what cannot be recorded.
    """
    of, digest = _asked(session, who, course_id, picked), _digest(picked, said)
    done = _recorded(session, who, picked)
    if done is not None and done.sha256 == digest:
        return done
    rows = _still(session, who, course_id, picked)
    _check(said, rows)
    facts = [(one.person_id, one.row.completed_on, said.programme, said.level) for one in rows]
    made = record_outside_facts(
        session, who, said.kind, _source(of), of.document, max(on for _who, on, *_x in facts), facts,
        sha256=digest, file=SentFile(counts={"sure": len(rows)}),
    )  # fmt: skip
    _look(session, who, rows, "confirmed", made.id)
    audit.record(session, who, "confirm", "sent_completion", made.id, rows=len(rows))
    return made


def _source(of: Course) -> str:
    return _("hệ thống %(name)s", name=of.machine)


def _check(said: Said, rows: Sequence[Line]) -> None:
    problems = {}
    if said.kind == VNEID_CONFIRMED:
        problems["kind"] = [_("Một khóa học không phải là xác nhận VNeID. Hãy chọn loại khác.")]
    if not said.programme:
        problems["programme"] = [_("Hãy chọn chương trình mà khóa này được tính.")]
    if any(one.problem for one in rows):
        problems["dong"] = [_("Có dòng không ghi được. Hãy bỏ chọn dòng đó.")]
    if problems:
        raise Invalid(_("Chưa ghi gì. Hãy sửa các chỗ được chỉ ra."), fields=problems)


def _digest(picked: Picked, said: Said) -> str:
    """The same rows recorded the same way are one list: taken back, they stand again as that list."""
    told = [sorted((key.hex, who.hex) for key, who in picked.items()), said.programme, said.level]
    return hashlib.sha256(repr([*told, said.kind]).encode()).hexdigest()


def _recorded(session: Session, who: Actor, picked: Picked) -> FactImport | None:
    """The standing list that holds all of these rows, if there is one."""
    table = SentCompletion
    query = (
        select(FactImport)
        .join(table, _came())
        .where(
            table.commune_id == who.commune, table.id.in_(picked), FactImport.undone_at.is_(None)
        )
    )
    found = session.scalars(query).all()
    return found[0] if len(found) == len(picked) and len(set(found)) == 1 else None


def leave(session: Session, who: Actor, course_id: UUID, picked: Picked) -> int:
    """Leave the picked rows out; they stay on record and can be brought back. Twice is once."""
    _asked(session, who, course_id, picked)
    out = {row.id for row in left_out(session, who.commune, course_id)}
    if set(picked) <= out:
        return 0
    rows = _still(session, who, course_id, picked)
    _look(session, who, rows, "left", None)
    audit.record(session, who, "leave", "sent_completion", course_id, rows=len(rows))
    return len(rows)


def bring_back(session: Session, who: Actor, course_id: UUID) -> int:
    """Let all rows of a course that were left out wait again; twice is once."""
    audit.lock_chain(session, who.commune)
    course(session, who, course_id)
    rows = left_out(session, who.commune, course_id)
    _look(session, who, meant(session, who.commune, rows), "waiting", None)
    if rows:
        audit.record(session, who, "bring_back", "sent_completion", course_id, rows=len(rows))
    return len(rows)


def left_out(session: Session, commune_id: UUID, course_id: UUID) -> Sequence[SentCompletion]:
    """The rows of a course that an officer left out."""
    table = SentCompletion
    query = select(table).where(
        table.commune_id == commune_id, table.course_id == course_id, table.state == "left"
    )
    return session.scalars(query).all()


def _asked(session: Session, who: Actor, course_id: UUID, picked: Picked) -> Course:
    """The course that is decided on, held against others who decide; Invalid when nothing was picked."""
    audit.lock_chain(session, who.commune)
    of = course(session, who, course_id)
    if not picked:
        wrong = _("Hãy chọn ít nhất một dòng.")
        raise Invalid(wrong, fields={"dong": [wrong]})
    return of


def _still(session: Session, who: Actor, course_id: UUID, picked: Picked) -> list[Line]:
    """The picked rows, if each still waits and still means the person who was shown."""
    rows = lines(session, who, course_id, picked)
    if {one.key: one.person_id for one in rows} != dict(picked):
        raise Conflict(
            _("Chưa ghi gì: từ lúc bạn mở trang, có dòng đã được quyết định hoặc hồ sơ đã được gộp. "
              "Hãy xem lại rồi bấm.")
        )  # fmt: skip
    return rows


def _look(
    session: Session, who: Actor, rows: Sequence[Line], state: str, import_id: UUID | None
) -> None:
    for one in rows:
        one.row.state, one.row.import_id = state, import_id
        one.row.looked_by, one.row.looked_at = who.id, clock.now()
    session.flush()


# --- evidence -----------------------------------------------------------------------------------


def sent_of(session: Session, row: FactImport) -> tuple[Course | None, list[Line]]:
    """The course and the completions behind a recorded list; (None, []) for one that came as a file."""
    table = SentCompletion
    query = (
        select(table)
        .where(table.commune_id == row.commune_id, table.import_id == row.id)
        .order_by(table.received_at, table.id)
    )
    rows = session.scalars(query).all()
    if not rows:
        return None, []
    of = courses(session, row.commune_id, rows[0].course_id)[0]
    return of, meant(session, row.commune_id, rows)
