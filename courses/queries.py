"""Reading programme versions: each is parsed once a process, for it never changes."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, defer

from courses.models import CommuneProgramme, MediaRow, ProgrammeVersionRow
from courses.rules import ProgrammeVersion, from_canonical
from lms.core.errors import NotFound
from lms.core.i18n import _

_cached = lru_cache(maxsize=64)(from_canonical)


def version(session: Session, version_id: UUID) -> ProgrammeVersion:
    """The published version; NotFound when there is none of this id."""
    query = select(ProgrammeVersionRow.document).where(ProgrammeVersionRow.id == version_id)
    document = session.scalar(query)
    if document is None:
        raise _missing()
    return _cached(document)


def visible(session: Session, commune_id: UUID, version_id: UUID) -> ProgrammeVersion:
    """A version that is shipped or published by this commune; a foreign one looks like a missing one."""
    require_visible(session, commune_id, version_id)
    return version(session, version_id)


def require_visible(session: Session, commune_id: UUID, version_id: UUID) -> None:
    """NotFound for a version that this commune does not see; the version itself is not read."""
    query = select(ProgrammeVersionRow.id).where(
        ProgrammeVersionRow.id == version_id,
        or_(ProgrammeVersionRow.shipped, ProgrammeVersionRow.id.in_(_own_ids(commune_id))),
    )
    if session.scalar(query) is None:
        raise _missing()


def newest(session: Session, commune_id: UUID) -> list[ProgrammeVersionRow]:
    """The newest version of each programme this commune may teach, in the order of their codes.

    These are the shipped ones and the commune's own. Where both use a code, the commune chose its own
    before the service shipped one, and keeps it.
    """
    own = (
        select(ProgrammeVersionRow)
        .join(CommuneProgramme, CommuneProgramme.version_id == ProgrammeVersionRow.id)
        .where(CommuneProgramme.commune_id == commune_id)
        .order_by(CommuneProgramme.published_at.desc(), CommuneProgramme.id.desc())
    )
    shipped = (
        select(ProgrammeVersionRow)
        .where(ProgrammeVersionRow.shipped)
        .order_by(ProgrammeVersionRow.published_at.desc())
    )
    found: dict[str, ProgrammeVersionRow] = {}
    for query in (own, shipped):
        for row in session.scalars(query.options(defer(ProgrammeVersionRow.document))):
            found.setdefault(row.code, row)
    return sorted(found.values(), key=lambda row: row.code)


def own_versions(session: Session, commune_id: UUID) -> dict[UUID, datetime]:
    """The versions that this commune published itself, and when."""
    query = select(CommuneProgramme.version_id, CommuneProgramme.published_at)
    rows = session.execute(query.where(CommuneProgramme.commune_id == commune_id))
    return {row.version_id: row.published_at for row in rows}


def counted_as(session: Session, commune_id: UUID) -> dict[str, str]:
    """Code → the programme of the plans as which it counts; only codes that are not named there."""
    query = select(ProgrammeVersionRow.code, ProgrammeVersionRow.counts_as).where(
        ProgrammeVersionRow.counts_as != "",
        or_(ProgrammeVersionRow.shipped, ProgrammeVersionRow.id.in_(_own_ids(commune_id))),
    )
    rows = session.execute(query.order_by(ProgrammeVersionRow.published_at))
    return {row.code: row.counts_as for row in rows}


def is_shipped(session: Session, code: str) -> bool:
    """Whether a programme of this code comes with the service."""
    query = select(ProgrammeVersionRow.id).where(
        ProgrammeVersionRow.shipped, ProgrammeVersionRow.code == code
    )
    return session.scalar(query.limit(1)) is not None


def _own_ids(commune_id: UUID) -> Select[UUID]:
    return select(CommuneProgramme.version_id).where(CommuneProgramme.commune_id == commune_id)


def _missing() -> NotFound:
    return NotFound(_("Không tìm thấy chương trình này. Hãy chọn lại từ danh sách."))


def medium(session: Session, sha256: str) -> MediaRow:
    """A picture by its hash; NotFound when there is none."""
    row = session.get(MediaRow, sha256)
    if row is None:
        raise NotFound(_("Không tìm thấy hình này."))
    return row
