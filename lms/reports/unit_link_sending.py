"""Writes: what a unit says. Figures become proposals, a look at its rows a remark; nothing counts yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Forbidden, Invalid, TooMany
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.core.text import clean
from lms.indicators.declared_checks import MOST, common_problems
from lms.indicators.declared_save import About, whole_number
from lms.indicators.declared_sheet import Column
from lms.people.models import Unit
from lms.reports.unit_link_desk import said_text
from lms.reports.unit_link_models import UnitLinkDevice, UnitProposal, UnitRemark
from lms.reports.unit_link_rows import OwnRow

HOUR = timedelta(hours=1)
MOST_FIGURES, MOST_REMARKS = 120, 20
"""Sent by one unit within an hour: more is no unit's work."""
LONGEST_REMARK = 1000


@dataclass(frozen=True, slots=True)
class Sender:
    """For which unit somebody speaks: through a link's machine, or from an account."""

    who: Actor
    unit: Unit
    machine: UnitLinkDevice | None

    def check(self) -> None:
        """Forbidden for an account that does not report for this unit."""
        reports = self.who.role is Role.UNIT_REPORTER and self.unit.id in self.who.unit_ids
        if self.machine is None and not reports:
            raise Forbidden(_("Bạn không báo cáo cho đơn vị này. Hãy nhờ cán bộ xã."))


@dataclass(frozen=True, slots=True)
class Boxes:
    """What stands in the boxes of one figure."""

    numerator: str = ""
    whole: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed: it says nothing then."""
        return not (self.numerator.strip() or self.whole.strip())


@dataclass(frozen=True, slots=True)
class _Told:
    column: Column
    numerator: int | None
    whole: int | None

    def same(self, row: UnitProposal, about: About) -> bool:
        """Whether the row says exactly this."""
        return (row.numerator, row.whole, row.as_of, row.source, row.status) == (
            self.numerator, self.whole, about.as_of, about.source, about.status,
        )  # fmt: skip


# --- figures ------------------------------------------------------------------------------------


def propose(
    session: Session, sender: Sender, columns: Sequence[Column], typed: Mapping[str, Boxes],
    about: About, seen: str,
) -> int:  # fmt: skip
    """Send what was typed to the officer; the number of figures that are new. The same twice is once.

    `seen` is the newest proposal on the page: Conflict names figures that somebody else of the unit
    sent since, and says what they are.
    """
    sender.check()
    audit.lock_chain(session, sender.who.commune)
    about = About(about.as_of, clean(about.source), about.status)
    told = _read(columns, typed, about)
    newest = _newest(session, sender, [one.column.code for one in told])
    _refuse_overtaken(told, newest, about, seen, exact=sender.machine is None)
    new = [
        one for one in told
        if not ((row := newest.get(one.column.code)) and row.state in ("waiting", "accepted")
                and one.same(row, about))
    ]  # fmt: skip
    _check_pace(session, sender, UnitProposal, len(new), MOST_FIGURES)
    for one in new:
        _add(session, sender, one, about, newest.get(one.column.code))
    if new:
        _mark(sender)
        audit.record(session, sender.who, "propose", "unit_proposal", sender.unit.id,
                     unit=sender.unit.name, count=len(new))  # fmt: skip
    return len(new)


def _read(columns: Sequence[Column], typed: Mapping[str, Boxes], about: About) -> list[_Told]:
    problems = common_problems(about.as_of, about.source, about.status, [])
    told: list[_Told] = []
    for column in columns:
        boxes = typed.get(column.code, Boxes())
        if boxes.is_empty:
            continue
        n, d = _number(boxes.numerator), _number(boxes.whole)
        wrong = _wrong(column, boxes, n, d)
        problems |= {f"{box}|{column.code}": [words] for box, words in wrong.items()}
        told.append(_Told(column, n if column.counts else None, d))
    if not told and not problems:
        words = _("Chưa ghi số nào. Hãy ghi ít nhất một số rồi gửi.")
        raise Invalid(words, fields={"": [words]})
    if problems:
        raise Invalid(_("Chưa gửi số nào. Hãy sửa các chỗ được chỉ ra."), fields=problems)
    return told


def _number(text: str) -> int | None:
    found = whole_number(text)
    return found if found is not None and found <= MOST else None


def _wrong(column: Column, boxes: Boxes, n: int | None, d: int | None) -> dict[str, str]:
    bad = _("Hãy ghi một số nguyên, ví dụ 30.500.")
    found = {
        box: bad
        for box, text, number in (("n", boxes.numerator, n), ("d", boxes.whole, d))
        if text.strip() and number is None
    }
    if column.counts and not boxes.numerator.strip():
        found["n"] = _("Hãy ghi số đạt, không chỉ tổng số.")
    if n is not None and d is not None and n > d:
        found["n"] = _("Số đạt lớn hơn tổng số. Hãy kiểm tra lại hai số.")
    return found


def _newest(session: Session, sender: Sender, codes: Sequence[str]) -> dict[str, UnitProposal]:
    """Code → the newest that the unit said of it."""
    table = UnitProposal
    rows = session.scalars(
        select(table)
        .where(
            table.commune_id == sender.unit.commune_id, table.unit_id == sender.unit.id,
            table.code.in_(codes),
        )
        .order_by(table.id)
    )  # fmt: skip
    return {row.code: row for row in rows}


def _refuse_overtaken(
    told: Sequence[_Told],
    newest: Mapping[str, UnitProposal],
    about: About,
    seen: str,
    *,
    exact: bool,
) -> None:
    taken = {}
    for one in told:
        row = newest.get(one.column.code)
        waits = row is not None and row.state == "waiting" and str(row.id) > seen
        if row is not None and waits and not one.same(row, about):
            box = "n" if one.column.counts else "d"
            words = _("Vừa có người của đơn vị gửi %(what)s (nguồn: %(source)s).",
                      what=said_text(row, one.column, exact=exact), source=row.source)  # fmt: skip
            taken[f"{box}|{one.column.code}"] = [words]
    if taken:
        raise Conflict(
            _("Chưa gửi: từ lúc mở trang, đơn vị đã có người gửi %(n)s số này. Hãy xem số của họ cạnh ô; "
              "gửi lần nữa thì số của bạn thay số đó.", n=len(taken)),
            fields=taken,
        )  # fmt: skip


def _add(
    session: Session, sender: Sender, one: _Told, about: About, before: UnitProposal | None
) -> None:
    if before is not None and before.state == "waiting":
        before.state, before.decided_at = "replaced", clock.now()
        session.flush()
    session.add(UnitProposal(
        commune_id=sender.unit.commune_id, id=uuid7(), unit_id=sender.unit.id, code=one.column.code,
        numerator=one.numerator, whole=one.whole, as_of=about.as_of, source=about.source,
        status=about.status, device_id=sender.machine.id if sender.machine else None,
        account_id=None if sender.machine else sender.who.id,
    ))  # fmt: skip
    session.flush()


def _check_pace(
    session: Session, sender: Sender, table: type[UnitProposal] | type[UnitRemark], more: int,
    most: int,
) -> None:  # fmt: skip
    sent = session.scalar(
        select(func.count()).where(
            table.commune_id == sender.unit.commune_id, table.unit_id == sender.unit.id,
            table.said_at > clock.now() - HOUR,
        )
    )  # fmt: skip
    if more and (sent or 0) + more > most:
        words = _(
            "Đơn vị đã gửi quá nhiều lần trong một giờ. Hãy đợi rồi gửi lại, hoặc gọi cán bộ xã."
        )
        raise TooMany(words, retry_after=int(HOUR.total_seconds()))


def _mark(sender: Sender) -> None:
    if sender.machine is not None:
        sender.machine.sent_at = clock.now()


# --- a look at its own rows ---------------------------------------------------------------------


def remark(
    session: Session, sender: Sender, kind: str, text: str, rows: Sequence[OwnRow]
) -> UnitRemark:
    """Say that the rows shown are right, or what is wrong with them. The same twice is once."""
    sender.check()
    audit.lock_chain(session, sender.who.commune)
    words = clean(text)
    if kind not in ("right", "remark"):
        raise Invalid(_("Hãy chọn “đúng” hoặc ghi điều cần sửa."))
    if kind == "remark" and not 3 <= len(words) <= LONGEST_REMARK:
        wrong = _("Hãy ghi điều cần sửa (3–1.000 chữ cái).")
        raise Invalid(wrong, fields={"text": [wrong]})
    shown = [[row.plan, row.no, row.title, row.text(exact=False)] for row in rows]
    said = words if kind == "remark" else ""
    last = _last_remark(session, sender.unit)
    if last is not None and (last.kind, last.text, last.shown) == (kind, said, shown):
        return last
    _check_pace(session, sender, UnitRemark, 1, MOST_REMARKS)
    return _say(session, sender, kind, said, shown)


def _say(
    session: Session, sender: Sender, kind: str, said: str, shown: list[list[str]]
) -> UnitRemark:
    row = UnitRemark(
        commune_id=sender.unit.commune_id, id=uuid7(), unit_id=sender.unit.id, kind=kind, text=said,
        shown=shown, as_of=clock.today(), device_id=sender.machine.id if sender.machine else None,
        account_id=None if sender.machine else sender.who.id,
    )  # fmt: skip
    session.add(row)
    _mark(sender)
    session.flush()
    verb = "confirm" if kind == "right" else "remark"
    audit.record_each(
        session, sender.who, [(verb, "unit_remark", row.id, {"unit": sender.unit.name})]
    )
    return row


def _last_remark(session: Session, unit: Unit) -> UnitRemark | None:
    table = UnitRemark
    return session.scalar(
        select(table)
        .where(table.commune_id == unit.commune_id, table.unit_id == unit.id)
        .order_by(table.id.desc())
        .limit(1)
    )


def newest_said(rows: Sequence[UnitProposal]) -> str:
    """The newest proposal on a page: who sends says what was seen."""
    ids: list[UUID] = [row.id for row in rows]
    return str(max(ids)) if ids else ""
