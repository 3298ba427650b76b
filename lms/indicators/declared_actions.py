"""Writes: figures that somebody declares or counts by hand, their corrections and their taking back.

Nothing that was put in is changed: a corrected figure is a newer row, a wrong one is taken back with its
reason and stays on record. Everything is safe to repeat.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.text import clean
from lms.indicators import queries
from lms.indicators.choices import measures_of, populations_of
from lms.indicators.declared_checks import OFFICE, check_unit, common_problems, refuse
from lms.indicators.models import CountedThing, DeclaredMeasure, DeclaredPopulation
from lms.indicators.rules.plan import Plan
from lms.indicators.rules.vocabulary import VNEID_CONFIRMED

R = TypeVar("R", DeclaredPopulation, DeclaredMeasure)
P = TypeVar("P", bound=DeclaredPopulation | DeclaredMeasure | CountedThing)


def declare_population(
    session: Session, who: Actor, population: str, value: int | None, as_of: date, source: str,
    status: str = "official", unit_id: UUID | None = None,
) -> DeclaredPopulation:  # fmt: skip
    """Declare how many a population has; an empty value says that the figure is not there yet."""
    require(who, *OFFICE)
    known = {key for plan in _plans(session, who) for key in populations_of(plan)}
    problems = common_problems(as_of, source, status, [value])
    if population not in known:
        problems["population"] = [_("Không kế hoạch nào của xã dùng đối tượng này, hãy chọn lại.")]
    refuse(problems)
    check_unit(session, who, unit_id)
    row = DeclaredPopulation(
        commune_id=who.commune, id=uuid7(), population=population, unit_id=unit_id, value=value,
        as_of=as_of, source=clean(source), status=status, declared_by=who.id,
    )  # fmt: skip
    return _added_once(session, who, row, ("population", "value"))


def declare_measure(
    session: Session, who: Actor, measure: str, numerator: int, denominator: int | None,
    as_of: date, source: str, status: str = "official", unit_id: UUID | None = None,
) -> DeclaredMeasure:  # fmt: skip
    """Put in a figure that another body counted (police, bank, village head)."""
    require(who, *OFFICE)
    problems = common_problems(as_of, source, status, [numerator, denominator])
    if measure not in _whats(_plans(session, who)):
        problems["measure"] = [_("Không kế hoạch nào của xã cần số liệu này, hãy chọn lại.")]
    refuse(problems)
    check_unit(session, who, unit_id)
    row = DeclaredMeasure(
        commune_id=who.commune, id=uuid7(), measure=measure, unit_id=unit_id, numerator=numerator,
        denominator=denominator, as_of=as_of, source=clean(source), status=status,
        declared_by=who.id,
    )  # fmt: skip
    return _added_once(session, who, row, ("measure", "numerator", "denominator"))


def record_count(
    session: Session, who: Actor, what: str, occurred_on: date, quantity: int, source: str,
    unit_id: UUID | None = None, key: UUID | None = None, replaces: UUID | None = None,
) -> CountedThing:  # fmt: skip
    """Record things counted by hand; a negative quantity takes a wrong entry back.

    The same `key` (made by the form) twice is one entry; two equal entries may well be two classes.
    """
    require(who, *OFFICE)
    known = session.get(CountedThing, (who.commune, key)) if key else None
    if known is not None:
        return known
    problems = common_problems(occurred_on, source, "official", [abs(quantity)])
    if quantity == 0:
        problems["quantity"] = [_("Số lượng phải khác 0, hãy ghi lại.")]
    if what not in _whats(_plans(session, who)):
        problems["what"] = [_("Không kế hoạch nào của xã đếm việc này, hãy chọn lại.")]
    refuse(problems)
    check_unit(session, who, unit_id)
    row = CountedThing(
        commune_id=who.commune, id=key or uuid7(), what=what, unit_id=unit_id,
        occurred_on=occurred_on, quantity=quantity, source=clean(source), recorded_by=who.id,
        replaces_id=replaces,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "count", "counted_thing", row.id, what=what, quantity=quantity)
    return row


def _plans(session: Session, who: Actor) -> list[Plan]:
    return [one.plan for one in queries.adopted_plans(session, who.commune)]


def _whats(plans: Iterable[Plan]) -> set[str]:
    """Everything that a plan of the commune declares or counts, by code."""
    return {VNEID_CONFIRMED, *(what for plan in plans for what in measures_of(plan))}


def _added_once(session: Session, who: Actor, row: R, says: Sequence[str]) -> R:
    """The row, or the one that holds for its unit, day and status when it says the same.

    Only the newest counts: 100, then 120, then 100 again are three rows, the same twice is one.
    """
    table, cell = type(row), (says[0], "unit_id", "as_of", "status")
    equal = (getattr(table, name).is_not_distinct_from(getattr(row, name)) for name in cell)
    newest = session.scalar(
        select(table)
        .where(table.commune_id == who.commune, table.undone_at.is_(None), *equal)
        .order_by(table.id.desc())
        .limit(1)
    )
    same = (*says, "source")
    if newest is not None and all(getattr(newest, n) == getattr(row, n) for n in same):
        return newest
    session.add(row)
    session.flush()
    audit.record(session, who, "declare", table.__tablename__, row.id)
    return row


# --- taking back --------------------------------------------------------------------------------


def take_back(session: Session, who: Actor, table: type[P], key: UUID, reason: str) -> P:
    """Take a figure back that should never have stood: it stays on record and stops counting."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = session.get(table, (who.commune, key))
    if row is None:
        raise NotFound(_("Không tìm thấy số này. Hãy mở lại trang."))
    if row.undone_at is not None:
        return row
    words = clean(reason)
    if not 3 <= len(words) <= 300:
        wrong = _("Hãy ghi lý do rút lại (3–300 chữ cái).")
        raise Invalid(wrong, fields={"reason": [wrong]})
    row.undone_at, row.undone_by, row.undo_reason = clock.now(), who.id, words
    session.flush()
    audit.record(session, who, "take_back", table.__tablename__, row.id)
    return row


def correct_count(
    session: Session, who: Actor, wrong: UUID, occurred_on: date, quantity: int, source: str,
    unit_id: UUID | None, reason: str, key: UUID,
) -> CountedThing:  # fmt: skip
    """Put a right entry in the place of a wrong one, which is taken back; the same `key` twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    made = session.get(CountedThing, (who.commune, key))
    if made is not None:
        return made
    old = session.get(CountedThing, (who.commune, wrong))
    if old is None:
        raise NotFound(_("Không tìm thấy số này. Hãy mở lại trang."))
    if old.undone_at is not None:
        raise Conflict(_("Số này vừa được rút lại hoặc sửa rồi. Hãy mở lại trang để xem."))
    row = record_count(
        session, who, old.what, occurred_on, quantity, source, unit_id, key, replaces=old.id
    )
    take_back(session, who, CountedThing, wrong, reason)
    return row
