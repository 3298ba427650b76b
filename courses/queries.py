"""Reading programme versions: each is parsed once a process, for it never changes."""

from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.models import MediaRow, ProgrammeVersionRow
from courses.rules import ProgrammeVersion, from_canonical
from lms.core.errors import NotFound
from lms.core.i18n import _

_cached = lru_cache(maxsize=64)(from_canonical)


def version(session: Session, version_id: UUID) -> ProgrammeVersion:
    """The published version; NotFound when there is none of this id."""
    query = select(ProgrammeVersionRow.document).where(ProgrammeVersionRow.id == version_id)
    document = session.scalar(query)
    if document is None:
        raise NotFound(_("Không tìm thấy chương trình này. Hãy chọn lại từ danh sách."))
    return _cached(document)


def newest(session: Session) -> list[ProgrammeVersionRow]:
    """The newest version of each programme, in the order of their codes."""
    rows = session.scalars(
        select(ProgrammeVersionRow).order_by(
            ProgrammeVersionRow.code, ProgrammeVersionRow.published_at.desc()
        )
    )
    found: dict[str, ProgrammeVersionRow] = {}
    for row in rows:
        found.setdefault(row.code, row)
    return list(found.values())


def medium(session: Session, sha256: str) -> MediaRow:
    """A picture by its hash; NotFound when there is none."""
    row = session.get(MediaRow, sha256)
    if row is None:
        raise NotFound(_("Không tìm thấy hình này."))
    return row
