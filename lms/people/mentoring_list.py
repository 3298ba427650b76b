"""A pasted list of pairs: every row's fate before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.guard import Actor, require
from lms.core.i18n import _, lazy
from lms.core.policy import Role
from lms.core.text import fold
from lms.people import mentoring, queries
from lms.people.mentoring import NOBODY, PAIRERS
from lms.people.queries import Line
from lms.people.rules.identity import Birth, birth
from lms.people.rules.pairing_list import MOST_ROWS, Row, rows

FAULTS: Mapping[str, LazyString] = {
    "mentee_missing": lazy("Thiếu tên người được kèm. Hãy ghi đủ hai cột."),
    "helper_missing": lazy("Thiếu tên đại sứ số. Hãy ghi tên ở cột đầu."),
    "helper_unknown": lazy(
        "Không có đại sứ số nào tên như vậy. Hãy sửa tên, hoặc ghi người này vào nhóm đại sứ số trước."
    ),
    "mentee_unknown": lazy("Không có ai tên như vậy. Hãy sửa tên, hoặc bỏ cột ngày sinh."),
    "birth_unreadable": lazy("Không hiểu ngày sinh. Hãy ghi ngày/tháng/năm, hoặc chỉ năm."),
    "same": lazy("Đại sứ số và người được kèm là một người. Hãy sửa lại."),
}


@dataclass(frozen=True)
class Read:
    """One row: whom it may mean. Ready when both are one person; `known` when they are a pair already."""

    row: Row
    helpers: tuple[Line, ...] = ()
    mentees: tuple[Line, ...] = ()
    fault: str = ""
    known: bool = False

    @property
    def message(self) -> str:
        """What to do about the fault."""
        return str(FAULTS[self.fault]) if self.fault else ""

    @property
    def is_clear(self) -> bool:
        """Nothing has to be chosen."""
        return not self.fault and len(self.helpers) == len(self.mentees) == 1


def read(session: Session, who: Actor, text: str, taught: frozenset[UUID] = NOBODY) -> list[Read]:
    """Every row of a paste with the people it may mean; Invalid when nothing can be read."""
    require(who, *PAIRERS)
    found = rows(text)
    if not found:
        _refuse(_("Chưa có dòng nào. Hãy dán danh sách: tên đại sứ số, tên người được kèm."))
    if len(found) > MOST_ROWS:
        _refuse(_("Danh sách quá %(most)s dòng. Hãy chia làm nhiều lần.", most=MOST_ROWS))
    people = _people(session, who, found)
    helpers = mentoring.helpers(session, who.commune)
    pairs = {(p.helper, p.mentee) for p in mentoring.pairs(session, who.commune) if not p.to_date}
    within = taught if who.role is Role.TRAINER else None
    return [_read(row, people, helpers, within, pairs) for row in found]


def _refuse(message: str) -> None:
    raise Invalid(message, fields={"text": [message]})


def _people(session: Session, who: Actor, found: Sequence[Row]) -> dict[str, list[Line]]:
    """Folded name → the people of the register who bear it."""
    wanted = {fold(name) for row in found for name in (row.helper, row.mentee) if name}
    people: dict[str, list[Line]] = {}
    for line in queries.named(session, who, wanted, clock.today()):
        people.setdefault(fold(line.full_name), []).append(line)
    return people


def _read(
    row: Row, people: dict[str, list[Line]], helpers: set[UUID], within: frozenset[UUID] | None,
    pairs: set[tuple[UUID, UUID]],
) -> Read:  # fmt: skip
    if row.fault:
        return Read(row, fault=row.fault)
    born = birth(row.birth, clock.today())
    if born is not None and not isinstance(born, Birth):
        return Read(row, fault="birth_unreadable")
    guides = tuple(one for one in people.get(fold(row.helper), ()) if one.id in helpers)
    guided = tuple(
        one
        for one in people.get(fold(row.mentee), ())
        if (within is None or one.id in within) and _fits(one, born)
    )
    fault = _fault(guides, guided)
    known = len(guides) == len(guided) == 1 and (guides[0].id, guided[0].id) in pairs
    return Read(row, guides, guided, fault, known)


def _fits(line: Line, born: Birth | None) -> bool:
    """Whether the birth of the list may be that of the register; a blank fits everything."""
    if born is None or line.birth_year is None:
        return True
    days: tuple[date | None, date | None] = (born.day, line.birth_date)
    return line.birth_year == born.year and (None in days or days[0] == days[1])


def _fault(guides: tuple[Line, ...], guided: tuple[Line, ...]) -> str:
    if not guides:
        return "helper_unknown"
    if not guided:
        return "mentee_unknown"
    return "same" if len(guides) == len(guided) == 1 and guides[0].id == guided[0].id else ""
