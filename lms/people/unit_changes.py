"""Writing the units' history: renames and mergers from a day on, and taking them back.

Homes, groups, classes and figures keep the unit they were given; `settle` writes down what stands
today, so that lists need not follow the changes (docs/adr/0020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _, lazy
from lms.core.policy import Role
from lms.core.signals import send
from lms.core.text import clean
from lms.core.text import day as day_text
from lms.people import unit_queries
from lms.people.events import UnitsAsked
from lms.people.models import Unit, UnitChange
from lms.people.rules.unit_history import Fault, fault_of_merge, fault_of_rename

REGISTRARS = (Role.OFFICER, Role.ADMINISTRATOR)
EARLIEST = date(1945, 9, 2)
LONGEST_NAME = 120
LONGEST_DOCUMENT = 300

_FAULTS: dict[Fault, tuple[str, LazyString]] = {
    Fault.SAME_NAME: ("name", lazy("Đơn vị đã mang tên này vào ngày đó. Hãy ghi tên mới.")),
    Fault.NAME_TAKEN: (
        "name",
        lazy("Vào ngày đó đã có đơn vị khác mang tên này. Hãy ghi tên khác, hoặc chọn sáp nhập."),
    ),
    Fault.ITSELF: ("into", lazy("Không sáp nhập một đơn vị vào chính nó. Hãy chọn đơn vị khác.")),
    Fault.OTHER_KIND: (
        "into",
        lazy("Chỉ sáp nhập đơn vị cùng loại (thôn với thôn, trường với trường). Hãy chọn lại."),
    ),
    Fault.TOO_EARLY: (
        "day",
        lazy("Ngày này đơn vị chưa được thành lập. Hãy chọn ngày sau ngày thành lập."),
    ),
    Fault.INTO_TOO_EARLY: (
        "day",
        lazy("Ngày này đơn vị tiếp nhận chưa được thành lập. Hãy chọn ngày muộn hơn."),
    ),
    Fault.CLOSED: (
        "day",
        lazy("Vào ngày đó đơn vị đã sáp nhập hoặc đã ngừng hoạt động. Hãy xem lại ngày."),
    ),
    Fault.INTO_CLOSED: (
        "into",
        lazy(
            "Vào ngày đó đơn vị tiếp nhận đã sáp nhập hoặc ngừng hoạt động. Hãy chọn đơn vị khác."
        ),
    ),
    Fault.CIRCLE: (
        "into",
        lazy("Đơn vị tiếp nhận đã sáp nhập vào chính đơn vị này. Hãy hoàn tác lần đó trước."),
    ),
    Fault.LATER_CHANGE: (
        "day",
        lazy(
            "Đơn vị đã có thay đổi khác từ ngày đó trở đi. Hãy hoàn tác nó, hoặc chọn ngày sau nó."
        ),
    ),
}


@dataclass(frozen=True)
class Wanted:
    """A change that somebody wants: a rename gives the name, a merger the unit that takes over."""

    kind: str
    day: date
    document: str
    name: str = ""
    into: UUID | None = None


def planned(session: Session, who: Actor, unit_id: UUID, wanted: Wanted) -> UnitChange:
    """The change as it would be written, or the same one when it stands already; nothing is saved.

    Invalid names the field to mend; Conflict when somebody else wrote another change meanwhile.
    """
    require(who, *REGISTRARS)
    unit = unit_queries.unit(session, who.commune, unit_id)
    return (_rename if wanted.kind == "rename" else _merger)(session, who, unit, wanted)


def change(session: Session, who: Actor, unit_id: UUID, wanted: Wanted) -> UnitChange:
    """Write a rename or a merger; the same one twice is one."""
    require(who, *REGISTRARS)
    audit.lock_chain(session, who.commune)
    row = planned(session, who, unit_id, wanted)
    if row in session:
        return row
    session.add(row)
    session.flush()
    settle(session, who.commune, clock.today())
    facts = {"old": row.old_name, "new": row.new_name, "on": day_text(row.happened_on)}
    if row.into_id is None:
        audit.record(session, who, "renamed", "unit", row.unit_id, change=row.id, **facts)
    else:
        audit.record(
            session, who, "merged", "unit", row.unit_id, change=row.id, into=row.into_id, **facts
        )
    return row


def _rename(session: Session, who: Actor, unit: Unit, wanted: Wanted) -> UnitChange:
    name, document = _name(wanted.name), _document(wanted.document)
    before = _standing(session, unit, "rename", UnitChange.happened_on == wanted.day)
    if before is not None:
        return _same(before, before.new_name == name)
    history = unit_queries.history(session, who.commune)
    units = unit_queries.all_units(session, who.commune).values()
    known = [unit_queries.known(one) for one in units]
    fault = fault_of_rename(history, known, unit_queries.known(unit), name, wanted.day)
    _refuse(_day_fault(wanted.day), fault)
    return UnitChange(
        commune_id=who.commune, unit_id=unit.id, kind="rename", new_name=name,
        old_name=history.name(unit.id, wanted.day, unit.name), happened_on=wanted.day,
        document=document, made_by=who.id,
    )  # fmt: skip


def _merger(session: Session, who: Actor, unit: Unit, wanted: Wanted) -> UnitChange:
    into, document = _into(session, who, wanted.into), _document(wanted.document)
    before = _standing(session, unit, "merge")
    if before is not None:
        return _same(before, (before.into_id, before.happened_on) == (into.id, wanted.day))
    history, known = unit_queries.history(session, who.commune), unit_queries.known
    _refuse(_day_fault(wanted.day), fault_of_merge(history, known(unit), known(into), wanted.day))
    return UnitChange(
        commune_id=who.commune, unit_id=unit.id, kind="merge", into_id=into.id,
        old_name=history.name(unit.id, wanted.day, unit.name), happened_on=wanted.day,
        new_name=history.name(into.id, wanted.day, into.name), document=document, made_by=who.id,
    )  # fmt: skip


def _same(before: UnitChange, is_same: bool) -> UnitChange:
    """The change that stands, when it is the one wanted; else somebody must take it back first."""
    if is_same:
        return before
    raise Conflict(
        _(
            "Đơn vị này đã được ghi thay đổi từ ngày %(day)s (%(old)s → %(new)s). Hãy tải lại trang để "
            "xem; muốn đổi thì hoàn tác lần đó trước.",
            day=day_text(before.happened_on), old=before.old_name, new=before.new_name,
        )
    )  # fmt: skip


def undo(session: Session, who: Actor, change_id: UUID) -> UnitChange:
    """Take a change back while nothing later stands on it; twice is once."""
    require(who, *REGISTRARS)
    audit.lock_chain(session, who.commune)
    row = session.get(UnitChange, (who.commune, change_id))
    if row is None:
        raise NotFound(_("Không tìm thấy thay đổi này. Hãy mở lại trang đơn vị."))
    if row.undone_at is None:
        _free_to_undo(session, row)
        row.undone_at, row.undone_by = clock.now(), who.id
        session.flush()
        settle(session, who.commune, clock.today())
        audit.record(
            session, who, "undone", "unit_change", row.unit_id, change=row.id, old=row.old_name,
            new=row.new_name, on=day_text(row.happened_on),
        )  # fmt: skip
    return row


def _into(session: Session, who: Actor, into_id: UUID | None) -> Unit:
    found = session.get(Unit, (who.commune, into_id)) if into_id else None
    if found is None:
        wrong = _("Không có đơn vị này trong xã. Hãy chọn từ danh sách.")
        raise Invalid(wrong, fields={"into": [wrong]})
    return found


def _name(text: str) -> str:
    name = clean(text)
    if not name or len(name) > LONGEST_NAME:
        wrong = _("Hãy ghi tên mới trong 1 đến %(most)s chữ.", most=LONGEST_NAME)
        raise Invalid(wrong, fields={"name": [wrong]})
    return name


def _document(text: str) -> str:
    document = clean(text)
    if not document or len(document) > LONGEST_DOCUMENT:
        wrong = _("Hãy ghi văn bản làm căn cứ, ví dụ: số và ngày của nghị quyết hay quyết định.")
        raise Invalid(wrong, fields={"document": [wrong]})
    return document


def _day_fault(day: date) -> str | None:
    """A day that no unit of ours can have changed on, or too far ahead to be sure of."""
    if day < EARLIEST:
        return _("Hãy xem lại năm: ngày này quá xa về trước.")
    if (day - clock.today()).days > 366:
        return _("Chỉ ghi trước nhiều nhất một năm. Hãy xem lại ngày.")
    return None


def _refuse(wrong_day: str | None, fault: Fault | None) -> None:
    if wrong_day is not None:
        raise Invalid(wrong_day, fields={"day": [wrong_day]})
    if fault is not None:
        field, words = _FAULTS[fault]
        raise Invalid(str(words), fields={field: [str(words)]})


def _standing(
    session: Session, unit: Unit, kind: str, *where: ColumnElement[bool]
) -> UnitChange | None:
    query = select(UnitChange).where(
        UnitChange.commune_id == unit.commune_id, UnitChange.unit_id == unit.id,
        UnitChange.kind == kind, UnitChange.undone_at.is_(None), *where,
    )  # fmt: skip
    return session.scalars(query.limit(1)).first()


def _free_to_undo(session: Session, row: UnitChange) -> None:
    """Nothing that was written later names the same units, and no figure speaks of the larger one."""
    own = [one for one in (row.unit_id, row.into_id) if one is not None]
    later = session.scalars(
        select(UnitChange).where(
            UnitChange.commune_id == row.commune_id, UnitChange.undone_at.is_(None),
            UnitChange.made_at > row.made_at,
            UnitChange.unit_id.in_(own) | UnitChange.into_id.in_(own),
        )
    ).all()  # fmt: skip
    if later:
        days = ", ".join(day_text(one.happened_on) for one in later)
        raise Conflict(
            _("Đơn vị còn thay đổi ghi sau lần này (%(days)s). Hãy hoàn tác lần ghi sau trước.", days=days)
        )  # fmt: skip
    if row.into_id is not None:
        asked = UnitsAsked(row.commune_id, frozenset({row.into_id}), row.happened_on)
        send(session, asked)
        if asked.bound:
            raise Conflict(" ".join(asked.bound))


def settle(session: Session, commune_id: UUID, today: date) -> None:
    """Write down what every changed unit is today: its name, its last day, what it is part of."""
    changes = session.scalars(
        select(UnitChange)
        .where(UnitChange.commune_id == commune_id)
        .order_by(UnitChange.made_at, UnitChange.id)
    ).all()
    if not changes:
        return
    history = unit_queries.history(session, commune_id)
    for unit in unit_queries.all_units(session, commune_id).values():
        own = [one for one in changes if one.unit_id == unit.id]
        if own:
            _settle_one(unit, own, history, today)
    session.flush()


def _settle_one(
    unit: Unit, changes: Sequence[UnitChange], history: unit_queries.History, today: date
) -> None:
    renames = [one for one in changes if one.kind == "rename"]
    if renames:
        unit.name = history.name(unit.id, today, renames[0].old_name)
    if len(renames) < len(changes):
        merged = history.merges.get(unit.id)
        due = merged is not None and merged.happened_on <= today
        unit.closed_on = merged.happened_on if merged is not None and due else None
    stands = history.at(unit.id, today)
    unit.part_of_id = None if stands == unit.id else stands
