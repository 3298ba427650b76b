"""Writes: an officer accepts or returns what a unit proposed. Only accepting makes a figure that counts."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.text import clean, day
from lms.indicators import declared_save
from lms.indicators.declared_checks import OFFICE
from lms.indicators.declared_save import About, Typed
from lms.indicators.declared_sheet import columns_of
from lms.indicators.rules.plan import Plan
from lms.people.models import Unit
from lms.reports.unit_link_desk import Desk
from lms.reports.unit_link_models import UnitProposal, UnitRemark

LONGEST_SOURCE = 300


def accept(
    session: Session, who: Actor, unit_id: UUID, chosen: Iterable[UUID], seen: str, *,
    in_spite: bool = False,
) -> int:  # fmt: skip
    """Declare the chosen proposals with their unit, day and source: all of them or none.

    Conflict when the unit sent another figure meanwhile, or somebody declared the cell. Twice is once.
    """
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    desk = Desk(session, who.commune, clock.today())
    unit = desk.unit(unit_id)
    rows = [_proposal(session, who, unit_id, key) for key in chosen]
    if not rows:
        raise Invalid(_("Chưa chọn số nào. Hãy đánh dấu các số được nhận."), fields={"": []})
    waiting = [row for row in rows if row.state != "accepted"]
    for row in waiting:
        _still_waits(row)
        _declare(session, who, desk, unit, row, seen, in_spite=in_spite)
        row.state, row.decided_by, row.decided_at = "accepted", who.id, clock.now()
        session.flush()
        audit.record(session, who, "accept", "unit_proposal", row.id, unit=unit.name)
    return len(waiting)


def _proposal(session: Session, who: Actor, unit_id: UUID, key: UUID) -> UnitProposal:
    row = session.get(UnitProposal, (who.commune, key))
    if row is None or row.unit_id != unit_id:
        raise NotFound(_("Không tìm thấy số này. Hãy mở lại trang của đơn vị."))
    return row


def _still_waits(row: UnitProposal) -> None:
    if row.state != "waiting":
        raise Conflict(
            _(
                "Chưa nhận số nào: đơn vị vừa gửi số khác, hoặc có cán bộ đã trả lại. Hãy xem lại rồi chọn."
            )
        )


def _declare(
    session: Session, who: Actor, desk: Desk, unit: Unit, row: UnitProposal, seen: str, *,
    in_spite: bool,
) -> None:  # fmt: skip
    plan = _plan(desk, row.code)
    numerator, whole = ("" if n is None else str(n) for n in (row.numerator, row.whole))
    typed = Typed(row.code, unit.id, numerator, whole)
    about = About(row.as_of, source_text(unit, row), row.status)
    declared_save.save(session, who, plan, [typed], about, seen, in_spite=in_spite)


def _plan(desk: Desk, code: str) -> Plan:
    """A plan that still needs the figure."""
    for one in desk.plans:
        if any(column.code == code for column in columns_of(one.plan)):
            return one.plan
    raise Conflict(_("Không kế hoạch nào của xã còn cần số này. Hãy trả lại cho đơn vị."))


def source_text(unit: Unit, row: UnitProposal) -> str:
    """The source that the figure bears from then on, in every report."""
    way = _("qua đường dẫn") if row.device_id else _("bằng tài khoản của đơn vị")
    words = _("%(unit)s tự khai %(way)s ngày %(day)s: %(source)s",
              unit=unit.name, way=way, day=day(row.said_at), source=row.source)  # fmt: skip
    return words[:LONGEST_SOURCE]


def refuse(session: Session, who: Actor, unit_id: UUID, key: UUID, reason: str) -> UnitProposal:
    """Return a proposal with the reason, which the unit reads. Twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = _proposal(session, who, unit_id, key)
    if row.state == "refused":
        return row
    words = clean(reason)
    if not 3 <= len(words) <= 300:
        wrong = _("Hãy ghi vì sao trả lại (3–300 chữ cái); đơn vị đọc được câu này.")
        raise Invalid(wrong, fields={f"reason-{key}": [wrong]})
    if row.state != "waiting":
        raise Conflict(_("Số này vừa được nhận hoặc thay bằng số khác. Hãy mở lại trang để xem."))
    row.state, row.reason = "refused", words
    row.decided_by, row.decided_at = who.id, clock.now()
    session.flush()
    unit = session.get_one(Unit, (who.commune, unit_id))
    audit.record(session, who, "refuse", "unit_proposal", row.id, unit=unit.name)
    return row


def read_remark(session: Session, who: Actor, unit_id: UUID, key: UUID) -> UnitRemark:
    """Say that a remark was read and dealt with. Twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = session.get(UnitRemark, (who.commune, key))
    if row is None or row.unit_id != unit_id:
        raise NotFound(_("Không tìm thấy ý kiến này. Hãy mở lại trang của đơn vị."))
    if row.read_at is None:
        row.read_at, row.read_by = clock.now(), who.id
        session.flush()
        audit.record(session, who, "read", "unit_remark", row.id)
    return row
