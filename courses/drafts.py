"""Drafts: the folder of a programme that a commune is writing, kept file by file.

A draft may hold unfinished text; it is published as a whole or not at all. Officers and administrators of
the commune write it, nobody else sees it.
"""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from courses.actions import refuse_shipped_code
from courses.draft_files import (
    HEAD,
    checked_body,
    checked_code,
    checked_title,
    head_of,
    is_code,
    with_head,
)
from courses.folders import MAX_FILES
from courses.models import CourseDraft, CourseDraftFile
from courses.queries import is_shipped
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound, TooLarge
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Role

MAX_TOTAL = 4 * 1024 * 1024
"""Bytes of all files of a draft together; the shipped programmes are under 200 KB."""
MAX_DRAFTS = 50


class Overtaken(Conflict):
    """Somebody else saved this file after the editor had read it."""


def drafts_of(session: Session, who: Actor) -> list[CourseDraft]:
    """The commune's drafts, the one that was changed last first."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    query = select(CourseDraft).where(CourseDraft.commune_id == who.commune)
    return list(session.scalars(query.order_by(CourseDraft.changed_at.desc(), CourseDraft.id)))


def draft(session: Session, who: Actor, draft_id: UUID) -> CourseDraft:
    """One draft of the actor's commune; NotFound for another's."""
    return _found(session, who, _one(who, draft_id))


def files_of(session: Session, who: Actor, draft_id: UUID) -> dict[str, bytes]:
    """Path → bytes of every file of the draft, in the order of their paths."""
    draft(session, who, draft_id)
    rows = session.execute(
        select(CourseDraftFile.path, CourseDraftFile.body)
        .where(CourseDraftFile.commune_id == who.commune, CourseDraftFile.draft_id == draft_id)
        .order_by(CourseDraftFile.path)
    )
    return {row.path: row.body for row in rows}


def file(session: Session, who: Actor, draft_id: UUID, path: str) -> CourseDraftFile:
    """One file of the draft; NotFound when there is none of this path."""
    draft(session, who, draft_id)
    found = file_or_none(session, who, draft_id, path)
    if found is None:
        raise NotFound(_("Bản nháp không có tệp này. Hãy chọn lại từ danh sách tệp."))
    return found


def file_or_none(session: Session, who: Actor, draft_id: UUID, path: str) -> CourseDraftFile | None:
    """One file of a draft that the actor may see, or None."""
    query = select(CourseDraftFile).where(
        CourseDraftFile.commune_id == who.commune,
        CourseDraftFile.draft_id == draft_id,
        CourseDraftFile.path == path,
    )
    return session.scalar(query)


def create(
    session: Session,
    who: Actor,
    code: str,
    title: str,
    files: Mapping[str, bytes],
    based_on: UUID | None = None,
) -> UUID:
    """A new draft of these files under the commune's own code; gives its id.

    The code and title are written into programme.yaml. `based_on` is the version that was copied.
    Conflict when the code is taken; nothing is kept when one file is refused.
    """
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    code, title = checked_code(code), checked_title(title)
    audit.lock_chain(session, who.commune)
    _refuse_taken(session, who, code)
    _refuse_many(session, who, files)
    now = clock.now()
    row = CourseDraft(
        id=uuid7(), commune_id=who.commune, code=code, title=title, based_on=based_on,
        made_by=who.id, made_at=now, changed_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    whole = {**files, HEAD: with_head(files[HEAD], code=code, title=title)}
    session.add_all(
        _new_file(who, row.id, path, checked_body(path, body)) for path, body in whole.items()
    )
    session.flush()
    audit.record(session, who, "created", "course_draft", row.id, code=code, based_on=based_on)
    return row.id


def write_file(
    session: Session, who: Actor, draft_id: UUID, path: str, body: bytes, seen: str | None
) -> None:
    """Save one file, new or changed; the same text again changes nothing.

    `seen` is the SHA-256 of what the editor read, None for a new file; Overtaken when the file is another
    by now. Broken text is kept; what no draft may hold (a bad path, a script in a picture) is refused.
    """
    row = _locked(session, who, draft_id)
    body = checked_body(path, body)
    found, digest = file_or_none(session, who, draft_id, path), sha256(body).hexdigest()
    if found is not None and found.sha256 == digest:
        return
    if (found.sha256 if found else None) != seen:
        raise Overtaken(
            _("Tệp này vừa được người khác sửa. Hãy xem hai bản bên dưới rồi lưu bản đã gộp.")
        )
    _refuse_size(session, who, draft_id, path, len(body))
    if found is None:
        session.add(_new_file(who, draft_id, path, body))
    else:
        found.body, found.sha256 = body, digest
        found.changed_by, found.changed_at = who.id, clock.now()
    row.changed_at = clock.now()
    if path == HEAD:
        _follow_head(session, who, row, body)
    session.flush()


def delete_file(session: Session, who: Actor, draft_id: UUID, path: str) -> None:
    """Take a file out of the draft; safe to repeat. programme.yaml stays."""
    row = _locked(session, who, draft_id)
    if path == HEAD:
        raise Invalid(_("Không xóa được programme.yaml: chương trình nào cũng cần tệp này."))
    found = file_or_none(session, who, draft_id, path)
    if found is None:
        return
    session.delete(found)
    row.changed_at = clock.now()
    session.flush()
    audit.record(session, who, "removed_file", "course_draft", draft_id, path=path)


def rename(session: Session, who: Actor, draft_id: UUID, code: str, title: str) -> None:
    """Give the draft another code and title, in programme.yaml too."""
    row = _locked(session, who, draft_id)
    code, title, old = checked_code(code), checked_title(title), row.code
    if code != old:
        _refuse_taken(session, who, code)
    held = file(session, who, draft_id, HEAD)
    held.body = with_head(held.body, code=code, title=title)
    held.sha256 = sha256(held.body).hexdigest()
    held.changed_by, held.changed_at = who.id, clock.now()
    row.code, row.title, row.changed_at = code, title, clock.now()
    session.flush()
    if code != old:
        audit.record(session, who, "renamed", "course_draft", draft_id, old=old, code=code)


def delete_draft(session: Session, who: Actor, draft_id: UUID) -> None:
    """Delete the draft with its files. What was published from it stays."""
    row = _locked(session, who, draft_id)
    session.execute(
        delete(CourseDraftFile).where(
            CourseDraftFile.commune_id == who.commune, CourseDraftFile.draft_id == draft_id
        )
    )
    session.delete(row)
    session.flush()
    audit.record(session, who, "deleted", "course_draft", draft_id, code=row.code)


def _locked(session: Session, who: Actor, draft_id: UUID) -> CourseDraft:
    """The draft, held until this transaction ends, so that two savers come one after the other."""
    query = _one(who, draft_id).with_for_update()
    return _found(session, who, query.execution_options(populate_existing=True))


def _one(who: Actor, draft_id: UUID) -> Select[CourseDraft]:
    return select(CourseDraft).where(
        CourseDraft.commune_id == who.commune, CourseDraft.id == draft_id
    )


def _found(session: Session, who: Actor, query: Select[CourseDraft]) -> CourseDraft:
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("Không tìm thấy bản nháp này. Hãy chọn lại từ danh sách bản nháp."))
    return found


def _new_file(who: Actor, draft_id: UUID, path: str, body: bytes) -> CourseDraftFile:
    return CourseDraftFile(
        commune_id=who.commune, draft_id=draft_id, path=path, body=body,
        sha256=sha256(body).hexdigest(), changed_by=who.id, changed_at=clock.now(),
    )  # fmt: skip


def _refuse_taken(session: Session, who: Actor, code: str) -> None:
    refuse_shipped_code(session, code)
    if _has_code(session, who, code):
        message = _(
            "Xã đã có bản nháp mang mã “%(code)s”. Hãy mở bản đó hoặc đặt mã khác.", code=code
        )
        raise Conflict(message, fields={"code": [message]})


def _has_code(session: Session, who: Actor, code: str) -> bool:
    query = select(CourseDraft.id).where(
        CourseDraft.commune_id == who.commune, CourseDraft.code == code
    )
    return session.scalar(query) is not None


def refuse_large(files: Mapping[str, bytes]) -> None:
    """Refuse what is no programme's folder or larger than a draft may be, before anything is read."""
    if HEAD not in files:
        raise Invalid(_("Thiếu tệp programme.yaml ở ngoài cùng."))
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_TOTAL:
        raise TooLarge(_("Chương trình quá lớn: nhiều nhất 1000 tệp và 4 MB."))


def _refuse_many(session: Session, who: Actor, files: Mapping[str, bytes]) -> None:
    refuse_large(files)
    if len(drafts_of(session, who)) >= MAX_DRAFTS:
        raise Conflict(_("Xã đã có 50 bản nháp. Hãy xóa bớt bản không dùng rồi làm lại."))


def _refuse_size(session: Session, who: Actor, draft_id: UUID, path: str, size: int) -> None:
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(func.length(CourseDraftFile.body)), 0)).where(
            CourseDraftFile.commune_id == who.commune,
            CourseDraftFile.draft_id == draft_id,
            CourseDraftFile.path != path,
        )
    ).one()
    if count + 1 > MAX_FILES or total + size > MAX_TOTAL:
        raise TooLarge(_("Bản nháp đã đầy: nhiều nhất 1000 tệp và 4 MB. Hãy xóa bớt tệp."))


def _follow_head(session: Session, who: Actor, row: CourseDraft, body: bytes) -> None:
    """A readable title and a free code typed into programme.yaml become those of the draft."""
    head = head_of(body)
    row.title = head.title or row.title
    code = head.code
    if code == row.code or not is_code(code) or is_shipped(session, code):
        return
    if not _has_code(session, who, code):
        audit.record(session, who, "renamed", "course_draft", row.id, old=row.code, code=code)
        row.code = code
