"""Visits to homes: written down once, corrected with trace, taken back, never overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import clean
from lms.people import mentoring, queries
from lms.people.helping_models import Visit
from lms.people.helping_words import OUTCOME_WORDS, PURPOSE_WORDS, chosen, refuse
from lms.people.mentoring import NOBODY, require_taught
from lms.people.models import Household
from lms.people.rules.helping import visit_fault

VISITORS = (Role.UNIT_REPORTER, Role.OFFICER, Role.ADMINISTRATOR, Role.TRAINER)
WALKERS = (Role.UNIT_REPORTER, Role.OFFICER, Role.ADMINISTRATOR)
"""Who may see homes as such; a trainer visits people of the own classes."""
GUIDES = (*mentoring.HELPERS, "digital_team")
"""Groups whose members may be named as the one who went."""


@dataclass(frozen=True)
class NewVisit:
    """A visit to be written down, to a household or to a person. `id` is made by the client.

    Without `helper_id` it was the actor who went.
    """

    id: UUID
    visited_on: date
    purpose: str
    outcome: str
    household_id: UUID | None = None
    person_id: UUID | None = None
    helper_id: UUID | None = None
    note: str = ""
    next_on: date | None = None


def household(session: Session, who: Actor, household_id: UUID) -> Household:
    """The household, or NotFound when it is missing, foreign or outside the actor's units."""
    require(who, *WALKERS)
    found = session.get(Household, (who.commune, household_id))
    outside = who.role is Role.UNIT_REPORTER and found and found.unit_id not in who.unit_ids
    if found is None or outside:
        raise NotFound(_("Không tìm thấy hộ này. Hãy mở lại danh sách hộ gia đình."))
    return found


def require_goal(
    session: Session, who: Actor, household_id: UUID | None, person_id: UUID | None,
    taught: frozenset[UUID] = NOBODY,
) -> None:  # fmt: skip
    """The home or person lies within the actor's reach, or NotFound."""
    require(who, *VISITORS)
    if household_id is not None:
        household(session, who, household_id)
    if person_id is not None:
        roots = queries.survivors(session, who.commune)
        require_taught(who, roots.get(person_id, person_id), taught)
        queries.person(session, who, person_id, clock.today())


def record(session: Session, who: Actor, new: NewVisit, taught: frozenset[UUID] = NOBODY) -> Visit:
    """Write down a visit; the same id again is the same visit."""
    require_goal(session, who, new.household_id, new.person_id, taught)
    audit.lock_chain(session, who.commune)
    known = _known(session, who, new)
    if known is not None:
        return known
    made = _add(session, who, new)
    audit.record(session, who, "visited", "visit", made.id, goal=_goal(new), outcome=new.outcome)
    return made


def _goal(new: NewVisit) -> UUID | None:
    return new.household_id or new.person_id


def _known(session: Session, who: Actor, new: NewVisit) -> Visit | None:
    """The visit of this id when it was already written down; Conflict when it is another one's."""
    row = session.get(Visit, (who.commune, new.id))
    if row is None:
        return None
    if (row.household_id, row.person_id) != (new.household_id, new.person_id):
        raise Conflict(_("Mã của lần thăm này đã dùng cho nơi khác. Hãy mở lại trang rồi ghi lại."))
    return row


def _add(session: Session, who: Actor, new: NewVisit, replaces: Visit | None = None) -> Visit:
    """The row, once everything typed makes sense."""
    chosen("purpose", new.purpose, PURPOSE_WORDS)
    chosen("outcome", new.outcome, OUTCOME_WORDS)
    note = clean(new.note)
    refuse(visit_fault(new.visited_on, new.next_on, note, clock.today()))
    helper = _guide(session, who, new.helper_id)
    made = Visit(
        commune_id=who.commune, id=new.id, household_id=new.household_id, person_id=new.person_id,
        visited_on=new.visited_on, account_id=_goer(who, replaces) if helper is None else None,
        helper_id=helper, purpose=new.purpose, outcome=new.outcome, note=note, next_on=new.next_on,
        made_by=who.id, replaces_id=replaces.id if replaces else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _goer(who: Actor, replaces: Visit | None) -> UUID | None:
    """A correction by another hand leaves who went as it was."""
    return replaces.account_id if replaces and replaces.account_id else who.id


def _guide(session: Session, who: Actor, helper_id: UUID | None) -> UUID | None:
    """The helper who went, or None for the actor; Invalid for somebody of no helping group."""
    if helper_id is None and who.id is not None:
        return None
    if helper_id is not None:
        roots = queries.survivors(session, who.commune)
        root = roots.get(helper_id, helper_id)
        if root in mentoring.helpers(session, who.commune, GUIDES):
            return root
    message = _("Hãy chọn người đi thăm trong danh sách đại sứ số và Tổ công nghệ số.")
    raise Invalid(message, fields={"helper_id": [message]})


def record_walk(session: Session, who: Actor, visits: Sequence[NewVisit]) -> tuple[int, int]:
    """Copy a whole walking list after the walk: all of it or nothing. (written, already there).

    A home for which the same was written down before (day, goer, outcome) is already there, so that
    two people who copy one sheet do not count it twice.
    """
    for new in visits:
        require_goal(session, who, new.household_id, new.person_id)
    audit.lock_chain(session, who.commune)
    there = {_mark(row) for row in _of_days(session, who.commune, {v.visited_on for v in visits})}
    made = [
        _add(session, who, new)
        for new in visits
        if _known(session, who, new) is None and _mark_of(who, new) not in there
    ]
    if made:
        days = ", ".join(sorted({row.visited_on.isoformat() for row in made}))
        audit.record(session, who, "copied_walk", "visit", made[0].id, visits=len(made), days=days)
    return len(made), len(visits) - len(made)


Mark = tuple[UUID | None, date, UUID | None, str]


def _mark(row: Visit) -> Mark:
    return row.household_id, row.visited_on, row.helper_id or row.account_id, row.outcome


def _mark_of(who: Actor, new: NewVisit) -> Mark:
    return new.household_id, new.visited_on, new.helper_id or who.id, new.outcome


def _of_days(session: Session, commune_id: UUID, days: set[date]) -> list[Visit]:
    query = select(Visit).where(
        Visit.commune_id == commune_id,
        Visit.visited_on.in_(days),
        Visit.superseded_at.is_(None),
    )
    return list(session.scalars(query))


def visit(session: Session, who: Actor, visit_id: UUID, taught: frozenset[UUID] = NOBODY) -> Visit:
    """The visit, or NotFound when it is missing, foreign or outside the actor's reach."""
    require(who, *VISITORS)
    row = session.get(Visit, (who.commune, visit_id))
    if row is None or (row.household_id and who.role is Role.TRAINER):
        raise NotFound(_("Không tìm thấy lần thăm này. Hãy mở lại nhật ký thăm."))
    require_goal(session, who, row.household_id, row.person_id, taught)
    return row


def correct(
    session: Session, who: Actor, visit_id: UUID, new: NewVisit, taught: frozenset[UUID] = NOBODY
) -> Visit:
    """Replace a visit by what really was; both stay to be read. The same correction twice is one."""
    old = visit(session, who, visit_id, taught)
    audit.lock_chain(session, who.commune)
    session.refresh(old)
    known = session.get(Visit, (who.commune, new.id))
    if known is not None and known.replaces_id == old.id:
        return known
    if known is not None or old.superseded_at is not None:
        raise Conflict(_("Lần thăm này đã được sửa hoặc bỏ. Hãy mở lại để xem bản mới."))
    same_goal = NewVisit(
        new.id, new.visited_on, new.purpose, new.outcome, old.household_id, old.person_id,
        new.helper_id, new.note, new.next_on,
    )  # fmt: skip
    made = _add(session, who, same_goal, old)
    _supersede(old, who)
    session.flush()
    audit.record(session, who, "corrected", "visit", made.id, replaces=old.id)
    return made


def _supersede(row: Visit, who: Actor) -> None:
    row.superseded_at, row.superseded_by = clock.now(), who.id


def take_back(
    session: Session, who: Actor, visit_id: UUID, taught: frozenset[UUID] = NOBODY
) -> Visit:
    """A visit that never was no longer counts; taking it back twice is once."""
    row = visit(session, who, visit_id, taught)
    audit.lock_chain(session, who.commune)
    session.refresh(row)
    if row.superseded_at is None:
        _supersede(row, who)
        session.flush()
        audit.record(session, who, "took_back", "visit", row.id)
    return row


def restore(
    session: Session, who: Actor, visit_id: UUID, taught: frozenset[UUID] = NOBODY
) -> Visit:
    """Undo a taking back; one that was replaced by a correction stays replaced."""
    row = visit(session, who, visit_id, taught)
    audit.lock_chain(session, who.commune)
    session.refresh(row)
    replaced = session.scalar(
        select(Visit.id).where(Visit.commune_id == who.commune, Visit.replaces_id == row.id)
    )
    if replaced is not None:
        raise Conflict(_("Lần thăm này đã có bản sửa. Hãy mở bản mới."))
    if row.superseded_at is not None:
        row.superseded_at = row.superseded_by = None
        session.flush()
        audit.record(session, who, "restored", "visit", row.id)
    return row


def erase_notes(session: Session, who: Actor, person_id: UUID) -> int:
    """Empty the notes about a person who asked to be erased, also on records merged into that one.

    How often somebody came and with which outcome stays, without words. Returns how many.
    """
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    audit.lock_chain(session, who.commune)
    same = queries.same_person(session, who.commune, person_id)
    emptied = session.execute(
        update(Visit)
        .where(Visit.commune_id == who.commune, Visit.person_id.in_(same), Visit.note != "")
        .values(note="")
        .returning(Visit.id)
    ).all()
    if emptied:
        audit.record(session, who, "erased", "visit", person_id, count=len(emptied))
    return len(emptied)
