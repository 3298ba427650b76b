"""What stands around a report: the two letterheads of a commune, their versions, what is wrong in them.

Decree 30/2020 is followed for `ubnd`. Party committees follow guidance of their own, which we have not
read: `dang` follows the plan of a Party committee and is marked "chưa đối chiếu" where it is set.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.audit import canonical
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _, lazy
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.core.text import clean
from lms.people.account_queries import account_names
from lms.people.models import Commune
from lms.reports.document_fonts import undrawable
from lms.reports.document_models import HEADS, ReportLetterhead

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)
HEAD_WORDS = {"ubnd": lazy("Ủy ban nhân dân"), "dang": lazy("Đảng ủy")}
MOST_LINES, LONGEST = 20, 160
LINES = ("superior", "agency", "addressees", "authority", "recipients")
REQUIRED = {
    "agency": lazy("Hãy ghi tên cơ quan báo cáo, mỗi dòng một phần tên."),
    "own_name": lazy("Hãy ghi tên cơ quan như đọc trong câu, ví dụ “Ủy ban nhân dân xã …”."),
    "place": lazy("Hãy ghi địa danh đứng trước ngày tháng."),
    "symbol": lazy("Hãy ghi ký hiệu đứng sau số, ví dụ “BC-UBND”."),
    "authority": lazy("Hãy ghi quyền hạn của người ký, ví dụ “TM. ỦY BAN NHÂN DÂN”."),
    "position": lazy("Hãy ghi chức vụ của người ký, ví dụ “CHỦ TỊCH”."),
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """One letterhead as it is printed. Tuples are lines, one below the other."""

    head: str
    superior: tuple[str, ...]
    agency: tuple[str, ...]
    own_name: str
    """The agency as it is called within a sentence."""
    place: str
    symbol: str
    addressees: tuple[str, ...]
    authority: tuple[str, ...]
    position: str
    signer: str
    recipients: tuple[str, ...]
    annex: str
    """landscape or portrait."""
    sections: str
    """Whether annexes print only the table, or also the ladder of proof: 'short' or 'full'."""

    @property
    def number_line(self) -> str:
        """'Số:        /BC-UBND': the number is the clerk's."""
        return (
            f"Số:{' ' * 8}/{self.symbol}" if self.head == "ubnd" else f"Số{' ' * 8}-{self.symbol}"
        )

    def date_line(self, year: int) -> str:
        """'Tân Bình Thượng, ngày …… tháng …… năm 2026': day and month are the clerk's."""
        gap = " " * 6
        return _(
            "%(place)s, ngày%(gap)stháng%(gap)snăm %(year)s", place=self.place, gap=gap, year=year
        )

    @property
    def address_lines(self) -> tuple[str, ...]:
        """'Kính gửi: A.' for one, a line each for several, nothing for none."""
        if len(self.addressees) < 2:
            return tuple(_("Kính gửi: %(name)s.", name=_bare(one)) for one in self.addressees)
        *first, last = map(_bare, self.addressees)
        return (_("Kính gửi:"), *(f"- {one};" for one in first), f"- {last}.")

    @property
    def recipient_lines(self) -> tuple[str, ...]:
        """Nơi nhận: '- Như trên;' when there are addressees, then the office's own, the last with a stop."""
        own = [_bare(one) for one in self.recipients]
        named = [*([_("Như trên")] if self.addressees and _("Như trên") not in own else []), *own]
        mark = ";" if self.head == "ubnd" else ","
        return tuple(f"- {one}{'.' if n == len(named) else mark}" for n, one in enumerate(named, 1))

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Letterhead":
        """From plain data as it is kept."""
        kept: dict[str, Any] = {
            one.name: tuple(data[one.name]) if one.name in LINES else data[one.name]
            for one in fields(cls)
        }
        return cls(**kept)

    @property
    def data(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def _bare(line: str) -> str:
    """A line without the dash and the stop that people type around it."""
    return line.lstrip("-–+• ").rstrip(" .;,")


@dataclass(frozen=True, slots=True)
class Held:
    """The letterhead that holds: its version (0 is the standard one) and who set it."""

    letterhead: Letterhead
    number: int
    row: ReportLetterhead | None = None


def standard(head: str, commune: Commune) -> Letterhead:
    """What is printed before the commune sets anything: only what follows from its name."""
    title = commune.title
    if head == "dang":
        return Letterhead(
            head, (), ("ĐẢNG ỦY", title.upper()), f"Đảng ủy {title}", commune.name, "BC/ĐU", (),
            ("T/M BAN THƯỜNG VỤ",), "BÍ THƯ", "", ("Lưu Văn phòng Đảng ủy",), "landscape", "full",
        )  # fmt: skip
    return Letterhead(
        "ubnd", (), ("ỦY BAN NHÂN DÂN", title.upper()), f"Ủy ban nhân dân {title}", commune.name,
        "BC-UBND", (), ("TM. ỦY BAN NHÂN DÂN",), "CHỦ TỊCH", "", ("Lưu: VT",), "landscape", "full",
    )  # fmt: skip


def check_head(head: str) -> str:
    """The letterhead of an address, or NotFound."""
    if head not in HEADS:
        raise NotFound(_("Không có kiểu mẫu này. Hãy mở lại trang Mẫu báo cáo."))
    return head


def letterhead(session: Session, commune: Commune, head: str) -> Held:
    """The letterhead that holds now."""
    rows = versions(session, commune.id, head)
    if not rows:
        return Held(standard(head, commune), 0)
    return Held(read(rows[0]), rows[0].number, rows[0])


def versions(session: Session, commune_id: UUID, head: str) -> list[ReportLetterhead]:
    """Every version that was saved, the newest first."""
    table = ReportLetterhead
    query = select(table).where(table.commune_id == commune_id, table.head == head)
    return list(session.scalars(query.order_by(table.number.desc())))


def read(row: ReportLetterhead) -> Letterhead:
    """A version as it is printed."""
    return Letterhead.of(json.loads(row.content))


def typed(head: str, form: Mapping[str, str], before: Letterhead) -> Letterhead:
    """A form as a letterhead; fields that it does not send stay as they were."""
    found: dict[str, Any] = {}
    for name in (one.name for one in fields(Letterhead) if one.name != "head"):
        if name in form:
            lines = tuple(filter(None, map(clean, form[name].splitlines())))
            found[name] = lines if name in LINES else clean(form[name])
    return replace(before, head=head, **found)


def problems(told: Letterhead) -> dict[str, str]:
    """What is wrong, by field, with what to do."""
    found = {name: str(word) for name, word in REQUIRED.items() if not getattr(told, name)}
    for name in (one.name for one in fields(Letterhead)):
        value = getattr(told, name)
        lines = value if isinstance(value, tuple) else (value,)
        why = _wrong(lines)
        if why:
            found[name] = why
    if told.annex not in ("landscape", "portrait"):
        found["annex"] = _("Hãy chọn phụ lục in ngang hoặc in dọc.")
    if told.sections not in ("short", "full"):
        found["sections"] = _("Hãy chọn in phụ lục đủ hoặc gọn.")
    return found


def _wrong(lines: tuple[str, ...]) -> str:
    if len(lines) > MOST_LINES:
        return _("Nhiều quá %(n)s dòng. Hãy gộp hoặc bỏ bớt.", n=MOST_LINES)
    for line in lines:
        if len(line) > LONGEST:
            return _("Dòng “%(line)s…” dài quá %(n)s chữ. Hãy tách làm hai dòng.",
                     line=line[:30], n=LONGEST)  # fmt: skip
        odd = undrawable(line)
        if odd:
            return _("Ký tự “%(odd)s” không in được. Hãy gõ lại bằng chữ thường dùng.", odd=odd)
    return ""


def save(session: Session, who: Actor, told: Letterhead, seen: int) -> ReportLetterhead:
    """Keep a new version; the same as the last one is no new version. Conflict when another came first."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    last = next(iter(versions(session, who.commune, told.head)), None)
    content = canonical(told.data)
    if last is not None and last.content == content:
        return last
    if (last.number if last else 0) != seen:
        raise Conflict(_("Người khác vừa lưu mẫu này. Hãy xem bản đó, sửa lại nếu cần rồi lưu."))
    wrong = problems(told)
    if wrong:
        raise Invalid(_("Chưa lưu được. Hãy sửa các chỗ được chỉ ra."), fields=wrong)
    row = ReportLetterhead(
        commune_id=who.commune, id=uuid7(), head=told.head, number=seen + 1, content=content,
        made_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "set", "report_letterhead", row.id, number=row.number, head=row.head)
    return row


def author(session: Session, account_id: UUID | None) -> str:
    """Who wrote, by name."""
    if account_id is None:
        return _("hệ thống")
    return account_names(session, {account_id}).get(account_id, "")
