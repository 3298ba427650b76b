"""Word templates of the commune: checked, kept as versions; one of a letterhead may be chosen."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.text import clean
from lms.indicators.snapshot_body import sha256
from lms.reports.document_check import MAX_BYTES, Fault, faults
from lms.reports.document_letterhead import OFFICE, check_head
from lms.reports.document_models import ReportTemplate

__all__ = ["MAX_BYTES", "Broken", "choose", "chosen", "keep", "template", "templates"]

MOST = 50


class Broken(Invalid):
    """A template that cannot be used, with everything that is wrong in it."""

    def __init__(self, found: list[Fault]) -> None:
        said = _("Mẫu chưa dùng được, chưa lưu gì. Hãy sửa %(n)s chỗ dưới đây.", n=len(found))
        super().__init__(said, fields={"file": [str(one) for one in found[:20]]})
        self.found = found


def templates(session: Session, commune_id: UUID, head: str) -> list[ReportTemplate]:
    """The templates that were sent for a letterhead, the newest first."""
    table = ReportTemplate
    query = select(table).where(table.commune_id == commune_id, table.head == head)
    return list(session.scalars(query.order_by(table.number.desc())))


def template(session: Session, commune_id: UUID, head: str, number: int) -> ReportTemplate:
    """One version, or NotFound."""
    rows = templates(session, commune_id, check_head(head))
    found = next((one for one in rows if one.number == number), None)
    if found is None:
        raise NotFound(_("Không có mẫu này. Hãy mở lại trang Mẫu báo cáo."))
    return found


def chosen(session: Session, commune_id: UUID, head: str) -> ReportTemplate | None:
    """The template that reports are also made with; None is the standard layout alone."""
    table = ReportTemplate
    return session.scalar(
        select(table).where(table.commune_id == commune_id, table.head == head, table.chosen)
    )


def keep(session: Session, who: Actor, head: str, name: str, content: bytes) -> ReportTemplate:
    """Keep a checked template as a new version; the same file twice is once."""
    require(who, *OFFICE)
    found = faults(content)
    if found:
        raise Broken(found)
    audit.lock_chain(session, who.commune)
    rows, digest = templates(session, who.commune, check_head(head)), sha256(content)
    same = next((one for one in rows if one.sha256 == digest), None)
    if same is not None:
        return same
    if len(rows) >= MOST:
        raise Conflict(_("Xã đã lưu %(n)s mẫu. Hãy dùng lại một mẫu đã có.", n=MOST))
    row = ReportTemplate(
        commune_id=who.commune, id=uuid7(), head=head, number=(rows[0].number if rows else 0) + 1,
        name=clean(name)[:120] or "mau.docx", sha256=digest, size=len(content), content=content,
        chosen=False, made_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "keep", "report_template", row.id, number=row.number, head=head)
    return row


def choose(session: Session, who: Actor, head: str, number: int) -> None:
    """Use a version from now on, 0 for the standard layout alone. Twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    old = chosen(session, who.commune, check_head(head))
    if (old.number if old else 0) == number:
        return
    new = template(session, who.commune, head, number) if number else None
    if old is not None:
        old.chosen = False
        session.flush()
    if new is not None:
        new.chosen = True
        session.flush()
    key = new.id if new else head
    audit.record(session, who, "choose", "report_template", key, number=number, head=head)
